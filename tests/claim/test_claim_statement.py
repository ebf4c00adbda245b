import re
from datetime import date
from io import BytesIO

from openpyxl import load_workbook
from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.debt_recovery.models.claim.figures import Options
from odoo.addons.debt_recovery.models.claim.recovery_claim_statement import TOGETHER

from ..common import RecoveryCommon


def pages_of(statement):
    """Return the text of each page of the PDF, one space between words."""
    reader = PdfReader(BytesIO(statement.sudo().attachment_id.raw))
    return [re.sub(r"[\s\u00a0\u202f]+", " ", page.extract_text()) for page in reader.pages]


@tagged("post_install", "-at_install")
class TestClaimStatement(RecoveryCommon):
    prints_documents = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor = cls.debtor_of()
        cls.invoice = cls.make_invoice(amount=5000, due=date(2025, 12, 15))
        cls.pay(cls.invoice, 2000, date(2026, 1, 20))

    def issue(self, moves=None, user=None, **options):
        options = Options(**{"interest_first": True, **options})
        lines = self.receivable_of(moves or self.invoice)
        debtor = self.debtor_of((moves or self.invoice).partner_id)
        Statement = self.env["recovery.claim.statement"].with_user(user or self.recovery_user)
        return Statement._issue(debtor.with_user(user or self.recovery_user), lines, self.today, options)

    def text(self, statement):
        """Return the words of the PDF, one space between them."""
        return " ".join(pages_of(statement))

    def test_it_is_frozen_whatever_becomes_of_the_invoice(self):
        statement = self.issue()
        self.assertRegex(statement.number, r"^DEC/2026/\d{4}$")
        self.assertAlmostEqual(sum(statement.line_ids.mapped("amount")), statement.amount)
        self.assertEqual(float(statement.figures["totals"][0]["amount"]), statement.amount)
        lines = [(line.kind, line.amount) for line in statement.line_ids]
        self.assertEqual(lines[:4], [("principal", 5000), ("interest", 26.63), ("interest", 33.29), ("settled", -2000)])
        self.assertEqual(statement.line_ids[3].to_interest, 59.92)
        before = (statement.sha256, statement.figures_sha256, statement._group_by_currency()[0]["amount"])
        raw = statement.attachment_id.raw
        self.pay(self.invoice)
        self.env["recovery.rate"].search([("kind", "=", "ecb_mro")]).value = 9
        self.debtor_partner.name = "Autre nom"
        self.env.invalidate_all()
        after = (statement.sha256, statement.figures_sha256, statement._group_by_currency()[0]["amount"])
        self.assertEqual((after, statement.attachment_id.raw), (before, raw))
        self.assertTrue(statement._is_intact())
        statement.sudo().figures = {**statement.figures, "sources": []}
        self.assertFalse(statement._is_intact())
        event = self.env["recovery.event"].search([("kind", "=", "statement")], limit=1)
        self.assertEqual((event.debtor_id, event.details["sha256"]), (self.debtor, statement.sha256))

    def test_pdf_and_spreadsheet_say_the_same_to_the_cent(self):
        statement = self.issue()
        text = self.text(statement)
        book = load_workbook(BytesIO(statement._get_xlsx()))
        summary, detail = book.worksheets
        amounts = [row[-1].value for row in detail.iter_rows(min_row=5) if isinstance(row[-1].value, (int, float))]
        self.assertAlmostEqual(sum(amounts), statement.amount)
        self.assertEqual(len(amounts), len(statement.line_ids))
        totals = [row[-1].value for row in summary.iter_rows() if row[1].value in ("TOTAL", "TOTAL DÛ")]
        self.assertEqual(totals, [statement.amount])
        for line in statement.line_ids:
            self.assertIn(f"{abs(line.amount):,.2f}".replace(",", " ").replace(".", ","), text)
        for words in (statement.number, self.invoice.name, "26,63", "33,29", "3 059,92", "12,15 %", "1343-1"):
            self.assertIn(words, text)
        self.assertRegex(text, r"1\s*/\s*1")

    def test_in_english_and_for_every_nature(self):
        customer = self.make_partner("Smith Ltd", lang="en_US")
        statement = self.issue(self.make_invoice(customer, amount=100, days_overdue=30))
        text = self.text(statement)
        for words in ("Claim statement", "TOTAL DUE on", "L441-10 II", "ECB 2.40% + 10 points", "Page 1 / 1"):
            self.assertIn(words, text)
        consumer = self.make_partner("Jeanne Petit", is_company=False, lang="en_US")
        text = self.text(self.issue(self.make_invoice(consumer, amount=100, days_overdue=30)))
        self.assertIn("from receipt of the mise en demeure", text)
        self.assertNotIn("40", text.split("TOTAL DUE")[0].split("Invoice", 1)[1].replace("2026", ""))

    def test_wizard_from_debtor_and_invoice(self):
        self.patch(type(self.company), "_recovery_today", lambda company: self.today)
        other = self.make_invoice(amount=300, days_overdue=20)
        debtor = self.debtor.with_user(self.recovery_user)
        action = debtor.action_claim_statement()
        form = Form(self.env[action["res_model"]].with_user(self.recovery_user).with_context(**action["context"]))
        self.assertEqual(form.day, self.today)
        self.assertEqual(len(form.line_ids), 2)
        self.assertIn("80", form.preview)
        form.day = date(2026, 11, 5)
        self.assertTrue(form.is_past)
        form.imputation = "principal_first"
        wizard = form.save()
        issued = self.env["recovery.claim.statement"].browse(wizard.action_issue()["res_id"])
        self.assertEqual((issued.date, issued.imputation), (date(2026, 11, 5), "principal_first"))
        self.assertEqual(debtor.claim_statement_count, 1)
        action = other.with_user(self.recovery_user).action_recovery_claim_statement()
        form = Form(self.env[action["res_model"]].with_user(self.recovery_user).with_context(**action["context"]))
        self.assertEqual(len(form.line_ids), 1)
        issued = self.env["recovery.claim.statement"].browse(form.save().action_issue()["res_id"])
        self.assertEqual((issued.res_model, issued.res_id), ("account.move", other.id))

    def test_who_may_issue_and_nobody_changes(self):
        with self.assertRaises(AccessError):
            self.issue(user=self.recovery_auditor)
        statement = self.issue()
        for user in (self.recovery_user, self.recovery_manager):
            for record in (statement, statement.line_ids):
                with self.assertRaises(AccessError):
                    record.with_user(user).write({"currency_id" if "currency_id" in record else "number": "x"})
                with self.assertRaises(AccessError):
                    record.with_user(user).unlink()
            with self.assertRaises(AccessError):
                statement.with_user(user).attachment_id.raw = b"x"
        self.assertTrue(statement.with_user(self.recovery_auditor)._get_xlsx())
        stranger = self.make_user("paul", "account.group_account_invoice")
        with self.assertRaises(AccessError):
            statement.with_user(stranger)._get_xlsx()
        foreign = self.make_invoice(self.make_partner("Autre client"), days_overdue=30)
        with self.assertRaisesRegex(UserError, "one debtor"):
            self.env["recovery.claim.statement"].with_user(self.recovery_user)._issue(
                self.debtor, self.receivable_of(foreign | self.invoice), self.today, Options()
            )

    def test_few_lines_of_an_invoice_stay_together_and_many_keep_both_ends(self):
        Line = self.env["recovery.claim.statement.line"]
        statement = self.env["recovery.claim.statement"]
        for count in (0, 1, TOGETHER, TOGETHER + 1, 40):
            with self.subTest(count=count):
                lines = Line.browse(range(1, count + 1))
                parts = statement._split_lines(lines)
                self.assertEqual([line for part in parts for line in part.ids], lines.ids)
                if count > TOGETHER:
                    self.assertEqual((len(parts[0]), {len(part) for part in parts[1:]}), (2, {1}))
                else:
                    self.assertEqual(len(parts), min(count, 1))

    def test_long_statement_repeats_its_headers(self):
        moves = self.env["account.move"]
        for number in range(60):
            moves |= self.make_invoice(amount=100 + number, days_overdue=20 + 3 * number)
        statement = self.issue(moves)
        self.assertAlmostEqual(sum(statement.line_ids.mapped("amount")), statement.amount)
        pages = pages_of(statement)
        self.assertGreater(len(pages), 3)
        for number, page in enumerate(pages, start=1):
            self.assertRegex(page, rf"{number}\s*/\s*{len(pages)}")
