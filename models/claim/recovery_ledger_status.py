from odoo import api, models
from odoo.fields import Domain

from ..common.insolvency import get_birth
from ..ledger.ageing_status import INSOLVENCY, Share


class RecoveryLedgerStatus(models.AbstractModel):
    """Insolvency proceedings say of each claim whether it was born before them: a later one is paid when it is due."""

    _inherit = "recovery.ledger.status"

    @api.model
    def _read_standing(self, root, day, known=None):
        return super()._read_standing(root, day, known) | {"judgments": self._read_judgments(root, day, known)}

    @api.model
    def _read_facts(self, items, standing):
        shares = super()._read_facts(items, standing)
        judgments = standing["judgments"]
        touched = [item for item in items if item.partner_id in judgments]
        births = self._read_births(touched)
        for item in touched:
            if births[item.line_id] < judgments[item.partner_id]:
                shares.setdefault(item.line_id, []).append(Share(INSOLVENCY))
        return shares

    @api.model
    def _read_judgments(self, root, day, known):
        """Return ``{commercial partner id: day}`` of the judgments whose proceedings stood on a day.

        Amicable proceedings are confidential: they are no status.
        """
        Insolvency = self.env["recovery.insolvency"].sudo()
        domain = Domain("company_id", "=", root.id) & Domain("judgment_on", "<=", day)
        domain &= Domain("annulled_on", "=", False) & Domain("is_confidential", "=", False)
        if known:
            domain &= Domain("create_date", "<", known)
        states = Insolvency._get_state(Insolvency.search(domain).debtor_id, day)
        return {debtor.partner_id.id: state.judgment_on for debtor, state in states.items() if state}

    @api.model
    def _read_births(self, items):
        """Return ``{line id: day}`` on which each open item was born; one whose line is gone is told by its dates."""
        ids = {item.line_id: item.instalment_id or item.line_id for item in items}
        lines = self.env["account.move.line"].sudo().browse(set(ids.values())).exists()
        births = self.env["recovery.claim"]._get_births(lines)
        return {
            item.line_id: (
                births.get(ids[item.line_id]) or get_birth(item.delivery_date, item.invoice_date, item.date)
            ).day
            for item in items
        }
