from odoo import models


class RecoveryDebtor(models.Model):
    _inherit = "recovery.debtor"

    def action_dossier(self):
        """Open the window that hands out all that is held on the debtor."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("All data held"),
            "res_model": "recovery.debtor.dossier",
            "view_mode": "form",
            "target": "new",
            "context": {"default_debtor_id": self.id},
        }

    def action_account_statement(self):
        """Open the window that prints the debtor's statement of account."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Statement of account"),
            "res_model": "recovery.account.statement",
            "view_mode": "form",
            "target": "new",
            "context": {"default_debtor_id": self.id},
        }
