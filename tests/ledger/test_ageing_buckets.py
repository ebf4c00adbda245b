from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ...models.ledger.ageing import DEFAULT_BOUNDS, bucket_of, bucket_ranges, days_late

DAY = date(2026, 11, 21)


@tagged("post_install", "-at_install")
class TestAgeingBuckets(BaseCase):
    def test_a_debt_is_late_from_the_day_after_its_due_date(self):
        self.assertEqual(days_late(DAY, DAY), 0)
        self.assertEqual(bucket_of(days_late(DAY, DAY)), 0)
        self.assertEqual(bucket_of(days_late(DAY - timedelta(days=1), DAY)), 1)

    def test_a_debt_not_due_is_in_the_first_column_however_far_away(self):
        self.assertEqual(bucket_of(days_late(DAY + timedelta(days=1), DAY)), 0)
        self.assertEqual(bucket_of(days_late(DAY + timedelta(days=4000), DAY)), 0)

    def test_each_bound_belongs_to_the_column_that_ends_with_it(self):
        expected = {1: 1, 30: 1, 31: 2, 60: 2, 61: 3, 90: 3, 91: 4, 120: 4, 121: 5, 100000: 5}
        self.assertEqual({late: bucket_of(late) for late in expected}, expected)

    def test_a_leap_day_counts(self):
        self.assertEqual(days_late(date(2028, 2, 28), date(2028, 3, 1)), 2)
        self.assertEqual(days_late(date(2027, 2, 28), date(2027, 3, 1)), 1)

    def test_other_bounds_give_other_columns(self):
        self.assertEqual(bucket_ranges((15, 45)), [(1, 15), (16, 45), (46, None)])
        self.assertEqual([bucket_of(late, (15, 45)) for late in (0, 15, 16, 45, 46)], [0, 1, 2, 2, 3])
        self.assertEqual(bucket_ranges(()), [(1, None)])
        self.assertEqual(bucket_of(500, ()), 1)

    def test_every_number_of_days_is_in_exactly_one_column(self):
        ranges = bucket_ranges(DEFAULT_BOUNDS)
        for late in range(1, 400):
            found = [i for i, (start, end) in enumerate(ranges, 1) if start <= late and (end is None or late <= end)]
            self.assertEqual(found, [bucket_of(late)], late)
