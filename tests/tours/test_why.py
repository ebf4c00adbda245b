from odoo.tests import tagged

from .common import RecoveryTourCase


@tagged("post_install", "-at_install")
class TestWhy(RecoveryTourCase):
    def test_a_day_is_simulated_and_explained(self):
        self.make_portfolio()
        self.tour("recovery_why", self.recovery_user, url="/odoo/recovery-campaigns")
        campaign = self.env["recovery.campaign"].search([("mode", "=", "simulation")], limit=1)
        self.assertEqual(campaign.state, "proposed")
        self.assertFalse(campaign.notice_ids)
        self.assertTrue(campaign.verdict_count)
