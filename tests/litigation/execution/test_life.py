import random
from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ....models.legal.limitation import Period, add
from ....models.litigation.execution.life import choose_period, read_claims_life, read_life
from .slow_titles import live

TEN, FIVE, THIRTY = Period(10, "years"), Period(5, "years"), Period(30, "years")
GIVEN = date(2026, 3, 15)


@tagged("post_install", "-at_install")
class TestLife(BaseCase):
    """How long a title may be carried out."""

    def test_ten_years_from_the_day_it_became_enforceable(self):
        self.assertEqual(read_life(GIVEN, TEN, (), GIVEN)[:2], (date(2036, 3, 15), date(2036, 3, 15)))
        self.assertFalse(read_life(GIVEN, TEN, (), date(2036, 3, 15)).is_over, "its last day counts")
        self.assertTrue(read_life(GIVEN, TEN, (), date(2036, 3, 16)).is_over)

    def test_a_title_of_29_february_ends_on_the_28th(self):
        self.assertEqual(read_life(date(2028, 2, 29), TEN, (), GIVEN).original, date(2038, 2, 28))

    def test_an_act_makes_it_live_again_and_moves_no_original_date(self):
        act = date(2030, 6, 1)
        life = read_life(GIVEN, TEN, [act], date(2031, 1, 1))
        self.assertEqual((life.original, life.until), (date(2036, 3, 15), date(2040, 6, 1)))

    def test_an_act_that_comes_too_late_gives_no_other_life(self):
        life = read_life(GIVEN, TEN, [date(2036, 3, 16)], date(2037, 1, 1))
        self.assertTrue(life.is_over)
        self.assertEqual(life.until, date(2036, 3, 15))

    def test_an_act_to_come_counts_for_nothing_yet(self):
        self.assertEqual(read_life(GIVEN, TEN, [date(2030, 6, 1)], date(2029, 1, 1)).until, date(2036, 3, 15))

    def test_a_claim_with_a_longer_limitation_keeps_it(self):
        self.assertEqual(choose_period(GIVEN, TEN, [FIVE]), TEN)
        self.assertEqual(choose_period(GIVEN, TEN, [FIVE, THIRTY]), THIRTY)
        self.assertEqual(read_life(GIVEN, TEN, (), GIVEN, [THIRTY]).original, add(GIVEN, THIRTY))

    def test_one_that_keeps_the_limitation_of_its_claims_ends_with_the_first(self):
        limits = [(date(2029, 5, 1), date(2031, 5, 1)), (date(2029, 7, 1), date(2030, 7, 1))]
        life = read_claims_life(limits, date(2029, 6, 1))
        self.assertEqual((life.original, life.until, life.is_over), (date(2029, 5, 1), date(2030, 7, 1), False))
        self.assertTrue(read_claims_life(limits, date(2030, 7, 2)).is_over)

    def test_while_all_clocks_stand_still_it_has_no_end(self):
        life = read_claims_life([(date(2029, 5, 1), None)], date(2032, 1, 1))
        self.assertEqual((life.until, life.is_over), (None, False))
        self.assertEqual(read_claims_life([], GIVEN), (None, None, False))

    def test_random_lives_are_those_that_are_walked_day_by_day(self):
        seed = random.Random(40)
        for number in range(120):
            start = date(2015, 1, 1) + timedelta(days=seed.randrange(4000))
            if number % 10 == 0:
                start = date(2020, 2, 29)
            years = seed.choice([1, 2, 5, 10])
            acts = {start + timedelta(days=seed.randrange(1, 6000)) for _act in range(seed.randrange(4))}
            last = start + timedelta(days=seed.randrange(1, 6000))
            life = read_life(start, Period(years, "years"), acts, last)
            with self.subTest(start=start, years=years, acts=acts, last=last):
                self.assertEqual((life.until, life.is_over), live(start, years, acts, last))
