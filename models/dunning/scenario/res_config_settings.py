from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    recovery_policy_id = fields.Many2one(related="company_id.recovery_policy_id", readonly=False)
    recovery_manager_id = fields.Many2one(related="company_id.recovery_manager_id", readonly=False)
    recovery_scenario_gaps = fields.Text("Gaps in the scenarios", compute="_compute_recovery_scenario_gaps")

    @api.depends("company_id", "recovery_policy_id")
    def _compute_recovery_scenario_gaps(self):
        for settings in self:
            settings.recovery_scenario_gaps = "\n".join(settings.company_id._recovery_scenario_gaps())
