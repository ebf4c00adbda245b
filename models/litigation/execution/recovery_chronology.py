from odoo import api, models

from ...common.recovery_chronology import Told, at_noon, offers_pieces, tells_chronology


class RecoveryChronology(models.AbstractModel):
    """The titles of a case and its acts of execution stand on their days."""

    _inherit = "recovery.chronology"

    @api.model
    def _get_kinds(self):
        return super()._get_kinds() | {
            "title": (self.env._("Title"), "fa-certificate"),
            "act": (self.env._("Enforcement measure"), "fa-gavel"),
        }

    @api.model
    def _tell_events(self, scope):
        """Leave out of the journal what is told here."""
        rows = super()._tell_events(scope)
        if scope.subject._name != "recovery.case":
            return rows
        return [row for row in rows if row.record.kind not in ("title", "execution_act")]

    @tells_chronology("titles")
    @api.model
    def _tell_titles(self, scope):
        """Tell the titles of the cases that the chronology is about."""
        if scope.subject._name != "recovery.case":
            return []
        titles = self.env["recovery.title"].search([("case_id", "in", scope.subject.ids)])
        return [
            Told(
                at_noon(title.date),
                "title",
                title.display_name,
                title.create_uid.name,
                " · ".join(
                    filter(
                        None,
                        [
                            title.court_id.name,
                            title._format_amount(title.amount_awarded) if title.amount_awarded else "",
                            title.annul_reason,
                        ],
                    )
                ),
                has_time=False,
                record=title,
                file=title.attachment_ids[:1],
                tone="muted" if title.annulled_on else "success",
            )
            for title in titles
        ]

    @tells_chronology("acts")
    @api.model
    def _tell_acts(self, scope):
        """Tell the acts of execution of the cases that the chronology is about."""
        if scope.subject._name != "recovery.case":
            return []
        acts = self.env["recovery.execution.act"].search(
            [("case_id", "in", scope.subject.ids), ("annulled_on", "=", False)]
        )
        return [
            Told(
                at_noon(act.made_on or act.ordered_on),
                "act",
                act.display_name,
                act.bailiff_id.name or act.create_uid.name,
                " · ".join(
                    filter(
                        None,
                        [
                            act._say_result(),
                            act._format_amount(act.amount_received) if act.amount_received else "",
                            act.reference,
                        ],
                    )
                ),
                has_time=False,
                record=act,
                file=act.attachment_ids[:1],
                tone="warning" if act.result == "empty" else "info",
            )
            for act in acts
        ]

    @offers_pieces("titles")
    @api.model
    def _offer_titles(self, scope):
        """Offer the titles and what the commissaire de justice drew up; what has no document is named."""
        if scope.subject._name != "recovery.case":
            return []
        domain = [("case_id", "in", scope.subject.ids), ("annulled_on", "=", False)]
        titles = self.env["recovery.title"].search(domain, order="date, id")
        acts = self.env["recovery.execution.act"].search([*domain, ("made_on", "!=", False)], order="made_on, id")
        rows = []
        for kind, record, day in [
            *(("title", title, title.date) for title in titles),
            *(("act", act, act.made_on) for act in acts),
        ]:
            rows += self._offer_files(kind, record.display_name, day, record, record.attachment_ids)
        return rows
