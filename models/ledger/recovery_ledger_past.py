import json
from datetime import date, datetime, timedelta

from odoo import api, models
from odoo.tools import SQL

from .rows import Change, OpenItem

KINDS = ("posted", "matched", "unmatched", "withdrawn")
LONGEST = timedelta(days=1)  # what was begun so long before a moment has ended by then


class RecoveryLedgerPast(models.AbstractModel):
    """What changed the picture of a past day since: entries recorded, matched, unmatched or withdrawn after it.

    A balance rebuilt from the dates of the entries tells what the books say now of that day. These rows tell what was
    not yet, or no longer is, what they said then.
    """

    _name = "recovery.ledger.past"
    _description = "Recovery: past dates of the accounts"

    @api.model
    def _get_end(self, company, day):
        """Return the moment, in UTC, at which a day ends where the company is."""
        return company._recovery_end_of(day)

    @api.model
    def _get_first_record(self):
        """Return since when what is undone is recorded, in UTC: what was undone before left no trace."""
        domain = [("module", "=", "debt_recovery"), ("name", "=", "model_recovery_unmatching")]
        return self.env["ir.model.data"].sudo().search_fetch(domain, ["create_date"], limit=1).create_date

    @api.model
    def _read_seen(self, company, moment):
        """Return what can be seen now of what was recorded around a moment, as rows that JSON holds.

        Moments are those at which something began. What had begun and was not committed then is not among these rows,
        and is committed later with a moment before that one: compared with them, it is told from what was seen.
        """
        since = moment - LONGEST
        rows = self._read_changes(company, date.max, since)
        return {
            "since": since.isoformat(),
            "rows": [[row.kind, row.line_id or 0, row.other_line_id or 0, row.moment.isoformat()] for row in rows],
        }

    @api.model
    def _read_changes(self, company, day, since=None, partners=None, limit=None, seen=None):
        """Return what changed the picture of a day since its end, or since a later moment, by kind and by entry.

        A picture known at that moment is one of what was recorded before it.

        :param since: a moment in UTC; the end of the day by default.
        :param seen: what could be seen at that moment, see :meth:`_read_seen`: all else recorded around it is a change.
        :param limit: rows of each kind at most; None reads them all.
        :return: list of :class:`rows.Change`.
        """
        parts = self._get_parts(company, day, since, partners, seen)
        if not parts:
            return []
        rows = []
        for kind in KINDS:
            query = SQL("%s ORDER BY 8, 3, 2 %s", parts[kind], SQL("LIMIT %s", limit) if limit else SQL(""))
            rows += [Change._make(row) for row in self.env.execute_query(query)]
        return rows

    @api.model
    def _count_changes(self, company, day, since=None, partners=None):
        """Return ``{kind: how many}`` of :meth:`_read_changes`, and what they come to is not said: kinds overlap."""
        parts = self._get_parts(company, day, since, partners)
        if not parts:
            return dict.fromkeys(KINDS, 0)
        counts = SQL(", ").join(SQL("(SELECT COUNT(*) FROM (%s) AS part)", parts[kind]) for kind in KINDS)
        (row,) = self.env.execute_query(SQL("SELECT %s", counts))
        return dict(zip(KINDS, row, strict=True))

    @api.model
    def _get_parts(self, company, day, since, partners, seen=None):
        """Return ``{kind: SQL}``; None where no account is followed."""
        root = company._recovery_root()
        accounts = root._recovery_accounts()
        if not accounts or (partners is not None and not partners):
            return None
        ledger = self.env["recovery.ledger"]
        ledger._flush_books()
        values = {
            "accounts": tuple(accounts.ids),
            "root": root.id,
            "companies": root._recovery_company_ids(),
            "day": day,
            "since": datetime.fromisoformat(seen["since"]) if seen else since or self._get_end(root, day),
            "seen": json.dumps(seen["rows"]) if seen else None,
            "of_partners": ledger._get_partner_sql(partners),
        }
        return {kind: getattr(self, f"_get_{kind}_sql")(values) for kind in KINDS}

    @api.model
    def _get_new_sql(self, values, kind, moment, line, other=None, since=None):
        """Return the SQL that tells what was recorded since the moment; of what could be seen then, nothing was.

        :param since: the same in other words, such that an index answers them.
        """
        since = since or SQL("%s >= %s", moment, values["since"])
        if values["seen"] is None:
            return since
        return SQL("(%s AND NOT %s)", since, self._get_seen_sql(values, kind, moment, line, other))

    @api.model
    def _get_old_sql(self, values, kind, moment, line, other=None):
        """Return the SQL that tells what was recorded before the moment, or could be seen then."""
        before = SQL("(%(moment)s IS NULL OR %(moment)s < %(since)s)", moment=moment, since=values["since"])
        if values["seen"] is None:
            return before
        return SQL("(%s OR %s)", before, self._get_seen_sql(values, kind, moment, line, other))

    @api.model
    def _get_seen_sql(self, values, kind, moment, line, other=None):
        return SQL(
            """(%s, COALESCE(%s, 0), %s) IN (
                SELECT (seen->>1)::int, (seen->>2)::int, (seen->>3)::timestamp
                  FROM jsonb_array_elements(%s::jsonb) AS seen WHERE seen->>0 = %s)""",
            line,
            other or SQL("0"),
            moment,
            values["seen"],
            kind,
        )

    @api.model
    def _get_posted_sql(self, values):
        """Return the SQL of the entries of that day or before that were recorded after it.

        What passed to another account names the invoice beside. What was recorded since is found by its moment, one
        index after the other: the years before are not gone through.
        """
        moment = SQL("COALESCE(move.recovery_posted_at, line.create_date)")
        ways = (
            SQL("move.recovery_posted_at >= %s", values["since"]),
            SQL("(move.recovery_posted_at IS NULL AND line.create_date >= %s)", values["since"]),
        )
        return SQL(" UNION ALL ").join(
            self._get_posted_part_sql(
                values, moment, self._get_new_sql(values, "posted", moment, SQL("line.id"), since=way)
            )
            for way in ways
        )

    @api.model
    def _get_posted_part_sql(self, values, moment, is_new):
        return SQL(
            """
            SELECT 'posted', line.id, move.name, NULL::int, document.name, partner.commercial_partner_id,
                   line.account_id, line.date, %(moment)s, line.balance::float8
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
         LEFT JOIN account_move_line origin ON origin.id = line.recovery_origin_line_id
         LEFT JOIN account_move document ON document.id = origin.move_id
         LEFT JOIN res_partner partner ON partner.id = line.partner_id
             WHERE line.account_id IN %(accounts)s
               AND line.company_id IN %(companies)s
               AND line.parent_state = 'posted'
               AND line.date <= %(day)s
               AND line.balance != 'NaN'
               AND %(is_new)s
               AND %(of_partners)s
            """,
            moment=moment,
            is_new=is_new,
            **values,
        )

    @api.model
    def _get_matched_sql(self, values):
        """Return the SQL of the reconciliations of that day or before that were made after it.

        They count from when both entries were recorded and matched: each of the three moments is found by its index.
        """
        moment = SQL("GREATEST(part.create_date, move.recovery_posted_at, other_move.recovery_posted_at)")
        names = ("part.create_date", "move.recovery_posted_at", "other_move.recovery_posted_at")
        columns = [SQL.identifier(*name.split(".")) for name in names]
        ways = []
        for place, column in enumerate(columns):
            way = [SQL("%s >= %s", column, values["since"])]
            way += [SQL("(%s >= %s) IS NOT TRUE", earlier, values["since"]) for earlier in columns[:place]]
            ways.append(SQL("(%s)", SQL(" AND ").join(way)))
        return SQL(" UNION ALL ").join(
            self._get_matched_part_sql(
                values,
                moment,
                self._get_new_sql(values, "matched", moment, SQL("line.id"), SQL("other.id"), since=way),
            )
            for way in ways
        )

    @api.model
    def _get_matched_part_sql(self, values, moment, is_new):
        return SQL(
            """
            SELECT 'matched', line.id, COALESCE(document.name, move.name), other.id, other_move.name,
                   partner.commercial_partner_id, line.account_id, part.max_date,
                   %(moment)s, -part.amount::float8
              FROM account_partial_reconcile part
              JOIN account_move_line line ON line.id = part.debit_move_id
              JOIN account_move move ON move.id = line.move_id
              JOIN account_move_line other ON other.id = part.credit_move_id
              JOIN account_move other_move ON other_move.id = other.move_id
         LEFT JOIN account_move_line origin ON origin.id = line.recovery_origin_line_id
         LEFT JOIN account_move document ON document.id = origin.move_id
         LEFT JOIN res_partner partner ON partner.id = line.partner_id
             WHERE line.account_id IN %(accounts)s
               AND line.company_id IN %(companies)s
               AND line.parent_state = 'posted'
               AND other.parent_state = 'posted'
               AND part.max_date <= %(day)s
               AND part.amount != 'NaN'
               AND %(is_new)s
               AND %(of_partners)s
            """,
            moment=moment,
            is_new=is_new,
            **values,
        )

    @api.model
    def _get_unmatched_sql(self, values):
        """Return the SQL of the reconciliations that were in force that day and were undone after it."""
        pair = SQL("past.debit_line_id"), SQL("past.credit_line_id")
        return SQL(
            """
            SELECT 'unmatched', past.debit_line_id, past.debit_name, past.credit_line_id, past.credit_name,
                   partner.commercial_partner_id, line.account_id, past.date, past.unmatched_at, past.amount::float8
              FROM recovery_unmatching past
         LEFT JOIN account_move_line line ON line.id = past.debit_line_id
         LEFT JOIN res_partner partner ON partner.id = line.partner_id
             WHERE past.company_id = %(root)s
               AND (line.id IS NULL OR line.account_id IN %(accounts)s)
               AND past.date <= %(day)s
               AND %(was_matched)s
               AND %(is_new)s
               AND %(of_partners)s
            """,
            was_matched=self._get_old_sql(values, "matched", SQL("past.matched_at"), *pair),
            is_new=self._get_new_sql(values, "unmatched", SQL("past.unmatched_at"), *pair),
            **values,
        )

    @api.model
    def _get_withdrawn_sql(self, values):
        """Return the SQL of the entries of that day or before that were withdrawn after it: changed, or gone.

        Those posted again are among the posted ones too, with what they are now.
        """
        return SQL(
            """
            SELECT 'withdrawn', line.line_id, line.move_name, NULL::int, NULL, partner.commercial_partner_id,
                   line.account_id, line.date, line.withdrawn_at, -line.balance::float8
              FROM recovery_withdrawal line
         LEFT JOIN res_partner partner ON partner.id = line.partner_id
             WHERE line.company_id = %(root)s
               AND line.account_id IN %(accounts)s
               AND line.date <= %(day)s
               AND %(was_posted)s
               AND %(is_new)s
               AND %(of_partners)s
            """,
            was_posted=self._get_old_sql(values, "posted", SQL("line.posted_at"), SQL("line.line_id")),
            is_new=self._get_new_sql(values, "withdrawn", SQL("line.withdrawn_at"), SQL("line.line_id")),
            **values,
        )

    @api.model
    def _read_withdrawn(self, company, day, accounts, partners, known):
        """Return the open items of entries that were posted at a moment and were withdrawn since.

        What was matched with them was undone with them, and is told by what was unmatched.

        :return: list of :class:`rows.OpenItem`, as :meth:`RecoveryLedger._read_items` has the others.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(line.origin_line_id, line.line_id), line.move_id, line.move_name, line.move_type,
                       line.ref, line.invoice_date, COALESCE(line.origin_date, line.date), line.due_date,
                       partner.commercial_partner_id, line.account_id, line.branch_id, line.currency_id,
                       COALESCE(line.origin_amount_currency, line.amount_currency)::float8,
                       (line.amount_currency + COALESCE(SUM(part.amount_currency), 0))::float8,
                       (line.balance + COALESCE(SUM(part.amount), 0))::float8, FALSE, NULL, NULL, NULL, line.line_id
                  FROM recovery_withdrawal line
             LEFT JOIN res_partner partner ON partner.id = line.partner_id
             LEFT JOIN (SELECT debit_line_id AS line_id, -amount AS amount,
                               -debit_amount_currency AS amount_currency
                          FROM recovery_unmatching WHERE %(in_force)s
                     UNION ALL
                        SELECT credit_line_id, amount, credit_amount_currency
                          FROM recovery_unmatching WHERE %(in_force)s) part ON part.line_id = line.line_id
                 WHERE line.company_id = %(root)s
                   AND line.account_id IN %(accounts)s
                   AND line.date <= %(day)s
                   AND (line.posted_at IS NULL OR line.posted_at < %(known)s)
                   AND line.withdrawn_at >= %(known)s
                   AND %(of_partners)s
              GROUP BY line.id, partner.commercial_partner_id
                """,
                root=company._recovery_root().id,
                accounts=tuple(accounts.ids),
                day=day,
                known=known,
                in_force=self.env["recovery.ledger"]._get_in_force_sql(company, day, known),
                of_partners=self.env["recovery.ledger"]._get_partner_sql(partners),
            )
        )
        return [OpenItem(*row) for row in rows if row[13] or row[14]]

    @api.model
    def _get_withdrawn_balances_sql(self, company, accounts, day, known):
        """Return the SQL of the balances of entries that were posted at a moment and were withdrawn since."""
        return SQL(
            """
            UNION ALL
            SELECT account_id, balance FROM recovery_withdrawal
             WHERE company_id = %s AND account_id IN %s AND date <= %s
               AND (posted_at IS NULL OR posted_at < %s) AND withdrawn_at >= %s
            """,
            company._recovery_root().id,
            tuple(accounts.ids),
            day,
            known,
            known,
        )
