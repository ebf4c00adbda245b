from odoo import api, models
from odoo.tools import SQL

from .rows import Movement

KINDS = ("invoiced", "credited", "received", "written_off", "exchange", "transferred", "other")


class RecoveryLedgerMovement(models.AbstractModel):
    """What moved the receivables of a period, each entry in one kind: from opening to closing, to the cent."""

    _name = "recovery.ledger.movement"
    _description = "Recovery: movements of receivables"

    @api.model
    def _read(self, company, date_from, date_to, accounts=None):
        """Return the movements of a period, both days included, summed by account, customer and kind.

        An entry that only moves receivables between customers or accounts is a transfer; one that books an expense
        against them is a write-off.

        :param accounts: receivable accounts; the followed ones by default.
        :return: list of :class:`rows.Movement`.
        """
        root = company._recovery_root()
        accounts = root._recovery_accounts() if accounts is None else accounts
        if not accounts:
            return []
        ledger = self.env["recovery.ledger"]
        ledger._flush_books()
        self.env["account.account"].flush_model(["account_type"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.account_id, partner.commercial_partner_id, %(kind)s AS kind, SUM(line.balance)::float8,
                       COUNT(*)
                  FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
             LEFT JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE line.account_id IN %(accounts)s
                   AND line.company_id IN %(companies)s
                   AND line.parent_state = 'posted'
                   AND line.date >= %(date_from)s AND line.date <= %(date_to)s
                   AND line.balance != 'NaN'
              GROUP BY line.account_id, partner.commercial_partner_id, 3
                """,
                kind=self._get_kind_sql(accounts),
                accounts=tuple(accounts.ids),
                companies=root._recovery_company_ids(),
                date_from=date_from,
                date_to=date_to,
            )
        )
        return [Movement._make(row) for row in rows]

    @api.model
    def _get_kind_sql(self, accounts):
        """Return the SQL of the kind of movement that an entry is."""
        return SQL(
            """
            CASE WHEN move.move_type IN ('out_invoice', 'out_receipt') THEN 'invoiced'
                 WHEN move.move_type = 'out_refund' THEN 'credited'
                 WHEN %(is_money)s THEN 'received'
                 WHEN EXISTS (SELECT 1 FROM account_partial_reconcile part WHERE part.exchange_move_id = move.id)
                   OR move.journal_id IN (SELECT currency_exchange_journal_id FROM res_company
                                           WHERE currency_exchange_journal_id IS NOT NULL) THEN 'exchange'
                 WHEN (SELECT SUM(other.balance) FROM account_move_line other
                        WHERE other.move_id = move.id AND other.account_id IN %(accounts)s) = 0 THEN 'transferred'
                 WHEN EXISTS (SELECT 1 FROM account_move_line other
                                JOIN account_account account ON account.id = other.account_id
                               WHERE other.move_id = move.id AND account.account_type LIKE %(expense)s)
                      THEN 'written_off'
                 ELSE 'other' END
            """,
            is_money=self.env["recovery.ledger"]._get_money_sql("move"),
            accounts=tuple(accounts.ids),
            expense="expense%",
        )

    @api.model
    def _read_balances(self, company, day, accounts=None):
        """Return ``{(account id, commercial partner id): balance}`` of the receivables at the end of a day."""
        root = company._recovery_root()
        accounts = root._recovery_accounts() if accounts is None else accounts
        if not accounts:
            return {}
        self.env["recovery.ledger"]._flush_books()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.account_id, partner.commercial_partner_id, SUM(line.balance)::float8
                  FROM account_move_line line
             LEFT JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE line.account_id IN %(accounts)s
                   AND line.company_id IN %(companies)s
                   AND line.parent_state = 'posted'
                   AND line.date <= %(day)s
                   AND line.balance != 'NaN'
              GROUP BY line.account_id, partner.commercial_partner_id
                """,
                accounts=tuple(accounts.ids),
                companies=root._recovery_company_ids(),
                day=day,
            )
        )
        return {(account_id, partner_id): balance for account_id, partner_id, balance in rows}
