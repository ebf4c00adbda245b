"""The verdict on one instalment: a compact code, and the figures behind it."""

from datetime import date
from typing import NamedTuple

from ...ledger.rows import OpenItem
from ..scenario.ladder import Reached, Step

DUE = "due"
# Codes that keep an instalment out although its step has come.
BLOCKING = ("no_partner", "no_followup", "blocked", "hold", "in_payment", "covered", "no_policy")


class Verdict(NamedTuple):
    """``net`` is what may be claimed of the instalment, in its currency.

    ``credit`` is what open credits and payments on their way settle on paper, ``held``
    what a suspension sets aside; ``when`` is the first day something may happen.
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
