from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

from .rows import PaymentHistory

BANK_DAYS = 3  # a transfer ordered on the due date arrives by then: not late


class RecoveryLedger(models.AbstractModel):
    """What the books remember of a customer: how many instalments they paid, and how many late."""

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
        company = company._recovery_root()
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
                           AND line.move_id NOT IN (SELECT id FROM account_move WHERE recovery_is_penalty)
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
                of_partners=self._get_partner_sql(partners),
                day=day,
            )
        )
        return {row[0]: PaymentHistory._make(row) for row in rows}
