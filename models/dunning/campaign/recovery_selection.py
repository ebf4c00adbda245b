from collections import defaultdict
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain

from ..scenario.ladder import COURTESY, FORMAL_NOTICE, HANDOVER
from .verdict import DUE, HOLD, Claims, Held, Judge


class Batch(NamedTuple):
    """Some customers, whole: their verdicts, and ``(item, amount)`` of the credits that nothing uses."""

    verdicts: list
    credits: list


class RecoverySelection(models.AbstractModel):
    """Decide, set-based, which instalment takes which step on a day, and say why for each."""

    _name = "recovery.selection"
    _description = "Recovery: selection of what to claim"

    # ------------------------------------------------------------
    # Verdicts
    # ------------------------------------------------------------
    @api.model
    def _evaluate(self, company, day, partners=None, without=None, spared=()):
        """Return the verdict on every open instalment, and what is left of the open credits.

        :return: ``(verdicts, left)``: list of :class:`verdict.Verdict` for the debts,
            and ``{("line", id): amount}`` of unused credits.
        """
        verdicts, left = [], {}
        for batch in self._evaluate_in_batches(company, day, partners, without=without, spared=spared):
            verdicts += batch.verdicts
            left |= {("line", item.line_id): amount for item, amount in batch.credits}
        return verdicts, left

    @api.model
    def _evaluate_in_batches(self, company, day, partners=None, without=None, as_of=None, spared=(), strict=False):
        """Yield the verdicts of some customers at a time: memory and queries follow the batches, not the debtors.

        :param company: its root and branches are read.
        :param day: the day on which delays are counted; credits dated after it wait.
        :param partners: commercial partners; None for all.
        :param without: notices that do not count as history (they are looked at again,
            and what guards a proposal no longer concerns them).
        :param as_of: a past day, to see the books and the levels as they were then.
        :param spared: origins of suspensions that do not count.
        :param strict: raise where a rule of choice of a scenario fails on some customers only.
        """
        lists, judge = self._open_books(company, day, partners, without, as_of, spared, strict)
        for items in lists:
            yield judge(items)

    @api.model
    def _open_books(self, company, day, partners=None, without=None, as_of=None, spared=(), strict=False):
        """Return the open items in lists of whole customers, and the function that makes a :class:`Batch` of one.

        Parameters are those of :meth:`_evaluate_in_batches`.
        """
        company = company._recovery_root()
        ledger = self.env["recovery.ledger"]
        ledger._refresh_statistics(partners)
        payments = defaultdict(list)
        for payment in ledger._read_pending_payments(company, partners):
            if not as_of or payment.date <= as_of:
                payments[payment.partner_id].append(payment)
        debtors = self._get_debtors(company, partners)
        by_partner = {debtor.partner_id.id: debtor for debtor in debtors}
        concerned = debtors if partners is not None else None
        reached = self.env["recovery.notice.line"]._read_reached(company, concerned, without, as_of)
        digits = {c.id: c.decimal_places for c in self.env["res.currency"].with_context(active_test=False).search([])}
        judge = Judge(day, reached, self._get_holds(company, day, concerned, spared), digits)
        stale = without is None and self._get_bank_delay(company, day)

        def judge_items(items):
            expected = [payment for key in {item.partner_id for item in items} for payment in payments.get(key, ())]
            shares, left = ledger._allocate(items, expected, day)
            steps_of = self._get_steps_by_partner(company, by_partner, items, shares, day, strict)
            judge.outcomes.clear()
            verdicts = [
                judge.judge(item, steps_of(item.partner_id), shares.get(item.line_id, ()))
                for item in items
                if item.residual > 0
            ]
            verdicts = self._restrain(company, day, verdicts, without)
            if stale:
                verdicts = [v._replace(code="bank_stale", detail=stale) if v.code == DUE else v for v in verdicts]
            credits = [
                (item, left["line", item.line_id])
                for item in items
                if item.residual < 0 and left.get(("line", item.line_id), 0.0) > 0
            ]
            return Batch(verdicts, credits)

        return ledger._read_items_by_customer(company, day=day, partners=partners, as_of=as_of), judge_items

    @api.model
    def _get_debtors(self, company, partners):
        domain = Domain("company_id", "=", company.id)
        if partners is not None:
            domain &= Domain("partner_id", "in", partners.ids)
        return self.env["recovery.debtor"].sudo().search_fetch(domain, ["partner_id", "policy_id"])

    @api.model
    def _get_bank_delay(self, company, day):
        """Return why the books are too old to remind anybody, or nothing.

        Only where bank statement lines are entered, and a limit is set.
        """
        limit = company.sudo().recovery_bank_days
        if not limit or day > company._recovery_today():
            return None
        last = self.env["recovery.ledger"]._read_last_bank_day(company, day)
        if not last or (day - last).days <= limit:
            return None
        return self.env._(
            "Last bank statement line %(days)s days old, limit %(limit)s", days=(day - last).days, limit=limit
        )

    @api.model
    def _get_holds(self, company, day, debtors, spared=()):
        """Return a function from an open item to what is :class:`verdict.Held` of it, or None.

        :param spared: origins of suspensions that do not count.
        """
        Hold = self.env["recovery.hold"].sudo()
        domain = Hold._get_running_domain(day) & Domain("company_id", "=", company.id)
        domain &= Domain("origin", "not in", list(spared))
        if debtors is not None:
            domain &= Domain("debtor_id", "in", debtors.ids)
        by_partner, by_move, by_line = defaultdict(list), defaultdict(list), defaultdict(list)
        for hold in Hold.search(domain):
            if hold.line_id:
                by_line[hold.line_id.id].append(hold)
            elif hold.move_id:
                by_move[hold.move_id.id].append(hold)
            else:
                by_partner[hold.debtor_id.partner_id.id].append(hold)

        def find_held(item):
            holds = by_line.get(item.line_id, []) + by_move.get(item.move_id, []) + by_partner.get(item.partner_id, [])
            if not holds:
                return None
            return Held(
                sum(hold.amount or float("inf") for hold in holds),
                ", ".join(hold.reason for hold in holds),
                tuple(dict.fromkeys(self._get_hold_code(hold.origin) for hold in holds)),
            )

        return find_held if by_partner or by_move or by_line else lambda item: None

    @api.model
    def _get_hold_code(self, origin):
        """Return the verdict of a suspension of that origin."""
        return HOLD if origin == "manual" else f"{HOLD}_{origin}"

    @api.model
    def _group_claims(self, due):
        """Return the :class:`verdict.Claims` that make one notice each.

        A mise en demeure claims only the instalments at its level: the others wait for a
        later campaign, and appear as information. A handover writes to nobody, so it
        stands in a notice of its own. What falls due later is announced beside the claim
        of an ordinary notice, or alone where nothing is claimed that day.
        """
        by_kind = defaultdict(list)
        for verdict in due:
            kind = verdict.step.kind
            by_kind[kind if kind in (COURTESY, FORMAL_NOTICE, HANDOVER) else None].append(verdict)
        handover, formal, courtesy = by_kind[HANDOVER], by_kind[FORMAL_NOTICE], by_kind[COURTESY]
        groups = [Claims(handover, [])] if handover else []
        if formal:
            groups.append(Claims(formal, []))
        elif by_kind[None] or (courtesy and not handover):
            groups.append(Claims(by_kind[None], courtesy))
        return groups

    @api.model
    def _get_waiting_code(self, due):
        """Return the verdict of what :meth:`_group_claims` leaves for another day."""
        return "after_formal" if any(verdict.step.kind == FORMAL_NOTICE for verdict in due) else "after_claim"

    @api.model
    def _get_top_verdict(self, claimed):
        return max(claimed, key=lambda verdict: verdict.step.position)

    @api.model
    def _get_code_labels(self):
        """Return the verdicts' names, for screens and documents."""
        origins = self.env["recovery.hold"]._fields["origin"]._description_selection(self.env)
        return {
            "due": self.env._("Reminded"),
            "announced": self.env._("Announced before its due date"),
            "after_formal": self.env._("Waits: a mise en demeure leaves first"),
            "after_claim": self.env._("Waits: what is late comes first"),
            "not_due": self.env._("Not due yet"),
            "waiting": self.env._("Before the next level's day"),
            "recent": self.env._("Contacted a short while ago"),
            "deadline_running": self.env._("Deadline of the mise en demeure running"),
            "ladder_end": self.env._("Last level reached"),
            "below_minimum": self.env._("Below the level's minimum"),
            "no_partner": self.env._("Entry without a customer"),
            "no_policy": self.env._("No scenario"),
            "no_followup": self.env._("Marked “No Follow-Up” in the accounts"),
            "blocked": self.env._("Invoice blocked in the accounts"),
            "in_payment": self.env._("Payment on its way"),
            "covered": self.env._("Covered by a credit"),
            "bank_stale": self.env._("Bank statements too old"),
            "no_address": self.env._("No address for any of the level's channels"),
            "hold": self.env._("Reminders suspended"),
            **{
                self._get_hold_code(origin): self.env._("Reminders suspended: %(origin)s", origin=label)
                for origin, label in origins
                if origin != "manual"
            },
        }
