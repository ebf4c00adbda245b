from contextlib import contextmanager

from odoo import fields, models


class RecoveryProcedure(models.Model):
    """What a procedure costs is planned when it begins, and given up with it; who acts in it acts in its case."""

    _inherit = "recovery.procedure"
    _accompanied = {
        "court_id": "_change_actors",
        "lawyer_id": "_change_actors",
        "bailiff_id": "_change_actors",
    }

    cost_ids = fields.One2many("recovery.cost", "procedure_id", string="Costs", readonly=True)

    def _hook_events_changed(self):
        result = super()._hook_events_changed()
        under_way = self.filtered(lambda procedure: procedure.state in ("preparing", "running"))
        for procedure in under_way.filtered(lambda procedure: not procedure.is_taken_over):
            procedure._plan_costs()
        self.sudo().filtered("abandoned_on")._give_costs_up()
        return result

    @contextmanager
    def _change_actors(self, _vals):
        """Let the court, the lawyer and the commissaire who are named be parties of the case."""
        yield
        for procedure in self:
            procedure.case_id._add_parties(procedure.court_id | procedure.lawyer_id | procedure.bailiff_id)

    def _plan_costs(self):
        """Plan what the type of the procedure says that it costs."""
        self.ensure_one()
        Cost, day = self.env["recovery.cost"], self.company_id._recovery_today()
        rows = Cost._prepare_type_costs(self, self.case_id._get_facts(day), day)
        return Cost._suggest(self.case_id, rows)

    def _give_costs_up(self):
        """Give up what was planned and is no longer to be spent."""
        planned = self.cost_ids.filtered(lambda cost: cost.state == "planned")
        if planned:
            planned.write({"state": "cancelled", "note": self.env._("The procedure was abandoned")})
