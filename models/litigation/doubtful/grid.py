"""Which rate of depreciation a grid proposes: plain Python, no ORM."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple


class Row(NamedTuple):
    """One row of the grid: from how many days late, of which status and class (empty: any), in force from when."""

    id: int
    from_days: int
    status: str
    risk_class: str
    rate: float
    valid_from: date | None = None
    valid_to: date | None = None


def choose(rows: Iterable[Row], days_late: int, status: str, risk_class: str, day: date) -> Row | None:
    """Return the row that fits best, None if none does.

    Whoever names the status passes before whoever names the class, and either before a row for all; among equals
    the one of the greatest age, then the one that came into force last.
    """
    fitting = [
        row
        for row in rows
        if row.from_days <= days_late
        and row.status in ("", status)
        and row.risk_class in ("", risk_class)
        and (row.valid_from is None or row.valid_from <= day)
        and (row.valid_to is None or day <= row.valid_to)
    ]
    return max(
        fitting,
        key=lambda row: (bool(row.status), bool(row.risk_class), row.from_days, row.valid_from or date.min, -row.id),
        default=None,
    )
