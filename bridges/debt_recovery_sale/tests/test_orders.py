import random

from odoo import Command
from odoo.exceptions import AccessError
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
        self.assertEqual((self.exposure().orders, self.exposure().draft), (0, 600), "each euro once")
        invoice.action_post()
        self.assertEqual((self.exposure().orders, self.exposure().posted), (0, 600))

    def make_deposit(self, order, percent=30):
        wizard = self.env["sale.advance.payment.inv"].create(
            {"advance_payment_method": "percentage", "amount": percent, "sale_order_ids": [Command.set(order.ids)]}
        )
        return wizard._create_invoices(order)

    def credit(self, invoice, part=1.0, post=True):
        note = invoice._reverse_moves([{"invoice_date": self.today}])
        for line in note.invoice_line_ids if part != 1 else ():
            line.quantity *= part
        if post:
            note.action_post()
        return note

    def test_a_deposit_is_no_longer_to_come(self):
        order = self.make_order(1000, confirm=True)
        deposit = self.make_deposit(order)
        self.assertEqual((self.exposure().orders, self.exposure().draft), (700, 300))
        deposit.action_post()
        self.pay(deposit)
        self.assertEqual((self.exposure().orders, self.exposure().total), (700, 700))
        balance = order._create_invoices(final=True)
        self.assertEqual((self.exposure().orders, self.exposure().draft), (0, 700))
        balance.action_post()
        self.assertEqual((self.exposure().orders, self.exposure().total), (0, 700))

    def test_what_is_not_delivered_yet_is_to_come(self):
        self.product_b.write({"taxes_id": [Command.clear()], "invoice_policy": "delivery"})
        order = self.make_order(100, quantity=4)
        order.order_line.product_id = self.product_b
        order.order_line.write({"price_unit": 100, "tax_ids": [Command.clear()]})
        order.sudo().action_confirm()
        self.assertEqual(self.exposure().orders, 400)
        order.order_line.qty_delivered = 1
        order._create_invoices().action_post()
        self.assertEqual((self.exposure().orders, self.exposure().total), (300, 400))

    def test_an_order_credited_whole_is_undone_a_part_credited_is_to_come_again(self):
        order = self.make_order(500, confirm=True, quantity=2)
        invoice = order._create_invoices()
        invoice.action_post()
        with self.cr.savepoint() as savepoint:
            self.credit(invoice, 0.5)
            self.assertEqual((self.exposure().orders, self.exposure().total), (500, 1000))
            savepoint.rollback()
        self.env.invalidate_all()
        self.credit(invoice)
        self.assertEqual((self.exposure().orders, self.exposure().total), (0, 0))
        self.assertIn("Fully invoiced and credited", order.with_user(self.recovery_user).recovery_to_come_note)

    def test_a_remainder_that_counts_nothing_says_so(self):
        order = self.make_order(500, confirm=True)
        reader = order.with_user(self.recovery_manager)
        self.assertIn("still to come", reader.recovery_to_come_note)
        order.action_lock()
        self.assertEqual(self.exposure().orders, 0)
        self.assertIn("Locked", reader.recovery_to_come_note)
        order.action_unlock()
        self.assertEqual(self.exposure().orders, 500)
        order._action_cancel()
        self.assertEqual(self.exposure().orders, 0)
        self.assertIn("Cancelled", reader.recovery_to_come_note)
        with self.assertRaises(AccessError):
            order.with_user(self.seller).read(["recovery_to_come_note"])

    # ------------------------------------------------------------
    # Random lives against a slow reading
    # ------------------------------------------------------------
    def read_slowly(self, order):
        """Return what is to come of one order, record by record."""
        if order.state != "sale" or order.locked:
            return 0.0
        currency, left, deposits = order.currency_id, 0.0, 0.0
        invoiced, credited, ordered = 0.0, 0.0, 0.0
        for line in order.order_line.filtered(lambda line: not line.display_type):
            net = 0.0
            for item in line.invoice_lines:
                move = item.move_id
                if move.state == "cancel":
                    continue
                amount = item.currency_id._convert(
                    item.price_total, currency, order.company_id, move.invoice_date or move.date or self.today
                )
                net += amount if move.move_type == "out_invoice" else -amount
                if move.state == "posted" and not line.is_downpayment:
                    if move.move_type == "out_invoice":
                        invoiced += amount
                    else:
                        credited += amount
            if line.is_downpayment:
                deposits += net
            elif line.price_total >= 0:
                left += max(0.0, line.price_total - net)
            else:
                left += min(0.0, line.price_total - net)
            ordered += 0.0 if line.is_downpayment else line.price_total
        if invoiced > 0 and invoiced >= ordered - 0.01 and invoiced - credited < 0.01:
            return 0.0
        rate = currency._get_conversion_rate(
            currency, order.company_id.currency_id, order.company_id, order.date_order.date()
        )
        return max(0.0, left - max(0.0, deposits)) * rate

    def make_life(self, rng, partner, pricelist, tax):
        products = self.product_a | self.product_b
        order = self.make_order(
            round(rng.uniform(10, 900), 2),
            partner,
            quantity=rng.randint(1, 5),
            **({"pricelist_id": pricelist.id} if rng.random() < 0.3 else {}),
        )
        lines = [(rng.choice(products), round(rng.uniform(5, 300), 2)) for _number in range(rng.randint(0, 2))]
        if rng.random() < 0.3:
            lines.append((self.product_a, -5.0))
        order.order_line = [
            Command.create({"product_id": product.id, "product_uom_qty": rng.randint(1, 4), "price_unit": price})
            for product, price in lines
        ]
        for line in order.order_line:
            line.tax_ids = tax if rng.random() < 0.5 else False
            line.discount = rng.choice((0, 0, 10))
        if rng.random() < 0.9:
            order.sudo().action_confirm()
        return order

    def live(self, rng, order):
        """Do one more thing to an order, as its company might."""
        invoices = order.invoice_ids
        drafts, posted = (invoices.filtered(lambda move, s=s: move.state == s) for s in ("draft", "posted"))
        act = rng.choice(
            ("deposit", "deliver", "invoice", "post", "post", "credit", "change", "cancel", "lock", "drop")
        )
        if act == "deposit" and order.state == "sale" and order.amount_total > 0:
            self.make_deposit(order, rng.choice((10, 30)))
        elif act == "deliver" and order.state == "sale":
            order.order_line[:1].qty_delivered = rng.randint(0, 6)
        elif act == "invoice" and order.state == "sale" and order.invoice_status == "to invoice":
            order._create_invoices(final=rng.random() < 0.5)
        elif act == "post" and drafts:
            move = drafts[0]
            line = move.invoice_line_ids.filtered(lambda row: row.product_id and row.quantity > 0)[:1]
            if rng.random() < 0.4:
                line.quantity = rng.choice((1, line.quantity + 1))
            if move.amount_total >= 0:
                move.action_post()
        elif act == "credit" and posted.filtered(lambda move: move.move_type == "out_invoice"):
            invoice = posted.filtered(lambda move: move.move_type == "out_invoice")[0]
            self.credit(invoice, rng.choice((1.0, 1.0, 0.5)), post=rng.random() < 0.7)
        elif act == "change" and order.state == "sale" and not order.locked:
            order.sudo().order_line[:1].price_unit = round(rng.uniform(10, 900), 2)
        elif act == "cancel" and rng.random() < 0.2 and not order.locked:
            order._action_cancel()
        elif act == "lock" and order.state == "sale":
            order.sudo().locked = rng.random() < 0.5
        elif act == "drop" and drafts:
            drafts[0].button_cancel()

    def test_random_lives_count_each_euro_once(self):
        dollar = self.setup_other_currency("USD", rates=[("2025-01-01", 1.1), ("2026-09-01", 1.3)])
        pricelist = self.env["product.pricelist"].create({"name": "Dollars", "currency_id": dollar.id})
        tax = self.company_data["default_tax_sale"]
        self.product_b.write({"taxes_id": [Command.clear()], "invoice_policy": "delivery"})
        tries = 0
        for seed in range(1, 6):
            rng = random.Random(seed)
            customers = [self.make_partner(f"Client {seed} {number}") for number in range(3)]
            contact = self.env["res.partner"].create({"name": "Agence", "parent_id": customers[0].id})
            orders = self.env["sale.order"]
            for _number in range(6):
                orders |= self.make_life(rng, rng.choice([*customers, contact]), pricelist, tax)
            for _number in range(40):
                self.live(rng, rng.choice(orders))
            self.env.flush_all()
            self.env.invalidate_all()
            partners = self.env["res.partner"].union(*customers)
            exposures = self.env["recovery.exposure"]._read(self.company, partners, self.today)
            for partner in partners:
                own = orders.filtered(lambda order, p=partner: order.partner_invoice_id.commercial_partner_id == p)
                expected = sum(self.read_slowly(order) for order in own)
                with self.subTest(seed=seed, customer=partner.name):
                    exposure = exposures[partner.id]
                    self.assertAlmostEqual(exposure.orders, expected, 1)
                    moves = own.invoice_ids
                    draft = sum(moves.filtered(lambda move: move.state == "draft").mapped("amount_total_signed"))
                    posted = sum(moves.filtered(lambda move: move.state == "posted").mapped("amount_residual_signed"))
                    self.assertAlmostEqual(exposure.total, exposure.orders + draft + posted, 2)
                    action = self.env["recovery.exposure"]._get_orders_action(self.company, partner)
                    shown = self.env["sale.order"].search(action["domain"])
                    self.assertAlmostEqual(sum(self.read_slowly(order) for order in shown), expected, 1)
                    tries += len(own)
        self.assertGreaterEqual(tries, 30)

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
