from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ...common.insolvency import DECLARATION, SET_OFF
from ...common.roles import require_user

# States of a declaration in which our claim is known to the proceedings.
DECLARED = ("declared", "contested", "admitted")


class RecoverySetOff(models.AbstractModel):
    """Set what we owe a customer off against what it owes us (C. civ. 1347): proposed, never made by itself.

    Both debts are due. Once insolvency proceedings are opened only connected debts are set off, and only if our claim
    was declared (C. com. L622-7): anything else would be paid back.
    """

    _name = "recovery.set.off"
    _description = "Recovery: set-off"

    @api.model
    def _get_proceedings(self, debtor, day):
        """Return the ``insolvency.State`` of a debtor whose proceedings stop set-offs that day, None if none do."""
        state = self.env["recovery.insolvency"]._get_state(debtor, day)[debtor]
        return state if state and state.stops(SET_OFF) else None

    @api.model
    def _find_earlier(self, lines, state):
        """Return what was born before the judgment: what came later is paid, and set off, when it is due."""
        births = self.env["recovery.claim"]._get_births(lines)
        return lines.filtered(lambda line: births[line.id].day < state.judgment_on)

    @api.model
    def _find_declared(self, lines, state):
        """Return what of these instalments was declared in the proceedings, None if nobody prepared a declaration."""
        claims = (
            self.env["recovery.insolvency.claim"]
            .sudo()
            .search(Domain("declaration_id.insolvency_id", "=", state.id) & Domain("line_id", "in", lines.ids))
        )
        if not claims:
            return None
        return claims.filtered(lambda claim: claim.declaration_id.state in DECLARED and claim.amount_declared).line_id

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
    def _pair(self, ours, theirs):
        """Return ``{company of the books: (what of them it is owed, what of them it owes)}`` where it has both."""
        by_company, others = ours.grouped("company_id"), theirs.grouped("company_id")
        return {company: (own, others[company]) for company, own in by_company.items() if company in others}

    @api.model
    def _get_most(self, ours, theirs):
        """Return how much of these may be set off: no more than either side, in the books of each company."""
        return sum(
            min(sum(own.mapped("amount_residual")), -sum(other.mapped("amount_residual")))
            for own, other in self._pair(ours, theirs).values()
        )

    @api.model
    def _describe_waiting(self, lines):
        """Return the sentence that names an entry on these items that waits to be validated, None without one."""
        waiting = (
            self.env["recovery.doubtful.entry.line"]
            .sudo()
            .search(Domain("line_id", "in", lines.ids) & Domain("state", "in", ("draft", "reviewed")), limit=1)
        )
        if waiting:
            return self.env._("%s is waiting to be validated: validate or cancel it first.", waiting.entry_id.number)
        return None

    @api.model
    def _describe_obstacle(self, debtor, day):
        """Return the sentence that says why nothing can be set off that day, None where something can."""
        ours, theirs = self._find(debtor, day)
        values = {"customer": debtor.display_name, "day": format_date(self.env, day)}
        if not theirs:
            return self.env._("Nothing to set off: we owe %(customer)s nothing that is due on %(day)s.", **values)
        if not ours:
            return self.env._("Nothing to set off: %(customer)s owes nothing that is due on %(day)s.", **values)
        if not self._pair(ours, theirs):
            return self.env._(
                "Nothing to set off: what %(customer)s owes and what we owe are in the accounts of different "
                "companies.",
                **values,
            )
        return self._describe_waiting(ours | theirs)

    @api.model
    def _propose(self, debtor, day, amount, is_connected=False, is_declared=False):
        """Propose a set-off, the oldest debts first, per company of the books.

        :return: the draft entries.
        """
        require_user(self.env)
        debtor.check_access("write")
        ours, theirs = self._find(debtor, day)
        ours -= self._find_forbidden(debtor, ours, day, amount, is_connected, is_declared)
        currency = debtor.company_id.currency_id
        if waiting := self._describe_waiting(ours | theirs):
            raise UserError(waiting)
        entries = self.env["recovery.doubtful.entry"]
        left = currency.round(amount)
        for company, (own, other) in self._pair(ours, theirs).items():
            part = min(left, self._get_most(own, other))
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
                    "That amount cannot be set off: %s at most, in one company and due.",
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
    def _find_forbidden(self, debtor, ours, day, amount, is_connected, is_declared):
        """Return what insolvency proceedings keep out of a set-off; refuse one that needs it, with the reason."""
        state = self._get_proceedings(debtor, day)
        earlier = self._find_earlier(ours, state) if state else ours.browse()
        if not earlier:
            return earlier
        values = {
            "customer": debtor.display_name,
            "day": format_date(self.env, state.judgment_on),
            "article": state.get_effect(SET_OFF).source.article or "C. com. L622-7",
        }
        refused = None
        if not is_connected:
            refused = self.env._(
                "A judgment of %(day)s opened insolvency proceedings against %(customer)s: only connected debts "
                "can be set off since (%(article)s).",
                **values,
            )
        elif state.stops(DECLARATION):
            declared = self._find_declared(earlier, state)
            if not is_declared or declared is not None:
                earlier -= declared if declared is not None and is_declared else earlier.browse()
                refused = self.env._(
                    "A judgment of %(day)s opened insolvency proceedings against %(customer)s: even connected "
                    "debts are set off only once our claim has been declared (C. com. L622-24).",
                    **values,
                )
            else:
                return earlier.browse()
        else:
            return earlier.browse()
        left = sum((ours - earlier).mapped("amount_residual"))
        if earlier and debtor.company_id.currency_id.compare_amounts(amount, left) > 0:
            raise UserError(refused)
        return earlier
