from odoo import fields, models


class RecoveryEvent(models.Model):
    _inherit = "recovery.event"

    kind = fields.Selection(
        selection_add=[
            ("tracking", "Registered letter followed"),
            ("blocked", "Mise en demeure not issued"),
            ("lawyer_review", "Reviewed by a lawyer"),
            ("withdrawn", "Mise en demeure withdrawn"),
            ("superseded", "Mise en demeure replaced"),
            ("expired", "Mise en demeure expired"),
        ],
        ondelete={
            "tracking": "cascade",
            "blocked": "cascade",
            "lawyer_review": "cascade",
            "withdrawn": "cascade",
            "superseded": "cascade",
            "expired": "cascade",
        },
    )
