from odoo.tests import tagged

from .common import RecoveryTourCase


@tagged("post_install", "-at_install")
class TestCredit(RecoveryTourCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"account_use_credit_limit": True, "recovery_credit_control_invoices": True})
        cls.customer = cls.make_partner("Traiteur Colin", credit_limit=500.0)
        cls.overdue = cls.make_invoice(cls.customer, amount=310.0, days_overdue=10)
        cls.debtor = cls.debtor_of(cls.customer)

    def test_invoice_is_refused_override_asked_granted_and_confirmed(self):
        self.env["recovery.credit.rule"].create({"company_id": self.company.id, "test": "limit", "mode": "block"})
        invoice = self.make_invoice(self.customer, amount=1000.0, days_overdue=-30, post=False)
        url = f"/odoo/account.move/{invoice.id}"
        self.tour("recovery_invoice_refused", self.recovery_user, url)
        decision = self.env["recovery.decision"].search(
            [("res_model", "=", "account.move"), ("res_id", "=", invoice.id)]
        )
        self.assertEqual((invoice.state, decision.state, decision.kind), ("draft", "asked", "credit"))
        self.tour("recovery_override_granted", self.recovery_manager)
        self.assertEqual((decision.state, decision.answered_by_id), ("granted", self.recovery_manager))
        self.tour("recovery_invoice_confirmed", self.recovery_user, url)
        self.assertEqual(invoice.state, "posted")

    def test_each_kind_of_refusal_stops_the_button(self):
        rules = self.env["recovery.credit.rule"]
        self.debtor.sudo().limit_review_date = self.day(5)
        invoice = self.make_invoice(self.customer, amount=1.0, days_overdue=-30, post=False)
        for test, vals in (
            ("overdue", {"amount": 100}),
            ("age", {"days": 5}),
            ("review", {}),
        ):
            rule = rules.create({"company_id": self.company.id, "test": test, "mode": "block", **vals})
            with self.subTest(test=test):
                self.tour(f"recovery_refused_{test}", self.recovery_user, f"/odoo/account.move/{invoice.id}")
                self.assertEqual(invoice.state, "draft")
            rule.unlink()

    def test_limit_guarantee_and_exposure_on_the_debtors_screen(self):
        self.tour("recovery_debtor_risk", self.recovery_manager, f"/odoo/recovery.debtor/{self.debtor.id}")
        self.assertEqual(self.customer.with_company(self.company).credit_limit, 8000)
        self.assertEqual(self.debtor.coverage_ids.amount, 300)
        self.tour("recovery_exposure_list", self.recovery_auditor)
