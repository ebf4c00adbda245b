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

    def test_manager_takes_over_the_file_of_another_database_and_undoes_it(self):
        before = self.scenario.cap_contacts
        self.assertNotEqual(before, 5)
        self.tour("recovery_configuration_file", self.recovery_manager)
        change = self.env["recovery.configuration.change"].search([], limit=1)
        self.assertEqual((change.filename, change.changed_count, change.state), ("siege.json", 1, "undone"))
        self.assertEqual(self.scenario.cap_contacts, before)
