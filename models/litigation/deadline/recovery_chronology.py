from odoo import api, models

from ...common.recovery_chronology import Told, at_noon, tells_chronology
from .follow import ANNULLED, MISSED


class RecoveryChronology(models.AbstractModel):
    """Each deadline of a case stands on its day, with what became of it."""

    _inherit = "recovery.chronology"

    @api.model
    def _get_kinds(self):
        return super()._get_kinds() | {"deadline": (self.env._("Procedural deadline"), "fa-hourglass-end")}

    @tells_chronology("deadlines")
    @api.model
    def _tell_deadlines(self, scope):
        """Tell the deadlines of the cases that the chronology is about."""
        if scope.subject._name != "recovery.case":
            return []
        deadlines = self.env["recovery.deadline"].search(
            [("case_id", "in", scope.subject.ids), ("state", "!=", ANNULLED)]
        )
        return [
            Told(
                at_noon(deadline.date),
                "deadline",
                deadline._say(),
                (deadline.met_by_id or deadline.user_id).name or "",
                " · ".join(filter(None, [deadline._say_state(), deadline.article, deadline.met_reason])),
                has_time=False,
                record=deadline,
                tone="danger" if deadline.state == MISSED else "info",
            )
            for deadline in deadlines
        ]
