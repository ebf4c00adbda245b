from datetime import date, timedelta

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import RecoveryCommon


@tagged("post_install", "-at_install")
class TestContractTerms(RecoveryCommon):
    """Dated terms of contract, and payment terms beyond the legal maximum."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Terms = cls.env["recovery.contract.terms"].with_user(cls.recovery_manager)
        cls.debtor = cls.debtor_of()

    def make_terms(self, start, end=None, debtor=None, **vals):
        return self.Terms.create(
            {
                "company_id": self.company.id,
                "debtor_id": debtor.id if debtor else False,
                "valid_from": start,
                "valid_to": end,
                **vals,
            }
        )

    def get(self, day, partner=None, company=None):
        return self.Terms._get_terms(company or self.company, partner or self.debtor_partner, day)

    def test_own_terms_come_before_the_companys(self):
        default = self.make_terms(date(2025, 1, 1), cgv_version="2025")
        own = self.make_terms(
            date(2026, 1, 1), date(2026, 6, 30), self.debtor, penalty_kind="contract", penalty_rate=12
        )
        contact = self.env["res.partner"].create({"name": "Service achats", "parent_id": self.debtor_partner.id})
        self.assertFalse(self.get(date(2024, 12, 31)))
        self.assertEqual(self.get(date(2025, 1, 1)), default)
        self.assertEqual(self.get(date(2026, 1, 1), contact), own)
        self.assertEqual(self.get(date(2026, 6, 30)), own)
        self.assertEqual(self.get(date(2026, 7, 1)), default)
        self.assertEqual(self.get(date(2026, 3, 1), self.make_partner("Autre")), default)

    def test_companies_have_their_own(self):
        other = self.setup_other_company(name="Société Deux")["company"]
        self.make_terms(date(2025, 1, 1))
        self.assertFalse(self.get(date(2026, 1, 1), company=other))
        branch = self.env["res.company"].create({"name": "Agence", "parent_id": self.company.id})
        self.assertTrue(self.get(date(2026, 1, 1), company=branch))
        with self.assertRaises(ValidationError):
            self.env["recovery.contract.terms"].create({"company_id": branch.id, "valid_from": date(2030, 1, 1)})

    def test_two_terms_are_never_valid_at_once(self):
        self.make_terms(date(2026, 1, 1), date(2026, 3, 31), self.debtor)
        for start, end in (
            (date(2026, 3, 31), None),
            (date(2025, 1, 1), date(2026, 1, 1)),
            (date(2025, 1, 1), None),
            (date(2026, 2, 1), date(2026, 2, 2)),
        ):
            with self.assertRaises(ValidationError):
                self.make_terms(start, end, self.debtor)
        self.make_terms(date(2026, 4, 1), None, self.debtor)
        self.make_terms(date(2026, 2, 1))  # the company's own are another matter
        with self.assertRaises(ValidationError):
            self.make_terms(date(2020, 1, 1), date(2020, 6, 1), self.debtor, penalty_kind="contract")

    def test_terms_that_were_in_force_stay(self):
        terms = self.make_terms(date(2026, 1, 1))
        with self.assertRaises(UserError):
            terms.unlink()
        self.make_terms(date(2099, 1, 1), None, self.debtor).unlink()
        with self.assertRaises(AccessError):
            terms.with_user(self.recovery_user).jurisdiction = "TC Paris"
        event = self.env["recovery.event"].search([("kind", "=", "terms_changed")], limit=1)
        self.assertEqual(event.res_model, "recovery.contract.terms")

    # ------------------------------------------------------------
    # Legal maximum
    # ------------------------------------------------------------
    def make_payment_term(self, days, kind="days_after", **vals):
        return self.env["account.payment.term"].create(
            {
                "name": f"{days} {kind}",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 100, "nb_days": days, "delay_type": kind, **vals}
                    )
                ],
            }
        )

    def warning(self, record):
        record.invalidate_recordset()
        return record.with_user(self.recovery_user).recovery_term_warning or ""

    def test_payment_terms_say_when_they_are_too_long(self):
        self.assertFalse(self.warning(self.make_payment_term(60)))
        self.assertIn("Excess in days: 45", self.warning(self.make_payment_term(90, "days_after_end_of_month")))
        self.assertIn(
            "only if the contract stipulates", self.warning(self.make_payment_term(45, "days_after_end_of_month"))
        )
        over = self.warning(self.make_payment_term(90))
        self.assertIn("L441-10", over)

    def test_invoices_say_when_they_are_due_too_late(self):
        start = date(2026, 1, 16)
        cases = {60: "", 61: "only if the contract stipulates", 76: "Beyond the legal maximum"}
        for days, text in cases.items():
            invoice = self.make_invoice(date=start, due=start + timedelta(days=days))
            found = self.warning(invoice)
            self.assertEqual(bool(found), bool(text), found)
            self.assertIn(text, found)
        invoice = self.make_invoice(date=start, due=start + timedelta(days=70))
        self.make_terms(date(2025, 1, 1), None, self.debtor, is_month_end_agreed=True)
        self.assertFalse(self.warning(invoice))

    def test_only_professionals_in_france(self):
        start = date(2026, 1, 16)
        person = self.env["res.partner"].create({"name": "Jeanne Petit"})
        abroad = self.make_partner("Brüssel", country_id=self.env.ref("base.be").id)
        town = self.make_partner("Mairie")
        self.debtor_of(town).nature = "public"
        for partner in (person, abroad, town):
            invoice = self.make_invoice(partner, date=start, due=start + timedelta(days=120))
            self.assertFalse(self.warning(invoice), partner.name)
        refund = self.make_invoice(date=start, due=start + timedelta(days=120), move_type="out_refund")
        self.assertFalse(self.warning(refund))

    def test_a_sector_has_its_own_maximum(self):
        self.company.recovery_term_rule_ids = self.env.ref("debt_recovery.recovery_payment_term_rule_transport_30")
        start = date(2028, 1, 31)
        self.assertFalse(self.warning(self.make_invoice(date=start, due=date(2028, 3, 1))))
        found = self.warning(self.make_invoice(date=start, due=date(2028, 3, 2)))
        self.assertIn("L441-11", found)

    def test_the_customer_carries_the_warning_of_its_terms(self):
        self.debtor_partner.property_payment_term_id = self.make_payment_term(90)
        self.assertIn("Beyond the legal maximum", self.warning(self.debtor_partner))
        self.debtor.nature = "public"
        self.assertFalse(self.warning(self.debtor_partner))

    def test_a_rule_ends(self):
        rule = self.env.ref("debt_recovery.recovery_payment_term_rule_general_60")
        rule.valid_to = date(2026, 1, 1)
        invoice = self.make_invoice(date=date(2026, 1, 16), due=date(2026, 2, 1))
        self.assertIn("stipulates", self.warning(invoice))
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            rule.valid_from = date(2027, 1, 1)
            self.env.flush_all()
