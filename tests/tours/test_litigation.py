from odoo.tests import tagged

from .common import RecoveryTourCase


@tagged("post_install", "-at_install")
class TestLitigation(RecoveryTourCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_portfolio()

    def test_a_case_from_the_debtor_to_its_end(self):
        self.tour("recovery_litigation", self.recovery_manager, timeout=120)
        case = self.env["recovery.case"].search([("partner_id", "=", self.at_formal_notice.id)])
        self.assertEqual((len(case), case.kind, case.close_reason), (1, "lost", "Liquidation judiciaire"))
        self.assertEqual(case.line_ids.move_id, self.formal_invoice)
