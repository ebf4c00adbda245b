from odoo import api, fields, models

from ...models.common.recovery_window import once


class RecoveryDisputeResolveWizard(models.TransientModel):
    """Record how a dispute ended."""

    _name = "recovery.dispute.resolve.wizard"
    _description = "Dispute outcome"
    _inherit = ["recovery.window"]

    dispute_id = fields.Many2one("recovery.dispute", required=True, readonly=True)
    move_id = fields.Many2one(related="dispute_id.move_id")
    partner_id = fields.Many2one(related="dispute_id.debtor_id.partner_id")
    currency_id = fields.Many2one(related="dispute_id.currency_id")
    amount = fields.Monetary(related="dispute_id.amount")
    outcome = fields.Selection(selection="_selection_outcome", required=True, default="rejected")
    credit_note_ids = fields.Many2many(
        "account.move",
        string="Credit notes",
        domain="[('move_type', '=', 'out_refund'), ('state', '=', 'posted'),"
        " ('commercial_partner_id', '=', partner_id)]",
    )
    amount_kept = fields.Monetary(
        "Still due", compute="_compute_amount_kept", store=True, readonly=False, precompute=True
    )
    resolution = fields.Text("What was decided, and why", required=True)

    @api.model
    def _selection_outcome(self):
        return self.env["recovery.dispute"]._fields["outcome"]._description_selection(self.env)

    @api.depends("dispute_id", "outcome", "credit_note_ids")
    def _compute_amount_kept(self):
        for wizard in self:
            credited = sum(wizard.credit_note_ids.mapped("amount_total")) if wizard.outcome == "credit_note" else 0.0
            wizard.amount_kept = max(wizard.amount - credited, 0.0)

    @once
    def action_confirm(self):
        """Resolve the dispute: reminders go on with what is still owed."""
        self.ensure_one()
        self.dispute_id._resolve(
            self.dispute_id.company_id._recovery_today(),
            self.outcome,
            self.resolution,
            credit_notes=self.credit_note_ids if self.outcome == "credit_note" else None,
            amount_kept=self.amount_kept,
        )
        return self._say(
            self.env._(
                "%(dispute)s resolved. Still due: %(amount)s.",
                dispute=self.dispute_id.display_name,
                amount=self.currency_id.format(self.amount_kept),
            )
        )
