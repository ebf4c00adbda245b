from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    recovery_tracking_days = fields.Integer(related="company_id.recovery_tracking_days", readonly=False)
