"""What the module knows of core's way to make the documents of an invoice."""

from odoo import api, models


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    @api.model
    def _recovery_make_documents(self, moves):
        """Make the invoices' PDFs that do not exist yet, all of one company in one print, and send them nowhere."""
        Send = self.sudo()
        missing = moves.sudo().filtered(lambda move: not move.invoice_pdf_report_id)
        for _company, group in missing.grouped("company_id").items():
            settings = {
                move: Send._get_default_sending_settings(move, sending_methods=[], extra_edis=[]) for move in group
            }
            Send._generate_invoice_documents(settings)
            Send._hook_if_errors({move: data for move, data in settings.items() if data.get("error")})
