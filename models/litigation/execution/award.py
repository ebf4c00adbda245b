"""What a title awarded, shared among the instalments that it concerns, in plain Python (no ORM)."""

from collections.abc import Hashable, Iterable
from datetime import date
from decimal import Decimal
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
