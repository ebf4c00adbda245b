from odoo import api, models


class RecoveryWorklist(models.AbstractModel):
    _inherit = "recovery.worklist"

    @api.model
    def _get_limits(self, company, day, by_partner):
        """Say when the next claim of each debtor is time-barred, and how much is already."""
        limits = super()._get_limits(company, day, by_partner)
        currency = company.currency_id
        originals = self.env["recovery.prescription"]._read_originals(
            company, [verdict.item for verdicts in by_partner.values() for verdict in verdicts]
        )
        for partner_id, verdicts in by_partner.items():
            upcoming, barred = None, 0.0
            for verdict in verdicts:
                limit = originals.get(verdict.item.line_id)
                amount = limit and currency.round(self._get_unsettled(verdict))
                if not amount or amount < 0:
                    continue
                if limit < day:
                    barred += amount
                elif not upcoming or limit < upcoming:
                    upcoming = limit
            limits[partner_id] = (upcoming, currency.round(barred))
        return limits
