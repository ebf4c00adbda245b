"""What keeps a mise en demeure from leaving: plain Python, no ORM."""

from collections.abc import Iterable
from typing import NamedTuple

BLOCKING = "blocking"
WARNING = "warning"
OFF = "off"
SHOWN = 5


class Blocker(NamedTuple):
    """One thing found by a check: ``rule`` is the ``recovery.formal.check`` record that says how much it matters."""

    code: str
    severity: str
    rule: object
    detail: str


class Grant(NamedTuple):
    """What a manager accepted: these codes, up to that amount in company currency."""

    codes: frozenset
    amount: float


def enumerate_few(names: Iterable, more: str) -> str:
    """Return the first names, in order and once each, and how many others there are.

    :param more: what to say of the others, with ``%s`` for their number.
    """
    names = list(dict.fromkeys(name for name in names if name))
    text = ", ".join(names[:SHOWN])
    return f"{text} {more % (len(names) - SHOWN)}" if len(names) > SHOWN else text


def is_covered(codes: Iterable, amount: float, grants: Iterable, compare) -> bool:
    """Tell whether grants cover blockers: one of them accepts all these codes for that amount.

    :param compare: the currency's ``compare_amounts``.
    """
    return any(set(codes) <= grant.codes and compare(amount, grant.amount) <= 0 for grant in grants)
