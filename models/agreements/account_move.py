from odoo import fields, models

from ..common.roles import READERS


class AccountMove(models.Model):
    _inherit = "account.move"

    recovery_dispute_ids = fields.One2many("recovery.dispute", "move_id", string="Disputes", groups=READERS)
    recovery_dispute_text = fields.Char("Dispute", compute="_compute_recovery_dispute_text", groups=READERS)

    def _compute_recovery_dispute_text(self):
        for move in self:
            running = move.recovery_dispute_ids.filtered(lambda dispute: dispute.state == "open")
            move.recovery_dispute_text = ", ".join(running.mapped("display_name"))

    def _recovery_is_mark_loose(self):
        """Tell whether nothing says any longer that this document charges late fees."""
        self.ensure_one()
        rows = self.env["recovery.payment.plan.line"].sudo()
        return not rows.search_count([("move_id", "=", self.id), ("kind", "=", "interest")], limit=1)

    def action_recovery_promise(self):
        """Open the window that records a promise on this invoice."""
        return self._open_recovery_agreement("promise")

    def action_recovery_dispute(self):
        """Open the window that records a dispute on this invoice."""
        return self._open_recovery_agreement("dispute")

    def _open_recovery_agreement(self, kind):
        self.ensure_one()
        debtor = self.env["recovery.debtor"]._ensure_for(self.commercial_partner_id, self.company_id)
        lines = self.line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and line.recovery_is_open
                and line.recovery_residual > 0
            )
        )
        return debtor._open_agreement_wizard(
            kind,
            move_id=self.id,
            line_ids=[fields.Command.set(lines.ids)],
            currency_id=self.currency_id.id,
        )
