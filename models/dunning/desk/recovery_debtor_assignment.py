from odoo import fields, models


class RecoveryDebtor(models.Model):
    _inherit = "recovery.debtor"

    assignment_rule_id = fields.Many2one(
        "recovery.assignment.rule",
        string="Assigned by",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The rule that chose the collector. Empty: chosen by hand, no rule changes it.",
    )

    def _prepare_change(self, vals):
        """Let a collector chosen by hand win over the rules, which name themselves and act with elevated rights."""
        vals = super()._prepare_change(vals)
        if "collector_id" in vals and not (self.env.su and "assignment_rule_id" in vals):
            vals = {**vals, "assignment_rule_id": False}
        return vals
