import random
from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ....models.contract.payment_limit import Rule, decade_end, judge, latest_due, month_end
from ....models.credit.score.behaviour import band_of, months_between, parse_bounds, read_behaviour, regularity_of
from ....models.credit.score.scoring import CLASSES, Factor, class_of, is_worse, points_of, rate
from ....models.ledger.rows import PaymentDelays

DELAY = Factor("delay", 30, ((0, 100), (10, 60), (30, 0)), is_history=True)
LIMIT = Factor("limit", 10, ((0, 100), (100, 0)))
INSOLVENT = Factor("insolvency", 0, ((0, 100), (1, 0)), ceiling=0)
GENERAL = [Rule(1, "days", 60), Rule(2, "days_then_month_end", 45, True), Rule(3, "month_end_then_days", 45, True)]


@tagged("post_install", "-at_install")
class TestScoringRules(BaseCase):
    """The pure calculations of the risk room: score, behaviour, legal payment terms."""

    def test_points_hold_from_a_band_on_and_below_the_first(self):
        bands = ((0, 100), (10, 60), (30, 0))
        self.assertEqual([points_of(v, bands) for v in (-5, 0, 9.9, 10, 29, 30, 1e9)], [100, 100, 100, 60, 60, 0, 0])
        self.assertEqual(points_of(5, ()), 0)

    def test_the_score_is_the_weighted_average_of_what_is_known(self):
        result = rate([DELAY, LIMIT], {"delay": 12, "limit": 50})
        self.assertEqual((result.score, result.risk_class), (70, "B"))  # (30 × 60 + 10 × 100) / 40
        self.assertEqual(
            [(m.code, m.value, m.weight, m.points) for m in result.marks],
            [
                ("delay", 12, 30, 60),
                ("limit", 50, 10, 100),
            ],
        )
        result = rate([DELAY, LIMIT], {"delay": 12, "limit": None})
        self.assertEqual((result.score, result.marks[1].points), (60, None))

    def test_without_a_past_there_is_no_number(self):
        for values in ({}, {"limit": 10}, {"limit": 10, "insolvency": 0}):
            result = rate([DELAY, LIMIT, INSOLVENT], values)
            self.assertEqual((result.score, result.risk_class), (None, "none"))

    def test_insolvency_caps_even_without_a_past(self):
        for values in ({"insolvency": 1}, {"insolvency": 1, "delay": 0, "limit": 0}):
            result = rate([DELAY, LIMIT, INSOLVENT], values)
            self.assertEqual((result.score, result.risk_class, result.capped_by), (0, "E", "insolvency"))

    def test_classes_begin_at_their_threshold(self):
        self.assertEqual([class_of(s) for s in (100, 80, 79, 65, 64, 50, 49, 30, 29, 0)], list("AABBCCDDEE"))
        self.assertTrue(is_worse("C", "B"))
        self.assertFalse(is_worse("B", "C") or is_worse("B", "B") or is_worse("none", "A") or is_worse("A", False))

    def test_properties_on_random_factors(self):
        rng = random.Random(7)
        for _round in range(300):
            factors = []
            for code in "abcdef":
                starts = sorted(rng.sample(range(0, 100), rng.randint(1, 5)))
                points = sorted((rng.randint(0, 100) for _ in starts), reverse=True)
                factors.append(
                    Factor(code, rng.randint(1, 30), tuple(zip(starts, points, strict=True)), is_history=code == "a")
                )
            values = {code: rng.uniform(-10, 110) for code in "abcdef" if code == "a" or rng.random() < 0.7}
            result = rate(factors, values)
            self.assertTrue(0 <= result.score <= 100)
            self.assertIn(result.risk_class, CLASSES)
            self.assertEqual(rate(factors, values), result)
            self.assertEqual(rate(factors[::-1], values).score, result.score)
            doubled = [factor._replace(weight=factor.weight * 2) for factor in factors]
            self.assertEqual(rate(doubled, values).score, result.score)
            worse = {code: value + rng.uniform(0, 20) for code, value in values.items()}
            self.assertLessEqual(rate(factors, worse).score, result.score)
            points = [mark.points for mark in result.marks if mark.points is not None]
            self.assertTrue(min(points) <= result.score <= max(points))

    # ------------------------------------------------------------
    # Behaviour
    # ------------------------------------------------------------
    def test_a_break_is_against_the_customers_own_past(self):
        calm = PaymentDelays(
            1,
            amount_12=900,
            weighted_12=900 * 5,
            late_12=90,
            count_12=9,
            amount_24=1500,
            weighted_24=1500 * 5,
            count_24=15,
            recent_amount=300,
            recent_weighted=300 * 40,
            recent_count=3,
            past_amount=1200,
            past_weighted=1200 * 5,
            past_squares=1200 * 29,
            past_count=12,
        )
        behaviour = read_behaviour(calm)
        self.assertEqual((behaviour.recent, behaviour.past, behaviour.spread, behaviour.limit), (40, 5, 2, 15))
        self.assertEqual((behaviour.trend, behaviour.is_break, behaviour.late_share), (35, True, 10))
        restless = calm._replace(past_squares=1200 * (25 + 400))
        self.assertFalse(read_behaviour(restless).is_break, "40 days are within its habit: 5 + 2 × 20")
        few = calm._replace(past_count=4)
        self.assertEqual((read_behaviour(few).trend, read_behaviour(few).is_break), (None, False))
        self.assertFalse(read_behaviour(calm._replace(recent_weighted=300 * 15)).is_break)

    def test_nothing_received_is_not_known(self):
        self.assertIsNone(read_behaviour(None).delay_12)
        self.assertEqual(regularity_of(read_behaviour(None)), "none")
        shares = {0: "regular", 10: "regular", 11: "variable", 50: "variable", 51: "late"}
        for late, expected in shares.items():
            history = PaymentDelays(1, amount_12=100, late_12=late, count_12=1, amount_24=100, count_24=1)
            self.assertEqual(regularity_of(read_behaviour(history)), expected)

    def test_months_are_complete_ones(self):
        self.assertEqual(months_between(date(2026, 1, 31), date(2026, 2, 28)), 0)
        self.assertEqual(months_between(date(2026, 1, 28), date(2026, 2, 28)), 1)
        self.assertEqual(months_between(date(2024, 2, 29), date(2025, 2, 28)), 11)
        self.assertEqual(months_between(date(2026, 5, 1), date(2026, 4, 1)), 0)

    def test_bounds_of_bands(self):
        self.assertEqual(parse_bounds("1000; 10 000;50000,5"), [1000, 10000, 50000.5])
        for text in ("", "0; 5", "10; 5", "5; 5", "abc"):
            with self.assertRaises(ValueError):
                parse_bounds(text)
        self.assertEqual([band_of(a, [10, 20]) for a in (0, 9.99, 10, 20, 99)], [0, 0, 1, 2, 2])

    # ------------------------------------------------------------
    # Legal payment terms
    # ------------------------------------------------------------
    def test_the_end_of_month_comes_before_or_after_the_days(self):
        start = date(2026, 1, 16)
        self.assertEqual(latest_due(Rule(1, "days", 60), start), date(2026, 3, 17))
        self.assertEqual(latest_due(Rule(1, "days_then_month_end", 45), start), date(2026, 3, 31))
        self.assertEqual(latest_due(Rule(1, "month_end_then_days", 45), start), date(2026, 3, 17))
        self.assertEqual(latest_due(Rule(1, "days_then_month_end", 45), date(2026, 1, 14)), date(2026, 2, 28))

    def test_leap_years(self):
        self.assertEqual(month_end(date(2028, 2, 3)), date(2028, 2, 29))
        self.assertEqual(latest_due(Rule(1, "days_then_month_end", 45), date(2028, 1, 14)), date(2028, 2, 29))
        self.assertEqual(latest_due(Rule(1, "days", 60), date(2028, 1, 1)), date(2028, 3, 1))
        self.assertEqual(latest_due(Rule(1, "days", 60), date(2027, 1, 1)), date(2027, 3, 2))

    def test_ten_day_periods(self):
        ends = {1: 10, 10: 10, 11: 20, 20: 20, 21: 28, 28: 28}
        for day, end in ends.items():
            self.assertEqual(decade_end(date(2026, 2, day)), date(2026, 2, end))
        self.assertEqual(latest_due(Rule(1, "decade_then_days", 30), date(2026, 1, 31)), date(2026, 3, 2))

    def test_sixty_days_are_free_and_the_end_of_month_must_be_agreed(self):
        start = date(2026, 1, 16)
        self.assertEqual(judge(GENERAL, start, date(2026, 3, 17)).state, "ok")
        verdict = judge(GENERAL, start, date(2026, 3, 31))
        self.assertEqual((verdict.state, verdict.rule.key), ("clause", 2))
        self.assertEqual(judge(GENERAL, start, date(2026, 3, 31), has_clause=True).state, "ok")
        verdict = judge(GENERAL, start, date(2026, 4, 2), has_clause=True)
        self.assertEqual((verdict.state, verdict.latest, verdict.excess), ("over", date(2026, 3, 31), 2))
        self.assertEqual(judge([], start, date(2030, 1, 1)).state, "ok")

    def test_whatever_the_day_the_verdict_follows_the_bounds(self):
        for offset in range(800):
            start = date(2027, 1, 1) + timedelta(days=offset)
            bounds = sorted(latest_due(rule, start) for rule in GENERAL)
            self.assertEqual(judge(GENERAL, start, latest_due(GENERAL[0], start)).state, "ok")
            self.assertIn(judge(GENERAL, start, bounds[-1]).state, ("ok", "clause"))
            over = judge(GENERAL, start, bounds[-1] + timedelta(days=1), has_clause=True)
            self.assertEqual((over.state, over.excess), ("over", 1))
