from odoo import api, models

from ...common.recovery_chronology import Told, at_noon, tells_chronology


class RecoveryChronology(models.AbstractModel):
    """What happened in the procedures of a case stands on the day on which it did, not on which it was recorded."""

    _inherit = "recovery.chronology"

    @api.model
    def _get_kinds(self):
        return super()._get_kinds() | {"procedure": (self.env._("Procedure"), "fa-balance-scale")}

    @tells_chronology("procedures")
    @api.model
    def _tell_procedures(self, scope):
        """Tell the events of the procedures of the cases that the chronology is about."""
        if scope.subject._name != "recovery.case":
            return []
        events = self.env["recovery.procedure.event"].search(
            [("case_id", "in", scope.subject.ids), ("annulled_on", "=", False)]
        )
        return [
            Told(
                at_noon(event.date),
                "procedure",
                event.kind_id.name,
                event.user_id.name,
                " · ".join(filter(None, [event.procedure_id.type_id.name, event.procedure_id.reference, event.note])),
                has_time=False,
                record=event,
                file=event.attachment_ids[:1],
                tone="success" if event.kind_id.makes_title else "info",
            )
            for event in events
        ]
