from odoo import api, models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    @api.model_create_multi
    def create(self, vals_list):
        payments = super().create(vals_list)
        payments._recovery_touch()
        return payments

    def write(self, vals):
        result = super().write(vals)
        if {"state", "partner_id", "amount", "invoice_ids"} & vals.keys():
            self._recovery_touch()
        return result

    def _recovery_touch(self):
        """Note the customers whose payments without journal entry changed."""
        self.env["recovery.debtor.touch"]._touch(
            {
                (payment.partner_id.commercial_partner_id.id, payment.company_id.root_id.id)
                for payment in self
                if payment.partner_id and payment.partner_type == "customer" and not payment.move_id
            }
        )
