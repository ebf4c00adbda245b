from odoo import models


class ValidateAccountMove(models.TransientModel):
    _inherit = "validate.account.move"

    def validate_move(self):
        """Show the warning as on the form when an invoice is confirmed through this question."""
        return self.move_ids._recovery_show_warning(super().validate_move)
