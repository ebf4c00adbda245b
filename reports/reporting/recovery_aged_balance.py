from odoo import api, fields, models
from odoo.tools import format_date, formatLang

from ...models.common.recovery_xlsx_mixin import Column


class RecoveryAgedBalance(models.TransientModel):
    """The aged balance of today: a look at it, its PDF and its spreadsheet."""

    _name = "recovery.aged.balance"
    _description = "Aged balance"
    _inherit = ["recovery.report.window"]

    day = fields.Date("As of", compute="_compute_day", store=True, readonly=False)
    is_detailed = fields.Boolean("Invoice by invoice", help="List the open items below each customer.")
    partner_ids = fields.Many2many(
        "res.partner",
        string="Customers",
        domain="['|', ('is_company', '=', True), ('parent_id', '=', False)]",
        help="Empty: all of them. With a choice of customers, the balance is not compared to the accounts.",
    )
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    @api.depends("company_id")
    def _compute_day(self):
        for wizard in self:
            wizard.day = wizard.company_id._recovery_today() if wizard.company_id else False

    @api.depends("day")
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = self.env._(
                "Aged balance %(company)s %(day)s",
                company=wizard.company_id._recovery_root().name,
                day=wizard.day or "",
            )

    @api.depends("company_id", "partner_ids")
    def _compute_preview(self):
        for wizard in self:
            if not wizard.company_id or not wizard.company_id._recovery_is_open():
                wizard.preview = False
                continue
            data = wizard._get_data(detail=False)
            total = sum(data["totals"]["buckets"])
            wizard.preview = self.env["ir.qweb"]._render(
                "debt_recovery.recovery_aged_balance_preview",
                {
                    "data": data,
                    "money": lambda amount, currency=data["currency"]: formatLang(
                        self.env, amount, currency_obj=currency
                    ),
                    "nearest": self._get_nearest_limitations(data),
                    "date": lambda day: format_date(self.env, day),
                    "shares": [100 * amount / total if total else 0 for amount in data["totals"]["buckets"]],
                },
            )

    def _get_nearest_limitations(self, data, count=5):
        """Return the customers whose claims are time-barred next."""
        rows = [row for row in data["rows"] if row["limitation_on"]]
        return sorted(rows, key=lambda row: (row["limitation_on"], row["partner"]))[:count]

    def _get_data(self, detail=None):
        """Return the data of :class:`RecoveryAgeingReport` for what was chosen."""
        self.ensure_one()
        return self.env["recovery.ageing.report"]._get_data(
            self.company_id,
            self.day,
            partners=self.partner_ids.commercial_partner_id._origin or None,
            detail=self.is_detailed if detail is None else detail,
        )

    def _format_number(self, amount, currency):
        """Return an amount without its symbol, and a dash for nothing: a page of figures stays readable."""
        if currency.is_zero(amount):
            return "–"
        return formatLang(self.env, amount, digits=currency.decimal_places)

    def _get_report_xmlid(self):
        return "debt_recovery.action_report_recovery_aged_balance"

    def _count_lines(self):
        data = self._get_data()
        return sum(1 + len(row["items"]) for row in data["rows"])

    # ------------------------------------------------------------
    # Spreadsheet
    # ------------------------------------------------------------
    def _fill_book(self, book):
        data = self._get_data()
        subtitles = self._get_subtitles(data)
        columns = [
            Column(self.env._("Customer"), width=38),
            Column(self.env._("Reference"), width=14),
            *(Column(title, "amount", 15, total=True) for title in data["columns"]),
            Column(self.env._("Credits"), "amount", 15, total=True),
            Column(self.env._("Total"), "amount", 16, total=True),
            Column(self.env._("Next limitation"), "date", 14),
            Column(self.env._("Amount time-barred"), "amount", 15, total=True),
        ]
        totals = data["totals"]
        book.add_sheet(
            self.env._("Aged balance"),
            self.env._("Aged balance"),
            subtitles,
            columns,
            (
                (
                    row["partner"],
                    row["ref"],
                    *(amount or None for amount in row["buckets"]),
                    row["credit"] or None,
                    row["total"],
                    row["limitation_on"],
                    row["time_barred"] or None,
                )
                for row in data["rows"]
            ),
            (*totals["buckets"], totals["credit"], totals["total"], totals["time_barred"]),
        )
        if self.is_detailed:
            self._add_items_sheet(book, data, subtitles)
        if data["control"]:
            self._add_control_sheet(book, data["control"], subtitles)

    def _add_items_sheet(self, book, data, subtitles):
        currencies = {c.id: c for c in self.env["res.currency"].with_context(active_test=False).search([])}
        columns = [
            Column(self.env._("Customer"), width=34),
            Column(self.env._("Invoice"), width=20),
            Column(self.env._("Reference"), width=18),
            Column(self.env._("Date"), "date", 12),
            Column(self.env._("Due date"), "date", 12),
            Column(self.env._("Days late"), "integer", 10),
            Column(self.env._("Ageing"), width=16),
            Column(self.env._("Residual in currency"), "amount", 18),
            Column(self.env._("Currency"), width=10),
            Column(self.env._("Residual"), "amount", 16, total=True),
            Column(self.env._("Limitation"), "date", 12),
        ]
        titles = [*data["columns"], self.env._("Credits")]
        book.add_sheet(
            self.env._("Open items"),
            self.env._("Aged balance: open items"),
            subtitles,
            columns,
            (
                (
                    row["partner"],
                    item["name"],
                    item["ref"],
                    item["date"],
                    item["due"],
                    item["late"],
                    titles[-1 if item["bucket"] is None else item["bucket"]],
                    (item["residual"], currencies[item["currency_id"]]),
                    currencies[item["currency_id"]].name,
                    item["residual_company"],
                    item["limitation_on"],
                )
                for row in data["rows"]
                for item in row["items"]
            ),
            (data["totals"]["total"],),
        )

    def _add_control_sheet(self, book, control, subtitles):
        columns = [
            Column(self.env._("Account"), width=14),
            Column(self.env._("Name"), width=44),
            Column(self.env._("Balance of the ledger"), "amount", 20, total=True),
            Column(self.env._("In this report"), "amount", 20, total=True),
            Column(self.env._("Not followed"), "amount", 20, total=True),
            Column(self.env._("Difference"), "amount", 16, total=True),
        ]
        keys = ("ledger", "report", "outside", "difference")
        book.add_sheet(
            self.env._("Control"),
            self.env._("Aged balance: comparison with the accounts"),
            subtitles,
            columns,
            ((line["code"], line["name"], *(line[key] for key in keys)) for line in control["lines"]),
            tuple(control[key] for key in keys),
        )

    def _get_subtitles(self, data):
        return [
            self.env._(
                "%(company)s, as of %(day)s, in %(currency)s",
                company=data["company"],
                day=format_date(self.env, data["day"]),
                currency=data["currency"].name,
            ),
            self._get_edition_text(),
        ]
