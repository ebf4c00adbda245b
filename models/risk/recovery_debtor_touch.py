from odoo import api, models


class RecoveryDebtorTouch(models.Model):
    _inherit = "recovery.debtor.touch"

    @api.model
    def _take(self, company):
        """Look at the limits of the customers whose books moved, when somebody takes note of it."""
        partners = super()._take(company)
        if partners:
            self.env["recovery.credit.watch"]._run(company, company._recovery_today(), partners)
        return partners
