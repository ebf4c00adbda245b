from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from odoo.addons.debt_recovery.models.common.aside import Aside
from odoo.addons.debt_recovery.models.common.roles import READERS
from odoo.addons.debt_recovery.models.credit.recovery_credit_check import Request

#: What a person creates as confirmed is judged as what is confirmed later: whole, locked or not.
CREATED_CONFIRMED = Aside("orders_created_confirmed")
#: A change of several orders and lines at once is judged once it is whole.
JUDGED_WHOLE = Aside("orders_judged_whole")


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "recovery.credit.document"]

    recovery_to_come_note = fields.Char(
        "Included in the exposure", compute="_compute_recovery_to_come_note", groups=READERS
    )

    recovery_is_prepayment_proposed = fields.Boolean(
        "Prepayment suggested", compute="_compute_recovery_is_prepayment_proposed"
    )

    @api.depends("state", "partner_id", "partner_invoice_id", "company_id", "require_payment", "prepayment_percent")
    def _compute_recovery_is_prepayment_proposed(self):
        """Propose prepayment for what customers under insolvency proceedings order, until it is asked for."""
        self.recovery_is_prepayment_proposed = False
        waiting = self.filtered(
            lambda order: (
                order.state in ("draft", "sent") and not (order.require_payment and order.prepayment_percent == 1.0)
            )
        )
        insolvent = waiting._recovery_find_insolvent()
        waiting = waiting.filtered(lambda order: order._recovery_get_credit_partner()._origin in insolvent)
        for order, verdict in waiting._recovery_get_credit_verdicts().items():
            order.recovery_is_prepayment_proposed = "insolvency" in verdict.tests

    def action_ask_prepayment(self):
        """Ask the customer to pay the whole order online before it is confirmed."""
        self.check_access("write")
        self.write({"require_payment": True, "prepayment_percent": 1.0})

    @api.depends("state", "locked", "order_line.price_total", "order_line.invoice_lines.price_total")
    @api.depends_context("uid", "allowed_company_ids", "lang")
    def _compute_recovery_to_come_note(self):
        """Say what of a confirmed order counts in the exposure, or why nothing does."""
        rows = {}
        for company, orders in self.filtered("company_id").grouped("company_id").items():
            if company._recovery_is_open():
                found = self.env["recovery.ledger"]._read_orders_to_come(company, orders=orders._origin)
                rows |= {row.order_id: row for row in found}
        for order in self:
            row = rows.get(order._origin.id)
            order.recovery_to_come_note = row and row.remainder and order._recovery_say_to_come(row)

    def _recovery_say_to_come(self, row):
        currency = self.company_id._recovery_root().currency_id
        amount = formatLang(self.env, row.remainder, currency_obj=currency)
        texts = {
            None: self.env._("%s still to come: included in the customer's exposure.", amount),
            "locked": self.env._("Locked: the remaining %s is not included in the customer's exposure.", amount),
            "cancelled": self.env._("Cancelled: the remaining %s is not included in the customer's exposure.", amount),
            "credited": self.env._(
                "Fully invoiced and credited: %s is no longer to come and is not included in the customer's exposure.",
                amount,
            ),
        }
        return texts[row.reason]

    @api.depends("state", "partner_id", "partner_invoice_id", "company_id", "amount_total")
    def _compute_credit_is_refused(self):
        return super()._compute_credit_is_refused()

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_partner_credit_warning(self):
        result = super()._compute_partner_credit_warning()
        self._recovery_warn_in_branches()
        self._recovery_warn_of_judgment()
        return result

    def _recovery_get_credit_partner(self):
        return self.sudo().partner_invoice_id.commercial_partner_id or super()._recovery_get_credit_partner()

    def _recovery_get_credit_request(self):
        """Return the request of an order: once confirmed, what is still to come of it, which the exposure counts."""
        self.ensure_one()
        partner = self._recovery_get_credit_partner()
        if self.state != "sale":
            return Request(partner, amount=self._recovery_get_override_amount())
        counted = self._recovery_read_to_come().get(self.id, 0.0)
        amount = self._recovery_get_override_amount() if CREATED_CONFIRMED.heard else counted
        return Request(partner, amount=amount, among_orders=counted)

    def _recovery_get_override_amount(self):
        self.ensure_one()
        return self.amount_total / (self.currency_rate or 1.0)

    def _recovery_is_to_confirm(self):
        self.ensure_one()
        return self.state != "sale"

    def _recovery_gives_credit(self):
        """Tell whether the order gives credit: not when it is paid already, nor when it is cancelled."""
        self.ensure_one()
        return bool(self.partner_id) and not self._recovery_is_paid()

    def _recovery_is_paid(self):
        """Tell whether what was paid online covers the order."""
        self.ensure_one()
        order = self.sudo()
        return bool(order.amount_paid) and order.currency_id.compare_amounts(order.amount_paid, order.amount_total) >= 0

    # ------------------------------------------------------------
    # Confirmed, or changed after it
    # ------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        """Refuse an order that a person creates as confirmed, in an import or from outside, as one confirmed later."""
        with JUDGED_WHOLE.say():
            orders = super().create(vals_list)
        if not self.env.su:
            with CREATED_CONFIRMED.say():
                orders.filtered(lambda order: order.state == "sale")._recovery_refuse_credit(confirmed=True)
        return orders

    def write(self, vals):
        """Refuse the order that a person confirms, or makes bigger afterwards, when the credit control says so.

        Every way to confirm comes through here: buttons, lists, imports, calls from outside. A
        customer who signs or pays on the portal and a job go on as superuser: nobody's decision.
        """
        if self.env.su or JUDGED_WHOLE.heard:
            return super().write(vals)
        if vals.get("state") != "sale":
            return self._recovery_judge_growth(super().write, vals)
        others = {name: value for name, value in vals.items() if name != "state"}
        if others:  # what is confirmed is the order as it becomes
            self._recovery_judge_growth(super().write, others)
        self._recovery_refuse_credit()
        return super().write({"state": "sale"})

    def _recovery_judge_growth(self, change, *arguments):
        """Make a change, then refuse it if it makes what confirmed orders engage grow beyond what may be given.

        Whatever the change is: what counts is what is to come of the orders before and after, and from whom.

        :param change: method that makes it, called with ``arguments``.
        :return: what it returns.
        """
        orders = self.sudo().exists()
        before = orders._recovery_get_engagements()
        with JUDGED_WHOLE.say():
            result = change(*arguments)
        orders = orders.exists()
        after = orders._recovery_get_engagements()
        grown = orders.filtered(lambda order: order._recovery_has_grown(before.get(order.id), after.get(order.id)))
        if grown:
            grown.with_env(self.env)._recovery_refuse_growth()
        return result

    def _recovery_get_engagements(self):
        """Return ``{order id: (customer, what is to come of it)}`` of the confirmed orders."""
        confirmed = self.filtered(lambda order: order.state == "sale")
        amounts = confirmed._recovery_read_to_come()
        return {order.id: (order._recovery_get_credit_partner().id, amounts.get(order.id, 0.0)) for order in confirmed}

    def _recovery_read_to_come(self):
        """Return what is to come of these orders, as the exposure counts it."""
        amounts = {}
        for company, orders in self.sudo().grouped("company_id").items():
            rows = self.env["recovery.ledger"].sudo()._read_orders_to_come(company, orders=orders._origin)
            amounts |= {row.order_id: row.amount for row in rows}
        return amounts

    def _recovery_has_grown(self, before, after):
        """Tell whether a confirmed order engages more than before, or somebody else."""
        if not (before and after):
            return False
        currency = self.company_id._recovery_root().currency_id
        is_more = currency.compare_amounts(after[1], before[1]) > 0
        return is_more or (after[0] != before[0] and not currency.is_zero(after[1]))

    def _recovery_refuse_growth(self):
        """Stop a person whose change of confirmed orders the credit control refuses."""
        for order, verdict in self._recovery_get_credit_verdicts(confirmed=True).items():
            if verdict.mode == "block" and not order._recovery_find_grant():
                raise UserError(
                    self.env._(
                        "%(order)s was confirmed and cannot be increased like this.\n"
                        "%(reason)s\n"
                        "Put the additions in another order, for which an override can be requested.",
                        order=order.name,
                        reason=verdict.text,
                    )
                )
