from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain

from .ageing_status import DOUBTFUL, OF_ORIGIN, Share, rank


class RecoveryLedgerStatus(models.AbstractModel):
    """How each open instalment stood on a day: promised, in a plan, disputed, in litigation, insolvent, doubtful.

    What suspends reminders is dated, so that the status of a past day is the one of that day.
    """

    _name = "recovery.ledger.status"
    _description = "Recovery: status of open instalments"

    @api.model
    def _read(self, company, items, day, known=None, standing=None):
        """Return ``{line id: list of Share}`` of the open items that do not simply run, what weighs most first.

        :param items: rows of ``recovery.ledger._read_items`` of that company.
        :param known: leave out what was recorded from that moment on, in UTC.
        :param standing: what :meth:`_read_standing` returned, of who reads a ledger in several lists.
        """
        shares = defaultdict(list)
        root = company._recovery_root()
        standing = self._read_standing(root, day, known) if standing is None else standing
        doubtful = standing["doubtful"]
        of_partner, of_move, of_line = standing["suspensions"]
        for item in items:
            if item.account_id in doubtful:
                shares[item.line_id].append(Share(DOUBTFUL))
            instalment = of_line.get(item.instalment_id or item.line_id)
            for found in (of_partner.get(item.partner_id), of_move.get(item.move_id), instalment):
                if found:
                    shares[item.line_id] += found
        for line_id, found in self._read_facts(items, standing).items():
            shares[line_id] += found
        return {line_id: rank(found) for line_id, found in shares.items()}

    @api.model
    def _read_standing(self, root, day, known=None):
        """Return what is known of a day whatever the items, by what knows it; hook.

        Parameters are those of :meth:`_read`.
        """
        return {
            "doubtful": set(self._get_doubtful_accounts(root).ids),
            "suspensions": self._read_suspensions(root, day, known),
        }

    @api.model
    def _read_facts(self, items, standing):
        """Return ``{line id: list of Share}`` of what else is known of that day than suspensions and accounts; hook.

        Parameters are those of :meth:`_read`.
        """
        return {}

    @api.model
    def _get_doubtful_accounts(self, root):
        """Return the receivable accounts on which what is doubtful stands: those of the class 416 and those set so."""
        companies = self.env["res.company"].sudo().browse(root._recovery_company_ids())
        accounts = root._recovery_receivable_accounts()
        coded = accounts.filtered(lambda account: (account.code or "").startswith("416"))
        return coded | companies.recovery_doubtful_account_id

    @api.model
    def _get_status(self, hold):
        """Return what a suspension says of what it suspends; hook of what made it."""
        return OF_ORIGIN[hold.origin]

    @api.model
    def _read_suspensions(self, root, day, known):
        """Return the shares of whole customers, of invoices and of instalments, by id, from what suspended them."""
        Hold = self.env["recovery.hold"].sudo().with_context(active_test=False)
        domain = Hold._get_running_domain(day) & Domain("company_id", "=", root.id)
        if known:
            domain &= Domain("create_date", "<", known)
        holds = Hold.search_fetch(
            domain & Domain("origin", "in", list(OF_ORIGIN)), ["origin", "amount", "line_id", "move_id", "debtor_id"]
        )
        of_partner, of_move, of_line = defaultdict(list), defaultdict(list), defaultdict(list)
        for hold in holds:
            share = Share(self._get_status(hold), hold.amount or None)
            if hold.line_id:
                of_line[hold.line_id.id].append(share)
            elif hold.move_id:
                of_move[hold.move_id.id].append(share)
            else:
                of_partner[hold.debtor_id.partner_id.id].append(share._replace(amount=None))
        return of_partner, of_move, of_line
