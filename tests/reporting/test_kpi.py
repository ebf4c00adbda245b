from datetime import date

from odoo.tests import BaseCase, tagged

from ...models.reporting import kpi
from ...models.reporting.kpi import Paid, Sales


@tagged("post_install", "-at_install")
class TestKpi(BaseCase):
    """The formulas of the profession, with the examples that its books give."""

    def test_simple_dso(self):
        self.assertAlmostEqual(kpi.dso(30_000, 60_000, 90).value, 45)

    def test_dso_by_exhaustion_counts_back_month_by_month(self):
        months = [Sales(1_200, 30), Sales(800, 31), Sales(700, 30)]
        self.assertAlmostEqual(kpi.dso_by_exhaustion(2_500, months).value, 82.43, 2)

    def test_exhaustion_of_less_than_a_month(self):
        self.assertAlmostEqual(kpi.dso_by_exhaustion(600, [Sales(1_200, 30)]).value, 15)
        self.assertEqual(kpi.dso_by_exhaustion(0, [Sales(1_200, 30)]).value, 0)
        self.assertEqual(kpi.dso_by_exhaustion(-50, [Sales(1_200, 30)]).value, 0)

    def test_exhaustion_passes_a_month_without_sales(self):
        months = [Sales(500, 30), Sales(0, 31), Sales(-200, 30), Sales(1_000, 31)]
        self.assertAlmostEqual(kpi.dso_by_exhaustion(1_000, months).value, 30 + 31 + 30 + 15.5)

    def test_what_is_older_than_all_the_sales_goes_on_at_their_pace(self):
        self.assertAlmostEqual(kpi.dso_by_exhaustion(3_000, [Sales(1_000, 30)]).value, 90)
        self.assertIsNone(kpi.dso_by_exhaustion(3_000, []).value)
        self.assertIsNone(kpi.dso_by_exhaustion(3_000, [Sales(0, 30)]).value)

    def test_best_possible_and_delinquent_dso(self):
        best, simple = kpi.dso(80_000, 200_000, 90), kpi.dso(120_000, 200_000, 90)
        self.assertAlmostEqual(best.value, 36)
        self.assertAlmostEqual(simple.value - best.value, 18)

    def test_collection_effectiveness(self):
        self.assertAlmostEqual(kpi.cei(100_000, 200_000, 120_000, 80_000).value, 81.82, 2)

    def test_days_late_are_weighted_and_never_below_zero(self):
        self.assertAlmostEqual(kpi.average_delay([Paid(100, 10), Paid(300, 30)]).value, 25)
        self.assertAlmostEqual(kpi.average_delay([Paid(100, -20), Paid(100, 20)]).value, 10)
        self.assertIsNone(kpi.average_delay([]).value)

    def test_three_days_for_the_bank_are_on_time(self):
        payments = [Paid(100, 3), Paid(100, 4), Paid(200, -5)]
        self.assertAlmostEqual(kpi.on_time(payments, 3).value, 75)

    def test_nothing_to_divide_by_is_no_figure(self):
        self.assertIsNone(kpi.dso(100, 0, 90).value)
        self.assertIsNone(kpi.share(0, 0).value)
        self.assertIsNone(kpi.released(None, 40, 1000, 90))

    def test_cash_is_tied_up_and_released(self):
        self.assertAlmostEqual(kpi.cost_of_cash(365_000, 4, 10), 400)
        self.assertAlmostEqual(kpi.released(50, 45, 90_000, 90), 5_000)
        self.assertLess(kpi.released(45, 50, 90_000, 90), 0)

    def test_only_money_after_the_action_is_put_down_to_it(self):
        start = date(2026, 3, 10)
        parts = [
            (date(2026, 3, 10), 10.0, True),
            (date(2026, 3, 11), 20.0, True),
            (date(2026, 3, 20), 40.0, False),
            (date(2026, 4, 9), 80.0, True),
            (date(2026, 4, 10), 160.0, True),
        ]
        self.assertEqual(kpi.received_within(parts, start), 100)
