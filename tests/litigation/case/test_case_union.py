from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CaseCommon


@tagged("post_install", "-at_install")
class TestCaseUnion(CaseCommon):
    """Cases are put together and taken apart, and nothing of their story is lost."""

    def setUp(self):
        super().setUp()
        self.first, self.second = self.open_case(self.old), self.open_case(self.recent)

    def regroup(self, cases, kept=None, user=None, reason="Une seule assignation"):
        """Answer the window that regroups cases."""
        cases = cases.with_user(user or self.env.user)
        action = cases.action_regroup()
        window = self.env[action["res_model"]].with_user(user or self.env.user).browse(action["res_id"])
        if kept:
            window.kept_id = kept
        window.reason = reason
        return window.action_confirm()

    def split(self, case, claims, reason="Un autre tribunal"):
        """Answer the window that splits a case; return the new one."""
        action = case.action_split()
        window = self.env[action["res_model"]].browse(action["res_id"])
        window.write({"claim_ids": claims.ids, "reason": reason})
        return self.Case.browse(window.action_confirm()["res_id"])

    def test_one_goes_on_with_the_claims_of_both(self):
        self.pay(self.recent, 100.0)
        self.regroup(self.first | self.second)
        self.assertEqual((self.second.kind, self.second.merged_into_id), ("merged", self.first))
        self.assertRecordValues(
            self.first,
            [{"claim_count": 2, "amount_opening": 1400, "amount_now": 1300, "amount_received": 100, "is_open": True}],
        )
        self.assertRecordValues(
            self.second, [{"claim_count": 0, "amount_opening": 0, "amount_now": 0, "amount_received": 0}]
        )
        self.assertEqual(self.held_lines(), self.receivable_of(self.old | self.recent))
        self.assertFalse(self.second.left_hold_ids)
        self.assertFalse(self.second.line_ids.left_state)
        self.assertFalse(self.debtor.activity_ids)

    def test_money_counts_once_after_the_regrouping(self):
        self.regroup(self.first | self.second)
        self.pay(self.recent, 150.0)
        self.assertEqual((self.first.amount_received, self.second.amount_received), (150, 0))
        self.assertEqual(sum((self.first | self.second).mapped("amount_now")), 1250)

    def test_the_case_that_goes_on_may_be_chosen(self):
        self.regroup(self.first | self.second, kept=self.second)
        self.assertEqual(self.first.merged_into_id, self.second)
        self.assertEqual(self.second.line_ids.move_id, self.old | self.recent)

    def test_both_stories_are_told(self):
        self.regroup(self.first | self.second)
        told = " ".join(entry["title"] for entry in self.first.chronology)
        self.assertIn(self.first.name, told)
        self.assertIn(self.second.name, told)
        alone = " ".join(entry["title"] for entry in self.second.chronology)
        self.assertIn(f"Merged into {self.first.name}", alone)

    def test_what_cannot_be_put_together(self):
        stranger = self.make_partner("Autre")
        move = self.make_invoice(stranger, days_overdue=30)
        other = self.Case._open_for(self.debtor_of(stranger), self.receivable_of(move), self.today)
        with self.assertRaisesRegex(UserError, "same customer"), self.cr.savepoint():
            self.regroup(self.first | other)
        with self.assertRaisesRegex(UserError, "at least two"), self.cr.savepoint():
            self.regroup(self.first)
        with self.assertRaisesRegex(UserError, "reason"), self.cr.savepoint():
            self.regroup(self.first | self.second, reason=" ")
        self.second._give_up("Nothing to seize")
        with self.assertRaisesRegex(UserError, "closed"):
            self.regroup(self.first | self.second)

    def test_a_regrouped_case_is_not_reopened(self):
        self.regroup(self.first | self.second)
        with self.assertRaisesRegex(UserError, self.first.name):
            self.second._reopen("x")

    def test_the_auditor_regroups_and_splits_nothing(self):
        with self.assertRaises(AccessError):
            self.regroup(self.first | self.second, user=self.recovery_auditor)
        with self.assertRaises(AccessError):
            self.first.with_user(self.recovery_auditor).action_split()

    def test_claims_leave_for_a_case_of_their_own(self):
        self.regroup(self.first | self.second)
        self.pay(self.recent, 100.0)
        self.first.lawyer_id = self.make_partner("Cabinet Aubry")
        claim = self.first.line_ids.filtered(lambda claim: claim.move_id == self.recent)
        new = self.split(self.first, claim)
        self.assertRecordValues(
            new,
            [
                {
                    "split_from_id": self.first.id,
                    "lawyer_id": self.first.lawyer_id.id,
                    "amount_opening": 400,
                    "amount_received": 100,
                    "amount_now": 300,
                    "stage_id": self.first.stage_id.id,
                }
            ],
        )
        self.assertRecordValues(self.first, [{"amount_opening": 1000, "amount_received": 0, "amount_now": 1000}])
        self.assertEqual(self.held_lines(), self.receivable_of(self.old | self.recent))
        told = " ".join(entry["title"] for entry in new.chronology)
        self.assertIn(self.first.name, told, "it keeps the story that it had so far")

    def test_something_stays(self):
        with self.assertRaisesRegex(UserError, "at least one must stay"), self.cr.savepoint():
            self.split(self.first, self.first.line_ids)
        with self.assertRaisesRegex(UserError, "at least one must stay"), self.cr.savepoint():
            self.split(self.first, self.second.line_ids)

    def test_a_split_case_behind_the_gate_stays_there(self):
        self.company.recovery_gate = "block"
        self.regroup(self.first | self.second)
        self.first.sudo().stage_id = self.stage("title")
        new = self.split(self.first, self.first.line_ids.filtered(lambda claim: claim.move_id == self.recent))
        self.assertEqual(new.kind, "title")

    def test_what_is_claimed_with_a_past_date_is_not_claimed_anew(self):
        self.regroup(self.first | self.second)
        days = set(self.first.line_ids.mapped("added_on"))
        self.assertEqual(days, {self.today})
        self.assertFalse(self.first.line_ids.filtered(lambda claim: claim.added_on < self.today - timedelta(days=1)))
