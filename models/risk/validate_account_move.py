from odoo import models


class ValidateAccountMove(models.TransientModel):
    _inherit = "validate.account.move"

    def validate_move(self):
        """Warn as on the form when the invoice to confirm came here because it looked unusual."""
        return self.move_ids._recovery_warn_beyond_limit(super().validate_move)
