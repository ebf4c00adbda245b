from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    recovery_account_ids = fields.Many2many(related="company_id.recovery_account_ids", readonly=False)
