from odoo import fields, models


class RecoveryEvent(models.Model):
    _inherit = "recovery.event"

    kind = fields.Selection(
        selection_add=[("statement", "Statement of the claim issued")], ondelete={"statement": "cascade"}
    )
