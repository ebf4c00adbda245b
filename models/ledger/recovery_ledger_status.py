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
    def _read(self, company, items, day):
        """Return ``{line id: list of Share}`` of the open items that do not simply run, what weighs most first.

        Hook: a room adds what it knows of that day beyond suspensions and accounts.

        :param items: rows of ``recovery.ledger._read_items`` of that company.
        """
        shares = defaultdict(list)
        root = company._recovery_root()
        doubtful = set(self._get_doubtful_accounts(root).ids)
        of_partner, of_move, of_line = self._read_suspensions(root, day)
        for item in items:
            if item.account_id in doubtful:
                shares[item.line_id].append(Share(DOUBTFUL))
            for found in (of_partner.get(item.partner_id), of_move.get(item.move_id), of_line.get(item.line_id)):
                if found:
                    shares[item.line_id] += found
        return {line_id: rank(found) for line_id, found in shares.items()}

    @api.model
    def _get_doubtful_accounts(self, root):
        """Return the receivable accounts on which what is doubtful stands: those of the class 416; hook."""
        accounts = root._recovery_receivable_accounts()
        return accounts.filtered(lambda account: (account.code or "").startswith("416"))

    @api.model
    def _read_suspensions(self, root, day):
        """Return the shares of whole customers, of invoices and of instalments, by id, from what suspended them."""
        Hold = self.env["recovery.hold"].sudo().with_context(active_test=False)
        domain = Hold._get_running_domain(day) & Domain("company_id", "=", root.id)
        holds = Hold.search_fetch(
            domain & Domain("origin", "in", list(OF_ORIGIN)), ["origin", "amount", "line_id", "move_id", "debtor_id"]
        )
        of_partner, of_move, of_line = defaultdict(list), defaultdict(list), defaultdict(list)
        for hold in holds:
            share = Share(OF_ORIGIN[hold.origin], hold.amount or None)
            if hold.line_id:
                of_line[hold.line_id.id].append(share)
            elif hold.move_id:
                of_move[hold.move_id.id].append(share)
            else:
                of_partner[hold.debtor_id.partner_id.id].append(share._replace(amount=None))
        return of_partner, of_move, of_line
