import random
from datetime import date

from odoo.tests import BaseCase, tagged

from ....models.litigation.doubtful.closing import Due, get_due, release, spread_cover
from ....models.litigation.doubtful.grid import Row, choose

DAY = date(2026, 12, 31)


@tagged("post_install", "-at_install")
class TestClosingRules(BaseCase):
    def test_the_base_is_net_of_vat_and_of_cover(self):
        self.assertEqual(get_due(10000.0, 2000.0, 0.0, 0.0, 2, rate=60.0), Due(10000.0, 6000.0, 6000.0))
        self.assertEqual(get_due(10000.0, 2000.0, 9000.0, 0.0, 2, rate=60.0), Due(1000.0, 600.0, 600.0))

    def test_vat_that_never_comes_back_is_in_the_base(self):
        due = get_due(10000.0, 2000.0, 0.0, 0.0, 2, rate=50.0, is_vat_recoverable=False)
        self.assertEqual(due, Due(12000.0, 6000.0, 6000.0))

    def test_what_was_booked_is_never_booked_again(self):
        self.assertEqual(get_due(10000.0, 0.0, 0.0, 6000.0, 2, rate=60.0).movement, 0.0)
        self.assertEqual(get_due(10000.0, 0.0, 0.0, 6000.0, 2, rate=75.0).movement, 1500.0)
        self.assertEqual(get_due(0.0, 0.0, 0.0, 6000.0, 2, rate=75.0).movement, -6000.0)

    def test_a_person_sets_an_amount_up_to_the_base(self):
        self.assertEqual(get_due(1000.0, 0.0, 0.0, 0.0, 2, rate=10.0, amount=333.335).wanted, 333.34)
        self.assertEqual(get_due(1000.0, 0.0, 0.0, 0.0, 2, rate=10.0, amount=2000.0).wanted, 1000.0)
        self.assertEqual(get_due(1000.0, 0.0, 0.0, 400.0, 2, rate=10.0, amount=0.0).movement, -400.0)

    def test_a_cover_serves_the_oldest_first(self):
        self.assertEqual(spread_cover(150.0, [100.0, 100.0, 100.0], 2), [100.0, 50.0, 0.0])
        self.assertEqual(spread_cover(0.0, [100.0], 2), [0.0])

    def test_a_loss_takes_the_depreciation_back_in_proportion(self):
        self.assertEqual(release(6000.0, 10000.0, 10000.0, 2), 6000.0)
        self.assertEqual(release(6000.0, 2500.0, 10000.0, 2), 1500.0)

    def test_who_names_the_status_passes_before_who_names_the_class(self):
        rows = [
            Row(1, 0, "", "", 10.0),
            Row(2, 90, "", "", 50.0),
            Row(3, 0, "", "D", 60.0),
            Row(4, 0, "insolvency", "", 100.0),
        ]
        self.assertEqual(choose(rows, 10, "late", "A", DAY).id, 1)
        self.assertEqual(choose(rows, 90, "late", "A", DAY).id, 2)
        self.assertEqual(choose(rows, 200, "late", "D", DAY).id, 3)
        self.assertEqual(choose(rows, 5, "insolvency", "D", DAY).id, 4)
        self.assertIsNone(choose(rows[1:2], 89, "late", "A", DAY))

    def test_a_row_counts_while_it_is_in_force(self):
        old = Row(1, 0, "", "", 10.0, valid_to=date(2025, 12, 31))
        new = Row(2, 0, "", "", 20.0, valid_from=date(2026, 1, 1))
        self.assertEqual(choose([old, new], 5, "late", "", date(2025, 12, 31)).rate, 10.0)
        self.assertEqual(choose([old, new], 5, "late", "", date(2026, 1, 1)).rate, 20.0)

    def test_random_grids_against_a_walk_row_by_row(self):
        draw = random.Random(6817)
        for _time in range(400):
            rows = [
                Row(n, draw.randrange(0, 200), draw.choice(["", "case", "late"]), draw.choice(["", "A", "D"]), n)
                for n in range(6)
            ]
            late, status, risk = draw.randrange(0, 250), draw.choice(["case", "late"]), draw.choice(["A", "D"])
            best = None
            for row in rows:
                fits = row.from_days <= late and row.status in ("", status) and row.risk_class in ("", risk)
                if not fits:
                    continue
                if best is None:
                    best = row
                elif bool(row.status) != bool(best.status):
                    best = row if row.status else best
                elif bool(row.risk_class) != bool(best.risk_class):
                    best = row if row.risk_class else best
                elif row.from_days > best.from_days:
                    best = row
            self.assertEqual(choose(rows, late, status, risk, DAY), best)
