from odoo.tests import tagged

from .common import RecoveryTourCase


@tagged("post_install", "-at_install")
class TestCustomer(RecoveryTourCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_portfolio()
        cls.company.account_use_credit_limit = True
        cls.at_reminder.with_company(cls.company).write({"use_partner_credit_limit": True, "credit_limit": 500.0})
        cls.debtor_of(cls.at_reminder)

    def test_customer_form_shows_the_exposure_and_leads_to_the_follow_up(self):
        self.tour("recovery_customer", self.recovery_user, f"/odoo/res.partner/{self.at_reminder.id}")

    def test_invoice_says_its_level_and_last_notice(self):
        self.tour("recovery_invoice", self.recovery_user, f"/odoo/account.move/{self.formal_invoice.id}")

    def test_confirming_beyond_the_limit_warns_with_the_figures(self):
        invoice = self.make_invoice(self.at_reminder, amount=1000.0, days_overdue=-30, post=False)
        self.tour("recovery_beyond_limit", self.recovery_user, f"/odoo/account.move/{invoice.id}")
        self.assertEqual(invoice.state, "posted")
        event = self.env["recovery.event"].search([("kind", "=", "limit_exceeded")], limit=1)
        self.assertEqual(event.res_id, invoice.id)
