from odoo import fields, models


class RecoveryEvent(models.Model):
    _inherit = "recovery.event"

    kind = fields.Selection(
        selection_add=[
            ("limit_exceeded", "Credit limit exceeded"),
            ("limit", "Credit limit changed"),
            ("limit_alert", "Credit limit alert"),
            ("cover", "Guarantee changed"),
        ],
        ondelete={
            "limit_exceeded": "cascade",
            "limit": "cascade",
            "limit_alert": "cascade",
            "cover": "cascade",
        },
    )
