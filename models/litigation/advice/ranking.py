"""Procedures beside each other: what is known of each, and in which order a criterion puts them. Plain Python.

A range says where it comes from, own cases how many they are and of how long; what is not known comes last and counts
for nothing, and no net is reckoned from ranges that are not one's own.
"""

from collections.abc import Iterable, Sequence
from statistics import median
from typing import Any, NamedTuple

from ...legal.conditions import NO, UNKNOWN, YES

OWN_MIN = 10  # own cases from which their figures are shown instead of the shipped range
OWN_MONTHS = 36  # how far back they are looked for
CRITERIA = ("cost", "time", "chance", "net")
_ORDER = {YES: 0, UNKNOWN: 1, NO: 2}


class Range(NamedTuple):
    """From a lowest to a highest figure.

    :param source: where it was read; empty for own cases.
    :param count: how many own cases it rests on; 0 for what was read elsewhere.
    """

    low: float
    high: float
    source: str = ""
    count: int = 0


class Run(NamedTuple):
    """An own procedure that has ended: its days, whether it brought what was sought, the money of what it claimed."""

    days: int
    is_success: bool
    claimed: float
    received: float


class Own(NamedTuple):
    """What own procedures of a type came to: only for as many as make a figure."""

    days: Range
    chance: Range
    share: float


class Option(NamedTuple):
    """A procedure for a case.

    :param cost: in euros, what is known beforehand; None if nothing is.
    :param is_cost_whole: all that is paid has a figure.
    :param net: what own cases brought, less the highest cost; None below ``OWN_MIN`` of them.
    """

    kind: Any
    answer: Any
    cost: Range | None = None
    is_cost_whole: bool = True
    days: Range | None = None
    chance: Range | None = None
    net: float | None = None


def read_own(runs: Sequence[Run]) -> Own | None:
    """Return the figures of own procedures, None if they are too few to tell anything."""
    count = len(runs)
    if count < OWN_MIN:
        return None
    days = sorted(run.days for run in runs)
    middle = float(median(days))
    share = 100 * sum(run.is_success for run in runs) / count
    claimed = sum(run.claimed for run in runs)
    received = sum(run.received for run in runs)
    return Own(
        Range(middle, middle, count=count),
        Range(share, share, count=count),
        min(received / claimed, 1.0) if claimed > 0 else 0.0,
    )


def add_up(ranges: Iterable[tuple[float, float] | None]) -> tuple[Range | None, bool]:
    """Return the sum of costs and whether each of them has a figure."""
    ranges = list(ranges)
    known = [found for found in ranges if found is not None]
    total = Range(sum(low for low, _high in known), sum(high for _low, high in known)) if known else None
    return total, len(known) == len(ranges)


def get_net(at_stake: float, own: Own | None, cost: Range | None, is_cost_whole: bool) -> float | None:
    """Return what own cases let expect of an amount, less the highest cost; None unless both are known."""
    if own is None or not is_cost_whole:
        return None
    return at_stake * own.share - (cost.high if cost else 0.0)


def rank(options: Iterable[Option], criterion: str) -> list[Option]:
    """Return the options in the order of a criterion: open ones first, then those with a question, closed ones last.

    Within each of them what is not known comes last, in the order in which it came.
    """
    return sorted(options, key=lambda option: (_ORDER[option.answer.open], *_get_key(option, criterion)))


def _get_key(option, criterion):
    if criterion == "cost":
        value = option.cost and option.cost.high
        if not option.is_cost_whole:
            value = None
    elif criterion == "time":
        value = option.days and option.days.high
    elif criterion == "chance":
        value = None if option.chance is None else -option.chance.low
    else:
        value = None if option.net is None else -option.net
    return (value is None, value or 0)
