from odoo.tests import tagged

from .common import RecoveryTourCase


@tagged("post_install", "-at_install")
class TestAgedBalanceTour(RecoveryTourCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_portfolio()

    def test_a_reader_sorts_splits_unfolds_and_goes_to_the_entries(self):
        self.tour("recovery_aged_balance", self.recovery_user, timeout=120)
        favourite = self.env["ir.filters"].search([("model_id", "=", "recovery.aged.balance")])
        self.assertEqual((favourite.name, favourite.user_ids), ("Par compte", self.recovery_user))
        self.assertIn("account", favourite.context)
        self.assertTrue(favourite.is_default)
