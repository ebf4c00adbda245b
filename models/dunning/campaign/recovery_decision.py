from odoo import fields, models


class RecoveryDecision(models.Model):
    _inherit = "recovery.decision"

    kind = fields.Selection(
        selection_add=[
            ("level", "Level that needs approval"),
            ("run", "Automatic campaign above its ceilings"),
        ],
        ondelete={"level": "cascade", "run": "cascade"},
    )
