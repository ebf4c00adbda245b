import re
from datetime import timedelta
from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from ....models.dunning.campaign.recovery_proposal import WRITTEN
from ...common import RecoveryCommon

TABLES = ("res_partner", "account_move", "account_move_line", "account_partial_reconcile", "recovery_debtor")
INVOICES = 3000
INVOICES_PER_CUSTOMER = 5
WORK = 25  # rows that one query may handle per invoice; each with each would be hundreds


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestStaleStatistics(RecoveryCommon):
    """Right after an import PostgreSQL believes that the books are empty: no query may then grow by the square.

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

    def read_costs(self, work):
        """Return ``{statement: rows handled}`` of the readings that some work makes, each explained when it is made."""
        costs = {}
        original = type(self.cr).execute

        def execute(cursor, query, params=None, *args, **kwargs):
            text, values = (query.code, query.params) if hasattr(query, "code") else (query, params)
            text = re.sub(r"^\s*DECLARE .*? CURSOR FOR ", "", text, flags=re.DOTALL)
            is_reading = text.lstrip().upper().startswith("SELECT")
            if is_reading and text not in costs and "nextval" not in text and "set_config" not in text:
                original(cursor, f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {text}", values)
                ((plan,),) = cursor.fetchall()
                costs[text] = self.count_work(plan[0]["Plan"])
            return original(cursor, query, params, *args, **kwargs)

        with patch.object(type(self.cr), "execute", execute):
            work()
            self.env.flush_all()
        return costs

    def assertLinear(self, work):
        costs = self.read_costs(work)
        self.assertTrue(any("account_move_line" in text for text in costs))
        for text, handled in costs.items():
            self.assertLess(handled, WORK * INVOICES, f"{handled} rows for {INVOICES} invoices:\n{text}")

    def engines(self):
        Campaign, day = self.env["recovery.campaign"], self.today
        campaign = Campaign.create({"company_id": self.company.id, "date": day})
        past = Campaign.create({"company_id": self.company.id, "date": day - timedelta(days=30), "mode": "simulation"})
        yield "proposal", campaign._propose
        yield "simulation of a past day", past._propose
        yield "validation", lambda: campaign._validate(day)
        yield "worklist", lambda: self.env["recovery.worklist"]._compute(self.company, day)
        self.assertEqual(campaign.notice_count, INVOICES // INVOICES_PER_CUSTOMER + 1)

    def test_right_after_an_import(self):
        for table in TABLES:
            self.cr.execute(f"ANALYZE {table}")
        self.import_books()
        for name, work in self.engines():
            with self.subTest(engine=name):
                self.assertLinear(work)

    def test_when_postgresql_knows_nothing(self):
        self.import_books()
        self.forget_sizes()
        for name, work in self.engines():
            with self.subTest(engine=name):
                self.assertLinear(work)

    def test_what_a_large_campaign_wrote_is_read_in_one_go(self):
        """After an undone proposal the database believes that its tables hold pages without a row."""
        self.import_books()
        # the database's own cleaning, which earlier tests may have called for, stays away meanwhile
        self.cr.execute(f"LOCK TABLE {', '.join(WRITTEN)} IN SHARE UPDATE EXCLUSIVE MODE")
        self.cr.execute(
            "UPDATE pg_class SET reltuples = 0, relpages = 1000 WHERE oid = ANY(%s::regclass[])", [list(WRITTEN)]
        )
        campaign = self.env["recovery.campaign"].create({"company_id": self.company.id, "date": self.today})
        campaign._propose()
        self.env.flush_all()
        self.env.invalidate_all()
        costs = self.read_costs(lambda: campaign.notice_ids.line_ids.mapped("move_name"))
        self.assertTrue(any("recovery_notice_line" in text for text in costs))
        for text, handled in costs.items():
            self.assertLess(handled, WORK * INVOICES, f"{handled} rows for {INVOICES} invoices:\n{text}")

    def test_the_books_are_looked_at_once_and_only_when_they_changed(self):
        Ledger = self.env["recovery.ledger"]

        def analyzed():
            with patch.object(type(self.cr), "execute", autospec=True, side_effect=type(self.cr).execute) as execute:
                Ledger._refresh_statistics()
            return sum("ANALYZE" in str(getattr(call.args[1], "code", call.args[1])) for call in execute.call_args_list)

        self.assertFalse(analyzed())
        self.import_books()
        self.assertFalse(analyzed(), "once per transaction")
        self.cr.cache.clear()
        self.assertTrue(analyzed())
        self.assertFalse(analyzed())

    def test_the_measure_sees_a_square(self):
        self.import_books()
        self.cr.execute("SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off")
        with self.assertRaises(AssertionError):
            self.assertLinear(
                lambda: self.cr.execute(
                    "SELECT COUNT(*) FROM account_move_line a JOIN account_move_line b"
                    " ON a.date_maturity - b.date_maturity = a.id - b.id"
                )
            )
