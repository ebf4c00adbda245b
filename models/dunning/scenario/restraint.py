"""On which days a scenario may write to a debtor: plain Python, no ORM.

Quiet days and periods, and the cap on contacts over all channels. A handover writes to
nobody, so no restraint of this module concerns it; a mise en demeure is a contact like
any other: it waits its turn, and goes first when the turn comes.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from ...common.calendar import next_business_day, shift

HORIZON = 800  # days: a scenario that is quiet for longer has no free day at all


class Quiet(NamedTuple):
    """A period of silence, both days included; ``yearly`` comes back every year."""

    name: str
    first: date
    last: date
    yearly: bool = False

    def get_end(self, day: date) -> date | None:
        """Return the last day of the silence that covers ``day``, or None."""
        if not self.yearly:
            return self.last if self.first <= day <= self.last else None
        length = self.last - self.first
        for year in (day.year, day.year - 1):
            first = _in_year(self.first, year)
            if first <= day <= first + length:
                return first + length
        return None


class Restraints(NamedTuple):
    """What a scenario says of when to keep quiet; ``cap_contacts`` contacts at most in any ``cap_days`` days."""

    scenario_id: int | None = None
    cap_contacts: int = 0
    cap_days: int = 0
    business_days_only: bool = False
    alsace_moselle: bool = False
    hold_on_credit: bool = False
    quiet: tuple[Quiet, ...] = ()

    @property
    def has_cap(self) -> bool:
        return self.cap_contacts > 0 and self.cap_days > 0

    @property
    def has_quiet_days(self) -> bool:
        return self.business_days_only or bool(self.quiet)


def _in_year(day: date, year: int) -> date:
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February
        return date(year, 3, 1)


def get_quiet_end(restraints: Restraints, day: date) -> tuple[str | None, date]:
    """Return ``(name, last day)`` of the silence that covers ``day``.

    The name is None on an ordinary day, and empty on a day that is not a business day;
    the last day is then the one before ``day``, or the eve of the next business day.
    """
    ends = [(end, quiet.name) for quiet in restraints.quiet if (end := quiet.get_end(day))]
    if ends:
        end, name = max(ends)
        return name, end
    if restraints.business_days_only:
        following = next_business_day(day, restraints.alsace_moselle)
        if following != day:
            return "", shift(following, days=-1)
    return None, day - timedelta(days=1)


def get_cap_end(restraints: Restraints, day: date, contacts: Sequence[date]) -> date | None:
    """Return the last day on which the cap keeps quiet, if it does on ``day``.

    :param contacts: the days of the contacts; those after ``day`` do not count.
    """
    if not restraints.has_cap:
        return None
    past = sorted((contact for contact in contacts if contact <= day), reverse=True)
    if len(past) < restraints.cap_contacts:
        return None
    end = shift(past[restraints.cap_contacts - 1], days=restraints.cap_days - 1)
    return end if end >= day else None


def first_free_day(restraints: Restraints, day: date, contacts: Sequence[date] = ()) -> date | None:
    """Return the first day, on or after ``day``, on which the scenario may write; None if there is none."""
    limit = day + timedelta(days=HORIZON)
    while day <= limit:
        _name, quiet_end = get_quiet_end(restraints, day)
        end = max(quiet_end, get_cap_end(restraints, day, contacts) or quiet_end)
        if end < day:
            return day
        day = shift(end, days=1)
    return None
