"""What is depreciated at a closing: plain Python, no ORM.

The base is net of the VAT that comes back one day, and of what an insurer or a guarantor pays; what was booked at an
earlier closing is never booked again: only the difference is, up (6817) or down (7817).
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple


class Due(NamedTuple):
    """What a closing asks of one claim: its base, the depreciation wanted, and what is booked for that."""

    base: float
    wanted: float
    movement: float


def _round(amount: Decimal, places: int) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def get_due(
    net: float,
    vat: float,
    cover: float,
    booked: float,
    places: int,
    rate: float = 0.0,
    amount: float | None = None,
    is_vat_recoverable: bool = True,
) -> Due:
    """Return what a closing asks of a claim.

    :param net: what is open without VAT.
    :param vat: the VAT that is open beside it.
    :param cover: what an insurer or a guarantor would pay of it.
    :param booked: the depreciation in the books before this closing.
    :param rate: percent of the base.
    :param amount: what a person sets instead of the rate; never more than the base.
    :param is_vat_recoverable: whether its VAT comes back once it is lost.
    """
    gross = Decimal(str(net)) + (Decimal(0) if is_vat_recoverable else Decimal(str(vat)))
    base = max(_round(gross - Decimal(str(cover)), places), Decimal(0))
    if amount is None:
        wanted = _round(base * Decimal(str(rate)) / 100, places)
    else:
        wanted = min(max(_round(Decimal(str(amount)), places), Decimal(0)), base)
    return Due(float(base), float(wanted), float(_round(wanted - Decimal(str(booked)), places)))


def spread_cover(cover: float, bases: Iterable[float], places: int) -> list[float]:
    """Return what of a cover falls on each claim, in their order, none getting more than its base."""
    left, shares = _round(Decimal(str(cover)), places), []
    for base in bases:
        share = max(min(left, _round(Decimal(str(base)), places)), Decimal(0))
        shares.append(float(share))
        left -= share
    return shares


def release(booked: float, lost: float, net: float, places: int) -> float:
    """Return what of a depreciation a loss takes back: all of it with the last euro, else in proportion.

    :param lost: net price that is written off now.
    :param net: net price that was open before.
    """
    if lost >= net or net <= 0:
        return booked
    return float(_round(Decimal(str(booked)) * Decimal(str(lost)) / Decimal(str(net)), places))
