from itertools import count

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_datetime

from ..common.bounds import FIRST_DAY, LAST_DAY
from .allocation import Credit, allocate
from .rows import MONEY, Balance, OpenItem, PendingPayment, Settlement

BATCH = 20_000
FEW = 100  # customers: read at once
KILOBYTES = 32 << 10  # that PostgreSQL may take to sort what is open, or what the server gives it if that is more
BOOKS = dict.fromkeys(("res_partner", "account_move", "account_move_line", "account_partial_reconcile"), ())
LOOKED_AT = "recovery_books_looked_at"
_cursors = count()


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
    def _read_items(self, company, day=None, partners=None, as_of=None, accounts=None, known=None):
        """Return the open items of the followed receivable accounts, oldest due first.

        :param day: leave out the entries dated after this day; None reads them all.
        :param partners: commercial partners to read; None reads everybody, lines
            without a partner included.
        :param as_of: rebuild the residuals of that past day from the reconciliations;
            None reads today's. What was matched or posted since with an earlier date
            changes the rebuilt picture: the caller says so to its reader.
        :param accounts: other receivable accounts than the followed ones.
        :param known: with ``as_of``, tell the picture as it was known at that moment, in UTC: without what was
            recorded or matched since, and with what was unmatched since. See ``recovery.ledger.past``.
        :return: list of :class:`OpenItem`, debts and credits.
        """
        order = SQL("due, COALESCE(origin.id, line.id), line.id")
        query = self._get_items_query(company, day, partners, as_of, accounts, order, known)
        items = _make_items(self.env.execute_query(query)) if query else []
        if query and known:
            past = self.env["recovery.ledger.past"]
            followed = company._recovery_root()._recovery_accounts() if accounts is None else accounts
            withdrawn = past._read_withdrawn(company, min(day or as_of, as_of), followed, partners, known)
            items = _name_apart(sorted(items + withdrawn, key=lambda item: (item.due, item.line_id, item.own_line_id)))
        return items

    @api.model
    def _get_items_query(self, company, day, partners, as_of, accounts, order, known=None):
        """Return the SQL of :meth:`_read_items`, or nothing when there is nothing to read."""
        company = company._recovery_root()
        accounts = company._recovery_accounts() if accounts is None else accounts
        if not accounts or (partners is not None and not partners):
            return None
        self._flush_books()
        residual, residual_company, source, is_open = self._get_residual_sql(company, accounts, as_of, known)
        limit_date = min(filter(None, (day, as_of)), default=None)
        return SQL(
            """
            SELECT COALESCE(origin.id, line.id), move.id, move.name, move.move_type, move.ref,
                   move.invoice_date, COALESCE(origin.date, line.date),
                   %(due)s AS due,
                   partner.commercial_partner_id, line.account_id, line.company_id,
                   line.currency_id, COALESCE(origin.amount_currency, line.amount_currency)::float8,
                   (%(residual)s)::float8, (%(residual_company)s)::float8,
                   COALESCE(origin.no_followup OR line.no_followup, line.no_followup, FALSE),
                   move.payment_state, move.reversed_entry_id, move.delivery_date, line.id, NULL
              FROM account_move_line line
         LEFT JOIN %(origins)s origin ON origin.id = line.recovery_origin_line_id
              JOIN account_move move ON move.id = COALESCE(origin.move_id, line.move_id)
         LEFT JOIN res_partner partner ON partner.id = line.partner_id
              %(own)s
              %(source)s
             WHERE line.account_id IN %(accounts)s
               AND line.company_id IN %(companies)s
               AND line.parent_state = 'posted'
               AND %(is_open)s
               AND %(in_time)s
               AND %(is_known)s
               AND %(of_partners)s
          ORDER BY %(order)s
            """,
            origins=self._get_origins_sql(),
            due=self._get_due_sql(),
            residual=residual,
            residual_company=residual_company,
            source=source,
            accounts=tuple(accounts.ids),
            companies=company._recovery_root()._recovery_company_ids(),
            is_open=is_open,
            in_time=SQL("line.date <= %s", limit_date) if limit_date else SQL("TRUE"),
            own=SQL("JOIN account_move own ON own.id = line.move_id") if known else SQL(""),
            is_known=self._get_known_sql(known, "own"),
            of_partners=self._get_partner_sql(partners),
            order=order,
        )

    @api.model
    def _read_moment(self):
        """Return ``(moment in UTC, whether it is a copy)``: up to when what is read here was written.

        A replica answers with the last transaction that it has replayed: where nobody works, that is a while ago.
        """
        query = SQL("SELECT pg_is_in_recovery(), pg_last_xact_replay_timestamp() AT TIME ZONE 'UTC'")
        ((is_copy, replayed),) = self.env.execute_query(query)
        return (replayed or fields.Datetime.now()).replace(microsecond=0), is_copy

    @api.model
    def _say_moment(self, company):
        """Return up to when what is read here was written, in words and in the company's time."""
        moment, is_copy = self._read_moment()
        told = format_datetime(self.env, moment, tz=company._recovery_zone().zone, dt_format="short")
        if is_copy:
            return self.env._("Read from a replica of the database, as it was on %s", told)
        return self.env._("Read on %s", told)

    @api.model
    def _get_origins_sql(self):
        """Return the SQL of the lines of invoices from which something passed to another account.

        They are few: joined with all lines, PostgreSQL would go through the whole past to find them.
        """
        return SQL(
            """
            (SELECT * FROM account_move_line
              WHERE id IN (SELECT recovery_origin_line_id FROM account_move_line
                            WHERE recovery_origin_line_id IS NOT NULL))
            """
        )

    @api.model
    def _get_due_sql(self):
        """Return the SQL of the day on which an instalment is due, one of those with which we reckon."""
        return SQL("LEAST(GREATEST(COALESCE(line.date_maturity, line.date), %s), %s)", FIRST_DAY, LAST_DAY)

    @api.model
    def _leave_out_exchange(self, items):
        """Return the open items that are the customer's: neither exchange differences nor what has nothing left.

        A rate that moved changes the books, not what the customer owes. An entry of exchange
        differences stays open on a past day when its reconciliation was undone or came later.

        :param list items: rows of :meth:`_read_items`.
        """
        digits = self._get_digits()
        items = [item for item in items if round(item.residual, digits[item.currency_id])]
        entries = {item.move_id for item in items if item.move_type == "entry"}
        exchange = self._read_exchange_moves(entries)
        return [item for item in items if item.move_id not in exchange]

    @api.model
    def _read_exchange_moves(self, move_ids):
        """Return which of these entries are exchange differences: what core made of a reconciliation, or its reversal.

        Undone, a reconciliation takes with it its link to the entry: the company's journal of
        exchange differences still tells it.
        """
        if not move_ids:
            return set()
        self._flush_books()
        rows = self.env.execute_query(
            SQL(
                "SELECT move.id FROM account_move move WHERE move.id IN %s AND %s",
                tuple(move_ids),
                self._get_exchange_sql("move"),
            )
        )
        return {row[0] for row in rows}

    @api.model
    def _get_exchange_sql(self, alias):
        """Return the condition that an entry is one of exchange differences; see :meth:`_read_exchange_moves`."""
        return SQL(
            """
            (%(type)s = 'entry'
             AND %(line)s IS NULL
             AND %(payment)s IS NULL
             AND (%(journal)s IN (SELECT currency_exchange_journal_id FROM res_company
                                   WHERE currency_exchange_journal_id IS NOT NULL)
              OR EXISTS (SELECT 1 FROM account_partial_reconcile part WHERE part.exchange_move_id = %(id)s)))
            """,
            type=SQL.identifier(alias, "move_type"),
            line=SQL.identifier(alias, "statement_line_id"),
            payment=SQL.identifier(alias, "origin_payment_id"),
            journal=SQL.identifier(alias, "journal_id"),
            id=SQL.identifier(alias, "id"),
        )

    @api.model
    def _get_residual_sql(self, company, accounts, as_of, known=None):
        """Return the SQL of residuals: read, or rolled back to a past day from the reconciliations.

        What is rolled back is what is open now and what was reconciled since: the rest of the past is not gone through.

        :param known: roll back what was matched after that moment too, and what was unmatched after it forward.
        """
        if not as_of:
            return (
                SQL("line.amount_residual_currency"),
                SQL("line.amount_residual"),
                SQL(""),
                SQL("line.reconciled IS NOT TRUE AND %s", self._get_reckonable_sql("amount_residual")),
            )
        is_idle = self._get_idle_sql(company, as_of, known)
        later = SQL(
            """
            JOIN (
                WITH moved AS MATERIALIZED (
                    SELECT line_id, COALESCE(SUM(amount), 0) AS amount,
                           COALESCE(SUM(amount_currency), 0) AS amount_currency
                      FROM (SELECT side.line_id, side.amount, side.amount_currency
                              FROM account_partial_reconcile part
                        CROSS JOIN LATERAL (VALUES
                                       (part.debit_move_id, part.amount, part.debit_amount_currency),
                                       (part.credit_move_id, -part.amount, -part.credit_amount_currency)
                                   ) AS side (line_id, amount, amount_currency)
                             WHERE part.company_id IN %(companies)s AND (%(is_idle)s)
                             %(undone)s) part
                  GROUP BY line_id
                )
                SELECT line_id, amount, amount_currency FROM moved
                 UNION ALL SELECT still.id, 0, 0 FROM account_move_line still
                            WHERE still.account_id IN %(accounts)s AND still.reconciled IS NOT TRUE
                              AND NOT EXISTS (SELECT 1 FROM moved WHERE moved.line_id = still.id)
            ) later ON later.line_id = line.id
            """,
            is_idle=is_idle,
            accounts=tuple(accounts.ids),
            companies=company._recovery_root()._recovery_company_ids(),
            undone=self._get_undone_sql(company, as_of, known) if known else SQL(""),
        )
        return (
            SQL("line.amount_residual_currency + later.amount_currency"),
            SQL("line.amount_residual + later.amount"),
            later,
            SQL(
                "line.amount_residual + later.amount != 'NaN'"
                " AND line.amount_residual_currency + later.amount_currency != 'NaN'"
                " AND (line.amount_residual + later.amount != 0"
                " OR line.amount_residual_currency + later.amount_currency != 0)"
            ),
        )

    @api.model
    def _get_idle_sql(self, company, as_of, known=None):
        """Return the condition of the reconciliations that do not count on a past day.

        Later ones, and those of an entry that is not posted: core keeps them when it goes back to draft. None of the
        others is gone through.

        :param known: those that were recorded from that moment on do not count either.
        """
        return SQL(
            """
            part.id IN (
                SELECT id FROM account_partial_reconcile WHERE company_id IN %(companies)s AND max_date > %(as_of)s
                UNION SELECT id FROM account_partial_reconcile WHERE debit_move_id IN (%(lines)s)
                UNION SELECT id FROM account_partial_reconcile WHERE credit_move_id IN (%(lines)s)
                %(unknown)s
            )
            """,
            companies=company._recovery_root()._recovery_company_ids(),
            as_of=as_of,
            lines=self._get_withdrawn_lines_sql(company),
            unknown=self._get_unknown_sql(company, known) if known else SQL(""),
        )

    @api.model
    def _get_withdrawn_lines_sql(self, company):
        """Return the SQL of the lines of entries that were posted once and are no more."""
        return SQL(
            """
            SELECT draft.id
              FROM account_move_line draft
              JOIN account_move move ON move.id = draft.move_id
             WHERE move.posted_before AND move.state != 'posted' AND draft.company_id IN %s
            """,
            company._recovery_root()._recovery_company_ids(),
        )

    @api.model
    def _get_unknown_sql(self, company, known):
        """Return the SQL that adds the reconciliations recorded since a moment, or of entries recorded since."""
        companies = company._recovery_root()._recovery_company_ids()
        recorded = SQL(
            """
            SELECT recent.id
              FROM account_move_line recent
              JOIN account_move move ON move.id = recent.move_id
             WHERE move.recovery_posted_at >= %s AND recent.company_id IN %s
            """,
            known,
            companies,
        )
        return SQL(
            """
                UNION SELECT id FROM account_partial_reconcile WHERE create_date >= %(known)s
                UNION SELECT id FROM account_partial_reconcile WHERE debit_move_id IN (%(recorded)s)
                UNION SELECT id FROM account_partial_reconcile WHERE credit_move_id IN (%(recorded)s)
            """,
            known=known,
            recorded=recorded,
        )

    @api.model
    def _get_known_sql(self, known, alias="move"):
        """Return the condition that an entry was recorded before a moment, if one is given."""
        if not known:
            return SQL("TRUE")
        posted_at = SQL.identifier(alias, "recovery_posted_at")
        return SQL("COALESCE(%s, line.create_date, '-infinity') < %s", posted_at, known)

    @api.model
    def _read_salespeople(self, move_ids):
        """Return ``{entry id: user id}`` of those invoices that name a salesperson."""
        if not move_ids:
            return {}
        self.env["account.move"].flush_model(["invoice_user_id"])
        query = SQL(
            "SELECT id, invoice_user_id FROM account_move WHERE id = ANY(%s) AND invoice_user_id IS NOT NULL",
            list(move_ids),
        )
        return dict(self.env.execute_query(query))

    @api.model
    def _read_depreciations(self, company, partners, day):
        """Return the :class:`rows.Depreciation` of the doubtful claims of customers on a day; hook of who books them.

        :param partners: commercial partners; None for all.
        """
        return []

    @api.model
    def _get_undone_sql(self, company, as_of, known):
        """Return the SQL of the reconciliations that were in force on that day as known then, and were undone since."""
        return SQL(
            """
            UNION ALL SELECT debit_line_id, -amount, -debit_amount_currency FROM recovery_unmatching WHERE %(in_force)s
            UNION ALL SELECT credit_line_id, amount, credit_amount_currency FROM recovery_unmatching WHERE %(in_force)s
            """,
            in_force=self._get_in_force_sql(company, as_of, known),
        )

    @api.model
    def _get_in_force_sql(self, company, as_of, known):
        """Return the condition that a reconciliation, undone since, was in force on a day as known at that moment."""
        return SQL(
            "company_id = %s AND date <= %s AND unmatched_at >= %s AND (matched_at IS NULL OR matched_at < %s)",
            company._recovery_root().id,
            as_of,
            known,
            known,
        )

    @api.model
    def _get_reckonable_sql(self, name, alias="line"):
        """Return the condition that an amount of an entry is a number; what is none is named apart, and left out."""
        names = (name, f"{name}_currency") if name == "amount_residual" else (name,)
        return SQL(" AND ").join(SQL("%s IS DISTINCT FROM 'NaN'", SQL.identifier(alias, column)) for column in names)

    @api.model
    def _find_customers(self, company):
        """Return the commercial partners who are followed by a company, or have something open there."""
        company = company._recovery_root()
        debtors = self.env["recovery.debtor"].sudo().with_context(active_test=False)
        followed = debtors.search_fetch([("company_id", "=", company.id)], ["partner_id"]).partner_id
        query = self._get_items_query(company, None, None, None, None, SQL("partner.commercial_partner_id"))
        # distinct in the database: there may be a million instalments
        query = query and SQL("SELECT DISTINCT commercial_partner_id FROM (%s) AS items", query)
        owing = {partner_id for (partner_id,) in (self.env.execute_query(query) if query else ()) if partner_id}
        return self.env["res.partner"].sudo().browse(sorted({*followed.ids, *owing}))

    @api.model
    def _do_for_customers(self, owner, company, work, partners):
        """Do some work for customers, or for all; who makes it fail is left out and named.

        :param owner: the model whose work it is.
        :param work: takes commercial partners, or None for all of them at once.
        :param partners: None for all.
        :return: what it returned, each time.
        """
        return self.env["recovery.anomaly"]._do_apart(
            owner, company, work, partners, lambda: self._find_customers(company)
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
                   AND line.amount IS DISTINCT FROM 'NaN'
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

        An instalment that passed to another account (doubtful) goes on there: what settles it
        there settles it, and its passage does not.

        :param lines: ``account.move.line`` records, debts.
        :return: list of :class:`Settlement` in order of date.
        """
        if not lines:
            return []
        self._flush_books()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT CASE WHEN part.debit_move_id = ANY(%(lines)s) THEN part.debit_move_id
                            ELSE debit.recovery_origin_line_id END,
                       part.max_date, part.debit_amount_currency, part.amount,
                       CASE %(money)s
                            WHEN other.move_type = 'out_refund' THEN 'credit_note'
                            WHEN EXISTS (SELECT 1 FROM account_partial_reconcile x
                                          WHERE x.exchange_move_id = other.id) THEN 'exchange'
                            ELSE 'entry' END, part.credit_move_id
                  FROM account_partial_reconcile part
                  JOIN account_move_line debit ON debit.id = part.debit_move_id
                  JOIN account_move_line credit ON credit.id = part.credit_move_id
             LEFT JOIN account_move_line paid ON paid.id = credit.recovery_origin_line_id
                  JOIN account_move other ON other.id = COALESCE(paid.move_id, credit.move_id)
                 WHERE part.debit_move_id = ANY(%(lines)s || ARRAY(
                           SELECT id FROM account_move_line WHERE recovery_origin_line_id = ANY(%(lines)s)))
                   AND credit.recovery_origin_line_id IS DISTINCT FROM part.debit_move_id
                   AND part.amount != 'NaN' AND part.debit_amount_currency != 'NaN'
                   AND part.max_date >= %(date_from)s
                   AND part.max_date <= %(date_to)s
              ORDER BY part.max_date, part.id
                """,
                lines=list(lines.ids),
                date_from=date_from or "1900-01-01",
                date_to=date_to or "9999-12-31",
                money=SQL(" ").join(
                    SQL("WHEN %s IS NOT NULL THEN %s", SQL.identifier("other", field), kind)
                    for kind, field in MONEY.items()
                ),
            )
        )
        return [Settlement(*row[:-1], row[-2] in MONEY, row[-1]) for row in rows]

    @api.model
    def _get_money_sql(self, alias):
        """Return the condition that an entry is money received; see :func:`rows.is_received`."""
        fields = (SQL.identifier(alias, field) for field in MONEY.values())
        return SQL("(%s)", SQL(" OR ").join(SQL("%s IS NOT NULL", field) for field in fields))

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
        return allocate([item for item in items if item.residual > 0], credits, self._get_digits())

    @api.model
    def _get_digits(self):
        """Return the decimal places of every currency, archived ones included."""
        currencies = self.env["res.currency"].with_context(active_test=False).search(Domain.TRUE)
        return {currency.id: currency.decimal_places for currency in currencies}

    @api.model
    def _get_open_items_domain(self, partner, company=None):
        """Return the domain of the journal items of a commercial partner that are open: debts and credits.

        :param company: whose followed accounts they are on; None for any receivable account of any company.
        """
        domain = Domain("partner_id.commercial_partner_id", "=", partner.id)
        if company:
            domain &= Domain("company_id", "child_of", company.root_id.id)
            domain &= Domain("account_id", "in", company._recovery_accounts().ids)
        else:
            domain &= Domain("account_id.account_type", "=", "asset_receivable")
        return domain & Domain("parent_state", "=", "posted") & Domain("reconciled", "=", False)

    @api.model
    def _read_orders_to_come(self, company, partners=None, orders=None):
        """Return what is still to come of the confirmed orders: each euro that neither a draft nor the books show.

        Hook: nothing here, because orders come with Sales, whose bridge fills it set-based.

        :param partners: commercial partners; None for all.
        :param orders: these orders only, those that count nothing included with the reason why.
        :return: list of :class:`OrderToCome`.
        """
        return []

    @api.model
    def _read_drafts_of_orders(self, company, partners):
        """Return what the draft invoices of confirmed orders come to: no longer to come of these, engaged all the same.

        Hook of the Sales bridge.

        :return: ``{commercial partner id: {invoice id: amount}}``, in the company's currency.
        """
        return {}

    @api.model
    def _read_elsewhere(self, company, partners):
        """Return what these customers and their contacts owe on receivable accounts that nobody follows."""
        company = company._recovery_root()
        self._flush_books()
        self.env["account.account"].flush_model(["account_type"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner.commercial_partner_id, SUM(line.amount_residual)::float8
                  FROM account_move_line line
                  JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE line.account_id = ANY(ARRAY(
                           SELECT id FROM account_account WHERE account_type = 'asset_receivable'))
                   AND line.account_id NOT IN %(accounts)s
                   AND line.company_id IN %(companies)s
                   AND line.parent_state = 'posted'
                   AND line.reconciled IS NOT TRUE
                   AND line.amount_residual != 'NaN'
                   AND %(of_partners)s
              GROUP BY partner.commercial_partner_id
                """,
                accounts=tuple(company._recovery_accounts().ids) or (0,),
                companies=company._recovery_company_ids(),
                of_partners=self._get_partner_sql(partners),
            )
        )
        return {partner_id: amount for partner_id, amount in rows if amount}

    @api.model
    def _read_payables(self, company, partners):
        """Return ``{commercial partner id: amount}`` of what we owe these partners, in the company's currency.

        Posted and open on any payable account of the company or of its branches, due or not.
        """
        company = company._recovery_root()
        self._flush_books()
        self.env["account.account"].flush_model(["account_type"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner.commercial_partner_id, SUM(-line.amount_residual)::float8
                  FROM account_move_line line
                  JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE line.account_id = ANY(ARRAY(
                           SELECT id FROM account_account WHERE account_type = 'liability_payable'))
                   AND line.company_id IN %(companies)s
                   AND line.parent_state = 'posted'
                   AND line.reconciled IS NOT TRUE
                   AND %(of_partners)s
              GROUP BY partner.commercial_partner_id
                """,
                companies=company._recovery_company_ids(),
                of_partners=self._get_partner_sql(partners),
            )
        )
        return {partner_id: company.currency_id.round(amount) for partner_id, amount in rows if amount}

    # ------------------------------------------------------------
    # Totals of the books
    # ------------------------------------------------------------
    @api.model
    def _read_account_balances(self, company, accounts, as_of, known=None):
        """Return the ledger's balance of each account on that day, straight from the entries.

        :param known: leave out what was recorded from that moment on, in UTC, and count what was withdrawn since.
        """
        company = company._recovery_root()
        if not accounts:
            return {}
        self._flush_books()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT account_id, SUM(balance)
                  FROM (SELECT line.account_id, line.balance
                          FROM account_move_line line
                          %(moves)s
                         WHERE line.account_id IN %(accounts)s AND line.company_id IN %(companies)s
                           AND line.parent_state = 'posted' AND line.date <= %(as_of)s AND line.balance != 'NaN'
                           AND %(is_known)s
                        %(withdrawn)s) line
              GROUP BY account_id
                """,
                accounts=tuple(accounts.ids),
                companies=company._recovery_root()._recovery_company_ids(),
                as_of=as_of,
                moves=SQL("JOIN account_move move ON move.id = line.move_id") if known else SQL(""),
                is_known=self._get_known_sql(known),
                withdrawn=self.env["recovery.ledger.past"]._get_withdrawn_balances_sql(company, accounts, as_of, known)
                if known
                else SQL(""),
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
                "statement_line_id",
                "journal_id",
                "recovery_is_penalty",
                "recovery_posted_at",
                "posted_before",
                "state",
            ]
        )
        self.env["account.partial.reconcile"].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])

    @api.model
    def _get_partner_sql(self, partners):
        """Return the condition on the customer: their contacts count, archived ones too.

        :param partners: None for all; a record without id stands for what names no customer.
        """
        if partners is None:
            return SQL("TRUE")
        if not all(partners._ids):
            return SQL("line.partner_id IS NULL")
        return SQL(
            "line.partner_id IN (SELECT id FROM res_partner WHERE commercial_partner_id IN %s)",
            tuple(partners.ids) or (0,),
        )

    # ------------------------------------------------------------
    # Balances
    # ------------------------------------------------------------
    @api.model
    def _read_balances(self, company, day, partners=None, as_of=None, with_drafts=False):
        """Return what each customer owes on that day, in the company's currency, in one aggregation.

        A debt in a foreign currency counts once, at the value that the books give it.
        Overdue begins the day after the due date. Credits are negative and apart, and so are
        the documents that charge late fees.

        :param as_of: rebuild that past day, see :meth:`_read_items`.
        :param with_drafts: count the draft customer invoices too, less the draft credit notes.
        :return: list of :class:`Balance`, one per commercial partner with something open.
        """
        company = company._recovery_root()
        if partners is not None and not partners:
            return []
        self._flush_books()
        sources = []
        companies = company._recovery_root()._recovery_company_ids()
        if accounts := company._recovery_accounts():
            sources.append(self._get_balances_sql(company, companies, day, accounts, partners, as_of))
            sources.append(self._get_penalties_sql(company, companies, day, accounts, partners, as_of))
        if with_drafts:
            sources.append(self._get_drafts_sql(companies, partners))
        if not sources:
            return []
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner.commercial_partner_id, SUM(item.not_due), SUM(item.overdue), SUM(item.credit),
                       MIN(item.oldest_due), SUM(item.draft), SUM(item.penalty)
                  FROM (%s) AS item (partner_id, not_due, overdue, credit, oldest_due, draft, penalty)
             LEFT JOIN res_partner partner ON partner.id = item.partner_id
              GROUP BY partner.commercial_partner_id
                """,
                SQL(" UNION ALL ").join(sources),
            )
        )
        # sums of stored amounts are exact: rounding each of them again would cost more than the query
        return [
            Balance(partner_id, not_due or 0.0, overdue or 0.0, credit or 0.0, oldest_due, draft or 0.0, penalty or 0.0)
            for partner_id, not_due, overdue, credit, oldest_due, draft, penalty in rows
        ]

    @api.model
    def _read_past_balances(self, company, days):
        """Return ``{day: list of Balance}``: what each customer owed at the end of several past days, in one reading.

        For each day as :meth:`_read_balances` tells it, but for the amount of late fees. An instalment counts on the
        days on which something of it was open: those settled before the first day are not gone through.
        """
        company = company._recovery_root()
        found = {day: [] for day in days}
        accounts = company._recovery_accounts()
        if not accounts or not days:
            return found
        self._flush_books()
        withdrawn = self._get_withdrawn_lines_sql(company)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT item.day, partner.commercial_partner_id,
                       SUM(item.residual) FILTER (WHERE %(is_own)s AND item.residual > 0 AND item.due >= item.day),
                       SUM(item.residual) FILTER (WHERE %(is_own)s AND item.residual > 0 AND item.due < item.day),
                       SUM(item.residual) FILTER (WHERE %(is_own)s AND item.residual < 0),
                       MIN(item.due) FILTER (WHERE %(is_own)s AND item.residual > 0 AND item.due < item.day)
                  FROM (SELECT piece.day, line.partner_id, line.move_id, %(due)s AS due,
                               line.amount_residual + SUM(piece.amount) AS residual,
                               line.amount_residual_currency + SUM(piece.amount_currency) AS residual_currency
                          FROM account_move_line line
                          JOIN (SELECT line.id AS line_id, day, 0 AS amount, 0 AS amount_currency
                                  FROM account_move_line line
                                  JOIN UNNEST(%(days)s::date[]) AS day ON line.date <= day
                                 WHERE line.account_id IN %(accounts)s AND line.reconciled IS NOT TRUE
                             UNION ALL
                                SELECT idle.line_id, day, idle.amount, idle.amount_currency
                                  FROM (SELECT side.line_id, side.amount, side.amount_currency,
                                               CASE WHEN part.debit_move_id IN (%(withdrawn)s)
                                                      OR part.credit_move_id IN (%(withdrawn)s) THEN 'infinity'
                                                    ELSE part.max_date END AS until
                                          FROM account_partial_reconcile part
                                    CROSS JOIN LATERAL (VALUES
                                                   (part.debit_move_id, part.amount, part.debit_amount_currency),
                                                   (part.credit_move_id, -part.amount, -part.credit_amount_currency)
                                               ) AS side (line_id, amount, amount_currency)
                                         WHERE part.company_id IN %(companies)s AND (%(is_idle)s)) idle
                                  JOIN UNNEST(%(days)s::date[]) AS day ON idle.until > day
                               ) piece ON piece.line_id = line.id
                         WHERE line.account_id IN %(accounts)s
                           AND line.company_id IN %(companies)s
                           AND line.parent_state = 'posted'
                           AND line.date <= piece.day
                      GROUP BY piece.day, line.id) item
             LEFT JOIN res_partner partner ON partner.id = item.partner_id
                 WHERE item.residual != 'NaN' AND item.residual_currency != 'NaN'
                   AND (item.residual != 0 OR item.residual_currency != 0)
              GROUP BY item.day, partner.commercial_partner_id
                """,
                is_own=SQL("item.move_id NOT IN (SELECT id FROM account_move WHERE recovery_is_penalty)"),
                due=self._get_due_sql(),
                days=list(found),
                accounts=tuple(accounts.ids),
                companies=company._recovery_company_ids(),
                withdrawn=withdrawn,
                is_idle=self._get_idle_sql(company, min(found)),
            )
        )
        for day, partner_id, not_due, overdue, credit, oldest_due in rows:
            row = Balance(partner_id, not_due or 0.0, overdue or 0.0, credit or 0.0, oldest_due, 0.0, 0.0)
            found[day].append(row)
        return found

    @api.model
    def _get_balances_sql(self, company, companies, day, accounts, partners, as_of):
        """Return the SQL of the open items summed per contact, without those of late fees."""
        _residual, residual, source, is_open = self._get_residual_sql(company, accounts, as_of)
        due = self._get_due_sql()
        return SQL(
            """
            SELECT line.partner_id,
                   SUM(%(residual)s) FILTER (WHERE %(residual)s > 0 AND %(due)s >= %(day)s),
                   SUM(%(residual)s) FILTER (WHERE %(residual)s > 0 AND %(due)s < %(day)s),
                   SUM(%(residual)s) FILTER (WHERE %(residual)s < 0),
                   MIN(%(due)s) FILTER (WHERE %(residual)s > 0 AND %(due)s < %(day)s),
                   NULL::numeric, NULL::numeric
              FROM account_move_line line
              %(source)s
             WHERE line.account_id IN %(accounts)s
               AND line.company_id IN %(companies)s
               AND line.parent_state = 'posted'
               AND line.move_id NOT IN (SELECT id FROM account_move WHERE recovery_is_penalty)
               AND %(is_open)s
               AND %(in_time)s
               AND %(of_partners)s
          GROUP BY line.partner_id
            """,
            residual=residual,
            due=due,
            day=day,
            source=source,
            accounts=tuple(accounts.ids),
            companies=companies,
            is_open=is_open,
            in_time=SQL("line.date <= %s", min(day, as_of)) if as_of else SQL("TRUE"),
            of_partners=self._get_partner_sql(partners),
        )

    @api.model
    def _get_penalties_sql(self, company, companies, day, accounts, partners, as_of):
        """Return the SQL of what is open of the documents that charge late fees, per contact."""
        _residual, residual, source, is_open = self._get_residual_sql(company, accounts, as_of)
        return SQL(
            """
            SELECT line.partner_id, NULL::numeric, NULL::numeric, NULL::numeric, NULL::date,
                   NULL::numeric, SUM(%(residual)s)
              FROM account_move move
              JOIN account_move_line line ON line.move_id = move.id
              %(source)s
             WHERE move.recovery_is_penalty
               AND line.account_id IN %(accounts)s
               AND line.company_id IN %(companies)s
               AND line.parent_state = 'posted'
               AND %(is_open)s
               AND %(in_time)s
               AND %(of_partners)s
          GROUP BY line.partner_id
            """,
            residual=residual,
            source=source,
            accounts=tuple(accounts.ids),
            companies=companies,
            is_open=is_open,
            in_time=SQL("line.date <= %s", min(day, as_of)) if as_of else SQL("TRUE"),
            of_partners=self._get_partner_sql(partners),
        )

    @api.model
    def _get_drafts_sql(self, companies, partners):
        """Return the SQL of the draft customer invoices less the draft credit notes, per contact."""
        self.env["account.move"].flush_model(["state", "move_type", "amount_total_signed", "partner_id", "company_id"])
        return SQL(
            """
            SELECT line.partner_id, NULL::numeric, NULL::numeric, NULL::numeric, NULL::date,
                   SUM(line.amount_total_signed), NULL::numeric
              FROM account_move line
             WHERE line.state = 'draft'
               AND line.recovery_is_penalty IS NOT TRUE
               AND line.move_type IN ('out_invoice', 'out_refund')
               AND line.amount_total_signed IS DISTINCT FROM 'NaN'
               AND line.company_id IN %(companies)s
               AND %(of_partners)s
          GROUP BY line.partner_id
            """,
            companies=companies,
            of_partners=self._get_partner_sql(partners),
        )

    @api.model
    def _count_changed_since(self, company, as_of):
        """Return how many entries changed the picture of that past day since: a report says so to its reader."""
        return sum(self.env["recovery.ledger.past"]._count_changes(company, as_of).values())

    # ------------------------------------------------------------
    # A large ledger read some customers at a time, and how fresh the bank's side is
    # ------------------------------------------------------------
    @api.model
    def _read_items_by_customer(self, company, day=None, partners=None, as_of=None, accounts=None, size=BATCH):
        """Yield the open items in lists of whole customers, all seen at the same moment.

        The server keeps the result and hands it out: memory follows ``size``, and what the
        caller writes in between changes nothing to what is read. Parameters are those of
        :meth:`_read_items`.

        :param size: instalments per list, more when one customer has more.
        """
        order = SQL("partner.commercial_partner_id, due, COALESCE(origin.id, line.id), line.id")
        query = self._get_items_query(company, day, partners, as_of, accounts, order)
        if not query:
            return
        if partners is not None and len(partners) <= FEW:
            items = _make_items(self.env.execute_query(query))
            if items:
                yield items
            return
        cursor = SQL.identifier(f"recovery_items_{next(_cursors)}")
        # all the rows will be read: a plan that is quick to give the first ones is no use, nor one that spares memory
        self.env.execute_query(
            SQL(
                """
                SELECT set_config('cursor_tuple_fraction', '1', TRUE), set_config(
                       'work_mem', GREATEST(pg_size_bytes(current_setting('work_mem')) / 1024, %s)::text, TRUE)
                """,
                KILOBYTES,
            )
        )
        self.env.cr.execute(SQL("DECLARE %s NO SCROLL CURSOR FOR %s", cursor, query))
        kept = []
        while rows := self.env.execute_query(SQL("FETCH %s FROM %s", size, cursor)):
            kept += map(OpenItem._make, rows)
            is_last = len(rows) < size
            del rows
            if is_last:
                break
            last = kept[-1].partner_id
            whole = next((n for n in range(len(kept), 0, -1) if kept[n - 1].partner_id != last), 0)
            if whole:
                kept, rest = kept[:whole], kept[whole:]
                yield _name_apart(kept)
                kept = rest
        self.env.cr.execute(SQL("CLOSE %s", cursor))
        if kept:
            yield _name_apart(kept)

    @api.model
    def _refresh_statistics(self, partners=None):
        """Let PostgreSQL look at the books before a long reading, where it knows less than half of them.

        Right after an import, and until its autovacuum has come, it would read each table
        once per row of the other. Otherwise one more statement per transaction, none for a
        few customers, nor on a replica, which is looked at where it is copied from.
        """
        cr = self.env.cr
        if cr.readonly or (partners is not None and len(partners) <= FEW) or LOOKED_AT in cr.cache:
            return
        cr.cache[LOOKED_AT] = True
        cr.postcommit.add(lambda: cr.cache.pop(LOOKED_AT, None))
        self._flush_books()
        self._refresh_statistics_of(BOOKS)

    @api.model
    def _refresh_statistics_of(self, tables):
        """Let PostgreSQL look at the tables whose content has more than doubled since it last did.

        What it knows of is told by the size that it noted: its count of changes begins again after a look at all the
        columns only, so that each range of a long work would have it look again.

        :param dict tables: the columns to look at per table, none meaning all of them.
        """
        stale = self.env.execute_query(
            SQL(
                """
                SELECT relname
                  FROM pg_class
                 WHERE oid = ANY(%(tables)s::regclass[])
                   AND pg_stat_get_live_tuples(oid) + pg_stat_get_xact_tuples_inserted(oid)
                       > GREATEST(reltuples, 0) + GREATEST(reltuples, %(few)s)
                """,
                tables=list(tables),
                few=1000,
            )
        )
        for (table,) in stale:
            columns = SQL(", ").join(map(SQL.identifier, tables[table]))
            of_columns = SQL("(%s)", columns) if tables[table] else SQL("")
            self.env.cr.execute(SQL("ANALYZE (SKIP_LOCKED) %s %s", SQL.identifier(table), of_columns))

    @api.model
    def _read_last_bank_day(self, company, day):
        """Return the date of the last bank statement line up to that day, or None where there is none.

        Entries are gone back through by their date, down to the first one that a statement made.
        """
        self.env["account.move"].flush_model(["date", "company_id", "statement_line_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT date
                  FROM account_move
                 WHERE statement_line_id IS NOT NULL AND company_id IN %(companies)s AND date <= %(day)s
              ORDER BY date DESC
                 LIMIT 1
                """,
                companies=company._recovery_root()._recovery_company_ids(),
                day=day,
            )
        )
        return rows[0][0] if rows else None


def _make_items(rows):
    return _name_apart([OpenItem._make(row) for row in rows])


def _name_apart(items):
    """Return open items of which no two have one id: of an instalment open in two places, the second has its own."""
    if len({item.line_id for item in items}) == len(items):
        return items
    seen, apart = set(), []
    for item in items:
        if item.line_id in seen:
            item = item._replace(line_id=item.own_line_id, instalment_id=item.line_id)
        seen.add(item.line_id)
        apart.append(item)
    return apart
