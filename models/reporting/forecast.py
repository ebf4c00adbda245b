"""When open instalments will be paid, and how likely: plain Python, no ORM.

The delay of an instalment (days from its due date to the day on which money settled it)
is described by a hazard per range of days: of those still unpaid at the start of the
range, the share paid within it. An instalment that is still open, or that was settled
without money, counts as long as it was waiting, and no longer: leaving it out would make
slow payers look quick.

A customer's own hazards are shrunk towards those of its segment, and these towards the
whole: with ``n`` instalments waiting in a range, the own history weighs ``n / (n + k)``.
Old observations count less, by half every :data:`HALF_LIFE` days. What an instalment has
waited already is behind it: only the ranges ahead are read.

Many pay on fixed days: how much of what comes falls into each part of a month is learnt
too, for everybody and, shrunk towards that, for each customer; it moves receipts between
the weeks of the horizon and changes nothing to their sum.

What people agreed comes before history: see :class:`Agreed`.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from heapq import nlargest
from itertools import product
from math import erf, sqrt
from operator import add, mul
from typing import NamedTuple

WEEKS = 13  # the horizon: a quarter
HALF_LIFE = 365
STRENGTH = 4.0  # how many instalments the segment weighs against the customer's own
SEGMENT_STRENGTH = 20.0  # and the whole against the segment
#: Bounds of the ranges of delay, in days: close around the due date, wide far from it.
NEAR = (-90, -60, -45, -30, -20, -14, -10, -7, -5, *range(-3, 16), *range(17, 32, 2), *range(34, 62, 3))
EDGES = (*NEAR, *range(67, 108, 8), *range(120, 201, 20), 240, 300, 400, 550, 730)
RANGES = len(EDGES) - 1
FIRST, LAST = EDGES[0], EDGES[-1]
#: Parts of a month: up to these days, the rest, and its last three days.
PARTS = (5, 10, 15, 20)
MONTH = len(PARTS) + 2
NEARBY = 0.8  # how much each range counts of the one before it, where the way of the ranges before is followed
HABIT = 12.0  # how many payments the habits of everybody weigh against the customer's own
LIKELY = 0.8  # the band holds so much of what may come
BIGGEST = 8  # instalments of a week whose payment is weighed one by one for its band


class Life(NamedTuple):
    """One instalment from its issue to its settlement, in the company's currency.

    ``settled_on`` is None while it is open; ``is_paid`` tells that money settled it at the
    last. ``parts`` are what settled it, ``(day, amount, whether it is money)``, oldest first.
    """

    key: int
    partner_id: int | None
    segment: str | None
    issued: date
    due: date
    amount: float
    settled_on: date | None = None
    is_paid: bool = False
    parts: tuple = ()

    def get_open(self, day: date) -> float:
        """Return what was open of it at the end of a day."""
        return self.amount - sum(amount for on, amount, _money in self.parts if on <= day)

    def is_waiting(self, day: date) -> bool:
        """Tell whether it was issued and not yet settled at the end of a day."""
        return self.issued <= day and (self.settled_on is None or self.settled_on > day)


class Agreed(NamedTuple):
    """What people agreed or know of one instalment, which comes before its customer's history.

    With a probability of ``chance`` the ``dates`` (day, share of the amount) are kept. Of the
    rest, a ``share`` comes as history has it, but not before ``not_before``; the other part
    never. Without ``is_dated``, nobody knows when: nothing is said for the horizon.
    """

    kind: str
    dates: tuple = ()
    chance: float = 0.0
    not_before: date | None = None
    share: float = 1.0
    is_dated: bool = True

    @property
    def is_sound(self) -> bool:
        """Whether its shares are numbers from 0 to 1 that come to no more than the whole."""
        parts = [part for _day, part in self.dates]
        total = sum(parts)
        return all(0 <= number <= 1 + 1e-9 for number in (*parts, total, self.chance, self.share))


class Open(NamedTuple):
    """One open instalment to forecast."""

    key: int
    partner_id: int | None
    segment: str | None
    due: date
    amount: float
    agreed: Agreed | None = None


class Why(NamedTuple):
    """Why an instalment is expected as it is: on what history, and what came before it.

    ``count`` instalments of the customer were looked at, of which ``paid`` were paid,
    half of them within ``median`` days after their due date. ``weight`` is what the own
    history weighs against the segment in the days ahead, from 0 to 1. ``late`` is how long
    it is waiting already. ``chance`` is how likely what was agreed is kept or, where nobody
    knows when, the part that is expected.
    """

    count: int
    paid: int
    median: int | None
    weight: float
    late: int
    segment: str | None
    agreed: str | None
    chance: float | None


class Expected(NamedTuple):
    """What is expected of one instalment.

    ``weeks`` are the shares of its amount that come in each week of the horizon, ``later``
    after it, ``never`` not within two years. ``date`` is the day by which it is as likely
    paid as not, None when it rather is not within two years.
    """

    key: int
    amount: float
    date: date | None
    probability: float
    weeks: tuple
    later: float
    never: float
    why: Why


# ------------------------------------------------------------
# Hazards
# ------------------------------------------------------------
#: Range of each delay from the first to the last edge.
_RANGE_OF = tuple(bisect_right(EDGES, delay) - 1 for delay in range(FIRST, LAST))


def _range_of(delay: int) -> int:
    if delay < FIRST:
        return 0
    return _RANGE_OF[delay - FIRST] if delay < LAST else RANGES


@lru_cache(maxsize=4096)
def part_of_month(day: date) -> int:
    """Return in which part of its month a day is."""
    if (day + timedelta(days=3)).month != day.month:
        return MONTH - 1
    return bisect_left(PARTS, day.day)


class Waiting:
    """How long the instalments of a customer or a segment waited: events and waiting ones per range."""

    __slots__ = ("count", "days", "delays", "events", "moves", "paid")

    def __init__(self):
        self.events = defaultdict(float)
        self.moves = defaultdict(float)  # steps of the number waiting: a sum up to a range gives it
        self.delays = []
        self.days = [0.0] * MONTH  # payments per part of the month
        self.count = self.paid = 0

    def add(self, entry: int, leaving: int, is_paid: bool, weight: float, part: int):
        """Count one instalment, that waited from one delay to another and left in a part of the month."""
        first, last = _range_of(entry), _range_of(leaving)
        self.count += 1
        self.moves[first] += weight
        # one that is still waiting tells nothing of the rest of the range it is in
        self.moves[last + 1 if is_paid else max(last, first)] -= weight
        if is_paid:
            self.paid += 1
            self.delays.append(leaving)
            self.days[part] += weight
            if last < RANGES:
                self.events[last] += weight

    def merge(self, other: "Waiting"):
        """Count what another one counted: of a customer for its segment, of a segment for the whole."""
        for mine, theirs in ((self.events, other.events), (self.moves, other.moves)):
            for position, number in theirs.items():
                mine[position] += number
        self.days = list(map(add, self.days, other.days))
        self.count += other.count
        self.paid += other.paid

    def get_median(self) -> int | None:
        """Return the delay within which half of those that were paid were."""
        return sorted(self.delays)[(len(self.delays) - 1) // 2] if self.delays else None


class Calendar:
    """The weeks of the horizon from a day on: how much of each part of a month they hold."""

    def __init__(self, day: date):
        days = [day + timedelta(days=1 + number) for number in range(7 * WEEKS)]
        parts = [part_of_month(one) for one in days]
        self.weeks = [[0.0] * MONTH for _week in range(WEEKS)]
        for number, part in enumerate(parts):
            self.weeks[number // 7][part] += 1
        #: what each part would get if all days were alike
        self.usual = [max(parts.count(part), 1) / len(parts) for part in range(MONTH)]

    def get_pull(self, habits: list) -> list:
        """Return how strongly each week draws payments, by the part of the month in which they are made."""
        pull = [habit / usual for habit, usual in zip(habits, self.usual, strict=True)]
        return [sum(map(mul, days, pull)) for days in self.weeks]


class Curve:
    """The survival that hazards amount to: how many are still unpaid at each edge of the ranges."""

    __slots__ = ("_cache", "calendar", "habits", "hazards", "pull", "still", "waiting")

    def __init__(self, waiting: Waiting, parent: "Curve | None", strength: float, calendar: "Calendar"):
        self._cache = {}
        self.calendar = calendar
        self.pull = None
        base = parent.habits if parent else calendar.usual
        paid = sum(waiting.days)
        pull = HABIT if parent else 2 * HABIT
        self.habits = [(own + pull * part) / (paid + pull) for own, part in zip(waiting.days, base, strict=True)]
        self.waiting, self.hazards, self.still = waits, hazards, still = [], [], [1.0]
        number, left = 0.0, 1.0
        bases = parent.hazards if parent else _go_on(waiting)
        # without a parent, half an instalment that does as those of the ranges before: never certain
        pull = strength if parent else 0.5
        events, moves = waiting.events, waiting.moves
        for position, base in enumerate(bases):
            if position in moves:
                number = max(number + moves[position], 0.0)
            hazard = (events[position] if position in events else 0.0) + pull * base
            hazard = min(hazard / (number + pull), 1.0)
            left *= 1.0 - hazard
            waits.append(number)
            hazards.append(hazard)
            still.append(left)

    def get_still(self, delay: float) -> float:
        """Return the share that is unpaid after a delay, straight between two edges."""
        if delay <= FIRST:
            return 1.0
        if delay >= LAST:
            return self.still[-1]
        position = _RANGE_OF[int(delay // 1) - FIRST]
        start, end = EDGES[position], EDGES[position + 1]
        before, after = self.still[position], self.still[position + 1]
        return before + (after - before) * (delay - start) / (end - start)

    def get_weeks(self, late: int) -> tuple:
        """Return ``(share paid in each week ahead, later, never)`` of what is unpaid that many days after its due."""
        found = self._cache.get(late)
        if found is None:
            now = self.get_still(late)
            if now <= 1e-9 or late >= LAST:
                found = ((0.0,) * WEEKS, 0.0, 1.0)
            else:
                marks = [self.get_still(late + 7 * week) / now for week in range(WEEKS + 1)]
                never = min(self.still[-1] / now, marks[-1])
                weeks = [marks[week] - marks[week + 1] for week in range(WEEKS)]
                found = (self._move(weeks), marks[-1] - never, never)
            self._cache[late] = found
        return found

    def _move(self, weeks):
        """Return weekly shares moved towards the weeks in which payments are made, with the same sum."""
        if self.pull is None:
            self.pull = self.calendar.get_pull(self.habits)
        moved = list(map(mul, weeks, self.pull))
        total = sum(moved)
        ratio = sum(weeks) / total if total > 0 else 0.0
        return tuple([share * ratio for share in moved])

    def get_days(self, late: int) -> int | None:
        """Return within how many days half of what is unpaid now is paid, None when it is not within two years."""
        half = self.get_still(late) / 2
        if half <= 5e-10 or late >= LAST or self.still[-1] > half:
            return None
        low = max(_range_of(late), 0)
        position = next(p for p in range(low, RANGES) if self.still[p + 1] <= half)
        start, end = EDGES[position], EDGES[position + 1]
        before, after = self.still[position], self.still[position + 1]
        part = (before - half) / (before - after) if before > after else 1.0
        return max(1, round(start + part * (end - start) - late))


def _go_on(waiting: Waiting) -> list:
    """Return the hazard of each range as the ranges just before it would have it, half as much.

    Where nobody has waited so long yet, nothing is known: that is not never.
    """
    bases, number, paid, days = [], 0.0, 0.0, 0.0
    for position in range(RANGES):
        width = EDGES[position + 1] - EDGES[position]
        rate = min(paid / days, 0.5) if days > 0 else 0.0
        bases.append(1.0 - (1.0 - rate / 2) ** width)
        number = max(number + waiting.moves.get(position, 0.0), 0.0)
        paid = paid * NEARBY + waiting.events.get(position, 0.0)
        days = days * NEARBY + number * width
    return bases


class History:
    """How customers paid, as it could be known on a day: a curve for each, for each segment and for the whole.

    :param lives: every instalment of the past and the open ones.
    :param day: what happened after it is not known.
    """

    def __init__(self, lives: Iterable[Life], day: date, strength=STRENGTH, segment_strength=SEGMENT_STRENGTH):
        self.day = day
        self.strength = strength
        partners = defaultdict(Waiting)
        self.weighted = defaultdict(float)
        self.amounts = defaultdict(float)
        for life in lives:
            if life.issued > day or life.partner_id is None:
                continue
            is_closed = life.settled_on is not None and life.settled_on <= day
            until = life.settled_on if is_closed else day
            is_paid = is_closed and life.is_paid
            leaving = (until - life.due).days
            weight = 0.5 ** ((day - until).days / HALF_LIFE)
            entry = min((life.issued - life.due).days, leaving)
            part = part_of_month(until)
            partners[life.partner_id, life.segment].add(entry, leaving, is_paid, weight, part)
            if is_paid:
                for key in (life.partner_id, None):
                    self.weighted[key] += weight * leaving
                    self.amounts[key] += weight
        whole, segments = Waiting(), defaultdict(Waiting)
        for (_partner_id, segment), waiting in partners.items():
            segments[segment].merge(waiting)
        for waiting in segments.values():
            whole.merge(waiting)
        self.calendar = Calendar(day)
        self.whole = Curve(whole, None, 0.0, self.calendar)
        self.segments = {
            segment: Curve(waiting, self.whole, segment_strength, self.calendar)
            for segment, waiting in segments.items()
        }
        self._partners = dict(partners)
        self._curves = {}

    def get_curve(self, partner_id, segment) -> Curve:
        """Return the curve of a customer: its own, shrunk; its segment's when nothing is known of it."""
        key = (partner_id, segment)
        if key not in self._curves:
            parent = self.segments.get(segment, self.whole)
            waiting = self._partners.get(key)
            self._curves[key] = Curve(waiting, parent, self.strength, self.calendar) if waiting else parent
        return self._curves[key]

    def get_average(self, partner_id) -> float:
        """Return the average delay of a customer's payments, of everybody's where it made none: a naive rule."""
        key = partner_id if self.amounts.get(partner_id) else None
        return self.weighted[key] / self.amounts[key] if self.amounts.get(key) else 0.0

    def explain(self, item: Open) -> Why:
        """Return on what the forecast of an instalment rests."""
        waiting = self._partners.get((item.partner_id, item.segment))
        late = (self.day - item.due).days
        weight = 0.0
        if waiting:
            number = self.get_curve(item.partner_id, item.segment).waiting[min(max(_range_of(late), 0), RANGES - 1)]
            weight = number / (number + self.strength)
        return Why(
            count=waiting.count if waiting else 0,
            paid=waiting.paid if waiting else 0,
            median=waiting.get_median() if waiting else None,
            weight=round(weight, 2),
            late=max(late, 0),
            segment=item.segment,
            agreed=item.agreed.kind if item.agreed else None,
            chance=item.agreed and (item.agreed.chance if item.agreed.is_dated else item.agreed.share),
        )

    def forecast(self, item: Open, explain=True) -> Expected:
        """Return what is expected of one instalment."""
        curve = self.get_curve(item.partner_id, item.segment)
        agreed = item.agreed
        if agreed is None:
            late = (self.day - item.due).days
            weeks, later, never = curve.get_weeks(late)
            days = curve.get_days(late)
            when = self.day + timedelta(days=days) if days is not None else None
        else:
            weeks, later, never, when = self._follow(item, curve, agreed)
        why = self.explain(item) if explain else None
        return Expected(item.key, item.amount, when, sum(weeks), weeks, later, never, why)

    def _follow(self, item, curve, agreed):
        """Return the shares and the date of an instalment of which something is agreed."""
        kept = agreed.chance * sum(part for _day, part in agreed.dates)
        share = (1.0 - kept) * agreed.share
        if not agreed.is_dated:
            return (0.0,) * WEEKS, share, 1.0 - share, None
        start = max(agreed.not_before or self.day, self.day)
        wait = (start - self.day).days
        weeks, later, never = curve.get_weeks((start - item.due).days)
        weeks, moved = _put_off(weeks, wait)
        shares = [share * part for part in weeks]
        later = share * (later + moved)
        never = share * never + (1.0 - kept) * (1.0 - agreed.share)
        for day, part in agreed.dates:
            week = (max((day - self.day).days, 1) - 1) // 7
            if week < WEEKS:
                shares[week] += agreed.chance * part
            else:
                later += agreed.chance * part
        if kept >= 0.5:
            return tuple(shares), later, never, max(*(day for day, _part in agreed.dates), self.day)
        days = curve.get_days((start - item.due).days)
        # what is not even half likely to come has no likely date
        has_date = days is not None and share + kept > 0.5
        return tuple(shares), later, never, start + timedelta(days=days) if has_date else None


def _put_off(weeks, days):
    """Return weekly shares that begin some days later, and what falls out of the horizon by that."""
    if not days:
        return weeks, 0.0
    whole, rest = divmod(days, 7)
    shifted, moved = [0.0] * WEEKS, 0.0
    for week, part in enumerate(weeks):
        for target, piece in ((week + whole, part * (7 - rest) / 7), (week + whole + 1, part * rest / 7)):
            if target < WEEKS:
                shifted[target] += piece
            else:
                moved += piece
    return tuple(shifted), moved


# ------------------------------------------------------------
# The band of a week
# ------------------------------------------------------------
class Week(NamedTuple):
    """What comes in one week: rather not less than ``low``, likely, rather not more than ``high``."""

    start: date
    low: float
    likely: float
    high: float


def sum_weeks(expected: Iterable[Expected], day: date, held=LIKELY) -> list:
    """Return the :class:`Week` of the horizon, from the day after ``day``, with the band that chance alone gives.

    The biggest instalments of a week are weighed one by one, since each of them comes
    whole or not at all; the others together.
    """
    parts = [[] for _week in range(WEEKS)]
    for row in expected:
        for week, share in enumerate(row.weeks):
            if share > 1e-6 and row.amount > 0:
                parts[week].append((row.amount, min(share, 1.0)))
    weeks = []
    for number, week_parts in enumerate(parts):
        likely = sum(amount * share for amount, share in week_parts)
        low, high = _get_band(week_parts, held)
        # the whole is the most that can come
        top = max(sum(amount for amount, _share in week_parts), likely)
        start = day + timedelta(days=1 + 7 * number)
        weeks.append(Week(start, min(max(low, 0.0), likely), likely, max(min(high, top), likely)))
    return weeks


def widen(weeks: Iterable[Week], scale: float) -> list:
    """Return the weeks with their band wider by a factor, as :func:`backtest.run` found it to be necessary.

    What holds for one customer often holds for others too: a holiday, a strike, a crisis.
    """
    return [
        week._replace(
            low=max(week.likely - scale * (week.likely - week.low), 0.0),
            high=week.likely + scale * (week.high - week.likely),
        )
        for week in weeks
    ]


def _get_band(parts, held):
    """Return the amounts below and above which what comes is equally unlikely to be."""
    if not parts:
        return 0.0, 0.0
    big = nlargest(BIGGEST, parts, key=lambda part: part[0] * part[0] * part[1] * (1 - part[1]))
    mean = sum(amount * share for amount, share in parts) - sum(amount * share for amount, share in big)
    variance = sum(amount * amount * share * (1 - share) for amount, share in parts)
    spread = sqrt(max(variance - sum(amount * amount * share * (1 - share) for amount, share in big), 0.0))
    if len(parts) <= BIGGEST:
        mean = spread = 0.0
    cases = [(mean, 1.0)]
    for amount, share in big:
        cases = [
            (total + (amount if comes else 0.0), chance * (share if comes else 1 - share))
            for (total, chance), comes in product(cases, (False, True))
        ]
    return _find_quantile(cases, spread, (1 - held) / 2), _find_quantile(cases, spread, (1 + held) / 2)


def _find_quantile(cases, spread, level):
    """Return the amount that is not exceeded with a probability of ``level``."""
    if not spread:
        total = 0.0
        cases = sorted(cases)
        for amount, chance in cases:
            total += chance
            if total >= level - 1e-12:
                return amount
        return cases[-1][0]
    amounts = [amount for amount, _chance in cases]
    low, high = min(amounts) - 5 * spread, max(amounts) + 5 * spread
    width = spread * sqrt(2)
    for _step in range(24):
        middle = (low + high) / 2
        below = sum(chance * (1 + erf((middle - amount) / width)) for amount, chance in cases) / 2
        low, high = (middle, high) if below < level else (low, middle)
    return (low + high) / 2


def shrink_rate(kept: float, count: float, base_kept: float, base_count: float, strength=STRENGTH) -> float:
    """Return a rate of few cases shrunk towards everybody's, itself towards one in two: how promises are kept."""
    base = (base_kept + 1.0) / (base_count + 2.0)
    return (kept + strength * base) / (count + strength)
