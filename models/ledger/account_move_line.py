from odoo import api, fields, models
from odoo.fields import Domain

from ..common.roles import BOOKKEEPERS


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = ["account.move.line", "recovery.guarded"]
    _guarded_prefix = "recovery_"
    _moves = ("date_maturity", "no_followup", "partner_id", "account_id", "balance", "amount_currency")
    _reckoned_with = ("date", "date_maturity", "amount_currency", "amount_residual", "amount_residual_currency")

    recovery_days_late = fields.Integer(
        "Days late",
        compute="_compute_recovery_days_late",
        help="Days since the due date; 0 while it is not due.",
        groups=BOOKKEEPERS,
    )

    def _find_moved(self):
        """Return the customers of the posted receivables."""
        return {
            (line.partner_id.commercial_partner_id.id, line.company_id.root_id.id)
            for line in self.sudo()
            if line.parent_state == "posted" and line.partner_id and line.account_id.account_type == "asset_receivable"
        }

    @api.model
    def _get_reckoned_domain(self, company):
        accounts = company._recovery_accounts()
        is_open = Domain("parent_state", "=", "posted") & Domain("reconciled", "=", False)
        return super()._get_reckoned_domain(company) & is_open & Domain("account_id", "in", accounts.ids)

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
