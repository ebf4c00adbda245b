from odoo import api, fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    recovery_days_late = fields.Integer(
        "Days late", compute="_compute_recovery_days_late", help="Days since the due date; 0 while it is not due."
    )

    @api.depends("date_maturity", "date", "amount_residual")
    def _compute_recovery_days_late(self):
        for line in self:
            due = line.date_maturity or line.date
            is_debt = due and line.amount_residual > 0
            today = line.company_id._recovery_today() if is_debt else None
            line.recovery_days_late = max((today - due).days, 0) if is_debt else 0
