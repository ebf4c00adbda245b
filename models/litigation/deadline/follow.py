"""What the events of one procedure open as time limits, and what became of each: plain Python, no ORM."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from ...legal.time_limits import MAINLAND, Limit, Term, reckon, settle

# States of a time limit
RUNNING = "running"
MET = "met"
MISSED = "missed"
OVER = "over"
MOOT = "moot"
ANNULLED = "annulled"

ELSEWHERE = "elsewhere"


class Event(NamedTuple):
    """What happened, or will: a hearing is dated before it is held."""

    id: int
    kind: str
    day: date


class Rule(NamedTuple):
    """One version of a time limit; versions of one code follow one another in law.

    :param types: the procedures that have it; empty for all of them.
    :param opens: the kind of event that opens it.
    :param runs_from: the kind of event from which it runs; empty for the one that opens it.
    :param basis: the kind of event whose date says which version applies; empty for the one from which it runs.
    :param after: the code of the limit at whose end it begins to run, instead of an event.
    :param home: whom it concerns by where they live: ``MAINLAND``, ``ELSEWHERE`` or empty for all.
    :param courts: the kinds of courts before which it holds; empty for all.
    :param is_renewed: another opening event takes its place, as a hearing that is put off.
    """

    id: int
    code: str
    opens: str
    term: Term
    types: frozenset = frozenset()
    runs_from: str = ""
    basis: str = ""
    after: str = ""
    has_distance: bool = False
    home: str = ""
    courts: frozenset = frozenset()
    met: frozenset = frozenset()
    moot: frozenset = frozenset()
    is_renewed: bool = False
    valid_from: date | None = None
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether this version is the law on that day."""
        return (not self.valid_from or self.valid_from <= day) and (not self.valid_to or day <= self.valid_to)


class Places(NamedTuple):
    """Where the parties live, and what it adds; see ``legal.time_limits`` for the words.

    :param court: the kind of the court, None if it is not known.
    """

    ours: str | None = MAINLAND
    theirs: str | None = MAINLAND
    our_distance: int = 0
    their_distance: int = 0
    area: str | None = None
    court: str | None = None


class Opened(NamedTuple):
    """One time limit of a procedure.

    :param event_id: the event that opened it.
    :param start: the day from which it runs.
    :param ended_on: the day of what met it or made it moot.
    """

    code: str
    event_id: int
    rule_id: int
    start: date
    limit: Limit
    state: str
    ended_on: date | None = None


def judge(limit: date, day: date, term: Term, met_on: date | None = None, moot_on: date | None = None):
    """Return ``(state, day of what ended it)``, as it is seen on ``day``.

    An act that comes too late meets nothing, nor does one before the end of a wait; what makes a
    limit moot does so only while it runs. What the opponent lets pass, and a wait that has gone
    by, is over: nobody has missed anything.
    """
    if term.is_wait:
        if met_on and met_on < limit:
            return MISSED, met_on
        if moot_on and moot_on <= limit:
            return MOOT, moot_on
        return (OVER, met_on) if day >= limit else (RUNNING, None)
    passed = MISSED if term.is_ours else OVER
    if met_on and met_on <= limit:
        return MET, met_on
    if moot_on and moot_on <= limit:
        return MOOT, moot_on
    if met_on:
        return passed, met_on
    return (passed, None) if day > limit else (RUNNING, None)


def find_open(
    events: Iterable[Event], rules: Iterable[Rule], procedure_type: str, day: date, places: Places | None = None
) -> list[Opened]:
    """Return the time limits that the events of one procedure open, in the order of the events.

    :param events: those that were not annulled.
    :param rules: all versions of all limits.
    :param day: today; what is written of tomorrow has not met anything yet.
    """
    return _Reading(events, rules, procedure_type, day, places or Places()).find()


class _Reading:
    """One look at one procedure."""

    def __init__(self, events, rules, procedure_type, day, places):
        self.events: Sequence[Event] = sorted(events, key=lambda event: (event.day, event.id))
        self.day = day
        self.places = places
        self.versions = {}
        for rule in rules:
            if (not rule.types or procedure_type in rule.types) and self._concerns(rule):
                self.versions.setdefault(rule.code, []).append(rule)
        self.known = {}

    def _concerns(self, rule):
        home = self.places.ours if rule.term.is_ours else self.places.theirs
        if rule.courts and self.places.court and self.places.court not in rule.courts:
            return False
        return not rule.home or (rule.home == MAINLAND) == (home in (MAINLAND, None))

    def find(self):
        found = []
        for position, event in enumerate(self.events):
            for code in self.versions:
                if reckoned := self._get_limit(code, position):
                    found.append(self._prepare(code, event, position, *reckoned))
        return found

    def _prepare(self, code, event, position, rule, start, limit):
        met_on = self._find_first(rule.met, rule, position)
        moot_on = self._find_first(rule.moot, rule, position)
        state, ended_on = judge(limit.date, self.day, rule.term, met_on, moot_on)
        if state in (RUNNING, MISSED) and rule.is_renewed and self._get_next_opening(rule, position) is not None:
            state = MOOT
        return Opened(code, event.id, rule.id, start, limit, state, ended_on)

    def _get_limit(self, code, position):
        """Return ``(version, start, limit)`` of a limit opened by an event, None if this one opens none."""
        key = code, position
        if key not in self.known:
            self.known[key] = None  # a limit that runs after itself has no end
            self.known[key] = self._reckon(code, position)
        return self.known[key]

    def _reckon(self, code, position):
        opening = self.events[position]
        rules = [rule for rule in self.versions.get(code, ()) if rule.opens == opening.kind]
        reckoned = []
        for rule in rules:
            start = self._get_start(rule, position)
            basis = self._find_event(rule.basis, position) if rule.basis else None
            basis_day = basis.day if basis else (None if rule.basis else start)
            if start and (basis_day is None or rule.holds_on(basis_day)):
                reckoned.append((rule, start, reckon(start, rule.term, self._get_distance(rule), self.places.area)))
        if not reckoned:
            return None
        limit = settle([row[2] for row in reckoned], reckoned[0][0].term)
        return next((*row[:2], limit) for row in reckoned if limit.date in (row[2].date, row[2].other))

    def _get_start(self, rule, position):
        if rule.after:
            before = self._get_limit(rule.after, position)
            return before and before[2].date
        if not rule.runs_from:
            return self.events[position].day
        event = self._find_event(rule.runs_from, position)
        return event and event.day

    def _get_distance(self, rule):
        if not rule.has_distance:
            return 0
        return self.places.our_distance if rule.term.is_ours else self.places.their_distance

    def _find_event(self, kind, position):
        """Return the last event of a kind until an opening one, else the first after it."""
        before = [event for event in self.events[: position + 1] if event.kind == kind]
        after = [event for event in self.events[position + 1 :] if event.kind == kind]
        return (before[-1:] or after[:1] or [None])[0]

    def _find_first(self, kinds, rule, position):
        """Return the day of the first event that answers an opening one: until the next of its kind, and until today.

        What counts back from a hearing may be done before anybody writes the hearing down.
        """
        opening, following = self.events[position], self._get_next_opening(rule, position)
        for event in self.events:
            if event.kind not in kinds or event.id == opening.id or event.day > self.day:
                continue
            if not rule.term.is_before and event.day < opening.day:
                continue
            if following and event.day >= following.day and not rule.is_renewed:
                continue
            return event.day
        return None

    def _get_next_opening(self, rule, position):
        return next((event for event in self.events[position + 1 :] if event.kind == rule.opens), None)
