import random

from odoo import Command
from odoo.tests import freeze_time, tagged

from .common import SaleCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestOrdersInExposure(SaleCommon):
    def test_confirmed_orders_count_until_they_are_invoiced(self):
        self.make_order(400)
        self.assertEqual(self.exposure().orders, 0, "a quotation is no debt")
        order = self.make_order(600, confirm=True)
        self.assertEqual((self.exposure().orders, self.exposure().total), (600, 600))
        invoice = order._create_invoices()
        self.assertEqual((self.exposure().orders, self.exposure().draft), (600, 600), "as core, until it is posted")
        invoice.action_post()
        self.assertEqual((self.exposure().orders, self.exposure().posted), (0, 600))

    def test_orders_equal_cores_credit_to_invoice_on_random_portfolios(self):
        dollar = self.setup_other_currency("USD", rates=[("2025-01-01", 1.1), ("2026-09-01", 1.3)])
        pricelist = self.env["product.pricelist"].create({"name": "Dollars", "currency_id": dollar.id})
        delivered = self.product_b
        delivered.write({"taxes_id": [Command.clear()], "invoice_policy": "delivery"})
        for seed in (1, 2, 3):
            rng = random.Random(seed)
            customers = [self.make_partner(f"Client {seed} {number}") for number in range(4)]
            contact = self.env["res.partner"].create({"name": "Agence", "parent_id": customers[0].id})
            for _number in range(12):
                order = self.make_order(
                    round(rng.uniform(10, 900), 2),
                    rng.choice([*customers, contact]),
                    quantity=rng.randint(1, 5),
                    **({"pricelist_id": pricelist.id} if rng.random() < 0.3 else {}),
                )
                order.order_line.write(
                    {"discount": rng.choice((0, 0, 10)), "product_id": rng.choice((self.product_a, delivered)).id}
                )
                if rng.random() < 0.8:
                    order.action_confirm()
                    order.order_line.qty_delivered = rng.randint(0, 5)
                if order.state == "sale" and order.invoice_status == "to invoice" and rng.random() < 0.5:
                    invoice = order._create_invoices()
                    if rng.random() < 0.7:
                        invoice.invoice_line_ids.filtered("quantity")[:1].quantity = 1
                        invoice.action_post()
            self.env.flush_all()
            self.env.invalidate_all()
            partners = self.env["res.partner"].union(*customers)
            orders = self.env["recovery.exposure"]._read_orders(self.company, partners)
            for partner in partners.with_company(self.company):
                with self.subTest(seed=seed, customer=partner.name):
                    self.assertAlmostEqual(orders.get(partner.id, 0.0), partner.credit_to_invoice, 2)

    def test_everybodys_orders_are_read_with_the_same_number_of_queries(self):
        others = [self.make_partner(f"Client {number}") for number in range(6)]
        for partner in others:
            self.make_order(100, partner, confirm=True)
        partners = self.env["res.partner"].union(*others)
        counts = []
        for chosen in (partners, partners[:1], None, partners):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            orders = self.env["recovery.exposure"]._read_orders(self.company, chosen)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(sum(orders.values()), 600)
        self.assertEqual(counts[1], counts[3])
        self.assertLessEqual(counts[3], 20)

    def test_orders_of_another_company_never_leak(self):
        other = self.setup_other_company(name="Other house")["company"]
        self.make_order(700, company=other, confirm=True)
        self.assertEqual(self.exposure().orders, 0)

    def test_the_exposure_opens_the_orders_it_counts(self):
        order = self.make_order(600, confirm=True)
        self.make_order(50)
        self.make_order(70, self.make_partner("Fleuriste"), confirm=True)
        action = self.debtor_of().with_user(self.recovery_manager).action_open_recovery_bucket("orders")
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), order)
