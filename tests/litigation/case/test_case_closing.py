from datetime import timedelta

from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import tagged

from .common import CaseCommon


@tagged("post_install", "-at_install")
class TestCaseClosing(CaseCommon):
    """What closing a case says is true, and what it leaves open is not forgotten."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls.make_user("bruno", "account.group_account_user", "account.group_account_manager")

    def close(self, case, kind, user=None, **answers):
        """Answer the window that closes a case."""
        action = case.with_user(user or self.env.user).action_close()
        window = self.env[action["res_model"]].with_user(user or self.env.user).browse(action["res_id"])
        window.write({"kind": kind, "reason": "Décidé en réunion", **answers})
        return window.action_confirm()

    def settle_in_part(self, state="fulfilled", amount=600.0):
        """Record a settlement of the old invoice, in a state that its own buttons would give it."""
        settlement = self.env["recovery.settlement"]._make(
            self.debtor,
            self.today,
            "transaction",
            lines=self.receivable_of(self.old),
            amount_agreed=amount,
            date_due=self.today + timedelta(days=10),
        )
        settlement.sudo().state = state
        return settlement

    # ------------------------------------------------------------
    # The questions
    # ------------------------------------------------------------
    def test_whoever_drags_a_card_is_asked_what_the_button_asks(self):
        case = self.open_case().with_user(self.recovery_manager)
        for kind in ("lost", "abandoned"):
            for way in (
                lambda stage: case.write({"stage_id": stage.id}),
                lambda stage: case.web_save({"stage_id": stage.id}, {}),
            ):
                with self.subTest(kind=kind), self.assertRaises(RedirectWarning), self.cr.savepoint():
                    way(self.stage(kind))
        self.assertTrue(case.is_open)
        self.assertFalse(case.close_reason)

    def test_the_window_begins_with_the_stage_of_the_drag(self):
        case = self.open_case()
        own = self.stage("abandoned").sudo().copy({"name": "Classé", "company_id": self.company.id})
        with self.assertRaises(RedirectWarning) as refused, self.cr.savepoint():
            case.stage_id = own
        context = refused.exception.args[1]["context"]
        window = self.env["recovery.case.close.wizard"].with_context(**context).create({"reason": "Trop petit"})
        self.assertEqual(window.kind, "abandoned")
        window.action_confirm()
        self.assertEqual((case.stage_id, case.close_how), (own, "uneconomic"))

    def test_a_reason_is_needed_whatever_the_kind(self):
        case = self.open_case()
        for kind in ("lost", "abandoned"):
            with self.subTest(kind=kind), self.assertRaisesRegex(UserError, "reason"), self.cr.savepoint():
                self.close(case, kind, reason="  ")
        self.assertTrue(case.is_open)

    def test_the_window_says_what_stays_open(self):
        case = self.open_case()
        window = self.env["recovery.case.close.wizard"].create({"case_ids": case.ids})
        self.assertEqual(window.kind, "lost", "something is unpaid: it is not settled")
        self.assertIn("400", window.unpaid_text)

    def test_two_companies_never_add_up(self):
        other = self.setup_other_company()["company"]
        theirs = self.make_invoice(self.customer, amount=70.0, days_overdue=60, company=other)
        debtor = self.env["recovery.debtor"]._ensure_for(self.customer, other)
        cases = self.open_case() | self.Case._open_for(debtor, self.receivable_of(theirs), self.today)
        window = self.env["recovery.case.close.wizard"].create({"case_ids": cases.ids})
        self.assertEqual(len(window.unpaid_text.split(";")), 2)
        window.reason = "Cessation"
        window.action_confirm()
        self.assertEqual(set(cases.mapped("kind")), {"lost"})

    def test_what_was_credited_was_not_paid(self):
        case = self.open_case(self.old)
        self.make_credit_note(self.customer, 1000.0, reverses=self.old)
        with self.assertRaisesRegex(UserError, "other than by payment"), self.cr.savepoint():
            self.close(case, "settled", settled_how="paid")
        self.close(case, "settled")
        self.assertEqual(case.close_how, "credited")

    def test_an_answer_of_another_kind_is_refused(self):
        case = self.open_case()
        with self.assertRaisesRegex(UserError, "how the case ended"):
            case._close("lost", "x", "paid")

    # ------------------------------------------------------------
    # A settlement says why something stays open
    # ------------------------------------------------------------
    def test_a_settlement_that_was_kept_says_why_the_rest_is_open(self):
        case = self.open_case(self.old)
        settlement = self.settle_in_part()
        self.pay(self.old, 600.0)
        with self.assertRaisesRegex(UserError, "not settled"), self.cr.savepoint():
            self.close(case, "settled", settled_how="paid")
        self.close(case, "settled", settlement_id=settlement.id)
        self.assertRecordValues(
            case, [{"kind": "settled", "close_how": "settlement", "settlement_id": settlement.id, "amount_now": 400}]
        )
        self.assertEqual(case.line_ids.left_state, "to_decide", "the rest is not forgotten")

    def test_a_settlement_of_something_else_or_not_kept_says_nothing(self):
        case = self.open_case()
        settlement = self.settle_in_part()
        with self.assertRaisesRegex(UserError, self.recent.name), self.cr.savepoint():
            self.close(case, "settled", settlement_id=settlement.id)
        settlement.sudo().state = "agreed"
        with self.assertRaisesRegex(UserError, self.old.name), self.cr.savepoint():
            self.close(case, "settled", settlement_id=settlement.id)

    # ------------------------------------------------------------
    # What stays open
    # ------------------------------------------------------------
    def test_the_rest_has_a_verdict_that_says_so(self):
        case = self.open_case()
        self.pay(self.recent)
        self.close(case, "abandoned")
        verdicts, _left = self.env["recovery.selection"]._evaluate(self.company, self.today, self.customer)
        [verdict] = [verdict for verdict in verdicts if verdict.item.move_id == self.old.id]
        self.assertEqual(verdict.code, "hold_left")
        self.assertIn(case.name, verdict.detail)
        self.assertIn("Left unpaid", self.env["recovery.selection"]._get_code_labels()["hold_left"])
        left = self.env["recovery.case.line"].search(case.action_view_left()["domain"])
        self.assertEqual(left.move_id, self.old)

    # ------------------------------------------------------------
    # What was paid, and is no more
    # ------------------------------------------------------------
    def undo(self, move, user=None):
        """Cancel the payments of an invoice: they came back."""
        credits = self.receivable_of(move).matched_credit_ids.credit_move_id
        payments = credits.move_id.origin_payment_id.with_user(user or self.env.user)
        payments.action_draft()
        payments.action_cancel()
        self.cr.flush()

    def test_a_payment_matched_with_something_else_leaves_the_case_as_unpaid_as_one_that_came_back(self):
        case = self.open_case(self.old)
        self.pay(self.old)
        self.close(case, "settled")
        self.receivable_of(self.old).remove_move_reconcile()
        self.cr.flush()
        self.assertEqual(case.line_ids.left_state, "to_decide")

    def test_what_is_matched_with_something_else_at_once_is_paid_still(self):
        case = self.open_case(self.old)
        self.pay(self.old)
        self.close(case, "settled")
        credit = self.receivable_of(self.make_credit_note(self.customer, 1000.0))
        line = self.receivable_of(self.old)
        line.remove_move_reconcile()
        (line | credit).reconcile()
        self.cr.flush()
        self.assertFalse(case.line_ids.left_state)
        self.assertFalse(self.debtor.activity_ids)

    def test_an_invoice_that_was_cancelled_is_owed_no_more_and_one_posted_again_is(self):
        case = self.open_case()
        self.pay(self.old)
        self.pay(self.recent)
        self.close(case, "settled")
        both = self.old | self.recent
        both.button_draft()
        self.receivable_of(both).remove_move_reconcile()
        self.cr.flush()
        self.assertFalse(case.line_ids.filtered("left_state"))
        self.old.button_cancel()
        self.recent.action_post()
        self.cr.flush()
        self.assertEqual(case.line_ids.filtered("left_state").move_id, self.recent)

    def read_code(self, move):
        verdicts, _left = self.env["recovery.selection"]._evaluate(self.company, self.today, self.customer)
        return next((verdict.code for verdict in verdicts if verdict.item.move_id == move.id), None)

    def test_a_payment_undone_after_the_case_was_settled_is_asked_about_and_never_reminded_by_itself(self):
        for ending in ("settled", "abandoned", "lost"):
            with self.subTest(ending=ending), self.cr.savepoint() as point:
                case = self.open_case()
                self.pay(self.old)
                self.pay(self.recent)
                self.close(case, ending)
                self.assertFalse(case.line_ids.filtered("left_state"))
                self.assertFalse(self.debtor.activity_ids)
                self.undo(self.old, self.accountant)
                claim = case.line_ids.filtered(lambda claim: claim.move_id == self.old)
                self.assertEqual((claim.left_state, self.read_code(self.old)), ("to_decide", "hold_left"))
                self.assertFalse((case.line_ids - claim).filtered("left_state"), "it is paid still")
                left = self.env["recovery.case.line"].search(case.action_view_left()["domain"])
                self.assertEqual(left, claim)
                self.assertIn("unpaid again", self.debtor.activity_ids.summary)
                self.assertIn("but not any more", case.left_hold_ids.reason)
                self.assertIn("undone", self.events(case, "case_left").summary)
                again = self.Case.browse(claim.action_open_case_again()["res_id"])
                self.assertEqual(again.line_ids.move_id, self.old)
                point.rollback()
                self.env.invalidate_all()

    def test_a_settled_case_whose_payment_was_undone_may_be_reopened(self):
        case = self.open_case(self.old)
        self.pay(self.old)
        self.close(case, "settled")
        self.undo(self.old)
        self.give_reason(case.action_reopen(), "Chèque sans provision")
        self.assertTrue(case.line_ids.is_running)
        self.assertFalse(case.line_ids.left_state)

    def test_what_left_the_case_or_is_claimed_by_another_comes_back_nowhere(self):
        case = self.open_case()
        case.line_ids.filtered(lambda claim: claim.move_id == self.old)._remove("Payée")
        self.pay(self.old)
        self.pay(self.recent)
        self.close(case, "settled")
        self.undo(self.old)
        self.assertFalse(case.line_ids.filtered("left_state"))
        self.undo(self.recent)
        again = self.Case.browse(case.line_ids.filtered("left_state").action_open_case_again()["res_id"])
        self.pay(self.recent)
        self.undo(self.recent)
        self.assertEqual(again.line_ids.is_running, True)
        self.assertFalse(case.line_ids.filtered("left_state"), "the new case follows it")

    def test_somebody_decides_what_becomes_of_the_rest(self):
        case = self.open_case()
        self.close(case, "lost")
        first, second = case.line_ids.sorted("due_date")
        self.give_reason(first.action_resume(), "Il a repris")
        self.assertEqual((first.left_state, first.left_reason), ("resumed", "Il a repris"))
        self.assertEqual(case.left_hold_ids.filtered(lambda hold: not hold.released_on).line_id, second.line_id)
        self.assertTrue(self.debtor.activity_ids, "something is still to decide")
        self.give_reason(second.action_give_up(), "Trop petit")
        self.assertEqual(second.left_state, "given_up")
        self.assertFalse(self.debtor.activity_ids)
        self.assertEqual(self.debtor._get_claimable_lines(self.today)[self.debtor], first.line_id)
        with self.assertRaisesRegex(UserError, "nothing to decide"):
            self.give_reason(first.action_give_up(), "Encore")

    def test_reminders_resumed_by_hand_decide_too(self):
        case = self.open_case(self.old)
        self.close(case, "lost")
        hold = case.left_hold_ids
        self.give_reason(hold.action_release(), "On relance")
        self.assertEqual(case.line_ids.left_state, "resumed")

    def test_a_new_case_takes_what_was_left(self):
        case = self.open_case()
        self.close(case, "abandoned")
        again = self.Case.browse(case.line_ids.action_open_case_again()["res_id"])
        self.assertEqual(again.line_ids.move_id, self.old | self.recent)
        self.assertFalse(any(case.line_ids.mapped("left_state")))
        self.assertTrue(all(case.left_hold_ids.mapped("released_on")))
        self.assertFalse(self.debtor.activity_ids)

    def test_a_reopened_case_claims_what_it_had_left(self):
        case = self.open_case()
        self.close(case, "lost")
        self.give_reason(case.action_reopen(), "Il est revenu")
        self.assertFalse(any(case.line_ids.mapped("left_state")))
        self.assertTrue(all(case.left_hold_ids.mapped("released_on")))
        self.assertEqual(len(self.held_lines()), 2)
        self.assertFalse(case.close_how)
        self.assertFalse(self.debtor.activity_ids)

    def test_lost_then_settled_leaves_nothing(self):
        case = self.open_case(self.old)
        self.close(case, "lost")
        self.pay(self.old)
        self.close(case, "settled")
        self.assertEqual((case.kind, case.close_how, case.line_ids.left_state), ("settled", "paid", False))
        self.assertTrue(all(case.left_hold_ids.mapped("released_on")))

    # ------------------------------------------------------------
    # Roles
    # ------------------------------------------------------------
    def test_the_auditor_closes_nothing_and_decides_nothing(self):
        case = self.open_case()
        seen = case.with_user(self.recovery_auditor)
        for act in (
            lambda: seen.action_close(),
            lambda: (
                self.env["recovery.case.close.wizard"].with_user(self.recovery_auditor).create({"case_ids": case.ids})
            ),
            lambda: seen.write({"stage_id": self.stage("lost").id}),
        ):
            with self.assertRaises(AccessError):
                act()
        self.close(case, "lost")
        with self.assertRaises(AccessError):
            seen.line_ids._resume("x")

    def test_nobody_forges_how_a_case_ended(self):
        case = self.open_case().with_user(self.recovery_user)
        for vals in (
            {"close_how": "paid"},
            {"merged_into_id": case.id},
            {"next_deadline": self.today},
            {"gate_state": "green"},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                case.write(vals)
        with self.assertRaises(AccessError):
            case.line_ids[0].write({"left_state": "resumed"})
