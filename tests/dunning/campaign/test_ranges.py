from contextlib import contextmanager
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ....models.dunning.campaign import recovery_campaign as campaigns
from ...common import RecoveryCommon
from ...english import InEnglish

RANGE_LOG = "odoo.addons.debt_recovery.models.common.recovery_work_range"


@tagged("post_install", "-at_install")
class TestRanges(InEnglish, RecoveryCommon):
    """A large campaign is proposed, validated and sent in ranges of customers: how far, what failed, cancel, again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for position in range(7):
            partner = cls.make_partner(f"Client {position}", email=f"c{position}@example.com")
            cls.make_invoice(partner, days_overdue=10)
        cls.campaign = cls.env["recovery.campaign"].sudo().create({"company_id": cls.company.id, "date": cls.today})
        cls.Work = cls.env["recovery.work"]

    @contextmanager
    def small(self, size=3):
        """Have a few customers be many."""
        dispatch = type(self.env["recovery.dispatch"])
        with (
            patch.object(campaigns, "LONG_PROPOSAL", 2),
            patch.object(campaigns, "PROPOSED_AT_ONCE", size),
            patch.object(campaigns, "VALIDATED_AT_ONCE", size),
            patch.object(campaigns, "LONG_VALIDATION", 2),
            patch.object(campaigns, "LONG_SENDING", 2),
            patch.object(dispatch, "_get_batch_size", lambda _self: size),
        ):
            yield

    def job(self):
        with self.enter_registry_test_mode():
            self.env.ref("debt_recovery.ir_cron_do_works").sudo().method_direct_trigger()
        self.env.invalidate_all()

    def propose(self):
        self.campaign.with_user(self.recovery_user).action_propose()
        return self.campaign.work_id

    def get_validated(self):
        self.campaign._propose()
        self.campaign._validate(self.today)
        return self.campaign

    def test_a_large_proposal_is_the_one_made_at_once(self):
        self.campaign._propose()
        fields = ["partner_id", "level_id", "amount", "line_count", "state", "lang", "tone"]
        at_once = self.campaign.notice_ids.sorted("partner_id").read(fields, load="")
        summary, figures = self.campaign.summary, (self.campaign.instalment_count, self.campaign.amount_open)
        with self.small():
            work = self.propose()
            self.assertEqual((self.campaign.state, work.kind, work.state), ("draft", "proposal", "running"))
            self.assertGreater(len(work.range_ids), 3)
            self.job()
        self.assertEqual((self.campaign.state, work.state, work.progress), ("proposed", "done", 100.0))
        in_ranges = self.campaign.notice_ids.sorted("partner_id").read(fields, load="")
        for row in at_once + in_ranges:
            del row["id"]
        self.assertEqual(in_ranges, at_once)
        self.assertEqual(self.campaign.summary, summary)
        self.assertEqual((self.campaign.instalment_count, self.campaign.amount_open), figures)

    def test_entries_without_a_customer_are_told_in_ranges_too(self):
        line = self.receivable_of(self.make_invoice(self.make_partner("Perdu"), days_overdue=10))
        self.env.flush_all()
        self.env.cr.execute("UPDATE account_move_line SET partner_id = NULL WHERE id = %s", [line.id])
        self.env.invalidate_all()
        self.campaign._propose()
        summary = self.campaign.summary
        with self.small():
            self.propose()
            self.job()
        self.assertEqual(self.campaign.summary, summary)

    def test_validation_and_sending_end_by_themselves(self):
        self.campaign._propose()
        with self.small():
            self.campaign.with_user(self.recovery_user).action_validate()
            self.assertEqual(self.campaign.work_id.kind, "validation")
            self.job()
            self.assertEqual((self.campaign.state, self.campaign.is_validating), ("validated", False))
            self.campaign.with_user(self.recovery_user).action_send()
            work = self.campaign.work_id
            self.assertEqual(set(work.range_ids.mapped("lane")), {"send"})
            self.job()
        notices = self.campaign.notice_ids
        self.assertEqual((self.campaign.state, work.state, len(notices.delivery_ids)), ("sent", "done", len(notices)))
        self.assertFalse(self.campaign.work_id)

    def test_letters_are_ranges_of_their_own_and_shorter(self):
        late = self.env["res.partner"].search([("name", "=like", "Client _")], limit=4)
        late.write({"email": False, "street": "1 rue Basse", "city": "Lyon"})
        self.get_validated()
        with self.small(10):
            self.campaign._leave_to_job("sending")
        lanes = [(part.lane, part.count) for part in self.campaign.work_id.range_ids.sorted("number")]
        self.assertEqual([count for lane, count in lanes if lane == "print"], [2, 2])

    def test_a_range_asked_for_twice_is_done_once(self):
        with self.small():
            work = self.propose()
            part = work.range_ids[0]
            part._do_safely()
            before = self.campaign.notice_ids.ids
            part._do_safely()
            part._do_safely()
        self.assertEqual((part.state, self.campaign.notice_ids.ids), ("done", before))

    def test_a_range_whose_doers_die_of_it_is_not_begun_for_ever(self):
        with self.small():
            work = self.propose()
            work.range_ids[0].attempts = 10
            with mute_logger(RANGE_LOG):
                self.job()
        self.assertEqual(work.range_ids.mapped("state"), ["failed"] + ["done"] * (len(work.range_ids) - 1))
        self.assertEqual((work.state, self.campaign.state), ("incomplete", "draft"))

    def test_a_range_that_fails_says_why_and_is_done_again(self):
        self.get_validated()
        dispatch = type(self.env["recovery.dispatch"])
        with self.small():
            self.campaign._leave_to_job("sending")
            work = self.campaign.work_id
            bad = work.range_ids[1]
            send = dispatch._send_launched

            def fail(engine, notices, day):
                if set(notices.partner_id.ids) & set(bad.partner_ids):
                    raise ValueError("The printer burns")
                send(engine, notices, day)

            with patch.object(dispatch, "_send_launched", fail), mute_logger(RANGE_LOG):
                self.job()
            self.assertEqual((work.state, self.campaign.state), ("incomplete", "sending"), "it says what is left")
            self.assertEqual((bad.state, bad.reason), ("failed", "The printer burns"))
            self.assertEqual((self.campaign.failed_range_count, self.campaign.failed_range_ids), (1, bad))
            self.campaign.with_user(self.recovery_user).action_retry_ranges()
            self.assertEqual((work.state, bad.state, bad.reason), ("running", "waiting", False))
            self.job()
        self.assertEqual((work.state, self.campaign.state), ("done", "sent"))
        self.assertEqual(len(self.campaign.notice_ids.delivery_ids), len(self.campaign.notice_ids))

    def test_cancelling_stops_at_the_next_range(self):
        self.get_validated()
        with self.small():
            self.campaign._leave_to_job("sending")
            work = self.campaign.work_id
            work.range_ids[0]._do_safely()
            self.campaign.with_user(self.recovery_user).action_cancel_work()
            self.job()
            self.assertEqual((work.state, self.campaign.state), ("cancelled", "validated"))
            self.assertEqual(work.range_ids.mapped("state"), ["done"] + ["cancelled"] * (len(work.range_ids) - 1))
            self.assertEqual(self.campaign.sent_count, work.range_ids[0].count)
            self.campaign.with_user(self.recovery_user).action_send()
            self.job()
        self.assertEqual(self.campaign.state, "sent")
        self.assertEqual(len(self.campaign.notice_ids.delivery_ids), len(self.campaign.notice_ids))

    def test_a_proposal_that_is_cancelled_leaves_nothing(self):
        with self.small():
            work = self.propose()
            work.range_ids[0]._do_safely()
            self.assertTrue(self.campaign.notice_ids)
            self.campaign.with_user(self.recovery_user).action_cancel_work()
            self.env.invalidate_all()
            self.assertFalse(self.campaign.notice_ids)
            self.assertEqual(self.campaign.state, "draft")
            self.propose()
            self.job()
        self.assertEqual(self.campaign.state, "proposed")

    def test_while_it_is_proposed_nobody_changes_or_doubles_it(self):
        with self.small():
            work = self.propose()
            mine = self.campaign.with_user(self.recovery_user)
            for change in (
                mine.action_propose,
                mine.unlink,
                lambda: mine.write({"collector_id": self.recovery_user.id}),
                lambda: mine._validate(self.today),
            ):
                with self.assertRaisesRegex(UserError, "being proposed"):
                    change()
            self.assertEqual(self.Work._launch(self.campaign, "proposal", self.company, self.today), work)

    def test_what_somebody_else_was_at_work_on_is_taken_up_again(self):
        self.get_validated()
        self.company.partner_id.lang = "en_US"  # what the job writes in
        dispatch = type(self.env["recovery.dispatch"])
        with self.small():
            self.campaign._leave_to_job("sending")
            work = self.campaign.work_id
            with patch.object(dispatch, "_send_launched", lambda *_arguments: None):
                self.job()
            self.assertEqual((work.state, work.round), ("running", 1))
            self.assertTrue(work.range_ids.filtered(lambda part: part.state == "waiting"))
            with patch.object(dispatch, "_send_launched", lambda *_arguments: None):
                for _round in range(6):
                    self.job()
            self.assertEqual((work.state, self.campaign.state), ("incomplete", "sending"), "not for ever")
            self.assertIn("Somebody else", work.failed_range_ids[0].reason)
            work.action_retry()
            self.job()
        self.assertEqual((work.state, self.campaign.state), ("done", "sent"))

    def test_the_screen_that_ends_the_work_ends_its_ranges(self):
        self.get_validated()
        with self.small():
            self.campaign.with_user(self.recovery_user).action_send()
            work = self.campaign.work_id
            while self.campaign.with_user(self.recovery_user).action_go_on()["remaining"]:
                pass
        self.assertEqual((work.state, set(work.range_ids.mapped("state"))), ("done", {"done"}))

    def test_a_large_automatic_campaign_goes_from_proposal_to_sending(self):
        self.company.write({"recovery_auto_max_notices": 100, "recovery_auto_max_amount": 1e6})
        self.campaign.unlink()
        self.begin_ledger()
        with self.small():
            campaign = self.env["recovery.campaign"].sudo()._run_automatically(self.company, self.today)
            self.assertEqual((campaign.state, campaign.work_kind), ("draft", "proposal"))
            for _turn in range(3):
                self.job()
        self.assertEqual(campaign.state, "sent")
        self.assertEqual(len(campaign.notice_ids.delivery_ids), len(campaign.notice_ids))

    def test_how_long_it_takes_is_reckoned_from_what_was_done(self):
        with self.small():
            work = self.propose()
            self.assertEqual(work.remaining_text, "Not known yet")
            work.range_ids[0]._do_safely()
            self.assertEqual(work.remaining_text, "less than a minute")
            done, total = work.range_ids[0].count, work.total_count
            self.assertEqual(work.progress_text, f"{done} of {total} done, batches left: {len(work.range_ids) - 1}")
            self.assertAlmostEqual(work.progress, 100 * done / total)

    def test_the_screen_of_a_proposal_tells_how_far_it_is(self):
        with self.small():
            work = self.propose()
            work.range_ids[0]._do_safely()
            said = self.campaign.with_user(self.recovery_user).action_reload()
            self.assertEqual(said["params"]["message"], work.progress_text)
            self.job()
        said = self.campaign.with_user(self.recovery_user).action_reload()
        self.assertIn("Nothing is in progress", said["params"]["message"])

    def test_who_may_not_work_neither_retries_nor_cancels(self):
        with self.small():
            work = self.propose()
        for button in ("action_cancel", "action_retry"):
            with self.assertRaises(AccessError):
                getattr(work.with_user(self.recovery_auditor), button)()
        self.assertTrue(work.with_user(self.recovery_auditor).progress_text, "an auditor reads it")

    def test_a_cancelled_campaign_stops_its_work(self):
        self.get_validated()
        with self.small():
            self.campaign._leave_to_job("sending")
            work = self.campaign.work_id
            self.campaign.with_user(self.recovery_manager)._cancel("Erreur")
            self.job()
        self.assertEqual((work.state, self.campaign.state), ("cancelled", "cancelled"))
        self.assertFalse(self.campaign.notice_ids.delivery_ids)

    def test_a_campaign_left_at_work_by_an_older_version_is_taken_up(self):
        self.get_validated()
        self.campaign.state = "sending"
        with self.enter_registry_test_mode():
            self.env.ref("debt_recovery.ir_cron_send_notices").sudo().method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.campaign.state, "sent")

    def test_a_range_reads_its_customers_by_index(self):
        """By the costs of slow disks PostgreSQL would read the whole ledger for each range."""
        told = []

        def propose(_self, _campaign, _partners):
            self.env.cr.execute("SHOW random_page_cost")
            told.append(float(self.env.cr.fetchone()[0]))
            return {}

        self.env.cr.execute("SET LOCAL random_page_cost = 4")
        with self.small(), patch.object(type(self.env["recovery.proposal"]), "_propose", propose):
            self.propose()
            self.job()
        self.assertTrue(told)
        self.assertLessEqual(min(told), 1.1)
