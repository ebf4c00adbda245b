from odoo import api, models

from ..common.recovery_chronology import offers_pieces


class RecoveryChronology(models.AbstractModel):
    """What interrupted the limitation is a piece of a file."""

    _inherit = "recovery.chronology"

    @offers_pieces("evidence")
    @api.model
    def _offer_evidence(self, scope):
        """Offer the acknowledgements and the other evidence recorded of the claims."""
        events = self.env["recovery.limitation.event"].search(
            [("debtor_id", "=", scope.debtor.id), ("cancelled_on", "=", False), ("attachment_ids", "!=", False)]
        )
        moves = scope.lines.move_id
        return [
            row
            for event in events
            if not event.move_ids or event.move_ids & moves
            for row in self._offer_files(
                "acknowledgement", event.display_name, event.date, event, event.attachment_ids, event.note or ""
            )
        ]
