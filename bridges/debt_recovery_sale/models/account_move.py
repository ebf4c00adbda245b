from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _recovery_gives_credit(self):
        """Leave out the invoice of orders that are paid already: nothing is given on credit."""
        if not super()._recovery_gives_credit():
            return False
        orders = self.sudo().line_ids.sale_line_ids.order_id
        return not orders or not all(order._recovery_is_paid() for order in orders)
