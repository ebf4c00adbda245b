from odoo import api, models


class RecoveryFormalCheck(models.Model):
    """A mise en demeure for what the law lets nobody claim any more is held back."""

    _inherit = "recovery.formal.check"

    @api.model
    def _get_time_barred(self, lines, day):
        """Add those whose original limit has passed: the one that counts before a judge."""
        return super()._get_time_barred(lines, day) | self.env["recovery.prescription"]._get_time_barred(lines, day)
