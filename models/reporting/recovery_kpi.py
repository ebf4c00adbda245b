from odoo import api, fields, models

from ..common.roles import require_user
from ..common.saying import say

MONTHS = 24  # that a rebuilding goes back
UNITS = [("days", "Days"), ("percent", "%"), ("amount", "Amount")]


class RecoveryKpi(models.Model):
    """A key figure: what it is called, how it is reckoned and which way is better."""

    _name = "recovery.kpi"
    _description = "Key figure"
    _inherit = ["recovery.traced.settings"]
    _order = "sequence, id"
    _typed = ("sequence", "active", "target_ids")

    name = fields.Char(required=True, readonly=True, translate=True)
    code = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    unit = fields.Selection(UNITS, required=True, readonly=True, default="days")
    is_lower_better = fields.Boolean("Lower is better", readonly=True)
    formula = fields.Text(required=True, readonly=True, translate=True)
    default_target = fields.Float(
        "Usual target", readonly=True, help="What the guides of the profession aim at. Zero: they name none."
    )
    target_ids = fields.One2many("recovery.kpi.target", "kpi_id", string="Targets")

    _code_uniq = models.UniqueIndex("(code)", "There is already a key figure with this code.")

    @api.model
    def _get_by_code(self):
        """Return the key figures by their code, archived ones included."""
        return {kpi.code: kpi for kpi in self.with_context(active_test=False).search([])}

    def _get_targets(self, company, day):
        """Return what the company aims at on a day: ``{key figure id: value}``, without those that have no target."""
        targets = {kpi.id: kpi.default_target for kpi in self if kpi.default_target}
        own = (
            self.env["recovery.kpi.target"]
            .sudo()
            .search(
                [("company_id", "=", company.id), ("kpi_id", "in", self.ids), ("date_from", "<=", day)],
                order="date_from",
            )
        )
        targets.update((target.kpi_id.id, target.value) for target in own)
        return targets

    def action_rebuild(self):
        """Make all the months of the current company again."""
        require_user(self.env)
        self.env.company._recovery_check_open()
        company = self.env.company._recovery_root()
        self.env["recovery.kpi.engine"]._rebuild(company, company._recovery_today(), MONTHS)
        return say(self.env, self.env._("The key figures of the last %s months were made again.", MONTHS))

    def action_open_values(self):
        """Open the months of the key figure."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_kpi_value_action")
        return dict(action, name=self.name, display_name=self.name, domain=[("kpi_id", "=", self.id)])
