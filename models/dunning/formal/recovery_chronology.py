from odoo import api, models

from ...common.recovery_chronology import offers_pieces


class RecoveryChronology(models.AbstractModel):
    """The receipts of registered letters are pieces of a file."""

    _inherit = "recovery.chronology"

    @api.model
    def _get_invoices_of(self, record):
        if record._name == "recovery.registered.letter":
            return self._get_invoices_of(record.delivery_id)
        return super()._get_invoices_of(record)

    @offers_pieces("receipts")
    @api.model
    def _offer_receipts(self, scope):
        """Offer the receipts of the registered letters that were posted."""
        letters = self.env["recovery.registered.letter"].search(
            [("debtor_id", "=", scope.debtor.id), ("receipt_ids", "!=", False)]
        )
        rows = []
        for letter in letters:
            day = letter.presented_on or letter.posted_on or letter.outcome_on
            day = day or letter.company_id._recovery_local_datetime(letter.create_date).date()
            title = self.env._("Receipt of the registered letter %s", letter.number or letter.display_name)
            rows += self._offer_files("receipt", title, day, letter, letter.receipt_ids)
        return rows
