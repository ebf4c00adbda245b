from odoo import api, fields, models

from ..common.loose_many2one import LooseMany2one


class RecoveryUnmatching(models.Model):
    """A reconciliation of receivables that was undone: core keeps no trace of it, and a past day rests on it.

    One of an entry that is withdrawn counts no more either, though core keeps it for when the entry is posted again.
    Rows are added by what unmatches and never change. What was undone before the first row could be written is not
    known: a report of a past day says so.
    """

    _name = "recovery.unmatching"
    _description = "Undone reconciliation"
    _inherit = ["recovery.guarded"]
    _order = "unmatched_at desc, id desc"
    _rec_name = "debit_name"

    company_id = LooseMany2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    debit_line_id = fields.Integer("Line of the debt", readonly=True, index=True)
    debit_name = fields.Char("Number of the debt", readonly=True)
    credit_line_id = fields.Integer("Line of the credit", readonly=True, index=True)
    credit_name = fields.Char("Number of the credit", readonly=True)
    amount = fields.Monetary(currency_field="company_currency_id", readonly=True)
    debit_amount_currency = fields.Float("Amount in the debt's currency", readonly=True, digits=(16, 4))
    credit_amount_currency = fields.Float("Amount in the credit's currency", readonly=True, digits=(16, 4))
    date = fields.Date("Counted from", readonly=True, help="The later of the dates of the two entries.")
    matched_at = fields.Datetime("Matched on", readonly=True)
    unmatched_at = fields.Datetime("Unmatched on", required=True, readonly=True, index=True)
    user_id = LooseMany2one("res.users", string="Unmatched by", readonly=True, ondelete="set null")

    @api.model
    def _note(self, partials):
        """Note reconciliations about to be undone: those of posted receivables, as the others count for nothing."""
        partials = partials.sudo().filtered(
            lambda part: (
                part.debit_move_id.account_id.account_type == "asset_receivable"
                and part.debit_move_id.parent_state == part.credit_move_id.parent_state == "posted"
            )
        )
        now = self.env.cr.now()
        columns = (
            *("company_id", "debit_line_id", "debit_name", "credit_line_id", "credit_name", "amount"),
            *("debit_amount_currency", "credit_amount_currency", "date", "matched_at", "unmatched_at", "user_id"),
        )
        rows = [
            (
                part.company_id.root_id.id,
                part.debit_move_id.id,
                self._get_document_name(part.debit_move_id),
                part.credit_move_id.id,
                self._get_document_name(part.credit_move_id),
                part.amount,
                part.debit_amount_currency,
                part.credit_amount_currency,
                part.max_date,
                self._get_start(part),
                now,
                self.env.uid,
            )
            for part in partials
        ]
        self.env["recovery.bulk"]._insert(self._name, columns, rows, with_ids=False)

    @api.model
    def _get_document_name(self, line):
        """Return the number of an entry; a debt that passed to another account keeps that of its invoice."""
        origin = line.balance > 0 and line.recovery_origin_line_id
        return (origin or line).move_id.name

    @api.model
    def _get_start(self, partial):
        """Return since when a reconciliation counts: since it was made, and both entries were last posted."""
        moves = (partial.debit_move_id | partial.credit_move_id).move_id
        return max(filter(None, (partial.create_date, *moves.mapped("recovery_posted_at"))), default=None)
