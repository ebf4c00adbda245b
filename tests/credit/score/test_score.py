import base64
import io
from datetime import timedelta

import xlsxwriter
from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...common import RecoveryCommon
from ...english import InEnglish

ALERT = "debt_recovery.mail_activity_type_risk_alert"


@tagged("post_install", "-at_install")
class TestScore(InEnglish, RecoveryCommon):
    """Scores, classes, alerts, external scores and signals."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.users"].search([]).lang = "en_US"  # an alert is written in its reader's language
        cls.scoring = cls.env["recovery.scoring"]
        cls.debtor = cls.debtor_of()

    def compute(self, day=None, partners=None):
        self.scoring._compute(self.company, day or self.today, partners)

    def pay_late(self, late, paid_on, amount=100.0, partner=None):
        """Make an invoice paid in full that many days after its due date, on that day."""
        due = paid_on - timedelta(days=late)
        self.pay(self.make_invoice(partner, amount, due=due), date=paid_on)

    def marks(self, debtor=None):
        detail = (debtor or self.debtor).score_ids[:1].detail
        return {mark["code"]: (mark["value"], mark["points"]) for mark in detail["marks"]}

    def alerts(self, debtor=None):
        return (debtor or self.debtor).activity_ids.filtered(lambda a: a.activity_type_id == self.env.ref(ALERT))

    def test_no_history_gets_no_number(self):
        self.make_invoice(days_overdue=-20)
        self.compute()
        self.assertEqual((self.debtor.risk_class, self.debtor.score, self.debtor.score_date), ("none", 0, self.today))
        card = self.debtor.score_card
        self.assertIs(card["score"], False)
        self.assertIn("No history", card["status"])
        self.assertEqual(self.debtor.exposure_amount, 1000)

    def test_the_score_says_how_it_came_about(self):
        self.pay_late(0, self.today - timedelta(days=200))
        self.pay_late(20, self.today - timedelta(days=100), amount=300)
        self.make_invoice(amount=500, days_overdue=5)
        self.compute()
        marks = self.marks()
        self.assertEqual(marks["delay_12"], (15.0, 70))
        self.assertEqual(marks["late_share"], (75.0, 25))
        self.assertEqual(marks["oldest_overdue"], (5, 80))
        self.assertEqual(marks["limit_use"], (None, None))
        self.assertEqual(marks["broken_promises"], (None, None))
        self.assertEqual(marks["insolvency"], (None, None))
        # the score is the weighted average of the points shown
        known = [m for m in self.debtor.score_ids.detail["marks"] if m["points"] is not None]
        average = sum(m["weight"] * m["points"] for m in known) / sum(m["weight"] for m in known)
        self.assertAlmostEqual(self.debtor.score, average, delta=0.5)
        self.assertIn("Average days late", self.debtor.score_ids.detail_text)
        self.assertEqual(self.debtor.regularity, "late")
        self.assertEqual(
            (self.debtor.first_invoice_date, self.debtor.seniority_months), (self.today - timedelta(days=230), 7)
        )

    def test_weights_and_bands_are_the_managers(self):
        self.pay_late(20, self.today)
        self.compute()
        before = self.debtor.score
        factor = self.env.ref("debt_recovery.recovery_score_factor_delay_12").with_user(self.recovery_manager)
        factor.weight = 200
        factor.band_ids.filtered(lambda band: band.from_value == 20).points = 0
        self.compute()
        self.assertLess(self.debtor.score, before)
        with self.assertRaises(AccessError):
            factor.with_user(self.recovery_user).weight = 1
        factor.active = False
        self.compute()
        self.assertNotIn("delay_12", self.marks())

    def test_rooms_to_the_right_add_their_factors(self):
        partner = self.debtor_partner

        def score_factors(engine, company, day, partners, facts):
            values = score_factors.super(engine, company, day, partners, facts)
            values["insolvency"] = {partner.id: 1}
            values["unknown code"] = {partner.id: 5}
            return values

        score_factors.super = type(self.scoring)._score_factors
        self.patch(type(self.scoring), "_score_factors", score_factors)
        self.pay_late(0, self.today)
        self.compute()
        self.assertEqual((self.debtor.score, self.debtor.risk_class), (0, "E"))
        self.assertIn("Insolvency", self.debtor.score_card["capped"])

    def test_the_limit_counts_by_what_is_used_of_it(self):
        self.company.account_use_credit_limit = True
        self.debtor_partner.credit_limit = 2000
        self.make_invoice(amount=1900, days_overdue=1)
        self.compute()
        self.assertEqual(self.marks()["limit_use"], (95.0, 60))
        self.assertEqual(self.debtor.limit_usage, 95)

    def test_one_snapshot_a_month_and_the_past_stays(self):
        self.make_invoice(amount=500, days_overdue=70)
        first = self.today.replace(day=1)
        self.compute(first)
        self.compute(self.today)
        self.assertEqual(self.debtor.score_ids.mapped("date"), [self.today])
        before = self.debtor.score_ids.detail
        self.compute(first + relativedelta(months=1, days=4))
        self.assertEqual(len(self.debtor.score_ids), 2)
        self.assertEqual(self.debtor.score_ids[1].detail, before)
        self.assertEqual(len(self.debtor.score_card["history"]), 2)
        with self.assertRaises(UserError):
            self.debtor.score_ids.unlink()

    def test_a_worse_class_alerts_once(self):
        self.debtor.collector_id = self.recovery_user
        self.pay_late(0, self.today - timedelta(days=60))
        self.make_invoice(amount=4000, days_overdue=-3)
        self.compute(self.today)
        self.assertEqual(self.debtor.risk_class, "A")
        self.assertFalse(self.alerts())
        later = self.today + timedelta(days=100)
        self.compute(later)
        self.assertEqual((self.debtor.risk_class, self.debtor.score), ("D", 40))  # capped: overdue for 90 days
        self.assertIn("capped at 40", self.debtor.score_card["capped"])
        self.assertEqual((self.debtor.previous_class, self.debtor.class_since), ("A", later))
        self.assertEqual(self.alerts().user_id, self.recovery_user)
        self.compute(later)
        self.assertEqual(len(self.alerts()), 1)
        events = self.env["recovery.event"].search([("debtor_id", "=", self.debtor.id), ("kind", "=", "class_changed")])
        self.assertEqual(len(events), 1)

    def test_who_is_told_is_who_gets_the_debtors_other_tasks(self):
        self.debtor.collector_id = self.company.recovery_contact_id = False
        self.pay_late(0, self.today - timedelta(days=60))
        self.make_invoice(amount=4000, days_overdue=-3)
        self.compute(self.today)
        scoring = self.env["recovery.scoring"].with_user(self.recovery_user)
        scoring._compute(self.company, self.today + timedelta(days=100), self.debtor_partner)
        self.assertEqual(self.alerts().user_id, self.recovery_user)
        self.assertEqual(self.alerts().user_id, self.debtor.with_user(self.recovery_user)._get_responsible())

    def test_a_break_with_its_own_past_alerts_once(self):
        for months in range(4, 12):
            self.pay_late(2, self.today - relativedelta(months=months))
        self.make_invoice(amount=50, days_overdue=-30)
        self.compute(self.today - timedelta(days=1))
        self.assertFalse(self.debtor.behaviour_break)
        for days in (5, 20):
            self.pay_late(40, self.today - timedelta(days=days))
        self.compute()
        self.assertTrue(self.debtor.behaviour_break)
        self.assertIn("40 days late", self.alerts().note)
        self.compute()
        self.assertEqual(len(self.alerts()), 1)
        self.assertTrue(self.debtor.score_card["is_break"])

    def test_nothing_at_stake_opens_no_task(self):
        self.pay_late(0, self.today - timedelta(days=300))
        self.compute(self.today - timedelta(days=200))
        self.env["recovery.risk.signal"].create(self.signal_vals(severity="critical"))
        self.env.ref("debt_recovery.recovery_score_factor_signals").weight = 500
        self.compute()
        self.assertNotEqual(self.debtor.risk_class, "A")
        self.assertFalse(self.alerts())

    def signal_vals(self, **vals):
        return {
            "debtor_id": self.debtor.id,
            "date": self.today - timedelta(days=5),
            "kind": "press",
            "source": "Le Progrès du 14 novembre",
            "wording": "Deux fournisseurs signalent des factures impayées.",
            "severity": "serious",
            "expires_on": self.today + timedelta(days=30),
            **vals,
        }

    def test_signals_count_until_they_expire(self):
        self.pay_late(0, self.today)
        signals = (
            self.env["recovery.risk.signal"]
            .with_user(self.recovery_user)
            .create(
                [
                    self.signal_vals(),
                    self.signal_vals(severity="watch"),
                    self.signal_vals(severity="critical", expires_on=self.today - timedelta(days=1)),
                ]
            )
        )
        self.compute()
        self.assertEqual(self.marks()["signals"], (-35, 20))
        event = self.env["recovery.event"].search([("res_model", "=", signals._name)], limit=1)
        self.assertEqual(event.debtor_id, self.debtor)
        with self.assertRaises(ValidationError):
            self.env["recovery.risk.signal"].create(self.signal_vals(expires_on=self.today - timedelta(days=30)))

    def test_what_is_said_of_a_customer_is_never_rewritten_without_a_trace(self):
        signal = self.env["recovery.risk.signal"].with_user(self.recovery_user).create(self.signal_vals())
        score = (
            self.env["recovery.external.score"]
            .with_user(self.recovery_user)
            .create({"debtor_id": self.debtor.id, "source": "Coface", "date": self.today, "score": 3, "scale": 10})
        )
        for record, vals in ((signal, {"severity": "good"}), (score, {"score": 9})):
            before = record._describe()
            record.write(vals)
            record.write({"attachment_ids": []})
            events = self.env["recovery.event"].search([("res_model", "=", record._name), ("res_id", "=", record.id)])
            self.assertEqual(len(events), 2, "noted, then changed")
            self.assertIn("changed", events[0].summary)
            self.assertEqual((events[0].details["before"], events[0].debtor_id), (before, self.debtor))

    def test_the_latest_external_score_counts_while_valid(self):
        self.pay_late(0, self.today)
        External = self.env["recovery.external.score"].with_user(self.recovery_user)
        vals = {"debtor_id": self.debtor.id, "source": "Coface"}
        document = self.env["ir.attachment"].with_user(self.recovery_user).create({"name": "a.txt", "raw": b"a"})
        old, new = External.create(
            [
                {**vals, "date": self.today - relativedelta(months=6), "score": 2, "scale": 10},
                {
                    **vals,
                    "date": self.today,
                    "score": 3,
                    "scale": 20,
                    "is_reversed": True,
                    "attachment_ids": [Command.set(document.ids)],
                },
            ]
        )
        self.assertEqual((old.normalised, new.normalised), (20, 85))
        self.assertEqual((document.res_model, document.res_id), (new._name, new.id))
        self.compute()
        self.assertEqual(self.marks()["external"], (85, 90))
        (old | new).date = self.today - relativedelta(months=12)
        self.compute()
        self.assertEqual(self.marks()["external"], (None, None))
        with self.assertRaises(ValidationError):
            External.create({**vals, "date": self.today, "score": 11, "scale": 10})

    def make_import(self, content, name, **vals):
        return (
            self.env["recovery.external.import"]
            .with_user(self.recovery_user)
            .create({"company_id": self.company.id, "file": base64.b64encode(content), "filename": name, **vals})
        )

    def test_scores_are_imported_from_csv_and_xlsx(self):
        self.debtor_partner.company_registry = "552100554"
        other = self.make_partner("Fleurs Martin")
        twins = self.make_partner("Jumeau") | self.make_partner("Jumeau")
        text = (
            "SIREN;Client;Score;Sur;Date;Source\n"
            "552 100 554;;7,5;10;15/10/2026;Altares\n"
            ";Fleurs Martin;41;;2026-10-01;Altares\n"
            ";Inconnu;5;10;2026-10-01;Altares\n"
            ";Jumeau;5;10;2026-10-01;Altares\n"
            ";Fleurs Martin;120;100;2026-10-01;Altares\n"
            ";Fleurs Martin;abc;100;2026-10-01;Altares\n"
        )
        wizard = self.make_import(text.encode("cp1252"), "scores.csv")
        wizard.action_import()
        self.assertEqual(self.debtor.external_score_ids.mapped("normalised"), [75])
        self.assertEqual(self.debtor.external_score_ids.date, fields.Date.to_date("2026-10-15"))
        self.assertEqual(self.debtor_of(other).external_score_ids.score, 41)
        self.assertFalse(self.debtor_of(twins[0]).external_score_ids)
        self.assertEqual(len(wizard.result.splitlines()), 5)
        self.assertTrue(self.debtor.external_score_ids.attachment_ids)
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream)
        sheet = book.add_worksheet()
        for column, (title, value) in enumerate((("siren", 552100554), ("note", 88), ("limite", 5000))):
            sheet.write(0, column, title)
            sheet.write(1, column, value)
        book.close()
        wizard = self.make_import(stream.getvalue(), "scores.xlsx", source="Coface", date=self.today)
        wizard.action_import()
        self.debtor.invalidate_recordset()
        latest = self.debtor.external_score_ids[0]
        self.assertEqual((latest.score, latest.recommended_limit, latest.source), (88, 5000, "Coface"))

    def test_a_wrong_file_is_refused_clearly(self):
        for content in (b"", b"PK\x03\x04garbage", b"a;b\n1;2\n"):
            with self.assertRaises(UserError):
                self.make_import(content or b" ", "x.csv").action_import()

    def test_reviewing_a_score_puts_the_next_review_off(self):
        self.make_invoice(days_overdue=5)
        self.compute()
        due = self.debtor.review_due
        self.assertEqual(due, self.today + relativedelta(months=6))
        action = self.debtor.with_user(self.recovery_user).action_review_score()
        wizard = self.env[action["res_model"]].with_user(self.recovery_user).browse(action["res_id"])
        wizard.reason = "Bilan 2025 rassurant"
        wizard.action_confirm()
        self.assertEqual(self.debtor.review_due, self.company._recovery_today() + relativedelta(months=6))
        with self.assertRaises(AccessError):
            self.debtor.with_user(self.recovery_auditor).action_review_score()

    def test_nobody_types_a_score(self):
        for vals in ({"score": 99}, {"risk_class": "A"}, {"exposure_amount": 1}, {"review_due": self.today}):
            with self.assertRaises(AccessError):
                self.debtor.with_user(self.recovery_manager).write(vals)
        with self.assertRaises(AccessError):
            self.env["recovery.debtor"].with_user(self.recovery_manager).create(
                {"partner_id": self.make_partner("Neuf").id, "company_id": self.company.id, "risk_class": "A"}
            )
        self.debtor.with_user(self.recovery_user).is_strategic = True

    def test_a_natural_person_is_decided_on_by_a_person(self):
        person = self.env["res.partner"].create({"name": "Jeanne Petit"})
        self.make_invoice(person, 100, days_overdue=90)
        self.compute()
        self.assertIn("GDPR art. 22", self.debtor_of(person).score_card["advice"])
        self.compute(partners=self.debtor_partner)
        self.assertEqual(self.debtor.score_card and self.debtor.score_card["advice"], "")

    def test_companies_do_not_share_scores(self):
        other = self.setup_other_company(name="Société Deux")["company"]
        self.env.user.company_ids = [Command.link(other.id)]
        self.make_invoice(amount=100, days_overdue=200)
        self.make_invoice(amount=100, days_overdue=-20, company=other)
        for company in (self.company, other):
            self.scoring._compute(company, self.today)
        twin = self.debtor_of(company=other)
        self.assertIn(self.debtor.risk_class, ("D", "E"))
        self.assertEqual(twin.risk_class, "none")
        stranger = self.make_user("zoe", "debt_recovery.group_recovery_manager", company=other)
        self.assertFalse(self.debtor.score_ids.with_user(stranger).search([("debtor_id", "=", self.debtor.id)]))

    def test_size_by_staff_turnover_or_billing(self):
        self.make_invoice(amount=150000, days_overdue=5)
        self.compute()
        self.assertEqual(self.debtor.size, "large")
        self.debtor.employee_count = 300
        self.compute()
        self.assertEqual(self.debtor.size, "large")
        self.debtor.write({"employee_count": 3, "annual_turnover": 500000})
        self.compute()
        self.assertEqual(self.debtor.size, "small")
        self.debtor_partner.industry_id = self.env["res.partner.industry"].search([], limit=1)
        self.assertEqual(self.debtor.industry_id, self.debtor_partner.industry_id)

    def test_bands_and_thresholds_are_checked(self):
        for vals in (
            {"recovery_class_a": 40},
            {"recovery_exposure_bands": "5; 1"},
            {"recovery_size_bands": "1; 2"},
            {"recovery_review_months": 0},
        ):
            with self.assertRaises(ValidationError), mute_logger("odoo.sql_db"):
                self.company.write(vals)

    def test_queries_do_not_grow_with_the_debtors(self):
        partners = self.env["res.partner"].union(*(self.make_partner(f"Client {i}") for i in range(12)))
        for partner in partners:
            self.make_invoice(partner, 100, days_overdue=20)
        self.compute()
        self.env.invalidate_all()

        before = self.env.cr.sql_log_count
        self.compute(partners=partners[:2])
        few = self.env.cr.sql_log_count - before
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.compute(partners=partners)
        self.assertLessEqual(self.env.cr.sql_log_count - before, few + 2)
