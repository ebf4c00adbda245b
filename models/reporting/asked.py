"""What somebody asks of the dashboard: plain Python, no ORM."""

from datetime import date, timedelta
from typing import Any, NamedTuple

WEEKS_BEFORE = 8  # of receipts shown before the weeks to come


class Asked(NamedTuple):
    """Whose figures, as of when and how far back; an empty ``user`` means everybody's."""

    company: Any
    day: date
    user: Any
    months: int

    @property
    def since(self) -> date:
        """The first day of the first month shown: the current one is the last of them."""
        count = self.day.year * 12 + self.day.month - self.months
        return date(count // 12, count % 12 + 1, 1)

    @property
    def first_week(self) -> date:
        """The Monday of the first week of receipts shown."""
        return self.day - timedelta(days=self.day.weekday() + 7 * WEEKS_BEFORE)
