from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

from .rows import CustomerPast, PaymentHistory

BANK_DAYS = 3  # a transfer ordered on the due date arrives by then: not late


class RecoveryLedger(models.AbstractModel):
    """What the books remember of a customer: how they paid, since when, how much they buy."""

    _inherit = "recovery.ledger"

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
        company = company.root_id
        accounts = company._recovery_accounts()
        if not accounts or (partners is not None and not partners.ids):
            return {}
        self._flush_books()
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
                               MAX(part.max_date) AS settled_on,
                               MAX(part.max_date) FILTER (WHERE credit_move.origin_payment_id IS NOT NULL
                                                             OR credit_move.statement_line_id IS NOT NULL) AS paid_on
                          FROM account_partial_reconcile part
                          JOIN account_move_line line ON line.id = part.debit_move_id
                          JOIN account_move_line credit ON credit.id = part.credit_move_id
                          JOIN account_move credit_move ON credit_move.id = credit.move_id
                          JOIN res_partner partner ON partner.id = line.partner_id
                         WHERE part.max_date > %(two_years_ago)s
                           AND line.reconciled IS TRUE
                           AND line.account_id IN %(accounts)s
                           AND line.company_id IN %(companies)s
                           AND %(of_partners)s
                      GROUP BY line.id, partner.commercial_partner_id) instalment
                 WHERE paid_on IS NOT NULL AND settled_on <= %(day)s
              GROUP BY partner_id
                """,
                year_ago=day - relativedelta(years=1),
                two_years_ago=day - relativedelta(years=2),
                grace=grace,
                accounts=tuple(accounts.ids),
                companies=self._get_company_ids(company),
                of_partners=self._get_partner_sql(partners),
                day=day,
            )
        )
        return {row[0]: PaymentHistory._make(row) for row in rows}

    @api.model
    def _read_customer_pasts(self, company, partners, day):
        """Return since when customers have been invoiced, and their turnover over twelve months, without tax.

        :param partners: commercial partners; None for all.
        :return: ``{commercial partner id: CustomerPast}`` of those who were ever invoiced.
        """
        company = company.root_id
        if partners is not None and not partners.ids:
            return {}
        self.env["account.move"].flush_model(
            ["state", "move_type", "date", "invoice_date", "amount_untaxed_signed", "partner_id", "company_id"]
        )
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner.commercial_partner_id, MIN(COALESCE(line.invoice_date, line.date)),
                       COALESCE(SUM(line.amount_untaxed_signed)
                                FILTER (WHERE COALESCE(line.invoice_date, line.date) > %(year_ago)s), 0)
                  FROM account_move line
                  JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE line.state = 'posted'
                   AND line.move_type IN ('out_invoice', 'out_refund')
                   AND COALESCE(line.invoice_date, line.date) <= %(day)s
                   AND line.company_id IN %(companies)s
                   AND %(of_partners)s
              GROUP BY partner.commercial_partner_id
                """,
                year_ago=day - relativedelta(years=1),
                day=day,
                companies=self._get_company_ids(company),
                of_partners=self._get_partner_sql(partners),
            )
        )
        return {row[0]: CustomerPast._make(row) for row in rows}
