from odoo import fields, models, tools

from ..common.roles import SETTINGS


class ResCompany(models.Model):
    _inherit = "res.company"
    _moves = ("recovery_account_ids", "account_default_pos_receivable_account_id")

    recovery_account_ids = fields.Many2many(
        "account.account",
        "recovery_company_account_rel",
        "company_id",
        "account_id",
        string="Followed receivable accounts",
        domain="[('account_type', '=', 'asset_receivable')]",
        help="Empty: every trade receivable account, but neither the point of sale's nor the holdback ones (4117).",
        groups=SETTINGS,
    )

    def write(self, vals):
        result = super().write(vals)
        if {"recovery_account_ids", "account_default_pos_receivable_account_id"} & vals.keys():
            self.env.registry.clear_cache()
        return result

    def _recovery_accounts(self):
        """Return the receivable accounts whose items are followed, for the root company and its branches."""
        return self.env["account.account"].sudo().browse(self._recovery_root()._recovery_account_ids())

    @tools.ormcache("self.id")
    def _recovery_account_ids(self):
        """Return the ids of :meth:`_recovery_accounts`: they change with the chart only, and everything asks.

        None is followed where there is no company yet.
        """
        if not self:
            return ()
        self.ensure_one()
        if self.sudo().recovery_account_ids:
            return tuple(self.sudo().recovery_account_ids.ids)
        accounts = self._recovery_receivable_accounts().filtered(lambda account: not account.non_trade)
        point_of_sale = self.sudo().account_default_pos_receivable_account_id
        accounts = accounts.filtered(
            lambda account: account != point_of_sale and not (account.code or "").startswith("4117")
        )
        return tuple(accounts.ids)

    @tools.ormcache("self.id")
    def _recovery_company_ids(self):
        """Return the ids of a root company and all its branches, archived ones included."""
        self.ensure_one()
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        return tuple(companies.search([("id", "child_of", self.id)]).ids)

    def _recovery_receivable_accounts(self):
        """Return all receivable accounts of the root company and its branches, archived ones included."""
        root = self._recovery_root()
        return (
            self.env["account.account"]
            .sudo()
            .with_company(root)
            .with_context(active_test=False)
            .search([("account_type", "=", "asset_receivable"), ("company_ids", "child_of", root.id)])
        )
