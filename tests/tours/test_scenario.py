from odoo.tests import tagged

from .common import RecoveryTourCase


@tagged("post_install", "-at_install")
class TestScenario(RecoveryTourCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_portfolio()
        cls.env["recovery.worklist"]._refresh(cls.company, cls.today)

    def test_manager_chooses_the_scenario_of_some_debtors(self):
        self.tour("recovery_choose_scenario", self.recovery_manager)
        rule = self.env["recovery.scenario.rule"].search([("name", "=", "Gros impayés")])
        self.assertEqual(rule.scenario_id, self.env.ref("debt_recovery.recovery_scenario_key_account"))
        debtor = self.debtor_of(self.at_formal_notice)
        self.assertEqual(debtor.scenario_id, self.env.ref("debt_recovery.recovery_scenario_small_debtor"))

    def test_manager_edits_a_wording_and_sees_what_it_gives(self):
        level = self.levels["reminder"]
        english = level.with_context(lang="en_US").body
        self.tour("recovery_wording", self.recovery_manager)
        french = level.with_context(lang="fr_FR").body
        self.assertIn("Merci de votre diligence.", french)
        self.assertIn('t-out="object.amount_text"', french, "the placeholders survived the editor")
        self.assertIn('<t t-out="object.paid_on_time_text"', french, "the field inserted is stored as it is filled")
        self.assertTrue(level.with_context(lang="fr_FR").subject.endswith("{{ object.debtor_name }}"))
        self.assertEqual(level.with_context(lang="en_US").body, english)
