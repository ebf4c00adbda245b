from odoo import fields, models


class RecoveryDecision(models.Model):
    _inherit = "recovery.decision"

    kind = fields.Selection(
        selection_add=[("limit", "Credit limit"), ("credit", "Credit granted despite a refusal")],
        ondelete={"limit": "cascade", "credit": "cascade"},
    )
