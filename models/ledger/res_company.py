from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    recovery_account_ids = fields.Many2many(
        "account.account",
        "recovery_company_account_rel",
        "company_id",
        "account_id",
        string="Followed receivable accounts",
        domain="[('account_type', '=', 'asset_receivable')]",
        help="Empty: every trade receivable account, but neither the point of sale's nor the holdback ones (4117).",
    )

    def _recovery_accounts(self):
        """Return the receivable accounts whose items are followed, for the root company and its branches."""
        root = self.root_id
        root.ensure_one()
        if root.sudo().recovery_account_ids:
            return root.sudo().recovery_account_ids
        accounts = root._recovery_receivable_accounts().filtered(lambda account: not account.non_trade)
        point_of_sale = root.sudo().account_default_pos_receivable_account_id
        return accounts.filtered(
            lambda account: account != point_of_sale and not (account.code or "").startswith("4117")
        )

    def _recovery_receivable_accounts(self):
        """Return all receivable accounts of the root company and its branches, archived ones included."""
        root = self.root_id
        return (
            self.env["account.account"]
            .sudo()
            .with_company(root)
            .with_context(active_test=False)
            .search([("account_type", "=", "asset_receivable"), ("company_ids", "child_of", root.id)])
        )
