from datetime import date, timedelta

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged

from ..common import RecoveryCommon
from ..english import InEnglish


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestKeyFigures(InEnglish, RecoveryCommon):
    """Key figures of past months are rebuilt from the books, whatever the day of installation."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.make_partner("Garage Martin")
        # September: 3000 sold, October: 2000, November: 1000
        cls.september = cls.make_invoice(amount=3000.0, date=date(2026, 9, 10), due=date(2026, 10, 10))
        cls.october = cls.make_invoice(cls.other, 2000.0, date=date(2026, 10, 5), due=date(2026, 10, 20))
        cls.november = cls.make_invoice(amount=1000.0, date=date(2026, 11, 2), due=date(2026, 12, 2))
        cls.pay(cls.september, amount=1800.0, date=date(2026, 10, 30))
        cls.pay(cls.october, date=date(2026, 11, 9))

    def rebuild(self, months=4):
        self.env["recovery.kpi.engine"]._rebuild(self.company, self.today, months)
        self.env.invalidate_all()

    def get(self, code, month, dimension="all", **kwargs):
        domain = [
            ("company_id", "=", self.company.id),
            ("kpi_id.code", "=", code),
            ("month", "=", month),
            ("dimension", "=", dimension),
            *((name, "=", value) for name, value in kwargs.items()),
        ]
        return self.env["recovery.kpi.value"].search(domain)

    def test_past_months_are_what_the_books_were_then(self):
        self.rebuild()
        september, october, november = (date(2026, month, 1) for month in (9, 10, 11))
        self.assertAlmostEqual(self.get("dso", september).value, 3000 * 92 / 3000, 2)
        self.assertAlmostEqual(self.get("dso", october).value, round(3200 * 92 / 5000, 2))
        self.assertAlmostEqual(self.get("dso_exhaustion", october).value, 31 + 12, 2)
        self.assertAlmostEqual(self.get("cash_tied", october).value, 3200)
        self.assertAlmostEqual(self.get("overdue_share", september).value, 0)
        self.assertAlmostEqual(self.get("days_late", october).value, 20)
        self.assertAlmostEqual(self.get("days_late", november).value, 20)
        self.assertAlmostEqual(self.get("on_time", october).value, 0)
        # 1800 came of what fell due in October: 5000
        self.assertAlmostEqual(self.get("recovery_rate", october).value, 36)
        self.assertTrue(self.get("dso", november))
        self.assertFalse(self.get("dso", date(2026, 8, 1)), "nothing was sold before")

    def test_made_again_it_replaces_itself(self):
        self.rebuild()
        count = self.env["recovery.kpi.value"].search_count([("company_id", "=", self.company.id)])
        self.rebuild()
        self.assertEqual(self.env["recovery.kpi.value"].search_count([("company_id", "=", self.company.id)]), count)
        self.env["recovery.kpi.engine"]._refresh(self.company, self.today)
        self.assertEqual(self.env["recovery.kpi.value"].search_count([("company_id", "=", self.company.id)]), count)

    def test_what_is_made_every_night_loses_nothing_of_its_first_month(self):
        self.rebuild()
        before = self.get("cash_released", date(2026, 11, 1)).value
        self.assertTrue(before)
        self.rebuild(months=1)
        self.assertEqual(self.get("cash_released", date(2026, 11, 1)).value, before)

    def test_an_entry_that_comes_late_changes_its_month(self):
        self.rebuild()
        self.make_invoice(amount=500.0, date=date(2026, 9, 20), due=date(2026, 9, 25))
        self.rebuild()
        self.assertAlmostEqual(self.get("cash_tied", date(2026, 9, 1)).value, 500)

    def test_a_portfolio_has_its_own_figures(self):
        self.debtor_of(self.other).collector_id = self.recovery_user
        self.rebuild()
        own = self.get("cash_tied", date(2026, 10, 1), "collector", user_id=self.recovery_user.id)
        self.assertEqual((own.value, own.label), (2000, self.recovery_user.name))
        self.assertEqual(self.get("irrecoverable", date(2026, 10, 1), "collector").value, 0, "nothing was written off")

    def test_credit_notes_lower_sales_and_fees_do_not_count(self):
        self.make_credit_note(amount=1000.0, date=date(2026, 9, 12), reverses=self.september)
        fee = self.make_invoice(amount=40.0, date=date(2026, 9, 12), due=date(2026, 9, 12))
        fee.sudo().recovery_is_penalty = True
        self.rebuild()
        self.assertAlmostEqual(self.get("dso", date(2026, 9, 1)).denominator, 2000)
        self.assertAlmostEqual(self.get("cash_tied", date(2026, 9, 1)).value, 0)

    def test_a_reminder_counts_what_came_within_thirty_days(self):
        third = self.make_partner("Traiteur Colin")
        quick, slow = (
            self.make_invoice(third, amount, date=date(2026, 9, 10), due=date(2026, 10, 10))
            for amount in (400.0, 600.0)
        )
        campaign = self.send_campaign(date(2026, 10, 25), self.debtor_of(third))
        self.assertTrue(campaign.notice_ids)
        self.pay(quick, date=date(2026, 11, 5))
        self.rebuild()
        figure = self.get("reminder_paid", date(2026, 10, 1))
        self.assertEqual((figure.numerator, figure.denominator, figure.value), (400, 1000, 40))
        for dimension in ("level", "scenario", "channel"):
            self.assertEqual(self.get("reminder_paid", date(2026, 10, 1), dimension)[:1].value, 40, dimension)
        self.assertTrue(figure.is_partial, "the thirty days after October's reminders go on until 30 November")
        rows = self.env["recovery.kpi.part"].search(figure.action_open_parts()["domain"])
        self.assertEqual(sorted(rows.mapped("part")), [0, 400])
        self.assertEqual((rows.partner_id, set(rows.mapped("name"))), (third, {quick.name, slow.name}))
        action = rows[0].action_show()
        self.assertEqual((action["res_model"], action["res_id"]), ("recovery.notice", campaign.notice_ids.id))

    def test_the_cost_of_cash_follows_the_borrowing_rate(self):
        self.rebuild()
        self.assertEqual(self.get("cash_cost", date(2026, 10, 1)).value, 0)
        self.company.recovery_borrowing_rate = 6.0
        self.rebuild()
        self.assertAlmostEqual(self.get("cash_cost", date(2026, 10, 1)).value, round(1600 * 0.06 * 31 / 365, 2))

    def test_targets_hold_from_their_day(self):
        kpi = self.env.ref("debt_recovery.recovery_kpi_dso")
        self.env["recovery.kpi.target"].with_user(self.recovery_manager).create(
            {"company_id": self.company.id, "kpi_id": kpi.id, "date_from": date(2026, 10, 15), "value": 60}
        )
        self.rebuild()
        before, after = self.get("dso", date(2026, 9, 1)), self.get("dso", date(2026, 10, 1))
        self.assertEqual((before.target, before.is_reached), (44, False))
        self.assertEqual((after.target, after.is_reached), (60, True))
        self.assertEqual((before.verdict, before.value_text, before.target_text), ("missed", "92.0 days", "44.0 days"))

    def test_a_target_judges_the_months_that_were_made_before_it(self):
        self.rebuild()
        figure = self.get("cash_tied", date(2026, 10, 1))
        self.assertFalse(figure.has_target or figure.verdict)
        values = {
            "company_id": self.company.id,
            "kpi_id": figure.kpi_id.id,
            "date_from": date(2026, 10, 1),
            "value": 4000,
        }
        target = self.env["recovery.kpi.target"].with_user(self.recovery_manager).create(values)
        self.env.invalidate_all()
        self.assertEqual((figure.target, figure.verdict), (4000, "reached"))
        self.assertFalse(self.get("cash_tied", date(2026, 9, 1)).has_target)
        target.value = 3000
        self.env.invalidate_all()
        self.assertEqual((figure.target, figure.verdict), (3000, "missed"))
        target.unlink()
        self.env.invalidate_all()
        self.assertFalse(figure.has_target)

    def test_the_days_given_to_pay_are_set_by_managers_within_bounds(self):
        kpi = self.env.ref("debt_recovery.recovery_kpi_reminder_paid").with_user(self.recovery_manager)
        third = self.make_partner("Traiteur Colin")
        invoice = self.make_invoice(third, 400.0, date=date(2026, 9, 10), due=date(2026, 9, 20))
        self.send_campaign(date(2026, 10, 5), self.debtor_of(third))
        self.pay(invoice, date=date(2026, 11, 14))
        self.rebuild()
        self.assertEqual(self.get("reminder_paid", date(2026, 10, 1)).value, 0)
        kpi.days_after = 45
        self.rebuild()
        figure = self.get("reminder_paid", date(2026, 10, 1))
        self.assertEqual((figure.value, figure.is_partial), (100, True))
        with self.assertRaises(ValidationError):
            kpi.days_after = 400
        with self.assertRaises(AccessError):
            kpi.with_user(self.recovery_user).days_after = 10

    def test_only_managers_set_targets_and_only_users_rebuild(self):
        values = {
            "company_id": self.company.id,
            "kpi_id": self.env.ref("debt_recovery.recovery_kpi_dso").id,
            "date_from": self.today,
            "value": 50,
        }
        with self.assertRaises(AccessError):
            self.env["recovery.kpi.target"].with_user(self.recovery_user).create(values)
        with self.assertRaises(AccessError):
            self.env["recovery.kpi"].with_user(self.recovery_auditor).action_rebuild()
        self.env["recovery.kpi"].with_user(self.recovery_user).with_company(self.company).action_rebuild()
        self.assertTrue(self.get("dso", date(2026, 10, 1)))

    def test_each_figure_has_its_formula(self):
        kpis = self.env["recovery.kpi"].search([])
        self.assertGreater(len(kpis), 20)
        for kpi in kpis:
            self.assertGreater(len(kpi.formula), 20, kpi.code)

    def test_the_figures_of_another_company_are_not_seen(self):
        self.rebuild()
        other = self.setup_other_company(name="Société Deux")["company"]
        stranger = self.user_of("etranger", other, "debt_recovery.group_recovery_user")
        self.assertFalse(self.env["recovery.kpi.value"].with_user(stranger).search([]))

    def test_a_company_without_books_has_no_figures(self):
        other = self.setup_other_company(name="Société Deux")["company"]
        self.assertEqual(self.env["recovery.kpi.engine"]._rebuild(other, self.today, 4), 0)

    def test_queries_do_not_grow_with_the_books(self):
        engine = self.env["recovery.kpi.engine"]

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            engine._rebuild(self.company, self.today, 3)
            return self.cr.sql_log_count - before

        count()
        few = count()
        for number in range(12):
            invoice = self.make_invoice(
                self.make_partner(f"Client {number}"), date=self.today - timedelta(days=50), days_overdue=20
            )
            self.pay(invoice, amount=10.0, date=self.today - timedelta(days=5))
        self.assertLessEqual(count(), few + 3)
