from odoo import fields, models


class RecoveryEvent(models.Model):
    _inherit = "recovery.event"

    kind = fields.Selection(
        selection_add=[
            ("contact", "Contact logged"),
            ("assigned", "Collector assigned"),
            ("escalated", "Passed to the manager"),
        ],
        ondelete={"contact": "cascade", "assigned": "cascade", "escalated": "cascade"},
    )
