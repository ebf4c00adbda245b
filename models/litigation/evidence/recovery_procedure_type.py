from odoo import fields, models


class RecoveryProcedureType(models.Model):
    _inherit = "recovery.procedure.type"
    _typed = ("requirement_ids",)

    requirement_ids = fields.One2many("recovery.exhibit.requirement", "type_id", string="Required exhibits", copy=True)
