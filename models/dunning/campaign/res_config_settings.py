from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    recovery_payment_qr = fields.Boolean(related="company_id.recovery_payment_qr", readonly=False)
