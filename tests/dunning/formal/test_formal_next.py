from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ...english import InEnglish
from .formal_notice import pages_of
from .test_formal_check import FormalCommon


@tagged("post_install", "-at_install")
class TestFormalNext(FormalCommon):
    """What a mise en demeure brings about once it has left, and what ends when it is taken back."""

    prints_documents = True

    def setUp(self):
        super().setUp()
        campaign = self.send_campaign(debtors=self.debtor)
        self.notice = campaign.notice_ids
        campaign.action_mark_posted()
        self.letter = self.notice.letter_ids
        self.letter.number = "1A 123 456 7890 1"
        self.expiry = self.notice.expires_on
        self.Notice = self.env["recovery.notice"]

    def follow(self, days=1):
        """Do the morning's look so many days after the deadline; return what was told of."""
        return self.Notice._follow_expired(self.company, self.expiry + timedelta(days=days))

    def tasks(self):
        return self.debtor.activity_search(["debt_recovery.mail_activity_type_expired"])

    # ------------------------------------------------------------
    # Expiry
    # ------------------------------------------------------------
    def test_expired_unpaid_tells_the_collector_once_and_proposes_litigation(self):
        self.debtor.collector_id = self.recovery_user
        self.assertEqual(self.expiry, self.notice.deadline_date)
        self.assertFalse(self.follow(days=0))
        self.assertEqual(self.follow(), self.notice)
        self.assertEqual(self.notice.proposed_on, self.expiry + timedelta(days=1))
        self.assertEqual(self.tasks().user_id, self.recovery_user)
        self.assertIn(self.notice.number, self.tasks().note)
        self.assertIn("4", self.tasks().note)
        self.assertFalse(self.follow(days=2))
        self.assertEqual(len(self.tasks()), 1)
        self.env["recovery.todo"]._refresh(self.company, self.expiry + timedelta(days=1))
        self.assertEqual(self.debtor.todo_kind, "expired")
        event = self.env["recovery.event"].search([("kind", "=", "expired")], limit=1)
        self.assertEqual((event.debtor_id, event.details["now"]), (self.debtor, 4200.0))

    def test_a_letter_that_nobody_posted_is_asked_for_and_proposes_nothing(self):
        self.letter.sudo().write({"number": False, "posted_on": False})
        self.assertIn(self.letter, self.env["recovery.registered.letter"]._watch(self.company, self.expiry))
        self.assertIn("Postez" if self.env.lang == "fr_FR" else "Post", self.letter.activity_ids.summary)
        self.assertFalse(self.follow())

    def test_what_was_paid_suspended_or_presented_late_is_not_told(self):
        hold = self.env["recovery.hold"].create(
            {"debtor_id": self.debtor.id, "date_from": self.today, "reason": "Virement annoncé"}
        )
        self.assertFalse(self.follow())
        hold._release(self.expiry, "Non reçu")
        self.letter._record_tracking("presented", self.today)
        with freeze_time(f"{self.today + timedelta(days=10)} 10:00:00"):
            self.letter.presented_on = self.today + timedelta(days=10)
        self.assertEqual(self.notice.expires_on, self.today + timedelta(days=25))
        self.assertFalse(self.follow())
        self.pay(self.invoice, date=self.today)
        self.assertFalse(self.follow(days=60))

    def test_a_partial_payment_leaves_the_rest_and_a_full_one_closes_the_task(self):
        self.pay(self.invoice, amount=4000.0, date=self.today)
        self.assertEqual(self.follow(), self.notice)
        self.assertIn("200", self.tasks().note)
        self.pay(self.invoice, date=self.today)
        self.follow(days=2)
        self.assertFalse(self.tasks())

    def test_what_a_promise_or_a_hold_kept_quiet_is_told_again_when_it_ends(self):
        self.follow()
        self.assertTrue(self.tasks())
        hold = self.env["recovery.hold"].create(
            {"debtor_id": self.debtor.id, "date_from": self.today, "reason": "Virement annoncé"}
        )
        self.assertFalse(self.follow(days=2))
        self.assertFalse(self.tasks() or self.notice.proposed_on, "nothing is proposed meanwhile")
        hold._release(self.expiry + timedelta(days=2), "Non reçu")
        self.assertEqual(self.follow(days=3), self.notice)
        self.assertEqual(self.notice.proposed_on, self.expiry + timedelta(days=3))
        self.assertEqual(len(self.tasks()), 1)
        self.assertFalse(self.follow(days=4), "once")

    def test_a_presentation_learnt_late_takes_the_proposal_back(self):
        self.follow()
        after = self.expiry + timedelta(days=1)
        with freeze_time(f"{after} 10:00:00"):
            self.letter.with_user(self.recovery_user).presented_on = self.today + timedelta(days=12)
            self.assertFalse(self.notice.proposed_on)
            self.assertFalse(self.tasks())
            self.assertFalse(self.notice.can_open_case)
        self.assertEqual(self.follow(days=20), self.notice)

    def test_a_case_closes_the_task_and_wrong_address_goes_nowhere(self):
        self.follow()
        after = self.expiry + timedelta(days=1)
        with freeze_time(f"{after} 10:00:00"):
            self.assertTrue(self.notice.can_open_case)
            self.notice.with_user(self.recovery_user).action_open_case()
            self.assertFalse(self.tasks())
            self.assertIn(self.notice.case_ids.display_name, self.notice.next_step)
            with self.assertRaises(UserError):
                self.notice.with_user(self.recovery_manager)._cancel("Erreur")
            self.assertEqual(self.notice.state, "sent")

    def test_a_case_opened_from_the_debtor_is_named_too(self):
        self.follow()
        with freeze_time(f"{self.expiry + timedelta(days=1)} 10:00:00"):
            self.debtor.with_user(self.recovery_user).action_open_case()
            self.assertFalse(self.tasks())
            self.assertIn(self.debtor.case_ids.display_name, self.notice.next_step)
            self.notice.invalidate_recordset()
            self.assertFalse(self.notice.can_open_case)

    def test_a_wrong_address_ends_its_effect_until_corrected(self):
        self.follow()
        after = self.expiry + timedelta(days=1)
        with freeze_time(f"{after} 10:00:00"):
            self.letter.write({"outcome": "wrong_address", "outcome_on": after})
            self.assertFalse(self.notice.proposed_on)
            self.assertFalse(self.notice.can_open_case)
            self.assertFalse(self.follow(days=9))
            self.letter.write({"outcome": False, "outcome_on": False})  # typed by mistake
            self.assertFalse(self.letter._get_address_holds())
            self.assertEqual(self.notice.expires_on, self.expiry)

    def test_the_handover_takes_the_task_over(self):
        self.follow()
        after = self.expiry + timedelta(days=1)
        with freeze_time(f"{after} 10:00:00"):
            campaign = self.send_campaign(after, self.debtor)
        self.assertEqual(campaign.notice_ids.kind, "handover")
        self.assertFalse(self.tasks())

    def test_many_expire_together_in_few_queries(self):
        def expire(size):
            partners = [self.make_partner(f"Lot {size} {number}") for number in range(size)]
            for partner in partners:
                self.make_late(partner)
            debtors = self.env["recovery.debtor"].union(*map(self.debtor_of, partners))
            notices = self.make_campaign(debtors=debtors).notice_ids.sudo()
            notices.line_ids.filtered(lambda line: line.role == "claimed").write({"engaged": True})
            notices.write({"state": "sent", "issue_date": self.today, "expires_on": self.expiry})
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            told = self.follow()
            self.env.flush_all()
            self.assertGreaterEqual(len(told), size)
            return self.env.cr.sql_log_count - start

        few, many = expire(2), expire(12)
        self.assertLess(many, few + 45)

    # ------------------------------------------------------------
    # Interest of a consumer
    # ------------------------------------------------------------
    def test_the_interest_of_a_consumer_runs_from_the_first_presentation(self):
        self.debtor.write({"nature": "consumer", "nature_confirmed": True})
        engine, line = self.env["recovery.claim"], self.receivable_of(self.invoice)
        presented = self.today + timedelta(days=2)
        day = self.today + timedelta(days=32)

        def item():
            return engine._compute(self.company, line, day).items[0]

        self.assertIn("no_receipt", item().flags)
        self.assertFalse(self.notice.interest_from)
        with freeze_time(f"{presented} 10:00:00"):
            self.letter.with_user(self.recovery_user).presented_on = presented
        self.assertEqual(self.notice.interest_from, presented)
        found = item()
        self.assertNotIn("no_receipt", found.flags)
        self.assertGreater(found.account.interest, 0)
        self.assertEqual(min(row.start for row in found.account.lines), presented + timedelta(days=1))
        with freeze_time(f"{day} 10:00:00"):
            self.notice.with_user(self.recovery_manager)._cancel("Erreur de débiteur")
        self.assertIn("no_receipt", item().flags)
        self.assertFalse(self.notice.interest_from)

    # ------------------------------------------------------------
    # Withdraw and replace
    # ------------------------------------------------------------
    def test_withdrawing_ends_all_that_followed_and_keeps_the_letter(self):
        document = self.notice.document_id
        self.env["recovery.registered.letter"]._watch(self.company, self.today + timedelta(days=8))
        self.assertTrue(self.letter.activity_ids)
        self.follow()
        with self.assertRaises(AccessError):
            self.notice.with_user(self.recovery_user)._cancel("x")
        with freeze_time(f"{self.today + timedelta(days=9)} 10:00:00"):
            self.notice.with_user(self.recovery_manager)._cancel("Facture déjà payée")
            notice = self.notice
            self.assertEqual((notice.state, notice.withdrawn_by_id), ("cancelled", self.recovery_manager))
            self.assertEqual((notice.withdrawn_on, notice.expires_on), (self.today + timedelta(days=9), False))
            self.assertEqual(notice.document_id, document)
            self.assertFalse(self.tasks() or self.letter.activity_ids or notice.proposed_on)
            self.letter.write({"outcome": "wrong_address", "outcome_on": self.today})  # the post says it afterwards
            self.assertFalse(self.letter._get_address_holds())
            self.assertFalse(notice.expires_on)
        later = self.today + timedelta(days=30)
        self.assertFalse(self.env["recovery.registered.letter"]._watch(self.company, later) & self.letter)
        self.assertEqual(self.verdict_of(self.invoice, later).step.kind, "formal_notice")
        kinds = self.env["recovery.event"].search([("res_id", "=", notice.id), ("res_model", "=", notice._name)])
        self.assertIn("withdrawn", kinds.mapped("kind"))

    def test_replacing_links_both_and_says_so_in_the_letter(self):
        with self.assertRaises(AccessError):
            self.notice.with_user(self.recovery_user)._supersede("x")
        self.pay(self.invoice, amount=200.0, date=self.today)
        later = self.today + timedelta(days=9)
        with freeze_time(f"{later} 10:00:00"):
            self.letter.write({"outcome": "wrong_address", "outcome_on": later})
            self.debtor_partner.street = "8 rue Neuve"
            action = self.notice.with_user(self.recovery_manager).action_supersede()
            wizard = self.env["recovery.reason.wizard"].with_user(self.recovery_manager).browse(action["res_id"])
            wizard.reason = "Nouvelle adresse"
            wizard.action_confirm()
        new = self.notice.superseded_by_id
        self.assertEqual((new.supersedes_id, self.notice.state, new.state), (self.notice, "cancelled", "sent"))
        self.assertEqual((new.amount, new.issue_date), (4000.0, later))
        self.assertNotEqual(new.number, self.notice.number)
        self.assertIn(self.notice.number, new.body)
        self.assertIn("annule et remplace", new.body)
        [text] = pages_of(new.document_id)
        self.assertIn(f"annule et remplace notre mise en demeure {self.notice.number} du", text)
        self.assertTrue(new.document_id and self.notice.document_id != new.document_id)
        self.assertIn("8 rue Neuve", new.letter_ids.address)
        self.assertEqual(self.verdict_of(self.invoice, later).code, "not_posted", "nothing runs before it left")
        with freeze_time(f"{later} 10:00:00"):
            new.delivery_ids.action_mark_posted()
        self.assertEqual(self.verdict_of(self.invoice, later).code, "deadline_running")
        self.assertFalse(self.letter._get_address_holds())

    def test_a_user_sends_again_what_failed(self):
        other = self.make_partner("Menuiserie Blanc")
        self.make_late(other)
        campaign = self.validate(debtors=self.debtor_of(other))
        notice = self.notice_of(campaign, other)
        notice.sudo().write({"state": "failed", "state_reason": "panne"})
        notice.with_user(self.recovery_user).action_retry()
        self.assertEqual((notice.state, notice.state_reason), ("sent", False))

    def test_what_cannot_be_replaced_stays_as_it_is(self):
        self.debtor_partner.company_registry = False
        with self.assertRaises(UserError) as caught, self.cr.savepoint():
            self.notice.with_user(self.recovery_manager)._supersede("Erreur")
        self.assertIn("SIREN", str(caught.exception))
        self.env.invalidate_all()
        self.assertEqual((self.notice.state, self.notice.superseded_by_id.id), ("sent", False))

    # ------------------------------------------------------------
    # Other registered letters
    # ------------------------------------------------------------
    def test_the_letter_that_ends_a_payment_plan_is_followed_too(self):
        partner = self.make_partner("Garage Noir")
        self.make_invoice(partner, amount=600.0, days_overdue=40)
        self.company.recovery_plan_breach_notice = "registered"
        dates = [("part", self.today + timedelta(days=1), 300.0), ("part", self.today + timedelta(days=31), 300.0)]
        debtor = self.debtor_of(partner)
        plan = self.env["recovery.payment.plan"]._make(debtor, self.today, lambda total, currency: dates)
        plan.sudo().write({"state": "running"})
        plan.sudo()._break(self.today)
        delivery = self.env["recovery.delivery"].search([("plan_id", "=", plan.id)])
        letter = delivery.letter_ids
        self.assertEqual((delivery.channel, letter.state, letter.debtor_id), ("registered", "to_post", debtor))
        delivery.action_mark_posted()
        letter.with_user(self.recovery_user).write({"number": "1A12345678902", "presented_on": self.today})
        self.assertEqual((letter.state, letter.expires_on), ("presented", False))
        letter._record_tracking("wrong_address", self.today)
        self.assertTrue(debtor.activity_ids)
        self.assertFalse(letter._get_address_holds())


@tagged("post_install", "-at_install")
class TestHandoverRestsOnIt(InEnglish, FormalCommon):
    """A handover that is dropped says what became of the mise en demeure on which it rested."""

    prints_documents = True

    def setUp(self):
        super().setUp()
        campaign = self.send_campaign(debtors=self.debtor)
        self.notice = campaign.notice_ids
        campaign.action_mark_posted()
        after = self.notice.expires_on + timedelta(days=1)
        self.enterContext(freeze_time(f"{after} 10:00:00"))
        self.handover = self.make_campaign(after, self.debtor).notice_ids
        self.assertEqual(self.handover.kind, "handover")
        self.after = after

    def get_reason(self):
        self.assertEqual(self.handover.state, "obsolete")
        row = self.env["recovery.verdict"].search([("notice_id", "=", self.handover.id)])
        self.assertEqual((row.code, row.detail), ("obsolete", self.handover.state_reason))
        self.assertNotIn("scenario", row.detail)
        return row.detail

    def test_cancelled_before_the_handover_is_validated(self):
        self.notice.with_user(self.recovery_manager)._cancel("Mauvaise adresse")
        self.handover.campaign_id._validate(self.after)
        level = self.notice.level_id.name
        self.assertEqual(
            self.get_reason(), f"The previous notice, {level}, was cancelled in the meantime: Mauvaise adresse"
        )

    def test_cancelled_before_the_handover_is_made(self):
        self.handover.campaign_id._validate(self.after)
        self.notice.with_user(self.recovery_manager)._cancel("Mauvaise adresse")
        self.handover.campaign_id._send(self.after)
        self.assertIn("was cancelled in the meantime: Mauvaise adresse", self.get_reason())

    def test_presented_later_than_was_known(self):
        self.handover.campaign_id._validate(self.after)
        self.notice.letter_ids.sudo().presented_on = self.after - timedelta(days=2)
        self.assertGreater(self.notice.expires_on, self.after)
        self.handover.campaign_id._send(self.after)
        self.assertIn("Deadline of the mise en demeure running", self.get_reason())
