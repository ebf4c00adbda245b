from odoo import fields, models


class RecoveryProcedureTypeOutcome(models.Model):
    """How a procedure may end, what that brings, and which procedures may follow."""

    _name = "recovery.procedure.type.outcome"
    _description = "Procedure outcome"
    _inherit = ["recovery.traced.settings"]
    _order = "type_id, sequence, id"
    _carried_key = ("type_id", "code")
    _typed = ("sequence", "name", "is_success", "note", "next_type_ids")
    _typed_once = ("type_id", "code")

    type_id = fields.Many2one("recovery.procedure.type", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="type_id.company_id", store=True, precompute=True, index="btree_not_null")
    sequence = fields.Integer(default=10)
    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    is_success = fields.Boolean(
        "Brings what was sought", help="Your own figures count these among the ended procedures."
    )
    note = fields.Text("What it brings", translate=True)
    next_type_ids = fields.Many2many(
        "recovery.procedure.type", "recovery_procedure_outcome_next_rel", string="Possible outcome"
    )

    _code_uniq = models.UniqueIndex("(type_id, code)", "This type already has an outcome with that code.")

    def _get_settings_title(self):
        return self.env._("%(type)s, outcome “%(name)s”", type=self.type_id.name, name=self.name)
