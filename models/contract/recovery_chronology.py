from odoo import api, models

from ..common.recovery_chronology import offers_pieces


class RecoveryChronology(models.AbstractModel):
    """What the customer accepted is a piece of a file."""

    _inherit = "recovery.chronology"

    @offers_pieces("terms")
    @api.model
    def _offer_terms(self, scope):
        """Offer the terms in force on the day of each invoice, with who accepted them and how it is proved."""
        debtor = scope.debtor
        days = {line.move_id.invoice_date or line.date for line in scope.lines.sudo()}
        get_terms = self.env["recovery.contract.terms"]._read_terms(debtor.company_id, debtor.partner_id)
        found = [get_terms(debtor.partner_id.id, day) for day in sorted(days or {debtor.company_id._recovery_today()})]
        return [
            row
            for terms in dict.fromkeys(found)
            if terms.attachment_ids or terms.cgv_version
            for row in self._offer_version(terms)
        ]

    @api.model
    def _offer_version(self, terms):
        """Offer one version of the terms of sale: a sheet says who accepted it where no paper does."""
        title = self.env._("Terms of sale accepted")
        if terms.cgv_version:
            title = self.env._("Terms of sale, version %s", terms.cgv_version)
        details = self.env._("Accepted by %s", terms.cgv_accepted_by) if terms.cgv_accepted_by else ""
        day = terms.cgv_accepted_on or terms.valid_from
        return self._offer_files("terms", title, day, terms, terms.attachment_ids, details)
