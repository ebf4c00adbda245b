from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    recovery_tracking_days = fields.Integer(related="company_id.recovery_tracking_days", readonly=False)
    recovery_formal_review = fields.Boolean(related="company_id.recovery_formal_review", readonly=False)
    recovery_lawyer_id = fields.Many2one(related="company_id.recovery_lawyer_id", readonly=False)
