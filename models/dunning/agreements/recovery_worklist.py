from odoo import api, models


class RecoveryWorklist(models.AbstractModel):
    _inherit = "recovery.worklist"

    @api.model
    def _refresh(self, company, day):
        """Check the agreements first: all of them once a day, then only those of the customers whose books moved."""
        company = company._recovery_root()
        self.env["recovery.agreement"]._check_all(company, day, self._get_moved(company, day))
        return super()._refresh(company, day)

    @api.model
    def _get_extra_weights(self, company, day, debtors):
        """Let the risk of those who broke their word weigh more: half again per broken promise, twice at most."""
        weights = super()._get_extra_weights(company, day, debtors)
        for debtor in debtors:
            if debtor.promise_broken_count:
                weights[debtor] = weights.get(debtor, 0.0) + min(debtor.promise_broken_count, 2) * 0.5
        return weights
