from collections import defaultdict
from datetime import timedelta
from functools import cache
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from ...common.bounds import get_finite
from ...common.calendar import shift
from ...common.insolvency import get_birth
from ...common.sentence import Money, join, word
from ...ledger.allocation import in_company_currency
from ..scenario.ladder import COURTESY, FORMAL_NOTICE, HANDOVER
from ..scenario.tone import NEUTRAL, get_tone
from .silence import Silences
from .verdict import DUE, ERROR, HOLD, NEW, TIME_BARRED, YOUNGEST_BARRED, Claims, Held, Judge

_lt = LazyTranslate(__name__)


class Batch(NamedTuple):
    """Some customers, whole: their verdicts, and ``(item, amount)`` of the credits that nothing uses."""

    verdicts: list
    credits: list


WRITTEN_OR_CALLED = ("email", "letter", "registered", "call")
CONTACT_CHANNELS = (*WRITTEN_OR_CALLED, "visit")


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
        concerned = self._get_debtors(company, partners) if partners is not None else None
        digits = ledger._get_digits()
        entries = {} if as_of else self._read_entries(company, day, partners)
        judge = Judge(day, {}, self._get_holds(company, day, concerned, spared), digits, entries)
        stale = without is None and self._get_bank_delay(company, day)

        def judge_items(items):
            by_partner = self._get_debtors_by_partner(company, items)
            judge.reached = self.env["recovery.notice.line"]._read_reached(
                company, without=without, before=as_of, line_ids=[item.line_id for item in items if item.residual > 0]
            )
            expected = [payment for key in {item.partner_id for item in items} for payment in payments.get(key, ())]
            shares, left = ledger._allocate(items, expected, day)
            steps_of = self._get_steps_by_partner(company, by_partner, items, shares, day, strict)
            verdicts = [
                judge.judge(item, steps_of(item.partner_id), shares.get(item.line_id, ()))
                for item in items
                if item.residual > 0
            ]
            verdicts = self._restrain(company, day, verdicts, without)
            verdicts = self._mark_time_barred(company, day, verdicts)
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
    def _get_debtors_by_partner(self, company, items):
        """Return the debtors that the customers of these open items already have, per partner id."""
        partners = self.env["res.partner"].browse(dict.fromkeys(i.partner_id for i in items if i.partner_id))
        return {debtor.partner_id.id: debtor for debtor in self._get_debtors(company, partners)}

    @api.model
    def _get_debtors(self, company, partners):
        domain = Domain("company_id", "=", company.id)
        if partners is not None:
            domain &= Domain("partner_id", "in", partners.ids)
        return self.env["recovery.debtor"].sudo().search_fetch(domain, ["partner_id", "scenario_id", "nature"])

    @api.model
    def _read_entries(self, company, day, partners):
        """Return ``{entry id: first day on which it may be told}`` of the invoices that are too young on that day."""
        wait = timedelta(days=company.sudo().recovery_entry_days)
        if not wait:
            return {}
        domain = Domain("company_id", "child_of", company.id) & Domain("recovery_told_on", ">", day - wait)
        if partners is not None:
            domain &= Domain("commercial_partner_id", "in", partners.ids)
        moves = self.env["account.move"].sudo().search_fetch(domain, ["recovery_told_on"])
        return {move.id: move.recovery_told_on + wait for move in moves}

    @api.model
    def _mark_time_barred(self, company, day, verdicts):
        """Say of what would be claimed although the time to sue is over, that it is: a debtor may refuse it."""
        old = [v for v in verdicts if v.code == DUE and (day - v.item.due).days > YOUNGEST_BARRED]
        if not old:
            return verdicts
        limits = self.env["recovery.limitation"]._read_originals(company, [verdict.item for verdict in old])
        barred = {line_id: limit for line_id, limit in limits.items() if limit < day}
        if not barred:
            return verdicts
        return [
            verdict._replace(
                reasons=(*verdict.reasons, TIME_BARRED),
                detail=word(self.env, _lt("Time-barred since %s", barred[verdict.item.line_id])),
            )
            if verdict.code == DUE and verdict.item.line_id in barred
            else verdict
            for verdict in verdicts
        ]

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
        age = (day - last).days
        return word(self.env, _lt("Last bank statement line %(days)s days old, limit %(limit)s", days=age, limit=limit))

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
            if any(hold.born_before for hold in holds):
                born = get_birth(item.delivery_date, item.invoice_date, item.date)
                holds = [hold for hold in holds if hold._concerns(born.day)]
            if not holds:
                return None
            return Held(
                sum(get_finite(hold.amount) or float("inf") for hold in holds),
                join(self.env, (hold.reason for hold in holds)),
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
            "due": self.env._("In a notice"),
            "announced": self.env._("Announced before its due date"),
            "after_formal": self.env._("Waiting: a mise en demeure is sent first"),
            "after_claim": self.env._("Waiting: what is late comes first"),
            "not_due": self.env._("Not due yet"),
            "waiting": self.env._("Before the next level's day"),
            "recent": self.env._("Contacted too recently"),
            NEW: self.env._("Posted or sent too recently"),
            TIME_BARRED: self.env._("Time-barred"),
            "deadline_running": self.env._("Deadline of the mise en demeure running"),
            "ladder_end": self.env._("Last level reached"),
            "below_minimum": self.env._("Below the level's minimum"),
            "no_partner": self.env._("Entry without a customer"),
            "no_scenario": self.env._("No scenario"),
            "no_followup": self.env._("Marked “No Follow-Up” in the accounts"),
            "blocked": self.env._("Invoice blocked in the accounts"),
            "in_payment": self.env._("Payment in transit"),
            "covered": self.env._("Covered by a credit"),
            "bank_stale": self.env._("Bank statements too old"),
            "no_address": self.env._("No address for any of the level's channels"),
            "hold": self.env._("Reminders suspended"),
            **{
                self._get_hold_code(origin): self.env._("Reminders suspended: %(origin)s", origin=label)
                for origin, label in origins
                if origin != "manual"
            },
            ERROR: self.env._("Left out because of an error"),
            "excluded": self.env._("Excluded from the campaign"),
            "obsolete": self.env._("No further reminders"),
            "cancelled": self.env._("Notice cancelled"),
            "below_share": self.env._("Below the level's share of the balance"),
            "capped": self.env._("Contacted often enough lately"),
            "quiet": self.env._("Quiet day"),
            "credit_hold": self.env._("Open credit to match first"),
        }

    # ------------------------------------------------------------
    # Who follows which scenario
    # ------------------------------------------------------------
    @api.model
    def _get_steps_by_partner(self, company, debtor_by_partner, items, shares, day, strict=False):
        """Return a function from a commercial partner id to the steps of its scenario.

        :param debtor_by_partner: the debtors that exist, per commercial partner id.
        :param items: open items of everybody concerned.
        :param shares: what open credits settle on paper, per line id.
        :param strict: raise where a rule fails on some customers only.
        """
        partners = self.env["res.partner"].sudo().browse(dict.fromkeys(i.partner_id for i in items if i.partner_id))
        debtors = self.env["recovery.debtor"].sudo()
        debtors = debtors.browse(debtor_by_partner[p.id].id for p in partners if p.id in debtor_by_partner)
        amounts = self._get_amounts_by_partner(company, items, shares, day)
        choices = self.env["recovery.scenario"]._choose(company, partners, amounts, day, debtors, strict)
        scenarios = (
            self.env["recovery.scenario"].sudo().browse({c.scenario_id for c in choices.values() if c.scenario_id})
        )
        steps = scenarios._get_steps(company)

        found = {partner_id: steps.get(choice.scenario_id, []) for partner_id, choice in choices.items() if choice}
        return lambda partner_id: found.get(partner_id, ())

    @api.model
    def _get_amounts_by_partner(self, company, items, shares, day):
        """Return ``{partner id: (open, overdue)}`` in company currency, credits set off: the worklist's figures."""
        sums = defaultdict(lambda: [0.0, 0.0])
        for item in items:
            if item.partner_id and item.residual > 0:
                net = item.residual_company
                if item.line_id in shares:
                    credit = sum(share.amount for share in shares[item.line_id])
                    net = company.currency_id.round(in_company_currency(item, item.residual - credit))
                sums[item.partner_id][0] += net
                sums[item.partner_id][1] += net if item.due < day else 0.0
        return {partner_id: tuple(pair) for partner_id, pair in sums.items()}

    # ------------------------------------------------------------
    # When to keep quiet
    # ------------------------------------------------------------
    @api.model
    def _restrain(self, company, day, verdicts, without=None):
        """Return the verdicts once the scenario's restraints have spoken, debtor by debtor.

        ``when`` then is the first day on which something may happen, or None when no
        date can be told: it depends on money or on somebody.

        :param without: notices looked at again, which do not count as contacts of their own.
        """
        verdicts = self._apply_credit_hold(company, verdicts)
        verdicts = self._apply_minimum(company, verdicts)
        verdicts = self._apply_formal_notice_of_the_day(day, verdicts)
        verdicts = self._apply_claim_of_the_day(day, verdicts)
        return self._apply_quiet(company, day, verdicts, without)

    @api.model
    def _get_due_steps(self, verdicts):
        """Return the steps that would be taken: few, for many verdicts."""
        return {verdict.step.level_id: verdict.step for verdict in verdicts if verdict.code == DUE}.values()

    @api.model
    def _apply_credit_hold(self, company, verdicts):
        """Hold the debtors who have an open credit, where their scenario asks for it."""
        if not any(step.restraints.hold_on_credit for step in self._get_due_steps(verdicts)):
            return verdicts
        credits = defaultdict(float)
        for verdict in verdicts:
            for share in verdict.credit_keys:
                if share.key[0] == "line":
                    item = verdict.item
                    credits[item.partner_id] += in_company_currency(item, share.amount)
        details = {
            partner_id: word(self.env, _lt("%s of open credits to match", Money(amount, company.currency_id.id)))
            for partner_id, amount in credits.items()
        }
        return [
            verdict._replace(code="credit_hold", when=None, detail=details[verdict.item.partner_id])
            if verdict.code == DUE
            and verdict.item.partner_id in details
            and verdict.step.kind != HANDOVER
            and verdict.step.restraints.hold_on_credit
            else verdict
            for verdict in verdicts
        ]

    @api.model
    def _apply_minimum(self, company, verdicts):
        """Leave alone what is below the minimum amount, or share of the balance, of the step it would take.

        What one notice claims together is counted together: a mise en demeure, a handover,
        what is only announced, and all the rest. Where that is too little for its highest
        step, what is at lower ones is looked at without it. Amounts are in company currency.
        """
        if not any(step.min_amount or step.min_share for step in self._get_due_steps(verdicts)):
            return verdicts
        groups, balances = defaultdict(list), defaultdict(float)
        for verdict in verdicts:
            item = verdict.item
            balances[item.partner_id] += in_company_currency(item, item.residual - verdict.credit)
            if verdict.code == DUE:
                kind = verdict.step.kind
                apart = kind in (COURTESY, FORMAL_NOTICE, HANDOVER)
                groups[item.partner_id, kind if apart else None].append(verdict)
        left_alone = {}
        for (partner_id, _kind), group in groups.items():
            while group and (found := self._get_shortage(company.currency_id, group, balances[partner_id])):
                top = self._get_top_verdict(group).step.position
                at_top = (verdict.item.line_id for verdict in group if verdict.step.position == top)
                left_alone |= dict.fromkeys(at_top, found)
                group = [verdict for verdict in group if verdict.step.position < top]
        if not left_alone:
            return verdicts
        return [
            verdict._replace(code=found[0], detail=found[1], when=None)
            if verdict.code == DUE and (found := left_alone.get(verdict.item.line_id))
            else verdict
            for verdict in verdicts
        ]

    @api.model
    def _get_shortage(self, currency, group, balance):
        """Return ``(code, detail)`` when what would be claimed together is too little, else None."""
        step = self._get_top_verdict(group).step
        if not step.min_amount and not step.min_share:
            return None
        total = sum(verdict.net_company for verdict in group)
        if step.min_amount and currency.compare_amounts(total, step.min_amount) < 0:
            detail = _lt(
                "%(amount)s, minimum %(minimum)s",
                amount=Money(total, currency.id),
                minimum=Money(step.min_amount, currency.id),
            )
            return "below_minimum", word(self.env, detail)
        if step.min_share and currency.compare_amounts(total, balance * step.min_share / 100) < 0:
            detail = _lt(
                "%(share)d%% of the balance, minimum %(minimum)d%%",
                share=100 * total / balance,
                minimum=step.min_share,
            )
            return "below_share", word(self.env, detail)
        return None

    @api.model
    def _apply_formal_notice_of_the_day(self, day, verdicts):
        """Ask for nothing else of who was sent a mise en demeure the same day: it says the rest of the account."""
        asked = {
            verdict.item.partner_id
            for verdict in verdicts
            if verdict.reached and verdict.reached.day == day and verdict.reached.kind == FORMAL_NOTICE
        }
        if not asked:
            return verdicts
        return [
            verdict._replace(code="after_formal", when=day + timedelta(days=1))
            if verdict.code == DUE
            and verdict.item.partner_id in asked
            and verdict.step.kind not in (COURTESY, FORMAL_NOTICE, HANDOVER)
            else verdict
            for verdict in verdicts
        ]

    @api.model
    def _apply_claim_of_the_day(self, day, verdicts):
        """Send no courtesy to who was claimed something the same day, unless another claim leaves and carries it."""
        if not any(step.kind == COURTESY for step in self._get_due_steps(verdicts)):
            return verdicts
        claimed = {
            verdict.item.partner_id
            for verdict in verdicts
            if verdict.reached and verdict.reached.day == day and verdict.reached.kind != COURTESY
        } - {
            verdict.item.partner_id
            for verdict in verdicts
            if verdict.code == DUE and verdict.step.kind not in (COURTESY, FORMAL_NOTICE, HANDOVER)
        }
        if not claimed:
            return verdicts
        return [
            verdict._replace(code="after_claim", when=day + timedelta(days=1) if day < verdict.item.due else None)
            if verdict.code == DUE and verdict.step.kind == COURTESY and verdict.item.partner_id in claimed
            else verdict
            for verdict in verdicts
        ]

    @api.model
    def _apply_quiet(self, company, day, verdicts, without=None):
        """Put off what falls on a quiet day or exceeds the cap on contacts, and date what comes later likewise."""
        coming = [verdict for verdict in verdicts if verdict.when and verdict.step and verdict.step.kind != HANDOVER]
        steps = {verdict.step.level_id: verdict.step for verdict in coming}.values()
        partner_ids = {verdict.item.partner_id for verdict in coming}
        cap_days = max((step.restraints.cap_days for step in steps if step.restraints.has_cap), default=0)
        contacts = self._read_contacts(company, day, cap_days, partner_ids, without) if cap_days else {}
        rest_days = max((step.min_interval for step in steps), default=0)
        by_hand = self._read_last_by_hand(company, day, rest_days, partner_ids) if rest_days else {}
        if not contacts and not by_hand and not any(step.restraints.has_quiet_days for step in steps):
            return verdicts
        scenarios = self.env["recovery.scenario"].browse({step.restraints.scenario_id for step in steps})
        silences = Silences(day, contacts, by_hand, scenarios._get_steps(company))
        describe = cache(self._describe_silence)

        def put_off(verdict):
            later, silence = silences.put_off(verdict)
            return later._replace(code=silence.code, detail=describe(silence)) if silence else later

        return [put_off(verdict) if silences.concern(verdict) else verdict for verdict in verdicts]

    @api.model
    def _describe_silence(self, silence):
        """Return the words that say what a silence is and when it ends."""
        if silence.code == "recent":
            return word(self.env, _lt("Contact of %s", silence.day))
        if silence.code == "capped":
            text = _lt(
                "no more than %(count)s contacts in %(days)s days: not before %(date)s",
                count=silence.contacts,
                days=silence.days,
                date=silence.day or "",
            )
        elif silence.period:
            text = _lt("%(period)s, until %(date)s", period=silence.period, date=silence.day)
        else:
            text = _lt("Not a business day")
        return word(self.env, text)

    @api.model
    def _read_contacts(self, company, day, days, partner_ids, without=None):
        """Return ``{partner id: days of the contacts}`` over the last ``days`` days.

        A contact is what left or was called by any channel, those made by hand too: a
        row of ``recovery.delivery``. The channels of one notice make one contact a day.
        What is validated and has not left yet is a contact too, of the day of its
        validation.

        :param without: notices that are looked at again.
        """
        Delivery = self.env["recovery.delivery"].sudo()
        start = shift(day, days=-days - 1)  # days are local ones: one more, then each is looked at
        deliveries = Delivery.search_fetch(
            Domain("company_id", "=", company.root_id.id)
            & Domain("channel", "in", CONTACT_CHANNELS)
            & Domain("is_inbound", "=", False)
            & Domain("state", "not in", ("cancelled", "failed", "bounced"))
            & Domain("purpose", "not in", ("correction", "thanks"))
            & Domain("debtor_id.partner_id", "in", list(partner_ids))
            & (
                Domain("done_on", ">=", start)
                | Domain("queued_on", ">=", start)
                | Domain("notice_id.date", ">=", start)
            ),
            ["debtor_id", "notice_id", "queued_on", "done_on"],
        )
        contacts = defaultdict(set)
        for delivery in deliveries:
            if delivery.done_on:
                contact_day = company._recovery_local_datetime(delivery.done_on).date()
            else:
                contact_day = (
                    delivery.notice_id.issue_date or company._recovery_local_datetime(delivery.queued_on).date()
                )
            if contact_day <= day:
                key = (delivery.notice_id.id or -delivery.id, contact_day)
                contacts[delivery.debtor_id.partner_id.id].add(key)
        unsent = self._read_unsent(company, day, partner_ids, without)
        self.env["recovery.notice"].sudo().browse(notice.id for notice, _day in unsent).fetch(["partner_id"])
        for notice, validated_on in unsent:
            contacts[notice.partner_id.id].add((notice.id, validated_on))
        return {partner_id: [key[1] for key in keys] for partner_id, keys in contacts.items()}

    @api.model
    def _read_unsent(self, company, day, partner_ids, without=None):
        """Return ``(notice, day of its validation)`` of what is validated and has not left.

        Who sends validated notices counts none: the validation did.
        """
        if without and any(notice.state != "draft" for notice in without):
            return []
        domain = (
            Domain("company_id", "=", company.root_id.id)
            & Domain("notice_id.state", "in", ("validated", "to_approve"))
            & Domain("notice_id.partner_id", "in", list(partner_ids))
            & Domain("engaged", "=", True)
            & Domain("claimed_on", "<=", day)
            & (
                Domain("notice_id.own_channel", "!=", False)
                | Domain.OR(Domain(f"notice_id.level_id.channel_{channel}", "=", True) for channel in WRITTEN_OR_CALLED)
            )
        )
        if without:
            domain &= Domain("notice_id", "not in", without.ids)
        return self.env["recovery.notice.line"].sudo()._read_group(domain, ["notice_id"], ["claimed_on:max"])

    # ------------------------------------------------------------
    # What a proposal adds to its notices
    # ------------------------------------------------------------
    @api.model
    def _find_tones(self, company, day, oldest_by_debtor, without=None):
        """Return ``{debtor: tone}`` from how each debtor paid so far; hook for what else speaks, such as promises.

        What is not late yet has no tone. One query.

        :param dict oldest_by_debtor: the oldest due date that is claimed.
        :param without: notices that are being written: they are no past.
        """
        late = [debtor.id for debtor, oldest in oldest_by_debtor.items() if oldest and oldest < day]
        late = self.env["recovery.debtor"].sudo().browse(late)
        partners = late.partner_id
        history = self.env["recovery.ledger.history"]._read_payment_history(company, partners, day) if partners else {}
        tones = dict.fromkeys(oldest_by_debtor, NEUTRAL)
        return tones | {debtor: get_tone(history.get(debtor.partner_id.id)) for debtor in late}

    # ------------------------------------------------------------
    # Contacts by hand
    # ------------------------------------------------------------
    @api.model
    def _read_last_by_hand(self, company, day, days, partner_ids):
        """Return ``{partner id: day of the last contact}`` made outside the scenario, over the last ``days`` days."""
        deliveries = (
            self.env["recovery.delivery"]
            .sudo()
            .search_fetch(
                Domain("company_id", "=", company.root_id.id)
                & Domain("notice_id", "=", False)
                & Domain("channel", "in", CONTACT_CHANNELS)
                & Domain("is_inbound", "=", False)
                & Domain("state", "not in", ("cancelled", "failed", "bounced"))
                & Domain("purpose", "not in", ("correction", "thanks"))
                & Domain("done_on", ">=", shift(day, days=-days - 1))
                & Domain("debtor_id.partner_id", "in", list(partner_ids)),
                ["debtor_id", "done_on"],
                order="done_on",
            )
        )
        last = {}
        for delivery in deliveries:
            contact = company._recovery_local_datetime(delivery.done_on).date()
            if contact <= day:
                last[delivery.debtor_id.partner_id.id] = contact
        return last
