from odoo import fields, models


class RecoveryDecision(models.Model):
    _inherit = "recovery.decision"

    kind = fields.Selection(
        selection_add=[("plan", "Payment plan"), ("waiver", "Waiver of a part of the debt")],
        ondelete={"plan": "cascade", "waiver": "cascade"},
    )
