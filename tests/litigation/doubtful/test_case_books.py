from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import DoubtfulCommon


@tagged("post_install", "-at_install")
class TestCaseBooks(DoubtfulCommon):
    """Closing a case never leaves a residual without a word."""

    def open_case(self, *moves):
        lines = self.receivable_of(self.env["account.move"].union(*moves))
        return self.env["recovery.case"]._open_for(self.debtor, lines, self.today)

    def close(self, case, kind, **values):
        window = self.env["recovery.case.close.wizard"].create(
            {"case_ids": case.ids, "kind": kind, "reason": "Nothing to seize", **values}
        )
        return window, window.action_confirm()

    def test_a_lost_case_proposes_the_transfer_of_what_it_leaves(self):
        move = self.bill(1000.0, self.goods20)
        case = self.open_case(move)
        window, _done = self.close(case, "lost")
        self.assertTrue(window.passes_to_doubtful)
        claim = self.Doubtful.search([("move_id", "=", move.id)])
        self.assertEqual((claim.state, claim.reason), ("proposed", "Nothing to seize"))
        self.assertEqual(case.amount_unexplained, 0.0)
        self.assertIn("waiting to be validated", case.books_text)
        self.assertEqual(claim.entry_line_ids.entry_id.move_id.state, "draft")

    def test_whoever_declines_leaves_it_on_the_list_with_a_word(self):
        case = self.open_case(self.bill(1000.0, self.goods20))
        self.close(case, "lost", passes_to_doubtful=False)
        self.assertEqual(case.amount_unexplained, 1200.0)
        self.assertIn("open among the performing receivables", case.books_text)
        self.assertEqual(case.line_ids.left_state, "to_decide")
        self.assertEqual(case._get_next_step()[1], "action_view_left")

    def test_an_abandoned_case_proposes_it_when_asked(self):
        case = self.open_case(self.bill(1000.0))
        self.close(case, "abandoned")
        self.assertEqual(case.amount_unexplained, 1000.0)
        other = self.open_case(self.bill(500.0))
        self.close(other, "abandoned", passes_to_doubtful=True)
        self.assertEqual(other.amount_unexplained, 0.0)

    def test_the_story_of_the_rest_is_told_line_by_line(self):
        move = self.bill(1000.0, self.goods20)
        case = self.open_case(move)
        claim = self.transfer(move)
        case.invalidate_recordset(["books_text"])
        self.assertIn("open on 416", case.books_text)
        self.lose(claim)
        self.close(case, "lost")
        self.assertIn("written off", case.books_text)
        self.assertEqual((case.amount_unexplained, case._get_next_step()[1]), (0.0, "action_view_doubtful"))
        self.recover_vat(claim)
        case.invalidate_recordset(["books_text"])
        self.assertIn("of VAT reclaimed", case.books_text)
        self.assertFalse(case._get_unpaid_claims())

    def test_what_other_entries_settled_is_told(self):
        move = self.bill(1000.0)
        case = self.open_case(move)
        note = self.make_invoice(self.customer, 400.0, move_type="out_refund")
        (self.receivable_of(move) | self.receivable_of(note)).reconcile()
        self.assertIn("400.00", case.books_text)
        self.assertIn("settled by credit notes", case.books_text)

    def test_a_running_case_owes_no_word(self):
        case = self.open_case(self.bill(1000.0))
        self.assertEqual(case.amount_unexplained, 0.0)

    def test_the_list_of_what_is_left_proposes_the_transfer(self):
        case = self.open_case(self.bill(1000.0))
        self.close(case, "abandoned")
        action = case.line_ids.action_transfer_doubtful()
        window = self.env[action["res_model"]].with_context(**action["context"]).create({"reason": "Lost"})
        self.assertEqual(window.line_ids, case.line_ids.line_id)

    def test_the_auditor_makes_every_list_with_the_entries_of_a_closing(self):
        """A depreciation stands on no account of customers: the auditor reads it all the same."""
        move = self.bill(1000.0, self.goods20)
        self.open_case(move)
        self.transfer(move)
        closing = self.close_on(self.today)
        self.assertTrue(closing.entry_ids.move_id)
        auditor = self.env(user=self.recovery_auditor, context={"allowed_company_ids": self.company.ids})
        self.assertTrue(auditor["account.move"].browse(closing.entry_ids.move_id.ids).line_ids.mapped("balance"))
        period = {"date_from": self.today.replace(month=1, day=1), "date_to": self.today}
        for subject in auditor["recovery.activity"]._get_subjects():
            with self.subTest(subject=subject):
                window = auditor["recovery.listing"].create(
                    {"company_id": self.company.id, "subject": subject, **period}
                )
                self.assertTrue(window._get_tables())
                self.assertTrue(window._get_xlsx())
        ours = closing.entry_ids.move_id.with_env(auditor)
        with self.assertRaises(AccessError):
            ours.ref = "autre"
