"""The verdict on one instalment, with every reason behind it: plain Python, no ORM."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from ...ledger.allocation import in_company_currency
from ...ledger.rows import OpenItem
from ..scenario.ladder import COURTESY, Reached, Step, next_outcome

DUE = "due"
ANNOUNCED = "announced"
NOT_DUE = "not_due"
HOLD = "hold"
ERROR = "error"
NEW = "new"
TIME_BARRED = "time_barred"  # beside another code: it is claimed all the same, and said
YOUNGEST_BARRED = 150  # days late: no right to sue ends sooner after the due date
# Codes that keep an instalment out although its step has come.
BLOCKING = ("no_partner", "no_followup", "blocked", HOLD, "in_payment", "covered", "no_scenario")


EMPTY = MappingProxyType({})


class Held(NamedTuple):
    """The part of one instalment that suspensions set aside: infinite for all of it.

    ``codes`` are those of their origins: ``hold`` by hand, else ``hold_<origin>``.
    """

    amount: float
    detail: str
    codes: tuple


class Verdict(NamedTuple):
    """The verdict on one instalment: what a campaign does with it that day, and why.

    ``net`` is what may be claimed of it, in its currency.

    ``credit`` is what open credits and payments on their way settle on paper, ``held``
    what a suspension sets aside; ``when`` is the first day something may happen.
    ``reasons`` are all the codes that keep it out, ``code`` being the one that decides.
    """

    item: OpenItem
    code: str
    step: Step | None
    when: date | None
    reached: Reached | None
    credit: float
    credit_keys: tuple
    held: float
    net: float
    net_company: float
    detail: str | None
    reasons: tuple = ()

    @property
    def is_counted_only(self):
        """Tell whether this verdict is only counted: not due, and no step comes before the due date."""
        return self.code == NOT_DUE and not (self.step and self.step.kind == COURTESY)

    def get_reasons(self):
        """Return all the codes, the deciding one first."""
        return list_reasons(self.code, self.reasons)


class Claims(NamedTuple):
    """The verdicts that make one notice: what it claims, and what it announces before its due date.

    What is announced stands apart and enters no figure of the claim. A courtesy claims
    nothing: what it announces is then all that it is about.
    """

    claimed: list
    announced: list

    @property
    def subject(self):
        return self.claimed or self.announced


@lru_cache(maxsize=4096)
def list_reasons(code: str, reasons: tuple) -> tuple:
    """Return all the codes, the deciding one first: few different lists for very many verdicts."""
    return tuple(dict.fromkeys((code, *reasons)))


class Judge:
    """Give the verdicts of one day. Instalments that look alike share the search for their step."""

    def __init__(self, day: date, reached: Mapping, find_held: Callable, digits: Mapping, entries: Mapping = EMPTY):
        """Take what was read.

        :param entries: the first day, per entry id, on which a young invoice may be told at all.
        """
        self.day = day
        self.reached = reached
        self.find_held = find_held
        self.digits = digits
        self.entries = entries
        self.outcomes = {}

    def judge(self, item: OpenItem, steps: list, shares: tuple) -> Verdict:
        """Return the verdict on one debt.

        :param steps: those of the debtor's scenario, empty without one.
        :param shares: what credits and payments on their way settle of it.
        """
        reached = self.reached.get(item.line_id)
        found = self.find_held(item)
        credit, held, unsettled = 0.0, 0.0, item.residual
        net, net_company = item.residual, item.residual_company
        if shares or found:
            places = self.digits[item.currency_id]
            credit = round(sum(share.amount for share in shares), places)
            unsettled = round(item.residual - credit, places)
            held = min(found.amount, item.residual) if found else 0.0
            net = round(max(item.residual - credit - held, 0.0), places)
            net_company = in_company_currency(item, net)
        outcome = self._find_entered(steps, item, reached) if steps else None
        reasons = []
        if item.partner_id is None:
            reasons.append("no_partner")
        if item.no_followup:
            reasons.append("no_followup")
        if item.payment_state == "blocked":
            reasons.append("blocked")
        is_held = held and not net and unsettled > 0
        if is_held:
            reasons += found.codes
        if not steps:
            reasons.append("no_scenario")
        elif outcome.code != DUE:
            reasons.append(outcome.code)
        if not net and not is_held:
            reasons.append("in_payment" if any(share.key[0] == "payment" for share in shares) else "covered")
        return Verdict(
            item=item,
            code=reasons[0] if reasons else DUE,
            step=outcome and outcome.step,
            when=outcome and outcome.when,
            reached=reached,
            credit=credit,
            credit_keys=tuple(shares),
            held=held,
            net=net,
            net_company=net_company,
            detail=found.detail if found and is_held and reasons[0] in found.codes else None,
            reasons=tuple(reasons),
        )

    def _find_entered(self, steps, item, reached):
        """Return the step to come, where a young invoice waits and what is due on receipt has no courtesy."""
        if item.due <= (item.invoice_date or item.date):
            steps = [step for step in steps if step.kind != COURTESY] or steps
        outcome = self._find_outcome(steps, item.due, reached)
        entry = None if reached else self.entries.get(item.move_id)
        if not entry or entry <= self.day or not outcome.when or outcome.when >= entry:
            return outcome
        later = next_outcome(steps, item.due, reached, entry)
        return later._replace(code=NEW if outcome.code == DUE else outcome.code)

    def _find_outcome(self, steps, due, reached):
        key = (steps[0].level_id, due, reached and reached[1:])  # a level is of one scenario only
        outcome = self.outcomes.get(key)
        if outcome is None:
            outcome = self.outcomes[key] = next_outcome(steps, due, reached, self.day)
        return outcome
