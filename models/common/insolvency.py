"""Insolvency proceedings as they stand on a day, and what they make of a claim: plain Python, no ORM.

Proceedings are opened by a judgment, converted, put under a plan and closed; what they stop on a day follows from
their kind, from where they stand, and from the law of the day on which they were opened.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from .calendar import shift

KINDS = [
    ("safeguard", "Safeguard (sauvegarde)"),
    ("receivership", "Receivership (redressement judiciaire)"),
    ("liquidation", "Liquidation (liquidation judiciaire)"),
    ("collective", "Insolvency proceedings, kind not known"),
    ("overindebtedness", "Over-indebtedness (surendettement)"),
    ("personal_recovery", "Personal recovery (rétablissement personnel)"),
    ("professional_recovery", "Professional recovery (rétablissement professionnel)"),
    ("conciliation", "Conciliation with creditors (confidential)"),
    ("ad_hoc", "Mandat ad hoc (confidential)"),
]
CONFIDENTIAL = ("conciliation", "ad_hoc")
UNKNOWN = "collective"
#: What each kind may be converted into; from amicable ones nothing is: other proceedings are opened.
CONVERSIONS = {
    "safeguard": ("receivership", "liquidation"),
    "receivership": ("liquidation",),
    "collective": ("safeguard", "receivership", "liquidation"),
    "overindebtedness": ("personal_recovery",),
    "personal_recovery": ("overindebtedness",),
    "professional_recovery": ("liquidation",),
}

# What may follow an opening
CONVERTED, PLANNED, PLAN_CHANGED, CLOSED = "converted", "planned", "plan_changed", "closed"
# Where proceedings stand
OPEN, PLAN, NO_ASSETS, ERASED = "open", "plan", "no_assets", "erased"
PHASES = [
    (OPEN, "In progress"),
    (PLAN, "Under a plan"),
    (NO_ASSETS, "Closed for insufficient assets"),
    (ERASED, "Closed, debts discharged"),
]
CLOSINGS = [
    ("paid", "All creditors paid (extinction du passif)"),
    (NO_ASSETS, "Insufficient assets (insuffisance d'actif)"),
    ("plan_done", "Plan completed"),
    ("plan_broken", "Plan terminated (résolution)"),
    (ERASED, "Debts discharged"),
    ("ended", "Ended without agreement, or withdrawn"),
    ("overturned", "Judgment annulled or reversed"),
]
LASTING = (NO_ASSETS, ERASED)  # closings whose effects last

# Effects
DUNNING, ACTION, EXECUTION, INTEREST = "dunning", "action", "execution", "interest"
PAYMENT, SET_OFF, DECLARATION = "payment", "set_off", "declaration"
GUARANTOR_PERSON, GUARANTOR_FIRM = "guarantor_person", "guarantor_firm"
EFFECTS = [
    (DUNNING, "Reminders and demands for payment"),
    (ACTION, "Proceedings to obtain a title"),
    (EXECUTION, "Enforcement"),
    (INTEREST, "Interest"),
    (PAYMENT, "Payment of pre-judgment claims"),
    (SET_OFF, "Set-off of unconnected debts"),
    (DECLARATION, "Undeclared claims"),
    (GUARANTOR_PERSON, "Claims against individual guarantors"),
    (GUARANTOR_FIRM, "Claims against corporate guarantors"),
]
STOPS, GOES_ON, UNSETTLED = "stops", "goes_on", "unsettled"

# When a claim was born, by what tells it
DELIVERED, INVOICED, BOOKED, SAID = "delivered", "invoiced", "booked", "said"
# What becomes of a claim
EARLIER, LATER_USEFUL, LATER_OTHER = "earlier", "later_useful", "later_other"


class Step(NamedTuple):
    """What happened after the opening; ``id`` orders those of one day.

    :param what: converted, planned, plan_changed or closed.
    :param value: the kind that it is converted into, or how it was closed.
    """

    id: int
    what: str
    day: date
    value: str = ""


class Course(NamedTuple):
    """Proceedings with their history: ``kind`` is the one that they were opened as."""

    id: int
    kind: str
    judgment_on: date
    published_on: date | None = None
    steps: tuple[Step, ...] = ()


class Effect(NamedTuple):
    """One row of the law: what proceedings of a kind, where they stand, do to one thing.

    :param phase: where they stand.
    :param answer: stops, goes_on or unsettled.
    :param source: what the row is read from: the record.
    """

    kind: str
    phase: str
    effect: str
    answer: str
    valid_from: date | None = None
    valid_to: date | None = None
    source: object = None

    def holds_on(self, day: date) -> bool:
        return (not self.valid_from or self.valid_from <= day) and (not self.valid_to or day <= self.valid_to)


class State(NamedTuple):
    """Proceedings on a day.

    :param kind: as which they stand, after conversions.
    :param judgment_on: the judgment that opened them: claims are split by it.
    :param pronounced_on: the judgment that made them of their kind of now.
    :param phase: open, plan, no_assets or erased.
    """

    id: int
    kind: str
    phase: str
    judgment_on: date
    pronounced_on: date
    published_on: date | None = None
    plan_on: date | None = None
    closed_on: date | None = None
    effects: tuple[Effect, ...] = ()

    def get_effect(self, effect: str) -> Effect | None:
        """Return the row of the law about an effect, None if nobody wrote one."""
        return next((row for row in self.effects if row.effect == effect), None)

    def stops(self, effect: str) -> bool:
        """Tell whether proceedings stop something; what is not settled counts as stopped: nobody acts on a doubt."""
        row = self.get_effect(effect)
        return bool(row) and row.answer != GOES_ON

    def is_stopped_for_sure(self, effect: str) -> bool:
        """Tell whether the law says that they stop it: for what we may claim, a doubt is no reason to give it up."""
        row = self.get_effect(effect)
        return bool(row) and row.answer == STOPS


def can_follow(course: Course, what: str, value: str, day: date) -> bool:
    """Tell whether a step has its place at the end of a course."""
    steps = sort_steps(course.steps)
    if day < course.judgment_on or (steps and day < steps[-1].day):
        return False
    if any(step.what == CLOSED for step in steps):
        return False
    has_plan = any(step.what == PLANNED for step in steps)
    if what == CONVERTED:
        return value in CONVERSIONS.get(get_kind(course), ())
    if what == PLANNED:
        return not has_plan and get_kind(course) in ("safeguard", "receivership", "collective", "overindebtedness")
    if what == PLAN_CHANGED:
        return has_plan
    if what != CLOSED or value not in dict(CLOSINGS):
        return False
    return has_plan or value not in ("plan_done", "plan_broken")


def sort_steps(steps: Iterable[Step]) -> list[Step]:
    """Return steps in the order in which they happened."""
    return sorted(steps, key=lambda step: (step.day, step.id))


def get_kind(course: Course, day: date | None = None) -> str:
    """Return of which kind proceedings are, until a day if one is given."""
    kind = course.kind
    for step in sort_steps(course.steps):
        if step.what == CONVERTED and (day is None or step.day <= day):
            kind = step.value
    return kind


def get_plan(course: Course) -> date | None:
    """Return when the plan was adopted, None where there was none or proceedings were converted since."""
    adopted = None
    for step in sort_steps(course.steps):
        if step.what == PLANNED:
            adopted = step.day
        elif step.what == CONVERTED:
            adopted = None
    return adopted


def get_state(course: Course, day: date, effects: Iterable[Effect]) -> State | None:
    """Return how proceedings stand on a day, None before their opening and once they have ended.

    The law is that of the day of the opening. A closing for want of assets and debts that were erased go on to stop
    creditors.
    """
    if day < course.judgment_on:
        return None
    kind, phase, pronounced_on = course.kind, OPEN, course.judgment_on
    plan_on = closed_on = None
    for step in sort_steps(course.steps):
        if step.day > day:
            break
        if step.what == CONVERTED:
            kind, phase, pronounced_on, plan_on = step.value, OPEN, step.day, None
        elif step.what == PLANNED:
            phase, plan_on = PLAN, step.day
        elif step.what == CLOSED:
            if step.value not in LASTING:
                return None
            phase, closed_on = step.value, step.day
    rows = {}
    for row in effects:
        if row.kind == kind and row.phase == phase and row.holds_on(course.judgment_on):
            rows.setdefault(row.effect, row)
    published = course.published_on if course.published_on and course.published_on <= day else None
    return State(
        course.id,
        kind,
        phase,
        course.judgment_on,
        pronounced_on,
        published,
        plan_on,
        closed_on,
        tuple(rows.values()),
    )


def choose_state(states: Iterable[State | None]) -> State | None:
    """Return what counts of several proceedings: those under way before those that are over, then the latest."""
    known = [state for state in states if state]
    return max(known, key=lambda state: (state.closed_on is None, state.judgment_on, state.id), default=None)


# ------------------------------------------------------------
# Claims before and after the judgment
# ------------------------------------------------------------
class Birth(NamedTuple):
    """The day on which a claim was born, and what tells it: the performance, the invoice, the entry, a person."""

    day: date
    by: str


def get_birth(delivered: date | None, invoiced: date | None, booked: date) -> Birth:
    """Return when a claim was born: with what it pays for, not when it falls due.

    An invoice may be written long after the delivery; it tells only where no delivery is known.
    """
    if delivered:
        return Birth(delivered, DELIVERED)
    return Birth(invoiced, INVOICED) if invoiced else Birth(booked, BOOKED)


def classify(born: date, judgment: date, is_useful: bool = True) -> str:
    """Return what becomes of a claim: a judgment takes effect at the first hour of its day (C. com. R621-4)."""
    if born < judgment:
        return EARLIER
    return LATER_USEFUL if is_useful else LATER_OTHER


def is_declared(category: str) -> bool:
    """Tell whether a claim is declared: earlier ones, and later ones that are not useful (C. com. L622-24)."""
    return category != LATER_USEFUL


def is_deferred(granted: date, due: date) -> bool:
    """Tell whether payment was deferred by a year or more: interest then goes on (C. com. L622-28)."""
    return due >= shift(granted, years=1)


def get_interest_end(state: State | None, born: date, granted: date, due: date) -> date | None:
    """Return the last day of interest of a claim, None if it goes on; what is not settled goes on, and says so.

    :param granted: when the time to pay was given: the day of the invoice.
    """
    if not state or not state.is_stopped_for_sure(INTEREST) or born >= state.judgment_on or is_deferred(granted, due):
        return None
    return shift(state.judgment_on, days=-1)
