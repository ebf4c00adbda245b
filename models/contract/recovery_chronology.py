from odoo import api, models

from ..common.recovery_chronology import offers_pieces


class RecoveryChronology(models.AbstractModel):
    """What the customer accepted is a piece of a file."""

    _inherit = "recovery.chronology"

    @offers_pieces("terms")
    @api.model
    def _offer_terms(self, scope):
        """Offer the terms in force on the day of the first invoice, with who accepted them and how it is proved."""
        debtor = scope.debtor
        days = [line.move_id.invoice_date or line.date for line in scope.lines.sudo()]
        terms = self.env["recovery.contract.terms"]._get_terms(
            debtor.company_id, debtor.partner_id, min(days, default=None) or debtor.company_id._recovery_today()
        )
        if not (terms.attachment_ids or terms.cgv_version):
            return []
        title = self.env._("Terms of sale accepted")
        if terms.cgv_version:
            title = self.env._("Terms of sale, version %s", terms.cgv_version)
        details = []
        if terms.cgv_accepted_by:
            details.append(self.env._("Accepted by %s", terms.cgv_accepted_by))
        day = terms.cgv_accepted_on or terms.valid_from
        return self._offer_files("terms", title, day, terms, terms.attachment_ids, " · ".join(details))
