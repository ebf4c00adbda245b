from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    recovery_bank_days = fields.Integer(related="company_id.recovery_bank_days", readonly=False)
    recovery_auto = fields.Boolean(related="company_id.recovery_auto", readonly=False)
    recovery_auto_weekday = fields.Selection(related="company_id.recovery_auto_weekday", readonly=False, required=True)
    recovery_auto_hour = fields.Integer(related="company_id.recovery_auto_hour", readonly=False)
    recovery_auto_max_notices = fields.Integer(related="company_id.recovery_auto_max_notices", readonly=False)
    recovery_auto_max_amount = fields.Monetary(related="company_id.recovery_auto_max_amount", readonly=False)
    recovery_payment_qr = fields.Boolean(related="company_id.recovery_payment_qr", readonly=False)
    recovery_auto_text = fields.Char("Warning on automatic campaigns", compute="_compute_recovery_auto_text")

    @api.depends("recovery_auto", "company_id")
    @api.depends_context("lang")
    def _compute_recovery_auto_text(self):
        for settings in self:
            if not settings.recovery_auto:
                settings.recovery_auto_text = self.env._(
                    "Automatic campaigns are off: nobody is reminded unless somebody makes a campaign."
                )
            else:
                settings.recovery_auto_text = settings.company_id._recovery_describe_no_cron() or False
