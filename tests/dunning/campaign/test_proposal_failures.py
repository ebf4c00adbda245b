from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from ...common import RecoveryCommon

LOGGERS = ("odoo.addons.debt_recovery.models.dunning.campaign.recovery_proposal", "odoo.sql_db")


@tagged("post_install", "-at_install")
class TestProposalFailures(RecoveryCommon):
    """One debtor that cannot be worked out never stops the others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls.env["res.partner"].union(*(cls.make_partner(f"Client {i}") for i in range(7)))
        for number, partner in enumerate(cls.partners):
            cls.make_invoice(partner, 100 + number, days_overdue=10)
        cls.bad = cls.partners[3]
        cls.make_invoice(cls.bad, 50, days_overdue=-20)

    def setUp(self):
        super().setUp()
        self.enterContext(mute_logger(*LOGGERS))

    def fail_addressees(self, *bad):
        """Make the search for the addressee raise for these customers."""
        Debtor = self.env.registry["recovery.debtor"]
        original = Debtor._map_addressees

        def map_addressees(model, kinds):
            for debtor in kinds:
                if debtor.partner_id in bad:
                    raise ValueError(f"no idea of whom to write to at {debtor.partner_id.name}")
            return original(model, kinds)

        return patch.object(Debtor, "_map_addressees", map_addressees)

    def refuse_in_database(self, partner):
        """Make PostgreSQL refuse the notices of a customer."""
        self.env.flush_all()
        self.cr.execute(
            "ALTER TABLE recovery_notice ADD CONSTRAINT refuse_one CHECK (partner_id <> %s) NOT VALID", [partner.id]
        )

    def assertOthersProposed(self, campaign, bad=None):
        bad = bad or self.bad
        self.assertEqual(campaign.notice_ids.partner_id, self.partners - bad)
        self.assertEqual(campaign.failure_ids.partner_id, bad)
        self.assertEqual(campaign.failure_count, len(bad))
        self.assertEqual(campaign.state, "proposed")

    def test_the_others_go_on_and_the_failure_is_listed_with_its_reason(self):
        with self.fail_addressees(self.bad):
            campaign = self.make_campaign()
        self.assertOthersProposed(campaign)
        self.assertIn("whom to write to at Client 3", campaign.failure_ids.reason)
        self.assertEqual((campaign.failure_ids.instalment_count, campaign.failure_ids.amount), (2, 153))
        self.assertTrue(all(notice.tone for notice in campaign.notice_ids))

    def test_what_fails_stays_in_the_totals_and_among_the_verdicts(self):
        with self.fail_addressees(self.bad):
            campaign = self.make_campaign()
        self.assertEqual(campaign.amount_open, sum(range(100, 107)) + 50)
        self.assertEqual(campaign.amount_left_out, 153)
        self.assertEqual(campaign.summary["error"], [2, 153])
        rows = self.env["recovery.verdict"].search([("campaign_id", "=", campaign.id), ("code", "=", "error")])
        self.assertEqual((rows.partner_id, len(rows)), (self.bad, 2))
        self.assertIn("whom to write to", rows[0].detail)

    def test_an_error_of_the_database_too(self):
        self.refuse_in_database(self.bad)
        campaign = self.make_campaign()
        self.assertOthersProposed(campaign)
        self.assertIn("refuse_one", campaign.failure_ids.reason)

    def test_several_fail_and_everybody_fails(self):
        bad = self.partners[0] | self.partners[5]
        with self.fail_addressees(*bad):
            self.assertOthersProposed(self.make_campaign(), bad)
        with self.fail_addressees(*self.partners):
            campaign = self.make_campaign()
        self.assertFalse(campaign.notice_ids)
        self.assertEqual(campaign.failure_count, 7)

    def test_a_rule_that_fails_on_one_customer_sends_nobody_down_the_wrong_scenario(self):
        other = self.scenario.copy({"name": "Doux"})
        rule = self.env["recovery.scenario.rule"].create(
            {"name": "Lyon", "scenario_id": other.id, "sequence": 1, "debtor_domain": "[('partner_id', '!=', False)]"}
        )
        Rule = self.env.registry["recovery.scenario.rule"]
        original = Rule._match_debtors

        def match(model, company, partner_ids):
            if self.bad.id in partner_ids:
                raise ZeroDivisionError("division by zero")
            return original(model, company, partner_ids)

        with patch.object(Rule, "_match_debtors", match):
            campaign = self.make_campaign()
        self.assertOthersProposed(campaign)
        self.assertEqual(campaign.failure_ids.reason, "division by zero")
        self.assertEqual(campaign.notice_ids.level_id.scenario_id, other)
        rule.sudo().flush_recordset()
        self.env.cr.execute("UPDATE recovery_scenario_rule SET debtor_domain = '[(1' WHERE id = %s", [rule.id])
        self.env.invalidate_all()
        with mute_logger("odoo.addons.debt_recovery.models.dunning.scenario.recovery_scenario_rule"):
            campaign = self.make_campaign()
        self.assertFalse(campaign.failure_ids, "an unreadable filter is passed over, and says so on the rule")
        self.assertEqual(campaign.notice_ids.level_id.scenario_id, self.scenario)

    def test_a_tone_that_cannot_be_found_fails_alone(self):
        Selection = self.env.registry["recovery.selection"]
        original = Selection._find_tones

        def find_tones(selection, company, day, oldest_by_debtor, without=None):
            if any(debtor.partner_id == self.bad for debtor in oldest_by_debtor):
                raise KeyError("tone")
            return original(selection, company, day, oldest_by_debtor, without)

        with patch.object(Selection, "_find_tones", find_tones):
            self.assertOthersProposed(self.make_campaign())

    def test_a_simulation_goes_on_too_and_writes_no_debtor(self):
        before = self.env["recovery.debtor"].search_count([])
        original = self.env.registry["recovery.proposal"]._is_reachable

        def is_reachable(model, level, addressee):
            if addressee == self.bad:
                raise ValueError("unreadable address")
            return original(model, level, addressee)

        with patch.object(self.env.registry["recovery.proposal"], "_is_reachable", is_reachable):
            campaign = self.env["recovery.campaign"].create({"date": self.today, "mode": "simulation"})
            campaign.action_simulate()
        self.assertEqual(campaign.failure_ids.partner_id, self.bad)
        self.assertEqual(campaign.amount_simulated, sum(range(100, 107)) - 103)
        self.assertEqual(self.env["recovery.debtor"].search_count([]), before)
        campaign.failure_ids.action_retry()
        self.assertFalse(campaign.failure_ids)
        self.assertEqual(campaign.amount_simulated, sum(range(100, 107)))

    def test_an_automatic_campaign_sends_the_others_and_warns_its_author(self):
        self.company.write({"recovery_auto_max_notices": 100, "recovery_auto_max_amount": 10**6})
        self.company.recovery_contact_id = self.recovery_user
        self.begin_ledger()
        with self.fail_addressees(self.bad):
            campaign = self.env["recovery.campaign"]._run_automatically(self.company, self.today)
        self.assertEqual((campaign.state, campaign.sent_count, campaign.failure_count), ("sent", 6, 1))
        self.assertEqual(campaign.activity_ids.user_id, self.recovery_user)
        with freeze_time(f"{self.today} 10:00:00"):
            action = campaign.with_user(self.recovery_user).action_retry_proposing()
        again = self.env["recovery.campaign"].browse(action["res_id"])
        self.assertEqual((again.notice_ids.partner_id, again.mode, again.state), (self.bad, "proposal", "proposed"))
        self.assertEqual(campaign.failure_count, 1, "what happened stays written")

    def test_retry_in_the_campaign_puts_the_totals_right(self):
        with self.fail_addressees(*self.partners[2:5]):
            campaign = self.make_campaign()
        with self.fail_addressees(self.partners[4]):
            campaign.with_user(self.recovery_user).action_retry_proposing()
        self.assertOthersProposed(campaign, self.partners[4])
        self.assertEqual(campaign.summary["error"], [1, 104])
        campaign.failure_ids.with_user(self.recovery_user).action_retry()
        self.assertFalse(campaign.failure_ids)
        self.assertEqual(campaign.notice_ids.partner_id, self.partners)
        self.assertEqual(campaign.summary, self.make_campaign().summary)
        self.assertEqual(campaign.amount_open, sum(range(100, 107)) + 50)
        verdicts = self.env["recovery.verdict"].search([("campaign_id", "=", campaign.id)])
        self.assertEqual(len(verdicts), len(verdicts.move_line_id))
        with self.assertRaises(UserError):
            campaign.action_retry_proposing()

    def test_the_journal_keeps_the_failure(self):
        with self.fail_addressees(self.bad):
            campaign = self.make_campaign()
        event = self.env["recovery.event"].search([("kind", "=", "unproposed")], limit=1)
        self.assertEqual((event.object_name, event.debtor_id.partner_id), ("Client 3", self.bad))
        self.assertIn("whom to write to", event.summary)
        self.assertEqual(event.company_id, campaign.company_id)

    def test_only_users_try_again_and_nobody_writes_the_list(self):
        with self.fail_addressees(self.bad):
            campaign = self.make_campaign()
        with self.assertRaises(AccessError):
            campaign.failure_ids.with_user(self.recovery_auditor).action_retry()
        self.assertEqual(campaign.failure_ids.with_user(self.recovery_auditor).partner_id, self.bad)
        with self.assertRaises(AccessError):
            campaign.failure_ids.with_user(self.recovery_manager).reason = "rien"
        stranger = self.make_user(
            "eve", "debt_recovery.group_recovery_user", company=self.env["res.company"].create({"name": "Autre"})
        )
        self.assertFalse(self.env["recovery.campaign.failure"].with_user(stranger).search([]))

    def test_the_form_shows_it(self):
        with self.fail_addressees(self.bad):
            campaign = self.make_campaign()
        form = Form(campaign)
        self.assertEqual(form.failure_count, 1)

    def test_a_failure_costs_a_few_batches_not_one_by_debtor(self):
        many = self.env["res.partner"].union(*(self.make_partner(f"N {i}") for i in range(40)))
        for partner in many:
            self.make_invoice(partner, days_overdue=10)
        self.env.flush_all()

        def count():
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            campaign = self.make_campaign()
            return self.cr.sql_log_count - before, campaign

        plain, _run = count()
        with self.fail_addressees(many[20]):
            queries, campaign = count()
        self.assertEqual(campaign.failure_ids.partner_id, many[20])
        self.assertLess(queries, 12 * plain, "about two batches per halving, not one per debtor")

    def test_proposing_again_never_drops_what_is_validated(self):
        campaign = self.make_campaign()
        self.env["recovery.dispatch"]._validate(campaign.notice_ids[:2], self.today)
        self.assertEqual(campaign.state, "proposed")
        with self.assertRaisesRegex(UserError, "validated already"):
            campaign.action_propose()
        self.assertEqual(len(campaign.notice_ids), 7)
