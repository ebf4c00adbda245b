"""The course of a procedure: which events may follow which, in plain Python (no ORM).

A kind of event is possible once one of those that open it has happened, until one closes it. Events are read in the
order of their dates, so that what was typed late finds its place, and what rested on an annulled event is found.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

NOT_OPEN = "not_open"  # nothing that opens it has happened
CLOSED = "closed"  # something that closes it has happened
TWICE = "twice"  # it happens once
OVER = "over"  # the procedure has ended


class Kind(NamedTuple):
    """A kind of event.

    :param after: the kinds of which one opens it; none means that the procedure may begin with it.
    :param closes: the kinds that are no longer possible after it; one of them that had ended the procedure ends it
        no longer.
    :param repeats: it may happen several times.
    :param ends: the procedure is over with it: only what it opens by name may still happen.
    """

    id: int
    after: frozenset = frozenset()
    closes: frozenset = frozenset()
    repeats: bool = False
    ends: bool = False


class Event(NamedTuple):
    """What happened on a day; ``id`` orders the events of one day as they were recorded."""

    id: int
    kind_id: int
    day: date


class Refusal(NamedTuple):
    """Why an event has no place: ``by`` is the kind that closed it or ended the procedure."""

    event: Event
    why: str
    by: int | None = None


class Course(NamedTuple):
    """What became of the events: those that have a place, in order, and those that have none."""

    kept: tuple[Event, ...] = ()
    refused: tuple[Refusal, ...] = ()
    ended_by: Event | None = None


def walk(events: Iterable[Event], kinds: Mapping[int, Kind]) -> Course:
    """Read the events in the order of their days and say which of them have a place."""
    kept, refused, ended_by = [], [], None
    for event in sorted(events, key=lambda row: (row.day, row.id)):
        refusal = _judge(event, Course(tuple(kept), (), ended_by), kinds)
        if refusal:
            refused.append(refusal)
            continue
        kept.append(event)
        if kinds[event.kind_id].ends:
            ended_by = event
        elif ended_by and ended_by.kind_id in kinds[event.kind_id].closes:
            ended_by = None
    return Course(tuple(kept), tuple(refused), ended_by)


def find_possible(course: Course, kinds: Mapping[int, Kind]) -> list[int]:
    """Return the kinds of events that may come next."""
    return [kind_id for kind_id in kinds if not _judge(Event(0, kind_id, date.max), course, kinds)]


def _judge(event, course, kinds):
    """Return why an event has no place after a course, None if it has one."""
    kind = kinds[event.kind_id]
    seen = {other.kind_id for other in course.kept}
    if kind.after and not kind.after & seen:
        return Refusal(event, NOT_OPEN)
    if course.ended_by and course.ended_by.kind_id not in kind.after:
        return Refusal(event, OVER, course.ended_by.kind_id)
    if not kind.repeats and kind.id in seen:
        return Refusal(event, TWICE, kind.id)
    closing = next((other.kind_id for other in course.kept if kind.id in kinds[other.kind_id].closes), None)
    return Refusal(event, CLOSED, closing) if closing else None
