import random
from datetime import date
from types import SimpleNamespace

from odoo.tests import BaseCase, tagged

from ...models.ledger.ageing_status import CASE, DISPUTED, DOUBTFUL, NORMAL, PROMISED, Share, rank, split
from ...models.ledger.allocation import Credit, allocate
from ...models.reporting.ageing_options import read_options
from ...models.reporting.ageing_table import Told, add_up, impute
from ...models.reporting.sampling import draw

DAY = date(2026, 11, 21)
BOUNDS = (30, 60)


def item(line_id, residual, due=DAY, company=None, partner_id=1, currency_id=1):
    return SimpleNamespace(
        line_id=line_id,
        move_id=line_id,
        partner_id=partner_id,
        currency_id=currency_id,
        due=due,
        date=due,
        invoice_date=None,
        residual=residual,
        residual_company=residual if company is None else company,
        account_id=7,
    )


def set_against(items, digits):
    """Impute as the ledger does."""
    credits = [
        Credit(("line", one.line_id), one.partner_id, one.currency_id, one.date, -one.residual)
        for one in items
        if one.residual < 0
    ]
    shares, _left = allocate([one for one in items if one.residual > 0], credits, digits)
    return impute(items, shares, digits, 2)


@tagged("post_install", "-at_install")
class TestAgeingTable(BaseCase):
    def test_what_weighs_most_takes_its_part_first(self):
        shares = rank([Share(PROMISED), Share(DISPUTED, 30.0), Share(CASE, 50.0)])
        self.assertEqual(split(100.0, 80.0, shares), [(CASE, 40.0), (DISPUTED, 24.0), (PROMISED, 16.0)])

    def test_a_part_leaves_the_rest_in_the_ordinary_way(self):
        self.assertEqual(split(100.0, 100.0, [Share(DISPUTED, 30.0)]), [(DISPUTED, 30.0), (NORMAL, 70.0)])
        self.assertEqual(split(100.0, 100.0, [Share(DISPUTED, 130.0)]), [(DISPUTED, 100.0)])
        self.assertEqual(split(-100.0, -100.0, [Share(DOUBTFUL)]), [(DOUBTFUL, -100.0)])
        self.assertEqual(split(100.0, 100.0, []), [(NORMAL, 100.0)])

    def test_credits_set_against_debts_leave_the_sum_of_the_books(self):
        items = [item(1, 100.0), item(2, -30.0), item(3, 50.0, partner_id=2)]
        told = {row.item.line_id: (row.residual, row.residual_company) for row in set_against(items, {1: 2})}
        self.assertEqual(told, {1: (70.0, 70.0), 3: (50.0, 50.0)})

    def test_a_credit_takes_its_own_value_with_it(self):
        items = [item(1, 100.0, company=90.91), item(2, -100.0, company=-80.0)]
        told = set_against(items, {1: 2})
        self.assertEqual([(row.residual, row.residual_company) for row in told], [(0.0, 10.91)])

    def test_whatever_the_history_the_sum_stays(self):
        for seed in range(200):
            rng = random.Random(seed)
            items = []
            for number in range(rng.randint(1, 12)):
                residual = round(rng.uniform(-300, 400), 2) or 1.0
                rate = rng.choice((1, 0.8, 1.3))
                items.append(
                    item(number, residual, company=round(residual * rate, 2), partner_id=rng.choice((1, 2, None)))
                )
            told = set_against(items, {1: 2})
            with self.subTest(seed=seed):
                self.assertAlmostEqual(
                    sum(row.residual_company for row in told), sum(one.residual_company for one in items), 2
                )
                self.assertAlmostEqual(sum(row.residual for row in told), sum(one.residual for one in items), 2)

    def test_days_count_from_the_date_that_was_chosen(self):
        one = item(1, 100.0, due=date(2026, 11, 20))
        one.invoice_date = date(2026, 9, 1)
        for base, place in (("due", 1), ("invoice", 3)):
            sums = add_up([Told(one, 100.0, 100.0)], DAY, BOUNDS, base, {}, lambda item, status: (), False)
            self.assertEqual(sums[(), 1].buckets[place], 100.0)

    def test_a_row_per_value_of_what_is_split_by(self):
        items = [Told(item(1, 100.0), 100.0, 100.0), Told(item(2, -10.0), -10.0, -10.0)]
        shares = {1: [Share(DISPUTED, 40.0)]}
        sums = add_up(items, DAY, BOUNDS, "due", shares, lambda item, status: (status,), True)
        self.assertEqual(
            {key: (row.buckets[0], row.credit) for key, row in sums.items()},
            {((DISPUTED,), 1): (40.0, 0.0), ((NORMAL,), 1): (60.0, -10.0)},
        )

    def test_what_is_no_choice_is_refused(self):
        self.assertEqual(read_options({}, BOUNDS)["bounds"], BOUNDS)
        for wrong in (
            {"base": "x"},
            {"credits": 1},
            {"group_by": ["account", "account"]},
            {"group_by": ["password"]},
            {"group_by": ["status", "account", "currency"]},
            {"bounds": [60, 30]},
            {"bounds": [0]},
            {"bounds": [10**6]},
        ):
            with self.subTest(wrong=wrong), self.assertRaises(ValueError):
                read_options(wrong, BOUNDS)


@tagged("post_install", "-at_install")
class TestSampling(BaseCase):
    def draw(self, rows, method, size=3, threshold=0.0, seed=1):
        return draw(rows, method, size, threshold, seed, lambda row: row[0], lambda row: row[1])

    def test_the_same_seed_draws_the_same_rows_whatever_their_order(self):
        rows = [(number, float(number)) for number in range(50)]
        self.assertEqual(self.draw(rows, "random"), self.draw(rows[::-1], "random"))
        self.assertNotEqual(self.draw(rows, "random"), self.draw(rows, "random", seed=2))
        self.assertEqual(len(self.draw(rows[:2], "random")), 2)

    def test_the_largest_and_all_above(self):
        rows = [(1, 10.0), (2, -400.0), (3, 30.0), (4, 200.0)]
        self.assertEqual(self.draw(rows, "top", size=2), [(2, -400.0), (4, 200.0)])
        self.assertEqual(self.draw(rows, "above", threshold=30.0), [(2, -400.0), (3, 30.0), (4, 200.0)])
