from datetime import timedelta

from odoo import SUPERUSER_ID, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import RecoveryCommon


@tagged("post_install", "-at_install")
class TestPromise(RecoveryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Promise = cls.env["recovery.promise"]
        cls.invoice = cls.make_invoice(amount=1000, days_overdue=40)
        cls.recent = cls.make_invoice(amount=600, days_overdue=10)
        cls.debtor = cls.debtor_of()
        cls.debtor.collector_id = cls.recovery_user

    def give(self, amount=1000, days=5, debtor=None, **vals):
        return self.Promise.with_user(self.recovery_user)._give(
            debtor or self.debtor, self.today, amount, self.day(days), **vals
        )

    def day(self, days):
        return self.today + timedelta(days=days)

    def check(self, days, partners=None):
        self.env["recovery.agreement"]._check_all(self.company, self.day(days), partners)

    def take_back(self, invoice):
        """Undo a payment, as when the bank returns it."""
        line = self.receivable_of(invoice)
        payment = line.matched_credit_ids.credit_move_id.move_id.origin_payment_id
        line.remove_move_reconcile()
        payment.action_cancel()

    def test_it_covers_the_oldest_first_and_holds_only_that(self):
        promise = self.give()
        self.assertEqual(promise.line_ids.move_id, self.invoice)
        self.assertEqual(promise.deadline, self.day(8), "three days of grace")
        self.assertEqual(promise.hold_ids.line_id, self.receivable_of(self.invoice))
        self.assertEqual((promise.hold_ids.origin, promise.hold_ids.date_until), ("promise", self.day(8)))
        self.assertTrue(self.verdict_of(self.invoice).code.startswith("hold"))
        self.assertEqual(self.verdict_of(self.recent).code, "due", "the rest of the account is reminded")
        self.assertEqual(self.verdict_of(self.invoice, self.day(9)).code, "due", "it ends automatically")
        wide = self.give(1200, debtor=self.debtor)
        self.assertEqual(wide.line_ids.mapped("amount"), [600, 600])
        self.assertEqual(wide.line_ids.move_id, self.recent | self.invoice, "what is free first, then the rest")

    def test_chosen_instalments_and_refusals(self):
        promise = self.give(200, lines=self.receivable_of(self.recent))
        self.assertEqual((promise.line_ids.move_id, promise.line_ids.amount), (self.recent, 200))
        for error, call in (
            ("1,600|1\\D?600", lambda: self.give(1600.01)),
            ("above zero", lambda: self.give(0)),
            ("today or later", lambda: self.give(10, days=-1)),
        ):
            with self.assertRaisesRegex(UserError, error):
                call()
        self.pay(self.recent)
        with self.assertRaisesRegex(UserError, "nothing left"):
            self.give(10, lines=self.receivable_of(self.recent))
        with self.assertRaises(AccessError):
            self.Promise.with_user(self.recovery_auditor)._give(self.debtor, self.today, 10, self.day(5))

    def test_kept_by_money_in_several_payments(self):
        promise = self.give()
        self.pay(self.invoice, amount=400, date=self.day(2))
        self.check(3)
        self.assertEqual((promise.state, promise.amount_received), ("open", 400))
        self.pay(self.invoice, amount=600, date=self.day(6))
        self.check(6)
        self.assertEqual((promise.state, promise.decided_on), ("kept", self.day(6)))
        self.assertTrue(promise.hold_ids.released_on)
        self.assertEqual((self.debtor.promise_kept_count, self.debtor.promise_reliability), (1, 1))
        self.assertTrue(self.env["recovery.event"].search([("kind", "=", "promise_kept")]))

    def test_broken_reminders_resume_at_the_next_step_the_next_day(self):
        self.make_campaign()._validate(self.today)  # the first reminder, before the promise
        promise = self.give()
        self.check(8)
        self.assertEqual(promise.state, "open", "the last day of grace")
        self.check(9)
        self.assertEqual((promise.state, promise.decided_on), ("broken", self.day(9)))
        self.assertEqual(promise.hold_ids.released_on, self.day(9))
        verdict = self.verdict_of(self.invoice, self.day(9))
        self.assertEqual((verdict.code, verdict.step.kind), ("due", "call"), "the step after the one reached")
        activity = self.debtor.activity_ids.filtered(lambda a: "promise" in a.summary.lower())
        self.assertEqual((activity.user_id, activity.date_deadline), (self.recovery_user, self.day(9)))
        self.assertIn("1,000", self.debtor.with_context(lang="en_US").agreement_alert)
        self.check(10)
        self.assertEqual(len(self.debtor.activity_ids.filtered(lambda a: "promise" in a.summary.lower())), 1)
        self.assertEqual(
            self.env["recovery.event"].search_count([("kind", "=", "promise_broken"), ("res_id", "=", promise.id)]), 1
        )

    def test_partly_kept(self):
        promise = self.give()
        self.pay(self.invoice, amount=250, date=self.day(4))
        self.check(9)
        self.assertEqual((promise.state, promise.amount_received), ("partly", 250))
        self.assertEqual(
            (self.debtor.promise_kept_count, self.debtor.promise_partly_count, self.debtor.promise_reliability),
            (0, 1, 0),
        )

    def test_a_credit_note_keeps_nothing_but_lowers_the_sum(self):
        promise = self.give()
        self.make_credit_note(amount=300, date=self.day(2), reverses=self.invoice)
        self.check(3)
        self.assertEqual((promise.state, promise.amount_expected, promise.amount_received), ("open", 700, 0))
        self.pay(self.invoice, amount=700, date=self.day(4))
        self.check(4)
        self.assertEqual(promise.state, "kept")
        other = self.give(600)
        self.make_credit_note(amount=600, date=self.day(2), reverses=self.recent)
        self.check(9)
        self.assertEqual(other.state, "cancelled", "neither kept nor broken")
        self.assertEqual(self.debtor.promise_due_count, 1)

    def test_money_of_before_does_not_count(self):
        self.pay(self.invoice, amount=400, date=self.today)
        promise = self.give(600, lines=self.receivable_of(self.invoice))
        self.check(9)
        self.assertEqual(promise.state, "broken")

    def test_a_payment_not_matched_yet_waits_for_the_accountant(self):
        promise = self.give(600, lines=self.receivable_of(self.recent))
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.debtor_partner.id,
                "amount": 5000,
                "date": self.day(4),
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.outstanding_account_id = self.make_outstanding_account(self.company)
        payment.action_post()
        self.check(9)
        self.assertEqual(promise.state, "open", "nobody broke it: its money waits to be matched")
        lines = payment.move_id.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
        (lines | self.receivable_of(self.recent)).reconcile()
        self.check(9)
        self.assertEqual(promise.state, "kept")

    def test_what_lay_unmatched_before_the_promise_does_not_excuse_it(self):
        journal = self.company_data["default_journal_bank"].inbound_payment_method_line_ids[:1]
        self.pay_without_entry(self.invoice, 700, self.today, journal)
        promise = self.give(300, lines=self.receivable_of(self.invoice))
        self.check(9)
        self.assertEqual(promise.state, "broken", "the 700 were taken off when it was given")
        other = self.give(300, lines=self.receivable_of(self.invoice))
        self.pay_without_entry(self.invoice, 300, self.day(3), journal)
        self.check(9)
        self.assertEqual(other.state, "open", "its own money waits for the accountant")

    def test_new_money_keeps_it_while_older_money_lies_unmatched(self):
        self.pay(self.invoice, amount=700, date=self.day(-2))
        self.receivable_of(self.invoice).remove_move_reconcile()
        promise = self.give(300, lines=self.receivable_of(self.invoice))
        self.assertEqual(promise.line_ids.amount_open, 300)
        self.pay(self.invoice, amount=300, date=self.day(3))
        self.check(4)
        self.assertEqual((promise.amount_received, promise.state), (300, "kept"))

    def test_money_of_before_that_is_matched_elsewhere_takes_nothing_from_it(self):
        self.pay(self.invoice, amount=700, date=self.day(-2))
        promise = self.give(300, lines=self.receivable_of(self.invoice))
        old = self.receivable_of(self.invoice).matched_credit_ids.credit_move_id
        self.receivable_of(self.invoice).remove_move_reconcile()
        (old | self.receivable_of(self.recent)).reconcile()
        self.pay(self.invoice, amount=300, date=self.day(3))
        self.check(4)
        self.assertEqual((promise.amount_received, promise.state), (300, "kept"))

    def test_payment_on_its_way_waits_too(self):
        journal = self.company_data["default_journal_bank"]
        promise = self.give(600, lines=self.receivable_of(self.recent))
        self.pay_without_entry(self.recent, 600, self.day(3), journal.inbound_payment_method_line_ids[:1])
        self.check(9)
        self.assertEqual(promise.state, "open")

    def test_what_the_books_say_later_corrects_it(self):
        promise = self.give()
        self.check(9)
        self.assertEqual(promise.state, "broken")
        self.pay(self.invoice, date=self.day(7))  # in time, entered late
        self.check(12, self.debtor_partner)
        self.assertEqual(promise.state, "kept")
        self.assertEqual((self.debtor.promise_kept_count, self.debtor.promise_broken_count), (1, 0))
        self.take_back(self.invoice)
        self.check(14, self.debtor_partner)
        self.assertEqual((promise.state, self.debtor.promise_broken_count), ("broken", 1))

    def test_taken_back_before_the_date_it_is_open_again(self):
        promise = self.give()
        self.pay(self.invoice, date=self.day(1))
        self.check(1)
        self.assertEqual(promise.state, "kept")
        self.take_back(self.invoice)
        self.check(2, self.debtor_partner)
        self.assertEqual(promise.state, "open")
        self.assertTrue(self.verdict_of(self.invoice, self.day(2)).code.startswith("hold"))

    def test_renegotiation_and_cancellation(self):
        first = self.give()
        second = self.give(1000, days=20, replaces=first)
        self.assertEqual((first.state, first.state_reason), ("cancelled", "Renegotiated"))
        self.assertEqual(second.replaces_id, first)
        self.assertTrue(first.hold_ids.released_on and not second.hold_ids.released_on)
        self.check(24)
        third = self.give(1000, days=40, replaces=second)
        self.assertEqual(second.state, "broken", "history is not rewritten")
        self.assertFalse(self.debtor.agreement_alert, "a new promise replaced it")
        third.with_user(self.recovery_user)._cancel("Payé par un tiers")
        self.assertEqual(third.state, "cancelled")
        with self.assertRaises(UserError):
            third._cancel("encore")

    def test_several_open_promises_in_order(self):
        first = self.give(500, lines=self.receivable_of(self.invoice))
        second = self.give(500, days=20, lines=self.receivable_of(self.invoice))
        self.pay(self.invoice, amount=500, date=self.day(4))
        self.check(9)
        self.assertEqual((first.state, second.state, second.amount_received), ("kept", "open", 0))
        self.assertTrue(self.verdict_of(self.invoice, self.day(9)).code.startswith("hold"), "the second one holds it")

    def test_dollars(self):
        dollar = self.setup_other_currency("USD", rates=[("2025-01-01", 1.25)])
        partner = self.make_partner("Smith Ltd", lang="en_US")
        invoice = self.make_invoice(partner, amount=1000, days_overdue=20, currency=dollar)
        debtor = self.debtor_of(partner)
        promise = self.give(800, debtor=debtor)
        self.assertEqual((promise.currency_id, promise.line_ids.amount), (dollar, 800))
        self.pay(invoice, amount=800, date=self.day(3))
        self.check(4)
        self.assertEqual((promise.state, promise.amount_received), ("kept", 800))
        mixed = self.make_invoice(partner, amount=50, days_overdue=20)
        lines = self.receivable_of(mixed) | self.receivable_of(invoice)
        with self.assertRaisesRegex(UserError, "one currency"):
            self.give(10, debtor=debtor, lines=lines)

    def test_instalments_of_one_invoice(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Halves",
                "line_ids": [
                    fields.Command.create({"value": "percent", "value_amount": 50, "nb_days": days})
                    for days in (30, 60)
                ],
            }
        )
        partner = self.make_partner("Atelier Morel")
        invoice = self.make_invoice(partner, amount=1000, term=term, date=self.day(-70))
        debtor = self.debtor_of(partner)
        promise = self.give(500, debtor=debtor)
        first, second = self.receivable_of(invoice)
        self.assertEqual(promise.line_ids.line_id, first)
        verdicts = self.verdicts(partners=partner)
        self.assertTrue(verdicts[first.id].code.startswith("hold"))
        self.assertEqual(verdicts[second.id].code, "due")

    def test_worklist_checks_when_the_books_move(self):
        worklist = self.env["recovery.worklist"]
        promise = self.give()
        worklist._refresh(self.company, self.day(1))
        self.pay(self.invoice, date=self.day(1))
        worklist._refresh(self.company, self.day(1))
        self.assertEqual(promise.state, "kept")

    def test_scheduled_job(self):
        self.give()
        with self.enter_registry_test_mode():
            self.env.ref("debt_recovery.ir_cron_check_agreements").method_direct_trigger()

    def test_an_alert_of_the_scheduled_job_has_an_owner_who_reads_it(self):
        self.give()
        root = self.env["res.users"].browse(SUPERUSER_ID)
        promises = self.env["recovery.promise"].with_user(root).sudo()
        self.company.recovery_contact_id = False
        self.debtor.collector_id = False
        promises._check(self.company, self.day(30))
        (task,) = self.debtor.activity_ids.filtered(
            lambda task: task.activity_type_id == self.env.ref("debt_recovery.mail_activity_type_promise")
        )
        self.assertEqual(task.user_id, self.env["recovery.decision"]._get_approvers(self.company)[:1])

    def test_number_of_queries_does_not_follow_the_promises(self):
        def count(debtors):
            for debtor in debtors:
                self.give(100, debtor=debtor)
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(60) as counter:  # noqa: F841 # the bound is generous, the equality matters
                before = self.env.cr.sql_log_count
                self.env["recovery.promise"].sudo()._check(self.company, self.today)
                return self.env.cr.sql_log_count - before

        partners = [self.make_partner(f"Client {i}") for i in range(12)]
        for partner in partners:
            self.make_invoice(partner, days_overdue=10)
        debtors = [self.debtor_of(partner) for partner in partners]
        few = count(debtors[:2])
        many = count(debtors[2:])
        self.assertLessEqual(many, few + 2)

    def test_next_letter_says_so(self):
        promise = self.give()
        self.check(9)
        notice = self.make_campaign(self.day(9)).notice_ids
        self.assertEqual(notice._get_broken_promises(), {notice: promise})
        french = notice.with_context(lang="fr_FR").broken_promise_text
        self.assertIn("1\N{NARROW NO-BREAK SPACE}000,00", french.replace("\xa0", "\N{NARROW NO-BREAK SPACE}"))
        self.assertIn("26/11/2026", french)
        self.assertIn("object.broken_promise_text", notice.mail_allowed_qweb_expressions())
        self.levels["reminder"].body = '<p>You had <t t-out="object.broken_promise_text"/>.</p>'
        self.send_campaign(self.day(10))
        later = self.make_campaign(self.day(40)).notice_ids
        self.assertFalse(later._get_broken_promises(), "said once")

    def test_tone_of_the_next_letter(self):
        self.give()
        self.check(9)
        notice = self.make_campaign(self.day(9)).notice_ids
        self.assertEqual(notice.tone, "promise_broken")
        self.assertEqual(notice._get_tones(), {notice: "promise_broken"})

    def test_merge_of_customers_unites_the_promises(self):
        twin = self.make_partner("Boulangerie Dupond")
        invoice = self.make_invoice(twin, amount=300, days_overdue=20)
        promise = self.give(300, debtor=self.debtor_of(twin))
        kept = self.give(600, lines=self.receivable_of(self.recent))
        self.pay(self.recent, date=self.day(1))
        self.check(9)
        self.assertEqual((promise.state, kept.state), ("broken", "kept"))
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.debtor_partner | twin).ids, self.debtor_partner)
        self.assertEqual(promise.debtor_id, self.debtor)
        self.assertEqual(promise.line_ids.debtor_id, self.debtor)
        self.assertEqual((self.debtor.promise_kept_count, self.debtor.promise_broken_count), (1, 1))
        self.pay(invoice, date=self.day(5))
        self.check(10, self.debtor_partner)
        self.assertEqual(promise.state, "kept")

    def test_archived_customer_and_deleted_draft(self):
        promise = self.give()
        self.debtor_partner.action_archive()
        self.invoice.button_draft()
        self.check(2)
        self.assertEqual(promise.state, "cancelled", "nothing remains to be received")

    def test_rights(self):
        promise = self.give()
        promise.with_user(self.recovery_user).note = "Rappeler le matin"
        for user, vals in (
            (self.recovery_user, {"state": "kept"}),
            (self.recovery_manager, {"amount": 1}),
            (self.recovery_auditor, {"note": "x"}),
        ):
            with self.assertRaises(AccessError):
                promise.with_user(user).write(vals)
        with self.assertRaises(UserError):
            promise.unlink()
        with self.assertRaises(AccessError):
            self.debtor.with_user(self.recovery_manager).promise_reliability = 1
        stranger = self.make_user(
            "zoe", "debt_recovery.group_recovery_manager", company=self.setup_other_company(name="Deux")["company"]
        )
        self.assertFalse(self.Promise.with_user(stranger).search([("id", "=", promise.id)]))

    def test_window_from_debtor_and_invoice(self):
        action = self.debtor.with_user(self.recovery_user).action_promise()
        wizard = (
            self.env[action["res_model"]].with_user(self.recovery_user).with_context(**action["context"]).create({})
        )
        self.assertEqual((wizard.amount, wizard.currency_id), (1600, self.company.currency_id))
        wizard.action_confirm()
        self.assertEqual(self.debtor.open_promise_count, 1)
        action = self.recent.with_user(self.recovery_user).action_recovery_promise()
        wizard = (
            self.env[action["res_model"]].with_user(self.recovery_user).with_context(**action["context"]).create({})
        )
        self.assertEqual((wizard.amount, wizard.line_ids.move_id), (600, self.recent))

    def test_reliability_reader(self):
        promise = self.give(600, lines=self.receivable_of(self.recent))
        self.give(1000, lines=self.receivable_of(self.invoice))
        self.pay(self.recent, date=self.day(1))
        self.check(9)
        found = self.Promise._read_reliability(self.debtor)[self.debtor.id]
        self.assertEqual((tuple(found), found.ratio), ((1, 0, 1), 0.5))
        self.assertFalse(self.Promise._read_reliability(self.debtor, date_from=promise.date + timedelta(days=1)))
