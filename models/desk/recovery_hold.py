from odoo import models


class RecoveryHold(models.Model):
    _inherit = "recovery.hold"

    def _tell_suspended(self):
        """Show at once, on the debtors' screens, that a suspension changed what comes next.

        The figures stay those of the day of the list, whenever the suspension begins.
        """
        super()._tell_suspended()
        for company, holds in self.grouped("company_id").items():
            day = company.sudo().recovery_worklist_date or company._recovery_today()
            self.env["recovery.worklist"]._compute(company, day, holds.debtor_id.partner_id)
