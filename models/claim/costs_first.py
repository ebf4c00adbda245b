"""Money received pays the costs first, then the interest, then the principal: the part of the costs, without the ORM.

What is left of each payment is set on the interest and the principal of its instalment (C. civ. 1343-1), as
``legal.interest`` does.
"""

from collections.abc import Hashable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

ZERO = Decimal(0)


class Cost(NamedTuple):
    """A cost that is owed since a day; ``group`` tells whose money pays it, in which currency."""

    group: Hashable
    day: date
    amount: Decimal


class Payment(NamedTuple):
    """Money received on a day; ``key`` tells what it is."""

    group: Hashable
    day: date
    amount: Decimal
    key: Any


class Paid(NamedTuple):
    """What one payment paid of the costs."""

    payment: Payment
    amount: Decimal


def pay_costs(costs: Iterable[Cost], payments: Iterable[Payment]) -> list[Paid]:
    """Return what each payment pays of the costs that are owed on its day, in the order of the days.

    A payment pays no cost that comes after it. Those of one day keep their order.
    """
    owed, due = {}, sorted(costs, key=lambda cost: cost.day)
    found = []
    for payment in sorted(payments, key=lambda payment: payment.day):
        while due and due[0].day <= payment.day:
            cost = due.pop(0)
            owed[cost.group] = owed.get(cost.group, ZERO) + cost.amount
        part = min(payment.amount, owed.get(payment.group, ZERO))
        if part > 0:
            owed[payment.group] -= part
            found.append(Paid(payment, part))
    return found
