from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...common.roles import SETTINGS

# Where the general chart (PCG 2026) puts them: looked for by code, in this order, when nothing is set.
CODES = {
    "depreciation": ("491",),
    "allocation": ("68174", "6817"),
    "reversal": ("78174", "7817"),
    "loss": ("6541", "654"),
    "past_loss": ("6544", "654"),
    "recovered": ("7583", "758"),
    "indemnity": ("7587", "758"),
}
DOUBTFUL_CODE = "416100"


class ResCompany(models.Model):
    _inherit = "res.company"

    recovery_doubtful_journal_id = fields.Many2one(
        "account.journal",
        string="Journal of doubtful receivables",
        check_company=True,
        domain="[('type', '=', 'general')]",
        help="Empty: the first miscellaneous journal.",
        groups=SETTINGS,
    )
    recovery_doubtful_depreciation_account_id = fields.Many2one(
        "account.account",
        string="Impairment of receivables",
        check_company=True,
        help="Empty: the chart's account 491.",
        groups=SETTINGS,
    )
    recovery_doubtful_allocation_account_id = fields.Many2one(
        "account.account",
        string="Impairment charges",
        check_company=True,
        help="Empty: the chart's account 6817.",
        groups=SETTINGS,
    )
    recovery_doubtful_reversal_account_id = fields.Many2one(
        "account.account",
        string="Reversals of impairment",
        check_company=True,
        help="Empty: the chart's account 7817.",
        groups=SETTINGS,
    )
    recovery_doubtful_loss_account_id = fields.Many2one(
        "account.account",
        string="Losses on receivables of the current year",
        check_company=True,
        help="Empty: the chart's account 6541.",
        groups=SETTINGS,
    )
    recovery_doubtful_past_loss_account_id = fields.Many2one(
        "account.account",
        string="Losses on receivables of prior years",
        check_company=True,
        help="Empty: the chart's account 6544.",
        groups=SETTINGS,
    )
    recovery_doubtful_recovered_account_id = fields.Many2one(
        "account.account",
        string="Recovered after a loss",
        check_company=True,
        help="Empty: the chart's account 7583.",
        groups=SETTINGS,
    )
    recovery_doubtful_indemnity_account_id = fields.Many2one(
        "account.account",
        string="Insurance payouts",
        check_company=True,
        help="Empty: the chart's account 7587.",
        groups=SETTINGS,
    )
    recovery_doubtful_tag_ids = fields.Many2many(
        "account.account.tag",
        "recovery_doubtful_company_tag_rel",
        string="Line of the VAT return",
        domain="[('applicability', '=', 'taxes')]",
        help="Where the VAT recovered on lost receivables appears in the return. Empty: line 21 of the French "
        "return (other deductible VAT), otherwise where credit notes with the same tax go. Ask your "
        "accountant.",
        groups=SETTINGS,
    )

    def _recovery_doubtful_book(self, role):
        """Return the account of a role, see :data:`CODES`: as set, else by its code in the chart.

        :raises UserError: there is none.
        """
        return self._recovery_account_of(f"recovery_doubtful_{role}_account_id", CODES[role])

    def _recovery_doubtful_receivable(self):
        """Return the account to which doubtful receivables pass; made when the chart has none of the type receivable.

        The chart's own 416000 is no receivable: what passes there leaves the aged balance, and is paid by nobody.
        """
        self.ensure_one()
        if account := self._recovery_find_doubtful_account():
            return account
        root = self._recovery_root()
        return (
            self.env["account.account"]
            .sudo()
            .with_company(root)
            .create(
                {
                    "code": DOUBTFUL_CODE,
                    "name": self.env._("Doubtful or disputed receivables (followed up)"),
                    "account_type": "asset_receivable",
                    "reconcile": True,
                    "company_ids": [Command.link(root.id)],
                }
            )
        )

    def _recovery_doubtful_journal(self):
        """Return the journal of the entries on doubtful receivables."""
        self.ensure_one()
        if journal := self._recovery_as_set("recovery_doubtful_journal_id"):
            return journal
        Journal = self.env["account.journal"].sudo()
        taken = self.sudo().currency_exchange_journal_id | self.sudo().tax_cash_basis_journal_id
        domain = [*Journal._check_company_domain(self), ("type", "=", "general"), ("id", "not in", taken.ids)]
        journal = Journal.search(domain, limit=1)
        if not journal:
            raise UserError(
                self.env._(
                    "%s has no miscellaneous journal: create one, or set the journal of doubtful receivables.",
                    self.name,
                )
            )
        return journal

    def _recovery_doubtful_tags(self, tax):
        """Return the tags that put recovered VAT of a tax on the return."""
        self.ensure_one()
        if tags := self._recovery_as_set("recovery_doubtful_tag_ids"):
            return tags
        Tag = self.env["account.account.tag"].sudo()
        domain = [("applicability", "=", "taxes"), ("name", "=", "21"), ("country_id.code", "=", "FR")]
        if self.account_fiscal_country_id.code == "FR" and (tags := Tag.search(domain, limit=1)):
            return tags
        return tax.refund_repartition_line_ids.filtered(lambda row: row.repartition_type == "tax").tag_ids

    def _recovery_check_unlocked(self, day, has_tax=False):
        """Refuse a day whose period is closed: nothing slips into the next one by itself."""
        for company in self:
            locks = company._get_violated_lock_dates(day, has_tax, company._recovery_doubtful_journal())
            if locks:
                raise UserError(
                    self.env._(
                        "The accounts of %(company)s are closed on %(day)s: %(locks)s. Choose a later day.",
                        company=company.name,
                        day=day.strftime("%d/%m/%Y"),
                        locks=self.env["res.company"]._format_lock_dates(locks),
                    )
                )
