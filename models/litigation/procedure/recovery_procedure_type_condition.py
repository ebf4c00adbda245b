from odoo import fields, models


class RecoveryProcedureTypeCondition(models.Model):
    """What a type of procedure asks of a case, with the days on which the law asks it."""

    _name = "recovery.procedure.type.condition"
    _description = "Condition of a procedure"
    _inherit = ["recovery.condition", "recovery.traced.settings"]
    _order = "type_id, sequence, id"
    _carried_key = ("type_id", "sequence", "fact", "operator", "value")
    _typed_once = ("type_id",)

    type_id = fields.Many2one("recovery.procedure.type", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="type_id.company_id", store=True, precompute=True, index="btree_not_null")

    def _get_settings_title(self):
        return self.env._("%(type)s, condition “%(name)s”", type=self.type_id.name, name=self.reason)
