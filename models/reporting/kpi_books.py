"""What was read for the key figures of some months, summed by portfolio: plain Python, no ORM.

A portfolio is ``(dimension, user id, label)``: the whole company, a collector's, or one customer where the rows behind
a figure are asked for.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from ..common.calendar import shift
from .kpi import Paid

ALL = ("all", None, None)
CUSTOMER = "customer"


def get_end(month: date) -> date:
    """Return the last day of a month given by its first one."""
    return shift(month, months=1, days=-1)


def by_portfolio(collectors: dict) -> Callable:
    """Return what tells the portfolios of a customer: everybody's, and its collector's."""

    def get_scopes(partner_id):
        own = collectors.get(partner_id)
        return (ALL, own) if own else (ALL,)

    return get_scopes


def by_customer(collectors: dict, asked: tuple) -> Callable:
    """Return what makes each customer of one portfolio a portfolio of its own, and leaves the others out."""
    portfolios = by_portfolio(collectors)

    def get_scopes(partner_id):
        inside = any(is_same(scope, asked) for scope in portfolios(partner_id))
        return ((CUSTOMER, partner_id, None),) if inside else ()

    return get_scopes


def is_same(scope: tuple, other: tuple) -> bool:
    """Tell whether two portfolios are one: a collector may have changed its name."""
    return scope[:2] == other[:2] if scope[0] == "collector" else scope == other


class Balance:
    """What one portfolio owes on a day."""

    __slots__ = ("credit", "not_due", "overdue")

    def __init__(self):
        self.not_due = self.overdue = self.credit = 0.0

    @property
    def total(self) -> float:
        """The balance, credits deducted."""
        return self.not_due + self.overdue + self.credit


class Disputed(NamedTuple):
    """A dispute with the portfolios in which it counts; ``record`` is the dispute itself."""

    scopes: tuple
    reason: str
    opened: date
    resolved: date | None
    amount: float
    record: Any

    def is_open(self, day: date) -> bool:
        """Tell whether it waited for its answer at the end of a day."""
        return self.opened <= day and (not self.resolved or self.resolved > day)


class Tally:
    """What people did, summed by portfolio, and the rows behind one of the sums where it is asked for.

    :param asked: ``(portfolio, code)`` of that sum.
    """

    def __init__(self, asked=None):
        self.asked = asked
        self.sums = defaultdict(lambda: [0.0, 0.0])
        self.rows = []

    def add(self, scopes, code, part, whole, record) -> None:
        """Count what one record did of a whole, in each of its portfolios."""
        for scope in scopes:
            pair = self.sums[scope, code]
            pair[0] += part
            pair[1] += whole
            if self.asked and code == self.asked[1] and is_same(scope, self.asked[0]):
                self.rows.append((record, part, whole))


class Books:
    """What was read of the books for some months, summed by portfolio."""

    def __init__(self, get_scopes):
        self.get_scopes = get_scopes
        self.lives, self.disputes = {}, []
        self.sales = defaultdict(dict)
        self.losses = defaultdict(lambda: defaultdict(float))
        self.balances = {}
        self.due = defaultdict(float)
        self.payments = defaultdict(list)
        self.rate = 0.0
        self.first = None

    def keep_balances(self, day, rows) -> None:
        """Sum the balances of the customers on a day."""
        sums = self.balances[day] = defaultdict(Balance)
        for row in rows:
            for scope in self.get_scopes(row.partner_id):
                balance = sums[scope]
                balance.not_due += float(row.not_due)
                balance.overdue += float(row.overdue)
                balance.credit += float(row.credit)

    def keep_sales(self, month, partner_id, taxed, untaxed) -> None:
        """Count what a customer was sold in a month."""
        for scope in self.get_scopes(partner_id):
            before = self.sales[scope].get(month, (0.0, 0.0))
            self.sales[scope][month] = (before[0] + taxed, before[1] + untaxed)

    def keep_life(self, life) -> None:
        """Count an instalment in the month in which it fell due, and its money in the month in which it came."""
        due, month = life.due, _get_month(life.due)
        came = [(_get_month(on), Paid(amount, (on - due).days)) for on, amount, is_money in life.parts if is_money]
        for scope in self.get_scopes(life.partner_id):
            self.due[scope, month] += life.amount
            for on, paid in came:
                self.payments[scope, on].append(paid)


@lru_cache(maxsize=10_000)
def _get_month(day):
    """Return the first day of its month; few days are asked for very often."""
    return day.replace(day=1)
