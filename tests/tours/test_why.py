from odoo.tests import tagged

from .common import RecoveryTourCase


@tagged("post_install", "-at_install")
class TestWhy(RecoveryTourCase):
    def test_a_day_is_simulated_and_explained(self):
        self.make_portfolio()
        self.tour("recovery_why", self.recovery_user, url="/odoo/recovery-campaigns")
        run = self.env["recovery.run"].search([("mode", "=", "simulation")], limit=1)
        self.assertEqual(run.state, "proposed")
        self.assertFalse(run.notice_ids)
        self.assertTrue(run.verdict_count)
