from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..common import RecoveryCommon
from ..english import InEnglish


@tagged("post_install", "-at_install")
class TestSettingsPast(InEnglish, RecoveryCommon):
    """The settings in force on a day: today's, taken back through what the journal tells."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor_of()
        cls.env.cr.execute("UPDATE recovery_level SET create_date = '2025-01-01'")
        cls.env.cr.execute("UPDATE recovery_kpi_target SET create_date = '2025-01-01'")
        cls.env.invalidate_all()
        cls.level = cls.levels["reminder"].with_user(cls.recovery_manager)

    def look_at(self, last=date(2026, 3, 31), first=date(2026, 1, 1), user=None, **context):
        engine = self.env["recovery.settings.past"].with_user(user or self.recovery_auditor).with_context(**context)
        (table,) = engine._list(self.company, first, last)
        return table

    def value(self, table, label, name=None, place=3):
        name = name or self.level.sudo()._get_settings_title()
        return [row[place] for row in table.rows if row[1] == name and row[2] == label]

    def change(self, day, record=None, **vals):
        with freeze_time(f"{day} 10:00:00"):
            (record or self.level).write(vals)
            self.env.flush_all()

    def test_what_was_changed_since_stands_there_as_it_was(self):
        self.change("2026-02-10", delay=11)
        self.change("2026-05-10", delay=22)
        self.change("2026-06-10", delay=33)
        self.assertEqual(self.value(self.look_at(), "Delay (days)"), ["11"])
        self.assertEqual(self.value(self.look_at(), "Delay (days)", place=4), ["22"])
        self.assertEqual(self.value(self.look_at(date(2026, 5, 31)), "Delay (days)"), ["22"])
        self.assertEqual(self.value(self.look_at(date(2026, 7, 31)), "Delay (days)"), ["33"])

    def test_who_changed_it_in_the_period_and_when(self):
        self.change("2026-02-10", delay=11)
        table = self.look_at()
        (moment,) = self.value(table, "Delay (days)", place=5)
        self.assertEqual((moment.date(), self.value(table, "Delay (days)", place=6)), (date(2026, 2, 10), ["Marc"]))
        table = self.look_at(date(2026, 7, 31), first=date(2026, 4, 1))
        self.assertEqual(self.value(table, "Delay (days)", place=5), [None])

    def test_a_change_told_in_another_language_is_understood(self):
        level = self.level.with_context(lang="fr_FR")
        self.change("2026-02-10", level, delay=11)
        self.change("2026-05-10", level, delay=22)
        self.assertEqual(self.value(self.look_at(), "Delay (days)"), ["11"])
        label = self.env["recovery.level"]._fields["delay"]._description_string(level.env)
        name = level.sudo()._get_settings_title()
        self.assertEqual(self.value(self.look_at(lang="fr_FR"), label, name), ["11"])

    def make_target(self, day, value=50):
        kpi = self.env.ref("debt_recovery.recovery_kpi_dso")
        with freeze_time(f"{day} 10:00:00"):
            target = (
                self.env["recovery.kpi.target"]
                .with_user(self.recovery_manager)
                .create({"company_id": self.company.id, "kpi_id": kpi.id, "date_from": day, "value": value})
            )
            self.env.flush_all()
        self.env.cr.execute("UPDATE recovery_kpi_target SET create_date = %s WHERE id = %s", (day, target.id))
        target.invalidate_recordset()
        return target

    def test_what_was_deleted_since_is_told(self):
        target = self.make_target("2026-02-10", 47)
        name = target.display_name
        self.change("2026-04-10", target, value=52)
        with freeze_time("2026-05-10 10:00:00"):
            target.unlink()
        rows = [row for row in self.look_at().rows if row[1] == name]
        self.assertIn("47", {row[3].rstrip("0").rstrip(".") for row in rows})
        self.assertEqual({row[4] for row in rows}, {"Deleted"})
        self.assertFalse([row for row in self.look_at(date(2026, 6, 30)).rows if row[1] == name])

    def test_what_came_later_is_no_part_of_it_and_is_counted(self):
        before = self.look_at()
        target = self.make_target("2026-05-10")
        table = self.look_at()
        self.assertEqual(len(table.rows), len(before.rows))
        self.assertRegex(table.note, r"\d+ records were added after")
        self.assertTrue([row for row in self.look_at(date(2026, 6, 30)).rows if row[1] == target.display_name])
        with freeze_time("2026-07-10 10:00:00"):
            name = target.display_name
            target.unlink()
        self.assertFalse([row for row in self.look_at().rows if row[1] == name], "it came and went after that day")

    def test_the_companys_own_settings_are_in_it(self):
        company = self.company.sudo()
        self.change("2026-02-10", company, recovery_signatory_name="Mme Roux")
        self.change("2026-05-10", company, recovery_signatory_name="M. Blanc")
        self.assertEqual(self.value(self.look_at(), "Signatory", company.display_name), ["Mme Roux"])

    def test_the_last_day_ends_at_midnight_where_the_company_is(self):
        with freeze_time("2026-03-31 21:30:00"):  # 23:30 in Paris
            self.level.write({"delay": 11})
            self.env.flush_all()
        with freeze_time("2026-03-31 22:30:00"):  # 00:30 the next day
            self.level.write({"delay": 22})
            self.env.flush_all()
        self.assertEqual(self.value(self.look_at(), "Delay (days)"), ["11"])

    def test_another_companys_settings_are_not_shown(self):
        other = self.setup_other_company(name="Société Deux")["company"]
        kpi = self.env.ref("debt_recovery.recovery_kpi_dso")
        target = (
            self.env["recovery.kpi.target"]
            .sudo()
            .create({"company_id": other.id, "kpi_id": kpi.id, "date_from": "2026-01-01", "value": 99})
        )
        names = {row[1] for row in self.look_at(date(2026, 12, 31)).rows}
        self.assertNotIn(other.display_name, names)
        rows = self.look_at(date(2026, 12, 31)).rows
        self.assertFalse([row for row in rows if row[1] == target.display_name and row[3].startswith("99")])
        with self.assertRaises(AccessError):
            self.look_at(user=self.make_user("ines", "account.group_account_invoice"))
