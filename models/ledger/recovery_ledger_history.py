from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

from .rows import InstalmentLife, PaymentDelays, PaymentHistory, SalesHistory

BANK_DAYS = 3  # a transfer ordered on the due date arrives by then: not late


class RecoveryLedgerHistory(models.AbstractModel):
    """The history of customers in the books: what they bought, how they paid it, and since when they owe.

    A payment that an entry carries on to another account (doubtful) is money there; the line that carries it on is no
    instalment, nor is a difference of exchange.
    """

    _name = "recovery.ledger.history"
    _description = "Customer history in the accounts"

    @api.model
    def _read_payment_history(self, company, partners, day, grace=BANK_DAYS):
        """Return how each customer's instalments were settled over the last 12 and 24 months.

        Only instalments fully settled, the last time by money, count: a credit note or a
        write-off says nothing of how somebody pays.

        :param partners: commercial partners; None for all.
        :param day: what was settled after it does not count.
        :param grace: days after the due date by which a payment is still on time.
        :return: ``{commercial partner id: PaymentHistory}``.
        """
        company = company._recovery_root()
        accounts = company._recovery_accounts()
        if not accounts or (partners is not None and not partners.ids):
            return {}
        ledger = self.env["recovery.ledger"]
        ledger._flush_books()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner_id,
                       COUNT(*) FILTER (WHERE paid_on > %(year_ago)s),
                       COUNT(*) FILTER (WHERE paid_on > %(year_ago)s AND paid_on > due + %(grace)s),
                       COUNT(*),
                       COUNT(*) FILTER (WHERE paid_on > due + %(grace)s)
                  FROM (SELECT partner.commercial_partner_id AS partner_id,
                               COALESCE(line.date_maturity, line.date) AS due,
                               MAX(part.max_date) FILTER (WHERE NOT %(is_exchange_part)s) AS settled_on,
                               MAX(part.max_date) FILTER (WHERE %(is_money)s) AS paid_on
                          FROM account_partial_reconcile part
                          JOIN account_move_line line ON line.id = part.debit_move_id
                          JOIN account_move move ON move.id = line.move_id
                          JOIN account_move_line credit ON credit.id = part.credit_move_id
                     LEFT JOIN account_move_line paid ON paid.id = credit.recovery_origin_line_id
                          JOIN account_move credit_move ON credit_move.id = COALESCE(paid.move_id, credit.move_id)
                     LEFT JOIN account_move_line origin ON origin.id = line.recovery_origin_line_id
                          JOIN res_partner partner ON partner.id = line.partner_id
                         WHERE part.max_date > %(two_years_ago)s
                           AND (origin.id IS NULL OR origin.balance > 0)
                           AND line.reconciled IS TRUE
                           AND move.recovery_is_penalty IS NOT TRUE
                           AND NOT %(is_exchange)s
                           AND line.account_id IN %(accounts)s
                           AND line.company_id IN %(companies)s
                           AND %(of_partners)s
                      GROUP BY line.id, partner.commercial_partner_id) instalment
                 WHERE paid_on = settled_on AND settled_on <= %(day)s
              GROUP BY partner_id
                """,
                year_ago=day - relativedelta(years=1),
                two_years_ago=day - relativedelta(years=2),
                grace=grace,
                accounts=tuple(accounts.ids),
                companies=company._recovery_root()._recovery_company_ids(),
                of_partners=ledger._get_partner_sql(partners),
                day=day,
                is_money=ledger._get_money_sql("credit_move"),
                is_exchange=ledger._get_exchange_sql("move"),
                is_exchange_part=ledger._get_exchange_sql("credit_move"),
            )
        )
        return {row[0]: PaymentHistory._make(row) for row in rows}

    @api.model
    def _read_payment_delays(self, company, day, partners=None):
        """Return how late the money came that was received in the two years before ``day``.

        Money only: what a credit note, a write-off or a netting settled says nothing of how a
        customer pays; nor does the payment of late fees. Refunds and payments that were
        themselves debited are left out.

        :param partners: commercial partners; None reads everybody.
        :return: dict of :class:`PaymentDelays` by commercial partner id.
        """
        company = company._recovery_root()
        accounts = company._recovery_accounts()
        if not accounts or (partners is not None and not partners):
            return {}
        ledger = self.env["recovery.ledger"]
        ledger._flush_books()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner.commercial_partner_id,
                       COALESCE(SUM(part.amount) FILTER (WHERE part.day > %(since_12)s), 0),
                       COALESCE(SUM(part.amount * part.late) FILTER (WHERE part.day > %(since_12)s), 0),
                       COALESCE(SUM(part.amount) FILTER (WHERE part.day > %(since_12)s AND part.late > 0), 0),
                       COUNT(*) FILTER (WHERE part.day > %(since_12)s),
                       SUM(part.amount),
                       SUM(part.amount * part.late),
                       COUNT(*),
                       COALESCE(SUM(part.amount) FILTER (WHERE part.day > %(since_3)s), 0),
                       COALESCE(SUM(part.amount * part.late) FILTER (WHERE part.day > %(since_3)s), 0),
                       COUNT(*) FILTER (WHERE part.day > %(since_3)s),
                       COALESCE(SUM(part.amount) FILTER (WHERE part.day <= %(since_3)s), 0),
                       COALESCE(SUM(part.amount * part.late) FILTER (WHERE part.day <= %(since_3)s), 0),
                       COALESCE(SUM(part.amount * part.late * part.late) FILTER (WHERE part.day <= %(since_3)s), 0),
                       COUNT(*) FILTER (WHERE part.day <= %(since_3)s)
                  FROM (SELECT line.partner_id, match.max_date AS day, match.amount,
                               GREATEST(match.max_date - COALESCE(line.date_maturity, line.date), 0) AS late
                          FROM account_partial_reconcile match
                          JOIN account_move_line line ON line.id = match.debit_move_id
                          JOIN account_move_line credit ON credit.id = match.credit_move_id
                          JOIN account_move move ON move.id = line.move_id
                     LEFT JOIN account_move_line paid ON paid.id = credit.recovery_origin_line_id
                          JOIN account_move other ON other.id = COALESCE(paid.move_id, credit.move_id)
                     LEFT JOIN account_move_line origin ON origin.id = line.recovery_origin_line_id
                         WHERE match.max_date > %(since_24)s
                           AND (origin.id IS NULL OR origin.balance > 0)
                           AND match.max_date <= %(day)s
                           AND match.amount > 0
                           AND match.amount != 'NaN'
                           AND line.account_id IN %(accounts)s
                           AND line.company_id IN %(companies)s
                           AND %(of_partners)s
                           AND %(is_money)s
                           AND NOT %(is_refund)s
                           AND NOT %(is_exchange)s
                           AND move.recovery_is_penalty IS NOT TRUE) part
                  JOIN res_partner partner ON partner.id = part.partner_id
              GROUP BY partner.commercial_partner_id
                """,
                since_3=day - relativedelta(months=3),
                since_12=day - relativedelta(months=12),
                since_24=day - relativedelta(months=24),
                day=day,
                accounts=tuple(accounts.ids),
                companies=company._recovery_root()._recovery_company_ids(),
                of_partners=ledger._get_partner_sql(partners),
                is_money=ledger._get_money_sql("other"),
                is_refund=ledger._get_money_sql("move"),
                is_exchange=ledger._get_exchange_sql("move"),
            )
        )
        return {row[0]: PaymentDelays(row[0], *map(_to_number, row[1:])) for row in rows}

    @api.model
    def _read_sales_history(self, company, day, partners=None):
        """Return since when each customer buys, and what it was invoiced over the last twelve months.

        :return: dict of :class:`SalesHistory` by commercial partner id.
        """
        company = company._recovery_root()
        if partners is not None and not partners:
            return {}
        ledger = self.env["recovery.ledger"]
        self.env["account.move"].flush_model(
            ["state", "move_type", "date", "invoice_date", "amount_untaxed_signed", "partner_id", "recovery_is_penalty"]
        )
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner.commercial_partner_id,
                       MIN(COALESCE(line.invoice_date, line.date)) FILTER (WHERE line.move_type != 'out_refund'),
                       COALESCE(SUM(line.amount_untaxed_signed) FILTER (WHERE line.date > %(since)s), 0),
                       COUNT(*) FILTER (WHERE line.date > %(since)s AND line.move_type != 'out_refund')
                  FROM account_move line
                  JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE line.state = 'posted'
                   AND line.recovery_is_penalty IS NOT TRUE
                   AND line.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                   AND line.date <= %(day)s
                   AND line.amount_untaxed_signed IS DISTINCT FROM 'NaN'
                   AND line.company_id IN %(companies)s
                   AND %(of_partners)s
              GROUP BY partner.commercial_partner_id
                """,
                since=day - relativedelta(months=12),
                day=day,
                companies=company._recovery_root()._recovery_company_ids(),
                of_partners=ledger._get_partner_sql(partners),
            )
        )
        currency = company.currency_id
        return {row[0]: SalesHistory(row[0], row[1], currency.round(float(row[2])), row[3]) for row in rows}

    @api.model
    def _read_oldest_due(self, company, day, partners=None):
        """Return the due date of each customer's oldest overdue debt, None when nothing is overdue.

        :return: dict by commercial partner id; only customers with an open debt are in it.
        """
        company = company._recovery_root()
        accounts = company._recovery_accounts()
        if not accounts or (partners is not None and not partners):
            return {}
        ledger = self.env["recovery.ledger"]
        ledger._flush_books()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner.commercial_partner_id,
                       MIN(%(due)s) FILTER (WHERE %(due)s < %(day)s)
                  FROM account_move_line line
                  JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE line.account_id IN %(accounts)s
                   AND line.company_id IN %(companies)s
                   AND line.parent_state = 'posted'
                   AND line.reconciled IS NOT TRUE
                   AND line.amount_residual > 0
                   AND line.amount_residual != 'NaN'
                   AND line.move_id NOT IN (SELECT id FROM account_move WHERE recovery_is_penalty)
                   AND %(of_partners)s
              GROUP BY partner.commercial_partner_id
                """,
                day=day,
                due=ledger._get_due_sql(),
                accounts=tuple(accounts.ids),
                companies=company._recovery_root()._recovery_company_ids(),
                of_partners=ledger._get_partner_sql(partners),
            )
        )
        return dict(rows)

    @api.model
    def _read_lives(self, company, since, day, touched_since=None):
        """Return the instalments issued since a day or still open, with all that settled them until ``day``.

        Late fees are left out, differences of exchange, and payments that were themselves debited. What passed to
        another account (doubtful) goes on: one life, with what was received there.

        :param touched_since: read the older ones too that fell due, or of which something was settled, since that day.
        :return: list of :class:`InstalmentLife`.
        """
        company = company._recovery_root()
        accounts = company._recovery_accounts()
        if not accounts:
            return []
        ledger = self.env["recovery.ledger"]
        ledger._flush_books()
        ledger._refresh_statistics()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.id, partner.commercial_partner_id,
                       LEAST(COALESCE(move.invoice_date, origin.date, line.date), origin.date, line.date), %(due)s,
                       line.balance::float8, line.reconciled IS TRUE, part.days, part.amounts, part.are_money,
                       part.passed, part.are_exchange, COALESCE(origin.id, line.id)
                  FROM account_move_line line
             LEFT JOIN account_move_line origin ON origin.id = line.recovery_origin_line_id
                  JOIN account_move move ON move.id = COALESCE(origin.move_id, line.move_id)
             LEFT JOIN res_partner partner ON partner.id = line.partner_id
             LEFT JOIN (SELECT match.debit_move_id,
                               ARRAY_AGG(match.max_date ORDER BY match.max_date, match.id) AS days,
                               ARRAY_AGG(match.amount::float8 ORDER BY match.max_date, match.id) AS amounts,
                               ARRAY_AGG(%(is_money)s ORDER BY match.max_date, match.id) AS are_money,
                               CASE WHEN COUNT(passed.id) > 0
                                    THEN ARRAY_AGG(passed.id ORDER BY match.max_date, match.id) END AS passed,
                               CASE WHEN BOOL_OR(%(is_exchange_part)s)
                                    THEN ARRAY_AGG(%(is_exchange_part)s ORDER BY match.max_date, match.id)
                                    END AS are_exchange
                          FROM account_partial_reconcile match
                          JOIN account_move_line credit ON credit.id = match.credit_move_id
                     LEFT JOIN account_move_line paid ON paid.id = credit.recovery_origin_line_id
                          JOIN account_move other ON other.id = COALESCE(paid.move_id, credit.move_id)
                     LEFT JOIN account_move_line passed ON passed.recovery_origin_line_id = match.debit_move_id
                               AND passed.move_id = credit.move_id AND passed.balance > 0
                         WHERE match.company_id IN %(companies)s
                           AND match.amount != 'NaN'
                      GROUP BY match.debit_move_id) part ON part.debit_move_id = line.id
                 WHERE line.account_id IN %(accounts)s
                   AND line.company_id IN %(companies)s
                   AND line.parent_state = 'posted'
                   AND line.balance > 0
                   AND line.balance != 'NaN'
                   AND line.date <= %(day)s
                   AND (COALESCE(origin.date, line.date) >= %(since)s OR line.reconciled IS NOT TRUE
                        OR %(due)s >= %(touched_since)s::date
                        OR part.days[ARRAY_LENGTH(part.days, 1)] >= %(touched_since)s::date)
                   AND move.recovery_is_penalty IS NOT TRUE
                   AND NOT %(is_refund)s
                   AND NOT %(is_exchange)s
                   AND (origin.id IS NULL OR origin.balance > 0)
              ORDER BY COALESCE(origin.id, line.id), line.id
                """,
                due=ledger._get_due_sql(),
                is_money=ledger._get_money_sql("other"),
                is_refund=ledger._get_money_sql("move"),
                is_exchange=ledger._get_exchange_sql("move"),
                is_exchange_part=ledger._get_exchange_sql("other"),
                accounts=tuple(accounts.ids),
                companies=company._recovery_company_ids(),
                since=since,
                touched_since=touched_since,
                day=day,
            )
        )
        matched = {row[0]: (row[5], _read_parts(*row[6:9], row[10]), row[9]) for row in rows}
        continued = {
            line_id
            for _is_settled, parts, passed in matched.values()
            if passed
            for part, line_id in zip(parts, passed, strict=True)
            if line_id and part[0] <= day
        }
        lives = []
        for line_id, partner_id, issued, due, amount, *_matched, first_id in rows:
            if line_id in continued:
                continue
            is_settled, parts = _follow_passed(line_id, matched, day)
            settled_on, is_paid = None, False
            if parts:
                last = parts[-1][0]
                if last > day:
                    parts = [part for part in parts if part[0] <= day]
                elif is_settled:
                    settled_on = last
                    is_paid = parts[-1][2] or any(money for on, _amount, money in parts if on == last)
            lives.append(InstalmentLife(first_id, partner_id, issued, due, amount, settled_on, is_paid, tuple(parts)))
        return lives


def _read_parts(days, amounts, are_money, are_exchange):
    """Return ``(day, amount, whether it is money)`` of what was matched with a line, oldest first.

    Core may date a difference of exchange later than the payment that it comes from: it counts on the day of that.

    :param are_exchange: None where none of it is a difference of exchange.
    """
    if not days:
        return ()
    for position, is_exchange in enumerate(are_exchange or ()):
        if is_exchange and position:
            days[position] = days[position - 1]
    return list(zip(days, amounts, are_money, strict=True))


def _follow_passed(line_id, matched, day):
    """Return whether an instalment is settled, and ``(day, amount, whether it is money)`` of what settled it.

    :param dict matched: by line, whether it is settled, its parts and the line to which each passed the rest; None
        where none did.
    :param day: what passed to another account after it is not followed: it was settled by then, as far as one knows.
    """
    is_settled, found, passed = matched[line_id]
    if not passed:
        return is_settled, found
    parts = []
    for part, rest in zip(found, passed, strict=True):
        if rest in matched and part[0] <= day:
            is_settled_there, there = _follow_passed(rest, matched, day)
            is_settled = is_settled and is_settled_there
            parts += there
        else:
            parts.append(part)
    return is_settled, sorted(parts, key=lambda part: part[0])


def _to_number(value):
    """Return a count as it is and a sum as a float."""
    return value if isinstance(value, int) else float(value)
