import random
from datetime import date, timedelta
from itertools import permutations

from odoo.tests import BaseCase, tagged

from ....models.litigation.procedure.course import CLOSED, NOT_OPEN, OVER, TWICE, Event, Kind, find_possible, walk

FILED, GIVEN, SERVED, FINAL, OPPOSED, HEARING, JUDGED, REFUSED = range(1, 9)
KINDS = {
    kind.id: kind
    for kind in (
        Kind(FILED),
        Kind(GIVEN, frozenset({FILED}), frozenset({REFUSED})),
        Kind(REFUSED, frozenset({FILED}), frozenset({GIVEN}), ends=True),
        Kind(SERVED, frozenset({GIVEN})),
        Kind(FINAL, frozenset({SERVED}), ends=True),
        Kind(OPPOSED, frozenset({SERVED, FINAL}), frozenset({FINAL})),
        Kind(HEARING, frozenset({OPPOSED}), repeats=True),
        Kind(JUDGED, frozenset({OPPOSED}), frozenset({HEARING}), ends=True),
    )
}
START = date(2026, 9, 1)


def make(*kinds, step=10):
    """Return events of these kinds, some days apart."""
    return [Event(number, kind, START + timedelta(days=step * number)) for number, kind in enumerate(kinds, 1)]


@tagged("post_install", "-at_install")
class TestCourse(BaseCase):
    """What may happen next follows from what happened, and an event has its place or none."""

    def refused(self, *kinds):
        return [(refusal.event.kind_id, refusal.why, refusal.by) for refusal in walk(make(*kinds), KINDS).refused]

    def test_an_unopposed_order_ends(self):
        course = walk(make(FILED, GIVEN, SERVED, FINAL), KINDS)
        self.assertFalse(course.refused)
        self.assertEqual(course.ended_by.kind_id, FINAL)
        self.assertEqual(find_possible(course, KINDS), [OPPOSED], "an order not served in person can still be opposed")

    def test_what_has_no_place_is_refused_with_why(self):
        for kinds, expected in (
            ([SERVED], [(SERVED, NOT_OPEN, None)]),
            ([FILED, FILED], [(FILED, TWICE, FILED)]),
            ([FILED, GIVEN, REFUSED], [(REFUSED, CLOSED, GIVEN)]),
            ([FILED, REFUSED, GIVEN], [(GIVEN, OVER, REFUSED)]),
            ([FILED, GIVEN, SERVED, OPPOSED, FINAL], [(FINAL, CLOSED, OPPOSED)]),
            ([FILED, GIVEN, SERVED, OPPOSED, HEARING, HEARING, JUDGED, HEARING], [(HEARING, OVER, JUDGED)]),
        ):
            with self.subTest(kinds=kinds):
                self.assertEqual(self.refused(*kinds), expected)

    def test_what_closes_an_end_reopens(self):
        course = walk(make(FILED, GIVEN, SERVED, FINAL, OPPOSED), KINDS)
        self.assertFalse(course.refused)
        self.assertIsNone(course.ended_by)
        self.assertEqual(find_possible(course, KINDS), [HEARING, JUDGED])

    def test_what_was_typed_late_finds_its_place(self):
        events = make(FILED, GIVEN, SERVED, OPPOSED, HEARING)
        orders = list(permutations(events))
        for order in random.Random(7).sample(orders, 20):
            self.assertEqual(walk(order, KINDS), walk(events, KINDS))
        same_day = make(FILED, GIVEN, SERVED, step=0)
        self.assertFalse(walk(same_day, KINDS).refused, "of one day, as they were recorded")

    def test_without_an_event_what_rested_on_it_has_no_place(self):
        filed, given, served, opposed, hearing = make(FILED, GIVEN, SERVED, OPPOSED, HEARING)
        for left, kept, gone in (
            ([filed, given, opposed, hearing], [FILED, GIVEN], [OPPOSED, HEARING]),
            ([given, served, opposed, hearing], [], [GIVEN, SERVED, OPPOSED, HEARING]),
            ([filed, given, served, hearing], [FILED, GIVEN, SERVED], [HEARING]),
        ):
            course = walk(left, KINDS)
            self.assertEqual([event.kind_id for event in course.kept], kept)
            self.assertEqual([refusal.event.kind_id for refusal in course.refused], gone)

    def test_what_is_possible_next_is_what_has_a_place(self):
        chance = random.Random(11)
        for _number in range(300):
            course = walk(make(*(chance.choice(list(KINDS)) for _ in range(chance.randint(0, 9)))), KINDS)
            possible = find_possible(course, KINDS)
            for kind in KINDS:
                longer = walk([*course.kept, Event(99, kind, date(2030, 1, 1))], KINDS)
                self.assertEqual(kind in possible, not longer.refused)
