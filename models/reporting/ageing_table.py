"""The rows of an aged balance, added up from open instalments: plain Python, no ORM."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from ..ledger.ageing import bucket_of, days_late
from ..ledger.ageing_status import NORMAL, STATUSES, split

_POSITIONS = {status: position for position, status in enumerate(STATUSES)}


class Told(NamedTuple):
    """An open item as the balance tells it: what is left of it, in its currency and in the company's."""

    item: Any
    residual: float
    residual_company: float


class Part(NamedTuple):
    """What one status has of an open item: ``bucket`` is None for a credit."""

    told: Told
    status: str
    amount: float
    bucket: int | None
    late: int


class Sums:
    """One row of the table, as it is added up."""

    __slots__ = ("buckets", "credit", "parts", "statuses")

    def __init__(self, width):
        self.buckets = [0.0] * width
        self.credit = 0.0
        self.statuses = [0.0] * len(STATUSES)
        self.parts = []


def impute(items: Iterable, shares: Mapping, digits: Mapping[int, int], places: int) -> list[Told]:
    """Set the credits against the debts, on paper; what is settled is left out.

    A credit takes its own value in the books with it, so that the sum of the rows stays the ledger's: what a rate
    makes of a debt wholly settled stays on that debt.

    :param shares: ``{line id of a debt: shares of credits}``, as :func:`ledger.allocation.allocate` returns them.
    :param digits: decimal places per currency id; ``places`` those of the company's currency.
    """
    items = list(items)
    net = {item.line_id: [item.residual, item.residual_company] for item in items}
    for item in items:
        for share in shares.get(item.line_id, ()):
            credit, debt = net[share.key[1]], net[item.line_id]
            is_last = not round(credit[0] + share.amount, digits[item.currency_id])
            worth = -credit[1] if is_last else round(credit[1] * share.amount / credit[0], places)
            for line, sign in ((credit, 1), (debt, -1)):
                line[0] = round(line[0] + sign * share.amount, digits[item.currency_id])
                line[1] = round(line[1] + sign * worth, places)
    told = (Told(item, *net[item.line_id]) for item in items)
    return [row for row in told if row.residual or row.residual_company]


def add_up(
    rows: Iterable[Told],
    day: date,
    bounds,
    base: str,
    shares: Mapping,
    get_path: Callable,
    with_parts: bool,
    places: int = 2,
) -> dict[tuple, Sums]:
    """Return the sums of an aged balance per ``(path, partner id)``.

    :param base: ``due`` or ``invoice``: the date from which days count.
    :param shares: the statuses per line id, see :func:`ledger.ageing_status.rank`.
    :param get_path: what a row is split by: takes an item and a status.
    :param with_parts: keep the :class:`Part` of each row too.
    :param places: decimal places of the company's currency.
    """
    width = len(bounds) + 2
    ages: dict[date, tuple] = {}
    sums: dict[tuple, Sums] = {}
    is_due = base == "due"
    for told in rows:
        item, residual, residual_company = told
        start = item.due if is_due else item.invoice_date or item.date
        age = ages.get(start)
        if age is None:
            late = days_late(start, day)
            age = ages[start] = late, bucket_of(late, bounds)
        late, position = age
        bucket = position if item.residual_company >= 0 else None
        own = shares.get(item.line_id)
        parts = split(residual, residual_company, own, places) if own else ((NORMAL, residual_company),)
        partner_id = item.partner_id
        for status, amount in parts:
            key = get_path(item, status), partner_id
            row = sums.get(key)
            if row is None:
                row = sums[key] = Sums(width)
            if bucket is None:
                row.credit += amount
            else:
                row.buckets[bucket] += amount
            row.statuses[_POSITIONS[status]] += amount
            if with_parts:
                row.parts.append(Part(told, status, amount, bucket, late))
    return sums


def tidy(amounts: Iterable, places: int) -> list:
    """Return sums of amounts without what adding them up in binary leaves behind; most are nothing, and cost nothing.

    Amounts are whole units of the currency already: none stands half-way between two.
    """
    return [round(amount, places) + 0.0 if amount else 0.0 for amount in amounts]


class Items:
    """The open items of a row, described when they are asked for: a long list costs little memory."""

    def __init__(self, parts, describe):
        self.parts = parts
        self.describe = describe

    def __iter__(self):
        return map(self.describe, self.parts)

    def __len__(self):
        return len(self.parts)
