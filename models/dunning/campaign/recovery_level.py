from odoo import api, models
from odoo.exceptions import UserError


class RecoveryLevel(models.Model):
    """A level that claimed something stays; what only campaigns' verdicts name may go."""

    _inherit = "recovery.level"

    def unlink(self):
        self.env["recovery.bulk"]._forget(self.exists().filtered(lambda level: not level._is_claimed()))
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_claimed(self):
        for level in self:
            if level._is_claimed():
                raise UserError(
                    self.env._("This level was already used in notices: archive its scenario and build another one.")
                )

    def _is_claimed(self):
        """Tell whether a notice, or what it claims or announces, is of this level."""
        self.ensure_one()
        return any(
            self.env[name].sudo().search_count([("level_id", "=", self.id)], limit=1)
            for name in ("recovery.notice", "recovery.notice.line")
        )
