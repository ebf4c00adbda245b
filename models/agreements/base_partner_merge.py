from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _unite_recovery_debtors(self, src_partners, dst_partner):
        """Count promises and contacts again, and have the figures worked out: the kept debtor has those of both."""
        result = super()._unite_recovery_debtors(src_partners, dst_partner)
        kept = self.env["recovery.debtor"].sudo().search([("partner_id", "=", dst_partner.commercial_partner_id.id)])
        kept._keep_reliability()
        kept._refresh_last_contact()
        self.env["recovery.debtor.touch"]._touch({(debtor.partner_id.id, debtor.company_id.id) for debtor in kept})
        return result
