from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import format_date

from ...models.dunning.scenario.ladder import RUNNING
from ..dunning.formal.test_formal_check import FormalCommon
from ..english import InEnglish
from .standing import StandingCommon


@tagged("post_install", "-at_install")
class TestBanner(InEnglish, StandingCommon):
    """One banner says what holds of a debtor: until when, why, by whom, and ends it; all else agrees with it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_invoice(days_overdue=-20, amount=300)  # which a courtesy would announce
        cls.worklist._refresh(cls.company, cls.today)
        cls.soon = cls.today + timedelta(days=5)

    # ------------------------------------------------------------
    # What may hold
    # ------------------------------------------------------------
    def hold(self, **vals):
        return (
            self.env["recovery.hold"]
            .with_user(self.recovery_user)
            .create(
                {
                    "debtor_id": self.debtor.id,
                    "date_from": self.today,
                    "date_until": self.soon,
                    "reason": "Virement",
                    **vals,
                }
            )
        )

    def promise(self):
        Promise = self.env["recovery.promise"].with_user(self.recovery_user)
        return Promise._give(self.debtor.with_user(self.recovery_user), self.today, 1000, self.soon)

    def plan(self):
        dates = [("part", self.soon, 500.0), ("part", self.today + timedelta(days=40), 500.0)]
        plan = (
            self.env["recovery.payment.plan"]
            .with_user(self.recovery_manager)
            ._make(
                self.debtor.with_user(self.recovery_manager),
                self.today,
                lambda total, currency: dates,
                lines=self.receivable_of(self.invoice),
            )
        )
        plan._propose(self.today)
        plan.with_user(self.recovery_user)._sign(self.today, self.today)
        return plan

    def talk(self):
        settlement = (
            self.env["recovery.settlement"]
            .with_user(self.recovery_manager)
            ._make(
                self.debtor.with_user(self.recovery_manager),
                self.today,
                "mediation",
                amount_agreed=800,
                date_due=self.soon,
                talks_until=self.soon,
            )
        )
        settlement.action_start_talks()
        return settlement

    def dispute(self):
        reason = self.env.ref("debt_recovery.recovery_dispute_reason_price")
        return (
            self.env["recovery.dispute"]
            .with_user(self.recovery_user)
            ._open(self.debtor.with_user(self.recovery_user), self.today, self.invoice, reason)
        )

    def open_case(self):
        return (
            self.env["recovery.case"]
            .with_user(self.recovery_user)
            ._open_for(self.debtor.with_user(self.recovery_user), self.receivable_of(self.invoice), self.today)
        )

    def hand_over(self):
        self.end_with_handover()
        return self.send_campaign(debtors=self.debtor).notice_ids

    def get_cases(self):
        """Return ``{what: (how it begins, words of the sentence, kind)}``."""
        return {
            "suspension": (self.hold, ("Virement", "11/26/2026", "Claire"), "manual"),
            "suspended invoice": (
                lambda: self.hold(move_id=self.invoice.id),
                (self.invoice.name, "Virement", "11/26/2026", "Claire"),
                "manual",
            ),
            "promise": (self.promise, ("Promise", "1,000", "11/26/2026", "Claire"), "promise"),
            "payment plan": (self.plan, ("Payment plan", "Claire"), "plan"),
            "mediation": (self.talk, ("ediation", "11/26/2026", "Marc"), "settlement"),
            "dispute": (self.dispute, ("Dispute", "Claire"), "dispute"),
            "case": (self.open_case, ("CTX/", "Claire"), "case"),
            "insolvency": (lambda: self.debtor.write({"insolvency_on": self.today}), ("11/21/2026",), "insolvency"),
            "call": (self.plan_call, ("Call planned", "11/24/2026", "Rappeler la comptable"), "call"),
            "handover": (self.hand_over, ("Handed over", "11/21/2026"), "handover"),
        }

    def test_it_says_what_holds_until_when_why_and_by_whom(self):
        for name, (begin, words, kind) in self.get_cases().items():
            with self.subTest(holds=name), self.cr.savepoint() as savepoint:
                self.assertFalse(self.open_form()["banner"])
                begin()
                banner = self.open_form(self.recovery_manager)["banner"]
                self.assertTrue(banner, name)
                self.assertEqual(banner["main"]["kind"], kind)
                for word in words:
                    self.assertIn(word, banner["main"]["text"])
                self.assertTrue(banner["main"]["undo"], name)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_no_courtesy_is_announced_while_something_holds(self):
        for name, (begin, _words, _kind) in self.get_cases().items():
            if name == "call":
                continue  # a reminder is due today: the call does not hold it
            with self.subTest(holds=name), self.cr.savepoint() as savepoint:
                begin()
                shown = self.open_form()
                self.assertFalse(shown["next_level_id"], name)
                self.assertEqual(shown["next_action_text"], shown["banner"]["main"]["text"])
                savepoint.rollback()
            self.env.invalidate_all()

    def test_a_planned_call_comes_before_a_later_level(self):
        self.pay(self.invoice)
        self.assertEqual(self.open_form()["next_level_id"], self.levels["courtesy"].id)
        self.plan_call()
        shown = self.open_form()
        self.assertEqual((shown["next_level_id"], shown["next_action_date"]), (False, self.today + timedelta(days=3)))
        self.assertEqual(shown["next_action_text"], shown["banner"]["main"]["text"])

    def test_the_same_sentence_stands_wherever_it_is_shown(self):
        self.hold()
        text = self.open_form()["banner"]["main"]["text"]
        self.env.invalidate_all()
        partner = self.debtor_partner.with_user(self.recovery_user)
        self.assertEqual(partner.recovery_next_action_text, text)
        self.assertEqual(self.invoice.with_user(self.recovery_user).recovery_hold_text, text)
        rows = self.env["recovery.debtor"].with_user(self.recovery_user)
        listed = rows.web_search_read([("id", "=", self.debtor.id)], {"next_action_text": {}})
        self.assertEqual(listed["records"][0]["next_action_text"], text)

    def test_what_is_paid_since_holds_nobody(self):
        self.hold(move_id=self.invoice.id)
        self.pay(self.invoice)
        self.assertFalse(self.open_form()["banner"])

    def test_the_others_stand_below_it(self):
        self.hold()
        self.plan_call()
        self.open_case()
        banner = self.open_form()["banner"]
        self.assertEqual(banner["main"]["kind"], "case")
        self.assertEqual([row["kind"] for row in banner["others"]], ["manual", "call"])

    # ------------------------------------------------------------
    # How it ends
    # ------------------------------------------------------------
    def undo(self, user=None):
        """Press the banner's button as that user, and give the reason that it asks for."""
        banner = self.open_form(user)["banner"]
        action = self.debtor.with_user(user or self.recovery_user).action_undo(banner["main"]["key"])
        if action["res_model"] == "recovery.reason.wizard":
            self.give_reason(action, user)
        return action

    def test_its_button_ends_it(self):
        for name in (
            *("suspension", "suspended invoice", "promise", "payment plan", "mediation", "insolvency", "call"),
        ):
            with self.subTest(holds=name), self.cr.savepoint() as savepoint:
                self.get_cases()[name][0]()
                self.undo()
                shown = self.open_form()
                self.assertFalse(shown["banner"], name)
                self.assertEqual(shown["next_level_id"], self.levels["reminder"].id)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_a_dispute_is_resolved_and_a_case_is_opened_from_there(self):
        self.dispute()
        self.assertEqual(self.undo()["res_model"], "recovery.dispute.resolve.wizard")
        case = self.open_case()
        action = self.undo()
        self.assertEqual((action["res_model"], action["res_id"]), ("recovery.case", case.id))

    def test_a_campaigns_call_is_cancelled_with_its_notice(self):
        off = dict.fromkeys(("channel_email", "channel_letter", "channel_task"), False)
        self.levels["reminder"].write({**off, "channel_call": True})
        notice = self.send_campaign(debtors=self.debtor).notice_ids
        self.assertEqual(self.open_form()["banner"]["main"]["kind"], "call")
        self.undo()
        self.assertEqual((notice.state, notice.delivery_ids.state), ("obsolete", "cancelled"))
        self.assertFalse(self.open_form()["banner"])

    def test_a_handover_is_withdrawn_by_a_manager_only(self):
        self.hand_over()
        key = self.open_form()["banner"]["main"]["key"]
        self.assertFalse(self.open_form()["banner"]["main"]["undo"])
        with self.assertRaises(AccessError):
            self.debtor.with_user(self.recovery_user).action_undo(key)
        action = self.debtor.with_user(self.recovery_manager).action_undo(key)
        self.give_reason(action, self.recovery_manager)
        self.assertFalse(self.open_form()["banner"])

    def test_who_only_reads_sees_it_without_a_button(self):
        hold = self.hold()
        banner = self.open_form(self.recovery_auditor)["banner"]
        self.assertIn("Virement", banner["main"]["text"])
        self.assertFalse(banner["main"]["undo"])
        with self.assertRaises(AccessError):
            self.debtor.with_user(self.recovery_auditor).action_undo(banner["main"]["key"])
        clerk = self.make_user("paul", "account.group_account_invoice")
        with self.assertRaises(AccessError):
            self.open_form(clerk)
        with self.assertRaises(AccessError):
            self.debtor.with_user(clerk).action_undo(banner["main"]["key"])
        self.assertTrue(hold.is_running)

    def test_who_works_in_a_branch_alone_reads_none_of_it(self):
        branch = self.make_branch()
        somebody = self.user_of("lea", branch, "debt_recovery.group_recovery_user")
        self.hold()
        with self.assertRaises(AccessError):
            self.cold(somebody, branch)["recovery.debtor"].browse(self.debtor.id).web_read({"banner": {}})
        with self.assertRaises(AccessError):
            self.cold(somebody, branch)["recovery.debtor"].browse(self.debtor.id).action_undo("recovery.hold,1")

    def test_a_button_of_before_says_that_nothing_holds(self):
        hold = self.hold()
        key = self.open_form()["banner"]["main"]["key"]
        hold._release(self.today, "Reçu")
        for asked in (key, "recovery.hold,0", "res.users,1", "", None, 3, ["x"], {"a": 1}):
            with self.subTest(asked=asked), self.assertRaises(UserError):
                self.debtor.with_user(self.recovery_user).action_undo(asked)


@tagged("post_install", "-at_install")
class TestFormalBanner(InEnglish, FormalCommon):
    """A mise en demeure holds while its deadline runs, and where its letter came back."""

    def setUp(self):
        super().setUp()
        self.campaign = self.send_campaign(debtors=self.debtor)
        self.notice = self.campaign.notice_ids
        self.expiry = format_date(self.env(user=self.recovery_user), self.notice.expires_on)

    def see(self, user):
        self.env.invalidate_all()
        debtor = self.debtor.with_user(user)
        return debtor.web_read(dict.fromkeys(("banner", "next_action_text", "next_action_code"), {}))[0]

    def post(self):
        self.campaign.action_mark_posted()

    def test_before_it_left_it_says_what_is_to_do_and_no_deadline(self):
        steps = {
            "to be printed": lambda: None,
            "printed, to be posted": self.notice.delivery_ids.action_mark_printed,
        }
        for words, step in steps.items():
            with self.subTest(state=words):
                step()
                self.env["recovery.worklist"]._catch_up(self.debtor)
                shown = self.see(self.recovery_user)
                main = shown["banner"]["main"]
                self.assertEqual((main["kind"], main["undo"]), ("not_posted", False))
                self.assertIn(f": {words}", main["text"])
                self.assertIn(self.notice.number, main["text"])
                self.assertNotIn(self.expiry, main["text"])
                self.assertEqual((shown["next_action_code"], shown["next_action_text"]), ("not_posted", main["text"]))
                self.assertFalse(self.debtor.next_action_date)
                partner = self.debtor_partner.with_user(self.recovery_user)
                partner.web_read({"recovery_next_action_text": {}})
                self.assertEqual(partner.recovery_next_action_text, main["text"])
                self.assertTrue(self.see(self.recovery_manager)["banner"]["main"]["undo"])
        self.post()
        main = self.see(self.recovery_user)["banner"]["main"]
        self.assertEqual(main["kind"], "deadline")
        self.assertIn(self.expiry, main["text"])

    def test_nothing_runs_nor_follows_before_it_left_even_once_the_printed_day_is_over(self):
        after = self.notice.deadline_date + timedelta(days=1)
        day = format_date(self.env(user=self.recovery_user), after)
        for step in (lambda: None, self.notice.delivery_ids.action_mark_printed):
            step()
            self.assertEqual(self.verdict_of(self.invoice).code, "not_posted")
            with freeze_time(f"{after} 10:00:00"):
                self.assertEqual(self.verdict_of(self.invoice, after).code, "not_posted")
                self.env["recovery.worklist"]._refresh(self.company, after)
                main = self.see(self.recovery_user)["banner"]["main"]
                self.assertEqual(main["kind"], "not_posted")
                self.assertNotIn(day, main["text"])
                self.assertFalse(self.notice.can_open_case)
                self.assertFalse(self.make_campaign(after, self.debtor).notice_ids)
                self.assertFalse(self.env["recovery.notice"]._follow_expired(self.company, after))
        self.post()
        self.assertEqual(self.verdict_of(self.invoice).code, "deadline_running")
        self.assertEqual(self.verdict_of(self.invoice, after).code, "due")

    def test_nothing_else_is_asked_the_day_it_was_issued(self):
        later = self.make_invoice(self.debtor_partner, days_overdue=20, amount=300)
        self.debtor.scenario_id = self.scenario
        for step in (lambda: None, self.post):
            step()
            self.assertEqual(self.verdict_of(later).code, "after_formal")
            self.env["recovery.worklist"]._refresh(self.company, self.today)
            self.assertNotEqual(self.debtor.todo_kind, "remind")
            self.assertFalse(self.debtor.amount_to_claim)
        self.assertEqual(self.verdict_of(later, self.today + timedelta(days=1)).code, "due")

    def test_a_mail_in_the_queue_or_that_failed_starts_nothing_either(self):
        for channel in ("email", "letter"):
            with self.subTest(channel=channel), self.cr.savepoint() as savepoint:
                self.notice.delivery_ids.sudo().write({"channel": channel})
                for state, words in (("queued", "mail queue"), ("failed", "failed"), ("to_print", "to be printed")):
                    self.notice.delivery_ids.sudo().state = state
                    main = self.see(self.recovery_user)["banner"]["main"]
                    self.assertEqual(main["kind"], "not_posted")
                    self.assertIn(words, main["text"])
                self.notice.delivery_ids.sudo().state = "sent"
                self.assertIn(self.expiry, self.see(self.recovery_user)["banner"]["main"]["text"])
                savepoint.rollback()
            self.env.invalidate_all()

    def test_what_is_posted_by_its_tracking_or_the_list_of_letters_runs_too(self):
        letter = self.notice.letter_ids.with_user(self.recovery_user)
        for values in ({"posted_on": self.today}, {"presented_on": self.today}):
            with self.subTest(**values), self.cr.savepoint() as savepoint:
                letter.write(values)
                self.env["recovery.worklist"]._catch_up(self.debtor)
                shown = self.see(self.recovery_user)
                self.assertEqual((shown["banner"]["main"]["kind"], shown["next_action_code"]), ("deadline", RUNNING))
                savepoint.rollback()
            self.env.invalidate_all()

    def test_it_says_until_when_the_debtor_has_time(self):
        self.post()
        self.env["recovery.worklist"]._catch_up(self.debtor)
        shown = self.see(self.recovery_user)
        main = shown["banner"]["main"]
        self.assertEqual((main["kind"], main["undo"]), ("deadline", False))
        self.assertIn(self.notice.number, main["text"])
        self.assertIn(self.expiry, main["text"])
        self.assertEqual((shown["next_action_code"], shown["next_action_text"]), ("deadline_running", main["text"]))
        self.assertTrue(self.see(self.recovery_manager)["banner"]["main"]["undo"])

    def test_a_letter_that_came_back_is_answered_by_another_one(self):
        letter = self.notice.letter_ids
        letter.number = "1A 123 456 7890 1"
        letter._record_tracking("wrong_address", self.today)
        main = self.see(self.recovery_manager)["banner"]["main"]
        self.assertEqual(main["kind"], "returned")
        action = self.debtor.with_user(self.recovery_manager).action_undo(main["key"])
        self.assertEqual(action["res_model"], "recovery.reason.wizard")


@tagged("post_install", "-at_install")
class TestCaseAnswersTasks(StandingCommon):
    """The task of opening a case is done when one opens, by any door."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.end_with_handover()
        cls.other = cls.make_invoice(days_overdue=12, amount=200)

    def hand_over(self):
        notice = self.send_campaign(debtors=self.debtor).notice_ids
        self.assertEqual(notice.delivery_ids.state, "to_do")
        return notice

    def lines(self):
        return self.receivable_of(self.invoice) | self.receivable_of(self.other)

    def test_whatever_door_it_comes_by(self):
        Case = self.env["recovery.case"]
        doors = {
            "the notice": lambda notice: notice.with_user(self.recovery_user).action_open_case(),
            "the case's own form": lambda notice: Case.with_user(self.recovery_user).create(
                {"debtor_id": self.debtor.id, "line_ids": [(0, 0, {"line_id": line.id}) for line in self.lines()]}
            ),
            "the engine": lambda notice: Case._open_for(self.debtor, self.lines(), self.today),
            "instalments added": lambda notice: Case._open_for(
                self.debtor, self.receivable_of(self.invoice), self.today
            )._add_lines(self.receivable_of(self.other), self.today),
        }
        for name, enter in doors.items():
            with self.subTest(door=name), self.cr.savepoint() as savepoint:
                notice = self.hand_over()
                activity = notice.delivery_ids.activity_id
                enter(notice)
                self.assertEqual(notice.delivery_ids.state, "done")
                self.assertFalse(activity.exists().filtered("active"))
                self.assertNotEqual(self.open_form()["todo_kind"], "task")
                savepoint.rollback()
            self.env.invalidate_all()

    def test_it_stays_while_something_handed_over_is_in_no_case(self):
        notice = self.hand_over()
        self.env["recovery.case"]._open_for(self.debtor, self.receivable_of(self.invoice), self.today)
        self.assertEqual(notice.delivery_ids.state, "to_do")

    def test_what_a_closed_case_left_is_answered_by_the_next_one(self):
        Case = self.env["recovery.case"]
        case = Case._open_for(self.debtor, self.lines(), self.today)
        case._give_up("Adresse inconnue")
        self.assertEqual(len(self.debtor.activity_ids), 1)
        Case._open_for(self.debtor, self.lines(), self.today)
        self.assertFalse(self.debtor.activity_ids)
