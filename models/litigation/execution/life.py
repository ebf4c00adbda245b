"""How long a title may be carried out, in plain Python (no ORM).

A title of CPCE L111-3 1° to 3° has a length of its own, unless the claim that it states has a longer one (L111-4);
the others keep the limitation of the claim. Each act of execution makes the length run again (C. civ. 2244, 2231).
What rests on the acts is a reading that stands beside the original date, and never instead of it.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from ...legal.limitation import INTERRUPTS, Event, Period, add, read_limit


class Life(NamedTuple):
    """Until when a title may be carried out, that day included.

    ``original`` takes no act into account. ``until`` is None while the clock stands still, and where nothing is known.
    """

    original: date | None = None
    until: date | None = None
    is_over: bool = False


def choose_period(start: date, title: Period, claims: Iterable[Period] = ()) -> Period:
    """Return the longest of the title's own length and of those of its claims (CPCE L111-4)."""
    return max((title, *claims), key=lambda period: add(start, period))


def read_life(
    enforceable_on: date, period: Period, acts: Iterable[date], day: date, claims: Iterable[Period] = ()
) -> Life:
    """Return the life of a title with a length of its own, as it is seen on ``day``.

    An act that comes once it is over gives it no other life.

    :param claims: the lengths of the limitation of what it states.
    """
    longest = choose_period(enforceable_on, period, claims)
    reading = read_limit(enforceable_on, longest, [Event(INTERRUPTS, act) for act in acts], day)
    return Life(reading.original, reading.extended, reading.extended is not None and reading.extended < day)


def read_claims_life(limits: Iterable[tuple[date, date | None]], day: date) -> Life:
    """Return the life of a title that keeps the limitation of its claims: that of the first to end.

    :param limits: (original, with the evidence) of each claim; the second is None while its clock stands still.
    """
    limits = list(limits)
    if not limits:
        return Life()
    running = [until for _original, until in limits if until]
    until = min(running, default=None)
    return Life(min(original for original, _until in limits), until, until is not None and until < day)
