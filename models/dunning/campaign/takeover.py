"""What another follow-up add-on knew of a company, in plain rows: no ORM."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple


class FormerStep(NamedTuple):
    """One level of there.

    ``basis`` is ``due`` or ``previous``, ``channels`` are ours, ``is_month_end`` tells that it
    waited for the end of the month after its delay, which no level of ours does.
    """

    key: int
    name: str
    delay: int
    basis: str = "due"
    channels: tuple = ("email",)
    body: str = ""
    is_month_end: bool = False


class FormerPolicy(NamedTuple):
    """One scenario of there, its steps in their order."""

    key: int
    name: str
    steps: tuple


class FormerMark(NamedTuple):
    """An instalment that was reminded there at a step, on a day."""

    line_id: int
    step: int
    day: date


class FormerSilence(NamedTuple):
    """A customer, or one invoice, that was not reminded there, and why."""

    partner_id: int
    why: str
    move_id: int | None = None
    until: date | None = None


class FormerPlan(NamedTuple):
    """What somebody meant to do for a customer, and when."""

    partner_id: int
    day: date
    text: str


class Former(NamedTuple):
    """All that is taken over; ``followed`` and ``collectors`` are by customer, ``left`` says what is not."""

    policies: tuple = ()
    default: int | None = None
    followed: dict = {}  # noqa: RUF012
    marks: tuple = ()
    silences: tuple = ()
    plans: tuple = ()
    collectors: dict = {}  # noqa: RUF012
    left: tuple = ()


def guess_kind(steps: Iterable[FormerStep], step: FormerStep) -> str:
    """Return which kind of level of ours a step is most likely: a person may know better.

    Nothing there says which letter is a mise en demeure: that is never guessed.
    """
    steps = tuple(steps)
    if step.basis == "due" and step.delay <= 0:
        return "courtesy"
    if step.channels == ("call",):
        return "call"
    return "final" if len(steps) > 1 and step == steps[-1] else "reminder"


def keep_last(marks: Iterable[FormerMark], policies: Iterable[FormerPolicy]) -> list[FormerMark]:
    """Return the furthest step of each instalment, with the last day on which it was reached."""
    ranks = {step.key: rank for policy in policies for rank, step in enumerate(policy.steps)}
    last = {}
    for mark in marks:
        if mark.step in ranks:
            known = last.get(mark.line_id)
            if known is None or (ranks[mark.step], mark.day) > (ranks[known.step], known.day):
                last[mark.line_id] = mark
    return list(last.values())


def keep_used(former: Former) -> Former:
    """Return it without the policies that nobody follows and by which nothing was reminded."""
    marked = {mark.step for mark in former.marks}
    used = {former.default, *former.followed.values()}
    policies = tuple(
        policy
        for policy in former.policies
        if policy.steps and (policy.key in used or marked & {step.key for step in policy.steps})
    )
    return former._replace(policies=policies)
