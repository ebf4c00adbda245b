"""Longest payment terms allowed (C. com. L441-10 and L441-11): plain Python, no ORM."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from ..common.calendar import shift

KINDS = ("days", "days_then_month_end", "month_end_then_days", "decade_then_days")


class Rule(NamedTuple):
    """One legal maximum; ``needs_clause`` if the contract must say it expressly."""

    key: int
    kind: str
    days: int
    needs_clause: bool = False


class Verdict(NamedTuple):
    """``state`` is ``ok``, ``clause`` (allowed only if the contract says so) or ``over``."""

    state: str
    rule: Rule | None
    latest: date | None
    excess: int


def month_end(day: date) -> date:
    """Return the last day of the month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def decade_end(day: date) -> date:
    """Return the end of the ten-day period: the 10th, the 20th or the last day of the month."""
    return day.replace(day=10 if day.day <= 10 else 20) if day.day <= 20 else month_end(day)


def latest_due(rule: Rule, start: date) -> date:
    """Return the last due date that a rule allows to an invoice of that date."""
    if rule.kind == "days_then_month_end":
        return month_end(shift(start, days=rule.days))
    if rule.kind == "month_end_then_days":
        return shift(month_end(start), days=rule.days)
    if rule.kind == "decade_then_days":
        return shift(decade_end(start), days=rule.days)
    return shift(start, days=rule.days)


def judge(rules: Sequence[Rule], start: date, due: date, has_clause: bool = False) -> Verdict:
    """Return whether a due date is allowed: one rule that permits it is enough.

    :param has_clause: whether the contract stipulates what the law wants stipulated.
    """
    if not rules:
        return Verdict("ok", None, None, 0)
    free = [rule for rule in rules if has_clause or not rule.needs_clause]
    if any(due <= latest_due(rule, start) for rule in free):
        return Verdict("ok", None, None, 0)
    bound = max(rules, key=lambda rule: latest_due(rule, start))
    if due <= latest_due(bound, start):
        return Verdict("clause", bound, latest_due(bound, start), 0)
    return Verdict("over", bound, latest_due(bound, start), (due - latest_due(bound, start)).days)
