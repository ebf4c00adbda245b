from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    recovery_prescription_months = fields.Char(related="company_id.recovery_prescription_months", readonly=False)
