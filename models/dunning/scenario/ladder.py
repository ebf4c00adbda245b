"""Which step of a scenario an instalment may take on a day: plain Python, no ORM.

An instalment goes up one step at a time, from the last step at which it was itself
claimed; it never goes down. What enters late enters at the first step for late
instalments, whatever its age. It is late from the day after its due date: until then a
courtesy may announce it, and nothing claims it, however its scenario counts its days.
"""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from ...common.calendar import add_business_days, shift
from .restraint import Restraints

COURTESY = "courtesy"
FORMAL_NOTICE = "formal_notice"
HANDOVER = "handover"
RUNNING = "deadline_running"
# A scenario that changed is never so far that its mise en demeure is skipped, nor so early that one comes again.
STAGES = {FORMAL_NOTICE: 1, HANDOVER: 2}


class Step(NamedTuple):
    """A level of a scenario.

    ``delay`` counts in days from the due date (negative: before it), from the previous
    step, or from the end of the mise en demeure's deadline, as ``basis`` says; in business
    days when ``business`` is set. ``min_share`` is a percentage of the debtor's balance.
    ``restraints`` are those of the step's scenario.
    """

    level_id: int
    kind: str
    basis: str
    delay: int
    min_interval: int
    min_amount: float
    position: int = 0
    business: bool = False
    alsace_moselle: bool = False
    min_share: float = 0.0
    restraints: Restraints = Restraints()

    def count_from(self, day: date) -> date:
        """Return the day on which the step's delay, counted from ``day``, is over."""
        if self.business:
            return add_business_days(day, self.delay, self.alsace_moselle)
        return shift(day, days=self.delay)


class Reached(NamedTuple):
    """The last step at which an instalment was claimed, as it was then."""

    line_id: int
    level_id: int
    kind: str
    rank: int
    day: date
    deadline: date | None


class Outcome(NamedTuple):
    """``code`` says why; ``step`` is the next one, ``when`` the first day it may be taken."""

    code: str
    step: Step | None
    when: date | None


def rank_steps(steps: Sequence[Step]) -> list:
    """Return each step's rank: the days after the due date at which it comes at the earliest.

    Business days count as the seven days of a week for five of them.
    """
    ranks, last = [], 0
    for step in steps:
        delay = round(step.delay * 7 / 5) if step.business else step.delay
        last = delay if step.basis == "due" else max(last, 0) + max(delay, 0)
        ranks.append(last)
    return ranks


class Disorder(NamedTuple):
    """What is strange in the order of a ladder: a code, and the positions of the steps that it is about."""

    code: str
    first: int
    second: int


def find_disorders(steps: Sequence[Step]) -> list:
    """Return what makes two steps of a ladder come at once, in the wrong order, or never."""
    ranks, found = rank_steps(steps), []
    for first, second in pairwise(range(len(steps))):
        if steps[second].basis == "deadline":
            continue
        if ranks[second] == ranks[first]:
            found.append(Disorder("same_delay", first, second))
        elif ranks[second] < ranks[first]:
            found.append(Disorder("out_of_order", first, second))
    formal = [position for position, step in enumerate(steps) if step.kind == FORMAL_NOTICE]
    for position, step in enumerate(steps):
        before = [other for other in formal if other < position]
        if step.kind == FORMAL_NOTICE and before:
            found.append(Disorder("twice", before[0], position))
        elif step.kind not in (FORMAL_NOTICE, HANDOVER, "call") and before:
            found.append(Disorder("after_formal", before[0], position))
        elif step.basis == "deadline" and not before:
            found.append(Disorder("never", position, position))
    handovers = [position for position, step in enumerate(steps) if step.kind == HANDOVER]
    found += [
        Disorder("after_handover", handovers[0], later)
        for later in range(len(steps))
        if handovers and later > handovers[0]
    ]
    return found


def remaining_steps(steps: Sequence[Step], reached: Reached | None) -> Sequence[Step]:
    """Return the steps that come after the one reached, also when the scenario changed since."""
    if not reached:
        return steps
    for position, step in enumerate(steps):
        if step.level_id == reached.level_id:
            return steps[position + 1 :]
    if reached.kind in (FORMAL_NOTICE, HANDOVER):
        positions = [i for i, step in enumerate(steps) if step.kind == reached.kind]
        if positions:
            return steps[positions[-1] + 1 :]
    at = STAGES.get(reached.kind, 0), reached.rank
    ranks = zip(steps, rank_steps(steps), strict=True)
    return [step for step, rank in ranks if (STAGES.get(step.kind, 0), rank) > at]


def _is_of_age(step: Step, late: int) -> bool:
    """Tell whether a step suits what is late by so many days: a courtesy comes before, all the others after."""
    if step.kind == COURTESY:
        return late <= 0
    return step.basis != "due" or step.delay >= 0


def next_outcome(steps: Sequence[Step], due: date, reached: Reached | None, day: date) -> Outcome:
    """Tell which step an instalment may take on ``day``, or why it must wait and until when."""
    late = (day - due).days
    candidates = [step for step in remaining_steps(steps, reached) if _is_of_age(step, late)]
    if not candidates:
        return Outcome("ladder_end", None, None)
    step = candidates[0]
    if step.basis == "deadline":
        if not reached or not reached.deadline:
            return Outcome("ladder_end", None, None)
        when, code = shift(reached.deadline, days=max(step.delay, 1)), RUNNING
    elif step.basis == "previous" and reached:
        when, code = step.count_from(reached.day), "waiting"
    else:
        when, code = step.count_from(due), "not_due" if late <= 0 else "waiting"
    if step.kind != COURTESY and when <= due:
        when, code = shift(due, days=1), "not_due"
    if reached:
        rested = shift(reached.day, days=max(step.min_interval, 1))
        if rested > when:
            when, code = rested, "recent"
    if day < when:
        return Outcome(code, step, when)
    return Outcome("due", step, day)


def first_outcome(
    steps: Sequence[Step], due: date, reached: Reached | None, day: date, free: Callable[[date, Step], date | None]
) -> Outcome:
    """Tell which step an instalment may take first, from ``day`` on, when its scenario also has restraints.

    A day that is not free is put off; by then another step may have come (a courtesy is
    pointless after the due date), or none yet.

    :param free: returns the first day on or after the one given on which one may write at
        that step, None if there is none. A handover writes to nobody: it does not ask.
    """
    while True:
        outcome = next_outcome(steps, due, reached, day)
        if outcome.when is None or outcome.step.kind == HANDOVER:
            return outcome
        day = free(outcome.when, outcome.step)
        if day is None or day == outcome.when:
            return outcome._replace(when=day)
