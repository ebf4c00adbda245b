from odoo import api, models
from odoo.fields import Domain

from ...common.standing import NOT_POSTED
from ..campaign.verdict import DUE
from ..scenario.ladder import FORMAL_NOTICE, RUNNING
from .recovery_notice import LYING


class RecoverySelection(models.AbstractModel):
    """What follows from a mise en demeure waits until it has left: no delay runs against who got nothing."""

    _inherit = "recovery.selection"

    @api.model
    def _restrain(self, company, day, verdicts, without=None):
        return super()._restrain(company, day, self._wait_for_departure(company, verdicts, without), without)

    @api.model
    def _wait_for_departure(self, company, verdicts, without):
        """Replace “running”, and “due” once the printed day is over, where the mise en demeure still lies here."""
        following = {
            verdict.item.line_id
            for verdict in verdicts
            if verdict.step and verdict.step.basis == "deadline" and verdict.reached
        }
        lying = following and following & self._find_lying(company, without)
        if not lying:
            return verdicts

        def swap(code):
            return NOT_POSTED if code in (DUE, RUNNING, "recent") else code

        return [
            verdict._replace(code=swap(verdict.code), when=None, reasons=tuple(map(swap, verdict.reasons)))
            if verdict.item.line_id in lying
            else verdict
            for verdict in verdicts
        ]

    @api.model
    def _find_lying(self, company, without):
        """Return the ids of the journal items whose mise en demeure has not left."""
        domain = Domain("company_id", "=", company.root_id.id) & Domain("kind", "=", FORMAL_NOTICE)
        domain &= Domain("state", "=", "sent") & Domain("guaranteed_notice_id", "=", False)
        domain &= Domain("delivery_ids.state", "in", LYING)
        if without:
            domain &= Domain("id", "not in", without.ids)
        notices = self.env["recovery.notice"].sudo().search(domain)
        lying = notices.filtered(lambda notice: notice._get_lying_state())
        return set(lying._get_claimed_lines().filtered("engaged").move_line_id.ids)

    @api.model
    def _get_code_labels(self):
        return {**super()._get_code_labels(), NOT_POSTED: self.env._("Mise en demeure not posted yet")}
