from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from ...models.common import recovery_ranged
from ...models.ledger import recovery_debtor_touch
from ..common import RecoveryCommon

FIGURES = ["amount_open", "amount_overdue", "next_action_code", "next_action_date", "priority_cash", "figures_date"]
SCORES = ["score", "risk_class", "score_date", "exposure_amount"]


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestNightsInRanges(RecoveryCommon):
    """The night's work on many customers is cut into ranges, and gives what it gives at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls.env["res.partner"]
        for position in range(5):
            partner = cls.make_partner(f"Client {position}", email=f"c{position}@example.com")
            cls.make_invoice(partner, days_overdue=10 + 20 * position)
            cls.partners |= partner
        cls.Work = cls.env["recovery.work"].sudo()

    @contextmanager
    def many(self):
        with patch.object(recovery_ranged, "MANY", 2), patch.object(recovery_ranged, "AT_ONCE", 2):
            yield

    def run_cron(self, name):
        with self.enter_registry_test_mode():
            self.env.ref(f"debt_recovery.{name}").sudo().method_direct_trigger()
        self.env.invalidate_all()

    def find_works(self, kind):
        return self.Work.search([("kind", "=", kind), ("company_id", "=", self.company.id)], order="id")

    def tell(self, names):
        debtors = self.env["recovery.debtor"]._ensure_for(self.partners, self.company).sorted("partner_id")
        return [[debtor[name] for name in names] for debtor in debtors]

    def test_scores_in_ranges_are_those_made_at_once(self):
        self.env["recovery.scoring"].sudo()._compute(self.company, self.today)
        expected = self.tell(SCORES)
        self.env["recovery.debtor"].sudo()._ensure_for(self.partners, self.company).write({"score": 0})
        with self.many():
            self.run_cron("ir_cron_compute_scores")
            work = self.find_works("scores")
            self.assertGreater(len(work.range_ids), 2)
            self.run_cron("ir_cron_do_works")
        self.assertEqual(work.state, "done")
        self.assertEqual(self.tell(SCORES), expected)

    def test_figures_in_ranges_are_those_made_at_once(self):
        self.env["recovery.worklist"].sudo()._refresh(self.company, self.today)
        expected = self.tell(FIGURES)
        self.assertTrue(any(row[1] for row in expected))
        self.env["recovery.debtor"].sudo()._ensure_for(self.partners, self.company).write({"amount_overdue": 0})
        self.company.sudo().recovery_worklist_date = False
        with self.many():
            self.run_cron("ir_cron_refresh_worklist")
            work = self.find_works("figures")
            self.assertGreater(len(work.range_ids), 2)
            self.run_cron("ir_cron_do_works")
        self.assertEqual(work.state, "done")
        self.assertEqual(self.tell(FIGURES), expected)

    def test_a_night_that_was_cancelled_is_made_up_for_by_whoever_opens_the_worklist(self):
        self.company.sudo().recovery_worklist_date = False
        self.env["recovery.debtor"].sudo()._ensure_for(self.partners, self.company)
        with self.many():
            self.run_cron("ir_cron_refresh_worklist")
            self.find_works("figures").with_user(self.recovery_manager).action_cancel()
        self.assertFalse(self.company.sudo().recovery_worklist_date)
        self.env["recovery.worklist"].sudo()._refresh(self.company, self.today)
        self.assertTrue(all(row[1] for row in self.tell(FIGURES)))

    def test_nobody_waits_for_very_many_whose_books_moved(self):
        Touch, worklist = self.env["recovery.debtor.touch"], self.env["recovery.worklist"].sudo()
        worklist._refresh(self.company, self.today)
        for partner in self.partners:
            self.make_invoice(partner, amount=50.0, days_overdue=5)
        self.env.flush_all()
        debtor = self.debtor_of(self.partners[0])
        before = self.tell(FIGURES)
        with patch.object(recovery_debtor_touch, "MANY", 4), self.many():
            for user in (self.recovery_user, self.recovery_auditor):
                with self.subTest(user=user.login):
                    self.env["recovery.debtor"].with_user(user).action_refresh_worklist()
                    self.assertEqual(self.tell(FIGURES), before)
                    self.assertEqual(len(self.find_works("figures")), 1, "it is under way already")
            self.assertTrue(Touch._find(self.company, self.partners[0]))
            worklist._catch_up(debtor)
            self.assertGreater(debtor.amount_overdue, before[0][1], "who opens one has that one")
            self.run_cron("ir_cron_do_works")
        self.assertEqual(self.find_works("figures").state, "done")
        self.assertFalse(Touch._find(self.company))
        after = self.tell(FIGURES)
        self.assertTrue(all(new[1] > old[1] for new, old in zip(after, before, strict=True)))
        worklist._compute(self.company, self.today)
        self.assertEqual(self.tell(FIGURES), after)

    def test_few_customers_are_done_at_once(self):
        self.run_cron("ir_cron_compute_scores")
        self.run_cron("ir_cron_seal_journal")
        self.assertFalse(self.find_works("scores") | self.find_works("seal"))

    def test_with_workers_what_cannot_be_cut_is_one_range(self):
        with patch.object(type(self.Work), "_has_workers", lambda _self: True):
            self.run_cron("ir_cron_seal_journal")
            self.run_cron("ir_cron_watch_deadlines")
            works = self.find_works("seal") | self.find_works("deadlines")
            self.assertEqual(works.range_ids.mapped("count"), [1, 1])
            self.run_cron("ir_cron_do_works")
        self.assertEqual(works.mapped("state"), ["done", "done"])
        waiting = [("company_id", "=", self.company.id), ("sealed_number", "=", 0)]
        self.assertFalse(self.env["recovery.event"].sudo().search_count(waiting))
