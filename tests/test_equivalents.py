import io
import re
import unicodedata
from datetime import timedelta
from pathlib import Path

from openpyxl import load_workbook
from pypdf import PdfReader

from odoo.tests import freeze_time, tagged
from odoo.tools import file_path

from .common import RecoveryCommon
from .english import InEnglish

SENTENCE = re.compile(r"Total at the rate of ([\d/]+): ([\d.,]+)")


def _text(content):
    pages = PdfReader(io.BytesIO(content)).pages
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", " ".join(page.extract_text() for page in pages)))


@tagged("post_install", "-at_install")
class TestEquivalents(InEnglish, RecoveryCommon):
    """A debt in another currency is worth one thing on one day, in whatever document or screen says it."""

    prints_documents = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enterClassContext(freeze_time(f"{cls.today} 10:00:00"))
        issued = cls.today - timedelta(days=130)
        cls.dollar = cls.setup_other_currency("USD", rates=[("2020-01-01", 1.0), (str(cls.today), 1.25)])
        cls.customer = cls.make_partner("Smith Ltd", lang="en_US", email="ap@smith.example.com")
        cls.invoice = cls.make_invoice(cls.customer, amount=1000, days_overdue=100, date=issued, currency=cls.dollar)

    def assertWorth(self, text, amount="800.00", day=None):
        found = SENTENCE.findall(re.sub(r"[\s\u00a0]+", " ", str(text)))
        day = (day or self.today).strftime("%m/%d/%Y")
        self.assertEqual({(when, re.sub(r"[^\d.]", "", worth)) for when, worth in found}, {(day, amount)}, text)

    def test_the_books_keep_the_rate_of_the_invoice(self):
        self.assertEqual(self.receivable_of(self.invoice).amount_residual, 1000)

    def test_letter_mail_statement_and_screen_of_a_reminder(self):
        notice = self.make_campaign().notice_ids
        self.assertWorth(notice.equivalent)
        rendering = self.env["recovery.rendering"]
        for report in ("debt_recovery.action_report_letter_preview", "debt_recovery.action_report_account_statement"):
            with self.subTest(report):
                self.assertWorth(_text(rendering._prepare_streams(report, notice.ids)[notice.id]))
        self.assertWorth(rendering._render_mails(notice)[notice])

    def test_a_letter_keeps_the_rate_of_its_own_day(self):
        notice = self.send_campaign().notice_ids
        self.env["res.currency.rate"].create(
            {"currency_id": self.dollar.id, "name": self.today + timedelta(days=1), "rate": 2.0}
        )
        self.assertWorth(notice.equivalent)
        yesterday = self.make_campaign(self.today - timedelta(days=1)).notice_ids
        if yesterday:
            self.assertWorth(yesterday.equivalent, "1000.00", self.today - timedelta(days=1))

    def test_mise_en_demeure(self):
        scenario = self.scenario.copy()
        scenario.level_ids.filtered(lambda level: level.kind != "formal_notice").unlink()
        self.debtor_of(self.customer).write(
            {"nature": "merchant", "nature_confirmed": True, "scenario_id": scenario.id}
        )
        notice = self.make_campaign().notice_ids
        self.assertEqual(notice.kind, "formal_notice")
        self.assertWorth(notice.equivalent)
        values = self.env["recovery.formal.letter"]._get_values(notice)
        statement = values["statement"]
        worth = re.sub(r"[^\d.]", "", f"{statement.amount:.2f}")
        self.assertWorth(values["equivalent"], worth)
        principal = sum(statement.line_ids.filtered(lambda line: line.kind == "principal").mapped("amount"))
        self.assertEqual(principal, 1000)
        self.assertLess(800, statement.amount)
        self.assertLess(statement.amount, 1000)

    def test_statement_of_account_on_paper_and_as_a_spreadsheet(self):
        action = self.debtor_of(self.customer).action_account_statement()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        today, before = (wizard.create({"day": day}) for day in (self.today, self.today - timedelta(days=1)))
        for window, worth in ((today, "800.00"), (before, "1000.00")):
            content, _kind = (
                self.env["ir.actions.report"]
                .with_context(force_report_rendering=True)
                ._render_qweb_pdf("debt_recovery.action_report_recovery_account_statement", window.ids)
            )
            self.assertWorth(_text(content), worth, window.day)
            book = load_workbook(io.BytesIO(window._get_xlsx()))
            self.assertWorth(" ".join(str(row[0].value) for row in book["USD"].iter_rows()), worth, window.day)

    def test_claim_statement_and_plan(self):
        debtor = self.debtor_of(self.customer)
        plan = self.env["recovery.payment.plan"]._make(
            debtor, self.today, lambda total, currency: [("part", self.today + timedelta(days=5), total)]
        )
        self.assertWorth(plan.equivalent)
        self.assertEqual(plan.amount_company, 800)
        plan._propose(self.today)
        self.assertWorth(_text(plan.document_id.raw))

    def test_nothing_is_said_of_a_debt_in_the_companys_currency(self):
        self.make_invoice(amount=500, days_overdue=40)
        notice = self.make_campaign(debtors=self.debtor_of()).notice_ids
        self.assertFalse(notice.equivalent)

    def test_one_place_converts_and_one_says_it(self):
        """No document, screen or total converts by itself: exposure at an order's own rate is the books' business."""
        root = Path(file_path("debt_recovery/__manifest__.py")).parent
        found = [
            f"{path.relative_to(root)}"
            for folder in ("models", "reports", "wizards", "controllers")
            for path in (root / folder).rglob("*.*")
            if path.suffix in (".py", ".xml")
            and path.name != "equivalent.py"
            and re.search(r"\._convert\(|_get_conversion_rate|rate of this day", path.read_text())
        ]
        self.assertEqual(found, [])
