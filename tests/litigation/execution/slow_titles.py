"""Titles, walked day by day and cent by cent: the reckoning is compared with it, and shares nothing with it."""

from datetime import date, timedelta
from decimal import Decimal

CENT = Decimal("0.01")
ONE_DAY = timedelta(days=1)


def walk_years(day, years):
    """Walk to the same day so many years further; 28 February where the year has no 29th."""
    today = day
    while True:
        today += ONE_DAY
        if today.year == day.year + years and today.month == day.month and today.day == day.day:
            return today
        if (day.month, day.day) == (2, 29) and (today.month, today.day) == (3, 1) and today.year == day.year + years:
            return today - ONE_DAY


def live(enforceable_on, years, acts, last):
    """Return until when a title may be carried out, one day after the other, and whether it is over on the last."""
    limit = walk_years(enforceable_on, years)
    today = enforceable_on
    while today < last:
        today += ONE_DAY
        if today > limit:
            return limit, True
        if today in acts:
            limit = walk_years(today, years)
    return limit, False


def pay(costs, payments):
    """Return what each payment pays of the costs, a cent at a time: ``[(number of the payment, amount)]``.

    :param costs: ``(group, day, amount)``; those of the day of a payment come before it.
    :param payments: ``(group, day, amount)``.
    """
    days = sorted({row[1] for row in (*costs, *payments)})
    owed, paid = {}, {}
    for today in days:
        for group, day, amount in costs:
            if day == today:
                owed[group] = owed.get(group, 0) + int(amount / CENT)
        for number, (group, day, amount) in enumerate(payments):
            if day != today:
                continue
            for _cent in range(int(amount / CENT)):
                if owed.get(group, 0):
                    owed[group] -= 1
                    paid[number] = paid.get(number, 0) + 1
    return {number: cents * CENT for number, cents in paid.items()}


def refuse(opens, awarded):
    """Return ``{key: part that was not awarded}``, a cent at a time, the oldest due first.

    :param opens: ``(key, due, open when the title was given, credited since)``.
    """
    left, refused = int(awarded / CENT), {}
    for key, _due, amount, reduced in sorted(opens, key=lambda row: row[1]):
        missing = 0
        for _cent in range(int(amount / CENT)):
            if left:
                left -= 1
            else:
                missing += 1
        missing = max(missing - int(reduced / CENT), 0)
        if missing:
            refused[key] = missing * CENT
    return refused


def read_account(principal, until, rate_of, costs, payments):
    """Return ``(costs, interest, principal)`` left of a title's claim, reckoned day by day.

    Interest is what one line of constant base and rate brings, rounded to the cent; a payment comes at the end of its
    day and goes to the costs owed, to the interest, to the principal, a cent at a time.

    :param rate_of: a function from a day to ``(rate, what makes it another line)``.
    :param costs: ``(day, amount)``; payments: ``(day, amount)``.
    """
    first = min([day for day, _amount in (*costs, *payments)] + [until])
    owed, interest, base = Decimal(0), Decimal(0), principal
    weight, key, today = Decimal(0), None, min(first, date(2025, 12, 31))

    def close():
        nonlocal interest, weight
        interest += (weight / 36500).quantize(CENT, "ROUND_HALF_UP")
        weight = Decimal(0)

    while today <= until:
        owed += sum(amount for day, amount in costs if day == today)
        found = rate_of(today)
        if found and base:
            rate, mark = found
            if key not in (None, (base, mark)):
                close()
            key = (base, mark)
            weight += base * rate
        received = []
        for left in (amount for day, amount in payments if day == today):
            while left and owed:
                owed -= CENT
                left -= CENT
            received += [left] if left else []
        if received:
            close()
            key = None
        for left in received:
            while left:
                if interest:
                    interest -= CENT
                elif base:
                    base -= CENT
                else:
                    break
                left -= CENT
        today += ONE_DAY
    close()
    return owed, interest, base
