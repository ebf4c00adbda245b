from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain


class RecoveryExposure(models.AbstractModel):
    _inherit = "recovery.exposure"

    @api.model
    def _read_orders(self, company, partners):
        """Return what core's ``credit_to_invoice`` says, for many customers at once and whatever the user.

        Same orders, same amounts and same rate as core's, for the root company and its
        branches; but read for all customers together.
        """
        root = company._recovery_root()
        if partners is not None and not partners:
            return super()._read_orders(company, partners)
        day = root._recovery_today()
        orders = self.env["sale.order"].sudo().search(self._get_orders_domain(root, partners))
        amounts = defaultdict(float)
        groups = orders.grouped(lambda order: (order.partner_invoice_id, order.currency_id, order.company_id))
        for (partner, currency, house), group in groups.items():
            amount = currency._convert(sum(group.mapped("amount_to_invoice")), house.currency_id, house, day)
            amounts[partner.commercial_partner_id.id] += amount
        return dict(amounts)

    @api.model
    def _read_order(self, order):
        """Return what one confirmed order adds to the orders of its customer's exposure."""
        order = order.sudo()
        if not order.filtered_domain(self._get_orders_domain(order.company_id, None)):
            return 0.0
        company = order.company_id
        return order.currency_id._convert(
            order.amount_to_invoice, company.currency_id, company, company._recovery_today()
        )

    @api.model
    def _get_orders_domain(self, company, partners):
        """Return the domain of the confirmed orders with something left to invoice, as core chooses them."""
        domain = (
            Domain("company_id", "child_of", company.root_id.id)
            & Domain("order_line", "any", [("untaxed_amount_to_invoice", ">", 0)])
            & Domain("state", "=", "sale")
        )
        if partners is None:
            return domain
        return domain & Domain("partner_invoice_id", "any", [("commercial_partner_id", "in", partners.ids)])

    @api.model
    def _get_orders_action(self, company, partner):
        """Open the orders that the exposure counts."""
        action = self.env["ir.actions.act_window"]._for_xml_id("sale.action_orders")
        return dict(
            action,
            domain=list(self._get_orders_domain(company, partner)),
            context={"create": False, "active_test": False},
        )
