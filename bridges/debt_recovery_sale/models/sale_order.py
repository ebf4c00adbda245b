from odoo import api, models

from odoo.addons.debt_recovery.models.credit.recovery_credit_check import Request


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
        partner = self._recovery_get_credit_partner()
        counted = self.env["recovery.exposure"]._read_order(self) if self.state == "sale" else 0.0
        return Request(partner, amount=self.amount_total / (self.currency_rate or 1.0), among_orders=counted)

    def _recovery_is_to_confirm(self):
        self.ensure_one()
        return self.state in ("draft", "sent")

    def _recovery_gives_credit(self):
        """Tell whether the order gives credit: not when it is paid already, nor when it is cancelled."""
        self.ensure_one()
        return self.state != "cancel" and bool(self.partner_id) and not self._recovery_is_paid()

    def _recovery_is_paid(self):
        """Tell whether what was paid online covers the order."""
        self.ensure_one()
        order = self.sudo()
        return bool(order.amount_paid) and order.currency_id.compare_amounts(order.amount_paid, order.amount_total) >= 0

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse an order that a person creates as confirmed, in an import or from outside, as one confirmed later."""
        orders = super().create(vals_list)
        if not self.env.su:
            orders.filtered(lambda order: order.state == "sale")._recovery_refuse_credit(confirmed=True)
        return orders

    def write(self, vals):
        """Refuse the order that a person confirms when the credit control says so.

        Every way to confirm comes through here: buttons, lists, imports, calls from outside. A
        customer who signs or pays on the portal and a job go on as superuser: nobody's decision.
        """
        if self.env.su or vals.get("state") != "sale":
            return super().write(vals)
        others = {name: value for name, value in vals.items() if name != "state"}
        if others:  # what is confirmed is the order as it becomes
            super().write(others)
        self._recovery_refuse_credit()
        return super().write({"state": "sale"})
