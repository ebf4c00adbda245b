from odoo import fields, models

from ..common.roles import READERS, require_user


class AccountMove(models.Model):
    _inherit = "account.move"
    recovery_proof_ids = fields.Many2many(
        "recovery.proof",
        "recovery_proof_move_rel",
        "move_id",
        "proof_id",
        string="Proofs",
        copy=False,
        groups=READERS,
    )

    def action_recovery_claim_statement(self):
        """Open the window that issues a statement of the claim on this invoice."""
        self.ensure_one()
        require_user(self.env)
        debtor = self.env["recovery.debtor"]._ensure_for(self.commercial_partner_id, self.company_id)
        action = debtor.action_claim_statement()
        return dict(action, context={**action["context"], "default_move_id": self.id})

    def action_add_recovery_proof(self):
        """Add one proof of order or delivery to these invoices."""
        return self.env["recovery.proof"]._open_wizard(self)
