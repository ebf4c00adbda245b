from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from ....models.dunning.campaign import recovery_campaign as campaigns
from ....models.dunning.campaign import recovery_dispatch as dispatch
from ....models.dunning.campaign.recovery_notice import DEPARTURES
from ...common import RecoveryCommon
from ...english import InEnglish

ENDS = ("sent", "posted", "called", "done")


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestSaysWhatIsTrue(InEnglish, RecoveryCommon):
    """“Sent” when it left, never before; what waits to be printed, posted or called says so."""

    def send_by(self, *channels, partner=None):
        """Send one notice by these channels, and return it."""
        names = ("email", "letter", "registered", "call", "task")
        self.levels["reminder"].write({f"channel_{name}": name in channels for name in names})
        partner = partner or self.make_partner(f"Client {', '.join(channels)}", phone="+33 1 02 03 04 05")
        partner.write({"street": "1 rue du Port", "zip": "35400", "city": "Saint-Malo"})
        self.make_invoice(partner, days_overdue=10)
        return self.send_campaign(debtors=self.debtor_of(partner)).notice_ids

    def check(self, notice, status):
        """The notice has this status, is found by it and by no other one."""
        self.assertEqual(notice.status, status)
        found = [
            name
            for name, _label in notice._selection_status()
            if notice.search_count([("id", "=", notice.id), ("status", "=", name)])
        ]
        self.assertEqual(found, [status])
        self.assertFalse(notice.search_count([("id", "=", notice.id), ("status", "!=", status)]))

    def check_campaign(self, campaign, status, waiting=""):
        self.assertEqual((campaign.status, campaign.waiting_text), (status, waiting))
        found = [
            name
            for name, _label in campaign._selection_status()
            if campaign.search_count([("id", "=", campaign.id), ("status", "=", name)])
        ]
        self.assertEqual(found, [status])

    def answer_mail(self, delivery, state):
        if state == "bounced":
            delivery._bounce("Boîte pleine")
        else:
            delivery.mail_id.write({"state": state})

    # ------------------------------------------------------------
    # One notice
    # ------------------------------------------------------------
    def test_a_mail_is_sent_when_the_server_took_it(self):
        notice = self.send_by("email")
        self.check(notice, "queued")
        self.check_campaign(notice.campaign_id, "waiting", "E-mails in the queue: 1")
        self.answer_mail(notice.delivery_ids.sudo(), "exception")
        self.check(notice, "failed")
        self.check_campaign(notice.campaign_id, "waiting", "E-mails that failed or bounced: 1")
        notice.delivery_ids.with_user(self.recovery_user).action_retry()
        self.check(notice, "queued")
        self.answer_mail(notice.delivery_ids.sudo(), "sent")
        self.check(notice, "sent")
        self.check_campaign(notice.campaign_id, "sent")

    def test_a_mail_that_came_back_says_what_leaves_in_its_place(self):
        notice = self.send_by("email")
        mail = notice.delivery_ids.sudo()
        self.answer_mail(mail, "sent")
        notice.addressee_id.street = False
        self.answer_mail(mail, "bounced")
        self.check(notice, "bounced")
        notice.addressee_id.street = "1 rue du Port"
        mail.with_user(self.recovery_user).action_send_letter()
        self.check(notice, "to_print")
        self.check_campaign(notice.campaign_id, "waiting", "Letters to print: 1")
        notice.campaign_id.action_mark_posted()
        self.check(notice, "posted")
        self.check_campaign(notice.campaign_id, "sent")

    def test_a_letter_is_made_then_printed_then_posted(self):
        for channel in ("letter", "registered"):
            notice = self.send_by(channel)
            campaign = notice.campaign_id.with_user(self.recovery_user)
            self.check(notice, "to_print")
            self.check_campaign(notice.campaign_id, "waiting", "Letters to print: 1")
            campaign.action_mark_printed()
            self.check(notice, "printed")
            self.assertFalse(notice.delivery_ids.done_on, "it lies here")
            self.assertEqual(notice.letter_ids.mapped("state"), ["to_post"] if channel == "registered" else [])
            self.check_campaign(notice.campaign_id, "waiting", "Letters to post: 1")
            campaign.action_mark_posted()
            self.check(notice, "posted")
            self.assertTrue(notice.delivery_ids.done_on)
            self.assertEqual(notice.letter_ids.mapped("posted_on"), [self.today] if channel == "registered" else [])
            self.check_campaign(notice.campaign_id, "sent")

    def test_the_posting_of_a_registered_letter_is_said_once_wherever_it_is_typed(self):
        notice = self.send_by("registered")
        letter = notice.letter_ids.with_user(self.recovery_user)
        letter.write({"number": "1A12345678901", "posted_on": self.today})
        self.check(notice, "posted")
        letter.posted_on = False
        self.check(notice, "printed")
        self.assertEqual(letter.state, "to_post")
        letter.action_record_presented()
        self.check(notice, "posted")
        self.assertFalse(letter.posted_on, "nobody knows the day")

    def test_calls_and_tasks_are_made_when_somebody_says_so(self):
        for channel, waiting, done, words in (
            ("call", "to_call", "called", "Calls to make: 1"),
            ("task", "to_do", "done", "Tasks to do: 1"),
        ):
            notice = self.send_by(channel)
            self.check(notice, waiting)
            self.check_campaign(notice.campaign_id, "waiting", words)
            notice.delivery_ids.activity_id.action_feedback(feedback="Fait")
            self.check(notice, done)
            self.check_campaign(notice.campaign_id, "done")

    def test_by_several_channels_what_waits_is_said(self):
        notice = self.send_by("email", "registered", "call")
        campaign = notice.campaign_id
        self.check_campaign(campaign, "waiting", "Letters to print: 1, calls to make: 1, e-mails in the queue: 1")
        self.check(notice, "to_print")
        campaign.action_mark_posted()
        self.check(notice, "to_call")
        notice.delivery_ids.activity_id.action_feedback(feedback="Fait")
        self.check(notice, "queued")
        self.answer_mail(notice.delivery_ids.filtered("mail_id").sudo(), "sent")
        self.check(notice, "posted")
        self.check_campaign(campaign, "sent")

    def test_before_it_is_issued_and_after_it_is_taken_back_it_says_that(self):
        self.make_invoice(days_overdue=10)
        campaign = self.make_campaign()
        notice = campaign.notice_ids
        self.check(notice, "draft")
        self.check_campaign(campaign, "proposed")
        campaign._validate(self.today)
        self.check(notice, "validated")
        campaign._send(self.today)
        notice.with_user(self.recovery_manager)._cancel("Erreur")
        self.check(notice, "cancelled")

    def test_a_campaign_that_sends_nothing_does_not_say_sent(self):
        invoice = self.make_invoice(days_overdue=10)
        campaign = self.make_campaign()
        self.pay(invoice)
        campaign.action_validate()
        self.assertEqual(campaign.notice_ids.state, "obsolete")
        self.check_campaign(campaign, "closed")

    def test_no_label_of_what_is_only_issued_says_sent(self):
        for model in ("recovery.notice", "recovery.campaign"):
            labels = dict(self.env[model]._fields["state"]._description_selection(self.env))
            self.assertEqual(labels["sent"], "Issued")
        self.assertLessEqual(
            set(DEPARTURES), {name for name, _label in self.env["recovery.notice"]._selection_status()}
        )

    def test_the_journal_says_how_it_leaves_and_then_that_it_left(self):
        notice = self.send_by("email", "letter")
        events = self.env["recovery.event"].search([("debtor_id", "=", notice.debtor_id.id)])
        issued = events.filtered(lambda event: event.kind == "queued").summary
        self.assertIn("E-mail: in the mail queue", issued)
        self.assertIn("Letter: to print", issued)
        self.assertFalse([event.summary for event in events if " sent" in event.summary.lower()])
        self.answer_mail(notice.delivery_ids.filtered("mail_id").sudo(), "sent")
        told = self.env["recovery.event"].search([("debtor_id", "=", notice.debtor_id.id), ("kind", "=", "delivered")])
        self.assertIn("Sent", told.summary)

    def test_why_says_what_became_of_the_notice(self):
        notice = self.send_by("letter")
        verdict = self.env["recovery.verdict"].search([("notice_id", "=", notice.id)])
        self.assertEqual(verdict.notice_status, "to_print")
        export = self.env["recovery.verdict.export"].create(
            {"campaign_id": notice.campaign_id.id, "company_id": self.company.id}
        )
        (row,) = export._get_rows()
        self.assertEqual((row[9], row[-1]), ("In a notice", "To print"))

    # ------------------------------------------------------------
    # What waits follows the books, and is a line of the worklist
    # ------------------------------------------------------------
    def test_a_printed_letter_whose_debt_is_paid_is_not_posted(self):
        for mark in (None, "action_mark_printed", "action_mark_posted"):
            notice = self.send_by("letter", partner=self.make_partner(f"Payeur {mark}"))
            if mark:
                getattr(notice.campaign_id, mark)()
            self.pay(notice.line_ids.move_id)
            self.env["recovery.worklist"]._refresh(self.company, self.today)
            expected = "posted" if mark == "action_mark_posted" else "obsolete"
            self.check(notice, expected)
            self.assertFalse(notice.debtor_id.letter_state)

    @freeze_time("2026-11-23 10:00:00")  # a Monday: calls are due
    def test_what_waits_to_be_printed_or_posted_is_a_line_of_the_worklist(self):
        for channels, kind in ((("letter",), "print"), (("registered",), "print"), (("letter", "call"), "call")):
            notice = self.send_by(*channels)
            debtor = notice.debtor_id.with_user(self.recovery_user)
            self.env["recovery.worklist"]._refresh(self.company, self.company._recovery_today())
            self.assertEqual((debtor.todo_kind, debtor.letter_state), (kind, "to_print"))
            action = debtor.action_print_letters()
            self.assertEqual((action["type"], action["url"].split("ids=")[1]), self.letters_of(notice))
            debtor.action_mark_letters_printed()
            self.assertEqual(debtor.letter_state, "to_post")
            self.assertEqual(debtor.todo_kind, "post" if kind == "print" else kind)
            self.assertIn(debtor, debtor.search([("letter_state", "=", "to_post")]))
            self.assertNotIn(debtor, debtor.search([("letter_state", "in", ("to_print", False))]))
            said = debtor.action_mark_letters_posted()
            self.assertEqual(said["params"]["message"], "Letters posted: 1.")
            self.assertEqual((debtor.letter_state, debtor.todo_kind), (False, False if kind == "print" else kind))
            self.assertIn(debtor, debtor.search([("letter_state", "=", False)]))
            said = debtor.action_mark_letters_posted()
            self.assertEqual(said["params"]["message"], "There were no letters left to post.")

    def letters_of(self, notice):
        letters = notice.delivery_ids.filtered(lambda delivery: delivery.channel in ("letter", "registered"))
        return "ir.actions.act_url", ",".join(map(str, letters.ids))


@tagged("post_install", "-at_install")
class TestLongWork(InEnglish, RecoveryCommon):
    """Long work shows how far it is, ends with a sentence, and is finished by the job when its screen is closed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.lang = "en_US"  # what the job writes in
        for position in range(30):
            cls.make_invoice(cls.make_partner(f"Client {position}", email=f"c{position}@example.com"), days_overdue=10)
        cls.poor = cls.make_partner("Sans adresse", email=False, street="1 rue du Port", zip="35400", city="Saint-Malo")
        cls.make_invoice(cls.poor, days_overdue=10)

    def get_validated(self):
        campaign = self.make_campaign()
        campaign._validate(self.today)
        return campaign.with_user(self.recovery_user)

    def go_on(self, campaign):
        """Do what the screen does, and return the number of notices left after each batch and the last action."""
        left = []
        while not left or left[-1]:
            answer = campaign.action_go_on()
            left.append(answer["remaining"])
        return left, answer["next"]

    @contextmanager
    def short(self):
        """Have a few validations be many."""
        with patch.object(campaigns, "LONG_VALIDATION", 10), patch.object(dispatch, "SHORT_VALIDATION", 10):
            yield

    def job(self):
        with self.enter_registry_test_mode():
            self.env.ref("debt_recovery.ir_cron_send_notices").sudo().method_direct_trigger()
        self.env.invalidate_all()

    def assertSentOnce(self, campaign):
        deliveries = campaign.notice_ids.delivery_ids
        self.assertEqual((len(deliveries), len(deliveries.notice_id), campaign.sent_count), (31, 31, 31))

    def test_a_long_sending_shows_how_far_it_is_and_says_what_it_gave(self):
        campaign = self.get_validated()
        action = campaign.action_send()
        self.assertEqual((action["tag"], action["params"]["total"]), ("recovery_progress", 31))
        self.assertEqual((campaign.state, campaign.sent_count), ("sending", 0))
        left, end = self.go_on(campaign)
        self.assertGreater(len(left), 1)
        self.assertEqual(left, sorted(left, reverse=True))
        self.assertSentOnce(campaign)
        sentence = "E-mails handed over: 30, letters generated, to be printed: 1, failed: 0."
        self.assertEqual((end["params"]["message"], end["params"]["type"]), (sentence, "success"))
        self.assertEqual([sentence in (message.body or "") for message in campaign.message_ids].count(True), 1)
        self.assertEqual(campaign.action_go_on()["next"]["params"]["message"], sentence, "the screen was late")
        self.assertSentOnce(campaign)

    def test_whoever_closes_the_screen_leaves_the_rest_to_the_job(self):
        campaign = self.get_validated()
        campaign.action_send()
        campaign.action_go_on()
        self.assertEqual(campaign.state, "sending")
        self.assertEqual(campaign.action_reload()["tag"], "recovery_progress")
        self.job()
        self.assertSentOnce(campaign)
        self.assertEqual(campaign.state, "sent")
        self.assertEqual(campaign.notice_ids.delivery_ids.user_id, self.recovery_user, "in the name of who sent it")
        told = [message for message in campaign.message_ids if "handed over: 30" in (message.body or "")]
        self.assertEqual(len(told), 1)
        self.assertIn("Nothing is in progress", campaign.action_reload()["params"]["message"])

    def test_a_short_sending_shows_no_bar_but_says_what_it_gave(self):
        campaign = self.make_campaign(debtors=self.debtor_of(self.poor)).with_user(self.recovery_user)
        said = campaign.action_validate()
        self.assertEqual(said["params"]["message"], "Notices validated: 1.")
        said = campaign.action_send()
        self.assertEqual(said["params"]["message"], "Letters generated, to be printed: 1, failed: 0.")
        self.assertIn("There was nothing left", campaign.action_send()["params"]["message"])

    def test_what_fails_on_the_way_is_counted_and_stops_nobody(self):
        campaign = self.get_validated()
        failing = campaign.notice_ids[3]
        rendering = type(self.env["recovery.rendering"])
        render = rendering._render_wording

        def fail(engine, notices):
            if failing.id in notices.ids:
                raise ValueError("Panne")
            return render(engine, notices)

        with patch.object(rendering, "_render_wording", fail), self.assertLogs(level="WARNING"):
            campaign.action_send()
            _left, end = self.go_on(campaign)
        self.assertIn("failed: 1", end["params"]["message"])
        self.assertEqual(end["params"]["type"], "warning")
        self.assertEqual((campaign.sent_count, campaign.failed_count), (30, 1))
        said = campaign.action_retry_failed()
        self.assertIn("handed over: 1", said["params"]["message"])

    def test_a_long_validation_goes_the_same_way(self):
        for ways in (("screen",), ("job",), ("screen once", "job")):
            campaign = self.make_campaign().with_user(self.recovery_user)
            with self.short(), self.subTest(ways=ways), self.cr.savepoint() as save:
                self.assertEqual(campaign.action_validate()["tag"], "recovery_progress")
                self.assertTrue(campaign.is_validating)
                for way in ways:
                    if way == "screen":
                        _left, end = self.go_on(campaign)
                        self.assertEqual(end["params"]["message"], "Notices validated: 31.")
                    elif way == "job":
                        self.job()
                    else:
                        self.assertTrue(campaign.action_go_on()["remaining"])
                self.assertEqual((campaign.state, campaign.is_validating), ("validated", False))
                self.assertEqual(set(campaign.notice_ids.mapped("state")), {"validated"})
                save.rollback()
            self.env.invalidate_all()

    def test_the_job_validates_with_the_rights_of_who_asked(self):
        self.levels["reminder"].approval_required = True
        campaign = self.make_campaign().with_user(self.recovery_user)
        with self.short():
            campaign.action_validate()
        self.job()
        self.assertEqual(set(campaign.notice_ids.mapped("state")), {"to_approve"})
