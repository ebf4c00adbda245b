"""What creditors get of proceedings, and what is no payment for them: plain Python, no ORM."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from enum import Enum
from typing import NamedTuple

from ...common.calendar import shift
from ...common.insolvency import EARLIER, PAYMENT, State

ZERO = Decimal(0)
HUNDRED = Decimal(100)

# What a payment received after the judgment is
TO_CHECK, DIVIDEND, GUARANTOR, THIRD_PARTY = "to_check", "dividend", "guarantor", "third_party"
CONNECTED, AUTHORISED, RETURNED, LATER = "connected", "authorised", "returned", "later"


class Payer(Enum):
    """Who paid: the debtor, whoever distributes for it, who guarantees what it owes, somebody else."""

    DEBTOR, TRUSTEE, GUARANTOR, OTHER = range(4)


class Part(NamedTuple):
    """What money received since the judgment pays: an instalment, or nothing yet (no ``line_id``)."""

    line_id: int | None
    amount: float
    nature: str


class Dividend(NamedTuple):
    """One dividend of a plan: when it falls due, what part of the admitted claim it is, how much."""

    day: date
    percent: Decimal
    amount: Decimal


def share_out(amount: Decimal, weights: Mapping, quantum: Decimal) -> dict:
    """Return ``{key: part}`` of an amount shared in proportion to weights, to the cent: the parts make the whole.

    What cannot be shared goes to those who lose most by rounding, in the order given. Without weights nobody gets
    anything.
    """
    total = sum(weights.values(), ZERO)
    if total <= 0:
        return dict.fromkeys(weights, ZERO)
    exact = {key: amount * weight / total for key, weight in weights.items()}
    parts = {key: value.quantize(quantum, ROUND_DOWN) for key, value in exact.items()}
    left = int(((amount - sum(parts.values(), ZERO)) / quantum).to_integral_value())
    for key in sorted(exact, key=lambda key: parts[key] - exact[key])[:left]:
        parts[key] += quantum
    return parts


def get_equal_percents(count: int, remitted: Decimal = ZERO) -> list[Decimal]:
    """Return the percentages of equal dividends that make what is not remitted, the last one what is left."""
    if count <= 0:
        return []
    whole = HUNDRED - remitted
    each = (whole / count).quantize(Decimal("0.01"), ROUND_DOWN)
    return [each] * (count - 1) + [whole - each * (count - 1)]


def plan_dividends(
    admitted: Decimal, first_on: date, percents: Iterable[Decimal], quantum: Decimal, months: int = 12
) -> list[Dividend]:
    """Return the dividends of a plan, one each so many months: rounded on what is reached so far, so that none is lost.

    :param percents: of the admitted claim; what they leave of 100 is remitted.
    """
    found, reached, paid = [], ZERO, ZERO
    for number, percent in enumerate(percents):
        reached += percent
        until_now = (admitted * reached / HUNDRED).quantize(quantum, ROUND_HALF_UP)
        found.append(Dividend(shift(first_on, months=months * number), percent, until_now - paid))
        paid = until_now
    return found


def get_remitted(admitted: Decimal, percents: Iterable[Decimal], quantum: Decimal) -> Decimal:
    """Return what a plan gives up of an admitted claim: what no dividend is ever paid of."""
    kept = (admitted * sum(percents, ZERO) / HUNDRED).quantize(quantum, ROUND_HALF_UP)
    return max(admitted - kept, ZERO)


def judge_payment(state: State | None, received_on: date, category: str, payer: Payer) -> str:
    """Return what a payment is for proceedings; ``to_check`` where it should not have been received (L622-7).

    What guarantors and third parties pay is no concern of theirs, and what the mandataire or the liquidator pays is a
    distribution. Whether money of the debtor is a dividend depends on its plan: see the dividends.

    :param category: of the claim that it pays.
    """
    if category != EARLIER or not state or received_on < state.judgment_on:
        return LATER
    if payer is Payer.DEBTOR:
        return TO_CHECK if state.stops(PAYMENT) else LATER
    return {Payer.TRUSTEE: DIVIDEND, Payer.GUARANTOR: GUARANTOR}.get(payer, THIRD_PARTY)


def get_guarantor_part(owed: Decimal, share: Decimal, limit: Decimal, quantum: Decimal) -> Decimal:
    """Return what a guarantor owes of a debt: its share in percent, up to its limit, never a cent more."""
    return min((owed * share / HUNDRED).quantize(quantum, ROUND_DOWN), limit)


def pair_parts(parts: Iterable[Part], rows: Mapping) -> tuple[list, list]:
    """Return what money pays beside the rows in which that is known, and the rows of which nothing is left.

    A row stays with its instalment; one that has lost it, or never had any, takes what no other has: so money that is
    matched, or matched again with something else, is the same row and never a second one.

    :param rows: ``{key: line id or None}``, those to take first before the others.
    :return: ``([(part, key or None)], [keys])``.
    """
    parts = list(parts)
    by_line = {line_id: key for key, line_id in reversed(rows.items()) if line_id}
    own = {part: by_line[part.line_id] for part in parts if part.line_id in by_line}
    free = [key for key in rows if key not in own.values()]
    free.sort(key=lambda key: rows[key] is not None)
    for part in parts:
        if part not in own and free:
            own[part] = free.pop(0)
    return [(part, own.get(part)) for part in parts], free
