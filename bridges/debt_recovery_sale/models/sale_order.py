from odoo import api, models

from odoo.addons.debt_recovery.models.risk.recovery_credit_check import Request


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "recovery.credit.document"]

    @api.depends("state", "partner_id", "partner_invoice_id", "company_id", "amount_total")
    def _compute_credit_is_refused(self):
        return super()._compute_credit_is_refused()

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_partner_credit_warning(self):
        result = super()._compute_partner_credit_warning()
        self._recovery_warn_in_branches()
        return result

    def _recovery_get_credit_partner(self):
        return self.sudo().partner_invoice_id.commercial_partner_id or super()._recovery_get_credit_partner()

    def _recovery_get_credit_request(self):
        self.ensure_one()
        return Request(self._recovery_get_credit_partner(), amount=self.amount_total / (self.currency_rate or 1.0))

    def _recovery_gives_credit(self):
        """Tell whether confirming gives credit: not when the order is paid already."""
        self.ensure_one()
        return self.state in ("draft", "sent") and bool(self.partner_id) and not self._recovery_is_paid()

    def _recovery_is_paid(self):
        """Tell whether what was paid online covers the order."""
        self.ensure_one()
        order = self.sudo()
        return bool(order.amount_paid) and order.currency_id.compare_amounts(order.amount_paid, order.amount_total) >= 0

    def action_confirm(self):
        """Refuse the order of a person on the form when the credit control says so.

        The form's button carries core's ``validate_analytic``; a customer who signs or
        pays on the portal, a job and an import do not.
        """
        if self.env.context.get("validate_analytic"):
            self._recovery_refuse_credit()
        return super().action_confirm()
