"""Which open credit is set against which debt: plain Python, no ORM.

One allocation serves levels, letters and interest (real reconciliations are already in
the residuals): first an open credit note on the invoice that it reverses, then what is
left on the oldest due date first, same customer, same currency. It is shown, never
posted.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple


class Credit(NamedTuple):
    """Something to set against debts: ``amount`` is positive, in ``currency_id``.

    ``targets`` are the invoices it belongs to first; with ``exclusive`` it serves no
    other (a payment registered on an invoice).
    """

    key: tuple
    partner_id: int | None
    currency_id: int
    date: date
    amount: float
    targets: frozenset = frozenset()
    exclusive: bool = False


def in_company_currency(item, amount: float) -> float:
    """Return ``amount`` of an open item, in its currency, at the item's own rate to the company's; not rounded."""
    return item.residual_company * amount / item.residual


class Share(NamedTuple):
    """A part of one credit set against one debt."""

    key: tuple
    amount: float


def allocate(debts: Iterable, credits: Iterable[Credit], digits: Mapping[int, int]):
    """Set credits against debts.

    :param debts: rows with ``line_id, move_id, partner_id, currency_id, due, residual``
        (residual positive).
    :param digits: decimal places per currency id.
    :return: ``(shares, left)``: the list of :class:`Share` per line id, and what is left
        of each credit per key.
    """
    groups = defaultdict(lambda: ([], []))
    for debt in debts:
        groups[debt.partner_id, debt.currency_id][0].append(debt)
    left = {}
    for credit in credits:
        groups[credit.partner_id, credit.currency_id][1].append(credit)
        left[credit.key] = credit.amount
    shares = defaultdict(list)
    for (partner_id, currency_id), (group_debts, group_credits) in groups.items():
        if not group_credits or partner_id is None:
            continue
        _allocate_group(group_debts, group_credits, digits[currency_id], shares, left)
    return dict(shares), left


def _allocate_group(debts, credits, places, shares, left):
    debts = sorted(debts, key=lambda debt: (debt.due, debt.line_id))
    open_amounts = {debt.line_id: debt.residual for debt in debts}

    def use(credit, candidates):
        for debt in candidates:
            available = left[credit.key]
            part = round(min(available, open_amounts[debt.line_id]), places)
            if part <= 0:
                continue
            open_amounts[debt.line_id] = round(open_amounts[debt.line_id] - part, places)
            left[credit.key] = round(available - part, places)
            shares[debt.line_id].append(Share(credit.key, part))

    credits = sorted(credits, key=lambda credit: (not credit.exclusive, credit.date, credit.key))
    for credit in credits:
        if credit.targets:
            use(credit, [debt for debt in debts if debt.move_id in credit.targets])
    for credit in credits:
        if not credit.exclusive:
            use(credit, debts)
