"""The two ways of ranking debtors: plain Python, no ORM.

"Cash fast" puts first what is large and recent, which a call still brings in this week;
"reduce risk" puts first what is large and old, more so when serious letters were ignored.
"""

from collections import defaultdict
from collections.abc import Iterable
from math import ceil
from typing import NamedTuple

CASH = "cash"
RISK = "risk"
# (late by at most these days, percentage of the amount that counts)
CASH_SHARES = ((30, 100), (60, 60), (90, 30), (None, 10))
MONTH = 30
UNANSWERED = 0.5  # added to the weight when a final notice or a mise en demeure stayed without effect


class Debt(NamedTuple):
    """The overdue part of one instalment, in company currency, and since how many days."""

    amount: float
    late: int


def cash_share(late: int) -> int:
    """Return the percentage for which an overdue amount counts when cash comes first."""
    return next(share for bound, share in CASH_SHARES if bound is None or late <= bound)


def months_begun(late: int) -> int:
    """Return the months of delay begun."""
    return ceil(late / MONTH)


def cash_score(debts: Iterable[Debt]) -> float:
    """Return the rank by which the cash that comes fastest is first."""
    return sum(debt.amount * cash_share(debt.late) for debt in debts) / 100


def risk_score(debts: Iterable[Debt], weight: float = 1.0) -> float:
    """Return the rank by which what is large and old is first."""
    return sum(debt.amount * months_begun(debt.late) for debt in debts) * weight


def cash_parts(debts: Iterable[Debt]) -> list:
    """Return the ``(amount, percentage)`` that make the cash score, the fullest first."""
    return _group(debts, cash_share, reverse=True)


def risk_parts(debts: Iterable[Debt]) -> list:
    """Return the ``(amount, months)`` that make the risk score before its weight, the oldest first."""
    return _group(debts, months_begun, reverse=True)


def _group(debts, factor_of, reverse):
    amounts = defaultdict(float)
    for debt in debts:
        amounts[factor_of(debt.late)] += debt.amount
    return [(amounts[factor], factor) for factor in sorted(amounts, reverse=reverse)]
