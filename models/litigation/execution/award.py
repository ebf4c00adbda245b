"""What a title awarded, shared among the instalments that it concerns, in plain Python (no ORM)."""

from collections.abc import Hashable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

ZERO = Decimal(0)


class Open(NamedTuple):
    """An instalment as it was open when the title was given.

    :param reduced: what took its price back since: what was not awarded may be credited afterwards.
    """

    key: Hashable
    due: date
    amount: Decimal
    reduced: Decimal = ZERO


class Award(NamedTuple):
    """What a title awarded of the principal.

    :param refused: what it did not award, by instalment.
    :param settled_until: it awarded what the books had left after the payments until that day: these are no longer
        set on the interest. None where it awarded more, as a reckoning with the interest first has it.
    """

    refused: Mapping = MappingProxyType({})
    settled_until: date | None = None


def read_award(opens: Iterable[Open], awarded: Decimal, day: date) -> Award:
    """Return what a title of that day awarded of the principal, which it gave as one sum."""
    opens = list(opens)
    is_by_the_books = awarded <= sum((row.amount for row in opens), ZERO)
    return Award(share_refusal(opens, awarded), day if is_by_the_books else None)


def share_refusal(opens: Iterable[Open], awarded: Decimal | None) -> dict:
    """Return ``{key: part not awarded}`` that is still claimed in the books, the oldest due being awarded first.

    :param awarded: the principal that was awarded in all; None: all that was open.
    """
    if awarded is None:
        return {}
    left, refused = awarded, {}
    for row in sorted(opens, key=lambda row: row.due):
        granted = min(left, row.amount)
        left -= granted
        refusal = max(row.amount - granted - row.reduced, ZERO)
        if refusal > 0:
            refused[row.key] = refusal
    return refused
