from datetime import date, timedelta
from io import BytesIO

from openpyxl import load_workbook

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..common import RecoveryCommon
from ..english import InEnglish

CLOSING = date(2026, 9, 30)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestPaymentDelays(InEnglish, RecoveryCommon):
    """The table of article D441-6: what was open at the closing date, by days late, disputes apart."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for due, amount in (
            (date(2026, 10, 15), 100.0),
            (date(2026, 9, 30), 200.0),
            (date(2026, 9, 29), 400.0),
            (date(2026, 8, 30), 800.0),
            (date(2026, 7, 15), 1600.0),
            (date(2026, 6, 1), 3200.0),
        ):
            cls.make_invoice(amount=amount, due=due, date=date(2026, 5, 20))
        cls.paid_since = cls.make_invoice(amount=50.0, due=date(2026, 9, 1), date=date(2026, 5, 20))
        cls.pay(cls.paid_since, date=date(2026, 10, 20))
        cls.make_invoice(amount=7777.0, due=date(2026, 10, 2), date=date(2026, 10, 2))
        cls.bill = cls.make_invoice(
            cls.make_partner("Fournisseur"), 900.0, due=date(2026, 9, 10), date=date(2026, 8, 1), move_type="in_invoice"
        )

    def window(self, user=None, **vals):
        return (
            self.env["recovery.payment.delay.report"]
            .with_user(user or self.recovery_auditor)
            .create({"company_id": self.company.id, "date_to": CLOSING, "date_from": date(2026, 1, 1), **vals})
        )

    def test_legal_buckets_on_the_closing_date(self):
        half = self.window()._get_data()["customer"]
        self.assertEqual(half["counts"], [2, 2, 1, 1, 1])
        self.assertEqual(half["amounts"], [300, 450, 800, 1600, 3200])
        self.assertEqual(half["total"], 6350)

    def test_what_is_received_from_suppliers_is_the_other_half(self):
        half = self.window()._get_data()["supplier"]
        self.assertEqual((half["counts"], half["amounts"]), ([0, 1, 0, 0, 0], [0, 900, 0, 0, 0]))
        self.assertEqual(half["total"], 900)

    def test_what_was_disputed_stands_apart(self):
        move = self.env["account.move"].search(
            [("partner_id", "=", self.debtor_partner.id), ("amount_total", "=", 1600)]
        )
        with freeze_time("2026-09-15 10:00:00"):
            self.env["recovery.dispute"].with_user(self.recovery_user)._open(
                self.debtor_of(), date(2026, 9, 15), move, self.env["recovery.dispute.reason"].search([], limit=1)
            )
        half = self.window()._get_data()["customer"]
        self.assertEqual((half["excluded_count"], half["excluded_amount"]), (1, 1600))
        self.assertEqual(half["amounts"][3], 0)

    def test_what_a_case_contests_stands_apart_too(self):
        move = self.env["account.move"].search(
            [("partner_id", "=", self.debtor_partner.id), ("amount_total", "=", 800)]
        )
        case = self.env["recovery.case"]._open_for(self.debtor_of(), self.receivable_of(move), date(2026, 9, 2))
        case.contested = "seriously"
        half = self.window()._get_data()["customer"]
        self.assertEqual((half["excluded_count"], half["excluded_amount"], half["counts"][2]), (1, 800, 0))

    def test_an_invoice_that_is_doubtful_is_still_an_invoice_issued(self):
        move = self.env["account.move"].search(
            [("partner_id", "=", self.debtor_partner.id), ("amount_total", "=", 3200)]
        )
        entry = self.env["recovery.doubtful"]._propose(self.receivable_of(move), date(2026, 9, 20), "No answer")
        entry.action_review()
        entry.action_post()
        half = self.window()._get_data()["customer"]
        self.assertEqual((half["counts"], half["amounts"]), ([2, 2, 1, 1, 1], [300, 450, 800, 1600, 3200]))

    def test_the_window_shows_what_the_spreadsheet_holds(self):
        window = self.window(customer_terms="30 jours fin de mois")
        for text in ("Invoices received", "Invoices issued", "6,050.00", "95.28%", "30 jours fin de mois"):
            self.assertIn(text, window.table_html)

    def test_a_credit_is_told_and_deducted_from_nothing(self):
        self.make_credit_note(amount=60.0, date=date(2026, 9, 1))
        half = self.window()._get_data()["customer"]
        self.assertEqual((half["credits"], sum(half["amounts"])), (-60, 6350))

    def test_an_invoice_in_parts_counts_once_by_its_oldest(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Moitié, moitié",
                "line_ids": [
                    (0, 0, {"value": "percent", "value_amount": 50, "nb_days": 0}),
                    (0, 0, {"value": "percent", "value_amount": 50, "nb_days": 60}),
                ],
            }
        )
        before = self.window()._get_data()["customer"]
        self.make_invoice(amount=10.0, date=date(2026, 8, 20), term=term)
        after = self.window()._get_data()["customer"]
        self.assertEqual([a - b for a, b in zip(after["counts"], before["counts"], strict=True)], [0, 0, 1, 0, 0])
        self.assertEqual([a - b for a, b in zip(after["amounts"], before["amounts"], strict=True)], [0, 0, 10, 0, 0])

    def test_the_spreadsheet_says_the_same_with_formulas(self):
        window = self.window(customer_terms="30 jours fin de mois")
        book = load_workbook(BytesIO(window._get_xlsx()))
        self.assertEqual(book.sheetnames, ["Invoices received", "Invoices issued"])
        sheet = book["Invoices issued"]
        rows = {row[0].value: row for row in sheet.iter_rows() if row[0].value}
        numbers = rows["Number of invoices"]
        self.assertEqual([cell.value for cell in numbers[1:6]], [2, 2, 1, 1, 1])
        self.assertEqual(numbers[6].value, f"=SUM(C{numbers[0].row}:F{numbers[0].row})")
        self.assertIn("30 jours fin de mois", rows)
        values = load_workbook(BytesIO(window._get_xlsx()), data_only=True)["Invoices issued"]
        row = numbers[0].row
        self.assertEqual(values.cell(row, 7).value, 5)
        self.assertEqual(values.cell(row + 1, 7).value, 6050)
        self.assertAlmostEqual(values.cell(row + 2, 7).value, round(100 * 6050 / 6350, 2))

    def test_the_period_is_the_last_fiscal_year_that_is_over(self):
        window = (
            self.env["recovery.payment.delay.report"]
            .with_user(self.recovery_auditor)
            .create({"company_id": self.company.id})
        )
        self.assertEqual((window.date_from, window.date_to), (date(2025, 1, 1), date(2025, 12, 31)))

    def test_each_day_is_in_the_bucket_of_the_law(self):
        """0, then 1 to 30, 31 to 60, 61 to 90, 91 and more, on both sides, at the end of a leap February."""
        closing, other = date(2024, 2, 29), self.make_partner("Fournisseur Colin")
        for days in (-1, 0, 1, 30, 31, 60, 61, 90, 91, 400):
            due = closing - timedelta(days=days)
            self.make_invoice(amount=1000.0 + days, due=due, date=min(due, closing))
            self.make_invoice(other, 2000.0 + days, due=due, date=min(due, closing), move_type="in_invoice")
        data = self.window(date_to=closing, date_from=date(2024, 1, 1))._get_data()
        self.assertEqual(data["customer"]["counts"], [2, 2, 2, 2, 2])
        self.assertEqual(data["customer"]["amounts"], [1999, 2031, 2091, 2151, 2491])
        self.assertEqual(data["supplier"]["counts"], [2, 2, 2, 2, 2])
        self.assertEqual(data["supplier"]["amounts"], [3999, 4031, 4091, 4151, 4491])
        self.assertEqual(data["customer"]["total"], 999 + 1000 + 1001 + 1030 + 1031, "sold in January and February")
        self.assertEqual(data["supplier"]["total"], 1999 + 2000 + 2001 + 2030 + 2031)

    def test_parts_credits_and_currencies_count_for_what_was_open(self):
        before = self.window()._get_data()["customer"]
        part = self.make_invoice(amount=500.0, due=date(2026, 8, 15), date=date(2026, 7, 15))
        self.pay(part, 180.0, date(2026, 9, 30))
        self.pay(part, 120.0, date(2026, 10, 1))
        credited = self.make_invoice(amount=90.0, due=date(2026, 8, 15), date=date(2026, 7, 15))
        self.make_credit_note(amount=90.0, date=date(2026, 10, 2), reverses=credited)
        dollar = self.setup_other_currency("USD", rates=[("2020-01-01", 2.0), ("2026-09-01", 1.0)])
        exported = self.make_invoice(amount=400.0, due=date(2026, 7, 20), date=date(2026, 7, 1), currency=dollar)
        self.pay(exported, 100.0, date(2026, 9, 15))
        lost = self.make_invoice(amount=70.0, due=date(2026, 9, 1), date=date(2026, 8, 1))
        self.pay(lost, date=date(2026, 9, 2))
        after = self.window()._get_data()["customer"]
        counts = [now - then for now, then in zip(after["counts"], before["counts"], strict=True)]
        amounts = [now - then for now, then in zip(after["amounts"], before["amounts"], strict=True)]
        self.assertEqual(counts, [0, 0, 2, 1, 0])
        self.assertEqual(amounts, [0, 0, 320 + 90, 200 - 50, 0])
        self.assertEqual(after["credits"], before["credits"], "no difference of exchange is a credit")

    def test_a_branch_is_part_of_its_company(self):
        branch = self.make_branch()
        before = self.window()._get_data()
        self.make_invoice(amount=30.0, due=date(2026, 9, 1), date=date(2026, 8, 1), company=branch)
        half, then = self.window()._get_data()["customer"], before["customer"]
        self.assertEqual(half["amounts"][1] - then["amounts"][1], 30)
        self.assertEqual(half["total"] - then["total"], 30)

    def test_it_is_read_by_who_made_it_in_the_own_companies(self):
        window = self.window()
        with self.assertRaises(AccessError):
            window.with_user(self.recovery_user)._get_xlsx()
        window.action_export_xlsx()
