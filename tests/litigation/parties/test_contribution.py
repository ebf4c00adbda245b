from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from .common import CourtsCommon

CLAIM_DAY = date(2026, 11, 21)


@tagged("post_install", "-at_install")
class TestContribution(CourtsCommon):
    """What the economic activities courts ask of who claims: legal figures with dates, and the company's own size."""

    def ask(self, amount, kind="tae", day=CLAIM_DAY):
        return self.env["recovery.jurisdiction"]._get_contribution(self.company, kind, amount, day)

    def be(self, headcount, turnover, profit):
        self.company.write({"recovery_headcount": headcount, "recovery_turnover": turnover, "recovery_profit": profit})

    def test_a_large_company_pays_a_share_up_to_a_cap(self):
        self.be(300, 60_000_000, 4_000_000)
        self.assertEqual(self.ask(100_000).amount, Decimal("3000.00"))
        self.assertEqual(self.ask(10_000_000).amount, Decimal("50000.00"))
        self.be(3000, 2_000_000_000, 1)
        self.assertEqual(self.ask(100_000).amount, Decimal("5000.00"))
        self.assertEqual(self.ask(10_000_000).amount, Decimal("100000.00"))

    def test_nobody_else_pays(self):
        self.be(300, 60_000_000, 4_000_000)
        self.assertEqual(self.ask(50_000).amount, 0, "not above the threshold")
        self.assertEqual(self.ask(100_000, "commerce").amount, 0)
        self.assertEqual(self.ask(100_000, False).amount, 0)
        self.assertEqual(self.ask(100_000, day=date(2024, 12, 31)).amount, 0, "the trial had not begun")
        self.assertEqual(self.ask(100_000, day=date(2029, 1, 1)).amount, 0, "it is over")
        for size in ((249, 60_000_000, 4_000_000), (300, 50_000_000, 4_000_000), (300, 60_000_000, 3_000_000)):
            self.be(*size)
            self.assertEqual(self.ask(100_000).amount, 0, size)
        self.be(3000, 2_000_000_000, -5)
        self.assertEqual(self.ask(100_000).amount, 0, "a loss")

    def test_a_size_that_nobody_entered_is_not_known(self):
        self.be(0, 0, 0)
        self.assertIsNone(self.ask(100_000).amount)
        self.be(300, 0, 0)
        found = self.ask(100_000)
        self.assertIsNone(found.amount)
        self.assertIn("settings", found.reason)
        self.assertEqual(self.ask(10).amount, 0, "nothing is owed whatever the size")

    def test_a_figure_that_the_law_changes_is_changed_on_screen(self):
        self.be(300, 60_000_000, 4_000_000)
        rate = self.env.ref("debt_recovery.recovery_legal_parameter_tae_rate_low")
        rate.with_user(self.recovery_manager).value = "2.5"
        self.assertEqual(self.ask(100_000).amount, Decimal("2500.00"))
