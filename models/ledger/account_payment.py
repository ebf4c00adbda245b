from odoo import models


class AccountPayment(models.Model):
    _name = "account.payment"
    _inherit = ["account.payment", "recovery.moving"]
    _moves = ("state", "partner_id", "partner_type", "amount", "currency_id", "date", "invoice_ids", "move_id")

    # Money on its way is read at each proposal and each exposure: few payments, or those of the open invoices, among
    # all that were ever received.
    _recovery_without_entry_idx = models.Index("(company_id) WHERE move_id IS NULL")

    def _find_moved(self):
        """Return the customers of the payments that have no journal entry: the books tell of the others."""
        return {
            (payment.partner_id.commercial_partner_id.id, payment.company_id.root_id.id)
            for payment in self.sudo()
            if payment.partner_id and payment.partner_type == "customer" and not payment.move_id
        }
