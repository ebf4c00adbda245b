from odoo.tests import tagged

from ..common import RecoveryCommon


@tagged("post_install", "-at_install")
class TestPrescription(RecoveryCommon):
    def test_smoke(self):
        move = self.make_invoice(days_overdue=10)
        line = self.receivable_of(move)
        position = self.env["recovery.prescription"]._read_positions(line, self.today)[line.id]
        print(position)
