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
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from heapq import nlargest
from itertools import accumulate, chain, compress, product
from math import erf, sqrt
from operator import add, attrgetter, mul, neg, sub
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
LEAST = 1e-6  # the share of an instalment below which it does not come in a week
EPOCH = date(2020, 1, 1)  # from which observations are weighed, whatever day they are looked at from


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
def _place(delay: int) -> tuple:
    """Return ``(range, days since its start, its width)`` of a delay, straight between the edges of its range."""
    if delay <= FIRST:
        return 0, 0, 1
    if delay >= LAST:
        return RANGES, 0, 1
    position = _RANGE_OF[delay - FIRST]
    return position, delay - EDGES[position], EDGES[position + 1] - EDGES[position]


@lru_cache(maxsize=4096)
def _place_weeks(late: int) -> tuple:
    """Return the places of what is late by so many days now, and at the end of each week of the horizon."""
    return tuple(_place(late + 7 * week) for week in range(WEEKS + 1))


@lru_cache(maxsize=4096)
def part_of_month(day: date) -> int:
    """Return in which part of its month a day is."""
    if (day + timedelta(days=3)).month != day.month:
        return MONTH - 1
    return bisect_left(PARTS, day.day)


@lru_cache(maxsize=4096)
def weigh(day: date) -> float:
    """Return what an observation of that day weighs: double, every half-life after the epoch."""
    return 2.0 ** ((day - EPOCH).days / HALF_LIFE)


class Waiting:
    """How long the instalments of a customer or a segment waited until they ended: per range, weighed by their day."""

    __slots__ = ("count", "days", "delays", "events", "moves", "paid")

    def __init__(self):
        self.events = defaultdict(float)
        self.moves = defaultdict(float)  # steps of the number waiting: a sum up to a range gives it
        self.delays = []
        self.days = [0.0] * MONTH  # payments per part of the month
        self.count = self.paid = 0

    def add(self, first: int, last: int, is_paid: bool, weight: float, part: int):
        """Count one instalment, that waited from one range to another and left in a part of the month."""
        self.count += 1
        self.moves[first] += weight
        # one that no money settled tells nothing of the rest of the range it is in
        self.moves[last + 1 if is_paid else max(last, first)] -= weight
        if is_paid:
            self.paid += 1
            self.days[part] += weight
            if last < RANGES:
                self.events[last] += weight

    def merge(self, other: "Waiting"):
        """Count what another one counted: of the segments for the whole."""
        for mine, theirs in ((self.events, other.events), (self.moves, other.moves)):
            for position, number in theirs.items():
                mine[position] += number
        self.days = list(map(add, self.days, other.days))
        self.count += other.count
        self.paid += other.paid

    def tell(self, steps: Iterable, fade: float) -> tuple:
        """Return how many were paid within each range and how many waited at its start, as they weigh on a day.

        :param steps: ``(range, number)`` of what is waiting still, which weighs one.
        :param fade: what the weights are worth on that day.
        """
        events, numbers = [0.0] * RANGES, [0.0] * (RANGES + 2)
        for position, number in self.events.items():
            events[position] = fade * number
        for position, number in self.moves.items():
            numbers[position] = fade * number
        for position, number in steps:
            numbers[position] += number
        return events, [max(number, 0.0) for number in accumulate(numbers[:RANGES])]

    def get_median(self) -> int | None:
        """Return the delay within which half of those that were paid were."""
        return sorted(self.delays)[(len(self.delays) - 1) // 2] if self.delays else None


class Past:
    """The lives of instalments up to a day, looked at from one day after the other, never back.

    What ended is counted once, however many days it is looked at from.
    """

    def __init__(self, lives: Iterable[Life]):
        self.lives = sorted(lives, key=attrgetter("issued"))
        self._issued = [life.issued for life in self.lives]
        self._seen = 0
        self.day = date.min
        self.waiting = []  # the lives that wait on that day
        self.customers = defaultdict(Waiting)
        self.segments = defaultdict(Waiting)
        self.weighted = defaultdict(float)
        self.amounts = defaultdict(float)

    def go_on(self, day: date):
        """Go on to a day: count what ended since, and take in what was issued."""
        until = bisect_right(self._issued, day, self._seen)
        waiting = []
        for life in chain(self.waiting, self.lives[self._seen : until]):
            if life.settled_on is None or life.settled_on > day:
                waiting.append(life)
            elif life.partner_id is not None:
                self._end(life)
        self.day, self.waiting, self._seen = day, waiting, until

    def _end(self, life):
        leaving = (life.settled_on - life.due).days
        weight = weigh(life.settled_on)
        last = _range_of(leaving)
        first = min(_range_of((life.issued - life.due).days), last)
        part = part_of_month(life.settled_on)
        own = self.customers[life.partner_id, life.segment]
        for waiting in (own, self.segments[life.segment]):
            waiting.add(first, last, life.is_paid, weight, part)
        if life.is_paid:
            own.delays.append(leaving)
            for key in (life.partner_id, None):
                self.weighted[key] += weight * leaving
                self.amounts[key] += weight


class Calendar:
    """The weeks of the horizon from a day on: how much of each part of a month they hold."""

    def __init__(self, day: date):
        days = [day + timedelta(days=1 + number) for number in range(7 * WEEKS)]
        parts = [part_of_month(one) for one in days]
        self.fade = 1 / weigh(day)  # what the weights of observations are worth on that day
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
    """The survival that hazards amount to: how many are still unpaid at each edge of the ranges.

    :param steps: of what is waiting still, see :meth:`Waiting.tell`.
    """

    __slots__ = ("_cache", "calendar", "habits", "hazards", "pull", "still", "waiting")

    def __init__(self, waiting: Waiting, steps: Iterable, parent: "Curve | None", strength: float, calendar: Calendar):
        self._cache = {}
        self.calendar = calendar
        self.pull = None
        fade = calendar.fade
        base = parent.habits if parent else calendar.usual
        paid = fade * sum(waiting.days)
        pull = HABIT if parent else 2 * HABIT
        self.habits = [(fade * own + pull * part) / (paid + pull) for own, part in zip(waiting.days, base, strict=True)]
        events, self.waiting = waiting.tell(steps, fade)
        bases = parent.hazards if parent else _go_on(events, self.waiting)
        # without a parent, half an instalment that does as those of the ranges before: never certain
        pull = strength if parent else 0.5
        self.hazards = [
            min((event + pull * base) / (number + pull), 1.0)
            for event, number, base in zip(events, self.waiting, bases, strict=True)
        ]
        self.still = list(accumulate([1.0 - hazard for hazard in self.hazards], mul, initial=1.0))
        self.still.append(self.still[-1])  # after the last edge it stays as it is

    def get_still(self, delay: float) -> float:
        """Return the share that is unpaid after a delay, straight between two edges."""
        position, days, width = _place(delay)
        before = self.still[position]
        return before + (self.still[position + 1] - before) * days / width

    def get_weeks(self, late: int) -> tuple:
        """Return ``(share paid in each week ahead, later, never)`` of what is unpaid that many days after its due."""
        found = self._cache.get(late)
        if found is None:
            found = self._cache[late] = self._reckon_weeks(late)
        return found

    def _reckon_weeks(self, late):
        still = self.still
        marks = [
            still[position] + (still[position + 1] - still[position]) * days / width
            for position, days, width in _place_weeks(late)
        ]
        now = marks[0]
        if now <= 1e-9 or late >= LAST:
            return (0.0,) * WEEKS, 0.0, 1.0
        left = [mark / now for mark in marks]
        never = min(still[-1] / now, left[-1])
        return self._move(list(map(sub, left, left[1:]))), left[-1] - never, never

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
        position = bisect_left(self.still, -half, _range_of(late) + 1, RANGES, key=neg) - 1
        start, end = EDGES[position], EDGES[position + 1]
        before, after = self.still[position], self.still[position + 1]
        part = (before - half) / (before - after) if before > after else 1.0
        return max(1, round(start + part * (end - start) - late))


def _go_on(events: list, numbers: list) -> list:
    """Return the hazard of each range as the ranges just before it would have it, half as much.

    Where nobody has waited so long yet, nothing is known: that is not never.
    """
    bases, paid, days = [], 0.0, 0.0
    for position in range(RANGES):
        width = EDGES[position + 1] - EDGES[position]
        rate = min(paid / days, 0.5) if days > 0 else 0.0
        bases.append(1.0 - (1.0 - rate / 2) ** width)
        paid = paid * NEARBY + events[position]
        days = days * NEARBY + numbers[position] * width
    return bases


class History:
    """How customers paid, as it could be known on a day: a curve for each, for each segment and for the whole.

    :param lives: every instalment of the past and the open ones; or the :class:`Past` that goes on to that day, and
        must not go further while the history is asked.
    :param day: what happened after it is not known.
    """

    def __init__(self, lives: "Iterable[Life] | Past", day: date, strength=STRENGTH, segment_strength=SEGMENT_STRENGTH):
        self.day = day
        self.strength = strength
        self.past = lives if isinstance(lives, Past) else Past(lives)
        self.past.go_on(day)
        self.calendar = Calendar(day)
        self._steps, of_segments = self._count_waiting()
        whole, of_whole = Waiting(), defaultdict(float)
        for waiting in self.past.segments.values():
            whole.merge(waiting)
        for steps in of_segments.values():
            for position, number in steps.items():
                of_whole[position] += number
        self.whole = Curve(whole, of_whole.items(), None, 0.0, self.calendar)
        self.segments = {
            segment: Curve(
                self.past.segments.get(segment) or Waiting(),
                of_segments.get(segment, {}).items(),
                self.whole,
                segment_strength,
                self.calendar,
            )
            for segment in {**self.past.segments, **of_segments}
        }
        self._curves = {}

    def _count_waiting(self):
        """Return what waits still, by customer and by segment, as steps of the number waiting per range."""
        customers, segments = defaultdict(list), defaultdict(lambda: defaultdict(float))
        for life in self.past.waiting:
            if life.partner_id is None:
                continue
            last = _range_of((self.day - life.due).days)
            first = min(_range_of((life.issued - life.due).days), last)
            # what is still waiting tells nothing of the rest of the range it is in
            customers[life.partner_id, life.segment] += ((first, 1.0), (last, -1.0))
            steps = segments[life.segment]
            steps[first] += 1.0
            steps[last] -= 1.0
        return customers, segments

    def get_curve(self, partner_id, segment) -> Curve:
        """Return the curve of a customer: its own, shrunk; its segment's when nothing is known of it."""
        key = (partner_id, segment)
        curve = self._curves.get(key)
        if curve is None:
            curve = self.segments.get(segment, self.whole)
            waiting, steps = self.past.customers.get(key), self._steps.get(key, ())
            if waiting or steps:
                curve = Curve(waiting or Waiting(), steps, curve, self.strength, self.calendar)
            self._curves[key] = curve
        return curve

    def get_average(self, partner_id) -> float:
        """Return the average delay of a customer's payments, of everybody's where it made none: a naive rule."""
        weighted, amounts = self.past.weighted, self.past.amounts
        key = partner_id if amounts.get(partner_id) else None
        return weighted[key] / amounts[key] if amounts.get(key) else 0.0

    def explain(self, item: Open) -> Why:
        """Return on what the forecast of an instalment rests."""
        key = (item.partner_id, item.segment)
        waiting, steps = self.past.customers.get(key), self._steps.get(key, ())
        late = (self.day - item.due).days
        weight = 0.0
        if waiting or steps:
            number = self.get_curve(*key).waiting[min(_range_of(late), RANGES - 1)]
            weight = number / (number + self.strength)
        return Why(
            count=(waiting.count if waiting else 0) + len(steps) // 2,
            paid=waiting.paid if waiting else 0,
            median=waiting.get_median() if waiting else None,
            weight=round(weight, 2),
            late=max(late, 0),
            segment=item.segment,
            agreed=item.agreed.kind if item.agreed else None,
            chance=item.agreed and (item.agreed.chance if item.agreed.is_dated else item.agreed.share),
        )

    def look_ahead(self, partner_id, segment, due: date) -> tuple:
        """Return ``(shares by week, later, never, likely date)`` of an instalment of which nothing is agreed."""
        curve = self.get_curve(partner_id, segment)
        late = (self.day - due).days
        days = curve.get_days(late)
        return *curve.get_weeks(late), self.day + timedelta(days=days) if days is not None else None

    def forecast(self, item: Open) -> Expected:
        """Return what is expected of one instalment."""
        if item.agreed is None:
            weeks, later, never, when = self.look_ahead(item.partner_id, item.segment, item.due)
        else:
            weeks, later, never, when = self._follow(item, item.agreed)
        return Expected(item.key, item.amount, when, sum(weeks), weeks, later, never, self.explain(item))

    def _follow(self, item, agreed):
        """Return the shares and the date of an instalment of which something is agreed."""
        curve = self.get_curve(item.partner_id, item.segment)
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
    """Return the :class:`Week` of the horizon, from the day after ``day``, with the band that chance alone gives."""
    rows = list(expected)
    return sum_shares([row.amount for row in rows], [row.weeks for row in rows], day, held)


def sum_shares(amounts: Sequence, shares: Sequence, day: date, held=LIKELY) -> list:
    """Return the :class:`Week` of the horizon of some amounts, of each of which such shares come in the weeks.

    The biggest instalments of a week are weighed one by one, since each of them comes
    whole or not at all; the others together.
    """
    weeks = []
    owed = [amount > 0 for amount in amounts]
    for number, parts in enumerate(zip(*shares, strict=True) if amounts else ((),) * WEEKS):
        counted = list(map(mul, map(LEAST.__lt__, parts), owed))
        coming = [min(share, 1.0) for share in compress(parts, counted)]
        whole = list(compress(amounts, counted))
        means = list(map(mul, whole, coming))
        likely = sum(means)
        low, high = _get_band(whole, coming, means, held)
        # the whole is the most that can come
        top = max(sum(whole), likely)
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


def _get_band(amounts, shares, means, held):
    """Return the amounts below and above which what comes is equally unlikely to be.

    :param means: of each amount its share.
    """
    if not amounts:
        return 0.0, 0.0
    variances = list(map(mul, means, map(sub, amounts, means)))
    big = nlargest(BIGGEST, range(len(amounts)), key=variances.__getitem__)
    mean, spread = 0.0, 0.0
    if len(amounts) > BIGGEST:
        mean = sum(means) - sum(means[position] for position in big)
        spread = sqrt(max(sum(variances) - sum(variances[position] for position in big), 0.0))
    cases = [(mean, 1.0)]
    for position in big:
        amount, share = amounts[position], shares[position]
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
