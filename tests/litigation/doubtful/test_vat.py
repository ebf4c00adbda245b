import random
from fractions import Fraction
from math import floor

from odoo.tests import BaseCase, tagged

from ....models.litigation.doubtful.vat import Position, Share, get_position, split


def slow_split(amount, shares):
    """Return the cents of each part, one cent after the other: each goes where the line between parts passes."""
    cells = [share.net for share in shares] + [share.vat for share in shares]
    total = sum(Fraction(str(cell)) for cell in cells)
    cents = round(Fraction(str(amount)) * 100)
    bounds, passed = [], Fraction(0)
    for cell in cells:
        passed += Fraction(str(cell))
        bounds.append(floor(cents * passed / total + Fraction(1, 2)))
    counts = [0] * len(cells)
    for cent in range(cents):
        counts[next(i for i, bound in enumerate(bounds) if cent < bound)] += 1
    return counts


@tagged("post_install", "-at_install")
class TestVat(BaseCase):
    def test_one_rate_is_net_price_then_the_rest(self):
        self.assertEqual(split(9000.0, [Share(1, 10000.0, 2000.0)], 2), [Share(1, 7500.0, 1500.0)])
        self.assertEqual(split(100.0, [Share(1, 1000.0, 55.0)], 2), [Share(1, 94.79, 5.21)])

    def test_mixed_rates_go_each_to_its_own(self):
        shares = [Share(1, 1000.0, 200.0), Share(2, 1000.0, 55.0), Share(0, 100.0, 0.0)]
        parts = split(1177.5, shares, 2)
        self.assertEqual(parts, [Share(1, 500.0, 100.0), Share(2, 500.0, 27.5), Share(0, 50.0, 0.0)])

    def test_what_has_no_proportions_is_net_price(self):
        self.assertEqual(split(50.0, [], 2), [Share(0, 50.0, 0.0)])
        self.assertEqual(split(50.0, [Share(1, -10.0, -2.0)], 2), [Share(0, 50.0, 0.0)])

    def test_currencies_without_cents(self):
        self.assertEqual(split(1001.0, [Share(1, 1000.0, 200.0)], 0), [Share(1, 834.0, 167.0)])

    def test_random_amounts_against_cents_counted_one_by_one(self):
        draw = random.Random(416)
        for _time in range(300):
            shares = [
                Share(n + 1, draw.randrange(1, 90000) / 100, draw.randrange(0, 18000) / 100)
                for n in range(draw.randrange(1, 4))
            ]
            amount = draw.randrange(0, 30000) / 100
            parts = split(amount, shares, 2)
            found = [round(part.net * 100) for part in parts] + [round(part.vat * 100) for part in parts]
            self.assertEqual(found, slow_split(amount, shares))
            self.assertEqual(sum(found), round(amount * 100))

    def test_what_was_lost_leaves_the_vat_open(self):
        shares = [Share(7, 10000.0, 2000.0)]
        self.assertEqual(get_position(12000.0, 0.0, {}, shares, 2), Position(10000.0, {7: 2000.0}))
        self.assertEqual(get_position(2000.0, 10000.0, {}, shares, 2), Position(0.0, {7: 2000.0}))
        self.assertEqual(get_position(0.0, 10000.0, {7: 2000.0}, shares, 2), Position(0.0, {}))

    def test_a_payment_after_the_loss_serves_what_is_left(self):
        shares = [Share(7, 10000.0, 2000.0)]
        position = get_position(800.0, 10000.0, {}, shares, 2)
        self.assertEqual(position, Position(0.0, {7: 800.0}))

    def test_parts_are_never_negative_and_add_up(self):
        draw = random.Random(491)
        for _time in range(300):
            shares = [Share(n + 1, draw.randrange(1, 9000) / 100, draw.randrange(1, 1800) / 100) for n in range(2)]
            residual, lost = draw.randrange(0, 9000) / 100, draw.randrange(0, 9000) / 100
            out = {n + 1: draw.randrange(0, 900) / 100 for n in range(2)}
            position = get_position(residual, lost, out, shares, 2)
            self.assertGreaterEqual(min([position.net, *position.vat.values()]), 0)
            self.assertEqual(round(position.net + position.vat_total, 2), residual)
