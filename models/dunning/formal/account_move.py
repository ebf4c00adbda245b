from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    recovery_proof_ids = fields.Many2many(
        "recovery.proof",
        "recovery_proof_move_rel",
        "move_id",
        "proof_id",
        string="Proofs",
        copy=False,
        groups="debt_recovery.group_recovery_user,debt_recovery.group_recovery_auditor",
    )

    def action_add_recovery_proof(self):
        """Add one proof of order or delivery to these invoices."""
        return self.env["recovery.proof"]._open_wizard(self)
