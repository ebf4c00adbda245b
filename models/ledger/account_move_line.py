from odoo import api, fields, models
from odoo.fields import Domain

from ..common.roles import BOOKKEEPERS


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = ["account.move.line", "recovery.guarded"]
    _guarded_prefix = "recovery_"
    _moves = ("date_maturity", "no_followup", "partner_id", "account_id", "balance", "amount_currency")
    _reckoned_with = ("date", "date_maturity", "amount_currency", "amount_residual", "amount_residual_currency")

    # What was created since a moment lies together at the end of the table: the index is a few pages.
    _recovery_create_date_idx = models.Index("USING brin (create_date)")

    recovery_days_late = fields.Integer(
        "Days late",
        compute="_compute_recovery_days_late",
        help="Days since the due date; 0 while it is not due.",
        groups=BOOKKEEPERS,
    )
    recovery_origin_line_id = fields.Many2one(
        "account.move.line",
        string="Transferred from",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups=BOOKKEEPERS,
        help="The line continued by this one in another account: an instalment that became doubtful, a payment.",
    )
    recovery_transferred_ids = fields.One2many(
        "account.move.line", "recovery_origin_line_id", string="Transferred to", readonly=True, groups=BOOKKEEPERS
    )
    recovery_residual = fields.Monetary(
        "Open, wherever transferred",
        currency_field="currency_id",
        compute="_compute_recovery_residual",
        groups=BOOKKEEPERS,
        help="What remains open on its own account and on the one to which it was transferred.",
    )
    recovery_residual_company = fields.Monetary(
        "Open, wherever transferred (company currency)",
        currency_field="company_currency_id",
        compute="_compute_recovery_residual",
        groups=BOOKKEEPERS,
    )
    recovery_is_open = fields.Boolean(
        "Still owed",
        compute="_compute_recovery_is_open",
        search="_search_recovery_is_open",
        groups=BOOKKEEPERS,
        help="On its own account, or on the one to which it was transferred.",
    )

    @api.model
    def _explain_kept(self, names):
        if "recovery_origin_line_id" in names:
            return self.env._("The entry that transfers an instalment to another account sets this itself.")
        return super()._explain_kept(names)

    @api.depends(
        "amount_residual",
        "amount_residual_currency",
        "recovery_transferred_ids.amount_residual",
        "recovery_transferred_ids.amount_residual_currency",
        "recovery_transferred_ids.parent_state",
    )
    def _compute_recovery_residual(self):
        for line in self:
            rest = line.recovery_transferred_ids.filtered(lambda rest: rest.parent_state == "posted")
            line.recovery_residual = line.amount_residual_currency + sum(rest.mapped("amount_residual_currency"))
            line.recovery_residual_company = line.amount_residual + sum(rest.mapped("amount_residual"))

    @api.depends(
        "reconciled",
        "recovery_transferred_ids.reconciled",
        "recovery_transferred_ids.parent_state",
    )
    def _compute_recovery_is_open(self):
        for line in self:
            rest = line.recovery_transferred_ids.filtered(lambda rest: rest.parent_state == "posted")
            line.recovery_is_open = not line.reconciled or any(not other.reconciled for other in rest)

    @api.model
    def _search_recovery_is_open(self, operator, value):
        if operator != "in":
            return NotImplemented
        passed = Domain("parent_state", "=", "posted") & Domain("reconciled", "=", False)
        is_open = Domain("reconciled", "=", False) | Domain("recovery_transferred_ids", "any!", passed)
        wanted = set(value)
        if wanted == {True, False}:
            return Domain.TRUE
        return is_open if True in wanted else ~is_open

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
