from datetime import date

from odoo.tests import BaseCase, tagged

from ...models.common.insolvency import (
    ACTION,
    BOOKED,
    DECLARATION,
    DELIVERED,
    EARLIER,
    EXECUTION,
    GUARANTOR_PERSON,
    INTEREST,
    INVOICED,
    LATER_OTHER,
    LATER_USEFUL,
    Course,
    Effect,
    Step,
    can_follow,
    choose_state,
    classify,
    get_birth,
    get_interest_end,
    get_kind,
    get_state,
    is_declared,
    is_deferred,
)

OPENED = date(2026, 9, 8)
PUBLISHED = date(2026, 9, 15)
LAW = (
    Effect("receivership", "open", ACTION, "stops"),
    Effect("receivership", "open", INTEREST, "stops"),
    Effect("receivership", "open", DECLARATION, "stops"),
    Effect("receivership", "open", GUARANTOR_PERSON, "stops"),
    Effect("receivership", "plan", ACTION, "stops"),
    Effect("receivership", "plan", GUARANTOR_PERSON, "goes_on", valid_to=date(2021, 9, 30)),
    Effect("receivership", "plan", GUARANTOR_PERSON, "stops", valid_from=date(2021, 10, 1)),
    Effect("liquidation", "open", ACTION, "stops"),
    Effect("liquidation", "open", INTEREST, "stops"),
    Effect("liquidation", "open", GUARANTOR_PERSON, "goes_on"),
    Effect("liquidation", "no_assets", ACTION, "stops"),
    Effect("overindebtedness", "open", ACTION, "goes_on"),
    Effect("overindebtedness", "open", EXECUTION, "stops"),
    Effect("overindebtedness", "open", INTEREST, "unsettled"),
    Effect("conciliation", "open", ACTION, "goes_on"),
)


def open_course(kind="receivership", *steps, opened=OPENED, number=1):
    told = [Step(rank, what, day, value) for rank, (what, day, value) in enumerate(steps, 1)]
    return Course(number, kind, opened, PUBLISHED, tuple(told))


@tagged("post_install", "-at_install")
class TestInsolvencyCourse(BaseCase):
    """How proceedings stand on a day, and what they make of claims, without a database."""

    def state_on(self, course, day):
        return get_state(course, day, LAW)

    def test_nothing_stands_before_the_judgment_and_all_does_on_its_day(self):
        course = open_course()
        self.assertIsNone(self.state_on(course, date(2026, 9, 7)))
        state = self.state_on(course, OPENED)
        self.assertEqual((state.kind, state.phase, state.judgment_on), ("receivership", "open", OPENED))
        self.assertTrue(state.stops(ACTION))
        self.assertIsNone(state.published_on, "the publication comes later")
        self.assertEqual(self.state_on(course, PUBLISHED).published_on, PUBLISHED)

    def test_a_conversion_keeps_the_judgment_by_which_claims_are_split(self):
        converted = date(2027, 3, 1)
        course = open_course("receivership", ("converted", converted, "liquidation"))
        before, after = self.state_on(course, date(2027, 2, 28)), self.state_on(course, converted)
        self.assertEqual((before.kind, after.kind), ("receivership", "liquidation"))
        self.assertEqual((after.judgment_on, after.pronounced_on), (OPENED, converted))
        self.assertTrue(before.stops(GUARANTOR_PERSON))
        self.assertFalse(after.stops(GUARANTOR_PERSON))
        self.assertEqual(get_kind(course, date(2027, 1, 1)), "receivership")
        self.assertEqual(get_kind(course), "liquidation")

    def test_what_lasts_after_the_end(self):
        day = date(2028, 5, 4)
        for value, phase in (("no_assets", "no_assets"), ("paid", None), ("overturned", None), ("plan_done", None)):
            state = self.state_on(open_course("liquidation", ("closed", day, value)), day)
            self.assertEqual(state and state.phase, phase, value)
        lasting = self.state_on(open_course("liquidation", ("closed", day, "no_assets")), date(2040, 1, 1))
        self.assertTrue(lasting.stops(ACTION), "creditors do not regain their action")
        self.assertEqual(lasting.closed_on, day)

    def test_the_law_is_that_of_the_day_of_the_opening(self):
        plan = ("planned", date(2022, 6, 1), "")
        for opened, stops in ((date(2021, 9, 30), False), (date(2021, 10, 1), True)):
            state = self.state_on(open_course("receivership", plan, opened=opened), date(2026, 1, 1))
            self.assertEqual((state.phase, state.stops(GUARANTOR_PERSON)), ("plan", stops))
            self.assertEqual(state.plan_on, date(2022, 6, 1))

    def test_what_is_not_settled_stops_us_but_gives_up_no_interest(self):
        state = self.state_on(open_course("overindebtedness"), OPENED)
        self.assertFalse(state.stops(ACTION), "a title may still be sought")
        self.assertTrue(state.stops(EXECUTION))
        self.assertTrue(state.stops(INTEREST))
        self.assertFalse(state.is_stopped_for_sure(INTEREST))
        self.assertFalse(state.stops("something else"), "no row says anything of it")
        self.assertIsNone(get_interest_end(state, date(2026, 1, 1), date(2026, 1, 1), date(2026, 2, 1)))

    def test_amicable_proceedings_stop_nothing(self):
        state = self.state_on(open_course("conciliation"), OPENED)
        self.assertFalse(any(state.stops(effect) for effect in (ACTION, EXECUTION, INTEREST, DECLARATION)))

    def test_those_under_way_count_before_those_that_are_over(self):
        old = open_course("liquidation", ("closed", date(2020, 1, 1), "no_assets"), opened=date(2019, 1, 1), number=1)
        new = open_course("receivership", number=2)
        states = [self.state_on(course, date(2026, 10, 1)) for course in (old, new)]
        self.assertEqual(choose_state(states).id, 2)
        self.assertEqual(choose_state([states[0], None]).id, 1)
        self.assertIsNone(choose_state([None]))

    def test_what_may_follow(self):
        course = open_course()
        day = date(2026, 12, 1)
        self.assertTrue(can_follow(course, "converted", "liquidation", day))
        self.assertFalse(can_follow(course, "converted", "safeguard", day), "no way back")
        self.assertFalse(can_follow(course, "converted", "liquidation", date(2026, 9, 7)), "before the judgment")
        self.assertTrue(can_follow(course, "planned", "", day))
        self.assertFalse(can_follow(course, "plan_changed", "", day), "there is no plan yet")
        self.assertFalse(can_follow(course, "closed", "plan_broken", day))
        planned = open_course("receivership", ("planned", day, ""))
        self.assertFalse(can_follow(planned, "planned", "", day))
        self.assertTrue(can_follow(planned, "plan_changed", "", day))
        self.assertFalse(can_follow(planned, "plan_changed", "", date(2026, 11, 30)), "before the plan")
        self.assertTrue(can_follow(planned, "closed", "plan_broken", day))
        closed = open_course("receivership", ("closed", day, "paid"))
        self.assertFalse(can_follow(closed, "converted", "liquidation", day))
        self.assertFalse(can_follow(open_course("conciliation"), "converted", "receivership", day))
        self.assertFalse(can_follow(course, "closed", "nonsense", day))

    # ------------------------------------------------------------
    # Claims
    # ------------------------------------------------------------
    def test_a_claim_is_born_with_the_delivery_else_with_the_invoice(self):
        delivered, invoiced, booked = date(2026, 9, 1), date(2026, 9, 20), date(2026, 9, 21)
        self.assertEqual(get_birth(delivered, invoiced, booked), (delivered, DELIVERED))
        self.assertEqual(get_birth(None, invoiced, booked), (invoiced, INVOICED))
        self.assertEqual(get_birth(None, None, booked), (booked, BOOKED))

    def test_the_judgment_splits_claims_from_the_first_hour_of_its_day(self):
        self.assertEqual(classify(date(2026, 9, 7), OPENED), EARLIER)
        self.assertEqual(classify(OPENED, OPENED), LATER_USEFUL)
        self.assertEqual(classify(OPENED, OPENED, is_useful=False), LATER_OTHER)
        self.assertEqual([is_declared(word) for word in (EARLIER, LATER_USEFUL, LATER_OTHER)], [True, False, True])

    def test_interest_stops_on_the_eve_but_of_later_and_of_deferred_claims(self):
        state = self.state_on(open_course(), OPENED)
        invoiced, due = date(2026, 6, 30), date(2026, 7, 30)
        self.assertEqual(get_interest_end(state, invoiced, invoiced, due), date(2026, 9, 7))
        self.assertIsNone(get_interest_end(state, OPENED, OPENED, date(2026, 10, 8)), "born since")
        self.assertIsNone(get_interest_end(state, invoiced, invoiced, date(2027, 6, 30)), "deferred by a year")
        self.assertIsNone(get_interest_end(None, invoiced, invoiced, due))
        self.assertTrue(is_deferred(date(2024, 2, 29), date(2025, 2, 28)))
        self.assertFalse(is_deferred(date(2026, 6, 30), date(2027, 6, 29)))
