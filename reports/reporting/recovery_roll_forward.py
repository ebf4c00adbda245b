from xlsxwriter.utility import xl_col_to_name

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, formatLang

from ...models.common.recovery_xlsx_mixin import Column, Formula

LOOKED_AT = 200  # rows that a window shows; the rest is on paper and in the spreadsheet


class RecoveryRollForward(models.TransientModel):
    """The receivables from the opening to the closing of a period: a look at it, its PDF and its spreadsheet."""

    _name = "recovery.roll.forward"
    _description = "Receivables from Opening to Closing"
    _inherit = ["recovery.report.window"]

    date_from = fields.Date("From", compute="_compute_period", store=True, readonly=False)
    date_to = fields.Date("To", compute="_compute_period", store=True, readonly=False)
    by = fields.Selection(
        [("account", "Account"), ("partner", "Customer")], "One row per", required=True, default="account"
    )
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    @api.depends("company_id")
    def _compute_period(self):
        for wizard in self:
            if wizard.company_id:
                fiscal = wizard.company_id._recovery_root().compute_fiscalyear_dates(
                    wizard.company_id._recovery_today()
                )
                wizard.date_from = fiscal["date_from"]
                wizard.date_to = wizard.company_id._recovery_today()

    @api.depends("date_from", "date_to")
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = self.env._(
                "Receivables %(company)s %(start)s %(end)s",
                company=wizard.company_id._recovery_root().name,
                start=wizard.date_from or "",
                end=wizard.date_to or "",
            )

    @api.depends("company_id", "date_from", "date_to", "by")
    def _compute_preview(self):
        for wizard in self:
            is_ready = wizard.company_id and wizard.date_from and wizard.date_to
            if not is_ready or not wizard.company_id._recovery_is_open() or wizard.date_from > wizard.date_to:
                wizard.preview = False
                continue
            data = wizard._get_data()
            values = {"doc": wizard, "currency": data["currency"], "is_cut": len(data["rows"]) > LOOKED_AT}
            values["data"] = {**data, "rows": data["rows"][:LOOKED_AT]}
            wizard.preview = self.env["ir.qweb"]._render("debt_recovery.recovery_roll_forward_table", values)

    def _get_data(self):
        """Return the data of :class:`RecoveryRollForwardReport` for what was chosen."""
        self.ensure_one()
        if not self.date_from or not self.date_to or self.date_from > self.date_to:
            raise UserError(self.env._("Choose a period that ends after it begins."))
        return self.env["recovery.roll.forward.report"]._get_data(
            self.company_id, self.date_from, self.date_to, self.by
        )

    def _format_number(self, amount, currency):
        """Return an amount without its symbol, and a dash for nothing."""
        if currency.is_zero(amount):
            return "–"
        return formatLang(self.env, amount, digits=currency.decimal_places)

    def _get_report_xmlid(self):
        return "debt_recovery.action_report_recovery_roll_forward"

    def _count_lines(self):
        return len(self._get_data()["rows"])

    def _fill_book(self, book):
        data = self._get_data()
        kinds = [kind for kind, _title in data["kinds"]]
        last = xl_col_to_name(1 + len(kinds))
        places = data["currency"].decimal_places
        closing, ledger = xl_col_to_name(2 + len(kinds)), xl_col_to_name(3 + len(kinds))
        columns = [
            Column(self.env._("Account") if self.by == "account" else self.env._("Customer"), width=40),
            Column(self.env._("Opening balance"), "amount", 16, total=True),
            *(Column(title, "amount", 16, total=True) for _kind, title in data["kinds"]),
            Column(self.env._("Closing balance"), "amount", 16, total=True),
            Column(self.env._("Balance of the ledger"), "amount", 18, total=True),
            Column(self.env._("Difference"), "amount", 14, total=True),
        ]
        totals = data["totals"]
        book.add_sheet(
            self.env._("Opening to closing"),
            self.env._("Receivables from Opening to Closing"),
            self._get_subtitles(data),
            columns,
            (
                (
                    row["name"],
                    row["opening"] or None,
                    *(row[kind] or None for kind in kinds),
                    Formula(f"=SUM(B{{row}}:{last}{{row}})", row["closing"]),
                    row["ledger"],
                    Formula(f"=ROUND({ledger}{{row}}-{closing}{{row}},{places})", row["difference"]),
                )
                for row in data["rows"]
            ),
            tuple(totals[key] for key in ("opening", *kinds, "closing", "ledger", "difference")),
            label=self.env._("Total"),
        )

    def _get_subtitles(self, data):
        return [
            self.env._(
                "%(company)s, from %(start)s to %(end)s, in %(currency)s",
                company=data["company"],
                start=format_date(self.env, data["date_from"]),
                end=format_date(self.env, data["date_to"]),
                currency=data["currency"].name,
            ),
            self._get_edition_text(),
        ]
