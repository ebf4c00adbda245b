"""What guarantees leave at our own risk: plain Python, no ORM."""

from collections.abc import Iterable
from typing import NamedTuple


class Cover(NamedTuple):
    """One guarantee in force: it pays ``share`` percent of what is lost, up to a loss of ``amount``."""

    amount: float
    share: float = 100.0
    kind: str = "other"


def covered(exposure: float, covers: Iterable[Cover]) -> float:
    """Return how much of an exposure the guarantees would pay.

    Insurance comes first, on the whole exposure up to the amount agreed; the others then
    serve what it leaves. Never more than the exposure itself.
    """
    left = max(exposure, 0.0)
    paid = 0.0
    for cover in sorted(covers, key=lambda cover: cover.kind != "insurance"):
        part = min(left, max(cover.amount, 0.0)) * min(max(cover.share, 0.0), 100.0) / 100.0
        paid += part
        left -= part
    return paid
