from odoo import fields, models
from odoo.tools import format_date

from .recovery_xlsx import Column


class RecoveryStatement(models.Model):
    """The spreadsheet of a statement: the frozen lines of its PDF, to the cent."""

    _name = "recovery.statement"
    _inherit = ["recovery.statement", "recovery.xlsx.mixin"]

    company_id = fields.Many2one(default=False, domain=[])

    def _check_reader(self):
        """Let whoever may read the statement export it: its figures are frozen."""
        self.check_access("read")

    def action_print(self):
        """Download the PDF as it was issued: it is never printed anew."""
        return self.action_open_document()

    def _get_xlsx_filename(self):
        return self._get_file_name("xlsx")

    def _get_xlsx(self):
        self.ensure_one()
        return super(RecoveryStatement, self.with_context(lang=self.lang))._get_xlsx()

    def _fill_book(self, book):
        title = self.env._("Statement of the claim %s", self.number)
        subtitles = [
            self.env._(
                "%(company)s against %(customer)s, as of %(day)s",
                company=self.issuer_id.name,
                customer=self.partner_id.name,
                day=format_date(self.env, self.date),
            )
        ]
        groups = self._group_by_currency()
        self._add_summary_sheet(book, title, subtitles, groups)
        self._add_lines_sheet(book, title, subtitles)
        if self.figures.get("taken"):
            self._add_taken_sheet(book, title, subtitles)

    def _add_summary_sheet(self, book, title, subtitles, groups):
        columns = [
            Column(self.env._("Currency"), width=10),
            Column(self.env._("Invoice"), width=24),
            Column(self.env._("Date"), "date", 12),
            Column(self.env._("Due date"), "date", 12),
            Column(self.env._("Amount"), "amount", 16),
            Column(self.env._("Paid or credited"), "amount", 16),
            Column(self.env._("Principal left"), "amount", 16),
            Column(self.env._("Interest left"), "amount", 16),
            Column(self.env._("Total"), "amount", 16),
        ]
        rows = []
        for group in groups:
            currency = group["currency"]

            def row(label, first=None, amounts=(), currency=currency):
                padded = [None] * (5 - len(amounts)) + [(amount, currency) for amount in amounts]
                dates = (first.invoice_date, first.due_date) if first else (None, None)
                return (currency.name, label, *dates, *padded)

            keys = ("principal", "settled", "principal_left", "interest_left")
            for item in group["items"]:
                rows.append(row(item["first"].move_name, item["first"], [*(item[key] for key in keys), item["total"]]))
            if group["indemnity"]:
                label = self.env._("Flat indemnities (%s)", group["indemnity_count"])
                rows.append(row(label, None, [group["indemnity"]]))
            for line in [*group["clause_lines"], *group["cost_lines"]]:
                rows.append(row(line.name, None, [line.amount]))
            rows.append(row(self.env._("TOTAL"), None, [group["amount"]]))
        book.add_sheet(self.env._("Summary"), title, subtitles, columns, rows)

    def _add_lines_sheet(self, book, title, subtitles):
        kinds = dict(self.env["recovery.statement.line"]._fields["kind"]._description_selection(self.env))
        columns = [
            Column(self.env._("Invoice"), width=24),
            Column(self.env._("Kind"), width=18),
            Column(self.env._("Detail"), width=46),
            Column(self.env._("From"), "date", 12),
            Column(self.env._("To"), "date", 12),
            Column(self.env._("Days"), "integer", 8),
            Column(self.env._("Base"), "amount", 16),
            Column(self.env._("Rate (%)"), "rate", 10),
            Column(self.env._("Currency"), width=10),
            Column(self.env._("Amount"), "amount", 16),
        ]
        rows = (
            (
                line.move_name or "",
                kinds[line.kind],
                line.name,
                line.date_from or None,
                line.date_to or None,
                line.days or None,
                (line.base, line.currency_id) if line.base else None,
                line.rate if line.kind == "interest" else None,
                line.currency_id.name,
                (line.amount, line.currency_id),
            )
            for line in self.line_ids
        )
        book.add_sheet(self.env._("Lines"), title, subtitles, columns, rows)

    def _add_taken_sheet(self, book, title, subtitles):
        """Write what was charged by a document of its own, or waived."""
        columns = [
            Column(self.env._("Invoice"), width=24),
            Column(self.env._("Kind"), width=24),
            Column(self.env._("From"), "date", 12),
            Column(self.env._("To"), "date", 12),
            Column(self.env._("What became of it"), width=18),
            Column(self.env._("Document"), width=20),
            Column(self.env._("Currency"), width=10),
            Column(self.env._("Amount"), "amount", 16),
        ]
        rows = []
        for taken in self.figures["taken"]:
            currency = self.env["res.currency"].browse(taken["currency_id"])
            rows.append(
                (
                    taken["invoice"],
                    taken["head"],
                    fields.Date.to_date(taken["date_from"]) or None,
                    fields.Date.to_date(taken["date_to"]) or None,
                    self.env._("Charged apart") if taken["charged"] else self.env._("Waived apart"),
                    taken["name"],
                    currency.name,
                    (float(taken["amount"]), currency),
                )
            )
        subtitles = [*subtitles, self.env._("Charged or waived apart, no part of this total")]
        book.add_sheet(self.env._("Charged or waived apart"), title, subtitles, columns, rows)
