"""Numbers in a series: which are missing between the first and the last, in plain Python (no ORM)."""

import re
from typing import NamedTuple

_NUMBER = re.compile(r"^(.*?)(\d+)(\D*)$", re.DOTALL)


class Gap(NamedTuple):
    """Numbers that no record bears, from one to another, as they would be written."""

    series: str
    first: int
    last: int
    padding: int = 4
    suffix: str = ""

    @property
    def count(self):
        return self.last - self.first + 1

    @property
    def text(self):
        first = f"{self.series}{self.first:0{self.padding}}{self.suffix}"
        if self.first == self.last:
            return first
        return f"{first} – {self.series}{self.last:0{self.padding}}{self.suffix}"


def split_number(number):
    """Return ``(series, number, padding, suffix)``: ``MED/2026/0007`` is number 7 of ``MED/2026/``; or None."""
    found = _NUMBER.match(number or "")
    return (found[1], int(found[2]), len(found[2]), found[3]) if found else None


def find_gaps(numbers, last_drawn=None):
    """Return the :class:`Gap` of each series, the oldest series first.

    :param numbers: as they are written, in any order.
    :param dict last_drawn: ``{series: last number that was drawn}``, where it is known; a series of which no number
        is left is one gap.
    """
    series = {}
    for number in numbers:
        if parts := split_number(number):
            name, value, padding, suffix = parts
            series.setdefault((name, suffix), {})[value] = padding
    gaps = []
    for (name, suffix), values in sorted(series.items()):
        used, padding = sorted(values), min(values.values())
        previous = 0
        end = max(used[-1], (last_drawn or {}).get(name, 0)) + 1
        for value in [*used, end]:
            if value > previous + 1:
                gaps.append(Gap(name, previous + 1, value - 1, padding, suffix))
            previous = value
    borne = {name for name, _suffix in series}
    gaps += [Gap(name, 1, last) for name, last in sorted((last_drawn or {}).items()) if last > 0 and name not in borne]
    return gaps
