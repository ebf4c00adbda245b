from odoo import api, models


class RecoveryWorklist(models.AbstractModel):
    _inherit = "recovery.worklist"

    @api.model
    def _refresh(self, company, day):
        """Check the agreements first: all of them once a day, then only those of the customers whose books moved."""
        company = company.root_id
        partners = None
        if company.sudo().recovery_worklist_date == day:
            touches = self.env["recovery.debtor.touch"].sudo().search([("company_id", "=", company.id)])
            partners = touches.partner_id
        self.env["recovery.agreement"]._check_all(company, day, partners)
        return super()._refresh(company, day)
