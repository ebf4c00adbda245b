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

    def write(self, vals):
        """Let a collector chosen by hand win over the rules."""
        result = super().write(vals)
        if "collector_id" in vals and not self.env.context.get("recovery_by_rule"):
            self.sudo().assignment_rule_id = False
        return result
