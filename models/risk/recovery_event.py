from odoo import fields, models


class RecoveryEvent(models.Model):
    _inherit = "recovery.event"

    kind = fields.Selection(
        selection_add=[("limit_exceeded", "Credit limit exceeded")], ondelete={"limit_exceeded": "cascade"}
    )
