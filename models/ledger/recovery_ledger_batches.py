from itertools import count

from odoo import api, models
from odoo.tools import SQL

from .rows import OpenItem

BATCH = 20_000
FEW = 100  # customers: read at once
BOOKS = dict.fromkeys(("res_partner", "account_move", "account_move_line", "account_partial_reconcile"), ())
LOOKED_AT = "recovery_books_looked_at"
_cursors = count()


class RecoveryLedger(models.AbstractModel):
    """Read a large ledger some customers at a time, and know how fresh the bank's side of it is."""

    _inherit = "recovery.ledger"

    @api.model
    def _read_items_by_customer(self, company, day=None, partners=None, as_of=None, size=BATCH):
        """Yield the open items in lists of whole customers, all seen at the same moment.

        The server keeps the result and hands it out: memory follows ``size``, and what the
        caller writes in between changes nothing to what is read. Parameters are those of
        :meth:`_read_items`.

        :param size: instalments per list, more when one customer has more.
        """
        order = SQL("partner.commercial_partner_id, due, line.id")
        query = self._get_items_query(company, day, partners, as_of, None, order)
        if not query:
            return
        if partners is not None and len(partners) <= FEW:
            items = [OpenItem._make(row) for row in self.env.execute_query(query)]
            if items:
                yield items
            return
        cursor = SQL.identifier(f"recovery_items_{next(_cursors)}")
        # all the rows will be read: a plan that is quick to give the first ones is no use
        self.env.execute_query(SQL("SELECT set_config('cursor_tuple_fraction', '1', TRUE)"))
        self.env.cr.execute(SQL("DECLARE %s NO SCROLL CURSOR FOR %s", cursor, query))
        kept = []
        while rows := self.env.execute_query(SQL("FETCH %s FROM %s", size, cursor)):
            kept += map(OpenItem._make, rows)
            if len(rows) < size:
                break
            last = kept[-1].partner_id
            whole = next((n for n in range(len(kept), 0, -1) if kept[n - 1].partner_id != last), 0)
            if whole:
                yield kept[:whole]
                kept = kept[whole:]
        self.env.cr.execute(SQL("CLOSE %s", cursor))
        if kept:
            yield kept

    @api.model
    def _refresh_statistics(self, partners=None):
        """Let PostgreSQL look at the books before a long reading, where it knows less than half of them.

        Right after an import, and until its autovacuum has come, it would read each table
        once per row of the other. Otherwise one more statement per transaction, none for a
        few customers.
        """
        cr = self.env.cr
        if (partners is not None and len(partners) <= FEW) or LOOKED_AT in cr.cache:
            return
        cr.cache[LOOKED_AT] = True
        cr.postcommit.add(lambda: cr.cache.pop(LOOKED_AT, None))
        self._flush_books()
        self._refresh_statistics_of(BOOKS)

    @api.model
    def _refresh_statistics_of(self, tables):
        """Let PostgreSQL look at the tables whose content has more than doubled since it last did.

        :param dict tables: the columns to look at per table, none meaning all of them.
        """
        stale = self.env.execute_query(
            SQL(
                """
                SELECT class.relname
                  FROM pg_class class
             LEFT JOIN pg_stat_user_tables past ON past.relid = class.oid
             LEFT JOIN pg_stat_xact_user_tables present ON present.relid = class.oid
                 WHERE class.oid = ANY(%(tables)s::regclass[])
                   AND COALESCE(past.n_mod_since_analyze, 0) + COALESCE(present.n_tup_ins, 0)
                       > GREATEST(class.reltuples, %(few)s)
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
        """Return the date of the last bank statement line up to that day, or None where there is none."""
        self.env["account.bank.statement.line"].flush_model(["move_id", "company_id"])
        self.env["account.move"].flush_model(["date"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT MAX(move.date)
                  FROM account_bank_statement_line line
                  JOIN account_move move ON move.id = line.move_id
                 WHERE line.company_id IN %(companies)s AND move.date <= %(day)s
                """,
                companies=company._recovery_root()._recovery_company_ids(),
                day=day,
            )
        )
        return rows[0][0]
