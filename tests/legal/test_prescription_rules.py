import random
from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ...models.legal.limitation import (
    EARLY,
    FUTURE,
    INTERRUPTS,
    LATE,
    SUSPENDS,
    TITLE,
    VOID,
    Event,
    Period,
    add,
    choose_start,
    read_limit,
)

FIVE = Period(5, "years")
TWO = Period(2, "years")
ONE = Period(1, "years")
PUBLIC = Period(4, "years_next_january")
TWENTY = Period(20, "years")
HALF = Period(6, "months")
ONE_DAY = timedelta(days=1)
DAY = date(2026, 11, 21)


def read_slowly(start, period, events, day):
    """Return the extended limit by living through every day: what the fast reading is compared with."""
    events = [event for event in events if not event.void and event.day <= day]
    limit, term = add(start, period), period
    seen = set()

    def acts(event, today):
        if today < event.day:
            return False
        if not event.lasts:
            return today == event.day
        if event.until and event.until <= day:
            return today < event.until if event.effect == SUSPENDS else today <= event.until
        return True

    today = start + ONE_DAY
    while today <= day and today <= limit:
        for event in events:
            if event.minimum and event in seen and event.until == today:
                limit = max(limit, add(today, event.minimum))
        acting = [event for event in events if acts(event, today)]
        seen.update(acting)
        resets = sorted((e for e in acting if e.effect != SUSPENDS), key=lambda e: (e.day, e.effect))
        if resets:
            term = ([event.period for event in resets if event.period] or [term])[-1]
            limit = add(today, term)
        elif acting:
            limit += ONE_DAY
        today += ONE_DAY
    standing = [e for e in seen if e.lasts and not (e.until and e.until <= day)]
    return None if standing else limit


@tagged("post_install", "-at_install")
class TestLimitation(BaseCase):
    """The arithmetic of limitation, alone: C. civ. 2219 to 2254."""

    def limit(self, start, period, *events, day=DAY, **options):
        return read_limit(start, period, events, day, **options).extended

    # ------------------------------------------------------------
    # Days
    # ------------------------------------------------------------
    def test_examples_of_the_law_sheet(self):
        self.assertEqual(add(date(2024, 2, 29), FIVE), date(2029, 2, 28))
        self.assertEqual(add(date(2024, 11, 30), TWO), date(2026, 11, 30))
        self.assertEqual(add(date(2024, 11, 30), ONE), date(2025, 11, 30))

    def test_never_rolls_to_a_working_day(self):
        self.assertEqual(add(date(2022, 5, 1), FIVE), date(2027, 5, 1))  # a Saturday and a public holiday
        self.assertEqual(add(date(2021, 7, 4), FIVE).weekday(), 5)

    def test_ends_of_months(self):
        self.assertEqual(add(date(2025, 8, 31), HALF), date(2026, 2, 28))
        self.assertEqual(add(date(2027, 8, 31), HALF), date(2028, 2, 29))
        self.assertEqual(add(date(2026, 2, 28), TWO), date(2028, 2, 28))
        self.assertEqual(add(date(2026, 1, 31), Period(10, "days")), date(2026, 2, 10))

    def test_public_body_runs_from_the_next_january(self):
        for start in (date(2024, 1, 1), date(2024, 3, 15), date(2024, 12, 31)):
            self.assertEqual(add(start, PUBLIC), date(2028, 12, 31))
        self.assertEqual(self.limit(date(2024, 3, 15), PUBLIC, Event(INTERRUPTS, date(2025, 6, 1))), date(2029, 12, 31))

    def test_unknown_unit_is_refused(self):
        with self.assertRaisesRegex(ValueError, "points"):
            add(DAY, Period(3, "points"))

    def test_prudent_start(self):
        self.assertEqual(choose_start(date(2026, 1, 1), date(2026, 2, 1)), date(2026, 1, 1))
        self.assertEqual(choose_start(date(2026, 3, 1), date(2026, 2, 1)), date(2026, 2, 1))
        self.assertEqual(choose_start(None, date(2026, 2, 1)), date(2026, 2, 1))

    # ------------------------------------------------------------
    # Interruption
    # ------------------------------------------------------------
    def test_acknowledgement_starts_a_new_period_of_the_same_length(self):
        event = Event(INTERRUPTS, date(2025, 3, 10))
        reading = read_limit(date(2022, 1, 10), FIVE, [event], DAY)
        self.assertEqual(reading.original, date(2027, 1, 10))
        self.assertEqual(reading.extended, date(2030, 3, 10))
        self.assertEqual(reading.counted, (event,))

    def test_acknowledgement_on_the_last_day_counts_and_the_day_after_does_not(self):
        start = date(2021, 6, 1)
        in_time, late = Event(INTERRUPTS, date(2026, 6, 1)), Event(INTERRUPTS, date(2026, 6, 2))
        self.assertEqual(self.limit(start, FIVE, in_time), date(2031, 6, 1))
        reading = read_limit(start, FIVE, [late], DAY)
        self.assertEqual((reading.extended, reading.ignored), (date(2026, 6, 1), ((late, LATE),)))

    def test_one_acknowledgement_carries_the_next(self):
        first, second = Event(INTERRUPTS, date(2020, 6, 1)), Event(INTERRUPTS, date(2024, 6, 1))
        self.assertEqual(self.limit(date(2016, 1, 1), FIVE, second, first), date(2029, 6, 1))
        self.assertEqual(self.limit(date(2016, 1, 1), FIVE, second), date(2021, 1, 1))

    def test_before_the_start_or_after_the_day_changes_nothing(self):
        early, future = Event(INTERRUPTS, date(2022, 1, 10)), Event(INTERRUPTS, date(2026, 12, 1))
        reading = read_limit(date(2022, 1, 10), FIVE, [early, future], DAY)
        self.assertEqual(reading.extended, reading.original)
        self.assertEqual(reading.ignored, ((early, EARLY), (future, FUTURE)))

    def test_claim_in_court_lasts_until_the_end_of_the_proceedings(self):
        start = date(2020, 1, 1)
        running = Event(INTERRUPTS, date(2024, 1, 1), lasts=True)
        self.assertIsNone(self.limit(start, FIVE, running))
        ended = running._replace(until=date(2026, 5, 4))
        self.assertEqual(self.limit(start, FIVE, ended), date(2031, 5, 4))
        self.assertIsNone(self.limit(start, FIVE, ended, day=date(2026, 5, 3)))

    def test_void_claim_never_was(self):
        void = Event(INTERRUPTS, date(2024, 1, 1), until=date(2025, 1, 1), lasts=True, void=True)
        reading = read_limit(date(2020, 1, 1), FIVE, [void], DAY)
        self.assertEqual((reading.extended, reading.ignored), (date(2025, 1, 1), ((void, VOID),)))

    def test_title_has_its_own_length(self):
        title = Event(TITLE, date(2024, 2, 29), period=Period(10, "years"))
        later = Event(INTERRUPTS, date(2026, 2, 1))
        self.assertEqual(self.limit(date(2023, 1, 1), TWO, title), date(2034, 2, 28))
        self.assertEqual(self.limit(date(2023, 1, 1), TWO, title, later), date(2036, 2, 1))

    # ------------------------------------------------------------
    # Suspension
    # ------------------------------------------------------------
    def test_suspension_stops_the_clock_and_gives_back_its_days(self):
        stop = Event(SUSPENDS, date(2024, 3, 1), until=date(2024, 3, 31), lasts=True)
        self.assertEqual(self.limit(date(2022, 1, 1), FIVE, stop), date(2027, 1, 31))

    def test_overlapping_suspensions_count_once(self):
        one = Event(SUSPENDS, date(2024, 3, 1), until=date(2024, 3, 31), lasts=True)
        two = Event(SUSPENDS, date(2024, 3, 21), until=date(2024, 4, 10), lasts=True)
        self.assertEqual(self.limit(date(2022, 1, 1), FIVE, one, two), date(2027, 2, 10))

    def test_mediation_leaves_six_months_at_least(self):
        start = date(2021, 6, 1)
        mediation = Event(SUSPENDS, date(2026, 5, 20), until=date(2026, 8, 31), lasts=True, minimum=HALF)
        self.assertEqual(self.limit(start, FIVE, mediation), date(2027, 2, 28))
        long_before = mediation._replace(day=date(2023, 1, 1), until=date(2023, 1, 11))
        self.assertEqual(self.limit(start, FIVE, long_before), date(2026, 6, 11))

    def test_suspension_that_goes_on_or_begins_today_stands_still(self):
        for first in (date(2026, 5, 1), DAY):
            stop = Event(SUSPENDS, first, lasts=True)
            self.assertIsNone(self.limit(date(2022, 1, 1), FIVE, stop))

    def test_suspension_begun_before_the_period_counts_from_its_start(self):
        stop = Event(SUSPENDS, date(2021, 1, 1), until=date(2022, 1, 12), lasts=True)
        self.assertEqual(self.limit(date(2022, 1, 1), FIVE, stop), date(2027, 1, 11))

    # ------------------------------------------------------------
    # Long stop
    # ------------------------------------------------------------
    def test_long_stop_limits_acknowledgements_but_no_claim_in_court(self):
        start = date(2003, 1, 1)
        events = [Event(INTERRUPTS, date(year, 6, 1)) for year in (2007, 2011, 2015, 2019)]
        reading = read_limit(start, FIVE, events, date(2022, 1, 1), long_stop=TWENTY)
        self.assertEqual((reading.extended, reading.capped), (date(2023, 1, 1), True))
        court = Event(INTERRUPTS, date(2021, 6, 1), until=date(2021, 12, 1), lasts=True, passes_long_stop=True)
        self.assertEqual(
            self.limit(start, FIVE, *events, court, day=date(2022, 1, 1), long_stop=TWENTY), date(2026, 12, 1)
        )

    def test_long_stop_ends_an_endless_suspension(self):
        stop = Event(SUSPENDS, date(2004, 1, 1), lasts=True)
        reading = read_limit(date(2003, 1, 1), FIVE, [stop], DAY, long_stop=TWENTY)
        self.assertEqual((reading.extended, reading.capped), (date(2023, 1, 1), True))

    # ------------------------------------------------------------
    # Against a day-by-day reading
    # ------------------------------------------------------------
    def test_same_as_living_through_every_day(self):
        draw = random.Random(2238)  # noqa: S311
        units = [ONE, TWO, Period(18, "months"), Period(200, "days"), PUBLIC]
        counted = standing = 0
        for _round in range(1500):
            start = date(2019, 1, 1) + timedelta(days=draw.randrange(900))
            day = start + timedelta(days=draw.randrange(2500))
            events = []
            for number in range(draw.randrange(5)):
                first = start + timedelta(days=draw.randrange(-60, 1500))
                until = first + timedelta(days=draw.randrange(1, 300)) if draw.random() < 0.8 else None
                kind = draw.choice([INTERRUPTS, INTERRUPTS, SUSPENDS, SUSPENDS, TITLE])
                events.append(
                    Event(
                        kind,
                        first,
                        until,
                        lasts=kind == SUSPENDS or draw.random() < 0.4,
                        void=draw.random() < 0.1,
                        period=Period(3, "years") if kind == TITLE else None,
                        minimum=HALF if kind == SUSPENDS and until and draw.random() < 0.5 else None,
                        source=number,
                    )
                )
            period = draw.choice(units)
            reading = read_limit(start, period, events, day)
            self.assertEqual(reading.extended, read_slowly(start, period, events, day), (start, period, events, day))
            self.assertEqual(reading.original, add(start, period))
            self.assertEqual(len(reading.counted) + len(reading.ignored), len(events))
            counted += len(reading.counted)
            standing += reading.extended is None
        self.assertGreater(counted, 1000)
        self.assertGreater(standing, 50)
