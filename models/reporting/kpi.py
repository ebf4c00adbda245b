"""Key figures of receivables, in the words of the AFDCC: plain Python, no ORM.

Each function returns a :class:`Ratio`, so that figures of several parts can be added
before they are divided, and a reader can see what was divided by what. A ratio without a
denominator has no value: it is shown as a dash, never as zero.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

DAYS_AFTER = 30  # within which money that comes is put down to an action, where nobody says otherwise
OF_BOOKS = frozenset(  # the figures that the books give, by their code
    (
        *("dso", "dso_exhaustion", "dso_best", "dso_delinquent", "days_late", "on_time", "cei", "overdue_share"),
        *("recovery_rate", "irrecoverable", "disputed_share", "cash_tied", "cash_cost", "cash_released"),
    )
)


class Ratio(NamedTuple):
    """What is divided by what, and times what: 100 for a percentage, 1 for days."""

    numerator: float
    denominator: float
    factor: float = 1.0

    @property
    def value(self) -> float | None:
        """The quotient, None where there is nothing to divide by."""
        return self.factor * self.numerator / self.denominator if self.denominator else None


class Paid(NamedTuple):
    """Money that came for one instalment: how much, how many days after its due date."""

    amount: float
    late: int


class Sales(NamedTuple):
    """What was sold with tax in one month, which has that many days."""

    amount: float
    days: int


def dso(receivables: float, sales: float, days: int) -> Ratio:
    """Return the simple DSO: receivables with tax × days of the period / sales with tax of the period."""
    return Ratio(receivables, sales, float(days))


def exhaust(receivables: float, months: Iterable[Sales]) -> list[tuple[float, float]] | None:
    """Return month by month how much of its sales the receivables use up, and how many of its days that is.

    :param months: the latest first. What is older than all of them counts as the days of the last one.
    :return: None where nothing was sold that the receivables could use up.
    """
    left, used, last = receivables, [], None
    for month in months:
        if left <= 0:
            break
        if month.amount <= 0:  # more was credited than sold: nothing is used up, the days go by
            used.append((0.0, float(month.days)))
            continue
        last = (len(used), month)
        part = min(left, month.amount)
        used.append((part, part / month.amount * month.days))
        left -= part
    if last is None:
        return None if receivables > 0 else []
    if left > 0:
        position, month = last
        part, days = used[position]
        used[position] = (part + left, days + left / month.amount * month.days)
    return used


def dso_by_exhaustion(receivables: float, months: Iterable[Sales]) -> Ratio:
    """Return the DSO by exhaustion: how many days of sales, the last ones first, the receivables amount to."""
    used = exhaust(receivables, months)
    return Ratio(0.0, 0.0) if used is None else Ratio(sum(days for _amount, days in used), 1.0)


def cei(opening: float, sales: float, closing: float, closing_current: float) -> Ratio:
    """Return the collection effectiveness index: what was collected of what could be, in per cent."""
    return Ratio(opening + sales - closing, opening + sales - closing_current, 100.0)


def share(part: float, whole: float) -> Ratio:
    """Return a part of a whole in per cent."""
    return Ratio(part, whole, 100.0)


def average_delay(payments: Iterable[Paid]) -> Ratio:
    """Return the average days late of what was paid, weighted by amount.

    An early payment counts as on time: it does not make up for a late one.
    """
    weighted = amount = 0.0
    for paid in payments:
        weighted += paid.amount * max(paid.late, 0)
        amount += paid.amount
    return Ratio(weighted, amount)


def on_time(payments: Iterable[Paid], grace: int) -> Ratio:
    """Return which part of what was paid came by the due date, days of grace for the bank included."""
    inside = amount = 0.0
    for paid in payments:
        inside += paid.amount if paid.late <= grace else 0.0
        amount += paid.amount
    return Ratio(inside, amount, 100.0)


def cost_of_cash(overdue: float, rate: float, days: int) -> float:
    """Return what it costs to lend customers what is overdue, at the company's yearly borrowing rate in per cent."""
    return overdue * rate / 100 * days / 365


def released(dso_before: float | None, dso_now: float | None, sales: float, days: int) -> float | None:
    """Return the cash that a change of DSO released (or tied up, below zero): days gained × sales of a day."""
    if dso_before is None or dso_now is None or not days:
        return None
    return (dso_before - dso_now) * sales / days


def received_within(parts: Sequence, start: date, days: int = DAYS_AFTER) -> float:
    """Return the money that settled an instalment within so many days after an action.

    :param parts: ``(day, amount, whether it is money)``, see :class:`rows.InstalmentLife`.
    """
    end = start + timedelta(days=days)
    return sum(amount for on, amount, is_money in parts if is_money and start < on <= end)


# ------------------------------------------------------------
# One month of one portfolio
# ------------------------------------------------------------
class Month(NamedTuple):
    """What the books say of one portfolio and one month, in the company's currency.

    ``opening``, ``closing`` are balances, credits deducted; ``current`` and ``overdue`` the
    debts at closing, ``overdue_before`` those overdue at opening. ``sales`` go back month by
    month, this one first; ``untaxed`` and ``losses`` are those of the last twelve. ``due`` fell
    due within the month, ``received`` is the money that came. ``disputed`` is open at closing.
    """

    days: int
    opening: float = 0.0
    closing: float = 0.0
    current: float = 0.0
    overdue: float = 0.0
    overdue_before: float = 0.0
    sales: tuple = ()
    untaxed: float = 0.0
    losses: float = 0.0
    due: float = 0.0
    payments: tuple = ()
    disputed: float = 0.0
    rate: float = 0.0
    grace: int = 0

    @property
    def quarter(self) -> Sales:
        """The sales of the last three months: what the simple DSO divides by."""
        last = self.sales[:3]
        return Sales(sum(month.amount for month in last), sum(month.days for month in last))


def measure(month: Month, dso_before: float | None = None) -> dict:
    """Return the :class:`Ratio` of each figure that the books give, by its code.

    :param dso_before: the simple DSO of the month before, for the cash that was released.
    """
    sales, days = month.quarter
    debts = month.current + month.overdue
    received = sum(paid.amount for paid in month.payments)
    simple = dso(month.closing, sales, days)
    figures = {
        "dso": simple,
        "dso_exhaustion": dso_by_exhaustion(month.closing, month.sales),
        "dso_best": dso(month.current, sales, days),
        "dso_delinquent": dso(month.closing - month.current, sales, days),
        "days_late": average_delay(month.payments),
        "on_time": on_time(month.payments, month.grace),
        "cei": cei(month.opening, month.sales[0].amount if month.sales else 0.0, month.closing, month.current),
        "overdue_share": share(month.overdue, debts),
        "recovery_rate": share(received, month.overdue_before + month.due),
        "irrecoverable": share(month.losses, month.untaxed),
        "disputed_share": share(month.disputed, debts),
        "cash_tied": Ratio(month.overdue, 1.0),
        "cash_cost": Ratio(cost_of_cash((month.overdue + month.overdue_before) / 2, month.rate, month.days), 1.0),
    }
    freed = released(dso_before, simple.value, sales, days)
    if freed is not None:
        figures["cash_released"] = Ratio(freed, 1.0)
    return figures
