from datetime import timedelta

from odoo.tests import freeze_time, tagged

from ..common.correspondence import CorrespondenceCommon
from ..english import InEnglish


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 09:00:00")
class TestWaiting(InEnglish, CorrespondenceCommon):
    """Whatever waits for a person follows the books: another amount, another person, or withdrawn with its reason."""

    def setUp(self):
        super().setUp()
        self.worklist = self.env["recovery.worklist"]
        self.first = self.make_invoice(days_overdue=20, amount=1000)
        self.second = self.make_invoice(days_overdue=20, amount=200)
        self.debtor = self.debtor_of()
        self.debtor.collector_id = self.recovery_user

    # ------------------------------------------------------------
    # What waits
    # ------------------------------------------------------------
    def make_draft(self):
        return self.make_campaign(debtors=self.debtor).notice_ids

    def make_to_approve(self):
        self.levels["reminder"].approval_required = True
        campaign = self.make_campaign(debtors=self.debtor, user=self.recovery_user)
        campaign._validate(self.today)
        return campaign.sudo().notice_ids

    def make_validated(self):
        campaign = self.make_campaign(debtors=self.debtor)
        campaign._validate(self.today)
        return campaign.notice_ids

    def make_sent(self, **channels):
        off = dict.fromkeys(("channel_email", "channel_letter", "channel_call", "channel_task"), False)
        self.levels["reminder"].write({**off, **channels})
        return self.send_campaign(debtors=self.debtor).notice_ids

    def make_call(self):
        return self.make_sent(channel_call=True)

    def make_task(self):
        return self.make_sent(channel_task=True)

    def make_letter(self):
        return self.make_sent(channel_letter=True)

    def make_mail(self):
        return self.make_sent(channel_email=True)

    PREPARED = ("draft", "to_approve", "validated")
    TALKED = ("call", "task")
    WRITTEN = ("letter", "mail")

    def each(self, kinds):
        """Yield a notice of each kind, each on books as they were."""
        for kind in kinds:
            with self.subTest(waiting=kind):
                savepoint = self.cr.savepoint()
                with savepoint:
                    notice = getattr(self, f"make_{kind}")().sudo()
                    self.assertNotEqual(notice.state, "failed", notice.state_reason)
                    self.worklist._refresh(self.company, self.today)
                    yield kind, notice
                    savepoint.rollback()
                    self.env.registry.clear_cache()  # which accounts are followed
                self.env.invalidate_all()

    def refresh(self, day=None):
        self.worklist._refresh(self.company, day or self.today)

    def check_withdrawn(self, notice, word):
        self.assertEqual(notice.state, "obsolete")
        self.assertIn(word, notice.state_reason)
        self.assertLessEqual(set(notice.delivery_ids.mapped("state")), {"cancelled"})
        self.assertFalse(notice.delivery_ids.activity_id.filtered("active"))
        self.assertFalse(any(notice.line_ids.mapped("engaged")))
        self.assertNotEqual(notice.decision_id.state, "asked")
        self.assertNotEqual(self.debtor.todo_kind, "call")

    # ------------------------------------------------------------
    # What moves
    # ------------------------------------------------------------
    def test_a_payment_of_all_withdraws_it(self):
        for _kind, notice in self.each(self.PREPARED + self.TALKED + self.WRITTEN):
            self.pay(self.first)
            self.pay(self.second)
            self.refresh()
            self.check_withdrawn(notice, "Settled")

    def test_a_payment_of_one_gives_it_the_amount_of_now(self):
        for kind, notice in self.each(self.PREPARED + self.TALKED):
            self.pay(self.first)
            self.refresh()
            self.assertEqual((notice.amount, notice.line_count), (200, 1))
            if kind in self.TALKED:
                activity = notice.delivery_ids.activity_id
                self.assertNotIn("1\xa0200", f"{activity.note}{activity.summary}".replace("\u202f", "\xa0"))
                self.assertIn("200", f"{activity.note}{activity.summary}")
            if kind == "to_approve":
                self.assertEqual((notice.decision_id.state, notice.decision_id.amount), ("asked", 200))

    def test_a_part_payment_gives_it_the_amount_of_now(self):
        for _kind, notice in self.each(self.PREPARED + self.TALKED):
            self.pay(self.first, 400)
            self.refresh()
            self.assertEqual((notice.amount, notice.line_count), (800, 2))

    def test_a_writing_whose_amount_moved_before_it_left_is_withdrawn_and_the_next_one_is_right(self):
        for _kind, notice in self.each(self.WRITTEN):
            self.pay(self.first)
            self.refresh()
            self.check_withdrawn(notice, "The amount changed")
            self.assertEqual(self.make_draft().amount, 200)

    def test_a_writing_that_left_stays(self):
        for kind, notice in self.each(self.WRITTEN):
            notice.delivery_ids._mark("posted" if kind == "letter" else "sent")
            self.pay(self.first)
            self.pay(self.second)
            self.refresh()
            self.assertEqual(notice.state, "sent")

    def test_a_credit_note_does_as_a_payment(self):
        for _kind, notice in self.each(self.PREPARED + self.TALKED):
            self.make_credit_note(amount=1000, reverses=self.first)
            self.refresh()
            self.assertEqual(notice.amount, 200)

    def test_a_due_date_put_off_withdraws_it(self):
        for _kind, notice in self.each(self.PREPARED + self.TALKED + self.WRITTEN):
            for invoice in (self.first, self.second):
                self.receivable_of(invoice).date_maturity = self.today + timedelta(days=30)
            self.refresh()
            self.check_withdrawn(notice, "due date moved")

    def test_a_suspension_withdraws_it_at_once(self):
        for _kind, notice in self.each(("draft", "to_approve") + self.TALKED + self.WRITTEN):
            self.env["recovery.hold"].create(
                {"debtor_id": self.debtor.id, "date_from": self.today, "reason": "Inventaire"}
            )
            self.check_withdrawn(notice, "Inventaire")

    def test_what_is_validated_keeps_what_it_asks_while_a_suspension_lasts(self):
        notice = self.make_validated()
        hold = self.env["recovery.hold"].create(
            {"debtor_id": self.debtor.id, "date_from": self.today, "reason": "Inventaire"}
        )
        self.assertEqual((notice.state, notice.amount, notice.line_count), ("validated", 1200, 2))
        self.pay(self.first, 400)
        self.refresh()
        self.assertEqual((notice.state, notice.amount), ("validated", 800))
        hold._release(self.today, "Faite")
        self.assertEqual((notice.state, notice.amount), ("validated", 800))

    def test_a_mark_of_the_accounts_withdraws_it(self):
        for _kind, notice in self.each(self.PREPARED + self.TALKED + self.WRITTEN):
            (self.receivable_of(self.first) | self.receivable_of(self.second)).no_followup = True
            self.refresh()
            self.check_withdrawn(notice, "No Follow-Up")

    def test_an_entry_taken_back_withdraws_it(self):
        for _kind, notice in self.each(self.PREPARED + self.TALKED + self.WRITTEN):
            (self.first | self.second).button_draft()
            self.refresh()
            self.check_withdrawn(notice, "no longer posted")

    def test_a_setting_that_no_longer_follows_the_account_withdraws_it_the_next_day(self):
        for _kind, notice in self.each(self.PREPARED + self.TALKED + self.WRITTEN):
            self.company.recovery_account_ids = self.env["account.account"].search(
                [
                    ("account_type", "=", "asset_receivable"),
                    ("id", "!=", self.receivable_of(self.first).account_id.id),
                ],
                limit=1,
            )
            self.refresh(self.today + timedelta(days=1))
            self.check_withdrawn(notice, "no longer followed")

    def test_another_responsible_person_gets_what_waits(self):
        for _kind, notice in self.each(self.TALKED):
            self.assertEqual(notice.delivery_ids.activity_id.user_id, self.recovery_user)
            self.debtor.collector_id = self.recovery_manager
            self.assertEqual(notice.delivery_ids.activity_id.user_id, self.recovery_manager)

    def test_one_that_fails_is_named_and_the_others_go_on(self):
        other = self.make_partner("Autre client")
        invoice = self.make_invoice(other, days_overdue=20)
        campaign = self.make_campaign(debtors=self.debtor | self.debtor_of(other))
        bad = campaign.notice_ids.filtered(lambda notice: notice.debtor_id == self.debtor)
        self.pay(self.first)
        self.pay(self.second)
        self.pay(invoice)
        waiting = type(self.env["recovery.waiting"])
        compare = waiting._compare

        def refuse(engine, notices, day):
            if bad in notices:
                raise ValueError("Ligne impossible")
            return compare(engine, notices, day)

        self.patch(waiting, "_compare", refuse)
        with self.assertLogs("odoo.addons.debt_recovery", "WARNING"):
            self.refresh()
        self.assertEqual(((campaign.notice_ids - bad).state, bad.state), ("obsolete", "draft"))
        self.assertTrue(self.env["recovery.event"].search([("kind", "=", "failed"), ("res_id", "=", bad.id)], limit=1))

    def test_who_gets_a_mise_en_demeure_today_is_not_to_call_today(self):
        monday = self.today + timedelta(days=2)
        notice = self.make_call()
        self.refresh(monday)
        self.assertEqual(self.debtor.todo_kind, "call")
        formal = notice.sudo().copy(
            {"kind": "formal_notice", "state": "validated", "level_id": self.levels["formal_notice"].id}
        )
        self.refresh(monday)
        self.env["recovery.todo"]._refresh(self.company, monday)
        self.assertNotEqual(self.debtor.todo_kind, "call")
        formal.write({"state": "sent", "issue_date": monday})
        self.refresh(monday)
        self.assertNotEqual(self.debtor.todo_kind, "call")
        self.refresh(monday + timedelta(days=1))
        self.assertEqual(self.debtor.todo_kind, "call")
