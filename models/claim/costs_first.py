"""Money received pays the costs first, then the interest, then the principal: what is owed as a sum, without the ORM.

Costs come first, then the interest that was awarded as a sum. What is left of each payment is set on the interest and
the principal of its instalment (C. civ. 1343-1), as ``legal.interest`` does.
"""

from collections.abc import Hashable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

ZERO = Decimal(0)


class Cost(NamedTuple):
    """A cost that is owed since a day; ``group`` tells whose money pays it, in which currency.

    ``rank``: of what one payment finds owed, the lower is paid first.
    """

    group: Hashable
    day: date
    amount: Decimal
    rank: int = 0


class Payment(NamedTuple):
    """Money received on a day; ``key`` tells what it is."""

    group: Hashable
    day: date
    amount: Decimal
    key: Any


class Paid(NamedTuple):
    """What one payment paid of the costs of a rank."""

    payment: Payment
    amount: Decimal
    rank: int = 0


def pay_costs(costs: Iterable[Cost], payments: Iterable[Payment]) -> list[Paid]:
    """Return what each payment pays of the costs that are owed on its day, in the order of the days.

    A payment pays no cost that comes after it. Those of one day keep their order.
    """
    owed, due = {}, sorted(costs, key=lambda cost: cost.day)
    ranks = sorted({cost.rank for cost in due})
    found = []
    for payment in sorted(payments, key=lambda payment: payment.day):
        while due and due[0].day <= payment.day:
            cost = due.pop(0)
            owed[cost.group, cost.rank] = owed.get((cost.group, cost.rank), ZERO) + cost.amount
        left = payment.amount
        for rank in ranks:
            part = min(left, owed.get((payment.group, rank), ZERO))
            if part > 0:
                owed[payment.group, rank] -= part
                left -= part
                found.append(Paid(payment, part, rank))
    return found
