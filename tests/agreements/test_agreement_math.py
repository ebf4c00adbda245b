import random
from datetime import date, timedelta
from typing import NamedTuple

from odoo.tests import BaseCase, tagged

from ...models.agreements import plan_schedule as plan
from ...models.agreements import promise_check as promise


class Row(NamedTuple):
    date: date
    amount: float
    is_money: bool = True


def fill_slowly(dates, money, reduction):
    """Fill cent by cent, with whole numbers: obvious, slow."""
    rows = sorted(dates, key=lambda row: (row.due, row.key))
    target = {row.key: round(row.amount * 100) for row in rows}
    for _cent in range(round(reduction * 100)):
        for row in reversed(rows):
            if target[row.key]:
                target[row.key] -= 1
                break
    got, paid_on, surplus = dict.fromkeys(target, 0), dict.fromkeys(target), 0
    for day, amount in sorted(money):
        for _cent in range(round(amount * 100)):
            for row in rows:
                if got[row.key] < target[row.key]:
                    got[row.key] += 1
                    if got[row.key] == target[row.key]:
                        paid_on[row.key] = day
                    break
            else:
                surplus += 1
    return {key: (target[key] / 100, got[key] / 100, paid_on[key]) for key in target}, surplus / 100


@tagged("post_install", "-at_install")
class TestAgreementMath(BaseCase):
    """Schedules and promises in plain Python."""

    day = date(2026, 11, 21)

    # ------------------------------------------------------------
    # Schedules
    # ------------------------------------------------------------
    def test_months_keep_their_day_or_the_last_one(self):
        days = [plan.add_months(date(2026, 1, 31), months) for months in range(4)]
        self.assertEqual(days, [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)])
        self.assertEqual(plan.add_months(date(2028, 1, 31), 1), date(2028, 2, 29), "a leap year")
        self.assertEqual(plan.add_months(date(2028, 2, 29), 12), date(2029, 2, 28))
        self.assertEqual(plan.add_months(date(2026, 11, 15), 2), date(2027, 1, 15))
        self.assertEqual(plan.count_months(date(2026, 11, 30), date(2027, 1, 1)), 3)

    def test_parts_add_up_and_the_last_takes_the_rest(self):
        self.assertEqual(plan.split(1000, 3, 2), [333.33, 333.33, 333.34])
        self.assertEqual(plan.split(0.05, 3, 2), [0.01, 0.01, 0.03])
        self.assertEqual(plan.split(1000, 3, 0), [333, 333, 334])
        with self.assertRaises(ValueError):
            plan.split(0.02, 3, 2)

    def test_random_schedules_add_up_to_the_cent(self):
        rng = random.Random(19)
        for _time in range(500):
            cents, count = rng.randint(200, 10**8), rng.randint(1, 60)
            down = rng.randint(0, cents - count) / 100 if rng.random() < 0.5 else 0.0
            first = date(2026, 1, 1) + timedelta(days=rng.randint(0, 2000))
            rows = plan.generate(cents / 100, count, first, 2, down, first - timedelta(days=3))
            self.assertEqual(round(sum(round(amount * 100) for _day, amount in rows)), cents)
            self.assertEqual(len(rows), count + bool(down))
            parts = [amount for _day, amount in rows[bool(down) :]]
            self.assertEqual(len(set(parts[:-1])), 1 if count > 1 else 0)
            self.assertGreaterEqual(parts[-1], parts[0])
            self.assertTrue(all(day.day == min(first.day, 28) or day.day >= 28 for day, _amount in rows[bool(down) :]))

    def test_filling_like_cent_by_cent(self):
        rng = random.Random(2026)
        for _time in range(200):
            dates = [
                plan.PlanDate(key, self.day + timedelta(days=rng.randint(0, 90)), rng.randint(1, 400) / 100)
                for key in range(rng.randint(1, 6))
            ]
            money = [
                (self.day + timedelta(days=rng.randint(0, 100)), rng.randint(1, 500) / 100)
                for _payment in range(rng.randint(0, 5))
            ]
            reduction = rng.choice([0, 0, rng.randint(1, 800) / 100])
            filled, surplus = plan.fill(dates, money, reduction, 2)
            expected, expected_surplus = fill_slowly(dates, money, reduction)
            self.assertEqual({key: tuple(row) for key, row in filled.items()}, expected)
            self.assertEqual(surplus, expected_surplus)

    def test_late_by_more_than_the_tolerance(self):
        dates = [plan.PlanDate(1, self.day, 100.0), plan.PlanDate(2, self.day + timedelta(days=30), 100.0)]
        filled, _surplus = plan.fill(dates, [(self.day, 60.0)], 0.0, 2)
        self.assertEqual(plan.missing_on(dates, filled, self.day + timedelta(days=8), 8, 2), 0)
        self.assertEqual(plan.missing_on(dates, filled, self.day + timedelta(days=9), 8, 2), 40)

    def test_since_counts_only_what_is_new(self):
        rows = [Row(self.day, 100), Row(self.day, 30, False), Row(self.day + timedelta(days=1), 50)]
        self.assertEqual(plan.since(rows, 0, 0, 2), ([(self.day, 100), (self.day + timedelta(days=1), 50)], 30))
        self.assertEqual(plan.since(rows, 120, 30, 2), ([(self.day + timedelta(days=1), 30)], 0))
        self.assertEqual(plan.since(rows, 500, 99, 2), ([], 0), "the bank took back more than was received")

    # ------------------------------------------------------------
    # Promises
    # ------------------------------------------------------------
    def share(self, key=1, days=10, amount=500.0, owed=1000.0, before=0.0, other=0.0, is_open=True):
        return promise.Share(key, self.day + timedelta(days=days), owed, amount, before, other, is_open)

    def decide(self, share, settlements, day, paper=0.0):
        progress = promise.follow([share], settlements, 2)
        return promise.decide(progress.values(), share.deadline, day, paper)

    def test_grace(self):
        friday = date(2026, 11, 20)
        self.assertEqual(promise.grace_end(friday, 3), date(2026, 11, 23))
        self.assertEqual(promise.grace_end(friday, 3, True), date(2026, 11, 25))
        self.assertEqual(promise.grace_end(date(2026, 12, 23), 2, True), date(2026, 12, 28), "Christmas")
        self.assertEqual(promise.grace_end(date(2026, 12, 23), 1, True, True), date(2026, 12, 24))
        self.assertEqual(promise.grace_end(friday, 0, True), friday)

    def test_states_of_a_promise(self):
        early, late = self.day + timedelta(days=10), self.day + timedelta(days=11)
        for settlements, day, paper, expected in (
            ([], early, 0, "open"),
            ([], late, 0, "broken"),
            ([Row(self.day, 500)], self.day, 0, "kept"),
            ([Row(self.day, 499.99)], early, 0, "open"),
            ([Row(self.day, 499.99)], late, 0, "partly"),
            ([Row(late, 500)], late, 0, "broken"),
            ([Row(self.day, 500, False)], late, 0, "broken"),
            ([Row(self.day, 700, False)], late, 0, "broken"),
            ([Row(self.day, 700, False), Row(self.day, 300)], late, 0, "kept"),
            ([Row(self.day, 1000, False)], self.day, 0, "credited"),
            ([], late, 500, "open"),
            ([Row(self.day, 100)], late, 399, "partly"),
        ):
            with self.subTest(settlements=settlements, day=day, paper=paper):
                self.assertEqual(self.decide(self.share(), settlements, day, paper), expected)

    def test_money_of_before_keeps_nothing(self):
        late = self.day + timedelta(days=11)
        self.assertEqual(self.decide(self.share(before=500.0), [Row(self.day, 500)], late), "broken")
        self.assertEqual(self.decide(self.share(before=500.0), [Row(self.day, 800)], late), "partly")

    def test_two_promises_share_the_money_of_one_invoice(self):
        first, second = self.share(1, 10), self.share(2, 30)
        progress = promise.follow([second, first], [Row(self.day, 700)], 2)
        self.assertEqual((progress[1].received, progress[2].received), (500, 200))
        progress = promise.follow([first, second], [Row(self.day + timedelta(days=20), 500)], 2)
        self.assertEqual((progress[1].received, progress[2].received), (0, 500), "too late for the first")
        progress = promise.follow([first, second], [Row(self.day, 300, False)], 2)
        self.assertEqual((progress[1].expected, progress[2].expected), (500, 200), "the last is lowered")
        broken = self.share(1, 10, amount=1000, is_open=False)
        again = self.share(2, 30, amount=1000)
        self.assertEqual(promise.follow([broken, again], [], 2)[2].expected, 1000, "a new promise for the same sum")

    def test_random_promises_never_use_money_twice(self):
        rng = random.Random(7)
        for _time in range(300):
            shares = [
                self.share(key, rng.randint(0, 60), rng.randint(1, 90000) / 100, before=rng.choice([0, 0, 120.5]))
                for key in range(rng.randint(1, 4))
            ]
            rows = sorted(
                Row(self.day + timedelta(days=rng.randint(0, 70)), rng.randint(1, 40000) / 100, rng.random() < 0.8)
                for _payment in range(rng.randint(0, 6))
            )
            progress = promise.follow(shares, rows, 2)
            money = sum(row.amount for row in rows if row.is_money)
            self.assertLessEqual(sum(row.received for row in progress.values()), money + 0.001)
            for share in shares:
                row = progress[share.key]
                self.assertLessEqual(row.received, share.amount)
                in_time = sum(r.amount for r in rows if r.is_money and r.date <= share.deadline)
                self.assertLessEqual(row.received, in_time + 0.001)
                self.assertLessEqual(row.received, max(money - share.money_before, 0) + 0.001)

    def test_spread(self):
        self.assertEqual(promise.spread(700, [500, 300, 100], 2), [500, 200, 0, 0])
        self.assertEqual(promise.spread(1000, [500, 300], 2), [500, 300, 200])
