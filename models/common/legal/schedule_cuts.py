"""Schedules of interest cut and put together: from one rule to another, without some days. Plain Python."""

from collections.abc import Iterable
from datetime import date

from .interest import ONE_DAY, Schedule


def chained_schedule(before: Schedule, after: Schedule, last_day: date) -> Schedule:
    """Return one schedule until ``last_day`` included and another from the day after."""

    def spans(start, end):
        found = before(start, min(end, last_day)) if start <= last_day else []
        return found + (after(max(start, last_day + ONE_DAY), end) if end > last_day else [])

    return spans


def without_days(schedule: Schedule, taken: Iterable[tuple]) -> Schedule:
    """Return the schedule without the days taken: they bear nothing more.

    :param taken: (first, last) days included, in any order.
    """

    def spans(start, end):
        found = []
        for first, last in sorted(taken):
            if first <= end and last >= start:
                found += schedule(start, first - ONE_DAY) if start < first else []
                start = last + ONE_DAY
        return found + (schedule(start, end) if start <= end else [])

    return spans
