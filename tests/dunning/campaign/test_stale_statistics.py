from datetime import timedelta
from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from ....models.dunning.campaign.recovery_proposal import WRITTEN
from .imported_books import INVOICES, INVOICES_PER_CUSTOMER, TABLES, WORK, ImportedBooks


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestStaleStatistics(ImportedBooks):
    """Right after an import PostgreSQL believes that the books are empty: no query may then grow by the square."""

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
