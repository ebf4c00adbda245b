"""Score of a customer: plain Python, no ORM.

Each factor turns its value into 0 to 100 points (100: no risk) by bands; the score is the
average of the points, weighted, over the factors that have a value. A factor may cap the
score when it gives no point at all (insolvency). Without any factor that tells of the past,
there is no score.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

CLASSES = ("A", "B", "C", "D", "E")
NO_HISTORY = "none"
DEFAULT_THRESHOLDS = (80, 65, 50, 30)


class Factor(NamedTuple):
    """One rule: ``bands`` are (from value, points), ascending.

    ``ceiling`` is the best score possible when the factor gives 0 point; None for no cap.
    ``is_history`` says that its value alone shows a past with us.
    """

    code: str
    weight: float
    bands: tuple
    ceiling: int | None = None
    is_history: bool = False


class Mark(NamedTuple):
    """The mark that one factor gave: no value, no points."""

    code: str
    value: float | None
    weight: float
    points: int | None


class Result(NamedTuple):
    """A score and how it came about; ``score`` is None without a history."""

    score: int | None
    risk_class: str
    marks: tuple
    capped_by: str | None


def points_of(value: float, bands: Sequence) -> int:
    """Return the points of the last band that begins at or below ``value``, else those of the first."""
    points = bands[0][1] if bands else 0
    for start, band_points in bands:
        if value < start:
            break
        points = band_points
    return points


def class_of(score: int, thresholds: Sequence = DEFAULT_THRESHOLDS) -> str:
    """Return the class of a score: ``thresholds`` are the lowest scores of A, B, C and D."""
    return next((name for name, lowest in zip(CLASSES, thresholds, strict=False) if score >= lowest), CLASSES[-1])


def rate(factors: Sequence[Factor], values: Mapping, thresholds: Sequence = DEFAULT_THRESHOLDS) -> Result:
    """Return the score of one customer.

    :param values: value by factor code; an absent code or None is "not known" and weighs nothing.
    """
    marks, weighted, weights, cap, capped_by, has_history = [], 0.0, 0.0, 101, None, False
    for factor in factors:
        value = values.get(factor.code)
        if value is None:
            marks.append(Mark(factor.code, None, factor.weight, None))
            continue
        points = points_of(value, factor.bands)
        marks.append(Mark(factor.code, value, factor.weight, points))
        weighted += factor.weight * points
        weights += factor.weight
        has_history = has_history or factor.is_history
        if factor.ceiling is not None and points == 0 and factor.ceiling < cap:
            cap, capped_by = factor.ceiling, factor.code
    if capped_by and not (has_history and weights):
        return Result(cap, class_of(cap, thresholds), tuple(marks), capped_by)
    if not has_history or not weights:
        return Result(None, NO_HISTORY, tuple(marks), None)
    score = int(round(weighted / weights, 6) + 0.5)
    if score <= cap:
        capped_by = None
    score = min(score, cap)
    return Result(score, class_of(score, thresholds), tuple(marks), capped_by)


def is_worse(risk_class: str, before: str) -> bool:
    """Tell whether a class is worse than another one; without a history neither is."""
    return risk_class in CLASSES and before in CLASSES and CLASSES.index(risk_class) > CLASSES.index(before)
