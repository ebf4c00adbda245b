"""The dates of a payment plan, and how money fills them: plain Python, no ORM."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from ..common.calendar import shift


class PlanDate(NamedTuple):
    """One date of a plan and what is to be paid on it."""

    key: int
    due: date
    amount: float


class Filled(NamedTuple):
    """The filling of one date of a plan: ``amount`` after reductions, ``paid_on`` when it was complete."""

    amount: float
    received: float
    paid_on: date | None


def add_months(day: date, months: int) -> date:
    """Return the same day some months later, or the last of a month that is too short for it."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def count_months(first: date, last: date) -> int:
    """Return over how many months a plan runs: 1 for a single date."""
    return (last.year - first.year) * 12 + last.month - first.month + 1


def split(total: float, count: int, places: int) -> list:
    """Return ``total`` in equal parts, to the last unit of the currency; the last one takes the remainder.

    :raises ValueError: there is not one unit of the currency for each part.
    """
    factor = 10**places
    units = round(total * factor)
    if count < 1 or units < count:
        raise ValueError("nothing to split")
    part = units // count
    return [part / factor] * (count - 1) + [(units - part * (count - 1)) / factor]


def generate(total: float, count: int, first: date, places: int, down: float = 0.0, down_date: date | None = None):
    """Return the ``(date, amount)`` of a plan in monthly parts, after an optional first payment down.

    :param first: date of the first monthly part; the following ones keep its day.
    """
    dates = []
    if down:
        dates.append((down_date or first, round(down, places)))
        total = round(total - down, places)
    return dates + [
        (add_months(first, position), amount) for position, amount in enumerate(split(total, count, places))
    ]


def fill(dates: Sequence[PlanDate], money: Iterable, reduction: float, places: int):
    """Set what was received against the dates, oldest first.

    :param money: ``(date, amount)`` received since the signature.
    :param reduction: what is no longer to be paid (a credit note): it lowers the last dates.
    :return: ``({key: Filled}, surplus)``.
    """
    ordered = sorted(dates, key=lambda row: (row.due, row.key))
    amounts = {row.key: row.amount for row in ordered}
    for row in reversed(ordered):
        part = min(reduction, amounts[row.key])
        amounts[row.key] = round(amounts[row.key] - part, places)
        reduction = round(reduction - part, places)
        if reduction <= 0:
            break
    received = dict.fromkeys(amounts, 0.0)
    paid_on = dict.fromkeys(amounts)
    surplus = 0.0
    for day, amount in sorted(money):
        for row in ordered:
            missing = round(amounts[row.key] - received[row.key], places)
            if missing <= 0:
                continue
            part = round(min(amount, missing), places)
            received[row.key] = round(received[row.key] + part, places)
            amount = round(amount - part, places)
            if part == missing:
                paid_on[row.key] = day
            if amount <= 0:
                break
        surplus = round(surplus + max(amount, 0.0), places)
    return {row.key: Filled(amounts[row.key], received[row.key], paid_on[row.key]) for row in ordered}, surplus


def missing_on(dates: Sequence[PlanDate], filled: dict, day: date, days_late: int, places: int) -> float:
    """Return what is still missing from the dates that are late by more than ``days_late`` days."""
    limit = shift(day, days=-days_late)
    return round(sum(filled[row.key].amount - filled[row.key].received for row in dates if row.due < limit), places)


def since(settlements: Iterable, money_before: float, other_before: float, places: int):
    """Return what settled an instalment after what had settled it already.

    :param settlements: rows with ``date``, ``amount`` and ``is_money``, in order of date.
    :return: ``([(date, money)], settled otherwise)``.
    """
    money, other, pieces = 0.0, 0.0, []
    for row in settlements:
        if not row.is_money:
            other = round(other + row.amount, places)
            continue
        end = round(money + row.amount, places)
        fresh = round(end - max(money, money_before), places)
        if fresh > 0:
            pieces.append((row.date, fresh))
        money = end
    return pieces, round(max(other - other_before, 0.0), places)
