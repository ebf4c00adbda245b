from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    recovery_limit_user_max = fields.Monetary(related="company_id.recovery_limit_user_max", readonly=False)
    recovery_limit_by_request = fields.Boolean(related="company_id.recovery_limit_by_request", readonly=False)
    recovery_limit_alerts = fields.Char(related="company_id.recovery_limit_alerts", readonly=False)
    recovery_cover_notice_days = fields.Integer(related="company_id.recovery_cover_notice_days", readonly=False)
    recovery_control_invoices = fields.Boolean(related="company_id.recovery_control_invoices", readonly=False)
    recovery_override_days = fields.Integer(related="company_id.recovery_override_days", readonly=False)

    def action_recovery_controls(self):
        """Open the credit control of the company."""
        return self.env["recovery.control"].action_open_company()
