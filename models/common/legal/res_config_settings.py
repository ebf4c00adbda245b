from odoo import fields, models

from .recovery_rate_sync import DEFAULT_URL, SWITCH, URL


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    recovery_ecb_sync = fields.Boolean("Daily update from the ECB", config_parameter=SWITCH)
    recovery_ecb_url = fields.Char("Address of the series", config_parameter=URL, default=DEFAULT_URL)
    recovery_ecb_last_success = fields.Char("Last update", compute="_compute_recovery_ecb_state")
    recovery_ecb_last_error = fields.Char("Last error", compute="_compute_recovery_ecb_state")
    recovery_rate_gaps = fields.Char("Missing rates", compute="_compute_recovery_ecb_state")

    def _compute_recovery_ecb_state(self):
        Rate = self.env["recovery.rate"]
        for settings in self:
            settings.recovery_ecb_last_success, settings.recovery_ecb_last_error = Rate._get_sync_state()
            settings.recovery_rate_gaps = Rate._get_gap_text(settings.company_id._recovery_today())

    def action_recovery_sync_ecb(self):
        """Update the ECB rate now."""
        self.ensure_one()
        return self.env["recovery.rate"].action_sync_ecb()
