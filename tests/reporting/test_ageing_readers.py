import json
import re
from datetime import timedelta

from lxml import html

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ...models.reporting.ageing_table import tidy
from ...reports.reporting.recovery_aged_balance import LARGEST, LETTER
from ..ledger.test_past_days import HistoryCommon
from .spreadsheet import Spreadsheet
from .test_ageing_choices import NOW, AgeingCommon


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestAgeingReaders(AgeingCommon):
    """What a reader chooses of a balance is what is printed and exported, and what a past day cannot know is said."""

    def window(self, **vals):
        return self.env["recovery.aged.balance"].with_user(self.recovery_auditor).create(vals)

    def titles_of(self, window):
        sheet = Spreadsheet(window._get_xlsx()).values.worksheets[0]
        return next([cell.value for cell in row] for row in sheet.iter_rows() if row[0].value == "Customer")

    def test_the_columns_chosen_on_the_screen_are_those_that_are_printed(self):
        part = self.look_at(bounds=[15, 60])["parts"][0]
        self.assertEqual(part["bounds"], [15, 60])
        for typed in ("15, 60", "60;15", " 15  60 "):
            window = self.window(bounds=typed)
            self.assertEqual(window._get_data()["columns"], part["columns"], typed)
        self.assertEqual(self.titles_of(window)[2:6], part["columns"])

    def test_columns_that_nobody_chose_are_those_of_the_company(self):
        self.env["recovery.ageing.bucket"].sudo().create({"days": 45, "company_id": self.company.id})
        window = self.window()
        self.assertEqual(window.bounds, "45")
        self.assertEqual(window._get_data()["bounds"], self.look_at()["parts"][0]["bounds"])
        window.bounds = False
        self.assertEqual(window._get_data()["bounds"], [45])

    def test_columns_that_are_none_are_refused_by_what_was_typed(self):
        for typed in ("thirty", "0, 30", "30, -60", "30.5", ", ".join(map(str, range(1, 15))), "9" * 30):
            with self.subTest(typed=typed), self.assertRaisesRegex(UserError, "Columns end after numbers of days"):
                self.window(bounds=typed)._get_data()

    def test_days_since_the_invoice_are_not_told_as_late(self):
        late, since = (
            [cell.value for row in Spreadsheet(window._get_xlsx()).values["Open Items"].iter_rows() for cell in row]
            for window in (self.window(is_detailed=True), self.window(is_detailed=True, base="invoice"))
        )
        self.assertIn("Days late", late)
        self.assertIn("Days since the invoice", since)
        self.assertNotIn("Days late", since)

    def test_what_is_of_today_in_a_past_balance_is_said_on_every_face(self):
        past = self.today - timedelta(days=3)
        for split, is_said in (("collector", True), ("salesperson", True), ("group", True), ("account", False)):
            with self.subTest(split=split):
                part = self.look_at(day=str(past), group_by=[split])["parts"][0]
                sentences = [*part["remarks"], *self.window(day=past, first_split=split)._get_remarks(part)]
                self.assertEqual(sum("are those of today" in sentence for sentence in sentences), 2 * is_said)
        self.assertEqual(self.look_at(group_by=["collector"])["parts"][0]["remarks"], [], "today is no past day")

    def test_a_balance_of_chosen_customers_says_that_it_is_one(self):
        window = self.window(partner_ids=self.other.ids)
        self.assertIn("For selected customers only (1)", " ".join(window._get_subtitles(window._get_data())))

    def test_an_open_item_tells_its_own_currency(self):
        dollar = self.env.ref("base.USD").sudo()
        dollar.active = True
        abroad = self.make_partner("Abroad")
        self.make_invoice(abroad, amount=50, currency=dollar, days_overdue=3)
        engine = self.env["recovery.ageing.report"].with_user(self.recovery_auditor)
        (item,) = engine.action_read_items({}, abroad.id, [])
        self.assertIn("50.00", item["foreign_text"])
        self.assertEqual(engine.action_read_items({}, self.other.id, [])[0]["foreign_text"], "")

    def test_the_balance_is_plain_json_in_whole_cents(self):
        self.hold("dispute", line_id=self.receivable_of(self.invoice).id, amount=588.9)
        for amount in (411.1, 0.1, 0.2):
            self.make_invoice(amount=amount, days_overdue=70)
        answer = self.look_at(detail=True, group_by=["status"])
        self.assertEqual(json.loads(json.dumps(answer["parts"])), answer["parts"])

        def amounts(value):
            if isinstance(value, dict):
                return [amount for item in value.values() for amount in amounts(item)]
            if isinstance(value, list):
                return [amount for item in value for amount in amounts(item)]
            return [value] if isinstance(value, float) else []

        found = amounts(answer["parts"])
        self.assertEqual(found, [round(amount, 2) for amount in found])
        self.assertNotIn("-0.0", map(str, found))

    def test_sums_keep_whole_cents(self):
        self.assertEqual(tidy([0.1 + 0.2, -1e-12, 0.0, 1e9 + 0.01], 2), [0.3, 0.0, 0.0, 1000000000.01])

    def test_a_group_of_customers_is_told_over_all_companies(self):
        engine = self.env["recovery.ageing.report"]
        child = self.make_partner("Filiale", parent_id=self.other.id)
        self.make_invoice(child, amount=20, days_overdue=2)
        data = self.data(group_by=("group",))
        together = engine._add_companies([data, data], self.today)
        told = {group["label"]: (group["total"], group["credit"]) for group in together["groups"]}
        self.assertEqual(told, {"Boulangerie Dupont": (1800.0, -200.0), "Zoo": (640.0, 0.0)})
        self.assertEqual(together["total"], sum(total for total, _credit in told.values()))
        alone = {**self.data(group_by=("group",)), "group_of": {}}
        half = engine._add_companies([data, alone], self.today)
        self.assertEqual({group["label"]: group["total"] for group in half["groups"]}["Zoo"], 320.0)
        by_account = self.data(group_by=("account",))
        self.assertEqual(engine._add_companies([by_account, by_account], self.today)["groups"], [])

    def test_what_was_late_is_kept_whatever_the_days_count_from(self):
        for base in ("due", "invoice"):
            with self.subTest(base=base):
                self.window(base=base).action_keep()
                snapshot = self.env["recovery.ageing.snapshot"].search([], limit=1)
                self.assertEqual(snapshot.overdue, 1300.0)

    def test_no_page_cuts_what_belongs_together(self):
        for number in range(30):
            self.make_invoice(amount=10 + number, days_overdue=number)
        for vals in (
            {},
            {"is_detailed": True},
            {"is_detailed": True, "first_split": "status", "second_split": "account"},
        ):
            with self.subTest(vals=vals):
                window = self.window(**vals)
                data = window._get_data()
                blocks = window._get_blocks(data)
                lines = [line for block in blocks for line in block]
                kinds = [kind for kind, _line in lines]
                items = sum(len(row["items"]) for row in data["rows"])
                self.assertEqual(kinds.count("item"), items)
                self.assertEqual(kinds.count("customer"), len(data["rows"]))
                self.assertEqual(kinds.count("group"), len(data["groups"]))
                self.assertEqual((kinds[-1], kinds.count("total")), ("total", 1))
                self.assertFalse([block for block in blocks if block[-1][0] == "group"], "no head of a group alone")
                if items:
                    alone = [block for block in blocks if block[-1][0] == "customer"]
                    self.assertFalse(alone, "no customer apart from its first open item")

    def test_each_line_stands_once_on_paper(self):
        for number in range(15):
            self.make_invoice(amount=10 + number, days_overdue=number)
        for vals in ({}, {"is_detailed": True}, {"is_detailed": True, "first_split": "status"}):
            with self.subTest(vals=vals):
                window = self.window(**vals)
                report = self.env["ir.actions.report"].with_user(self.recovery_auditor)
                page, _kind = report._render_qweb_html("debt_recovery.action_report_recovery_aged_balance", window.ids)
                data = window._get_data()
                names = [row["partner"] for row in data["rows"]]
                names += [item["name"] for row in data["rows"] for item in row["items"]]
                told = html.document_fromstring(page).xpath("//table[contains(@class, 'o_fixed')]//td//text()")
                told = [text.strip() for text in told]
                self.assertEqual(
                    {name: told.count(name) for name in names}, {name: names.count(name) for name in names}
                )

    def test_the_largest_amounts_have_room_on_paper(self):
        for amount, days in ((10, 3), (987654321987.65, 45), (123456789.01, 400)):
            self.make_invoice(amount=amount, days_overdue=days)
        bounds = ", ".join(str(15 * number) for number in range(1, 9))
        for vals in ({}, {"is_detailed": True}, {"is_detailed": True, "bounds": bounds}):
            with self.subTest(vals=vals):
                window = self.window(**vals)
                data = window._get_data()
                layout = window._get_layout(data)
                self.assertEqual(round(sum(layout["widths"])), 100)
                self.assertGreater(layout["widths"][0], 15, "names keep room")
                self.assertEqual(len(layout["widths"]), len(data["columns"]) + (6 if window.is_detailed else 4))
                longest = len(window._format_number(data["totals"]["total"], data["currency"]))
                self.assertGreater(layout["widths"][-2], longest * LETTER * layout["size"] / LARGEST)

    def test_formulas_name_sheets_of_their_own_book_in_each_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        for lang in ("en_US", "fr_FR"):
            book = Spreadsheet(self.window(is_detailed=True).with_context(lang=lang)._get_xlsx())
            cells = [cell for sheet in book.formulas for row in sheet.iter_rows() for cell in row]
            named = {name for cell in cells if book.is_formula(cell) for name in re.findall(r"'([^']+)'!", cell.value)}
            self.assertTrue(named)
            self.assertLessEqual(named, {*book.formulas.sheetnames}, lang)

    def test_the_spreadsheet_prints_to_be_read(self):
        name = "Établissements Garnier-Vasseur et Fils, successeurs de la Maison Delacroix-Montgolfier"
        self.make_invoice(self.make_partner(name), amount=10)
        past = {"day": self.today - timedelta(days=1), "first_split": "collector"}
        for vals, pages in (({}, 1), ({"has_side": True, "is_detailed": True, **past}, 2)):
            with self.subTest(vals=vals):
                book = Spreadsheet(self.window(**vals)._get_xlsx())
                self.assertEqual(book.find_wrong(), [])
                sheet = book.formulas.worksheets[0]
                setup = sheet.page_setup
                self.assertEqual((setup.orientation, setup.fitToWidth or 1, setup.fitToHeight), ("landscape", pages, 0))
                self.assertEqual(bool(sheet.print_title_cols), pages > 1, "names beside amounts on each page")
                head = int(sheet.print_title_rows.split(":")[0].strip("$"))
                self.assertEqual(sheet.freeze_panes, f"B{head + 1}")
                rows = {row[0].value: row[0].row for row in sheet.iter_rows(min_row=head + 1)}
                self.assertGreater(sheet.row_dimensions[rows[name]].height, 20, "a long name is told whole")
                self.assertIn("Total", rows)

    def test_columns_of_figures_bear_no_name_of_a_text(self):
        """A word that also names a text has one translation: “Opening” is no balance in French."""
        period = {"date_from": self.today - timedelta(days=90), "date_to": self.today}
        books = [
            self.window(is_detailed=True, has_side=True)._get_xlsx(),
            self.env["recovery.roll.forward"].create(period)._get_xlsx(),
        ]
        cells = {
            cell.value
            for book in books
            for sheet in Spreadsheet(book).values
            for row in sheet.iter_rows()
            for cell in row
            if isinstance(cell.value, str)
        }
        tables = self.env["recovery.books"]._list(self.company, period["date_from"], period["date_to"])
        titles = cells | {column.title for table in tables for column in table.columns}
        texts = {
            field.string
            for model in self.env.values()
            if model._name.startswith("recovery.")
            for field in model._fields.values()
            if field.type in ("html", "text") and getattr(field, "translate", False)
        }
        self.assertIn("Opening", texts)
        self.assertFalse(titles & texts)

    def test_names_cost_no_query_each(self):
        for number in range(12):
            self.make_invoice(self.make_partner(f"Client {number}"), amount=10 + number)
        report = self.env["recovery.roll.forward.report"]
        start = self.today - timedelta(days=90)

        def read(rows):
            self.env.invalidate_all()
            count = self.cr.sql_log_count
            self.assertGreaterEqual(len(report._get_data(self.company, start, self.today, by="partner")["rows"]), rows)
            return self.cr.sql_log_count - count

        read(14)
        before = read(14)
        for number in range(12):
            self.make_invoice(self.make_partner(f"Cliente {number}"), amount=10 + number)
        self.env.flush_all()
        self.assertLessEqual(read(26), before + 1)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestConfirmations(AgeingCommon):
    def test_a_customer_confirms_each_currency_by_itself(self):
        dollar = self.env.ref("base.USD").sudo()
        dollar.active = True
        abroad = self.make_partner("Abroad")
        for amount, currency in ((50, dollar), (70, dollar), (20, None)):
            self.make_invoice(abroad, amount=amount, currency=currency, days_overdue=3)
        window = self.env["recovery.sample.wizard"].create({"method": "above", "threshold": 1, "answer_to": "Cabinet"})
        lines = self.env["recovery.sample"].browse(window.action_draw()["res_id"]).line_ids
        values = lines.filtered(lambda line: line.partner_id == abroad)._get_letter_values()
        told = [(group["currency"].name, group["total"]) for group in values["groups"]]
        self.assertEqual(told, [("EUR", 20.0), ("USD", 120.0)])
        self.assertIn("Our books show the full balance at", values["worth"])
        values = lines.filtered(lambda line: line.partner_id == self.other)._get_letter_values()
        self.assertEqual((len(values["groups"]), values["worth"]), (1, ""))


@tagged("post_install", "-at_install")
class TestAgeingHistories(HistoryCommon):
    def test_the_faces_tell_the_same_of_any_past(self):
        """Whatever happened, the screen, the spreadsheet and the paper have the same cents, as of then and as known."""
        day, _end, _then = self.live(31, days=14, start=self.today - timedelta(days=60))
        engine = self.env["recovery.ageing.report"]
        for known in (False, True):
            with self.subTest(known=known):
                part = engine.action_read({"day": str(day), "known": known, "group_by": ["status"]})["parts"][0]
                window = self.env["recovery.aged.balance"].create(
                    {"day": day, "is_known_then": known, "first_split": "status", "is_detailed": True}
                )
                data = window._get_data()
                self.assertEqual(
                    [(row["buckets"], row["credit"], row["total"]) for row in data["rows"]],
                    [(row["buckets"], row["credit"], row["total"]) for row in part["rows"]],
                )
                book = Spreadsheet(window._get_xlsx())
                self.assertEqual(book.find_wrong(), [])
                items = sum(item["residual_company"] for row in data["rows"] for item in row["items"])
                self.assertAlmostEqual(items, part["totals"]["total"], 2)
                self.assertTrue(part["control"]["is_exact"])
