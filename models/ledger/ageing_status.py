"""How an open instalment stands on a day, and how much of it: plain Python, no ORM."""

from typing import NamedTuple

NORMAL, PROMISED, PLAN, DISPUTED, CASE, INSOLVENCY, DOUBTFUL = (
    *("normal", "promised", "plan", "disputed", "case", "insolvency", "doubtful"),
)
#: In the order of the columns; what weighs most comes last.
STATUSES = (NORMAL, PROMISED, PLAN, DISPUTED, CASE, INSOLVENCY, DOUBTFUL)
#: What a suspension says of what it suspends, by its origin; by hand, it says nothing. Insolvency proceedings say it
#: themselves: they are dated, and some are confidential.
OF_ORIGIN = {
    "promise": PROMISED,
    "plan": PLAN,
    "settlement": PLAN,
    "dispute": DISPUTED,
    "case": CASE,
}


class Share(NamedTuple):
    """A status of an instalment; ``amount`` is the part that it concerns, in its currency, None for the whole."""

    status: str
    amount: float | None = None


def rank(shares: list) -> list:
    """Return the shares of an instalment, what weighs most first."""
    return sorted(shares, key=lambda share: -STATUSES.index(share.status))


def split(residual: float, residual_company: float, shares: list, places: int = 2) -> list:
    """Return ``(status, amount in the company's currency)`` parts of an open item; together they make all of it.

    A part that is disputed leaves the rest to what weighs less.

    :param shares: as :func:`rank` returns them.
    :param places: decimal places of the company's currency.
    """
    left, parts = residual_company, []
    for share in shares:
        if not share.amount or residual <= 0 or share.amount >= residual:
            parts.append((share.status, left))
            return parts
        part = min(round(residual_company * share.amount / residual, places), left)
        parts.append((share.status, part))
        left = round(left - part, places)
        if left <= 0:
            return parts
    parts.append((NORMAL, left))
    return parts
