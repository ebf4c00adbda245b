from datetime import date, datetime, time, timedelta
from io import BytesIO

import openpyxl
from pypdf import PdfReader

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, freeze_time, tagged

from ...models.ledger.ageing import DEFAULT_BOUNDS
from ..common import RecoveryCommon
from ..english import InEnglish
from ..portfolio import PortfolioCommon

NOW = "2026-11-21 10:00:00"


def pdf_text(content):
    """Return the words of a PDF with single spaces, whatever spaces the fonts make."""
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return " ".join(text.replace("\xa0", " ").replace("\u202f", " ").split())


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestAgedBalance(InEnglish, RecoveryCommon):
    def data(self, day=None, **kwargs):
        return self.env["recovery.ageing.report"]._get_data(self.company, day or self.today, **kwargs)

    def test_each_debt_is_in_the_column_of_its_age(self):
        for number, days in enumerate((0, 1, 30, 31, 60, 61, 90, 91, 120, 121, 400)):
            self.make_invoice(amount=2**number, days_overdue=days)
        (row,) = self.data()["rows"]
        self.assertEqual(row["buckets"], [1.0, 6.0, 24.0, 96.0, 384.0, 1536.0])
        self.assertEqual((row["partner"], row["credit"], row["total"]), ("Boulangerie Dupont", 0.0, 2047.0))

    def test_credits_stand_apart_and_lower_the_total(self):
        self.make_invoice(amount=1000, days_overdue=45)
        self.make_credit_note(amount=300)
        totals = self.data()["totals"]
        self.assertEqual(totals["buckets"], [0.0, 0.0, 1000.0, 0.0, 0.0, 0.0])
        self.assertEqual((totals["credit"], totals["total"]), (-300.0, 700.0))

    def test_the_next_limitation_and_what_is_time_barred_already(self):
        self.make_invoice(amount=1000, date=date(2020, 3, 2), due=date(2020, 4, 1))
        self.make_invoice(amount=500, date=date(2024, 3, 4), due=date(2024, 4, 1))
        self.make_invoice(amount=250, date=date(2023, 9, 1), due=date(2023, 10, 1))
        self.make_credit_note(amount=300)
        private = self.env["res.partner"].create({"name": "Jeanne Petit"})
        self.make_invoice(private, amount=80, date=date(2025, 1, 15), due=date(2025, 2, 1))
        data = self.data(detail=True)
        baker, person = data["rows"]
        self.assertEqual((baker["limitation_on"], baker["time_barred"]), (date(2028, 9, 1), 1000.0))
        self.assertEqual((person["limitation_on"], person["time_barred"]), (date(2027, 1, 15), 0.0))
        self.assertEqual((data["totals"]["limitation_on"], data["totals"]["time_barred"]), (date(2027, 1, 15), 1000.0))
        limits = {item["residual"]: item["limitation_on"] for item in baker["items"]}
        self.assertEqual((limits[1000.0], limits[-300.0]), (date(2025, 3, 2), None))

    def test_what_has_no_customer_has_its_own_last_line(self):
        self.make_invoice(self.make_partner("Zoo"), amount=10)
        self.env["account.move"].create(
            {
                "date": self.today,
                "line_ids": [
                    Command.create({"account_id": self.company_data["default_account_receivable"].id, "debit": 55}),
                    Command.create({"account_id": self.company_data["default_account_revenue"].id, "credit": 55}),
                ],
            }
        ).action_post()
        rows = self.data()["rows"]
        self.assertEqual([(row["partner"], row["total"]) for row in rows], [("Zoo", 10.0), ("Without customer", 55.0)])

    def test_entries_dated_tomorrow_do_not_show_today(self):
        invoice = self.make_invoice(amount=1000, days_overdue=45)
        self.pay(invoice, date=self.today + timedelta(days=1))
        self.make_invoice(amount=77, date=self.today + timedelta(days=1), due=self.today + timedelta(days=30))
        self.assertEqual(self.data()["totals"]["total"], 1000.0)
        self.assertTrue(self.data()["control"]["is_exact"])

    def test_an_account_that_is_not_followed_is_named_in_the_control(self):
        holdback = self.env["account.account"].create(
            {"name": "Retenues", "code": "411700X", "account_type": "asset_receivable", "reconcile": True}
        )
        invoice = self.make_invoice(amount=900, post=False)
        self.receivable_of(invoice).account_id = holdback
        invoice.action_post()
        self.make_invoice(amount=100)
        data = self.data()
        self.assertEqual(data["totals"]["total"], 100.0)
        control = data["control"]
        self.assertEqual(
            (control["ledger"], control["report"], control["outside"], control["difference"]),
            (1000.0, 100.0, 900.0, 0.0),
        )
        self.assertEqual(
            [(line["code"], line["is_followed"]) for line in control["lines"] if line["outside"]], [("411700X", False)]
        )
        everything = self.data(accounts=self.company._recovery_receivable_accounts())
        self.assertEqual(everything["totals"]["total"], 1000.0)

    def test_a_choice_of_customers_is_not_compared_to_the_accounts(self):
        self.make_invoice(amount=1000)
        self.make_invoice(self.make_partner("Zoo"), amount=10)
        data = self.data(partners=self.debtor_partner)
        self.assertEqual((data["totals"]["total"], data["control"]), (1000.0, None))

    def test_other_bounds_give_other_columns(self):
        self.make_invoice(amount=1, days_overdue=20)
        data = self.data(bounds=(15, 45))
        self.assertEqual(data["columns"], ["Not due", "1 to 15 days", "16 to 45 days", "Over 45 days"])
        self.assertEqual(data["totals"]["buckets"], [0.0, 0.0, 1.0, 0.0])

    def test_invoice_by_invoice_adds_up_to_the_customer(self):
        dollar = self.setup_other_currency("USD", rates=[("2026-01-01", 1.25)])
        self.make_invoice(amount=1000, currency=dollar, days_overdue=45)
        self.make_invoice(amount=50, days_overdue=3)
        self.make_credit_note(amount=20)
        (row,) = self.data(detail=True)["rows"]
        self.assertEqual(
            [(item["late"], item["residual"], item["residual_company"], item["bucket"]) for item in row["items"]],
            [(45, 1000.0, 800.0, 2), (3, 50.0, 50.0, 1), (0, -20.0, -20.0, None)],
        )
        self.assertEqual(row["total"], 830.0)

    def test_two_companies_have_two_balances(self):
        other = self.setup_other_company(name="Other house")["company"]
        self.make_invoice(amount=1000)
        self.assertEqual(self.env["recovery.ageing.report"]._get_data(other, self.today)["rows"], [])


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestAgedBalanceOfPortfolios(PortfolioCommon):
    def slow_ageing(self, day):
        """Return {customer name: [buckets…, credit]} by hand."""
        rows = {}
        for line, residual in self.open_lines_slowly(day):
            row = rows.setdefault(line.partner_id.commercial_partner_id.name, [0.0] * 7)
            late = (day - line.date_maturity).days
            position = 0 if late <= 0 else 1 + sum(late > bound for bound in DEFAULT_BOUNDS)
            row[6 if residual < 0 else position] += residual
        return {name: [round(amount, 2) for amount in row] for name, row in rows.items()}

    def test_the_balance_equals_a_slow_computation_on_several_days_and_ties_with_the_accounts(self):
        for seed in (11, 12):
            self.make_portfolio(seed, with_future=True)
            for day in (self.today, self.today - timedelta(days=75), self.today + timedelta(days=20)):
                data = self.env["recovery.ageing.report"]._get_data(self.company, day, detail=True)
                with self.subTest(seed=seed, day=day):
                    self.assertEqual(
                        {row["partner"]: [*row["buckets"], row["credit"]] for row in data["rows"]},
                        self.slow_ageing(day),
                    )
                    self.check_sums(data)
                    self.check_accounts(data["control"], day)

    def check_sums(self, data):
        for row in data["rows"]:
            self.assertEqual(round(sum(row["buckets"]) + row["credit"], 2), row["total"])
            self.assertEqual(round(sum(item["residual_company"] for item in row["items"]), 2), row["total"])
        for position in range(6):
            self.assertEqual(
                round(sum(row["buckets"][position] for row in data["rows"]), 2), data["totals"]["buckets"][position]
            )
        self.assertEqual(round(sum(row["total"] for row in data["rows"]), 2), data["totals"]["total"])

    def check_accounts(self, control, day):
        self.assertTrue(control["is_exact"])
        self.assertEqual(control["difference"], 0.0)
        domain = [
            ("account_id.account_type", "=", "asset_receivable"),
            ("company_id", "=", self.company.id),
            ("parent_state", "=", "posted"),
            ("date", "<=", day),
        ]
        books = sum(
            balance
            for _account, balance in self.env["account.move.line"]._read_group(domain, ["account_id"], ["balance:sum"])
        )
        self.assertAlmostEqual(control["ledger"], books, 2)
        self.assertAlmostEqual(control["report"] + control["outside"], books, 2)


class AgedBalanceWizardCommon(InEnglish, RecoveryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        dollar = cls.setup_other_currency("USD", rates=[("2026-01-01", 1.25)])
        cls.make_invoice(amount=1234.56, days_overdue=45)
        cls.make_invoice(amount=200, days_overdue=-3)
        cls.make_invoice(cls.make_partner("=Zoo & Fils", ref="C042"), amount=1000, currency=dollar, days_overdue=5)
        cls.make_credit_note(amount=34.56)

    def wizard(self, user=None, **vals):
        return self.env["recovery.aged.balance"].with_user(user or self.recovery_auditor).create(vals)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestAgedBalanceWizard(AgedBalanceWizardCommon):
    def book(self, wizard, **kwargs):
        return openpyxl.load_workbook(BytesIO(wizard._get_xlsx()), **kwargs)

    def test_the_auditor_sees_the_totals_on_the_screen(self):
        wizard = self.wizard()
        self.assertEqual(wizard.day, self.today)
        preview = " ".join(str(wizard.preview).replace("\xa0", " ").split())
        for text in ("2,200.00", "1,234.56", "800.00", "-34.56", "Agrees with the receivable accounts"):
            self.assertIn(text, preview)

    def test_the_day_is_the_companys_own_not_the_servers(self):
        with freeze_time("2026-11-20 23:30:00"):
            self.assertEqual(self.wizard().day, self.today)

    def test_the_spreadsheet_has_the_figures_of_the_report(self):
        wizard = self.wizard(is_detailed=True)
        data = wizard._get_data()
        sheet = self.book(wizard, data_only=True).worksheets[0]
        head = next(row for row in sheet.iter_rows() if row[0].value == "Customer")[0].row
        columns = [cell.value for cell in sheet[head]]
        self.assertEqual(columns[2:8], data["columns"])
        for number, row in enumerate(data["rows"], start=head + 1):
            values = [cell.value or 0.0 for cell in sheet[number]]
            self.assertEqual(values[0], row["partner"])
            self.assertEqual(values[2:10], [*row["buckets"], row["credit"], row["total"]])
            limit = row["limitation_on"]
            self.assertEqual(values[10:], [limit and datetime.combine(limit, time()) or 0.0, row["time_barred"]])
        totals = [cell.value for cell in sheet[head + 1 + len(data["rows"])]]
        sums = data["totals"]
        self.assertEqual(totals[2:10], [*sums["buckets"], sums["credit"], sums["total"]])
        self.assertEqual(totals[11] or 0.0, sums["time_barred"])

    def test_the_spreadsheets_totals_are_formulas_that_follow_the_filters(self):
        sheet = self.book(self.wizard()).worksheets[0]
        last = sheet.max_row
        self.assertEqual(sheet.cell(last, 10).value, f"=SUBTOTAL(109,J6:J{last - 1})")
        self.assertEqual(sheet.auto_filter.ref, f"A5:L{last - 1}")
        self.assertEqual(sheet.freeze_panes, "B6")
        self.assertEqual((sheet.print_title_rows, sheet.page_setup.orientation), ("$5:$5", "landscape"))

    def test_cells_are_dates_and_amounts_and_a_name_is_never_a_formula(self):
        sheet = self.book(self.wizard(is_detailed=True)).worksheets[1]
        rows = {row[0].value: row for row in sheet.iter_rows(min_row=6)}
        zoo = rows["=Zoo & Fils"]
        self.assertEqual(zoo[0].data_type, "s")
        self.assertEqual(zoo[4].value, datetime.combine(self.today - timedelta(days=5), datetime.min.time()))
        self.assertEqual((zoo[7].value, zoo[8].value, zoo[9].value), (1000.0, "USD", 800.0))
        self.assertIn("$", zoo[7].number_format)
        self.assertIn("€", zoo[9].number_format)

    def test_the_control_is_in_the_spreadsheet_unless_customers_were_chosen(self):
        self.assertEqual([sheet.title for sheet in self.book(self.wizard())], ["Aged Balance", "Control"])
        chosen = self.wizard(partner_ids=self.debtor_partner.ids)
        self.assertEqual([sheet.title for sheet in self.book(chosen)], ["Aged Balance"])

    def test_printing_is_noted_in_the_journal(self):
        wizard = self.wizard()
        wizard.action_export_xlsx()
        event = self.env["recovery.event"].search([("kind", "=", "printed")], limit=1)
        self.assertEqual((event.user_id, event.company_id), (self.recovery_auditor, self.company))
        self.assertEqual(event.details["format"], "XLSX")

    def test_a_report_too_long_for_paper_is_refused_before_it_is_printed(self):
        wizard = self.wizard()
        self.patch(type(wizard), "_max_printed_lines", 1)
        with self.assertRaises(UserError):
            wizard.action_print()

    def test_nobody_reads_somebody_elses_report_nor_a_foreign_company(self):
        wizard = self.wizard()
        with self.assertRaises(AccessError):
            wizard.with_user(self.recovery_user)._get_xlsx()
        foreign = self.env["res.company"].sudo().create({"name": "Foreign"})
        with self.assertRaises(AccessError):
            self.wizard(company_id=foreign.id)._get_xlsx()
        with self.assertRaises(AccessError):
            self.wizard(user=self.make_user("paul", "base.group_user"))

    def test_without_any_debt_the_report_still_opens(self):
        company = self.setup_other_company(name="New house")["company"]
        user = self.make_user("nina", "debt_recovery.group_recovery_user", company=company)
        wizard = self.wizard(user=user, is_detailed=True)
        self.assertEqual(wizard.company_id, company)
        self.assertEqual(self.book(wizard).worksheets[0].max_row, 6)
        self.assertIn("0.00", str(wizard.preview))


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestAgedBalanceByHttp(AgedBalanceWizardCommon, HttpCase):
    def test_the_auditor_prints_and_downloads_the_same_figures(self):
        wizard = self.wizard(is_detailed=True)
        self.authenticate(self.recovery_auditor.login, self.recovery_auditor.login)
        action = wizard.action_export_xlsx()
        response = self.url_open(action["url"])
        self.assertEqual(response.status_code, 200)
        self.assertIn("spreadsheetml", response.headers["Content-Type"])
        self.assertIn(".xlsx", response.headers["Content-Disposition"])
        sheet = openpyxl.load_workbook(BytesIO(response.content), data_only=True).worksheets[0]
        report = self.env.ref("debt_recovery.action_report_recovery_aged_balance")
        content, kind = (
            self.env["ir.actions.report"]
            .with_user(self.recovery_auditor)
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf(report.report_name, wizard.ids)
        )
        self.assertEqual(kind, "pdf")
        text = pdf_text(content)
        for value in sheet.iter_rows(min_row=sheet.max_row, values_only=True):
            for amount in filter(None, value[2:]):
                self.assertIn(f"{amount:,.2f}", text)
        for words in ("Aged Balance", "Boulangerie Dupont", "=Zoo & Fils", "Printed on", "by Alice", "Page 1 / 1"):
            self.assertIn(words, text)
        self.assertIn("Comparison with the receivable accounts", text)

    def test_the_download_serves_nothing_else(self):
        self.authenticate(self.recovery_auditor.login, self.recovery_auditor.login)
        stolen = self.wizard(user=self.recovery_manager)
        for model, number, status in (
            ("res.partner", self.debtor_partner.id, 404),
            ("recovery.xlsx.mixin", 1, 404),
            ("no.such.model", 1, 404),
            ("recovery.aged.balance", 999999, 404),
            ("recovery.aged.balance", stolen.id, 403),
        ):
            with self.subTest(model=model, number=number):
                response = self.url_open(f"/debt_recovery/xlsx/{model}/{number}")
                self.assertEqual(response.status_code, status)
