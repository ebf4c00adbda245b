from odoo import SUPERUSER_ID, api, models

from ..common.recovery_chronology import Told, at_noon, tells_chronology


class RecoveryChronology(models.AbstractModel):
    _inherit = "recovery.chronology"

    @api.model
    def _get_kinds(self):
        return super()._get_kinds() | {
            "invoice": (self.env._("Invoice"), "fa-file-o"),
            "payment": (self.env._("Payment"), "fa-money"),
            "settled": (self.env._("Settled otherwise"), "fa-exchange"),
        }

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
