from odoo import api, models
from odoo.tools import SQL

from .allocation import Credit, allocate
from .rows import OpenItem, PendingPayment, Settlement


class RecoveryLedger(models.AbstractModel):
    """Answer, set-based and once for all rooms: what is open, what was received, what imputes on what.

    Every method takes an explicit company (its root and all branches are read) and
    explicit dates, and returns plain rows. Access is the caller's business: these
    methods are private, and read the books of that company whatever the user.
    """

    _name = "recovery.ledger"
    _description = "Recovery: reading of the accounts"

    # ------------------------------------------------------------
    # What is open
    # ------------------------------------------------------------
    @api.model
    def _read_items(self, company, day=None, partners=None, as_of=None, accounts=None):
        """Return the open items of the followed receivable accounts, oldest due first.

        :param day: leave out the entries dated after this day; None reads them all.
        :param partners: commercial partners to read; None reads everybody, lines
            without a partner included.
        :param as_of: rebuild the residuals of that past day from the reconciliations;
            None reads today's. What was matched or posted since with an earlier date
            changes the rebuilt picture: the caller says so to its reader.
        :param accounts: other receivable accounts than the followed ones.
        :return: list of :class:`OpenItem`, debts and credits.
        """
        query = self._get_items_query(company, day, partners, as_of, accounts, SQL("due, line.id"))
        return [OpenItem._make(row) for row in self.env.execute_query(query)] if query else []

    @api.model
    def _get_items_query(self, company, day, partners, as_of, accounts, order):
        """Return the SQL of :meth:`_read_items`, or nothing when there is nothing to read."""
        company = company._recovery_root()
        accounts = company._recovery_accounts() if accounts is None else accounts
        if not accounts or (partners is not None and not partners):
            return None
        self._flush_books()
        residual, residual_company, source, is_open = self._get_residual_sql(company, as_of)
        limit_date = min(filter(None, (day, as_of)), default=None)
        return SQL(
            """
            SELECT line.id, line.move_id, move.name, move.move_type, move.ref,
                   move.invoice_date, line.date, COALESCE(line.date_maturity, line.date) AS due,
                   partner.commercial_partner_id, line.account_id, line.company_id,
                   line.currency_id, line.amount_currency::float8, (%(residual)s)::float8,
                   (%(residual_company)s)::float8, COALESCE(line.no_followup, FALSE),
                   move.payment_state, move.reversed_entry_id, move.delivery_date
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
         LEFT JOIN res_partner partner ON partner.id = line.partner_id
              %(source)s
             WHERE line.account_id IN %(accounts)s
               AND line.company_id IN %(companies)s
               AND line.parent_state = 'posted'
               AND %(is_open)s
               AND %(in_time)s
               AND %(of_partners)s
          ORDER BY %(order)s
            """,
            residual=residual,
            residual_company=residual_company,
            source=source,
            accounts=tuple(accounts.ids),
            companies=company._recovery_root()._recovery_company_ids(),
            is_open=is_open,
            in_time=SQL("line.date <= %s", limit_date) if limit_date else SQL("TRUE"),
            of_partners=self._get_partner_sql(partners),
            order=order,
        )

    @api.model
    def _get_residual_sql(self, company, as_of):
        """Return the SQL of residuals: read, or rolled back to a past day from the reconciliations."""
        if not as_of:
            return (
                SQL("line.amount_residual_currency"),
                SQL("line.amount_residual"),
                SQL(""),
                SQL("line.reconciled IS NOT TRUE"),
            )
        later = SQL(
            """
            LEFT JOIN (
                SELECT line_id, SUM(amount) AS amount, SUM(amount_currency) AS amount_currency
                  FROM (SELECT debit_move_id AS line_id, amount, debit_amount_currency AS amount_currency
                          FROM account_partial_reconcile
                         WHERE max_date > %(as_of)s AND company_id IN %(companies)s
                     UNION ALL
                        SELECT credit_move_id, -amount, -credit_amount_currency
                          FROM account_partial_reconcile
                         WHERE max_date > %(as_of)s AND company_id IN %(companies)s) part
              GROUP BY line_id
            ) later ON later.line_id = line.id
            """,
            as_of=as_of,
            companies=company._recovery_root()._recovery_company_ids(),
        )
        return (
            SQL("line.amount_residual_currency + COALESCE(later.amount_currency, 0)"),
            SQL("line.amount_residual + COALESCE(later.amount, 0)"),
            later,
            SQL(
                "(line.reconciled IS NOT TRUE OR later.line_id IS NOT NULL)"
                " AND (line.amount_residual + COALESCE(later.amount, 0) != 0"
                " OR line.amount_residual_currency + COALESCE(later.amount_currency, 0) != 0)"
            ),
        )

    @api.model
    def _read_pending_payments(self, company, partners=None):
        """Return the customer payments that have no journal entry yet (Community's direct payments).

        An invoice with such a payment is "in payment" while its residual still stands.

        :return: list of :class:`PendingPayment`.
        """
        company = company._recovery_root()
        if partners is not None and not partners:
            return []
        self.env["account.payment"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.id, COALESCE(line.name, line.memo, ''), line.date, partner.commercial_partner_id,
                       line.currency_id, line.amount,
                       COALESCE(ARRAY_AGG(link.invoice_id) FILTER (WHERE link.invoice_id IS NOT NULL), '{}')
                  FROM account_payment line
             LEFT JOIN account_move__account_payment link ON link.payment_id = line.id
             LEFT JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE line.move_id IS NULL
                   AND line.payment_type = 'inbound'
                   AND line.partner_type = 'customer'
                   AND line.company_id IN %(companies)s
                   AND %(of_partners)s
              GROUP BY line.id, partner.commercial_partner_id
                HAVING line.state = 'in_process' OR (line.state = 'paid' AND COUNT(link.invoice_id) > 0)
                """,
                companies=company._recovery_root()._recovery_company_ids(),
                of_partners=self._get_partner_sql(partners),
            )
        )
        return [PendingPayment(*row[:-1], tuple(row[-1])) for row in rows]

    # ------------------------------------------------------------
    # What was received
    # ------------------------------------------------------------
    @api.model
    def _read_settlements(self, lines, date_from=None, date_to=None):
        """Return the reconciliations of these instalments, each said to be money or not.

        :param lines: ``account.move.line`` records, debts.
        :return: list of :class:`Settlement` in order of date.
        """
        if not lines:
            return []
        self._flush_books()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT part.debit_move_id, part.max_date, part.debit_amount_currency, part.amount,
                       CASE WHEN other.origin_payment_id IS NOT NULL THEN 'payment'
                            WHEN other.statement_line_id IS NOT NULL THEN 'bank'
                            WHEN other.move_type = 'out_refund' THEN 'credit_note'
                            WHEN EXISTS (SELECT 1 FROM account_partial_reconcile x
                                          WHERE x.exchange_move_id = other.id) THEN 'exchange'
                            ELSE 'entry' END, part.credit_move_id
                  FROM account_partial_reconcile part
                  JOIN account_move_line credit ON credit.id = part.credit_move_id
                  JOIN account_move other ON other.id = credit.move_id
                 WHERE part.debit_move_id IN %(lines)s
                   AND part.max_date >= %(date_from)s
                   AND part.max_date <= %(date_to)s
              ORDER BY part.max_date, part.id
                """,
                lines=tuple(lines.ids),
                date_from=date_from or "1900-01-01",
                date_to=date_to or "9999-12-31",
            )
        )
        return [Settlement(*row[:-1], row[-2] in ("payment", "bank"), row[-1]) for row in rows]

    # ------------------------------------------------------------
    # What imputes on what
    # ------------------------------------------------------------
    @api.model
    def _allocate(self, items, pending_payments=(), day=None):
        """Set the open credits and the payments on their way against the debts, on paper.

        :param items: rows of :meth:`_read_items`.
        :param day: credits dated after it do not count yet.
        :return: see :func:`allocation.allocate`; keys are ``("line", id)`` or
            ``("payment", id)``.
        """
        credits = [
            Credit(
                key=("line", item.line_id),
                partner_id=item.partner_id,
                currency_id=item.currency_id,
                date=item.date,
                amount=-item.residual,
                targets=frozenset({item.reversed_move_id} - {None}),
            )
            for item in items
            if item.residual < 0 and (not day or item.date <= day)
        ]
        credits += [
            Credit(
                key=("payment", payment.payment_id),
                partner_id=payment.partner_id,
                currency_id=payment.currency_id,
                date=payment.date,
                amount=payment.amount,
                targets=frozenset(payment.move_ids),
                exclusive=bool(payment.move_ids),
            )
            for payment in pending_payments
        ]
        digits = {c.id: c.decimal_places for c in self.env["res.currency"].with_context(active_test=False).search([])}
        return allocate([item for item in items if item.residual > 0], credits, digits)

    # ------------------------------------------------------------
    # Totals of the books
    # ------------------------------------------------------------
    @api.model
    def _read_account_balances(self, company, accounts, as_of):
        """Return the ledger's balance of each account on that day, straight from the entries."""
        company = company._recovery_root()
        if not accounts:
            return {}
        self._flush_books()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT account_id, SUM(balance)
                  FROM account_move_line
                 WHERE account_id IN %(accounts)s AND company_id IN %(companies)s
                   AND parent_state = 'posted' AND date <= %(as_of)s
              GROUP BY account_id
                """,
                accounts=tuple(accounts.ids),
                companies=company._recovery_root()._recovery_company_ids(),
                as_of=as_of,
            )
        )
        return {account_id: company.currency_id.round(balance) for account_id, balance in rows}

    # ------------------------------------------------------------
    # Helpers
    # ------------------------------------------------------------
    @api.model
    def _flush_books(self):
        self.env["account.move.line"].flush_model()
        self.env["account.move"].flush_model(
            [
                "name",
                "move_type",
                "ref",
                "invoice_date",
                "delivery_date",
                "payment_state",
                "reversed_entry_id",
                "origin_payment_id",
                "recovery_is_penalty",
            ]
        )
        self.env["account.partial.reconcile"].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])

    @api.model
    def _get_partner_sql(self, partners):
        """Return the condition on the customer: their contacts count, archived ones too."""
        if partners is None:
            return SQL("TRUE")
        return SQL(
            "line.partner_id IN (SELECT id FROM res_partner WHERE commercial_partner_id IN %s)", tuple(partners.ids)
        )
