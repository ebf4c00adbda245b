"""French business days, in plain Python (no ORM).

Public holidays come from the ``holidays`` library (C. trav. L3133-1, and the local days
of Alsace-Moselle), so that Easter and later reforms are somebody's maintained job.
"""

from datetime import date, timedelta
from functools import cache

import holidays

ALSACE_MOSELLE = "57"  # the library's code; the three departments share the same days


@cache
def _french_holidays(year: int, alsace_moselle: bool) -> frozenset:
    subdivision = ALSACE_MOSELLE if alsace_moselle else None
    return frozenset(holidays.France(years=year, subdiv=subdivision))


def is_business_day(day: date, alsace_moselle: bool = False) -> bool:
    """Tell whether ``day`` is neither a week-end day nor a French public holiday."""
    return day.weekday() < 5 and day not in _french_holidays(day.year, alsace_moselle)


def next_business_day(day: date, alsace_moselle: bool = False) -> date:
    """Return ``day`` itself if it is a business day, else the first one after it."""
    while not is_business_day(day, alsace_moselle):
        day += timedelta(days=1)
    return day


def add_business_days(day: date, count: int, alsace_moselle: bool = False) -> date:
    """Return the business day that is ``count`` of them after ``day``, or before it when negative.

    Zero returns ``day`` itself, business day or not: nothing is counted.
    """
    step = timedelta(days=1 if count > 0 else -1)
    for _number in range(abs(count)):
        day += step
        while not is_business_day(day, alsace_moselle):
            day += step
    return day
