from odoo import models


class RecoveryHold(models.Model):
    _inherit = "recovery.hold"

    def _is_of_something_open(self):
        """Count what passed to the doubtful receivables as owed."""
        if super()._is_of_something_open():
            return True
        lines = self.line_id or self._get_instalments()
        return any(lines.sudo().mapped("recovery_is_open"))
