"""Whether the forecast deserves trust: tried on past months, against two naive rules. Plain Python, no ORM.

On the last day of each past month the forecast is made with what was known that day, then
compared with what came in the quarter that followed. Three rules are tried alike: *due*
(paid on its due date, tomorrow when that is past), *average* (due date plus the average
delay of the customer, of everybody where it never paid) and the forecast.

Nothing of a trial knows what came after the day on which it is made: not the payments, nor
how far the band was off in weeks that were not over then. What people agreed then is not
replayed: the forecast is judged on history alone, which is the harder test. The books are
those of today: an entry posted or unmatched since, and the customers' natures, are as now.
"""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from .forecast import LIKELY, WEEKS, History, Life, Past, sum_shares, widen

RULES = ("forecast", "due", "average")
FEWEST_MONTHS = 3
FEWEST_LIVES = 20
WIDEST = 10.0  # that a band is made, in times what chance alone gives


class Score(NamedTuple):
    """How far a rule was from what happened.

    ``days`` is the mean distance per instalment between the day that was said and the
    one on which it was paid, both cut at the end of the horizon. ``amount`` is the sum of the
    distances per week over what came: 0 is exact.
    """

    days: float
    amount: float


class Month(NamedTuple):
    """One past month tried: the scores of the rules, what came per week and the band said then."""

    day: date
    count: int
    scores: dict
    weeks: list
    received: list
    held: int


class Trial(NamedTuple):
    """What the trial found.

    ``coverage`` is the share of past weeks whose receipts were inside the band said then,
    ``scale`` by how much the band is widened from now on. ``lost`` names the rule and the
    measure by which the forecast did not win.
    """

    months: list
    scores: dict
    coverage: float | None
    scale: float
    lost: list
    is_enough: bool

    @property
    def wins(self) -> bool:
        """Whether the forecast was nearer than both naive rules, in days and in amounts, often enough to tell."""
        return self.is_enough and not self.lost


def get_month_ends(day: date, count: int) -> list:
    """Return the last days of the past months whose quarter ahead is over on ``day``, oldest first."""
    ends, end = [], day.replace(day=1) - timedelta(days=1)
    while len(ends) < count:
        if end + timedelta(days=7 * WEEKS) <= day:
            ends.append(end)
        end = end.replace(day=1) - timedelta(days=1)
    return ends[::-1]


def run(lives: "Iterable[Life] | Past", day: date, months: int = 12, held: float = LIKELY) -> Trial:
    """Return the :class:`Trial` of the forecast on the past months.

    :param lives: every instalment of the past, with what settled it; the more precede the
        first month tried, the fairer to the forecast. A :class:`Past` goes on to the last month tried.
    """
    past = lives if isinstance(lives, Past) else Past(life for life in lives if life.amount > 0)
    first = past.lives[0].issued if past.lives else day
    payments = sorted(life.settled_on for life in past.lives if life.is_paid)
    tried, distances = [], []
    for end in get_month_ends(day, months):
        # a month of history is the least to learn from, and some payments
        if end - timedelta(days=30) < first or bisect_right(payments, end) < FEWEST_LIVES:
            continue
        over = [distance for until, distance in distances if until <= end]
        month, found = _try_month(past, end, _get_scale(over, held), held)
        if month:
            tried.append(month)
            distances += found
    return _conclude(tried, [distance for _until, distance in distances], held)


def _try_month(past: Past, end: date, scale: float, held: float):
    """Return the :class:`Month` tried and ``(last day, how far from its band's middle)`` of each of its weeks.

    The distances are in halves of the band.
    """
    history = History(past, end)
    tomorrow, last = end + timedelta(days=1), end + timedelta(days=7 * WEEKS)
    received = [0.0] * WEEKS
    said = {rule: [0.0] * WEEKS for rule in RULES[1:]}
    days, delays = dict.fromkeys(RULES, 0), {}
    amounts, shares, count = [], [], 0
    for life in past.waiting:
        amount = life.get_open(end)
        if amount <= 0:
            continue
        weeks, _later, _never, when = history.look_ahead(life.partner_id, life.segment, life.due)
        amounts.append(amount)
        shares.append(weeks)
        for on, part, is_money in life.parts:
            if is_money and end < on <= last:
                received[((on - end).days - 1) // 7] += part
        is_settled = life.settled_on is not None and life.settled_on <= last
        if is_settled and not life.is_paid:
            continue  # settled without money: no day on which it was paid
        paid_on = life.settled_on if is_settled else last
        delay = delays.get(life.partner_id)
        if delay is None:
            delay = delays[life.partner_id] = timedelta(days=round(history.get_average(life.partner_id)))
        count += 1
        for rule, on in (("due", life.due), ("average", life.due + delay), ("forecast", when or last)):
            on = max(on, tomorrow)
            days[rule] += abs((min(on, last) - paid_on).days)
            if rule != "forecast" and on <= last:
                said[rule][((on - end).days - 1) // 7] += amount
    if count < FEWEST_LIVES or not any(received):
        return None, []
    plain = sum_shares(amounts, shares, end, held)
    weeks = widen(plain, scale)
    said["forecast"] = [week.likely for week in weeks]
    total = sum(received)
    scores = {
        rule: Score(
            days[rule] / count,
            sum(abs(one - other) for one, other in zip(said[rule], received, strict=True)) / total,
        )
        for rule in RULES
    }
    inside = sum(week.low - 0.005 <= came <= week.high + 0.005 for week, came in zip(weeks, received, strict=True))
    distances = []
    for week, came in zip(plain, received, strict=True):
        half = week.high - week.likely if came > week.likely else week.likely - week.low
        distance = abs(came - week.likely) / half if half > 0.005 else 0.0 if came <= 0.005 else 3.0
        distances.append((week.start + timedelta(days=6), distance))
    return Month(end, count, scores, weeks, received, inside), distances


def _get_scale(distances: list, held: float) -> float:
    """Return by how much the band must be widened to have held as much of the past as it says."""
    if len(distances) < WEEKS:
        return 1.0
    ordered = sorted(distances)
    position = min(int(held * (len(ordered) + 1)), len(ordered) - 1)  # the widest seen where the past is short
    return min(max(ordered[position], 0.5), WIDEST)


def _conclude(tried, distances, held):
    count = sum(month.count for month in tried)
    total = sum(sum(month.received) for month in tried)
    scores = {}
    for rule in RULES if tried else ():
        scores[rule] = Score(
            sum(month.scores[rule].days * month.count for month in tried) / count,
            sum(month.scores[rule].amount * sum(month.received) for month in tried) / total,
        )
    lost = [
        (rule, measure)
        for rule in RULES[1:]
        for measure in Score._fields
        if tried and getattr(scores["forecast"], measure) >= getattr(scores[rule], measure)
    ]
    # the first months have no past to widen their band by: none of their quarters was over
    judged = [month for month in tried if month.day >= tried[0].day + timedelta(days=7 * WEEKS)] or tried
    weeks = sum(len(month.weeks) for month in judged)
    coverage = sum(month.held for month in judged) / weeks if weeks else None
    return Trial(tried, scores, coverage, _get_scale(distances, held), lost, len(tried) >= FEWEST_MONTHS)
