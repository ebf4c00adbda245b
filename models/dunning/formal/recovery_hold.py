from odoo import fields, models


class RecoveryHold(models.Model):
    _inherit = "recovery.hold"

    origin = fields.Selection(selection_add=[("returned", "Letter returned")], ondelete={"returned": "cascade"})
    letter_id = fields.Many2one("recovery.registered.letter", readonly=True, index="btree_not_null", ondelete="cascade")
