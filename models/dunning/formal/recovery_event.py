from odoo import fields, models


class RecoveryEvent(models.Model):
    _inherit = "recovery.event"

    kind = fields.Selection(
        selection_add=[("tracking", "Registered letter followed")], ondelete={"tracking": "cascade"}
    )
