from datetime import date

from odoo.tests import tagged

from ..portfolio import PortfolioCommon
from .spreadsheet import Spreadsheet

# The end of a February, a day before all, one to come, and today.
DAYS = (date(2026, 2, 28), date(2025, 1, 1), date(2027, 1, 31))
# What has no formula, because it adds nothing up.
LISTS = {
    "recovery.debtor.dossier", "recovery.integrity", "recovery.list.print", "recovery.listing",
    "recovery.removal.wizard", "recovery.verdict.export",
}  # fmt: skip


@tagged("post_install", "-at_install")
class TestEverySpreadsheet(PortfolioCommon):
    """Each report that is exported: its formulas give the values beside them, on odd days and in odd currencies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls.make_portfolio(7)
        cls.make_bill(640.0)
        cls.auditor = cls.env(
            user=cls.make_user("ada", "debt_recovery.group_recovery_auditor"),
            context={"allowed_company_ids": cls.company.ids, "lang": "fr_FR"},
        )

    @classmethod
    def make_bill(cls, amount):
        """Have an unpaid bill: half of the table of payment delays is about what is owed."""
        bill = cls.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "company_id": cls.company.id,
                "partner_id": cls.make_partner("Fournisseur").id,
                "invoice_date": cls.today,
                "invoice_line_ids": [(0, 0, {"name": "Achat", "price_unit": amount, "tax_ids": False})],
            }
        )
        bill.action_post()

    def get_windows(self):
        """Yield ``(model, window)`` of each report of ours, in each shape and on each day."""
        Mixin, window = self.registry["recovery.xlsx.mixin"], self.registry["recovery.report.window"]
        for name, Model in sorted(self.registry.items()):
            if Model._abstract or not issubclass(Model, Mixin) or not issubclass(Model, window) or name in LISTS:
                continue
            for vals in self.get_shapes(self.auditor[name]):
                yield name, vals, self.auditor[name].create({"company_id": self.company.id, **vals})

    def get_shapes(self, Model):
        """Return the values of the windows: each day, each choice, each switch by itself."""
        names = Model._fields
        day = next((name for name in ("day", "date_to") if name in names), None)
        base = {}
        if Model._name == "recovery.account.statement":
            base |= {"debtor_id": self.debtor_of(self.customers[0]).id, "day": self.today}
        if "partner_id" in names and names["partner_id"].required:
            base["partner_id"] = self.customers[0].id
        if "debtor_id" in names and names["debtor_id"].required:
            base["debtor_id"] = self.debtor_of(self.customers[0]).id
        shapes = [base]
        for moment in DAYS if day else ():
            if Model._name == "recovery.exposure.report" and moment > self.today:
                continue  # refused: what is not known yet is not guessed
            dated = {**base, day: moment}
            if "date_from" in names:
                dated["date_from"] = moment.replace(year=moment.year - 1, day=1)
            shapes.append(dated)
        for name, field in names.items():
            if field.store and not field.readonly and field.type == "boolean":
                shapes.append({**base, name: True})
            if field.store and not field.readonly and field.type == "selection":
                choices = field.get_values(self.env) if isinstance(field.selection, list) else ()
                shapes += [{**base, name: choice} for choice in choices]
        return shapes

    def check(self, name, vals, content):
        book = Spreadsheet(content)
        self.assertEqual(book.find_wrong(), [], f"{name} {vals}")
        for sheet in book.values:
            for row in sheet.iter_rows():
                for cell in row:
                    self.assertFalse(str(cell.value).startswith("#"), f"{name} {vals} {cell.coordinate}")
        return book.count_formulas()

    def test_every_formula_of_every_report_gives_what_stands_beside_it(self):
        counts = {}
        for name, vals, window in self.get_windows():
            with self.subTest(report=name, vals=vals):
                counts[name] = counts.get(name, 0) + self.check(name, vals, window._get_xlsx())
        self.assertGreater(len(counts), 5, counts)
        self.assertFalse([name for name, count in counts.items() if not count], "a report that adds nothing up")

    def test_the_formulas_hold_in_a_currency_of_three_places(self):
        self.company.currency_id.rounding = 0.001
        for name in ("recovery.aged.balance", "recovery.roll.forward", "recovery.payment.delay.report"):
            with self.subTest(report=name):
                window = self.auditor[name].create({"company_id": self.company.id})
                self.check(name, "three places", window._get_xlsx())

    def test_the_screen_of_payment_delays_says_all_that_its_spreadsheet_says(self):
        window = self.auditor["recovery.payment.delay.report"].create(
            {"company_id": self.company.id, "date_to": self.today}
        )
        shown = window.table_html.replace("\u202f", " ").replace("\xa0", " ")
        data = window._get_data()
        for side in ("customer", "supplier"):
            for amount in (*data[side]["amounts"], data[side]["total"], data[side]["credits"]):
                with self.subTest(side=side, amount=amount):
                    text = f"{abs(amount):,.2f}".replace(",", " ").replace(".", ",")
                    self.assertIn(text, shown)
