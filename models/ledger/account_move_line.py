from odoo import api, fields, models
from odoo.fields import Domain

from ..common.roles import BOOKKEEPERS

FOLLOWED_FIELDS = {"date_maturity", "no_followup", "partner_id", "account_id"}


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = ["account.move.line", "recovery.guarded"]
    _guarded_prefix = "recovery_"
    _reckoned_with = ("date", "date_maturity", "amount_currency", "amount_residual", "amount_residual_currency")

    recovery_days_late = fields.Integer(
        "Days late",
        compute="_compute_recovery_days_late",
        help="Days since the due date; 0 while it is not due.",
        groups=BOOKKEEPERS,
    )

    @api.model
    def _get_reckoned_domain(self, company):
        accounts = company._recovery_accounts()
        is_open = Domain("parent_state", "=", "posted") & Domain("reconciled", "=", False)
        return super()._get_reckoned_domain(company) & is_open & Domain("account_id", "in", accounts.ids)

    def write(self, vals):
        moved = FOLLOWED_FIELDS & vals.keys() and self.filtered(lambda line: line.parent_state == "posted")
        if moved:
            self.env["recovery.debtor.touch"]._touch_lines(moved)
        result = super().write(vals)
        if moved and "partner_id" in vals:
            self.env["recovery.debtor.touch"]._touch_lines(moved)
        return result

    def unlink(self):
        self.env["recovery.bulk"]._forget(self)
        return super().unlink()

    @api.depends("date_maturity", "date", "amount_residual")
    def _compute_recovery_days_late(self):
        for line in self:
            due = line.date_maturity or line.date
            is_debt = due and line.amount_residual > 0
            today = line.company_id._recovery_today() if is_debt else None
            line.recovery_days_late = max((today - due).days, 0) if is_debt else 0
