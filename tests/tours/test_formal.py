from odoo.tests import tagged

from .common import RecoveryTourCase


@tagged("post_install", "-at_install")
class TestFormal(RecoveryTourCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_portfolio()
        cls.at_formal_notice.company_registry = False

    def test_manager_sees_what_is_missing_and_goes_on(self):
        self.make_campaign(user=self.recovery_manager)
        self.tour("recovery_formal", self.recovery_manager)
        notice = self.env["recovery.notice"].search(
            [("partner_id", "=", self.at_formal_notice.id), ("kind", "=", "formal_notice")]
        )
        self.assertEqual((notice.state, notice.decision_id.state), ("validated", "granted"))
        self.assertEqual(notice.decision_id.answered_by_id, self.recovery_manager)
        self.assertEqual(self.formal_invoice.recovery_proof_ids.name, "BC 4512")
