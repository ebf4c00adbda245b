from odoo import api, models
from odoo.exceptions import UserError


class RecoveryScenario(models.Model):
    _inherit = "recovery.scenario"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_preset(self):
        """Say which preset of the set-up begins with the scenario, before the database refuses it in its own words."""
        Preset = self.env["recovery.preset"].sudo().with_context(active_test=False)
        if preset := Preset.search([("scenario_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._(
                    "The preset “%(preset)s” begins with the scenario “%(scenario)s”: give the preset another one "
                    "first, or archive the scenario.",
                    preset=preset.name,
                    scenario=preset.scenario_id.name,
                )
            )
