from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    recovery_currency_id = fields.Many2one(related="company_id.currency_id", string="Currency of the company")
    recovery_promise_grace = fields.Integer(related="company_id.recovery_promise_grace", readonly=False)
    recovery_promise_grace_business = fields.Boolean(
        related="company_id.recovery_promise_grace_business", readonly=False
    )
    recovery_plan_amount_limit = fields.Monetary(
        related="company_id.recovery_plan_amount_limit", readonly=False, currency_field="recovery_currency_id"
    )
    recovery_plan_months_limit = fields.Integer(related="company_id.recovery_plan_months_limit", readonly=False)
    recovery_plan_days_late = fields.Integer(related="company_id.recovery_plan_days_late", readonly=False)
    recovery_plan_breach_notice = fields.Selection(related="company_id.recovery_plan_breach_notice", readonly=False)
    recovery_plan_remind_days = fields.Integer(related="company_id.recovery_plan_remind_days", readonly=False)
    recovery_waiver_limit = fields.Monetary(
        related="company_id.recovery_waiver_limit", readonly=False, currency_field="recovery_currency_id"
    )
    recovery_dispute_days = fields.Integer(related="company_id.recovery_dispute_days", readonly=False)
