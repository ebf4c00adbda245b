from datetime import timedelta
from random import Random

from odoo.tests import BaseCase, tagged

from ...models.reporting import backtest
from ...models.reporting.forecast import (
    WEEKS,
    Agreed,
    Expected,
    History,
    Open,
    shrink_rate,
    sum_weeks,
    widen,
)
from .payers import DAY, REGIMES, make_demonstration, make_life, make_lives


def days(number):
    return timedelta(days=number)


def make_habit(customer, late, count, start=0, segment="professional"):
    """Return lives of a customer who always pays that many days late."""
    lives = []
    for number in range(count):
        due = DAY - days(late + 5 + 7 * number)
        lives.append(make_life(start + number, customer, due - days(30), due, 100.0, due + days(late), segment))
    return lives


@tagged("post_install", "-at_install")
class TestForecast(BaseCase):
    """What is expected of an instalment follows from how its customer paid, and says so."""

    def setUp(self):
        super().setUp()
        self.lives = make_habit(1, 10, 40) + make_habit(2, 50, 40, 1000)

    def expect(self, customer, due, agreed=None, lives=None, segment="professional", amount=100.0):
        history = History(self.lives if lives is None else lives, DAY)
        return history.forecast(Open(1, customer, segment, due, amount, agreed))

    def test_all_of_an_instalment_is_somewhere(self):
        """In the weeks ahead, later, or never: the shares come to one, whatever is agreed."""
        random = Random(5)
        history = History(make_lives("erratic", customers=20), DAY)
        kinds = [
            None,
            Agreed("promise", ((DAY + days(9), 1.0),), 0.7, DAY + days(12)),
            Agreed("plan", tuple((DAY + days(30 * n), 0.2) for n in range(5)), 0.9, DAY + days(130)),
            Agreed("dispute", (), 0.0, DAY + days(40), 0.4),
            Agreed("insolvency", (), 0.0, None, 0.0),
        ]
        for number in range(200):
            late = random.randrange(-120, 900)
            row = history.forecast(
                Open(number, random.randrange(25), "professional", DAY - days(late), 80.0, kinds[number % 5])
            )
            self.assertAlmostEqual(sum(row.weeks) + row.later + row.never, 1, 9)
            self.assertTrue(all(share >= -1e-12 for share in (*row.weeks, row.later, row.never)))
            self.assertAlmostEqual(row.probability, sum(row.weeks), 9)
            self.assertTrue(row.date is None or row.date >= DAY)

    def test_who_pays_ten_days_late_is_expected_ten_days_late(self):
        due = DAY + days(7)
        self.assertAlmostEqual((self.expect(1, due).date - due).days, 10, delta=2)
        self.assertAlmostEqual((self.expect(2, due).date - due).days, 50, delta=3)

    def test_what_was_waited_is_behind(self):
        """What is later than its customer ever was is expected soon, but no longer with certainty."""
        row = self.expect(1, DAY - days(60))
        self.assertTrue(row.date is None or row.date > DAY)
        self.assertGreater(row.never + row.later, self.expect(1, DAY + days(7)).never)

    def test_few_payments_are_shrunk_towards_the_segment(self):
        """One payment says little, ten say more: the expected day moves from the segment's to the own."""
        due = DAY + days(10)
        segment = make_habit(2, 10, 200, 1000)
        expected = [
            (self.expect(9, due, lives=segment + make_habit(9, 60, count, 5000)).date - due).days
            for count in (0, 2, 60)
        ]
        self.assertEqual(expected, sorted(expected))
        self.assertLess(expected[0], 15)
        self.assertLess(expected[1], 40)
        self.assertGreater(expected[2], 50)

    def test_a_small_segment_is_shrunk_towards_the_whole(self):
        due = DAY + days(10)
        lives = make_habit(1, 10, 300) + make_habit(2, 50, 1, 1000, "public")
        found = (self.expect(7, due, lives=lives, segment="public").date - due).days
        self.assertLess(found, 30)
        lives = make_habit(1, 10, 300) + make_habit(2, 50, 300, 1000, "public")
        found = (self.expect(7, due, lives=lives, segment="public").date - due).days
        self.assertGreater(found, 40)

    def test_what_is_still_waiting_counts(self):
        """Ten paid at once and thirty that wait since months: only the paid ones would make a quick payer."""
        paid = make_habit(1, 2, 10)
        waiting = [make_life(500 + n, 1, DAY - days(200), DAY - days(150 + n)) for n in range(30)]
        quick, slow = self.expect(1, DAY, lives=paid), self.expect(1, DAY, lives=paid + waiting)
        self.assertLess(slow.probability, quick.probability - 0.3)

    def test_what_no_money_settled_is_no_payment(self):
        """A credit note ends the wait and says nothing of when somebody pays."""
        settled = [life._replace(is_paid=False) for life in make_habit(3, 0, 50)]
        history = History(settled + make_habit(1, 30, 50, 2000), DAY)
        why = history.explain(Open(1, 3, "professional", DAY, 10.0))
        self.assertEqual((why.count, why.paid, why.median), (50, 0, None))
        row = history.forecast(Open(1, 3, "professional", DAY, 10.0))
        self.assertTrue(row.date is None or row.date > DAY + days(20))

    def test_the_future_is_not_known(self):
        """A forecast as of a past day does not change with what came after it."""
        past = DAY - days(100)
        lives = make_lives("stable", customers=15)
        known = [life for life in lives if life.issued <= past]
        forgotten = [
            life._replace(settled_on=None, is_paid=False, parts=())
            if life.settled_on and life.settled_on > past
            else life
            for life in known
        ]
        for customer in range(15):
            item = Open(1, customer, "professional", past + days(3), 10.0)
            self.assertEqual(History(lives, past).forecast(item), History(forgotten, past).forecast(item))

    def test_nothing_known_expects_nothing(self):
        row = self.expect(1, DAY, lives=[])
        self.assertIsNone(row.date)
        self.assertEqual(row.probability, 0)
        self.assertEqual(row.never, 1)

    def test_receipts_follow_the_days_on_which_people_pay(self):
        """Who pays on the last day of the month is expected in the week of that day; the sum is the same."""
        lives = make_lives("ends of months", customers=40)
        history = History(lives, DAY)
        items = [Open(n, n % 40, "professional", DAY + days(n % 60 - 30), 100.0) for n in range(400)]
        weeks = sum_weeks([history.forecast(item) for item in items], DAY)
        ends = {4, 8}  # the weeks of 31 December and 31 January are the fifth and the ninth
        inside = sum(week.likely for number, week in enumerate(weeks) if number in ends)
        others = [week.likely for number, week in enumerate(weeks[:10]) if number not in ends]
        self.assertGreater(inside / 2, 2 * sum(others) / len(others))

    def test_a_promise_comes_before_the_habit(self):
        day = DAY + days(16)
        row = self.expect(2, DAY - days(5), Agreed("promise", ((day, 1.0),), 0.8, day + days(3)))
        self.assertEqual(row.date, day)
        self.assertGreaterEqual(row.weeks[2], 0.8)
        self.assertEqual(sum(row.weeks[:2]), 0)
        self.assertEqual((row.why.agreed, row.why.chance), ("promise", 0.8))

    def test_a_promise_that_is_rarely_kept_moves_little(self):
        day = DAY + days(16)
        row = self.expect(2, DAY - days(5), Agreed("promise", ((day, 1.0),), 0.2, day))
        self.assertNotEqual(row.date, day)
        self.assertAlmostEqual(row.weeks[2], 0.2, delta=0.05)

    def test_a_plan_comes_on_its_dates(self):
        dates = tuple((DAY + days(30 * number), 0.25) for number in (1, 2, 3, 4))
        row = self.expect(1, DAY - days(90), Agreed("plan", dates, 1.0))
        self.assertEqual([week for week, share in enumerate(row.weeks) if share], [4, 8, 12])
        self.assertAlmostEqual(row.probability, 0.75, 9)
        self.assertAlmostEqual(row.later, 0.25, 9)
        self.assertEqual(row.date, DAY + days(120))

    def test_a_dispute_waits_and_may_be_lost(self):
        row = self.expect(1, DAY, Agreed("dispute", (), 0.0, DAY + days(35), 0.5))
        self.assertEqual(sum(row.weeks[:5]), 0)
        self.assertGreaterEqual(row.never, 0.5)
        self.assertIsNone(row.date)

    def test_an_insolvent_customer_brings_nothing(self):
        row = self.expect(1, DAY, Agreed("insolvency", (), 0.0, None, 0.0))
        self.assertEqual((row.probability, row.never, row.date), (0, 1, None))

    def test_what_is_no_number_is_no_agreement(self):
        self.assertTrue(Agreed("plan", ((DAY, 0.5), (DAY, 0.5)), 0.4).is_sound)
        for part, chance, share in (
            (float("nan"), 0.5, 1.0),
            (0.5, float("inf"), 1.0),
            (0.5, 0.5, -0.1),
            (1.2, 1.0, 1.0),
        ):
            self.assertFalse(Agreed("plan", ((DAY, part),), chance, None, share).is_sound)

    def test_the_explanation_says_on_what_it_rests(self):
        why = self.expect(1, DAY - days(4)).why
        self.assertEqual((why.count, why.paid, why.median, why.late), (40, 40, 10, 4))
        self.assertGreater(why.weight, 0.7)
        self.assertEqual(self.expect(77, DAY - days(4)).why.weight, 0)

    def test_a_rate_of_few_cases_is_shrunk(self):
        self.assertAlmostEqual(shrink_rate(0, 0, 0, 0), 0.5)
        self.assertAlmostEqual(shrink_rate(0, 0, 90, 98), 0.91)
        self.assertLess(shrink_rate(0, 1, 90, 98), 0.8)
        self.assertLess(shrink_rate(0, 40, 90, 98), 0.1)

    # The band

    def make_rows(self, parts):
        return [
            Expected(n, amount, None, share, (share,) + (0.0,) * (WEEKS - 1), 0.0, 1 - share, None)
            for n, (amount, share) in enumerate(parts)
        ]

    def test_one_big_instalment_comes_whole_or_not(self):
        week = sum_weeks(self.make_rows([(1000.0, 0.5)]), DAY)[0]
        self.assertEqual((week.start, week.low, week.likely, week.high), (DAY + days(1), 0, 500, 1000))
        week = sum_weeks(self.make_rows([(1000.0, 0.95)]), DAY)[0]
        self.assertEqual((week.low, week.high), (1000 * 0.95, 1000))

    def test_the_band_holds_what_it_says(self):
        """Drawn two thousand times, what comes is inside the band four times in five."""
        random = Random(3)
        parts = [(random.lognormvariate(5, 1.2), random.random()) for _number in range(60)]
        week = sum_weeks(self.make_rows(parts), DAY)[0]
        draws = [sum(amount for amount, share in parts if random.random() < share) for _draw in range(2000)]
        inside = sum(week.low <= came <= week.high for came in draws) / len(draws)
        self.assertAlmostEqual(inside, 0.8, delta=0.04)

    def test_a_wider_band_keeps_its_middle(self):
        (week,) = widen(sum_weeks(self.make_rows([(100.0, 0.5)] * 40), DAY)[:1], 2)
        (plain,) = sum_weeks(self.make_rows([(100.0, 0.5)] * 40), DAY)[:1]
        self.assertEqual(week.likely, plain.likely)
        self.assertAlmostEqual(week.high - week.likely, 2 * (plain.high - plain.likely))
        self.assertGreaterEqual(week.low, 0)

    def test_an_empty_week_has_no_band(self):
        self.assertEqual({week[1:] for week in sum_weeks([], DAY)}, {(0, 0, 0)})
        self.assertEqual(len(sum_weeks([], DAY)), WEEKS)


@tagged("post_install", "-at_install")
class TestBacktest(BaseCase):
    """Trust is earned: tried on the past against rules that anybody could apply, and said when it did not win."""

    def test_it_beats_both_naive_rules_in_each_regime(self):
        for regime in REGIMES:
            for seed in (1, 2):
                with self.subTest(regime=regime, seed=seed):
                    trial = backtest.run(make_lives(regime, seed), DAY)
                    self.assertEqual(len(trial.months), 12)
                    self.assertEqual(trial.lost, [])
                    self.assertTrue(trial.wins)
                    self.assertGreater(trial.coverage, 0.65)

    def test_it_beats_both_naive_rules_on_the_demonstration(self):
        """Whatever the day on which the demonstration is made."""
        for day in (DAY, DAY - days(75), DAY - days(150), DAY - days(225)):
            with self.subTest(day=day):
                trial = backtest.run(make_demonstration(day), day)
                self.assertGreaterEqual(len(trial.months), 9)
                self.assertEqual(trial.lost, [])

    def test_a_trial_knows_nothing_of_what_came_later(self):
        """What was said at the end of a month, band included, is the same whatever came after it."""
        for regime in ("stable", "crisis"):
            lives = make_lives(regime, customers=30)
            (end,) = backtest.get_month_ends(DAY, 1)
            trial = backtest.run(lives, DAY)
            self.assertEqual(trial.months[-1].day, end)
            otherwise = [self.change_after(end, life) for life in lives if life.issued <= end]
            self.assertNotEqual(
                backtest.run(otherwise, DAY).months[-1].received, trial.months[-1].received, "nothing was changed"
            )
            self.assertEqual(backtest.run(otherwise, DAY).months[-1].weeks, trial.months[-1].weeks)

    def change_after(self, end, life):
        """Return a life in which all that came after a day came three weeks later."""
        if life.settled_on is None or life.settled_on <= end:
            return life
        parts = tuple((on + days(21) if on > end else on, *rest) for on, *rest in life.parts)
        return life._replace(settled_on=life.settled_on + days(21), parts=parts)

    def test_where_all_are_punctual_it_says_that_it_does_not_win(self):
        """Nothing beats the due date of people who pay to the day."""
        trial = backtest.run(make_lives("punctual"), DAY)
        self.assertTrue(trial.is_enough)
        self.assertIn(("due", "days"), trial.lost)
        self.assertFalse(trial.wins)

    def test_too_short_a_past_is_no_proof(self):
        trial = backtest.run(make_lives("stable", months=3), DAY)
        self.assertFalse(trial.is_enough)
        self.assertFalse(trial.wins)
        trial = backtest.run([], DAY)
        self.assertEqual((trial.months, trial.scores, trial.coverage), ([], {}, None))
        self.assertFalse(trial.wins)

    def test_only_months_whose_quarter_is_over_are_tried(self):
        ends = backtest.get_month_ends(DAY, 3)
        self.assertEqual([end.isoformat() for end in ends], ["2026-06-30", "2026-07-31", "2026-08-31"])

    def test_what_came_is_what_the_books_say(self):
        """Receipts of a month's quarter are the money parts of what was open then, credit notes left out."""
        lives = make_habit(1, 10, 60)
        end = backtest.get_month_ends(DAY, 1)[0]
        credited = make_life(900, 1, end - days(10), end + days(20))
        parts = ((end + days(30), 60.0, False), (end + days(40), 40.0, True))
        lives.append(credited._replace(parts=parts, settled_on=end + days(40), is_paid=True))
        lives += [make_life(910 + n, 2, end - days(40), end - days(n), 10.0, end + days(8)) for n in range(25)]
        (month,) = backtest.run(lives, DAY, months=1).months
        expected = sum(life.amount for life in lives if life.is_waiting(end) and life.settled_on and life.key < 900)
        self.assertAlmostEqual(sum(month.received), expected + 40 + 250)
