from odoo.tests import tagged

from odoo.addons.debt_recovery.tests.tours.common import RecoveryTourCase

from .common import SaleCommon


@tagged("post_install", "-at_install")
class TestOrderTour(SaleCommon, RecoveryTourCase):
    def test_salesperson_is_refused_asks_and_confirms_after_the_answer(self):
        self.seller.lang = "fr_FR"
        self.set_rule("limit")
        order = self.make_order(1500)
        self.tour("recovery_order_refused", self.seller, f"/odoo/sales/{order.id}")
        decision = self.env["recovery.decision"].search([("res_model", "=", "sale.order"), ("res_id", "=", order.id)])
        self.assertEqual((decision.state, decision.ask_reason), ("asked", "Client fidèle"))
        decision.with_user(self.recovery_manager)._grant("Accord de la direction")
        self.tour("recovery_order_granted", self.seller, f"/odoo/sales/{order.id}")
        self.assertEqual(order.state, "sale")
