from odoo import api, models


class RecoveryHold(models.Model):
    _inherit = "recovery.hold"

    @api.model_create_multi
    def create(self, vals_list):
        holds = super().create(vals_list)
        holds._refresh_worklist()
        return holds

    def _release(self, date, reason):
        result = super()._release(date, reason)
        self._refresh_worklist()
        return result

    def _refresh_worklist(self):
        """Show at once, on the debtors' screens, that a suspension changed what comes next.

        The figures stay those of the day of the list, whenever the suspension begins.
        """
        for company, holds in self.grouped("company_id").items():
            day = company.sudo().recovery_worklist_date or company._recovery_today()
            self.env["recovery.worklist"]._compute(company, day, holds.debtor_id.partner_id)
