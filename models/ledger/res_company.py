from odoo import fields, models, tools
from odoo.exceptions import UserError

from ..common.roles import SETTINGS


class ResCompany(models.Model):
    _inherit = "res.company"
    _moves = ("recovery_account_ids", "account_default_pos_receivable_account_id", "recovery_doubtful_account_id")

    recovery_account_ids = fields.Many2many(
        "account.account",
        "recovery_company_account_rel",
        "company_id",
        "account_id",
        string="Followed receivable accounts",
        domain="[('account_type', '=', 'asset_receivable')]",
        help="Empty: every trade receivable account, except point-of-sale and retention accounts (4117).",
        groups=SETTINGS,
    )

    recovery_doubtful_account_id = fields.Many2one(
        "account.account",
        string="Account for doubtful receivables",
        domain="[('account_type', '=', 'asset_receivable')]",
        check_company=True,
        help="A sub-account of 416 of type receivable, so that what is transferred there stays in the aged balance "
        "and is paid like the rest. Empty: the first account of the chart whose code begins with 416.",
        groups=SETTINGS,
    )

    def write(self, vals):
        result = super().write(vals)
        if {
            "recovery_account_ids",
            "account_default_pos_receivable_account_id",
            "recovery_doubtful_account_id",
        } & vals.keys():
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
            return tuple((self.sudo().recovery_account_ids | self._recovery_find_doubtful_account()).ids)
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

    def _recovery_find_doubtful_account(self):
        """Return the account to which doubtful receivables pass: as set, else by its code; none where there is none."""
        if account := self._recovery_as_set("recovery_doubtful_account_id"):
            return account
        accounts = self._recovery_receivable_accounts().filtered("active")
        return accounts.filtered(lambda account: (account.code or "").startswith("416")).sorted("code")[:1]

    def _recovery_as_set(self, field):
        """Return what a setting of the company holds, else that of its root company; empty where neither is set."""
        self.ensure_one()
        return self.sudo()[field] or self._recovery_root().sudo()[field]

    def _recovery_account_of(self, field, codes):
        """Return the account that a setting names, else the first of the chart whose code begins with one of these.

        :param codes: the best first.
        :raises UserError: there is none.
        """
        if account := self._recovery_as_set(field):
            return account
        Account = self.env["account.account"].sudo().with_company(self)
        domain = Account._check_company_domain(self)
        for code in codes:
            if account := Account.search([*domain, ("code", "=like", f"{code}%")], limit=1, order="code"):
                return account
        raise UserError(
            self.env._(
                "“%(field)s” is not set for %(company)s, and its chart has no account %(codes)s. A recovery manager "
                "sets it in Invoicing / Configuration / Settings / Recovery.",
                field=self._fields[field]._description_string(self.env),
                company=self.name,
                codes=" / ".join(codes),
            )
        )

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
