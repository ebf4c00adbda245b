from odoo import api, models


class RecoveryHold(models.Model):
    _inherit = "recovery.hold"

    @api.model_create_multi
    def create(self, vals_list):
        holds = super().create(vals_list)
        for day, begun in holds.grouped("date_from").items():
            begun._refresh_worklist(day)
        return holds

    def _release(self, date, reason):
        result = super()._release(date, reason)
        self._refresh_worklist(date)
        return result

    def _refresh_worklist(self, day):
        """Show at once, on the debtors' screens, that a suspension changed what comes next."""
        for company, holds in self.grouped("company_id").items():
            self.env["recovery.worklist"]._compute(company, day, holds.debtor_id.partner_id)
