from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import CaseCommon


@tagged("post_install", "-at_install")
class TestCaseStatement(CaseCommon):
    """The statement of what a case claims, from the case's screen."""

    prints_documents = True

    def open_window(self, case, user):
        action = case.with_user(user).action_claim_statement()
        return Form(self.env[action["res_model"]].with_user(user).with_context(**action["context"]))

    def test_it_bears_on_the_claims_of_the_case_only(self):
        other = self.make_invoice(self.customer, amount=50, days_overdue=70)
        case = self.open_case(self.old, self.recent)
        self.pay(self.recent, date=date(2026, 11, 20))
        form = self.open_window(case, self.recovery_user)
        self.assertEqual(form.case_id, case.with_user(self.recovery_user))
        wizard = form.save()
        self.assertEqual(wizard.line_ids.move_id, self.old | self.recent)  # interest survives the payment
        issued = self.env["recovery.claim.statement"].browse(wizard.action_issue()["res_id"])
        self.assertEqual((issued.res_model, issued.res_id), ("recovery.case", case.id))
        self.assertNotIn(other, issued.line_ids.move_id)
        self.assertEqual(issued.line_ids.filtered(lambda line: line.kind == "indemnity").mapped("amount"), [40, 40])
        case.invalidate_recordset(["claim_statement_count"])
        self.assertEqual(case.claim_statement_count, 1)
        self.assertEqual(
            self.env["recovery.claim.statement"].search(case.action_view_claim_statements()["domain"]), issued
        )

    def test_the_auditor_issues_none(self):
        case = self.open_case()
        with self.assertRaises(AccessError):
            case.with_user(self.recovery_auditor).action_claim_statement()
        self.assertEqual(case.with_user(self.recovery_auditor).claim_statement_count, 0)
