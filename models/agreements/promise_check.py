"""Whether a promise of payment was kept: plain Python, no ORM.

Only money keeps a promise. What settles an instalment without being money (a credit
note, a write-off) lowers what remains to be received from it: never above what it still
owed when the promise was given, less what was settled otherwise since. A promise from
which nothing remains to be received is neither kept nor broken.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from ..common.calendar import is_business_day, shift


class Share(NamedTuple):
    """The part of one instalment that one promise covers.

    ``open`` is what the instalment owed when the promise was given; ``money_before`` and
    ``other_before`` what had settled it until then. Money dated after ``deadline`` comes
    too late. Another promise leaves to an earlier one only while that ``is_open``.
    """

    key: int
    deadline: date
    open: float
    amount: float
    money_before: float
    other_before: float
    is_open: bool = True


class Progress(NamedTuple):
    """``expected`` is what must be received, ``received`` what was, in time."""

    expected: float
    received: float


def grace_end(day: date, grace: int, in_business_days: bool = False, alsace_moselle: bool = False) -> date:
    """Return the last day on which a promise for ``day`` may still be kept."""
    if not in_business_days:
        return shift(day, days=grace)
    while grace > 0:
        day += timedelta(days=1)
        grace -= is_business_day(day, alsace_moselle)
    return day


def spread(amount: float, available: Sequence, places: int) -> list:
    """Return the part of ``amount`` that falls on each instalment in turn, and what is left over.

    :param available: what each instalment still owes, in the order in which it is covered.
    """
    left, parts = amount, []
    for owed in available:
        part = round(max(min(left, owed), 0.0), places)
        left = round(left - part, places)
        parts.append(part)
    return [*parts, left]


def follow(shares: Iterable[Share], settlements: Iterable, places: int) -> dict:
    """Return the :class:`Progress` of each share of one instalment, by key.

    Several promises may cover one instalment: money goes to the earliest deadline that it
    meets, and what one took does not serve another.

    :param settlements: rows with ``date``, ``amount`` and ``is_money``, in order of date.
    """
    shares = sorted(shares, key=lambda share: (share.deadline, share.key))
    settlements = list(settlements)
    settled_otherwise = sum(row.amount for row in settlements if not row.is_money)
    expected = {}
    for position, share in enumerate(shares):
        owed = share.open - max(settled_otherwise - share.other_before, 0.0)
        for earlier in shares[:position]:
            if earlier.is_open:
                between = max(share.money_before - earlier.money_before, 0.0)
                owed -= max(expected[earlier.key] - between, 0.0)
        expected[share.key] = round(max(min(share.amount, owed), 0.0), places)
    room = {share.key: share.amount for share in shares}
    for lower, upper, day in _cut(shares, settlements):
        amount = upper - lower
        for share in shares:
            if share.money_before <= lower and day <= share.deadline:
                part = min(amount, room[share.key])
                room[share.key] -= part
                amount -= part
    return {share.key: Progress(expected[share.key], round(share.amount - room[share.key], places)) for share in shares}


def _cut(shares, settlements):
    """Return the money as ``(from, to, date)`` stretches of its running total, cut where a share begins."""
    marks = sorted({share.money_before for share in shares})
    position, pieces = 0.0, []
    for row in settlements:
        if not row.is_money:
            continue
        end = round(position + row.amount, 6)
        cuts = [position, *(mark for mark in marks if position < mark < end), end]
        pieces += [(lower, upper, row.date) for lower, upper in zip(cuts, cuts[1:], strict=False)]
        position = end
    return pieces


def decide(progress: Iterable[Progress], deadline: date, day: date, on_paper: float = 0.0, places: int = 2) -> str:
    """Return ``open``, ``kept``, ``partly``, ``broken`` or ``credited`` (nothing remains to be received).

    :param on_paper: payments on their way or not yet matched that may fall on what is
        missing: nobody broke a promise while they wait for an accountant.
    """
    progress = list(progress)
    expected = round(sum(row.expected for row in progress), places)
    received = round(sum(row.received for row in progress), places)
    if expected <= 0 and received <= 0:
        return "credited"
    if received >= expected:
        return "kept"
    if day <= deadline or round(received + on_paper, places) >= expected:
        return "open"
    return "partly" if received > 0 else "broken"
