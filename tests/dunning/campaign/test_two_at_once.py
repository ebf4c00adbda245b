from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ....models.dunning.campaign import recovery_dispatch
from ...common import identify
from .at_once import TODAY, AtOnceCase


@tagged("post_install", "-at_install")
class TestTwoAtOnce(AtOnceCase):
    """Two people who validate, send or create the same thing at the same moment."""

    def test_a_level_is_claimed_and_sent_once(self):
        first, second = self.transaction(self.propose), self.transaction(self.propose)
        self.together(
            lambda env: env["recovery.campaign"].browse(first)._validate(TODAY),
            lambda env: env["recovery.campaign"].browse(second)._validate(TODAY),
        )
        for campaign_id in (first, second):  # whoever was told to try again does
            self.transaction(
                lambda env, campaign_id=campaign_id: env["recovery.campaign"].browse(campaign_id)._validate(TODAY)
            )

        def states(env):
            notices = env["recovery.notice"].search([("company_id", "=", self.company_id)])
            return sorted(notices.mapped("state"))

        self.assertEqual(self.transaction(states), ["obsolete"] * 3 + ["validated"] * 3)

        def send(env):
            for campaign in (
                env["recovery.campaign"]
                .browse([first, second])
                .filtered(lambda campaign: campaign.state == "validated")
            ):
                campaign._send(TODAY)

        with self.subTest("two people press Send at once, and once more"):
            self.transaction(lambda env: env["recovery.level"].search([]).write({"attach_account_statement": False}))
            self.together(send, send)
            self.transaction(send)

        def deliveries(env):
            found = env["recovery.delivery"].search([("company_id", "=", self.company_id)])
            mails = env["mail.mail"].search([("id", "in", found.mail_id.ids)])
            return len(found), len(mails), sorted(found.debtor_id.mapped("display_name"))

        count, mails, names = self.transaction(deliveries)
        self.assertEqual((count, mails), (3, 3))
        self.assertEqual(names, ["Ensemble 0", "Ensemble 1", "Ensemble 2"])

    def test_two_screens_and_the_job_send_each_notice_once(self):
        self.transaction(lambda env: self.make_late_customers(env, env["res.company"].browse(self.company_id)))

        def prepare(env):
            campaign = env["recovery.campaign"].browse(self.propose(env))
            campaign.company_id.partner_id.lang = "en_US"  # what the job writes in
            campaign._validate(TODAY)
            campaign._leave_to_job("sending")
            return campaign.id

        campaign_id = self.transaction(prepare)

        def show(env):
            return env["recovery.campaign"].browse(campaign_id).action_go_on()["remaining"]

        def work(env):
            env["recovery.campaign"]._cron_send()

        self.transaction(lambda env: env["recovery.level"].search([]).write({"attach_account_statement": False}))
        with patch.object(recovery_dispatch, "SHORT_SENDING", 1), mute_logger("odoo.sql_db"):
            self.together(show, show, work)
            while self.transaction(show):
                pass
            self.transaction(work)

        def look(env):
            campaign = env["recovery.campaign"].browse(campaign_id)
            deliveries = campaign.notice_ids.delivery_ids
            told = [message for message in campaign.message_ids if "handed over" in (message.body or "")]
            counts = len(deliveries) - len(deliveries.debtor_id), len(deliveries) - len(deliveries.mail_id)
            return campaign.state, len(deliveries) == len(campaign.notice_ids), counts, len(told)

        self.assertEqual(self.transaction(look), ("sent", True, (0, 0), 1))

    def test_the_first_two_campaigns_of_a_year_both_get_their_number(self):
        def propose(env):
            campaign = env["recovery.campaign"].create(
                {"company_id": self.company_id, "date": TODAY.replace(year=2041)}
            )
            return campaign.name

        names = self.together(propose, propose)
        self.assertEqual(sorted(names), ["REL/2041/0001", "REL/2041/0002"])

    def test_customers_merged_while_a_campaign_is_proposed(self):
        def prepare(env):
            partners = env["res.partner"].search([("name", "=like", "Ensemble%")], order="id desc", limit=2)
            env["recovery.debtor"]._ensure_for(partners, env["res.company"].browse(self.company_id))
            return partners.ids

        self.transaction(lambda env: self.make_late_customers(env, env["res.company"].browse(self.company_id)))
        ids, proposed = self.transaction(prepare), []

        def merge(env):
            partners = env["res.partner"].browse(ids)
            partners.mapped("name")  # the picture of before
            if not proposed:
                proposed.append(self.transaction(self.propose))
            env["base.partner.merge.automatic.wizard"].create({})._merge(ids, partners[0])

        with mute_logger("odoo.sql_db"):
            self.transaction(merge)

        def look(env):
            campaign, kept = env["recovery.campaign"].browse(proposed), env["res.partner"].browse(ids[0])
            notices = campaign.notice_ids.filtered(lambda notice: notice.partner_id == kept)
            return [(notice.state, notice.line_count, notice.amount) for notice in notices.sorted("state")]

        first, *others = self.transaction(look)
        self.assertEqual(first, ("draft", 2, 200), "one notice of what both owed")
        self.assertNotIn("draft", [state for state, _count, _amount in others])

    def test_a_debtor_needed_by_two_is_created_once(self):
        partner_id = self.transaction(
            lambda env: env["res.partner"].create({"name": "Créé à deux", "is_company": True}).id
        )

        def ensure(env):
            return (
                env["recovery.debtor"]
                ._ensure_for(env["res.partner"].browse(partner_id), env["res.company"].browse(self.company_id))
                .id
            )

        results = self.together(ensure, ensure)
        self.assertEqual(len(set(results)), 1)
        self.assertIsInstance(results[0], int)

    def test_a_decision_asked_by_two_is_one_question(self):
        def ask(env):
            move = env["account.move"].search([("company_id", "=", self.company_id)], limit=1, order="id")
            return env["recovery.decision"]._ask("level", move, "Niveau", {}, 100, "Urgent").id

        self.together(ask, ask)

        def count(env):
            domain = [("company_id", "=", self.company_id), ("kind", "=", "level"), ("state", "=", "asked")]
            return env["recovery.decision"].search_count(domain)

        self.assertEqual(self.transaction(count), 1)
        self.transaction(ask)
        self.assertEqual(self.transaction(count), 1)

    def test_two_workers_make_one_automatic_campaign(self):
        day = TODAY + timedelta(days=1)

        def automatic(env):
            company = env["res.company"].browse(self.company_id)
            return env["recovery.campaign"]._run_automatically(company, day).id

        self.transaction(lambda env: identify(env["res.company"].browse(self.company_id)))
        self.transaction(lambda env: env["res.company"].browse(self.company_id).write({"recovery_auto_max_notices": 0}))
        results = self.together(automatic, automatic)
        results.append(self.transaction(automatic))
        self.assertFalse([result for result in results if isinstance(result, Exception)], results)
        self.assertEqual(len([result for result in results if result]), 1, results)

        def count(env):
            return env["recovery.campaign"].search_count(
                [("company_id", "=", self.company_id), ("date", "=", day), ("mode", "=", "automatic")]
            )

        self.assertEqual(self.transaction(count), 1)
