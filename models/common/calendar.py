"""French business days, in plain Python (no ORM).

Public holidays come from the ``holidays`` library (C. trav. L3133-1, and the local days
of Alsace-Moselle), so that Easter and later reforms are somebody's maintained job.
"""

from datetime import date, timedelta
from functools import cache

import holidays
from dateutil.relativedelta import relativedelta

from .bounds import COUNT, FIRST_DAY, LAST_DAY

ALSACE_MOSELLE = "57"  # the library's code; the three departments share the same days


@cache
def _french_holidays(year: int, alsace_moselle: bool) -> frozenset:
    subdivision = ALSACE_MOSELLE if alsace_moselle else None
    return frozenset(holidays.France(years=year, subdiv=subdivision))


@cache
def get_local_holidays(year: int, area: str) -> frozenset:
    """Return the public holidays of a part of France that the rest has not.

    :param area: ``57`` for the three departments of Alsace-Moselle, ``971`` and the like overseas.
    """
    return frozenset(holidays.France(years=year, subdiv=area)) - _french_holidays(year, False)


def shift(day: date, days: int = 0, months: int = 0, years: int = 0) -> date:
    """Return the day that much further, or the last one that there is for us.

    Delays come from settings: one that is out of all proportion never stops whoever reckons with it.
    """
    try:
        if months or years:
            day += relativedelta(months=months, years=years)
        return min(max(day + timedelta(days=days), FIRST_DAY), LAST_DAY)
    except (OverflowError, ValueError):
        return FIRST_DAY if min(days, months, years) < 0 else LAST_DAY


def is_business_day(day: date, alsace_moselle: bool = False) -> bool:
    """Tell whether ``day`` is neither a week-end day nor a French public holiday."""
    return day.weekday() < 5 and day not in _french_holidays(day.year, alsace_moselle)


def next_business_day(day: date, alsace_moselle: bool = False) -> date:
    """Return ``day`` itself if it is a business day, else the first one after it."""
    day = shift(day)
    while not is_business_day(day, alsace_moselle):
        day += timedelta(days=1)
    return day


def add_business_days(day: date, count: int, alsace_moselle: bool = False) -> date:
    """Return the business day that is ``count`` of them after ``day``, or before it when negative.

    Zero returns ``day`` itself, business day or not: nothing is counted.
    """
    step = timedelta(days=1 if count > 0 else -1)
    for _number in range(min(abs(count), COUNT)):
        day += step
        while not is_business_day(day, alsace_moselle):
            day += step
    return day
