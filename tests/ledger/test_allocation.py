import random
from datetime import date, timedelta
from typing import NamedTuple

from odoo.tests import BaseCase, tagged

from ...models.ledger.allocation import Credit, allocate

DAY = date(2026, 11, 21)
EUR, USD, JPY = 1, 2, 3
DIGITS = {EUR: 2, USD: 2, JPY: 0}


class Debt(NamedTuple):
    line_id: int
    move_id: int
    partner_id: int | None
    currency_id: int
    due: date
    residual: float


def debt(line_id, residual, days_late=10, move_id=None, partner_id=7, currency_id=EUR):
    return Debt(line_id, move_id or line_id, partner_id, currency_id, DAY - timedelta(days=days_late), residual)


def credit(number, amount, partner_id=7, currency_id=EUR, days_old=5, **kwargs):
    return Credit(("line", number), partner_id, currency_id, DAY - timedelta(days=days_old), amount, **kwargs)


@tagged("post_install", "-at_install")
class TestAllocation(BaseCase):
    def assertAllocated(self, debts, credits, expected, left=None):
        shares, remaining = allocate(debts, credits, DIGITS)
        self.assertEqual({line: [(s.key[1], s.amount) for s in parts] for line, parts in shares.items()}, expected)
        if left is not None:
            self.assertEqual({key[1]: amount for key, amount in remaining.items()}, left)

    def test_a_credit_pays_the_oldest_debt_first(self):
        debts = [debt(1, 100, days_late=5), debt(2, 100, days_late=50)]
        self.assertAllocated(debts, [credit(9, 130)], {2: [(9, 100)], 1: [(9, 30)]}, {9: 0})

    def test_a_credit_note_goes_to_its_own_invoice_before_older_ones(self):
        debts = [debt(1, 100, days_late=5), debt(2, 100, days_late=50)]
        self.assertAllocated(debts, [credit(9, 60, targets=frozenset({1}))], {1: [(9, 60)]}, {9: 0})

    def test_what_a_credit_note_leaves_over_goes_to_the_oldest_debt(self):
        debts = [debt(1, 100, days_late=5), debt(2, 100, days_late=50)]
        self.assertAllocated(debts, [credit(9, 130, targets=frozenset({1}))], {1: [(9, 100)], 2: [(9, 30)]}, {9: 0})

    def test_a_payment_registered_on_an_invoice_serves_no_other(self):
        debts = [debt(1, 100, days_late=5), debt(2, 100, days_late=50)]
        self.assertAllocated(debts, [credit(9, 130, targets=frozenset({1}), exclusive=True)], {1: [(9, 100)]}, {9: 30})

    def test_a_payment_on_its_invoice_comes_before_a_credit_note_on_it(self):
        debts = [debt(1, 100)]
        note = credit(8, 100, days_old=50, targets=frozenset({1}))
        payment = credit(9, 40, days_old=1, targets=frozenset({1}), exclusive=True)
        self.assertAllocated(debts, [note, payment], {1: [(9, 40), (8, 60)]}, {8: 40, 9: 0})

    def test_money_never_crosses_customers_or_currencies(self):
        debts = [debt(1, 100), debt(2, 100, partner_id=8), debt(3, 100, currency_id=USD)]
        credits = [credit(9, 300, partner_id=6), credit(10, 50, currency_id=USD)]
        self.assertAllocated(debts, credits, {3: [(10, 50)]}, {9: 300, 10: 0})

    def test_lines_without_customer_are_never_set_against_each_other(self):
        self.assertAllocated([debt(1, 100, partner_id=None)], [credit(9, 50, partner_id=None)], {}, {9: 50})

    def test_instalments_of_one_invoice_are_paid_in_the_order_of_their_dates(self):
        debts = [debt(1, 50, days_late=-30, move_id=5), debt(2, 50, days_late=1, move_id=5)]
        self.assertAllocated(debts, [credit(9, 60, targets=frozenset({5}))], {2: [(9, 50)], 1: [(9, 10)]}, {9: 0})

    def test_cents_do_not_drift(self):
        debts = [debt(i, 0.1) for i in range(1, 31)]
        _shares, left = allocate(debts, [credit(9, 3.0)], DIGITS)
        self.assertEqual(left[("line", 9)], 0.0)

    def test_a_currency_without_cents_is_rounded_to_whole_units(self):
        self.assertAllocated([debt(1, 100.4, currency_id=JPY)], [credit(9, 500, currency_id=JPY)], {1: [(9, 100)]})

    def test_nothing_is_created_or_lost_on_random_accounts(self):
        rng = random.Random(20261121)
        for _round in range(300):
            debts = [
                debt(
                    number,
                    round(rng.uniform(0.01, 500), 2),
                    days_late=rng.randint(-40, 200),
                    move_id=rng.randint(1, 6),
                    partner_id=rng.choice((7, 8, None)),
                    currency_id=rng.choice((EUR, USD)),
                )
                for number in range(1, rng.randint(2, 12))
            ]
            credits = [
                credit(
                    100 + number,
                    round(rng.uniform(0.01, 700), 2),
                    partner_id=rng.choice((7, 8, None)),
                    currency_id=rng.choice((EUR, USD)),
                    days_old=rng.randint(0, 30),
                    targets=frozenset(rng.sample(range(1, 7), rng.randint(0, 2))),
                    exclusive=rng.random() < 0.3,
                )
                for number in range(rng.randint(0, 6))
            ]
            shares, left = allocate(debts, credits, DIGITS)
            self._check_properties(debts, credits, shares, left)
            self.assertEqual(
                allocate(debts[::-1], credits[::-1], DIGITS), (shares, left), "order of rows must not matter"
            )

    def _check_properties(self, debts, credits, shares, left):
        by_line = {row.line_id: row for row in debts}
        by_key = {row.key: row for row in credits}
        used = dict.fromkeys(by_key, 0.0)
        for line_id, parts in shares.items():
            row = by_line[line_id]
            self.assertLessEqual(round(sum(part.amount for part in parts), 2), row.residual)
            for part in parts:
                self.assertGreater(part.amount, 0)
                used[part.key] += part.amount
                source = by_key[part.key]
                self.assertEqual((source.partner_id, source.currency_id), (row.partner_id, row.currency_id))
                if source.exclusive:
                    self.assertIn(row.move_id, source.targets)
        for key, source in by_key.items():
            self.assertAlmostEqual(used[key] + left[key], source.amount, 2)
            self.assertGreaterEqual(left[key], 0)
            if left[key] and not source.exclusive and source.partner_id:
                for row in debts:
                    if (row.partner_id, row.currency_id) == (source.partner_id, source.currency_id):
                        paid = sum(part.amount for part in shares.get(row.line_id, ()))
                        self.assertAlmostEqual(paid, row.residual, 2, "a credit is left while a debt is open")
