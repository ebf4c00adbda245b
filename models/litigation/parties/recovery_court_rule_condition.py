from odoo import fields, models


class RecoveryCourtRuleCondition(models.Model):
    """One fact that a rule of competence asks for."""

    _name = "recovery.court.rule.condition"
    _description = "Jurisdiction rule condition"
    _inherit = ["recovery.condition"]
    _carried_key = ("rule_id", "sequence", "fact", "operator", "value")
    _typed_once = ("rule_id",)

    rule_id = fields.Many2one("recovery.court.rule", required=True, index=True, ondelete="cascade")
