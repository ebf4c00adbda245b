import random
from datetime import date, timedelta
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ....models.litigation.execution.award import Open, read_award, share_refusal
from .slow_titles import refuse

D = Decimal
OLD, RECENT = date(2026, 1, 31), date(2026, 6, 30)


@tagged("post_install", "-at_install")
class TestAward(BaseCase):
    """What a title did not award, instalment by instalment."""

    def test_without_a_principal_all_is_awarded(self):
        self.assertEqual(share_refusal([Open("a", OLD, D(1000))], None), {})

    def test_the_oldest_due_is_awarded_first(self):
        opens = [Open("recent", RECENT, D(400)), Open("old", OLD, D(1000))]
        self.assertEqual(share_refusal(opens, D(1400)), {})
        self.assertEqual(share_refusal(opens, D(1200)), {"recent": D(200)})
        self.assertEqual(share_refusal(opens, D(900)), {"old": D(100), "recent": D(400)})
        self.assertEqual(share_refusal(opens, D(0)), {"old": D(1000), "recent": D(400)})

    def test_what_was_credited_since_is_not_left_out_twice(self):
        self.assertEqual(share_refusal([Open("a", OLD, D(1400), D(400))], D(1000)), {})
        self.assertEqual(share_refusal([Open("a", OLD, D(1400), D(150))], D(1000)), {"a": D(250)})
        self.assertEqual(share_refusal([Open("a", OLD, D(1400), D(900))], D(1000)), {})

    def test_a_judge_who_awards_more_than_is_open_adds_nothing(self):
        self.assertEqual(share_refusal([Open("a", OLD, D(1400))], D(2000)), {})

    def test_what_was_paid_before_is_settled_where_the_books_were_awarded(self):
        opens = [Open("a", OLD, D(600))]
        self.assertEqual(read_award(opens, D(600), RECENT).settled_until, RECENT)
        self.assertEqual(read_award(opens, D(500), RECENT), ({"a": D(100)}, RECENT))
        self.assertIsNone(read_award(opens, D("617.39"), RECENT).settled_until, "the interest was paid first")

    def test_random_awards_are_those_that_are_counted_cent_by_cent(self):
        seed = random.Random(41)
        for _number in range(300):
            rows = [
                (key, OLD + timedelta(days=7 * key), D(seed.randrange(20000)) / 100, D(seed.randrange(6000)) / 100)
                for key in range(seed.randrange(1, 5))
            ]
            seed.shuffle(rows)
            awarded = D(seed.randrange(60000)) / 100
            with self.subTest(rows=rows, awarded=awarded):
                self.assertEqual(share_refusal([Open(*row) for row in rows], awarded), refuse(rows, awarded))
