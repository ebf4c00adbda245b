from odoo.tests import tagged

from .common import RecoveryTourCase


@tagged("post_install", "-at_install")
class TestAuditor(RecoveryTourCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_portfolio()
        cls.send_campaign(cls.today, cls.debtor_of(cls.at_reminder))

    def test_auditor_reads_everything_and_changes_nothing(self):
        self.tour("recovery_auditor", self.recovery_auditor, timeout=120)
