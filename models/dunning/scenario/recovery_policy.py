from odoo import api, fields, models

from .ladder import Step


class RecoveryPolicy(models.Model):
    """A reminder scenario: the steps that an unpaid instalment climbs."""

    _name = "recovery.policy"
    _description = "Reminder scenario"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    description = fields.Text(translate=True, help="For whom this scenario is meant.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: every company may use it.")
    level_ids = fields.One2many("recovery.level", "policy_id", string="Levels", copy=True)
    level_count = fields.Integer(compute="_compute_level_count")

    @api.depends("level_ids")
    def _compute_level_count(self):
        for policy in self:
            policy.level_count = len(policy.level_ids)

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        return [
            dict(vals, name=self.env._("%s (copy)", policy.name)) for policy, vals in zip(self, vals_list, strict=True)
        ]

    def _get_steps(self):
        """Return the steps per policy id, in order, as the pure ladder reads them."""
        levels = self.env["recovery.level"].sudo().search([("policy_id", "in", self.ids)])
        return {
            policy.id: [
                Step(level.id, level.kind, level.basis, level.delay, level.min_interval, level.min_amount, position)
                for position, level in enumerate(policy_levels)
            ]
            for policy, policy_levels in levels.grouped("policy_id").items()
        }
