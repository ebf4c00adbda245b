from dateutil.relativedelta import relativedelta

from odoo import api, models


class RecoveryScoring(models.AbstractModel):
    """What agreements teach about a customer: promises not kept, disputes found groundless."""

    _inherit = "recovery.scoring"

    @api.model
    def _score_factors(self, company, day, partners, facts):
        """Add the promises broken and the disputes rejected over the last twelve months, in two queries.

        Who promised nothing, or disputed nothing, is not known there.
        """
        values = super()._score_factors(company, day, partners, facts)
        since = day - relativedelta(months=12)
        debtors = self.env["recovery.debtor"].sudo()._existing_for(partners, company)
        partner_by_debtor = {debtor.id: debtor.partner_id.id for debtor in debtors}
        promises = self.env["recovery.promise"]._read_reliability(debtors, date_from=since, date_to=day)
        values["broken_promises"] = {
            partner_by_debtor[debtor_id]: reliability.broken for debtor_id, reliability in promises.items()
        }
        disputes = self.env["recovery.dispute"]._read_outcomes(debtors, since, day)
        values["lost_disputes"] = {
            partner_by_debtor[debtor_id]: counts.get("rejected", 0) for debtor_id, counts in disputes.items()
        }
        return values
