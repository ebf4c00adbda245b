from odoo.tests import tagged

from .common import RecoveryTourCase


@tagged("post_install", "-at_install")
class TestSettingsTour(RecoveryTourCase):
    def test_what_is_needed_is_seen_and_the_rest_is_found(self):
        self.company.recovery_scenario_id = False
        self.company.recovery_exposure_bands = "1000; 10000; 50000; 200000"
        administrator = self.make_user(
            "reglages", "base.group_system", "account.group_account_manager", "debt_recovery.group_recovery_manager"
        )
        administrator.lang = "fr_FR"
        self.tour("recovery_settings", administrator, "/odoo/settings", timeout=120)
        self.assertEqual(self.company.recovery_exposure_bands, "1000; 10000; 50000; 75000.5")
