from datetime import timedelta

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...wizards.settings.recovery_setup_wizard import STEPS
from ..common import RecoveryCommon
from ..english import InEnglish


@tagged("post_install", "-at_install")
class TestSetup(InEnglish, RecoveryCommon):
    """The guided set-up reads in the data what is missing, and leads to where it is typed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls.make_user("chef", "debt_recovery.group_recovery_manager")
        cls.admin.write({"group_ids": [(4, cls.env.ref("base.group_erp_manager").id)], "lang": "en_US"})

    def make_setup(self, user=None):
        return self.env["recovery.setup.wizard"].with_user(user or self.admin).create({})

    def test_what_is_missing_is_read_in_the_data_each_time(self):
        self.company.recovery_rcs_city = False
        self.assertIn("RCS registry", self.make_setup().identity_gap)
        self.company.recovery_rcs_city = "Paris"
        self.assertFalse(self.make_setup().identity_gap)
        self.company.recovery_scenario_id = False
        self.assertIn("No scenario is chosen", self.make_setup().preset_gap)
        self.company.recovery_scenario_id = self.scenario
        self.assertFalse(self.make_setup().preset_gap)
        done = self.make_setup().done_count
        self.company.recovery_scenario_id = False
        self.assertEqual(self.make_setup().done_count, done - 1, "nothing stays ticked")

    def test_each_step_opens_the_window_in_which_it_is_typed(self):
        setup = self.make_setup()
        for action in (setup.action_open(), setup.action_list()):
            self.assertEqual((action["res_model"], action["res_id"]), ("res.company", self.company.id))
            self.assertEqual(action["target"], "new")
        arch = etree.fromstring(setup.get_view(view_type="form")["arch"])
        for step in STEPS:
            (section,) = arch.xpath(f"//div[@data-step='{step}']")
            self.assertTrue(section.xpath(".//button"), step)
            self.assertTrue(section.xpath(f".//field[@name='{step}_gap']"), step)

    def test_whoever_installs_the_module_is_led_there_once(self):
        todo = self.env.ref("debt_recovery.recovery_setup_todo")
        todo.state = "open"
        action = todo.action_launch()
        self.assertEqual((action["type"], action["target"]), ("ir.actions.act_url", "self"))
        path = self.env.ref("debt_recovery.recovery_setup_wizard_action").path
        self.assertEqual(action["url"], f"/odoo/{path}")
        self.assertEqual(todo.state, "done")

    def test_the_preset_that_is_followed_is_named_until_something_is_changed(self):
        preset = self.env["recovery.preset"].search([], limit=1)
        setup = self.make_setup()
        setup.preset_id = preset
        setup.action_apply()
        self.assertEqual(self.make_setup().preset_name, preset.name)
        self.company.recovery_auto = not preset.is_automatic
        self.assertNotEqual(self.make_setup().preset_name, preset.name)

    def test_an_account_that_is_no_iban_is_told(self):
        self.assertFalse(self.make_setup().doubt_text)
        bank = self.company.sudo()._recovery_bank()
        for number in ("FR76 1234", "FR7630006000011234567890188", "12345", "FR763000600001123456789018"):
            bank.acc_number = number
            self.assertIn("valid IBAN", self.make_setup().doubt_text, number)
        bank.acc_number = "de89 3704 0044 0532 0130 00"
        self.assertFalse(self.make_setup().doubt_text)

    def test_old_debts_are_decided_before_the_first_campaign(self):
        self.assertFalse(self.make_setup().opening_gap)
        self.make_invoice(days_overdue=200)
        setup = self.make_setup()
        self.assertIn("more than 90 days old", setup.opening_gap)
        self.assertIn("Instalments late today: 1;", setup.opening_text)

    def test_every_preset_sets_the_company_up_and_may_be_changed_afterwards(self):
        presets = self.env["recovery.preset"].search([])
        self.assertGreaterEqual(len(presets), 5)
        for preset in presets:
            with self.subTest(preset=preset.name):
                setup = self.make_setup()
                setup.preset_id = preset
                setup.action_apply()
                self.assertEqual(self.company.recovery_scenario_id, preset.scenario_id)
                self.assertEqual(self.company.recovery_simple, preset.is_simple)
                self.assertEqual(self.company.recovery_auto, preset.is_automatic)
                self.assertTrue(all(preset.rule_ids.mapped("active")))
                self.assertFalse(self.company._recovery_get_doubts())
                self.assertFalse(self.make_setup().preset_gap)

    def test_a_manager_who_is_no_administrator_looks_and_is_told_whom_to_ask(self):
        setup = self.make_setup(self.recovery_manager)
        self.assertTrue(setup.campaign_gap)
        setup.preset_id = self.env["recovery.preset"].search([], limit=1)
        with self.assertRaises(AccessError) as caught:
            setup.action_apply()
        self.assertIn("Only an administrator", str(caught.exception))
        with self.assertRaises(AccessError):
            self.env["recovery.setup.wizard"].with_user(self.recovery_user).create({})

    def test_the_first_campaign_waits_for_the_identity_then_for_a_look(self):
        self.make_invoice(days_overdue=10)
        self.company.recovery_rcs_city = False
        with self.assertRaises(UserError) as caught:
            self.make_setup().action_campaign()
        self.assertIn("RCS registry", str(caught.exception))
        self.company.recovery_rcs_city = "Paris"
        setup = self.make_setup()
        action = setup.action_campaign()
        campaign = self.env["recovery.campaign"].browse(action["res_id"])
        self.assertEqual((campaign.state, campaign.notice_count), ("proposed", 1))
        campaign.action_validate()
        campaign.action_send()
        self.assertFalse(self.make_setup().campaign_gap)

    # ------------------------------------------------------------
    # Simple mode
    # ------------------------------------------------------------
    def test_in_simple_mode_everybody_follows_one_scenario(self):
        consumer = self.make_partner("Madame Petit", is_company=False)
        choose = self.env["recovery.scenario"]._choose
        before = choose(self.company, consumer, None, self.today)[consumer.id]
        self.assertEqual(before.origin, "rule")
        self.company.write({"recovery_simple": True, "recovery_scenario_id": self.scenario.id})
        after = choose(self.company, consumer, None, self.today)[consumer.id]
        self.assertEqual((after.origin, after.scenario_id), ("default", self.scenario.id))

    def test_in_simple_mode_nobody_is_scored_and_risk_is_not_in_the_menu(self):
        menu = self.env.ref("debt_recovery.recovery_risk_menu")
        menus = self.env["ir.ui.menu"].with_user(self.recovery_user)
        self.assertNotIn(menu.id, menus._load_menus_blacklist())
        self.make_invoice(days_overdue=10)
        self.company.recovery_simple = True
        self.assertIn(menu.id, menus._load_menus_blacklist())
        work = self.env["recovery.work"].sudo().new({"company_id": self.company.id, "day": self.today})
        self.assertEqual(self.env["recovery.scoring"]._find_ranges(work), [])
        self.company.recovery_simple = False
        self.assertNotIn(menu.id, menus._load_menus_blacklist())


@tagged("post_install", "-at_install")
class TestFirstAutomaticCampaign(InEnglish, RecoveryCommon):
    """The first automatic campaign of a ledger is looked at by a person, and none leaves without a sender."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"recovery_auto": True, "recovery_auto_max_notices": 10, "recovery_auto_max_amount": 5000})

    def run_automatically(self, day=None):
        return self.env["recovery.campaign"]._run_automatically(self.company, day or self.today)

    def test_the_first_one_waits_for_a_manager_and_the_next_one_does_not(self):
        self.make_invoice(days_overdue=10)
        campaign = self.run_automatically()
        self.assertEqual((campaign.state, campaign.notice_ids.state), ("to_approve", "draft"))
        self.assertIn("first automatic campaign", campaign.decision_id.subject)
        campaign.decision_id.with_user(self.recovery_manager)._grant("Vu")
        self.assertEqual((campaign.state, campaign.notice_ids.state), ("sent", "sent"))
        self.make_invoice(self.make_partner("Suivant"), days_overdue=10)
        later = self.run_automatically(self.today + timedelta(days=1))
        self.assertEqual(later.state, "sent")

    def test_a_campaign_that_somebody_sent_counts_as_looked_at(self):
        self.make_invoice(days_overdue=10)
        by_hand = self.make_campaign(self.today)
        by_hand._validate(self.today)
        by_hand._send(self.today)
        self.make_invoice(self.make_partner("Suivant"), days_overdue=10)
        self.assertEqual(self.run_automatically(self.today + timedelta(days=1)).state, "sent")

    def test_none_leaves_while_the_sender_is_not_complete_and_one_task_says_so(self):
        self.make_invoice(days_overdue=10)
        self.company.recovery_rcs_city = False
        waiting = self.run_automatically()
        self.assertEqual((waiting.state, len(waiting.notice_ids), len(waiting.activity_ids)), ("draft", 0, 1))
        self.assertIn("RCS registry", waiting.activity_ids.summary)
        again = self.run_automatically(self.today + timedelta(days=1))
        self.assertEqual((again, len(again.activity_ids)), (waiting, 1), "one campaign waits, and says it once")
        self.company.recovery_rcs_city = "Paris"
        day = self.today + timedelta(days=2)
        campaign = self.run_automatically(day)
        self.assertEqual((campaign, campaign.date, campaign.state), (waiting, day, "to_approve"))
        self.assertFalse(campaign.activity_ids.filtered(lambda task: "identity" in (task.summary or "")))
