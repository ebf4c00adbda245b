import random
from calendar import monthrange
from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ...models.common.calendar import next_business_day
from ...models.contract.payment_limit import Rule, latest_due
from ...models.legal.limitation import Period, add
from ...models.legal.time_limits import (
    ABROAD,
    ALSACE_MOSELLE,
    DISTANCE,
    FRANC,
    HOLIDAY,
    LOCAL,
    MAINLAND,
    MONTH_END,
    SATURDAY,
    SUNDAY,
    UNKNOWN,
    WAIT,
    Term,
    get_area,
    get_distance,
    get_home,
    reckon,
    settle,
)
from .slow_limits import reckon_slowly

ONE_DAY = timedelta(days=1)
FIRST, LAST = date(2015, 1, 1), date(2040, 12, 31)
MONTH = Term(months=1)


def draw_term(draw):
    """Return any term: what the law knows, and what it might."""
    unit = draw.choice(("days", "months", "years"))
    number = draw.randint(0, {"days": 400, "months": 30, "years": 12}[unit])
    more = {"days": draw.randint(1, 40)} if unit != "days" and draw.random() < 0.2 else {}
    marks = ("is_before", "is_wait", "is_ours", "rolls", "is_franc")
    return Term(**{unit: number}, **more, **{mark: draw.random() < 0.5 for mark in marks})


def compare(count, seed):
    """Return the cases in which the reckoning and the walk from day to day differ."""
    draw = random.Random(seed)
    days = (LAST - FIRST).days
    differing = []
    for _number in range(count):
        start = FIRST + timedelta(days=draw.randint(0, days))
        case = (start, draw_term(draw), draw.choice((0, 0, 1, 2)), draw.choice((None, None, ALSACE_MOSELLE)))
        found = reckon(*case)
        if (found.raw, found.date, found.other) != reckon_slowly(*case):
            differing.append(case)
    return differing


@tagged("post_install", "-at_install")
class TestTimeLimits(BaseCase):
    """A limit ends where CPC 640 to 644 say."""

    def assertEnds(self, start, term, expected, **kwargs):
        limit = reckon(start, term, **kwargs)
        self.assertEqual(limit.date, expected)
        self.assertEqual((limit.raw, limit.date, limit.other), reckon_slowly(start, term, **kwargs))
        return limit

    # The examples of the fact sheet

    def test_d1_an_order_of_the_new_regime_is_served_within_three_months(self):
        limit = self.assertEnds(date(2026, 11, 30), Term(months=3), date(2027, 3, 1))
        self.assertEqual(limit.raw, date(2027, 2, 28))
        self.assertEqual(limit.steps, ((MONTH_END, date(2027, 2, 28)), (SUNDAY, date(2027, 2, 28))))

    def test_d2_an_order_of_the_old_regime_is_served_within_six_months(self):
        self.assertEnds(date(2026, 8, 31), Term(months=6), date(2027, 3, 1))

    def test_d3_an_opposition_is_made_within_a_month_of_the_service(self):
        self.assertEnds(date(2026, 10, 31), Term(months=1, is_ours=False), date(2026, 11, 30))

    def test_d4_a_claim_is_declared_within_two_months_of_the_publication(self):
        published = date(2026, 9, 15)
        for months, expected in (
            (2, date(2026, 11, 16)),
            (4, date(2027, 1, 15)),
            (6, date(2027, 3, 15)),
            (3, date(2026, 12, 15)),
        ):
            self.assertEnds(published, Term(months=months), expected)

    def test_d5_fifteen_days_that_end_on_new_year_end_on_the_monday(self):
        limit = self.assertEnds(date(2026, 12, 17), Term(days=15), date(2027, 1, 4))
        self.assertEqual([word for word, _day in limit.steps], [HOLIDAY, SATURDAY, SUNDAY])

    def test_d6_the_record_of_no_contest_waits_eight_days_more(self):
        contest = self.assertEnds(date(2026, 10, 30), Term(months=1, is_ours=False), date(2026, 11, 30))
        self.assertEnds(contest.date, Term(days=8, is_wait=True), date(2026, 12, 8))

    def test_d7_a_contractual_deadline_does_not_move_and_the_next_working_day_is_a_courtesy(self):
        limit = self.assertEnds(date(2026, 11, 21), Term(days=8, rolls=False), date(2026, 11, 29))
        self.assertEqual(next_business_day(limit.date), date(2026, 11, 30))

    def test_d8_payment_terms_do_not_move(self):
        invoiced = date(2026, 1, 15)
        self.assertEqual(latest_due(Rule(1, "days_then_month_end", 45), invoiced), date(2026, 3, 31))
        self.assertEqual(latest_due(Rule(1, "month_end_then_days", 45), invoiced), date(2026, 3, 17))
        for days, expected in ((60, date(2026, 4, 1)), (30, date(2026, 3, 2)), (45, date(2026, 3, 17))):
            self.assertEqual(latest_due(Rule(1, "days", days), date(2026, 1, 31)), expected)

    def test_d9_a_limitation_does_not_move(self):
        self.assertEqual(add(date(2024, 2, 29), Period(5, "years")), date(2029, 2, 28))
        self.assertEqual(add(date(2024, 11, 30), Period(2, "years")), date(2026, 11, 30))
        self.assertEqual(add(date(2025, 11, 30), Period(1, "years")), date(2026, 11, 30))

    def test_d10_a_wait_that_ends_on_a_sunday_is_shown_with_both_readings(self):
        limit = self.assertEnds(date(2026, 12, 31), Term(months=2, is_wait=True), date(2027, 3, 1))
        self.assertEqual(limit.other, date(2027, 2, 28))
        self.assertEqual(limit.steps[-1], (WAIT, date(2027, 2, 28)))

    def test_d11_a_month_that_ends_on_all_saints_ends_on_the_monday(self):
        self.assertEnds(date(2026, 10, 1), Term(months=1, is_ours=False), date(2026, 11, 2))

    def test_d12_a_month_that_ends_on_a_working_day_ends_there(self):
        self.assertFalse(self.assertEnds(date(2026, 12, 25), MONTH, date(2027, 1, 25)).steps)

    # The rules, one by one

    def test_every_month_end_leads_to_a_month_end_or_the_same_day(self):
        day = FIRST
        while day <= LAST:
            last = monthrange(day.year, day.month)[1]
            if day.day >= 28:
                for months in (1, 2, 3, 6, 12):
                    raw = reckon(day, Term(months=months)).raw
                    total = day.month - 1 + months
                    year, month = day.year + total // 12, total % 12 + 1
                    self.assertEqual(raw, date(year, month, min(day.day, monthrange(year, month)[1])))
            day = day + ONE_DAY if day.day >= 28 else day.replace(day=min(28, last))

    def test_leap_days(self):
        self.assertEnds(date(2024, 2, 29), Term(years=1), date(2025, 2, 28))
        self.assertEnds(date(2024, 2, 29), Term(years=4), date(2028, 2, 29))
        self.assertEnds(date(2027, 11, 29), Term(months=3), date(2028, 2, 29))
        self.assertEnds(date(2028, 3, 30), Term(months=1, is_before=True), date(2028, 2, 29))
        self.assertEnds(date(2023, 2, 28), Term(years=1), date(2024, 2, 28))

    def test_no_limit_ends_on_a_french_holiday(self):
        for year in range(2015, 2041):
            for month, day in ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)):
                holiday = date(year, month, day)
                limit = reckon(holiday - timedelta(days=10), Term(days=10))
                self.assertEqual(limit.raw, holiday)
                self.assertGreater(limit.date, holiday)
                back = reckon(holiday + timedelta(days=10), Term(days=10, is_before=True))
                self.assertLess(back.date, holiday)

    def test_a_limit_that_counts_back_ends_on_the_working_day_before(self):
        hearing = date(2027, 1, 5)
        self.assertEnds(hearing, Term(days=15, is_before=True), date(2026, 12, 21))
        self.assertEnds(hearing, Term(days=4, is_before=True), date(2026, 12, 31))
        self.assertEnds(hearing, Term(days=8, is_before=True), date(2026, 12, 28))
        self.assertEnds(hearing, Term(days=8, is_before=True, is_franc=True), date(2026, 12, 24))

    def test_months_come_before_days(self):
        self.assertEnds(date(2026, 1, 31), Term(months=1, days=10), date(2026, 3, 10))

    def test_a_delai_franc_counts_neither_its_first_nor_its_last_day(self):
        plain = self.assertEnds(date(2026, 11, 2), Term(days=8), date(2026, 11, 10))
        franc = self.assertEnds(date(2026, 11, 2), Term(days=8, is_franc=True), date(2026, 11, 12))
        self.assertFalse(plain.steps)
        self.assertEqual(franc.steps[0], (FRANC, date(2026, 11, 11)))

    def test_distance_adds_months_before_days(self):
        limit = self.assertEnds(date(2026, 11, 15), Term(days=15, is_ours=False), date(2026, 12, 30), distance=1)
        self.assertEqual(limit.steps, ((DISTANCE, 1),))
        self.assertEnds(date(2026, 11, 30), Term(months=1, is_ours=False), date(2027, 3, 1), distance=2)

    # What is not settled

    def test_local_holidays_give_us_the_earlier_date_and_the_opponent_the_later(self):
        served = date(2026, 3, 3)  # a month later is Good Friday, before Easter Monday
        ours = self.assertEnds(served, MONTH, date(2026, 4, 3), area=ALSACE_MOSELLE)
        self.assertEqual(ours.other, date(2026, 4, 7))
        self.assertEqual(ours.steps[0], (LOCAL, date(2026, 4, 3)))
        theirs = self.assertEnds(served, MONTH._replace(is_ours=False), date(2026, 4, 7), area=ALSACE_MOSELLE)
        self.assertEqual(theirs.other, date(2026, 4, 3))
        wait = self.assertEnds(served, MONTH._replace(is_wait=True), date(2026, 4, 7), area=ALSACE_MOSELLE)
        self.assertEqual(wait.other, date(2026, 4, 3))
        back = Term(months=1, is_before=True)
        self.assertEnds(date(2026, 5, 3), back, date(2026, 4, 2), area=ALSACE_MOSELLE)
        self.assertIsNone(reckon(served, MONTH).other)

    def test_where_the_regime_is_not_known_the_prudent_one_is_taken(self):
        order = date(2026, 9, 1)
        three, six = reckon(order, Term(months=3)), reckon(order, Term(months=6))
        limit = settle([six, three], Term(months=3))
        self.assertEqual((limit.date, limit.other), (date(2026, 12, 1), date(2027, 3, 1)))
        self.assertEqual(limit.steps, ((UNKNOWN, date(2027, 3, 1)),))
        wait = Term(months=2, is_wait=True)
        self.assertEqual(settle([three, six], wait).date, date(2027, 3, 1))
        self.assertEqual(settle([three], wait), three)

    # Who lives where

    def test_homes_are_told_by_country_and_postal_code(self):
        for country, postcode, home, area in (
            ("FR", "75001", MAINLAND, None),
            ("FR", "67000", MAINLAND, "57"),
            ("FR", "57000", MAINLAND, "57"),
            ("FR", None, MAINLAND, None),
            ("FR", "97400", "RE", "974"),
            ("FR", "97133", "BL", "BL"),
            ("FR", "97110", "GP", "971"),
            ("FR", "98000", ABROAD, None),
            ("NC", None, "NC", "NC"),
            ("BE", "57000", ABROAD, None),
            (None, "75001", None, None),
        ):
            with self.subTest(country=country, postcode=postcode):
                self.assertEqual(get_home(country, postcode), home)
                self.assertEqual(get_area(country, postcode), area)

    def test_distance_is_a_month_overseas_and_two_abroad(self):
        self.assertEqual(get_distance(MAINLAND, MAINLAND), 0)
        self.assertEqual(get_distance(None, MAINLAND), 0)
        self.assertEqual(get_distance(MAINLAND, "RE"), 1)
        self.assertEqual(get_distance("RE", "RE"), 0)
        self.assertEqual(get_distance("RE", MAINLAND), 1)
        self.assertEqual(get_distance("RE", "GP"), 1)
        self.assertEqual(get_distance(MAINLAND, ABROAD), 2)
        self.assertEqual(get_distance(MAINLAND, None), 0)

    # Against a walk from day to day

    def test_any_limit_ends_where_a_walk_from_day_to_day_ends(self):
        self.assertFalse(compare(1000, seed=7))

    def test_the_turn_of_the_regimes_day_by_day(self):
        """Orders around the change of CPC 1411, served on either side of it."""
        day = date(2026, 8, 20)
        while day <= date(2026, 9, 15):
            for term in (Term(months=3), Term(months=6), MONTH, Term(months=2, is_wait=True)):
                found = reckon(day, term)
                self.assertEqual((found.raw, found.date, found.other), reckon_slowly(day, term))
            day += ONE_DAY
