from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import formatLang

from .common import SaleCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestOrderControl(SaleCommon):
    def money(self, amount):
        return formatLang(self.env, amount, currency_obj=self.company.currency_id)

    def confirm(self, order, user=None):
        return order.with_user(user or self.seller).action_confirm()

    def pay_online(self, order, amount):
        provider = self.env["payment.provider"].sudo().search([], limit=1)
        method = self.env["payment.method"].sudo().with_context(active_test=False).search([], limit=1)
        return (
            self.env["payment.transaction"]
            .sudo()
            .create(
                {
                    "provider_id": provider.id,
                    "payment_method_id": method.id,
                    "reference": f"tx-{order.id}-{amount}",
                    "amount": amount,
                    "currency_id": order.currency_id.id,
                    "partner_id": order.partner_id.id,
                    "sale_order_ids": [(6, 0, order.ids)],
                    "state": "done",
                }
            )
        )

    def test_the_banner_says_the_verdict_without_the_accounts_to_a_salesperson(self):
        self.make_invoice(amount=700, days_overdue=3)
        order = self.make_order(500)
        banner = order.with_user(self.seller).partner_credit_warning
        self.assertIn(self.money(200), banner)
        self.assertNotIn(self.money(700), banner)
        with_accounts = self.make_user(
            "ines", "sales_team.group_sale_salesman_all_leads", "account.group_account_invoice"
        )
        self.env.invalidate_all()
        self.assertIn(self.money(700), order.with_user(with_accounts).partner_credit_warning)

    def test_a_salesperson_reads_the_verdict_on_his_own_customers_alone(self):
        self.set_rule("limit")
        order = self.make_order(1500)
        order.partner_id.user_id = self.seller
        other = self.make_user("omar", "sales_team.group_sale_salesman_all_leads")
        self.assertIn(self.money(500), order.with_user(self.seller).partner_credit_warning)
        self.env.invalidate_all()
        said = order.with_user(other).partner_credit_warning
        self.assertNotIn(self.money(500), said)
        self.assertIn(self.seller.name, said, "it says whom to ask")
        with self.assertRaises(RedirectWarning) as refusal:
            self.confirm(order, other)
        self.assertNotIn(self.money(500), refusal.exception.args[0])
        with self.assertRaises(RedirectWarning) as refusal:
            self.confirm(order)
        self.assertIn(self.money(500), refusal.exception.args[0])

    def test_orders_to_invoice_count_against_the_limit(self):
        self.make_order(800, confirm=True)
        self.assertIn(self.money(100), self.make_order(300).partner_credit_warning)

    def test_prepayment_is_proposed_to_a_customer_under_insolvency_proceedings(self):
        self.company.account_use_credit_limit = False
        order = self.make_order(500)
        self.assertFalse(order.recovery_is_prepayment_proposed)
        self.debtor_of().insolvency_on = self.today
        self.env.invalidate_all()
        mine = order.with_user(self.seller)
        self.assertIn("prepayment", mine.partner_credit_warning)
        self.assertTrue(mine.recovery_is_prepayment_proposed)
        mine.action_ask_prepayment()
        self.assertEqual((order.require_payment, order.prepayment_percent), (True, 1.0))
        self.assertFalse(mine.recovery_is_prepayment_proposed, "it is requested")

    def test_a_rule_that_warns_lets_the_order_pass(self):
        order = self.make_order(1500)
        self.confirm(order)
        self.assertEqual(order.state, "sale")

    def test_a_rule_that_refuses_stops_the_order_and_says_what_to_propose(self):
        self.set_rule("limit")
        order = self.make_order(1500)
        with self.assertRaises(RedirectWarning) as refusal:
            self.confirm(order)
        message, action, button, context = refusal.exception.args
        self.assertIn(self.money(500), message)
        self.assertIn("prepayment", message)
        self.assertEqual(action, self.env.ref("debt_recovery.recovery_override_wizard_action").id)
        self.assertEqual(context, {"default_res_model": "sale.order", "default_res_id": order.id})
        self.assertEqual((order.state, button), ("draft", "Request an override"))
        self.confirm(self.make_order(900))

    def test_overdue_debts_stop_an_order_within_the_limit(self):
        self.set_rule("overdue", amount=100)
        self.make_invoice(amount=150, days_overdue=3)
        with self.assertRaises(RedirectWarning) as refusal:
            self.confirm(self.make_order(10))
        self.assertIn("overdue", refusal.exception.args[0])
        self.assertNotIn("150", refusal.exception.args[0], "the salesperson does not read the accounts")

    def test_a_refusal_holds_however_a_person_confirms(self):
        self.set_rule("limit")
        ways = {
            "over RPC": lambda order: order.action_confirm(),
            "state written": lambda order: order.write({"state": "sale"}),
            "amount written with the state": lambda order: order.write(
                {"state": "sale", "order_line": [(1, order.order_line.id, {"price_unit": 1500})]}
            ),
        }
        for user in (self.seller, self.env.user):
            for way, confirm in ways.items():
                order = self.make_order(900 if "amount" in way else 1500)
                with self.subTest(user=user.name, way=way), self.assertRaises(RedirectWarning):
                    confirm(order.with_user(user))
                self.assertEqual(order.state, "draft")

    def test_an_order_created_as_confirmed_is_refused_as_well_and_counts_once(self):
        self.set_rule("limit")
        with self.assertRaises(RedirectWarning):
            self.make_order(1500, state="sale")
        with self.assertRaises(RedirectWarning):
            self.env["sale.order"].with_context(default_state="sale").create(
                self.make_order(1500).copy_data({"state": "sale"})[0]
            )
        self.assertEqual(self.make_order(900, state="sale").state, "sale")

    def test_no_context_lets_an_order_pass_nor_shows_the_figures(self):
        self.set_rule("limit")
        self.make_invoice(amount=700, days_overdue=3)
        for key in ("validate_analytic", "recovery_with_figures", "import_file", "tracking_disable", "install_mode"):
            for value in (True, False):
                order = self.make_order(500).with_user(self.seller).with_context(**{key: value})
                with self.subTest(key=key, value=value), self.assertRaises(RedirectWarning) as refusal:
                    order.action_confirm()
                self.assertNotIn(self.money(700), refusal.exception.args[0])

    def test_a_customer_who_signs_or_pays_and_a_job_are_never_stopped(self):
        self.set_rule("limit")
        signed = self.make_order(1500)
        signed.sudo()._validate_order()
        self.assertEqual(signed.state, "sale")
        paid = self.make_order(2500)
        self.pay_online(paid, 2500)
        self.confirm(paid)
        self.assertEqual(paid.state, "sale", "a paid order gives no credit")
        partly = self.make_order(2500)
        self.pay_online(partly, 100)
        with self.assertRaises(RedirectWarning):
            self.confirm(partly)

    def test_invoices_of_paid_orders_and_deposits_are_never_stopped(self):
        self.set_rule("limit")
        self.company.recovery_credit_control_invoices = True
        paid = self.make_order(2500)
        self.pay_online(paid, 2500)
        paid.action_confirm()
        invoice = paid._create_invoices()
        invoice.with_user(self.recovery_user).action_post()
        self.assertEqual(invoice.state, "posted")
        order = self.make_order(9000, confirm=True)
        wizard = self.env["sale.advance.payment.inv"].create(
            {"advance_payment_method": "fixed", "fixed_amount": 5000, "sale_order_ids": [(6, 0, order.ids)]}
        )
        deposit = wizard._create_invoices(order)
        self.assertTrue(deposit._is_downpayment())
        deposit.with_user(self.recovery_user).action_post()
        self.assertEqual(deposit.state, "posted")
        balance = order._create_invoices()
        with self.assertRaises(RedirectWarning):
            balance.with_user(self.recovery_user).action_post()

    def test_an_override_is_asked_answered_and_checked_again(self):
        self.set_rule("limit")
        order = self.make_order(1500).with_user(self.seller)
        self.assertTrue(order.credit_is_refused)
        wizard = (
            self.env["recovery.override.wizard"]
            .with_user(self.seller)
            .create({"res_model": "sale.order", "res_id": order.id, "reason": "Client de longue date"})
        )
        self.assertIn(self.money(500), wizard.text)
        wizard.action_confirm()
        decision = self.env["recovery.decision"].search([("res_model", "=", "sale.order"), ("res_id", "=", order.id)])
        self.assertEqual((decision.asked_by_id, decision.amount_max, decision.kind), (self.seller, 1500, "credit"))
        with self.assertRaises(AccessError):
            decision.with_user(self.seller).read(["figures"])
        with self.assertRaises(RedirectWarning):
            self.confirm(order)
        with self.assertRaises(AccessError):
            decision.with_user(self.seller)._grant("moi-même")
        decision.with_user(self.recovery_manager)._grant("Accord de la direction")
        self.env.invalidate_all()
        self.assertFalse(order.credit_is_refused)
        self.assertIn("Override granted", order.credit_override_status)
        self.assertIn(self.seller.partner_id, order.message_ids[0].notified_partner_ids)
        order.order_line.price_unit = 1600
        with self.assertRaises(RedirectWarning, msg="the amount grew since"):
            self.confirm(order)
        order.order_line.price_unit = 1500
        with freeze_time("2026-11-30 10:00:00"), self.assertRaises(RedirectWarning, msg="too late"):
            self.confirm(order)
        with freeze_time("2026-11-29 10:00:00"):
            self.confirm(order)
        self.assertEqual(order.state, "sale")

    def test_what_makes_a_confirmed_order_grow_is_judged_again(self):
        self.set_rule("limit")
        payer = self.make_partner("Centrale de paiement", credit_limit=100)
        small = self.setup_other_currency("USD", rates=[("2025-01-01", 0.01)])
        tax = self.env["account.tax"].create({"name": "TVA 60 %", "amount": 60, "company_id": self.company.id})
        line_vals = {"product_id": self.product_a.id, "price_unit": 900, "tax_ids": [(5,)]}
        ways = {
            "quantity": lambda o: o.order_line[0].write({"product_uom_qty": 54}),
            "quantity through the order": lambda o: o.write(
                {"order_line": [(1, o.order_line[0].id, {"product_uom_qty": 54})]}
            ),
            "price": lambda o: o.order_line[0].write({"price_unit": 43440}),
            "discount given back": lambda o: o.order_line[0].write({"discount": 0}),
            "tax": lambda o: o.order_line[0].write({"tax_ids": [(6, 0, tax.ids)]}),
            "line added": lambda o: o.order_line.create({"order_id": o.id, **line_vals}),
            "line added through the order": lambda o: o.write({"order_line": [(0, 0, line_vals)]}),
            "customer invoiced": lambda o: o.write({"partner_invoice_id": payer.id}),
            "currency": lambda o: o.write({"currency_id": small.id}),
            "form": lambda o: o.web_save({"order_line": [(1, o.order_line[0].id, {"product_uom_qty": 54})]}, {}),
            "both up and down": lambda o: o.write(
                {
                    "order_line": [
                        (1, o.order_line[0].id, {"price_unit": 100}),
                        (0, 0, {**line_vals, "price_unit": 5000}),
                    ]
                }
            ),
        }
        order = self.make_order(1600)
        order.order_line.discount = 50
        self.confirm(order)
        order.invalidate_recordset()
        for user in (self.seller, self.env.user):
            for way, grow in ways.items():
                with self.subTest(way=way, user=user.login):
                    with self.assertRaises(UserError) as refusal, self.cr.savepoint():
                        grow(order.with_user(user))
                        self.env.flush_all()
                    self.assertIn("another order", refusal.exception.args[0])
                    self.env.invalidate_all()
                    self.assertEqual((order.amount_total, order.partner_invoice_id), (800, self.debtor_partner))

    def test_what_does_not_grow_or_stays_within_the_limit_is_nobodys_business(self):
        self.set_rule("limit")
        order = self.make_order(800)
        self.confirm(order)
        mine = order.with_user(self.seller)
        mine.order_line.write({"price_unit": 1000})
        self.assertEqual(order.amount_total, 1000)
        self.make_invoice(amount=700, days_overdue=3)
        mine.order_line.write({"price_unit": 900, "name": "Autre libellé"})
        mine.write({"client_order_ref": "BC 12"})
        mine.order_line.write({"qty_delivered": 1})
        mine.write({"order_line": [(1, order.order_line.id, {"product_uom_qty": 2, "price_unit": 450})]})
        self.assertEqual(order.amount_total, 900)
        with self.assertRaises(UserError), self.cr.savepoint():
            mine.order_line.write({"price_unit": 451})
        self.env.invalidate_all()
        mine.sudo().order_line.write({"price_unit": 451})
        self.assertEqual(order.amount_total, 902, "a job is nobody's decision")

    def test_an_order_grows_within_the_override_that_was_granted(self):
        self.set_rule("limit")
        order = self.make_order(1500).with_user(self.seller)
        decision = order._recovery_ask_override("Client de longue date")
        decision.with_user(self.recovery_manager)._grant("Accord")
        self.env.invalidate_all()
        self.confirm(order)
        order.order_line.price_unit = 1400
        order.order_line.price_unit = 1500
        with self.assertRaises(UserError), self.cr.savepoint():
            order.order_line.price_unit = 1501

    def test_an_order_counts_once_as_draft_and_as_invoice_whatever_is_invoiced_of_it(self):
        self.set_rule("limit")
        self.company.recovery_credit_control_invoices = True
        order = self.make_order(800, confirm=True)
        draft = order._create_invoices()
        with self.assertRaises(RedirectWarning), self.cr.savepoint():
            self.confirm(self.make_order(201))
        self.confirm(self.make_order(200))
        self.env.invalidate_all()
        draft.with_user(self.recovery_user).action_post()
        self.assertEqual(draft.state, "posted")
        with self.assertRaises(RedirectWarning), self.cr.savepoint():
            self.confirm(self.make_order(1))

    def test_several_confirmed_orders_that_grow_together_are_judged_once_each(self):
        self.set_rule("limit")
        orders = self.make_order(300, confirm=True) | self.make_order(300, confirm=True)
        mine = orders.with_user(self.seller)
        mine.order_line.write({"price_unit": 500})
        self.assertEqual(set(orders.mapped("amount_total")), {500})
        with self.assertRaises(UserError), self.cr.savepoint():
            mine.order_line.write({"price_unit": 501})

    def test_unlocking_brings_a_remainder_back_and_is_judged(self):
        self.set_rule("limit")
        order = self.make_order(800, confirm=True)
        order.sudo().action_lock()
        self.make_order(900, confirm=True)
        with self.assertRaises(UserError), self.cr.savepoint():
            order.with_user(self.env.user).action_unlock()

    def test_the_debtor_is_who_is_invoiced(self):
        self.set_rule("limit")
        payer = self.make_partner("Centrale de paiement", credit_limit=100)
        with self.assertRaises(RedirectWarning) as refusal:
            self.confirm(self.make_order(500, partner_invoice_id=payer.id))
        self.assertIn("Centrale de paiement", refusal.exception.args[0])

    def test_a_seller_of_a_branch_confirms_as_in_core_and_reads_no_figure(self):
        branch = self.make_branch()
        seller = self.user_of("solene", branch, "sales_team.group_sale_salesman")
        self.make_invoice(amount=900, days_overdue=12)

        def order_of(amount):
            order = self.make_order(amount, company=branch, user_id=seller.id)
            return order.with_env(self.cold(seller, branch))

        within = order_of(50)
        self.assertFalse(within.partner_credit_warning)
        within.action_confirm()
        self.assertEqual(within.state, "sale")
        beyond = order_of(700)
        self.assertIn(self.debtor_partner.name, beyond.partner_credit_warning)
        self.assertNotRegex(beyond.partner_credit_warning, r"\d")
        self.assertRegex(
            beyond.with_env(self.env(context={})).partner_credit_warning, "650", "the root's people read it"
        )
        self.set_rule("limit")
        with self.assertRaises(RedirectWarning) as refusal, self.cr.savepoint():
            order_of(700).action_confirm()
        self.assertNotRegex(refusal.exception.args[0], r"\d")
        self.assertFalse(self.cold(seller, branch)["sale.order"].search([("company_id", "=", self.company.id)]))
        self.assertEqual(self.exposure().orders, 50, "the branch's orders count for the root")
