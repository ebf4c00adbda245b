"""What a provider asks for by the fee grid of its mandate, in plain Python (no ORM)."""

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

ZERO = Decimal(0)
_CENT = Decimal("0.01")


class FeeRow(NamedTuple):
    """One row of a grid: a fixed amount, an amount per act, or a share of what is recovered between two amounts.

    ``high`` is None where there is no upper end. ``is_whole``: the share bears on all that is recovered once the
    band is reached, not on the part that lies in it.
    """

    kind: str
    name: str = ""
    amount: Decimal = ZERO
    percent: Decimal = ZERO
    low: Decimal = ZERO
    high: Decimal | None = None
    is_whole: bool = False


class Fee(NamedTuple):
    """What one row of a grid comes to, without tax."""

    row: FeeRow
    amount: Decimal


def get_fees(rows, recovered, acts=1):
    """Return the :class:`Fee` of each row that asks for something.

    :param recovered: what the provider recovers, in the grid's currency.
    :param acts: the number of acts.
    """
    fees = [Fee(row, _get_amount(row, recovered, acts)) for row in rows]
    return [fee for fee in fees if fee.amount]


def _get_amount(row, recovered, acts):
    if row.kind == "fixed":
        return row.amount
    if row.kind == "act":
        return row.amount * acts
    base = _get_base(row, recovered)
    return (base * row.percent / 100).quantize(_CENT, ROUND_HALF_UP)


def _get_base(row, recovered):
    """Return the part of what is recovered on which a share bears: from above ``low`` up to ``high``."""
    if recovered <= row.low:
        return ZERO
    if row.is_whole:
        return recovered if row.high is None or recovered <= row.high else ZERO
    return (recovered if row.high is None else min(recovered, row.high)) - row.low


def find_overlap(rows):
    """Return two bands of success fees that bear on the same euros, or None."""
    bands = sorted((row for row in rows if row.kind == "success"), key=lambda row: row.low)
    for first, second in zip(bands, bands[1:], strict=False):
        if first.high is None or first.high > second.low:
            return first, second
    return None
