"""How a customer pays, and whether it breaks with its own past: plain Python, no ORM.

The last three months are set against the 21 months before. A break needs enough receipts on
both sides and a delay beyond the usual one by twice its usual spread, and by ten days at least.
"""

from math import sqrt
from typing import NamedTuple

from ...common.bounds import write_number

MIN_RECENT = 2
MIN_PAST = 5
MIN_DAYS = 10
SPREADS = 2
REGULAR_SHARE = 10
LATE_SHARE = 50


class Behaviour(NamedTuple):
    """Average days late, share paid late and the recent months against the past; None: not known."""

    delay_12: float | None = None
    delay_24: float | None = None
    late_share: float | None = None
    trend: float | None = None
    recent: float | None = None
    past: float | None = None
    spread: float | None = None
    limit: float | None = None
    recent_count: int = 0
    past_count: int = 0
    is_break: bool = False


def _mean(weighted: float, amount: float) -> float | None:
    return weighted / amount if amount > 0 else None


def read_behaviour(history) -> Behaviour:
    """Return the behaviour behind the sums of a payment history (None: no receipt at all)."""
    if history is None:
        return Behaviour()
    recent = _mean(history.recent_weighted, history.recent_amount)
    past = _mean(history.past_weighted, history.past_amount)
    spread = limit = trend = None
    is_break = False
    if past is not None:
        spread = sqrt(max(history.past_squares / history.past_amount - past**2, 0.0))
        limit = past + max(SPREADS * spread, MIN_DAYS)
    if recent is not None and past is not None:
        if history.recent_count >= MIN_RECENT and history.past_count >= MIN_PAST:
            trend = recent - past
            is_break = recent > limit
    late_share = _mean(100.0 * history.late_12, history.amount_12)
    return Behaviour(
        delay_12=_mean(history.weighted_12, history.amount_12),
        delay_24=_mean(history.weighted_24, history.amount_24),
        late_share=late_share,
        trend=trend,
        recent=recent,
        past=past,
        spread=spread,
        limit=limit,
        recent_count=history.recent_count,
        past_count=history.past_count,
        is_break=is_break,
    )


def regularity_of(behaviour: Behaviour) -> str:
    """Return ``regular``, ``variable``, ``late`` or ``none``, by the share of the money that came late."""
    if behaviour.late_share is None:
        return "none"
    if behaviour.late_share <= REGULAR_SHARE:
        return "regular"
    return "late" if behaviour.late_share > LATE_SHARE else "variable"


def months_between(start, day) -> int:
    """Return the complete months between two dates, never below 0."""
    months = (day.year - start.year) * 12 + day.month - start.month
    return max(months - (day.day < start.day), 0)


def band_of(amount: float, bounds) -> int:
    """Return the position of an amount among ascending bounds: 0 below the first one."""
    return sum(amount >= bound for bound in bounds)


def parse_bounds(text: str) -> list:
    """Return the ascending positive amounts of ``"1000; 5000"``; ValueError when they are not."""
    bounds = [float(write_number(part)) for part in (text or "").split(";") if part.strip()]
    if not bounds or bounds[0] <= 0 or any(low >= high for low, high in zip(bounds, bounds[1:], strict=False)):
        raise ValueError(text)
    return bounds
