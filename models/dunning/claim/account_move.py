from odoo import models

from ...common.roles import require_user


class AccountMove(models.Model):
    _inherit = "account.move"

    def action_recovery_statement(self):
        """Open the window that issues a statement of the claim on this invoice."""
        self.ensure_one()
        require_user(self.env)
        debtor = self.env["recovery.debtor"]._ensure_for(self.commercial_partner_id, self.company_id)
        action = debtor.action_statement()
        return dict(action, context={**action["context"], "default_move_id": self.id})
