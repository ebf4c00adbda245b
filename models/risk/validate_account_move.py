from odoo import models


class ValidateAccountMove(models.TransientModel):
    _inherit = "validate.account.move"

    def validate_move(self):
        """Refuse or warn as on the form when invoices are confirmed through this question."""
        return self.move_ids._recovery_confirm_under_control(super().validate_move)
