"""The silences that a scenario keeps towards a debtor, applied to verdicts: plain Python, no ORM."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from ...common.calendar import shift
from ..scenario.ladder import HANDOVER, first_outcome
from ..scenario.restraint import Restraints, first_free_day, get_quiet_end
from .verdict import DUE, Verdict


class Silence(NamedTuple):
    """One silence that keeps out what is due today: the code of its verdict, and what its words are made of.

    ``day`` is that of the last contact (``recent``), the last one of the ``period``
    (``quiet``; neither where it is only no business day), or the first one below the cap of
    ``contacts`` in ``days`` days (``capped``; None if there is none).
    """

    code: str
    day: date | None = None
    period: str = ""
    contacts: int = 0
    days: int = 0


class Silences:
    """The silences of one day: they put off what falls on a quiet day, soon after a contact, or above the cap."""

    def __init__(self, day: date, contacts: Mapping, by_hand: Mapping, steps: Mapping):
        """Take what was read of the debtors and of the scenarios.

        :param contacts: the days of the contacts that a cap counts, per commercial partner id.
        :param by_hand: the day of the last contact by hand, per commercial partner id.
        :param steps: the steps of each scenario, per its id.
        """
        self.day = day
        self.contacts = {partner_id: tuple(sorted(days)) for partner_id, days in contacts.items()}
        self.by_hand = by_hand
        self.steps = steps
        self.free_days = {}
        self.found = {}

    def concern(self, verdict: Verdict) -> bool:
        """Tell whether anything may keep quiet what the verdict has coming: a handover writes to nobody."""
        step, partner_id = verdict.step, verdict.item.partner_id
        return (
            bool(verdict.when and step)
            and step.kind != HANDOVER
            and (step.restraints.has_quiet_days or partner_id in self.contacts or partner_id in self.by_hand)
        )

    def put_off(self, verdict: Verdict) -> tuple[Verdict, Silence | None]:
        """Return the verdict with the first day, and its step, that no silence covers.

        The silence is returned beside, with its code still to be set, if it keeps out what would be due. Instalments
        that look alike share the search.
        """
        item = verdict.item
        key = (
            verdict.step.level_id,
            item.due,
            verdict.reached and verdict.reached[1:],
            verdict.when,
            verdict.code,
            self.contacts.get(item.partner_id),
            self.by_hand.get(item.partner_id),
        )
        if key not in self.found:
            later, silence = self._put_off(verdict)
            self.found[key] = (later.when, later.step, silence)
        when, step, silence = self.found[key]
        if silence is None and when == verdict.when and step is verdict.step:
            return verdict, None
        return verdict._replace(when=when, step=step), silence

    def _put_off(self, verdict: Verdict) -> tuple[Verdict, Silence | None]:
        restraints, item = verdict.step.restraints, verdict.item
        outcome = first_outcome(
            self.steps[restraints.scenario_id],
            item.due,
            verdict.reached,
            max(self.day, verdict.when),
            lambda start, step: self._get_free_day(restraints, item.partner_id, self._get_rested(item, start, step)),
        )
        if verdict.code == DUE and outcome.when == self.day:
            return verdict, None
        later = verdict._replace(when=outcome.when, step=outcome.step)
        return later, self._find_silence(verdict) if verdict.code == DUE else None

    def _find_silence(self, verdict: Verdict) -> Silence:
        """Return what keeps out a verdict that would be due today."""
        restraints, item = verdict.step.restraints, verdict.item
        if self._get_rested(item, self.day, verdict.step) > self.day:
            return Silence("recent", self.by_hand[item.partner_id])
        period, quiet_end = get_quiet_end(restraints, self.day)
        if period:
            return Silence("quiet", quiet_end, period)
        if period is not None:
            return Silence("quiet")
        free_day = self._get_free_day(restraints, item.partner_id, self.day)
        return Silence("capped", free_day, contacts=restraints.cap_contacts, days=restraints.cap_days)

    def _get_free_day(self, restraints: Restraints, partner_id: int | None, start: date) -> date | None:
        key = (restraints.scenario_id, self.contacts.get(partner_id), start)
        if key not in self.free_days:
            self.free_days[key] = first_free_day(restraints, start, self.contacts.get(partner_id, ()))
        return self.free_days[key]

    def _get_rested(self, item, start, step):
        """Return the first day, from ``start`` on, that is as far from the last contact by hand as the step wants."""
        contact = self.by_hand.get(item.partner_id)
        return max(start, shift(contact, days=step.min_interval)) if contact else start
