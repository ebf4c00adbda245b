from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ...models.common.formatting import format_share
from ...models.common.given import require_period
from ...models.common.recovery_xlsx_mixin import Column
from ...models.ledger.ageing import bucket_of, days_late

BOUNDS = (30, 60, 90)  # the law's own: 1 to 30, 31 to 60, 61 to 90, 91 days and more
SIDES = {"customer": "asset_receivable", "supplier": "liability_payable"}
INVOICES = {
    "customer": ("out_invoice", "out_receipt"),
    "supplier": ("in_invoice", "in_receipt"),
}
REFUNDS = {"customer": "out_refund", "supplier": "in_refund"}


class RecoveryPaymentDelayReport(models.TransientModel):
    """The table of payment delays that the management report carries (C. com. L441-14 and D441-6, I).

    Invoices open at the closing date, by days late: those received, and those issued. Both halves are of the books;
    what is disputed stands apart, with number and amount.
    """

    _name = "recovery.payment.delay.report"
    _description = "Table of payment delays (D441-6)"
    _inherit = ["recovery.report.window"]

    date_to = fields.Date(
        "Closing date", required=True, compute="_compute_period", store=True, readonly=False, precompute=True
    )
    date_from = fields.Date(
        "Beginning of the period", compute="_compute_date_from", store=True, readonly=False, precompute=True
    )
    basis = fields.Selection(
        [("taxed", "Including tax"), ("untaxed", "Excluding tax")],
        string="Share of the period",
        required=True,
        default="taxed",
        help="The basis of comparison: purchases and turnover including or excluding tax. Amounts include tax.",
    )
    customer_terms = fields.Char(
        "Customer terms", help="Reference terms of payment, for example: 30 days end of month (contractual)."
    )
    supplier_terms = fields.Char("Supplier terms")
    table_html = fields.Html("Table", compute="_compute_table_html", sanitize=False)

    @api.depends("company_id")
    def _compute_period(self):
        """Propose the end of the last fiscal year that is over."""
        for wizard in self:
            company = wizard.company_id or self.env.company
            today = company._recovery_today()
            current = company._recovery_root().compute_fiscalyear_dates(today)
            wizard.date_to = wizard.date_to or fields.Date.subtract(current["date_from"], days=1)

    @api.depends("company_id", "date_to")
    def _compute_date_from(self):
        for wizard in self:
            wizard.date_from = (
                wizard.date_to
                and wizard.company_id._recovery_root().compute_fiscalyear_dates(wizard.date_to)["date_from"]
            )

    @api.depends("date_to")
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = self.env._(
                "Payment delays %(company)s %(day)s",
                company=wizard.company_id._recovery_root().name,
                day=wizard.date_to or "",
            )

    @api.depends("company_id", "date_to", "date_from", "basis", "customer_terms", "supplier_terms")
    @api.depends_context("lang")
    def _compute_table_html(self):
        """Show what the spreadsheet holds, to those who may read it."""
        for wizard in self:
            company = wizard.company_id
            is_shown = (
                company in self.env.user.company_ids
                and company._recovery_is_open()
                and wizard.date_from
                and wizard.date_to
                and wizard.date_from <= wizard.date_to
            )
            wizard.table_html = is_shown and self.env["ir.qweb"]._render(
                "debt_recovery.recovery_payment_delay_table", {"halves": wizard._describe_halves()}
            )

    def _describe_halves(self):
        """Return both halves of the table as texts."""
        currency = self.company_id._recovery_root().currency_id
        titles, data = self._get_titles(), self._get_data()
        halves = []
        for side, (_name, title) in titles.items():
            half = data[side]
            counts, amounts, total = half["counts"], half["amounts"], half["total"]
            money = [formatLang(self.env, amount, currency_obj=currency) for amount in (*amounts, sum(amounts[1:]))]
            shares = [100 * amount / total if total else 0.0 for amount in (*amounts, sum(amounts[1:]))]
            halves.append(
                {
                    "title": title,
                    "columns": [self.env._("(A) Days late"), *self._get_column_titles()],
                    "rows": [
                        [self.env._("Number of invoices"), *map(str, (*counts, sum(counts[1:])))],
                        [self.env._("Open amount of these invoices, including tax"), *money],
                        [
                            self._get_share_label(side),
                            *(format_share(self.env, share) for share in shares),
                        ],
                    ],
                    "notes": [
                        self.env._(
                            "%(what)s: %(amount)s",
                            what=self._get_total_label(side),
                            amount=formatLang(self.env, total, currency_obj=currency),
                        ),
                        self.env._(
                            "(B) Invoices left out of (A) because they are disputed: %(count)s, %(amount)s",
                            count=half["excluded_count"],
                            amount=formatLang(self.env, half["excluded_amount"], currency_obj=currency),
                        ),
                        self.env._(
                            "(C) Reference terms of payment: %s",
                            half["terms"] or self.env._("To be completed: contractual or legal terms"),
                        ),
                        self.env._(
                            "For information: unmatched credits, not deducted above: %s",
                            formatLang(self.env, half["credits"], currency_obj=currency),
                        ),
                    ],
                }
            )
        return halves

    @api.constrains("date_from", "date_to")
    def _check_period(self):
        for wizard in self:
            if wizard.date_from:
                require_period(self.env, wizard.date_from, wizard.date_to)

    # ------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------
    def _get_data(self):
        """Return the two halves of the table: ``{side: half}``."""
        self.ensure_one()
        root = self.company_id._recovery_root()
        return {side: self._get_half(root, side) for side in ("supplier", "customer")}

    def _get_half(self, root, side):
        """Return one half: numbers and amounts by days late, what is disputed apart, and the period's total.

        An invoice with several instalments counts once, by its oldest one; its amount is what is open of it. Credits
        that are not matched are told apart, and deducted from nothing.
        """
        currency = root.currency_id
        sign = 1 if side == "customer" else -1
        items = self.env["recovery.ledger"]._read_items(
            root, day=self.date_to, as_of=self.date_to, accounts=self._get_accounts(root, side)
        )
        apart = self._get_disputed(root, side, items)
        invoices, credits = {}, 0.0
        for item in items:
            amount = sign * item.residual_company
            if amount < 0:
                credits += amount
            elif item.move_type in INVOICES[side]:
                oldest, total = invoices.get(item.move_id, (item.due, 0.0))
                invoices[item.move_id] = (min(oldest, item.due), total + amount)
        counts, amounts = [0] * (len(BOUNDS) + 2), [0.0] * (len(BOUNDS) + 2)
        excluded = [0, 0.0]
        for move_id, (due, amount) in invoices.items():
            if move_id in apart:
                excluded[0] += 1
                excluded[1] += amount
                continue
            bucket = bucket_of(days_late(due, self.date_to), BOUNDS)
            counts[bucket] += 1
            amounts[bucket] += amount
        return {
            "counts": counts,
            "amounts": [currency.round(amount) for amount in amounts],
            "total": self._get_period_total(root, side),
            "excluded_count": excluded[0],
            "excluded_amount": currency.round(excluded[1]),
            "credits": currency.round(credits),
            "terms": self.customer_terms if side == "customer" else self.supplier_terms,
        }

    @api.model
    def _get_accounts(self, root, side):
        """Return the trade accounts of a side: those followed for customers, every payable one for suppliers."""
        if side == "customer":
            return root._recovery_accounts()
        accounts = self.env["account.account"].sudo().with_company(root).with_context(active_test=False)
        return accounts.search(
            [
                ("account_type", "=", SIDES[side]),
                ("company_ids", "child_of", root.id),
                ("non_trade", "=", False),
            ]
        )

    def _get_disputed(self, root, side, items):
        """Return the invoices of which something was disputed at the closing date, in a case or before.

        Since when a case is contested is not kept: a case that was open then and that is contested now counts.
        """
        if side == "supplier":
            blocked = {item.move_id for item in items if item.payment_state == "blocked"}
            return blocked
        disputes = (
            self.env["recovery.dispute"]
            .sudo()
            .search(
                Domain("company_id", "=", root.id)
                & Domain("opened_on", "<=", self.date_to)
                & (Domain("resolved_on", "=", False) | Domain("resolved_on", ">", self.date_to))
            )
        )
        claims = (
            self.env["recovery.case.line"]
            .sudo()
            .search(
                Domain("company_id", "=", root.id)
                & Domain("case_id.contested", "in", ("partly", "seriously"))
                & Domain("case_id.opened_on", "<=", self.date_to)
                & (Domain("case_id.closed_on", "=", False) | Domain("case_id.closed_on", ">", self.date_to))
            )
        )
        return set(disputes.move_id.ids) | set(claims.line_id.move_id.ids)

    def _get_period_total(self, root, side):
        """Return what was bought or sold in the period, credit notes deducted."""
        field = "amount_total_signed" if self.basis == "taxed" else "amount_untaxed_signed"
        domain = (
            Domain("company_id", "child_of", root.id)
            & Domain("state", "=", "posted")
            & Domain("move_type", "in", (*INVOICES[side], REFUNDS[side]))
            & Domain("date", ">=", self.date_from)
            & Domain("date", "<=", self.date_to)
        )
        ((total,),) = self.env["account.move"].sudo()._read_group(domain, [], [f"{field}:sum"])
        return root.currency_id.round((total or 0.0) * (1 if side == "customer" else -1))

    # ------------------------------------------------------------
    # Spreadsheet
    # ------------------------------------------------------------
    def _fill_book(self, book):
        data = self._get_data()
        for side, (name, title) in self._get_titles().items():
            self._add_half(book, name, title, side, data[side])

    def _get_titles(self):
        """Return the name of the sheet and the title of each half."""
        return {
            "supplier": (
                self.env._("Invoices received"),
                self.env._("Invoices received, open at the closing date (D441-6, I, 1°)"),
            ),
            "customer": (
                self.env._("Invoices issued"),
                self.env._("Invoices issued, open at the closing date (D441-6, I, 2°)"),
            ),
        }

    def _get_column_titles(self):
        late = self.env._("%(start)s to %(end)s days")
        return [
            self.env._("0 days (indicative)"),
            *(late % {"start": start, "end": end} for start, end in ((1, 30), (31, 60), (61, 90))),
            self.env._("91 days and more"),
            self.env._("Total (1 day and more)"),
        ]

    def _add_half(self, book, name, title, side, half):
        """Write one half of the table, row after row; the totals and the shares are formulas."""
        columns = [
            Column(self.env._("(A) Days late"), width=52),
            *(Column(title, "amount", 18) for title in self._get_column_titles()),
        ]
        subtitles = self._get_subtitles()
        sheet = book.add_sheet(name, title, subtitles, columns, ())
        row = len(subtitles) + 3
        counts, amounts, total = half["counts"], half["amounts"], half["total"]
        self._write_row(book, sheet, row, self.env._("Number of invoices"), "integer", counts)
        label = self.env._("Open amount of these invoices, including tax")
        self._write_row(book, sheet, row + 1, label, "amount", amounts)
        all_amounts = [*amounts, book.currency.round(sum(amounts[1:]))]
        sheet.write_string(row + 2, 0, self._get_share_label(side), book.get_format(bold=True))
        for position, (letter, amount) in enumerate(zip("BCDEFG", all_amounts, strict=True), start=1):
            formula = f"=IF($B${row + 4}=0,0,ROUND(100*{letter}{row + 2}/$B${row + 4},2))"
            share = round(100 * amount / total, 2) if total else 0
            sheet.write_formula(row + 2, position, formula, book.get_format("rate"), share)
        lines = [
            (self._get_total_label(side), total, "amount"),
            (self.env._("(B) Invoices left out of (A): disputed"), None, None),
            (self.env._("Number of invoices left out"), half["excluded_count"], "integer"),
            (label, half["excluded_amount"], "amount"),
            (self.env._("(C) Reference terms of payment (L441-10 and following)"), None, None),
            (half["terms"] or self.env._("To be completed: contractual or legal terms"), None, None),
            (
                self.env._("For information: unmatched credits, not deducted above"),
                half["credits"],
                "amount",
            ),
        ]
        for number, (text, value, kind) in enumerate(lines, start=row + 3):
            sheet.write_string(number, 0, text, book.get_format(bold=kind is None))
            if kind:
                sheet.write_number(number, 1, value, book.get_format(kind))

    def _write_row(self, book, sheet, row, label, kind, values):
        """Write the five columns of a row and its total of what is late, a formula."""
        sheet.write_string(row, 0, label, book.get_format(bold=True))
        for position, value in enumerate(values, start=1):
            sheet.write_number(row, position, value, book.get_format(kind))
        total = sum(values[1:]) if kind == "integer" else book.currency.round(sum(values[1:]))
        sheet.write_formula(row, 6, f"=SUM(C{row + 1}:F{row + 1})", book.get_format(kind, bold=True), total)

    def _get_share_label(self, side):
        if side == "supplier":
            return self.env._("Percentage of the purchases of the period")
        return self.env._("Percentage of the turnover of the period")

    def _get_total_label(self, side):
        taxed = self.basis == "taxed"
        if side == "supplier":
            return (
                self.env._("Purchases of the period, including tax")
                if taxed
                else self.env._("Purchases, excluding tax")
            )
        return self.env._("Turnover of the period, including tax") if taxed else self.env._("Turnover, excluding tax")

    def _get_subtitles(self):
        return [
            self.env._(
                "%(company)s, period from %(date_from)s to %(date_to)s",
                company=self.company_id._recovery_root().name,
                date_from=format_date(self.env, self.date_from),
                date_to=format_date(self.env, self.date_to),
            ),
            self.env._("Rebuilt from the books as they are today; partly paid invoices count for what is open."),
            self._get_edition_text(),
        ]
