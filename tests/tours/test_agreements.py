from odoo.tests import tagged

from .common import RecoveryTourCase


@tagged("post_install", "-at_install")
class TestAgreements(RecoveryTourCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_portfolio()

    def test_a_promise_in_two_clicks(self):
        self.tour("recovery_promise", self.recovery_user)
        promise = self.env["recovery.promise"].search([])
        self.assertEqual((promise.amount, promise.state), (1850.5, "open"))
        self.assertEqual(promise.line_ids.move_id, self.letter_invoice)

    def test_a_plan_up_to_its_signature(self):
        self.tour("recovery_payment_plan", self.recovery_user)
        plan = self.env["recovery.payment.plan"].search([])
        self.assertEqual((plan.state, plan.amount, len(plan.line_date_ids)), ("running", 4200, 4))
        self.assertTrue(plan.document_id.raw.startswith(b"%PDF"))

    def test_a_dispute_and_its_outcome(self):
        self.tour("recovery_dispute", self.recovery_user)
        dispute = self.env["recovery.dispute"].search([])
        self.assertEqual((dispute.amount, dispute.is_partial, dispute.outcome), (260, True, "rejected"))
        self.assertTrue(dispute.hold_ids.released_on)
