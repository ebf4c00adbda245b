from odoo import api, fields, models


class RecoveryRun(models.Model):
    """Says on the campaign what in the scenarios reminds nobody."""

    _inherit = "recovery.run"

    scenario_gaps = fields.Text("Gaps in the scenarios", compute="_compute_scenario_gaps")

    @api.depends("company_id", "state")
    @api.depends_context("lang")
    def _compute_scenario_gaps(self):
        gaps = {company: "\n".join(company._recovery_scenario_gaps()) for company in self.company_id}
        for run in self:
            run.scenario_gaps = gaps.get(run.company_id)
