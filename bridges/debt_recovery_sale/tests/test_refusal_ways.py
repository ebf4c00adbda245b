from odoo import Command
from odoo.exceptions import RedirectWarning, UserError
from odoo.service.model import call_kw
from odoo.tests import freeze_time, tagged

from .common import SaleCommon

FORGED = {
    "validate_analytic": False,
    "install_mode": True,
    "module": "debt_recovery_sale",
    "import_file": True,
    "tracking_disable": True,
    "default_state": "sale",
    "default_locked": True,
    "send_email": False,
}


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestRefusalWays(SaleCommon):
    """A refused order is not confirmed, whatever way somebody takes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_rule("limit")
        cls.users = [cls.seller, cls.make_user("lise", "sales_team.group_sale_manager")]

    def get_ways(self, order):
        Order = order.browse()

        def load():
            loaded = Order.load([".id", "state"], [[str(order.id), "sale"]])
            if not loaded["ids"]:
                raise UserError(loaded["messages"][0]["message"])

        grow = [Command.update(order.sudo().order_line.id, {"price_unit": 1500})]
        if order.sudo().state == "draft":
            yield "button", lambda: call_kw(Order, "action_confirm", [order.ids], {})
            yield "copy", lambda: order.copy({"state": "sale"})
            yield "sent first", lambda: order.write({"state": "sent"}) and order.action_confirm()
        yield "write", lambda: order.write({"state": "sale"})
        yield "write more", lambda: order.write({"state": "sale", "client_order_ref": "x", "locked": True})
        yield "write and grow", lambda: order.write({"state": "sale", "order_line": grow})
        yield "save", lambda: order.web_save({"state": "sale"}, {})
        yield "import", load

    def find_confirmed(self):
        confirmed, tries = [], 0
        draft, cancelled = (self.make_order(1500, quantity=2) for _number in range(2))
        cancelled.action_cancel()
        self.assertEqual(cancelled.state, "cancel")
        before = self.env["sale.order"].search([("state", "=", "sale")])
        for user in self.users:
            for context in ({}, FORGED):
                for refused in (draft, cancelled):
                    order, state = refused.with_user(user).with_context(**context), refused.state
                    for way, act in self.get_ways(order):
                        tries += 1
                        with self.env.cr.savepoint() as savepoint:
                            try:
                                act()
                            except (RedirectWarning, UserError, ValueError):
                                savepoint.rollback()
                            self.env.invalidate_all()
                            if self.env["sale.order"].search([("state", "=", "sale")]) - before:
                                confirmed.append(f"{way} of a {state} order as {user.name} {list(context)}")
                            savepoint.rollback()
                        self.env.invalidate_all()
        return confirmed, tries

    def test_a_refused_order_is_not_confirmed(self):
        confirmed, tries = self.find_confirmed()
        self.assertFalse(confirmed, "\n".join(confirmed))
        self.assertEqual(tries, 2 * 2 * (8 + 5))

    def test_a_door_that_is_open_is_found(self):
        self.patch(type(self.env["sale.order"]), "_recovery_refuse_credit", lambda orders, *args, **kwargs: {})
        self.assertIn("write of a draft order as Sam []", self.find_confirmed()[0])
