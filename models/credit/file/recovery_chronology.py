from odoo import api, models

from ...common.recovery_chronology import offers_pieces


class RecoveryChronology(models.AbstractModel):
    """What was checked of the solvency is a piece of a file."""

    _inherit = "recovery.chronology"

    @offers_pieces("file")
    @api.model
    def _offer_solvency(self, scope):
        """Offer the documents of the debtor's solvency file."""
        items = self.env["recovery.file.item"].search(
            [("debtor_id", "=", scope.debtor.id), ("attachment_ids", "!=", False)]
        )
        return [
            row
            for item in items
            for row in self._offer_files(
                "solvency",
                item.display_name,
                item.date or scope.debtor.company_id._recovery_today(),
                item,
                item.attachment_ids,
                item.reference or "",
                item.checked_by_id.name or "",
            )
        ]
