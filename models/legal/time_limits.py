"""Time limits of procedure, in plain Python (no ORM): CPC 640 to 644.

The day of the event is not counted; a limit in months or years ends on the same day of the
month, or on the last one of a shorter month; months come before days (CPC 641). A limit that
ends on a Saturday, a Sunday or a public holiday ends on the next working day (CPC 642), and on
the preceding one where it counts back from a hearing.

Where the law is not settled there are two readings. A limit of ours goes by the earlier one; a
limit of the opponent, and any wait, by the later.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from ..common.calendar import get_local_holidays, is_business_day, shift

UNITS = ("days", "months", "years")

# Why a limit ends where it does: the words that a step may begin with
DISTANCE = "distance"
MONTH_END = "month_end"
FRANC = "franc"
SATURDAY = "saturday"
SUNDAY = "sunday"
HOLIDAY = "holiday"
LOCAL = "local"
WAIT = "wait"
UNKNOWN = "unknown"

ABROAD = "abroad"
MAINLAND = "mainland"
ALSACE_MOSELLE = "57"
_ALSACE_MOSELLE_ZIPS = ("57", "67", "68")
# Parts of France overseas: the country's code, the beginning of the postal code, the calendar's name of its holidays.
_OVERSEAS = (
    ("BL", "97133", "BL"),
    ("MF", "97150", "MF"),
    ("GP", "971", "971"),
    ("MQ", "972", "972"),
    ("GF", "973", "973"),
    ("RE", "974", "974"),
    ("PM", "975", "PM"),
    ("YT", "976", "976"),
    ("TF", "984", "TF"),
    ("WF", "986", "WF"),
    ("PF", "987", "PF"),
    ("NC", "988", "NC"),
)
_HOLIDAYS_OVERSEAS = {country: area for country, _zip, area in _OVERSEAS}
_MONACO = "980"
_ONE_DAY = timedelta(days=1)


class Term(NamedTuple):
    """How long a limit is, and how it is counted.

    :param is_before: it counts back, from a hearing.
    :param is_wait: nothing may be done before its end.
    :param is_ours: it weighs on us, not on the opponent.
    :param rolls: its end moves to a working day (CPC 642).
    :param is_franc: neither the first nor the last day counts; no limit of the CPC is.
    """

    days: int = 0
    months: int = 0
    years: int = 0
    is_before: bool = False
    is_wait: bool = False
    is_ours: bool = True
    rolls: bool = True
    is_franc: bool = False

    @property
    def takes_later(self):
        """Whether it goes by the later of two readings."""
        return self.is_wait or not self.is_ours


class Limit(NamedTuple):
    """Where a limit ends.

    :param raw: the day that the number of days, months or years leads to.
    :param date: the day to go by: the last one to act; for a wait, the one before which nothing is done.
    :param other: another reading of the law, None where it is settled.
    :param steps: why, in order: ``(word, day or number)``.
    """

    raw: date
    date: date
    other: date | None = None
    steps: tuple = ()


def reckon(start: date, term: Term, distance: int = 0, area: str | None = None) -> Limit:
    """Return where a limit ends.

    :param start: the day of the event, which is not counted.
    :param distance: the months that CPC 643 or 644 adds.
    :param area: the calendar's name of the court's area, where it has holidays of its own: whether
        they move a limit is not settled.
    """
    sign = -1 if term.is_before else 1
    steps = [(DISTANCE, distance)] if distance else []
    reached = shift(start, months=sign * (term.months + distance), years=sign * term.years)
    if reached.day < start.day and (term.months or term.years or distance):
        steps.append((MONTH_END, reached))
    raw = shift(reached, days=sign * (term.days + term.is_franc))
    if term.is_franc:
        steps.append((FRANC, raw))
    if not term.rolls:
        return Limit(raw, raw, None, tuple(steps))
    settled, closed = _roll(raw, sign)
    local, closed_there = _roll(raw, sign, area)
    readings = {settled, local}
    steps += closed
    if local != settled:
        steps += [step for step in closed_there if step not in closed]
    if term.is_wait and settled != raw:
        readings.add(raw)  # CPC 642 is written for acts to do, not for waits
        steps.append((WAIT, raw))
    return _choose(raw, readings, term, steps)


def settle(limits: Iterable[Limit], term: Term) -> Limit:
    """Return what to go by where nobody can say which of several limits applies."""
    limits = [*limits]
    if len(limits) == 1:
        return limits[0]
    readings = {day for limit in limits for day in (limit.date, limit.other) if day}
    chosen = _choose(limits[0].raw, readings, term, [])
    known = next(limit for limit in limits if chosen.date in (limit.date, limit.other))
    steps = (*known.steps, (UNKNOWN, chosen.other)) if chosen.other else known.steps
    return chosen._replace(raw=known.raw, steps=steps)


def _choose(raw, readings, term, steps):
    first, last = min(readings), max(readings)
    day, other = (last, first) if term.takes_later else (first, last)
    return Limit(raw, day, other if other != day else None, tuple(steps))


def _roll(day, sign, area=None):
    """Return the working day that a limit moves to, and the days that it passes over, each with its reason."""
    closed = []
    while reason := _get_closure(day, area):
        closed.append((reason, day))
        day += sign * _ONE_DAY
    return shift(day), closed


def _get_closure(day, area):
    if not is_business_day(day):
        return {5: SATURDAY, 6: SUNDAY}.get(day.weekday(), HOLIDAY)
    return LOCAL if area and day in get_local_holidays(day.year, area) else None


# ------------------------------------------------------------
# Where somebody lives, for CPC 643 and 644
# ------------------------------------------------------------
def get_home(country: str | None, postcode: str | None) -> str | None:
    """Return ``MAINLAND``, the code of a part of France overseas or ``ABROAD``; None if the country is not known."""
    if not country:
        return None
    if country in _HOLIDAYS_OVERSEAS:
        return country
    postcode = (postcode or "").strip()
    if country != "FR" or postcode.startswith(_MONACO):
        return ABROAD
    return next((code for code, begins, _area in _OVERSEAS if postcode.startswith(begins)), MAINLAND)


def get_area(country: str | None, postcode: str | None) -> str | None:
    """Return the calendar's name of a place with holidays of its own, None elsewhere."""
    home = get_home(country, postcode)
    if home == MAINLAND and (postcode or "").strip().startswith(_ALSACE_MOSELLE_ZIPS):
        return ALSACE_MOSELLE
    return _HOLIDAYS_OVERSEAS.get(home)


def get_distance(court: str | None, home: str | None) -> int:
    """Return the months that a limit grows by for somebody who lives away from the court.

    :param court: the home of the court; the mainland if it is not known.
    :param home: where the person lives; nothing is added if it is not known.
    """
    if home is None or home == (court or MAINLAND):
        return 0
    return 2 if home == ABROAD else 1
