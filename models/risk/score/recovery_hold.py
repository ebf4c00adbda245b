from odoo import fields, models


class RecoveryHold(models.Model):
    _inherit = "recovery.hold"

    origin = fields.Selection(
        selection_add=[("insolvency", "Insolvency proceedings")], ondelete={"insolvency": "cascade"}
    )
