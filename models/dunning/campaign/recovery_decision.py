from odoo import fields, models


class RecoveryDecision(models.Model):
    _inherit = "recovery.decision"

    kind = fields.Selection(selection_add=[("level", "Level that needs approval")], ondelete={"level": "cascade"})
