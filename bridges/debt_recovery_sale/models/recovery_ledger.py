from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.debt_recovery.models.ledger.rows import OrderToCome


class RecoveryLedger(models.AbstractModel):
    _inherit = "recovery.ledger"

    @api.model
    def _read_orders_to_come(self, company, partners=None, orders=None):
        """Return what is ordered and neither invoiced nor credited, drafts and deposits included, for all at once.

        Per line: ordered less invoiced net of credit notes, tax included, never below zero (never
        above, for a discount); less the deposits not deducted yet. Whatever the invoicing policy:
        what is not delivered yet is to come. An order that was invoiced whole, then credited
        whole, is undone.
        """
        rows = super()._read_orders_to_come(company, partners, orders)
        root = company._recovery_root()
        if (partners is not None and not partners) or (orders is not None and not orders.ids):
            return rows
        self._flush_orders()
        invoiced = self._read_invoiced(root, partners, orders)
        by_order = defaultdict(list)
        for row in self.env.execute_query(self._get_ordered_sql(root, partners, orders)):
            by_order[row[:5]].append(row[5:])
        return rows + [
            self._read_order_to_come(root.currency_id, head, lines, invoiced) for head, lines in by_order.items()
        ]

    @api.model
    def _read_order_to_come(self, currency, head, lines, invoiced):
        """Return the :class:`OrderToCome` of one order from its lines.

        :param tuple head: id, customer, rate, state, locked.
        :param list lines: ``(id, tax included, is a deposit)``.
        :param dict invoiced: ``{line id: (net with drafts, posted net, posted invoices)}``, in the order's currency.
        """
        order_id, partner_id, rate, state, locked = head
        left = deposits = ordered = posted_net = posted = 0.0
        for line_id, total, is_deposit in lines:
            net, own_net, own_posted = invoiced.get(line_id, (0.0, 0.0, 0.0))
            if is_deposit:
                deposits += net
                continue
            rest = total - net
            left += max(rest, 0.0) if total >= 0 else min(rest, 0.0)
            ordered += total
            posted_net += own_net
            posted += own_posted
        remainder = currency.round(max(left - max(deposits, 0.0), 0.0) / (rate or 1.0))
        is_undone = posted > 0 and posted >= ordered - currency.rounding and posted_net < currency.rounding
        reason = None
        if remainder:
            reason = "cancelled" if state == "cancel" else "locked" if locked else "credited" if is_undone else None
        return OrderToCome(order_id, partner_id, 0.0 if reason else remainder, remainder, reason)

    @api.model
    def _get_orders_sql(self, root, partners, orders):
        """Return the condition on ``sale_order``; without chosen orders, on those that may count."""
        conditions = [SQL("so.company_id IN %s", root._recovery_company_ids())]
        if orders is None:
            conditions.append(SQL("so.state = 'sale' AND so.locked IS NOT TRUE"))
        else:
            conditions.append(SQL("so.id IN %s AND so.state IN ('sale', 'cancel')", tuple(orders.ids)))
        if partners is not None:
            conditions.append(SQL("partner.commercial_partner_id IN %s", tuple(partners.ids)))
        return SQL(" AND ").join(conditions)

    @api.model
    def _get_ordered_sql(self, root, partners, orders):
        return SQL(
            """
            SELECT so.id, partner.commercial_partner_id, so.currency_rate::float8, so.state, so.locked IS TRUE,
                   line.id, COALESCE(line.price_total, 0)::float8, line.is_downpayment IS TRUE
              FROM sale_order so
              JOIN res_partner partner ON partner.id = so.partner_invoice_id
              JOIN sale_order_line line ON line.order_id = so.id
             WHERE line.display_type IS NULL AND %s
          ORDER BY so.id, line.id
            """,
            self._get_orders_sql(root, partners, orders),
        )

    @api.model
    def _read_invoiced(self, root, partners, orders):
        """Return what the invoices and credit notes of order lines show, in the currencies of the orders.

        An invoice in another currency counts at the rate of its date.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.id, so.currency_id, item.currency_id, so.company_id,
                       COALESCE(move.invoice_date, move.date), move.state, move.move_type,
                       SUM(item.price_total)::float8
                  FROM sale_order so
                  JOIN res_partner partner ON partner.id = so.partner_invoice_id
                  JOIN sale_order_line line ON line.order_id = so.id
                  JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = line.id
                  JOIN account_move_line item ON item.id = rel.invoice_line_id
                  JOIN account_move move ON move.id = item.move_id
                 WHERE (move.state != 'cancel' OR move.payment_state = 'invoicing_legacy')
                   AND move.move_type IN ('out_invoice', 'out_receipt', 'out_refund')
                   AND %s
              GROUP BY line.id, so.id, item.currency_id, move.id
                """,
                self._get_orders_sql(root, partners, orders),
            )
        )
        Currency, Company = self.env["res.currency"], self.env["res.company"]
        shown = defaultdict(lambda: [0.0, 0.0, 0.0])
        for line_id, own, other, company_id, day, state, move_type, amount in rows:
            if other != own:
                house = Company.browse(company_id)
                day = day or house._recovery_today()
                amount = Currency.browse(other)._convert(amount, Currency.browse(own), house, day)
            is_refund = move_type == "out_refund"
            signed = -amount if is_refund else amount
            shown[line_id][0] += signed
            if state != "draft":
                shown[line_id][1] += signed
                shown[line_id][2] += 0.0 if is_refund else amount
        return shown

    @api.model
    def _read_drafts_of_orders(self, company, partners):
        drafts = super()._read_drafts_of_orders(company, partners)
        if not partners:
            return drafts
        self._flush_orders()
        self.env["account.move"].flush_model(["amount_total", "amount_total_signed", "partner_id", "company_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner.commercial_partner_id, move.id,
                       SUM(item.price_total)::float8 * move.amount_total_signed::float8
                           / NULLIF(move.amount_total::float8, 0)
                  FROM account_move move
                  JOIN res_partner partner ON partner.id = move.partner_id
                  JOIN account_move_line item ON item.move_id = move.id
                 WHERE move.state = 'draft'
                   AND move.move_type IN ('out_invoice', 'out_refund')
                   AND move.company_id IN %(companies)s
                   AND partner.commercial_partner_id IN %(partners)s
                   AND EXISTS (SELECT 1
                                 FROM sale_order_line_invoice_rel rel
                                 JOIN sale_order_line line ON line.id = rel.order_line_id
                                 JOIN sale_order so ON so.id = line.order_id
                                WHERE rel.invoice_line_id = item.id AND so.state = 'sale')
              GROUP BY partner.commercial_partner_id, move.id
                """,
                companies=company._recovery_root()._recovery_company_ids(),
                partners=tuple(partners.ids),
            )
        )
        for partner_id, move_id, amount in rows:
            drafts.setdefault(partner_id, {})[move_id] = amount or 0.0
        return drafts

    @api.model
    def _flush_orders(self):
        self.env["sale.order"].flush_model(
            ["state", "locked", "currency_id", "currency_rate", "company_id", "partner_invoice_id"]
        )
        self.env["sale.order.line"].flush_model(
            ["order_id", "price_total", "is_downpayment", "display_type", "invoice_lines"]
        )
        self.env["account.move.line"].flush_model(["price_total", "currency_id", "move_id"])
        self.env["account.move"].flush_model(["state", "move_type", "payment_state", "invoice_date", "date"])
        self.env["res.partner"].flush_model(["commercial_partner_id"])
