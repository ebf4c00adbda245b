from odoo import fields, models


class RecoveryHold(models.Model):
    _inherit = "recovery.hold"

    origin = fields.Selection(selection_add=[("case", "Litigation case")], ondelete={"case": "cascade"})
    case_id = fields.Many2one("recovery.case", readonly=True, index="btree_not_null", ondelete="restrict")
