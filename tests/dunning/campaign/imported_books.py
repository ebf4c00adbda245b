import re
from unittest.mock import patch

from ...common import RecoveryCommon

TABLES = ("res_partner", "account_move", "account_move_line", "account_partial_reconcile", "recovery_debtor")
INVOICES = 3000
INVOICES_PER_CUSTOMER = 5
WORK = 25  # rows that one query may handle per invoice; each with each would be hundreds


class ImportedBooks(RecoveryCommon):
    """Books of many invoices, written as an import writes them, and what PostgreSQL does to read them.

    What is counted is rows handled, told by EXPLAIN: no clock, whatever the machine does.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.original = cls.make_invoice(days_overdue=10)
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.cr.cache.clear()  # each test is a transaction of its own

    def copy_rows(self, table, original_id, values):
        """Insert copies of a row, with some columns said by SQL expressions on ``n``."""
        self.cr.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name = %s AND column_name <> 'id'",
            [table],
        )
        columns = [name for (name,) in self.cr.fetchall()]
        self.cr.execute(
            f"INSERT INTO {table} (id, {', '.join(columns)})"
            f" SELECT {values['id']}, {', '.join(values.get(name, f'original.{name}') for name in columns)}"
            f" FROM {table} original CROSS JOIN generate_series(1, %s) n WHERE original.id = %s",
            [INVOICES // INVOICES_PER_CUSTOMER if table == "res_partner" else INVOICES, original_id],
        )

    def import_books(self):
        """Write customers and overdue invoices, as an import does, and leave the statistics as they were before."""
        partner, move, line = self.debtor_partner, self.original, self.receivable_of(self.original)
        partner_id = f"{10**8} + n"
        of_invoice = f"{10**8} + (n - 1) / {INVOICES_PER_CUSTOMER} + 1"
        name = "'IMP/' || n"
        self.copy_rows(
            "res_partner",
            partner.id,
            {
                "id": partner_id,
                "commercial_partner_id": partner_id,
                "name": "'Client ' || n",
                "complete_name": "'C' || n",
            },
        )
        self.copy_rows(
            "account_move",
            move.id,
            {
                "id": f"{10**8} + n",
                "name": name,
                "payment_reference": name,
                "sequence_number": "n",
                "sequence_prefix": "'IMP/'",
                "partner_id": of_invoice,
                "commercial_partner_id": of_invoice,
                "access_token": "NULL",
            },
        )
        self.copy_rows(
            "account_move_line",
            line.id,
            {
                "id": f"{10**8} + n",
                "move_id": f"{10**8} + n",
                "move_name": name,
                "partner_id": of_invoice,
                "date_maturity": "original.date_maturity - n %% 200",
            },
        )
        self.env.invalidate_all()

    def forget_sizes(self):
        """Make PostgreSQL believe that the tables are empty and that it knows nothing of their values."""
        self.cr.execute("UPDATE pg_class SET reltuples = 0 WHERE oid = ANY(%s::regclass[])", [list(TABLES)])
        self.cr.execute("DELETE FROM pg_statistic WHERE starelid = ANY(%s::regclass[])", [list(TABLES)])

    def count_work(self, plan):
        """Return how many rows a plan handled: given out or thrown away, as often as it was done."""
        rows = plan["Actual Rows"] + sum(plan.get(f"Rows Removed by {what}", 0) for what in ("Filter", "Join Filter"))
        return rows * plan["Actual Loops"] + sum(self.count_work(part) for part in plan.get("Plans", ()))

    def read_plans(self, work):
        """Return ``{statement: plan}`` of the readings that some work makes, each explained when it is first made."""
        plans = {}
        original = type(self.cr).execute

        def execute(cursor, query, params=None, *args, **kwargs):
            text, values = (query.code, query.params) if hasattr(query, "code") else (query, params)
            text = re.sub(r"^\s*DECLARE .*? CURSOR FOR ", "", text, flags=re.DOTALL)
            is_reading = text.lstrip().upper().startswith("SELECT")
            if is_reading and text not in plans and "nextval" not in text and "set_config" not in text:
                original(cursor, f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {text}", values)
                ((found,),) = cursor.fetchall()
                plans[text] = found[0]["Plan"]
            return original(cursor, query, params, *args, **kwargs)

        with patch.object(type(self.cr), "execute", execute):
            work()
            self.env.flush_all()
        return plans

    def read_costs(self, work):
        """Return ``{statement: rows handled}`` of the readings that some work makes."""
        return {text: self.count_work(plan) for text, plan in self.read_plans(work).items()}

    def count_queries(self, work):
        """Return how many statements some work sends to the database."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.cr.sql_log_count - before
