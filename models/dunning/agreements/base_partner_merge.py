from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _unite_recovery_debtors(self, src_partners, dst_partner):
        """Count the promises again: the kept debtor now has those of both."""
        result = super()._unite_recovery_debtors(src_partners, dst_partner)
        kept = self.env["recovery.debtor"].sudo().search([("partner_id", "=", dst_partner.commercial_partner_id.id)])
        kept._keep_reliability()
        return result
