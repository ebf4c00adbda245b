from odoo.tests import BaseCase, tagged

from ....models.legal.conditions import NO, UNKNOWN, YES, Answer
from ....models.litigation.advice.ranking import OWN_MIN, Option, Range, Run, add_up, get_net, rank, read_own


def option(kind, state=YES, **figures):
    return Option(kind, Answer(state, ()), **figures)


@tagged("post_install", "-at_install")
class TestRanking(BaseCase):
    """Procedures beside each other, without a figure that nobody knows."""

    def test_too_few_own_cases_tell_nothing(self):
        run = Run(90, True, 1000, 600)
        self.assertIsNone(read_own([]))
        self.assertIsNone(read_own([run] * (OWN_MIN - 1)))
        own = read_own([run] * 8 + [Run(30, False, 1000, 0)] * 2)
        self.assertEqual((own.days, own.chance), (Range(90, 90, count=10), Range(80, 80, count=10)))
        self.assertAlmostEqual(own.share, 0.48)

    def test_no_net_without_own_cases_nor_with_a_cost_that_nobody_knows(self):
        own = read_own([Run(90, True, 1000, 600)] * OWN_MIN)
        self.assertIsNone(get_net(5000, None, Range(10, 20), True))
        self.assertIsNone(get_net(5000, own, Range(10, 20), False))
        self.assertEqual(get_net(5000, own, Range(10, 20), True), 2980)

    def test_costs_add_up_and_say_what_is_missing(self):
        self.assertEqual(add_up([(10, 20), (5, 5)]), (Range(15, 25), True))
        self.assertEqual(add_up([(10, 20), None]), (Range(10, 20), False))
        self.assertEqual(add_up([None]), (None, False))
        self.assertEqual(add_up([]), (None, True))

    def test_open_ones_first_then_the_criterion_and_the_unknown_last(self):
        options = [
            option("closed and cheap", NO, cost=Range(1, 1)),
            option("asked", UNKNOWN, cost=Range(1, 1)),
            option("unknown cost"),
            option("partly known", cost=Range(1, 1), is_cost_whole=False),
            option("dear", cost=Range(10, 90)),
            option("cheap", cost=Range(20, 40)),
        ]
        names = [found.kind for found in rank(options, "cost")]
        self.assertEqual(
            names, ["cheap", "dear", "unknown cost", "partly known", "asked", "closed and cheap"], "ranges by their end"
        )

    def test_each_criterion(self):
        quick = option("quick", days=Range(10, 20), chance=Range(10, 90), net=5.0)
        sure = option("sure", days=Range(10, 60), chance=Range(80, 85), net=900.0)
        unknown = option("unknown")
        for criterion, expected in (
            ("time", ["quick", "sure", "unknown"]),
            ("chance", ["sure", "quick", "unknown"]),
            ("net", ["sure", "quick", "unknown"]),
        ):
            with self.subTest(criterion=criterion):
                self.assertEqual([found.kind for found in rank([unknown, quick, sure], criterion)], expected)
