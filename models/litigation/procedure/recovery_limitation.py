from odoo import api, models

from ...limitation.recovery_limitation import Evidence


class RecoveryLimitation(models.AbstractModel):
    """What happened in procedures is evidence by itself, for what they claim: the type says which event does what."""

    _inherit = "recovery.limitation"

    @api.model
    def _limitation_events(self, lines, day):
        return [*super()._limitation_events(lines, day), *self._read_procedures(lines, day)]

    @api.model
    def _read_procedures(self, lines, day):
        """Return the events of procedures that interrupt or suspend the limitation of these instalments.

        What lasts ends with the event that ends it; a claim withdrawn, lapsed or rejected never counted.
        """
        claims = self.env["recovery.case.line"].sudo().search([("line_id", "in", lines.ids)])
        procedures = self.env["recovery.procedure"].sudo().search([("line_ids", "in", claims.ids)])
        procedures.event_ids.fetch(["date", "kind_id", "annulled_on", "attachment_ids"])
        found = []
        for procedure in procedures:
            claimed = [claim.line_id.id for claim in claims if claim in procedure.line_ids]
            found += self._read_events(procedure, claimed, day)
        return found

    @api.model
    def _read_events(self, procedure, line_ids, day):
        """Return the evidence that the events of one procedure are until a day."""
        course = procedure._get_course()
        events = procedure._pick(event for event in course.kept if event.day <= day)
        ends = events.filtered(lambda event: event.kind_id.limitation_end == "ends")
        ending = events.filtered(lambda event: course.ended_by and event.id == course.ended_by.id)
        is_void = ending.kind_id.limitation_end == "voids"
        gone = events.filtered("kind_id.makes_title") - events._find_title()
        found = []
        for event in (events - gone).filtered("kind_id.limitation_cause_id.active"):
            cause = event.kind_id.limitation_cause_id
            after = ends.filtered(lambda other, event=event: other != event and other.date >= event.date)
            found += [
                Evidence(
                    line_id,
                    cause,
                    event.date,
                    after[0].date if cause.lasts and after else None,
                    is_void,
                    event.display_name,
                    procedure._name,
                    procedure.id,
                    tuple(event.attachment_ids.ids),
                )
                for line_id in line_ids
            ]
        return found
