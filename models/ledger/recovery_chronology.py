import re

from odoo import SUPERUSER_ID, api, models
from odoo.fields import Domain

from ..common.recovery_chronology import Told, at_noon, tells_chronology

NUMBER = re.compile(r"\w[\w/.-]*\d[\w/.-]*\w|\w*\d\w*")  # what a number of an invoice may look like
PIECES = ("letter", "receipt", "reply", "call", "promise", "plan")  # what was written or said of a debt


class RecoveryChronology(models.AbstractModel):
    _inherit = "recovery.chronology"

    @api.model
    def _get_kinds(self):
        return super()._get_kinds() | {
            "invoice": (self.env._("Invoice"), "fa-file-o"),
            "payment": (self.env._("Payment"), "fa-money"),
            "settled": (self.env._("Settled otherwise"), "fa-exchange"),
        }

    @api.model
    def _read_pieces(self, scope):
        """Leave out what was written of other debts only: what is of none in particular stays."""
        rows = super()._read_pieces(scope)
        own = self._get_invoices(scope.lines)
        found = self._find_invoices([row for row in rows if row.piece in PIECES], scope)
        others = {record for record, invoices in found.items() if invoices and not invoices & own}
        return [row for row in rows if row.record not in others]

    @api.model
    def _find_invoices(self, rows, scope):
        """Return ``{record of a row: invoices that it is of}``: as its record knows, else as its words say."""
        found, words = {}, {}
        for row in rows:
            if row.record:
                found[row.record] = self._get_invoices_of(row.record)
                words.setdefault(row.record, set()).update(NUMBER.findall(f"{row.text} {row.details}"))
        silent = [record for record, invoices in found.items() if not invoices]
        numbers = set().union(*(words[record] for record in silent))
        invoices = (
            self.env["account.move"]
            .sudo()
            .search_fetch(
                Domain("name", "in", list(numbers))
                & Domain("commercial_partner_id", "=", scope.debtor.partner_id.id)
                & Domain("company_id", "child_of", scope.debtor.company_id.id)
                & Domain("move_type", "in", ("out_invoice", "out_receipt")),
                ["name"],
            )
        )
        for record in silent:
            found[record] = invoices.filtered(lambda move, record=record: move.name in words[record])
        return found

    @api.model
    def _get_invoices_of(self, record):
        """Return the invoices that a record is of, none where it says nothing of it; hook."""
        return self.env["account.move"]

    @api.model
    def _get_invoices(self, lines):
        """Return the invoices of instalments, wherever these passed."""
        lines = lines.sudo()
        return (lines | lines.recovery_origin_line_id).move_id

    @tells_chronology("payments")
    @api.model
    def _tell_payments(self, scope):
        """Tell when the instalments were invoiced, and what settled them since: money, or something else."""
        lines = scope.lines.sudo()
        rows = [
            Told(
                at_noon(line.move_id.invoice_date or line.date),
                "invoice",
                self.env._("%(invoice)s: %(amount)s", invoice=line.move_id.name, amount=self._say(line, None)),
                self._name_person(line.move_id.invoice_user_id),
                line.ref or "",
                has_time=False,
                record=line.move_id,
                file=self._get_sent_invoice(line.move_id),
                piece="invoice",
            )
            for line in lines
        ]
        for row in self.env["recovery.ledger"]._read_settlements(lines):
            line = lines.browse(row.line_id)
            credit = lines.browse(row.credit_line_id)
            rows.append(
                Told(
                    at_noon(row.date),
                    "payment" if row.is_money else "settled",
                    self.env._(
                        "%(amount)s on %(invoice)s",
                        amount=self._say(line, row.amount),
                        invoice=line.move_id.name,
                    ),
                    self._get_author(credit),
                    self._describe_credit(credit),
                    has_time=False,
                    record=credit.move_id,
                    tone="success" if row.is_money else "muted",
                    piece="payment" if row.is_money else "",
                )
            )
        return rows

    @api.model
    def _get_author(self, credit):
        """Return who entered money or a credit; nobody where it came in by itself."""
        return self._name_person(credit.create_uid)

    @api.model
    def _name_person(self, user):
        """Return the name of a user who is somebody."""
        return user.name if user and user.id != SUPERUSER_ID else ""

    @api.model
    def _describe_credit(self, credit):
        """Return where money or a credit stands in the books: its entry, and what the bank said of it."""
        entry = credit.move_id
        bank = entry.statement_line_id
        told = [bank.payment_ref or entry.ref, bank.partner_name, bank.statement_id.name]
        return " · ".join(dict.fromkeys(filter(None, [entry.name, credit.journal_id.name, *told])))

    @api.model
    def _get_sent_invoice(self, move):
        """Return the PDF of an invoice as it was sent, else the document that stands for it, or None."""
        file = move.invoice_pdf_report_id or move.message_main_attachment_id
        return file.sudo() or None

    @api.model
    def _say(self, line, amount):
        return line.currency_id.format(line.amount_currency if amount is None else amount)
