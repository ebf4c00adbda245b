"""How an aged balance is told: plain Python, no ORM."""

from datetime import datetime
from typing import NamedTuple

from ..common.bounds import COUNT
from ..ledger.ageing import DEFAULT_BOUNDS

BASES = ("due", "invoice")
CREDITS = ("apart", "imputed")
DIMENSIONS = ("status", "account", "currency", "salesperson", "collector", "risk_class", "group", "branch")
DEEPEST = 2
MOST_BOUNDS = 12


class Options(NamedTuple):
    """What a reader chose of an aged balance beside its company, its day and its customers.

    ``base`` says from which date days count; ``credits`` whether they stand apart or are set against the debts, on
    paper; ``group_by`` by what the rows are split, outermost first; ``known`` at which moment, in UTC, the picture was
    known, None for now; ``has_side`` adds what is known of each customer: score, limit, cover, depreciation.
    """

    base: str = "due"
    credits: str = "apart"
    group_by: tuple = ()
    known: datetime | None = None
    has_side: bool = False
    bounds: tuple = DEFAULT_BOUNDS


USUAL = Options()


def read_options(values: dict, bounds: tuple) -> dict:
    """Return the keywords of :class:`Options` that a client sent; what is none of the choices is refused.

    :param bounds: those of the columns, where the client gave none.
    :raises ValueError: with the name of what is wrong.
    """
    base, credits = values.get("base") or "due", values.get("credits") or "apart"
    group_by = tuple(values.get("group_by") or ())
    if base not in BASES:
        raise ValueError("base")
    if credits not in CREDITS:
        raise ValueError("credits")
    if len(group_by) > DEEPEST or len(set(group_by)) < len(group_by) or set(group_by) - set(DIMENSIONS):
        raise ValueError("group_by")
    chosen = tuple(int(days) for days in values.get("bounds") or bounds)
    if len(chosen) > MOST_BOUNDS or list(chosen) != sorted({*chosen}) or not all(0 < days <= COUNT for days in chosen):
        raise ValueError("bounds")
    return {"base": base, "credits": credits, "group_by": group_by, "bounds": chosen}
