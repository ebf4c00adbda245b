from odoo import api, models

from .sale_order import JUDGED_WHOLE


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        """Judge the orders to which a person adds lines after their confirmation."""
        if self.env.su or JUDGED_WHOLE.heard:
            return super().create(vals_list)
        orders = self.env["sale.order"].browse({vals["order_id"] for vals in vals_list if vals.get("order_id")})
        return orders._recovery_judge_growth(super().create, vals_list)

    def write(self, vals):
        """Judge the confirmed orders whose lines a person changes."""
        if self.env.su or JUDGED_WHOLE.heard:
            return super().write(vals)
        orders = self.order_id
        if vals.get("order_id"):
            orders |= orders.browse(vals["order_id"])
        return orders._recovery_judge_growth(super().write, vals)

    def unlink(self):
        """Judge the confirmed orders that lose a discount."""
        if self.env.su or JUDGED_WHOLE.heard:
            return super().unlink()
        return self.order_id._recovery_judge_growth(super().unlink)
