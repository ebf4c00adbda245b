from odoo import api, models


class RecoveryExposure(models.AbstractModel):
    _inherit = "recovery.exposure"

    @api.model
    def _get_orders_action(self, company, partner):
        """Open the orders that the exposure counts: the same rows."""
        rows = self.env["recovery.ledger"]._read_orders_to_come(company, partner)
        action = self.env["ir.actions.act_window"]._for_xml_id("sale.action_orders")
        return dict(
            action,
            domain=[("id", "in", [row.order_id for row in rows if row.amount])],
            context={"create": False, "active_test": False},
        )
