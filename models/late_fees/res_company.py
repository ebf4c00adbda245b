from odoo import fields, models
from odoo.exceptions import UserError

from ..common.roles import SETTINGS

# Where the general chart (PCG) puts them: looked for by code, in this order, when nothing is set.
CODES = {"interest": ("7631", "763"), "indemnity": ("7581", "7588", "758")}


class ResCompany(models.Model):
    _inherit = "res.company"

    recovery_late_interest_account_id = fields.Many2one(
        "account.account",
        string="Account for late-payment interest",
        check_company=True,
        domain="[('account_type', 'in', ('income', 'income_other'))]",
        help="Empty: the chart's account 7631. Whether 7631 (income from trade receivables) or 7581 (penalties "
        "received) applies is unsettled: ask your accountant. For income tax, interest is taxable in the year "
        "in which it is received (CGI 237 sexies), whatever the date of the document: adjust for the unpaid "
        "part in the tax return at year-end.",
        groups=SETTINGS,
    )
    recovery_late_indemnity_account_id = fields.Many2one(
        "account.account",
        string="Account for fixed compensation, costs and clauses",
        check_company=True,
        domain="[('account_type', 'in', ('income', 'income_other'))]",
        help="Empty: the chart's account 7581, else 7588.",
        groups=SETTINGS,
    )
    recovery_late_fee_journal_id = fields.Many2one(
        "account.journal",
        string="Journal of late fees",
        check_company=True,
        domain="[('type', '=', 'sale')]",
        help="Empty: the first sales journal.",
        groups=SETTINGS,
    )

    def _recovery_late_fee_settings(self):
        """Return the journal of late fees and their account by head; say what is missing."""
        accounts = {head: self._recovery_late_fee_account(head) for head in CODES}
        return self._recovery_late_fee_journal(), accounts

    def _recovery_late_fee_account(self, head):
        """Return the income account of interest, or of the indemnities: as set, else by its code in the chart."""
        return self._recovery_account_of(f"recovery_late_{head}_account_id", CODES[head])

    def _recovery_late_fee_journal(self):
        """Return the journal of the documents that charge late fees."""
        self.ensure_one()
        if journal := self._recovery_as_set("recovery_late_fee_journal_id"):
            return journal
        Journal = self.env["account.journal"].sudo()
        journal = Journal.search([*Journal._check_company_domain(self), ("type", "=", "sale")], limit=1)
        if not journal:
            raise UserError(
                self.env._("%s has no sales journal: create one, or set the journal of late fees.", self.name)
            )
        return journal
