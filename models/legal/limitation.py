"""Limitation of a claim (prescription), in days: plain Python, no ORM.

The day from which a period runs is not counted, and the period is over once its last
day is (C. civ. 2228, 2229); it never moves to a working day. The date handed out is the
last day on which the creditor can still act: the claim is time-barred the day after.

What the evidence changes is a possible reading, given beside the original date and never
instead of it.
"""

from collections.abc import Iterable, Sequence
from datetime import MAXYEAR, date, timedelta
from typing import Any, NamedTuple

from ..common.calendar import shift

INTERRUPTS = "interrupts"
SUSPENDS = "suspends"
TITLE = "title"

# Why a piece of evidence changes nothing
VOID = "void"
EARLY = "early"
LATE = "late"
FUTURE = "future"

UNITS = ("days", "months", "years", "years_next_january")
ONE_DAY = timedelta(days=1)


class Period(NamedTuple):
    """A length of time; ``years_next_january`` runs from 1 January of the following year."""

    number: int
    unit: str


class Event(NamedTuple):
    """What interrupts or suspends a period.

    :param effect: ``INTERRUPTS`` (a new period runs, C. civ. 2231), ``SUSPENDS`` (the clock
        stops and goes on for what was left, C. civ. 2230) or ``TITLE`` (a new period runs,
        of the length of ``period``).
    :param lasts: the effect goes on until ``until``, still today if that is None; an
        interruption by a claim in court lasts as long as the proceedings (C. civ. 2242).
    :param void: withdrawn, lapsed or rejected: as if it had never been (C. civ. 2243).
    :param minimum: the least that runs once a suspension is over (C. civ. 2238).
    :param passes_long_stop: the twenty years do not limit it (C. civ. 2232 al. 2).
    """

    effect: str
    day: date
    until: date | None = None
    lasts: bool = False
    void: bool = False
    period: Period | None = None
    minimum: Period | None = None
    passes_long_stop: bool = False
    source: Any = None


class Reading(NamedTuple):
    """What a period has become on a day.

    ``extended`` is None while the clock stands still. ``counted`` are the events that
    changed something, ``ignored`` the others as ``(event, why)``.
    """

    original: date
    extended: date | None
    counted: tuple
    ignored: tuple
    capped: bool = False


def add(day: date, period: Period) -> date:
    """Return the last day of a period that runs from ``day``, which is not counted."""
    if period.unit == "days":
        return shift(day, days=period.number)
    if period.unit == "months":
        return shift(day, months=period.number)
    if period.unit == "years":
        return shift(day, years=period.number)
    if period.unit == "years_next_january":
        return date(min(day.year + period.number, MAXYEAR), 12, 31)
    raise ValueError(f"no unit of a period of limitation: {period.unit}")


def choose_start(performed: date | None, due: date) -> date:
    """Return the prudent start: the performance when it comes before the due date."""
    return min(performed, due) if performed else due


def read_limit(
    start: date,
    period: Period,
    events: Iterable[Event],
    day: date,
    long_stop: Period | None = None,
    born: date | None = None,
) -> Reading:
    """Return the original and the extended limit, as they are seen on ``day``.

    :param long_stop: the longest that interruptions and suspensions may bring, counted
        from the birth of the right (C. civ. 2232).
    :param born: that birth; the start by default.
    """
    original = add(start, period)
    usable, ignored = [], []
    for event in sorted(events, key=lambda row: (row.day, row.effect)):
        why = _get_refusal(event, start, day)
        if why:
            ignored.append((event, why))
        else:
            usable.append(event)
    limit, counted, stopped = _walk(start, period, usable, day)
    ignored += [(event, LATE) for event in usable if event not in counted]
    capped = False
    if long_stop and not any(event.passes_long_stop for event in counted):
        last = add(born or start, long_stop)
        if stopped and last < day:
            stopped = False
            limit, capped = last, True
        elif not stopped and limit > last:
            limit, capped = max(last, original), True
    return Reading(original, None if stopped else limit, tuple(counted), tuple(ignored), capped)


def _get_refusal(event: Event, start: date, day: date) -> str | None:
    if event.void:
        return VOID
    if event.day > day:
        return FUTURE
    # what ended before the period began cannot touch it; what still lasted when it began can
    if _get_after(event, day) <= start + ONE_DAY:
        return EARLY
    return None


def _get_after(event: Event, day: date) -> date:
    """Return the day after the last on which an event acts, as seen on ``day``.

    The day on which proceedings end begins the new period and is not counted; the day on
    which a suspension ends is counted.
    """
    if not event.lasts:
        return event.day + ONE_DAY
    if not _is_over(event, day):
        return day + ONE_DAY
    return event.until if event.effect == SUSPENDS else event.until + ONE_DAY


def _walk(start: date, period: Period, events: Sequence[Event], day: date):
    """Run through the days between which nothing changes, and return (limit, counted, standing still)."""
    spans = [(max(event.day, start + ONE_DAY), _get_after(event, day), event) for event in events]
    edges = sorted({edge for first, after, _event in spans for edge in (first, after)})
    limit, term = add(start, period), period
    counted = []
    for index, edge in enumerate(edges):
        if edge > limit:
            break
        for _first, after, event in spans:
            if after == edge and event.minimum and event in counted and _is_over(event, day):
                limit = max(limit, add(edge, event.minimum))
        following = edges[index + 1] if index + 1 < len(edges) else None
        if following is None:
            continue
        acting = [event for first, after, event in spans if first <= edge < after]
        counted += [event for event in acting if event not in counted]
        resets = [event for event in acting if event.effect != SUSPENDS]
        if resets:
            titles = [event.period for event in resets if event.period]
            term = titles[-1] if titles else term
            limit = add(following - ONE_DAY, term)
        elif acting:
            limit += following - edge
    open_ended = [event for event in counted if event.lasts and not _is_over(event, day)]
    return limit, counted, bool(open_ended)


def _is_over(event: Event, day: date) -> bool:
    return bool(event.until and event.until <= day)
