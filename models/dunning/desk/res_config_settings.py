from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    recovery_priority = fields.Selection(related="company_id.recovery_priority", readonly=False)
    recovery_escalation_days = fields.Integer(related="company_id.recovery_escalation_days", readonly=False)
    recovery_alert_amount = fields.Monetary(related="company_id.recovery_alert_amount", readonly=False)
    recovery_alert_days = fields.Integer(related="company_id.recovery_alert_days", readonly=False)
    recovery_digest = fields.Boolean(related="company_id.recovery_digest", readonly=False)
