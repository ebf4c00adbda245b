from odoo import fields, models


class RecoveryLevel(models.Model):
    _inherit = "recovery.level"

    attach_invoices = fields.Boolean(
        "Attach the invoices", help="The PDF of each invoice claimed, attached to the e-mail."
    )
