"""What of an unpaid amount is net price and what is VAT, by tax: plain Python, no ORM.

``loss net = unpaid × net / gross``, and the VAT is the rest, tax by tax (CGI 272-1): the parts always add up to the
amount, to the cent.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import floor
from typing import NamedTuple


class Share(NamedTuple):
    """What one tax stands for in an invoice: its base and the tax itself; ``tax`` 0 is what bears none."""

    tax: int
    net: float
    vat: float


class Position(NamedTuple):
    """What of a claim is still open: the net price, and the VAT by tax."""

    net: float
    vat: dict

    @property
    def vat_total(self) -> float:
        return sum(self.vat.values())


def _to_units(amount: float, places: int) -> int:
    return _half_up(Fraction(str(amount)) * 10**places)


def _half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2)) if value >= 0 else -floor(-value + Fraction(1, 2))


def split(amount: float, shares: Iterable[Share], places: int) -> list[Share]:
    """Return the parts of an amount with tax in the proportions of the invoice: they add up to it exactly.

    Each boundary between two parts is rounded, not each part. What has no proportions is net price.
    """
    shares = list(shares)
    cells = [*(share.net for share in shares), *(share.vat for share in shares)]
    weights = [Fraction(str(cell)) for cell in cells]
    total = sum(weights)
    if total <= 0 or any(weight < 0 for weight in weights):
        return [Share(0, amount, 0.0)]
    units, done, passed, parts = _to_units(amount, places), 0, Fraction(0), []
    for weight in weights:
        passed += weight
        reached = _half_up(units * passed / total)
        parts.append((reached - done) / 10**places)
        done = reached
    return [Share(share.tax, parts[i], parts[len(shares) + i]) for i, share in enumerate(shares)]


def get_position(
    residual: float, lost: float, vat_out: Mapping[int, float], shares: Iterable[Share], places: int
) -> Position:
    """Return what is open of the net price and of the VAT, once a part of each was taken out of the books.

    :param residual: what is open, in the company's currency.
    :param lost: net price that was written off.
    :param vat_out: VAT by tax that was recovered, cancelled or written off.
    """
    units = _to_units(residual, places)
    out = {tax: _to_units(amount, places) for tax, amount in vat_out.items()}
    whole = units + _to_units(lost, places) + sum(out.values())
    parts = split(whole / 10**places, shares, places)
    cells = {None: sum(_to_units(part.net, places) for part in parts) - _to_units(lost, places)}
    for part in parts:
        if part.tax:
            cells[part.tax] = cells.get(part.tax, 0) + _to_units(part.vat, places) - out.pop(part.tax, 0)
        else:
            cells[None] += _to_units(part.vat, places)
    cells[None] -= sum(out.values())
    # more was taken out of one part than payments have left of it: the others bear what is too much
    short = -sum(cell for cell in cells.values() if cell < 0)
    for key in cells:
        cells[key] = max(cells[key], 0)
        borne = min(cells[key], short)
        cells[key] -= borne
        short -= borne
    return Position(cells.pop(None) / 10**places, {tax: cell / 10**places for tax, cell in cells.items() if cell})


def get_vat_of_loss(
    residual: float, lost: float, vat_out: Mapping[int, float], shares: Iterable[Share], places: int
) -> dict:
    """Return the VAT by tax that a loss gives back: that of the part that is lost, less what was taken back of it.

    The parameters are those of :func:`get_position`.
    """
    shares = list(shares)
    position = get_position(residual, lost, vat_out, shares, places)
    if not position.net:
        return position.vat
    whole = sum(_to_units(amount, places) for amount in (residual, lost, *vat_out.values()))
    parts = split(whole / 10**places, shares, places)
    net = sum(_to_units(part.net, places) for part in parts)
    found = {}
    for part in parts:
        entitled = _half_up(Fraction(_to_units(part.vat, places) * _to_units(lost, places), net)) if net else 0
        left = _to_units(position.vat.get(part.tax, 0.0), places)
        amount = min(entitled - _to_units(vat_out.get(part.tax, 0.0), places), left)
        if part.tax and amount > 0:
            found[part.tax] = amount / 10**places
    return found
