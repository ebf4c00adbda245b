from odoo import api, models
from odoo.fields import Domain

from ...legal.limitation import TITLE
from ...limitation.recovery_limitation import Evidence
from .recovery_execution_act import VOID


class RecoveryLimitation(models.AbstractModel):
    """A title is evidence for what it concerns, for as long as its kind lives; so is each act that carries it out."""

    _inherit = "recovery.limitation"

    @api.model
    def _limitation_events(self, lines, day):
        return [
            *super()._limitation_events(lines, day),
            *self._read_titles(lines, day),
            *self._read_acts(lines, day),
        ]

    @api.model
    def _read_events(self, procedure, line_ids, day):
        """Leave it to the titles to say what period they bring: not all kinds of titles bring one."""
        found = super()._read_events(procedure, line_ids, day)
        if not procedure.title_ids:
            return found
        return [evidence for evidence in found if evidence.cause.effect != TITLE]

    @api.model
    def _read_titles(self, lines, day):
        """Return what the titles of these instalments change to their limitation, with the length of their kind."""
        claims = self.env["recovery.case.line"].sudo().search([("line_id", "in", lines.ids)])
        titles = (
            self.env["recovery.title"]
            .sudo()
            .search(
                Domain("line_ids", "in", claims.ids)
                & Domain("annulled_on", "=", False)
                & Domain("enforceable_on", "<=", day)
            )
        )
        found = []
        for title in titles:
            cause = title._get_life().limitation_cause_id
            if not cause.active:
                continue
            documents = (title.attachment_ids | title.event_id.attachment_ids).ids
            found += [
                Evidence(
                    line.id, cause, title.enforceable_on, None, False, title.display_name, title._name, title.id,
                    tuple(documents),
                )
                for line in title.line_ids.line_id & lines
            ]  # fmt: skip
        return found

    @api.model
    def _read_acts(self, lines, day):
        """Return the acts of execution and the conservatory measures taken for these instalments."""
        claims = self.env["recovery.case.line"].sudo().search([("line_id", "in", lines.ids)])
        acts = (
            self.env["recovery.execution.act"]
            .sudo()
            .search(
                Domain("case_id", "in", claims.case_id.ids)
                & Domain("annulled_on", "=", False)
                & Domain("made_on", "<=", day)
                & Domain("kind_id.limitation_cause_id.active", "=", True)
            )
        )
        found = []
        for act in acts:
            concerned = act.title_id.line_ids or act.case_id.line_ids.filtered(lambda claim: not claim.removed_on)
            found += [
                Evidence(
                    line.id, act.kind_id.limitation_cause_id, act.made_on, None, act.result in VOID, act.display_name,
                    act._name, act.id, tuple(act.attachment_ids.ids),
                )
                for line in concerned.line_id & lines
            ]  # fmt: skip
        return found
