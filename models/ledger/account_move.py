from contextlib import contextmanager

from odoo import api, fields, models

from ..common.roles import READERS


class AccountMove(models.Model):
    _inherit = "account.move"
    _accompanied = {"state": "_recovery_note_posting", "is_move_sent": "_recovery_note_sending"}
    _moves = (
        "state", "payment_state", "partner_id", "invoice_date", "is_move_sent", "recovery_told_on",
        "recovery_is_taken_over",
    )  # fmt: skip
    _reckoned_with = ("invoice_date", "invoice_date_due", "amount_total_signed", "amount_untaxed_signed")

    recovery_is_penalty = fields.Boolean(
        "Charges late fees",
        readonly=True,
        copy=False,
        groups=READERS,
        help="This document charges late-payment interest, compensation or recovery costs: it is claimed like the "
        "rest, but it bears neither interest nor compensation, and is excluded from payment delays, turnover "
        "and credit limit use.",
    )

    recovery_told_on = fields.Date(
        "Posted or sent on",
        readonly=True,
        copy=False,
        groups=READERS,
        help="The day on which the invoice was posted, or first sent if that is later. Empty for what was carried "
        "over: imported, or posted before this module. Reminders start a few days later at the earliest.",
    )
    recovery_posted_at = fields.Datetime(
        "Recorded on",
        readonly=True,
        copy=False,
        groups=READERS,
        help="When the entry was last posted, whatever its date: a balance at a past date reports what was "
        "recorded after it. Empty for what was posted before this was tracked.",
    )
    recovery_is_taken_over = fields.Boolean(
        "Carried over", readonly=True, copy=False, groups=READERS, help="Imported: the customer already knows about it."
    )

    # Each serves a question that is asked of all entries and concerns few: what is too young to be told, what charges
    # late fees, what was withdrawn, what was recorded since a moment, what is engaged by a draft. Their size follows
    # the answer, and not the years.
    _recovery_draft_idx = models.Index("(company_id, move_type) WHERE state = 'draft'")
    _recovery_told_on_idx = models.Index("(recovery_told_on) WHERE recovery_told_on IS NOT NULL")
    _recovery_is_penalty_idx = models.Index("(id) WHERE recovery_is_penalty")
    _recovery_withdrawn_idx = models.Index("(id) WHERE posted_before AND state != 'posted'")
    _recovery_posted_at_idx = models.Index("(recovery_posted_at) WHERE recovery_posted_at IS NOT NULL")

    @api.model
    def _explain_kept(self, names):
        if "recovery_is_penalty" in names:
            return self.env._("The late fees mark is set by the module itself.")
        return super()._explain_kept(names)

    def _reverse_moves(self, default_values_list=None, cancel=False):
        reverses = super()._reverse_moves(default_values_list, cancel)
        # the credit note of late fees is no credit on sales either
        marked = reverses.sudo().filtered(lambda move: move.reversed_entry_id.recovery_is_penalty)
        marked.write({"recovery_is_penalty": True})
        return reverses

    def _find_moved(self):
        """Return the customers of what is posted: by its instalments, and by the invoice itself."""
        posted = self.sudo().filtered(lambda move: move.state == "posted")
        lines = posted.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
        moves = lines.move_id.filtered("commercial_partner_id")
        return lines._find_moved() | {(move.commercial_partner_id.id, move.company_id.root_id.id) for move in moves}

    @contextmanager
    def _recovery_note_posting(self, vals):
        drafts = self.filtered(lambda move: move.state != "posted")
        if vals["state"] != "posted":
            self.env["recovery.withdrawal"]._note(self - drafts)
        yield
        if vals["state"] == "posted":
            drafts.sudo().recovery_posted_at = self.env.cr.now()
            drafts._recovery_tell()

    @contextmanager
    def _recovery_note_sending(self, vals):
        """Note the day on which an invoice is first sent: its customer knows of it from then on."""
        told = self.filtered(lambda move: move.state == "posted" and not move.is_move_sent)
        yield
        if vals["is_move_sent"]:
            told._recovery_tell()

    def _recovery_tell(self):
        """Note of invoices that they were posted or sent today; what was taken over is known for long."""
        invoices = self.sudo().filtered(
            lambda move: move.move_type in ("out_invoice", "out_receipt") and not move.recovery_is_taken_over
        )
        for company, moves in invoices.grouped("company_id").items():
            moves.recovery_told_on = company._recovery_today()

    def _load_records_create(self, vals_list):
        """Mark what an import makes as taken over: a person's file, not a context, says so."""
        moves = super()._load_records_create(vals_list)
        moves.sudo().recovery_is_taken_over = True
        return moves

    def unlink(self):
        self.env["recovery.bulk"]._forget(self)
        return super().unlink()
