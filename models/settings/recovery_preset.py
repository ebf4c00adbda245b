from odoo import fields, models
from odoo.exceptions import AccessError

from ..common.bounds import BIG


class RecoveryPreset(models.Model):
    """A way of beginning that suits a trade and a size: which scenario, which rules, which settings."""

    _name = "recovery.preset"
    _description = "Setup preset"
    _inherit = ["recovery.traced.settings"]
    _order = "sequence, id"
    _carried_key = ("name",)
    _typed = (
        "name", "description", "sequence", "active", "scenario_id", "rule_ids", "is_simple", "is_automatic",
        "entry_days", "max_notices", "max_amount",
    )  # fmt: skip

    name = fields.Char(required=True, translate=True)
    description = fields.Text(translate=True, help="Who it is for, and what it sets.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    scenario_id = fields.Many2one(
        "recovery.scenario",
        string="Default scenario",
        required=True,
        ondelete="restrict",
        domain="[('company_id', '=', False)]",
    )
    rule_ids = fields.Many2many(
        "recovery.scenario.rule", string="Scenario assignment rules", help="Unarchived; no other rule is touched."
    )
    is_simple = fields.Boolean("Simple mode", help="One scenario, no scores, campaigns that run automatically.")
    is_automatic = fields.Boolean("Automatic campaigns", help="The first one waits until somebody has reviewed it.")
    entry_days = fields.Integer("Days before the first reminder", default=3, bounds=(0, 90))
    max_notices = fields.Integer("Maximum notices", default=100, bounds=BIG)
    max_amount = fields.Float("Maximum amount", default=100000, digits=(16, 2))

    def _apply(self, company):
        """Set a company up as the preset says; everything may be changed afterwards, field by field."""
        self.ensure_one()
        self.check_access("read")
        if not company.has_access("write"):
            raise AccessError(
                self.env._("Only an administrator can set up the company: ask one, or request the right to do so.")
            )
        company.write(
            {
                "recovery_scenario_id": self.scenario_id.id,
                "recovery_simple": self.is_simple,
                "recovery_auto": self.is_automatic,
                "recovery_entry_days": self.entry_days,
                "recovery_auto_max_notices": self.max_notices,
                "recovery_auto_max_amount": self.max_amount,
            }
        )
        rules = self.with_context(active_test=False).rule_ids.filtered(lambda rule: not rule.active)
        rules.active = True

    def _is_followed_by(self, company):
        """Tell whether a company is set up as the preset says."""
        self.ensure_one()
        root = company._recovery_root()
        return (
            root.recovery_scenario_id == self.scenario_id
            and root.recovery_simple == self.is_simple
            and root.recovery_auto == self.is_automatic
        )
