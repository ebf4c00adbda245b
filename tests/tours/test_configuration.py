from odoo.tests import tagged

from .common import RecoveryTourCase


@tagged("post_install", "-at_install")
class TestConfiguration(RecoveryTourCase):
    def test_manager_changes_a_level_of_a_scenario(self):
        level = self.levels["formal_notice"]
        body = level.with_context(lang="fr_FR").body
        self.tour("recovery_configuration", self.recovery_manager)
        self.assertEqual(level.deadline_days, 20)
        self.assertEqual(level.with_context(lang="fr_FR").body, body, "looking at a wording keeps its placeholders")
