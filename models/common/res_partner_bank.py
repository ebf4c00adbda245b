from odoo import models


class ResPartnerBank(models.Model):
    """Where debtors are asked to pay: who changes an account of one of our companies is told to its journal."""

    _name = "res.partner.bank"
    _inherit = ["res.partner.bank", "recovery.traced.core"]
    _traced_core = ("acc_number", "acc_holder_name", "bank_id", "partner_id", "active", "sequence")

    def _recovery_is_ours(self):
        return bool(self.partner_id.ref_company_ids)

    def _trace(self, summary, details):
        """Write the entries in the journal of the company whose account it is, or was."""
        told = self.browse(record.id for record, values in details.items() if values)
        for account in told:
            companies = account.sudo().partner_id.ref_company_ids._recovery_root()
            for company in companies or self._get_sharing_companies():
                self._log_settings(account, summary, details, company=company)
