from datetime import timedelta
from io import BytesIO

from openpyxl import load_workbook

from odoo.tests import tagged
from odoo.tools import format_date

from ...english import InEnglish
from .common import CaseCommon


@tagged("post_install", "-at_install")
class TestCasePosition(InEnglish, CaseCommon):
    """Whoever meets a customer, an invoice or a figure reads that it is in a case, at which step and until when."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls.Case._open_for(cls.debtor, cls.receivable_of(cls.old | cls.recent), cls.today)
        cls.case.stage_id = cls.env.ref("debt_recovery.recovery_case_stage_insolvency")
        cls.limit = cls.today + timedelta(days=12)
        cls.Case._set_next_deadline({cls.case: (cls.limit, "Declare the claim")})
        cls.expected = f"Deadline {format_date(cls.env, cls.limit)}: Insolvency proceedings, case {cls.case.name}"

    def look_again(self):
        self.env.flush_all()
        self.env.invalidate_all()

    def report(self, **vals):
        return self.env["recovery.exposure.report"].create(
            {"company_id": self.company.id, "day": self.today, "partner_ids": self.customer.ids, **vals}
        )

    def test_the_worklist_says_it_as_the_next_action(self):
        self.env["recovery.worklist"]._compute(self.company, self.today)
        self.look_again()
        [row] = self.env["recovery.debtor"].search_read(
            [("id", "=", self.debtor.id)], ["next_action_text", "case_text"]
        )
        self.assertTrue(row["next_action_text"].startswith(self.expected), "a narrow column cuts the end")
        self.assertEqual(row["case_text"], self.expected)

    def test_the_debtors_banner_says_it_once(self):
        self.assertIn(self.expected, self.debtor.banner["main"]["text"])
        self.assertFalse(self.debtor.case_text_apart, "the banner says it already")

    def test_the_invoice_says_it(self):
        self.assertIn(self.expected, self.old.recovery_hold_text)
        self.assertEqual(self.old.recovery_case_text, self.expected)

    def test_the_list_of_exposures_and_its_spreadsheet_say_it(self):
        report = self.report()
        action = report.action_show()
        line = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(line.case_text, self.expected)
        cells = [cell.value for row in load_workbook(BytesIO(report._get_xlsx())).active.iter_rows() for cell in row]
        self.assertIn(self.expected, cells)

    def test_of_a_past_day_nobody_knows_in_which_case_somebody_was(self):
        report = self.report(day=self.today - timedelta(days=5))
        action = report.action_show()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]).mapped("case_text"), [False])
        cells = [cell.value for row in load_workbook(BytesIO(report._get_xlsx())).active.iter_rows() for cell in row]
        self.assertNotIn(self.expected, cells)

    def test_all_of_them_follow_the_card_and_its_deadline(self):
        self.case.stage_id = self.stage("precourt")
        self.Case._set_next_deadline({self.case: None})
        expected = f"Pre-litigation, case {self.case.name}"
        self.look_again()
        self.assertEqual(self.debtor.case_text, expected)
        for text in (self.debtor.banner["main"]["text"], self.debtor.next_action_text, self.old.recovery_hold_text):
            self.assertIn(expected, text)
            self.assertNotIn("Insolvency", text)

    def test_a_case_of_which_all_is_paid_is_still_told_until_it_is_closed(self):
        self.pay(self.old)
        self.pay(self.recent)
        self.look_again()
        self.assertFalse(self.debtor.banner)
        self.assertEqual(self.debtor.case_text_apart, self.expected)
        self.case._settle("Paid")
        self.assertFalse(self.debtor.case_text or self.debtor.case_text_apart)
        self.assertFalse(self.old.recovery_case_text)

    def test_many_customers_are_told_in_as_many_queries_as_one(self):
        debtors = self.debtor
        for number in range(6):
            customer = self.make_partner(f"Client {number}")
            debtor = self.debtor_of(customer)
            move = self.make_invoice(customer, days_overdue=30)
            self.Case._open_for(debtor, self.receivable_of(move), self.today)
            debtors |= debtor

        def count(some):
            self.look_again()
            before = self.cr.sql_log_count
            some.mapped("case_text")
            some.mapped("banner")
            return self.cr.sql_log_count - before

        count(debtors)  # what is kept for good is read once
        self.assertLessEqual(count(debtors) - count(debtors[:1]), 1)
