import random
from datetime import date, timedelta
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ....models.claim.costs_first import Cost, Payment, pay_costs
from ....models.legal.interest import (
    LEGAL_PRO,
    Movement,
    RateBook,
    RateRow,
    chained_schedule,
    compute_interest,
    default_schedule,
    free_schedule,
    judgment_schedule,
)
from .slow_titles import pay, read_account

D = Decimal
ENFORCEABLE = date(2026, 3, 15)
PRINCIPAL = D(8000)
BOOK = RateBook(
    [
        RateRow(LEGAL_PRO, date(2026, 1, 1), date(2026, 6, 30), D("2.62")),
        RateRow(LEGAL_PRO, date(2026, 7, 1), date(2030, 12, 31), D("2.75")),
        RateRow("ecb_mro", date(2025, 1, 1), date(2030, 12, 31), D("2.15")),
    ]
)


def rate_of(points):
    """Return the rate of each day after the judgment, by the words of CMF L313-3."""

    def find(today):
        if today <= ENFORCEABLE:
            return None
        legal = D("2.62") if today <= date(2026, 6, 30) else D("2.75")
        semester = (today.year, today.month > 6)
        increased = points and today > date(2026, 5, 15)
        return (legal + points if increased else legal), (semester, increased)

    return find


@tagged("post_install", "-at_install")
class TestTitleAccount(BaseCase):
    """Costs, then interest, then principal; the legal rate and its increase, or what the judge left of it."""

    def run_to(self, schedule, until=date(2026, 11, 21), principal=PRINCIPAL, **kwargs):
        return compute_interest(principal, ENFORCEABLE, until, schedule, **kwargs)

    # ------------------------------------------------------------
    # The increase
    # ------------------------------------------------------------
    def test_five_points_more_two_months_after_it_became_enforceable(self):
        account = self.run_to(judgment_schedule(BOOK, ENFORCEABLE, D(5), 2))
        self.assertEqual([line.amount for line in account.lines], [D("35.03"), D("76.83"), D("244.60")])
        self.assertEqual(account.lines[1].start, date(2026, 5, 16))
        self.assertEqual([line.rate for line in account.lines], [D("2.62"), D("7.62"), D("7.75")])

    def test_a_removed_increase_leaves_the_plain_rate(self):
        account = self.run_to(judgment_schedule(BOOK, ENFORCEABLE, D(0), 2))
        self.assertEqual([line.rate for line in account.lines], [D("2.62"), D("2.75")])
        self.assertEqual({line.source.code for line in account.lines}, {"judgment"})
        self.assertEqual({line.source.points for line in account.lines}, {None})

    def test_a_reduced_increase_leaves_its_points(self):
        account = self.run_to(judgment_schedule(BOOK, ENFORCEABLE, D(2), 2))
        self.assertEqual([line.rate for line in account.lines], [D("2.62"), D("4.62"), D("4.75")])

    def test_a_contractual_rate_is_never_increased(self):
        account = self.run_to(free_schedule(D(12)))
        self.assertEqual([line.rate for line in account.lines], [D(12)])

    def test_penalties_run_until_the_title_and_the_legal_rate_after(self):
        after = judgment_schedule(BOOK, ENFORCEABLE, D(5), 2)
        schedule = chained_schedule(default_schedule(BOOK, D(10)), after, ENFORCEABLE)
        account = compute_interest(D(8000), date(2026, 1, 15), date(2026, 11, 21), schedule)
        self.assertEqual((account.lines[0].end, account.lines[0].rate), (ENFORCEABLE, D("12.15")))
        self.assertEqual(sum(line.amount for line in account.lines[1:]), D("356.46"))

    def test_what_a_title_took_into_account_has_paid_the_principal(self):
        schedule = judgment_schedule(BOOK, ENFORCEABLE, D(5), 2)
        days = [date(2026, 4, 15), date(2026, 6, 15)]
        settled, paid = (Movement(days[0], D(100), False, None, True), Movement(days[1], D(100)))
        account = self.run_to(schedule, movements=[settled, paid], interest_first=True)
        self.assertEqual([row.to_interest for row in account.imputations], [0, account.imputations[1].to_interest])
        self.assertGreater(account.imputations[1].to_interest, 0)

    # ------------------------------------------------------------
    # The costs
    # ------------------------------------------------------------
    def test_a_payment_pays_what_is_owed_on_its_day(self):
        costs = [Cost("a", date(2026, 4, 1), D(100)), Cost("a", date(2026, 6, 1), D(50))]
        payments = [
            Payment("a", date(2026, 3, 20), D(30), "before"),
            Payment("a", date(2026, 4, 1), D(60), "same day"),
            Payment("a", date(2026, 7, 1), D(500), "after"),
            Payment("b", date(2026, 7, 1), D(500), "of somebody else"),
        ]
        paid = [(row.payment.key, row.amount) for row in pay_costs(costs, payments)]
        self.assertEqual(paid, [("same day", D(60)), ("after", D(90))])

    def test_what_one_payment_finds_owed_is_paid_in_the_order_of_its_ranks(self):
        day = date(2026, 4, 1)
        costs = [Cost("a", day, D(30), 1), Cost("a", day, D(100)), Cost("a", date(2026, 5, 1), D(20))]
        payments = [Payment("a", day, D(110), "first"), Payment("a", date(2026, 6, 1), D(500), "then")]
        paid = [(row.payment.key, row.amount, row.rank) for row in pay_costs(costs, payments)]
        self.assertEqual(paid, [("first", D(100), 0), ("first", D(10), 1), ("then", D(20), 0), ("then", D(20), 1)])

    def test_random_costs_are_paid_as_they_are_counted_cent_by_cent(self):
        seed = random.Random(42)
        for _number in range(200):

            def rows(count, most):
                return [
                    (
                        seed.choice("ab"),
                        ENFORCEABLE + timedelta(days=seed.randrange(30)),
                        D(seed.randrange(1, most)) / 100,
                    )
                    for _row in range(seed.randrange(count))
                ]

            costs, payments = rows(5, 9000), sorted(rows(5, 20000), key=lambda row: row[1])
            found = {}
            for row in pay_costs(
                [Cost(*row) for row in costs], [Payment(*row, number) for number, row in enumerate(payments)]
            ):
                found[row.payment.key] = row.amount
            with self.subTest(costs=costs, payments=payments):
                self.assertEqual(found, pay(costs, payments))

    # ------------------------------------------------------------
    # All of it
    # ------------------------------------------------------------
    def test_random_accounts_are_those_that_are_walked_day_by_day(self):
        seed = random.Random(43)
        for _number in range(150):
            points = seed.choice([D(5), D(2), D(0)])
            until = ENFORCEABLE + timedelta(days=seed.randrange(1, 500))
            principal = D(seed.randrange(1, 100000)) / 100

            def rows(count, most, until=until):
                span = (until - ENFORCEABLE).days + 1
                return sorted(
                    (ENFORCEABLE + timedelta(days=seed.randrange(span)), D(seed.randrange(1, most)) / 100)
                    for _row in range(seed.randrange(count))
                )

            costs, payments = rows(4, 20000), rows(5, 40000)
            found = self.settle(principal, until, points, costs, payments)
            with self.subTest(principal=principal, until=until, points=points, costs=costs, payments=payments):
                self.assertEqual(found, read_account(principal, until, rate_of(points), costs, payments))

    def settle(self, principal, until, points, costs, payments):
        """Return the costs, the interest and the principal left, as a claim reckons them."""
        paid = pay_costs(
            [Cost(0, day, amount) for day, amount in costs],
            [Payment(0, day, amount, number) for number, (day, amount) in enumerate(payments)],
        )
        taken = {row.payment.key: row.amount for row in paid}
        movements = [
            Movement(day, amount - taken.get(number, 0))
            for number, (day, amount) in enumerate(payments)
            if amount > taken.get(number, 0)
        ]
        account = self.run_to(
            judgment_schedule(BOOK, ENFORCEABLE, points, 2),
            until,
            principal,
            movements=movements,
            interest_first=True,
        )
        left = sum(amount for _day, amount in costs) - sum(taken.values())
        return left, account.interest_left, account.principal_left
