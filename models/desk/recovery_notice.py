from odoo import fields, models


class RecoveryNotice(models.Model):
    """A notice that could not leave stands on the worklist until somebody says that it was seen."""

    _inherit = "recovery.notice"

    seen_on = fields.Datetime("Failure acknowledged on", readonly=True, copy=False)

    def write(self, vals):
        """Show anew what fails again."""
        return super().write({**vals, "seen_on": False} if "state" in vals else vals)
