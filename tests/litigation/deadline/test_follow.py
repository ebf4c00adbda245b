from datetime import date

from odoo.tests import BaseCase, tagged

from ....models.legal.time_limits import ABROAD, MAINLAND, UNKNOWN, Term
from ....models.litigation.deadline.follow import (
    ELSEWHERE,
    MET,
    MISSED,
    MOOT,
    OVER,
    RUNNING,
    Event,
    Places,
    Rule,
    find_open,
    judge,
)

THEIRS = Term(months=1, is_ours=False)
SERVICE = Rule(
    1, "service", "order", Term(months=6), basis="order", met=frozenset({"served"}), moot=frozenset({"withdrawn"}),
    valid_to=date(2026, 8, 31),
)  # fmt: skip
NEW_SERVICE = SERVICE._replace(id=2, term=Term(months=3), valid_from=date(2026, 9, 1), valid_to=None)
OPPOSITION = Rule(3, "opposition", "served", THEIRS, met=frozenset({"opposition"}), has_distance=True)
WAIT = Rule(
    4, "wait", "served", Term(months=2, is_wait=True), basis="order", moot=frozenset({"opposition"}),
    met=frozenset({"executed"}), valid_from=date(2026, 9, 1),
)  # fmt: skip
OLD_WAIT = WAIT._replace(id=5, term=Term(months=1, is_wait=True), valid_from=None, valid_to=date(2026, 8, 31))
SUMMONS = Rule(
    6, "summons", "hearing", Term(days=15, is_before=True), met=frozenset({"summoned"}), is_renewed=True
)  # fmt: skip
RULES = [SERVICE, NEW_SERVICE, OPPOSITION, WAIT, OLD_WAIT, SUMMONS]


def tell(*told):
    """Return events from ``(kind, day)`` in the order in which they were written down."""
    return [Event(number, kind, day) for number, (kind, day) in enumerate(told, 1)]


@tagged("post_install", "-at_install")
class TestFollow(BaseCase):
    """What happens in a procedure opens time limits, and decides what becomes of them."""

    def find(self, day, *told, rules=None, places=None, kind="injonction"):
        return {row.code: row for row in find_open(tell(*told), rules or RULES, kind, day, places)}

    def test_the_regime_is_that_of_the_order_whenever_it_is_served(self):
        served = date(2026, 9, 15)
        for order, months, waits in (
            (date(2026, 8, 31), date(2027, 3, 1), date(2026, 10, 15)),
            (date(2026, 9, 1), date(2026, 12, 1), date(2026, 11, 16)),
        ):
            with self.subTest(order=order):
                found = self.find(served, ("order", order), ("served", served))
                self.assertEqual(found["service"].limit.date, months)
                self.assertEqual((found["service"].state, found["service"].ended_on), (MET, served))
                self.assertEqual(found["wait"].limit.date, waits)
                self.assertEqual(found["opposition"].limit.date, date(2026, 10, 15))

    def test_a_service_without_its_order_takes_the_prudent_regime(self):
        found = self.find(date(2026, 10, 1), ("served", date(2026, 9, 15)))
        wait = found["wait"].limit
        self.assertEqual((wait.date, wait.other), (date(2026, 11, 16), date(2026, 10, 15)))
        self.assertEqual(wait.steps[-1][0], UNKNOWN)
        self.assertEqual(found["wait"].rule_id, 4)

    def test_an_order_that_nobody_serves_is_missed(self):
        order = ("order", date(2026, 9, 1))
        self.assertEqual(self.find(date(2026, 12, 1), order)["service"].state, RUNNING)
        self.assertEqual(self.find(date(2026, 12, 2), order)["service"].state, MISSED)
        late = self.find(date(2026, 12, 9), order, ("served", date(2026, 12, 3)))["service"]
        self.assertEqual((late.state, late.ended_on), (MISSED, date(2026, 12, 3)))

    def test_a_second_order_does_not_save_the_first(self):
        orders = ("order", date(2026, 9, 1)), ("order", date(2027, 1, 4))
        found = find_open(tell(*orders, ("served", date(2027, 1, 20))), RULES, "injonction", date(2027, 2, 1))
        services = [row for row in found if row.code == "service"]
        self.assertEqual([row.state for row in services], [MISSED, MET])
        self.assertEqual([row.ended_on for row in services], [None, date(2027, 1, 20)])

    def test_what_is_withdrawn_is_moot_while_it_runs_only(self):
        order = ("order", date(2026, 9, 1))
        self.assertEqual(self.find(date(2027, 1, 1), order, ("withdrawn", date(2026, 11, 1)))["service"].state, MOOT)
        self.assertEqual(self.find(date(2027, 1, 1), order, ("withdrawn", date(2026, 12, 2)))["service"].state, MISSED)

    def test_the_opponent_misses_nothing_his_time_is_over(self):
        order, served = ("order", date(2026, 9, 1)), ("served", date(2026, 9, 15))
        after = date(2026, 10, 16)
        self.assertEqual(self.find(after, order, served)["opposition"].state, OVER)
        in_time = self.find(after, order, served, ("opposition", date(2026, 10, 15)))
        self.assertEqual((in_time["opposition"].state, in_time["wait"].state), (MET, MOOT))
        late = self.find(after, order, served, ("opposition", date(2026, 10, 16)))["opposition"]
        self.assertEqual((late.state, late.ended_on), (OVER, date(2026, 10, 16)))

    def test_a_wait_is_over_on_its_day_and_broken_before(self):
        order, served = ("order", date(2026, 9, 1)), ("served", date(2026, 9, 15))
        self.assertEqual(self.find(date(2026, 11, 15), order, served)["wait"].state, RUNNING)
        self.assertEqual(self.find(date(2026, 11, 16), order, served)["wait"].state, OVER)
        early = self.find(date(2026, 11, 20), order, served, ("executed", date(2026, 11, 2)))["wait"]
        self.assertEqual((early.state, early.ended_on), (MISSED, date(2026, 11, 2)))

    def test_a_summons_may_come_before_the_hearing_is_written_down(self):
        hearing = ("hearing", date(2027, 1, 5))
        found = self.find(date(2026, 12, 30), ("summoned", date(2026, 12, 1)), hearing)["summons"]
        self.assertEqual((found.limit.date, found.state), (date(2026, 12, 21), MET))
        late = self.find(date(2026, 12, 30), ("summoned", date(2026, 12, 22)), hearing)["summons"]
        self.assertEqual(late.state, MISSED)

    def test_a_hearing_put_off_takes_the_place_of_the_first(self):
        told = ("hearing", date(2027, 1, 5)), ("hearing", date(2027, 3, 2))
        found = find_open(tell(*told), RULES, "injonction", date(2026, 12, 1))
        self.assertEqual([row.state for row in found], [MOOT, RUNNING])
        self.assertEqual(found[1].limit.date, date(2027, 2, 15))

    def test_what_is_to_come_meets_nothing_yet(self):
        hearing, plan = ("hearing", date(2027, 1, 5)), ("summoned", date(2026, 12, 20))
        self.assertEqual(self.find(date(2026, 12, 1), hearing, plan)["summons"].state, RUNNING)

    def test_one_limit_may_run_after_another(self):
        contest = Rule(7, "contest", "commanded", THEIRS)
        record = Rule(8, "record", "commanded", Term(days=8, is_wait=True), after="contest")
        found = self.find(date(2026, 11, 1), ("commanded", date(2026, 10, 30)), rules=[record, contest])
        self.assertEqual(found["record"].start, date(2026, 11, 30))
        self.assertEqual(found["record"].limit.date, date(2026, 12, 8))
        endless = [record._replace(after="record"), contest]
        self.assertEqual([*self.find(date(2026, 11, 1), ("commanded", date(2026, 10, 30)), rules=endless)], ["contest"])

    def test_a_limit_may_be_opened_by_one_event_and_run_from_another(self):
        rule = Rule(9, "letter", "told", Term(days=15), runs_from="received")
        self.assertFalse(self.find(date(2026, 11, 1), ("told", date(2026, 10, 1)), rules=[rule]))
        told = ("told", date(2026, 10, 1)), ("received", date(2026, 10, 5))
        self.assertEqual(self.find(date(2026, 11, 1), *told, rules=[rule])["letter"].limit.date, date(2026, 10, 20))

    def test_distance_counts_for_whom_the_limit_weighs_on(self):
        told = ("order", date(2026, 9, 1)), ("served", date(2026, 9, 15))
        abroad = Places(theirs=ABROAD, their_distance=2)
        found = self.find(date(2026, 10, 1), *told, places=abroad)
        self.assertEqual(found["opposition"].limit.date, date(2026, 12, 15))
        self.assertEqual(found["service"].limit.date, date(2026, 12, 1))

    def test_a_limit_may_depend_on_where_we_live(self):
        near = Rule(10, "declare", "published", Term(months=2), home=MAINLAND)
        far = Rule(11, "declare", "published", Term(months=4), home=ELSEWHERE)
        told = ("published", date(2026, 9, 15))
        for places, expected in ((Places(), date(2026, 11, 16)), (Places(ours="RE"), date(2027, 1, 15))):
            found = self.find(date(2026, 10, 1), told, rules=[near, far], places=places)["declare"]
            self.assertEqual(found.limit.date, expected)

    def test_a_limit_may_depend_on_the_court_and_is_the_prudent_one_until_it_is_known(self):
        short = Rule(12, "filing", "hearing", Term(days=8, is_before=True), courts=frozenset({"commerce", "tae"}))
        long = Rule(13, "filing", "hearing", Term(days=15, is_before=True), courts=frozenset({"judiciaire"}))
        told = ("hearing", date(2026, 12, 17))
        for court, expected, other in (
            ("tae", date(2026, 12, 9), None),
            ("judiciaire", date(2026, 12, 2), None),
            (None, date(2026, 12, 2), date(2026, 12, 9)),
        ):
            found = self.find(date(2026, 11, 1), told, rules=[short, long], places=Places(court=court))["filing"]
            self.assertEqual((found.limit.date, found.limit.other), (expected, other))

    def test_a_procedure_has_the_limits_of_its_type_only(self):
        rule = OPPOSITION._replace(types=frozenset({"other"}))
        told = ("served", date(2026, 9, 15))
        self.assertFalse(self.find(date(2026, 10, 1), told, rules=[rule]))
        self.assertTrue(self.find(date(2026, 10, 1), told, rules=[rule], kind="other"))

    def test_a_limit_is_met_on_its_last_day(self):
        ours = Term(days=15)
        last = date(2026, 11, 30)
        self.assertEqual(judge(last, last, ours), (RUNNING, None))
        self.assertEqual(judge(last, last, ours, met_on=last), (MET, last))
        self.assertEqual(judge(last, date(2026, 12, 1), ours), (MISSED, None))
