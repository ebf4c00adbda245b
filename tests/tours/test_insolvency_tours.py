from odoo.tests import tagged

from .common import RecoveryTourCase


@tagged("post_install", "-at_install")
class TestInsolvencyTours(RecoveryTourCase):
    """A receivership as a user follows it on the screen: the judgment, the declaration, the plan, its dividends."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.make_partner("Menuiserie Aubert")
        cls.invoice = cls.make_invoice(cls.customer, amount=1000.0, days_overdue=100)
        cls.debtor = cls.debtor_of(cls.customer)
        cls.debtor.write({"nature": "merchant", "nature_confirmed": True})
        cls.make_partner("SELARL Bernard", recovery_party_kind="trustee")
        cls.company.recovery_gate = "warn"

    def test_from_the_judgment_to_the_dividends(self):
        self.tour(
            "recovery_insolvency_story", self.recovery_user, f"/odoo/recovery.debtor/{self.debtor.id}", timeout=180
        )
        proceedings = self.debtor.sudo().insolvency_ids
        declaration = proceedings.declaration_ids
        self.assertEqual((proceedings.kind, proceedings.state), ("receivership", "plan"))
        self.assertEqual((declaration.state, declaration.amount_admitted), ("admitted", 1000))
        self.assertEqual(declaration.dividend_ids.mapped("amount"), [100] * 4)

        self.pay(self.invoice, 100, self.today)
        self.pay(self.invoice, 300, self.today)
        url = f"/odoo/recovery-declarations/{declaration.id}"
        self.tour("recovery_insolvency_payments", self.recovery_user, url, timeout=120)
        self.assertEqual(set(proceedings.payment_ids.mapped("nature")), {"dividend", "authorised"})
        self.assertEqual(declaration.amount_received, 100)
