from odoo import api, models

from ...common.recovery_chronology import Told, at_noon, offers_pieces, tells_chronology


class RecoveryChronology(models.AbstractModel):
    """What happened in the procedures of a case stands on the day on which it did, not on which it was recorded."""

    _inherit = "recovery.chronology"

    @api.model
    def _get_kinds(self):
        return super()._get_kinds() | {"procedure": (self.env._("Procedure"), "fa-balance-scale")}

    @api.model
    def _tell_events(self, scope):
        """Leave out of the journal what is told here, and what happened in other cases."""
        rows = super()._tell_events(scope)
        if scope.subject._name != "recovery.case":
            return rows
        strangers = set()
        for model in ("recovery.procedure", "recovery.procedure.event"):
            ids = [row.record.res_id for row in rows if row.record.res_model == model]
            own = self.env[model].search([("id", "in", ids), ("case_id", "in", scope.subject.ids)])
            strangers |= {(model, id_) for id_ in set(ids) - set(own.ids)}
        return [
            row
            for row in rows
            if row.record.kind != "procedure_event" and (row.record.res_model, row.record.res_id) not in strangers
        ]

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

    @offers_pieces("acts")
    @api.model
    def _offer_acts(self, scope):
        """Offer the documents of what happened in the procedures."""
        if scope.subject._name != "recovery.case":
            return []
        events = self.env["recovery.procedure.event"].search(
            [("case_id", "in", scope.subject.ids), ("annulled_on", "=", False), ("attachment_ids", "!=", False)]
        )
        return [
            row
            for event in events
            for row in self._offer_files("act", event.display_name, event.date, event, event.attachment_ids)
        ]
