"""Ageing of debts: plain Python, no ORM."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date

DEFAULT_BOUNDS = (30, 60, 90, 120)


def days_late(due: date, day: date) -> int:
    """Return the days between the due date and ``day``: 0 or less when not late."""
    return (day - due).days


def bucket_of(late: int, bounds: Sequence[int] = DEFAULT_BOUNDS) -> int:
    """Return the bucket's position: 0 for not due, 1 for late up to the first bound, and so on.

    The last bucket has no upper bound, so that nothing is ever lost above it.
    """
    return 0 if late <= 0 else 1 + bisect_left(bounds, late)


def bucket_ranges(bounds: Sequence[int] = DEFAULT_BOUNDS) -> list:
    """Return the (from, to) days of each late bucket; ``to`` of the last one is None."""
    starts = [1] + [bound + 1 for bound in bounds]
    return list(zip(starts, [*bounds, None], strict=True))
