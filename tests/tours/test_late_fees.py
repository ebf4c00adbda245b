from odoo.tests import tagged

from .common import RecoveryTourCase


@tagged("post_install", "-at_install")
class TestLateFees(RecoveryTourCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["recovery.scenario"].search([]).write({"late_interest_mode": "charge", "late_indemnity_mode": "charge"})
        cls.customer = cls.make_partner("Garage Lenoir")
        cls.invoice = cls.make_invoice(cls.customer, amount=1850.5, days_overdue=40)
        cls.debtor = cls.debtor_of(cls.customer)

    def test_late_fees_are_charged(self):
        self.tour("recovery_charge_late_fees", self.recovery_user, f"/odoo/recovery.debtor/{self.debtor.id}")
        charge = self.debtor.charge_ids
        self.assertEqual((charge.state, charge.user_id), ("posted", self.recovery_user))
        self.assertEqual(charge.fee_ids.mapped("move_id"), self.invoice)

    def test_late_fees_are_waived_by_a_manager_only(self):
        self.tour("recovery_waive_late_fees", self.recovery_user, f"/odoo/recovery.debtor/{self.debtor.id}")
        self.assertEqual(self.debtor.waiver_ids.state, "cancelled")
