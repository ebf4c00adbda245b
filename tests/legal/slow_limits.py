"""Time limits, walked from day to day: what the reckoning is compared with. It shares nothing with it."""

from datetime import date, timedelta

from ...models.legal.time_limits import Term

ONE_DAY = timedelta(days=1)


def get_easter(year):
    """Return Easter Sunday by the rule of Meeus."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    last = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * last) // 451
    month, day = divmod(h + last - 7 * m + 114, 31)
    return date(year, month, day + 1)


def get_holidays(year, is_alsace):
    """Return the holidays of C. trav. L3133-1, and those of Alsace-Moselle (L3134-13)."""
    easter = get_easter(year)
    fixed = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    found = {date(year, *day) for day in fixed} | {easter + timedelta(days=days) for days in (1, 39, 50)}
    if is_alsace:
        found |= {easter - timedelta(days=2), date(year, 12, 26)}
    return found


def walk_months(day, months, sign):
    """Walk to the same day of the month so many months further, or to the last day of the month if it has none."""
    target = day.day
    today = day.replace(day=1)
    for _number in range(months):
        month = today.month
        while today.month == month:
            today += sign * ONE_DAY
        today = today.replace(day=1)
    month = today.month
    while today.day < target and (today + ONE_DAY).month == month:
        today += ONE_DAY
    return today


def walk_to_work(day, sign, is_alsace):
    while day.weekday() > 4 or day in get_holidays(day.year, is_alsace):
        day += sign * ONE_DAY
    return day


def reckon_slowly(start: date, term: Term, distance: int = 0, area: str | None = None):
    """Return ``(raw, date, other reading)`` of a limit by walking; areas are Alsace-Moselle or none."""
    sign = -1 if term.is_before else 1
    day = walk_months(start, term.months + 12 * term.years + distance, sign)
    for _number in range(term.days):
        day += sign * ONE_DAY
    if term.is_franc:
        day += sign * ONE_DAY
    if not term.rolls:
        return day, day, None
    readings = [walk_to_work(day, sign, False), walk_to_work(day, sign, bool(area))]
    if term.is_wait:
        readings.append(day)
    readings.sort(reverse=term.is_wait or not term.is_ours)
    return day, readings[0], readings[-1] if readings[-1] != readings[0] else None
