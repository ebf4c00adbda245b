from odoo import models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    def unlink(self):
        """Ask what becomes of what a closed case called paid, once its payment is undone."""
        lines = self.sudo().debit_move_id
        result = super().unlink()
        self.env["recovery.case.line"]._look_again(lines)
        return result
