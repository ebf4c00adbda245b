from odoo import api, models
from odoo.tools import SQL

from .rows import Balance


class RecoveryLedger(models.AbstractModel):
    _inherit = "recovery.ledger"

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
    def _get_balances_sql(self, company, companies, day, accounts, partners, as_of):
        """Return the SQL of the open items summed per contact, without those of late fees."""
        _residual, residual, source, is_open = self._get_residual_sql(company, as_of)
        due = SQL("COALESCE(line.date_maturity, line.date)")
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
        _residual, residual, source, is_open = self._get_residual_sql(company, as_of)
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
               AND line.company_id IN %(companies)s
               AND %(of_partners)s
          GROUP BY line.partner_id
            """,
            companies=companies,
            of_partners=self._get_partner_sql(partners),
        )

    @api.model
    def _count_changed_since(self, company, as_of):
        """Return how many entries dated until that past day were recorded after it, or matched after it.

        They change the rebuilt picture of that day: a report says so to its reader.
        """
        company = company._recovery_root()
        accounts = company._recovery_accounts()
        if not accounts:
            return 0
        self._flush_books()
        ((count,),) = self.env.execute_query(
            SQL(
                """
                SELECT COUNT(*) FROM (
                    SELECT line.id
                      FROM account_move_line line
                     WHERE line.account_id IN %(accounts)s AND line.company_id IN %(companies)s
                       AND line.parent_state = 'posted' AND line.date <= %(as_of)s
                       AND line.create_date >= %(as_of)s::date + 1
                     UNION
                    SELECT part.debit_move_id
                      FROM account_partial_reconcile part
                     WHERE part.company_id IN %(companies)s AND part.max_date <= %(as_of)s
                       AND part.create_date >= %(as_of)s::date + 1) AS changed
                """,
                accounts=tuple(accounts.ids),
                companies=company._recovery_root()._recovery_company_ids(),
                as_of=as_of,
            )
        )
        return count
