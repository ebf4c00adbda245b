import base64
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CaseCommon


@tagged("post_install", "-at_install")
class TestCaseTakeover(CaseCommon):
    """Cases that were under way elsewhere go on here, with the figures of their own past."""

    def take_over(self, *moves, days=30, kind="title", user=None, **vals):
        """Answer the window that takes a case over."""
        window = (
            self.env["recovery.case.takeover.wizard"]
            .with_user(user or self.recovery_user)
            .create(
                {
                    "debtor_id": self.debtor.id,
                    "opened_on": self.today - timedelta(days=days),
                    "stage_id": self.stage(kind).id,
                    **vals,
                }
            )
        )
        if moves:
            window.line_ids = self.receivable_of(self.env["account.move"].union(*moves))
        return self.Case.browse(window.action_confirm()["res_id"])

    def import_file(self, text, user=None, **vals):
        """Take over what a file says; return the window."""
        content = base64.b64encode(text.encode())
        window = (
            self.env["recovery.case.import"]
            .with_user(user or self.recovery_user)
            .create({"file": content, "filename": "reprise.csv", "company_id": self.company.id, **vals})
        )
        window.action_import()
        return window

    # ------------------------------------------------------------
    # The window
    # ------------------------------------------------------------
    def test_what_was_received_before_does_not_count(self):
        self.pay(self.old, 200.0, date=self.today - timedelta(days=50))
        self.pay(self.old, 300.0, date=self.today - timedelta(days=10))
        case = self.take_over(self.old, reference="RG 26/1234")
        self.assertRecordValues(
            case,
            [
                {
                    "is_taken_over": True,
                    "kind": "title",
                    "opened_on": self.today - timedelta(days=30),
                    "amount_opening": 800,
                    "amount_received": 300,
                    "amount_now": 500,
                    "reference": "RG 26/1234",
                }
            ],
        )
        self.assertEqual(len(self.events(case, "case_taken_over")), 1)

    def test_it_proposes_all_that_may_be_claimed(self):
        claimed = self.open_case(self.recent)
        window = self.env["recovery.case.takeover.wizard"].create(
            {"debtor_id": self.debtor.id, "opened_on": self.today, "stage_id": self.stage("filed").id}
        )
        self.assertEqual(window.line_ids, self.receivable_of(self.old))
        self.assertNotIn(claimed.line_ids.line_id, window.possible_line_ids)

    def test_it_has_passed_the_checks_elsewhere(self):
        self.company.recovery_gate = "block"
        with self.assertRaisesRegex(AccessError, "recovery manager"), self.cr.savepoint():
            self.take_over(kind="enforcement")
        self.assertEqual(self.take_over(kind="enforcement", user=self.recovery_manager).kind, "enforcement")

    def test_what_is_not_late_yet_enters_when_it_is(self):
        case = self.take_over(self.old, self.recent, days=60)
        by_move = {claim.move_id: claim for claim in case.line_ids}
        self.assertEqual(by_move[self.old].added_on, self.today - timedelta(days=60))
        self.assertEqual(by_move[self.recent].added_on, self.today - timedelta(days=19))

    def test_refusals(self):
        with self.assertRaisesRegex(UserError, "before today"), self.cr.savepoint():
            self.take_over(self.old, days=-1)
        with self.assertRaisesRegex(UserError, "not closed"), self.cr.savepoint():
            self.take_over(self.old, kind="lost")
        self.open_case(self.old)
        with self.assertRaisesRegex(UserError, "already claimed"), self.cr.savepoint():
            self.take_over(self.old)
        with self.assertRaises(AccessError):
            self.take_over(self.recent, user=self.recovery_auditor)

    # ------------------------------------------------------------
    # The file
    # ------------------------------------------------------------
    def test_rows_of_one_number_make_one_case(self):
        lawyer = self.make_partner("Cabinet Aubry")
        window = self.import_file(
            "Dossier;Client;Facture;Ouvert le;Étape;Avocat;Référence;Titre\n"
            f"A12;Transports Mercier;{self.old.name};01/10/2026;Title obtained;Cabinet Aubry;RG 26/1;oui\n"
            f"A12;Transports Mercier;{self.recent.name};;;;;\n"
        )
        case = self.debtor.case_ids
        self.assertRecordValues(
            case,
            [{"claim_count": 2, "kind": "title", "lawyer_id": lawyer.id, "reference": "RG 26/1", "title_held": True}],
        )
        self.assertEqual(str(case.opened_on), "2026-10-01")
        self.assertIn("1", window.result)

    def test_what_cannot_be_read_is_listed_and_the_rest_goes(self):
        window = self.import_file(
            "case,customer,invoice,opened on\n"
            f"1,Transports Mercier,{self.old.name},2026-10-01\n"
            "2,Transports Mercier,FAC/NULLE/PART,2026-10-01\n"
            f"3,Quelqu'un d'autre,{self.recent.name},2026-10-01\n"
            f"4,Transports Mercier,{self.recent.name},demain\n"
            "5,Transports Mercier,,2026-10-01\n"
        )
        self.assertEqual(self.debtor.case_ids.line_ids.move_id, self.old)
        for number in (3, 4, 5, 6):
            self.assertIn(f"Row {number}:", window.result)

    def test_a_file_without_invoices_is_refused(self):
        for text, words in (("a;b\n1;2\n", "invoice"), ("", "file first|empty")):
            with self.subTest(text=text), self.assertRaisesRegex(UserError, words):
                self.import_file(text)

    def test_the_stage_and_the_day_of_the_window_serve_where_the_file_is_silent(self):
        day = self.today - timedelta(days=12)
        self.import_file(f"facture\n{self.old.name}\n", stage_id=self.stage("hearing").id, opened_on=day)
        self.assertRecordValues(self.debtor.case_ids, [{"kind": "hearing", "opened_on": day}])

    def test_another_company_s_invoice_is_not_found(self):
        other = self.setup_other_company()["company"]
        theirs = self.make_invoice(self.customer, days_overdue=60, company=other)
        theirs.name = "AUTRE/2026/0001"
        window = self.import_file(f"facture;ouvert le\n{theirs.name};2026-10-01\n")
        self.assertIn("Row 2:", window.result)
        self.assertFalse(self.Case.search([("company_id", "=", other.id)]))
