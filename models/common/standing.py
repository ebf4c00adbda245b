"""What holds of a debtor, as every screen says it: plain Python, no ORM."""

from datetime import date
from typing import Any, NamedTuple

CALL = "call"
DEADLINE = "deadline"
NOT_POSTED = "not_posted"
HANDED_OVER = "handover"
# What weighs most is the banner, the others stand below it; a kind that is not named here comes after the agreements.
RANKS = (
    *("insolvency", "case", HANDED_OVER, "settlement", "plan", "dispute", "promise"),
    *(DEADLINE, NOT_POSTED, "other", "manual", "excluded", "returned", CALL),
)


class Undo(NamedTuple):
    """The button that ends what holds: a method of a record, which checks the rights itself; who sees the button."""

    record: Any
    method: str
    label: str
    group: str


class Standing(NamedTuple):
    """One thing that holds of a debtor: a suspension with what made it, a running deadline, a letter that lies here, a
    planned call.

    ``key`` names it among those of its debtor, ``kind`` is the origin of a suspension or a word of its own, ``text``
    the one sentence that says it (until when, why, by whom), ``until`` its last day, None if nobody knows.
    """

    key: str
    kind: str
    text: str
    until: date | None
    undo: Undo | None = None


def rank_standings(standings: list) -> list:
    """Return what holds, what weighs most first; of a kind, what lasts longest."""

    def weight(standing):
        kind = standing.kind if standing.kind in RANKS else "other"
        return RANKS.index(kind), -(standing.until or date.max).toordinal()

    return sorted(standings, key=weight)
