from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ...common.roles import require_user


class RecoverySetOff(models.AbstractModel):
    """Set what we owe a customer off against what it owes us (C. civ. 1347): proposed, never made by itself.

    Both debts are due. Once insolvency proceedings are opened only connected debts are set off, and only if our claim
    was declared (C. com. L622-7): anything else would be paid back.
    """

    _name = "recovery.set.off"
    _description = "Recovery: set-off"

    @api.model
    def _get_judgment(self, debtor, day):
        """Return the day of the judgment that opened insolvency proceedings, None where there is none that day."""
        opened_on = debtor.sudo().insolvency_on
        return opened_on if opened_on and opened_on <= day else None

    @api.model
    def _find(self, debtor, day):
        """Return the journal items that may be set off: what the customer owes, and what we owe it, due that day."""
        debtor.check_access("read")
        due = Domain("date_maturity", "<=", day) | Domain("date_maturity", "=", False) & Domain("date", "<=", day)
        common = (
            Domain("partner_id.commercial_partner_id", "=", debtor.partner_id.id)
            & Domain("company_id", "child_of", debtor.company_id.id)
            & Domain("parent_state", "=", "posted")
            & Domain("reconciled", "=", False)
            & Domain("date", "<=", day)
            & due
        )
        Line = self.env["account.move.line"].sudo()
        accounts = debtor.company_id._recovery_accounts()
        ours = Line.search(
            common & Domain("account_id", "in", accounts.ids) & Domain("amount_residual", ">", 0),
            order="date_maturity, id",
        )
        theirs = Line.search(
            common & Domain("account_type", "=", "liability_payable") & Domain("amount_residual", "<", 0),
            order="date_maturity, id",
        )
        return ours, theirs

    @api.model
    def _propose(self, debtor, day, amount, is_connected=False, is_declared=False):
        """Propose a set-off, the oldest debts first, per company of the books.

        :return: the draft entries.
        """
        require_user(self.env)
        debtor.check_access("write")
        self._check_allowed(debtor, day, is_connected, is_declared)
        ours, theirs = self._find(debtor, day)
        currency = debtor.company_id.currency_id
        waiting = (
            self.env["recovery.doubtful.entry.line"]
            .sudo()
            .search(
                Domain("line_id", "in", (ours | theirs).ids) & Domain("state", "in", ("draft", "reviewed")), limit=1
            )
        )
        if waiting:
            raise UserError(
                self.env._("%s waits to be validated: validate or cancel it first.", waiting.entry_id.number)
            )
        entries = self.env["recovery.doubtful.entry"]
        left = currency.round(amount)
        for company in ours.company_id & theirs.company_id:
            own = ours.filtered(lambda line, company=company: line.company_id == company)
            other = theirs.filtered(lambda line, company=company: line.company_id == company)
            part = min(left, sum(own.mapped("amount_residual")), -sum(other.mapped("amount_residual")))
            if currency.compare_amounts(part, 0.0) <= 0:
                continue
            company._recovery_check_unlocked(day)
            entries += entries._make(
                "netting", company, day, [*self._share(own, part, -1), *self._share(other, part, 1)]
            )
            left = currency.round(left - part)
        if not entries or currency.compare_amounts(left, 0.0) > 0:
            raise UserError(
                self.env._(
                    "There is not that much to set off: %s at most, in one company and due.",
                    formatLang(self.env, amount - left, currency_obj=currency),
                )
            )
        return entries

    @api.model
    def _share(self, lines, amount, sign):
        """Return the rows that take an amount off these items, in their order."""
        for line in lines:
            part = line.company_currency_id.round(min(amount, abs(line.amount_residual)))
            if part:
                amount = line.company_currency_id.round(amount - part)
                yield {"kind": "netting", "line_id": line.id, "amount": sign * part}

    @api.model
    def _check_allowed(self, debtor, day, is_connected, is_declared):
        """Refuse what the law of insolvency forbids, with its reason."""
        judgment_on = self._get_judgment(debtor, day)
        if not judgment_on:
            return
        values = {"customer": debtor.display_name, "day": format_date(self.env, judgment_on)}
        if not is_connected:
            raise UserError(
                self.env._(
                    "A judgment of %(day)s opened insolvency proceedings of %(customer)s: only connected debts are set "
                    "off since (C. com. L622-7).",
                    **values,
                )
            )
        if not is_declared:
            raise UserError(
                self.env._(
                    "A judgment of %(day)s opened insolvency proceedings of %(customer)s: even connected debts are set "
                    "off only once our claim was declared (C. com. L622-24).",
                    **values,
                )
            )
