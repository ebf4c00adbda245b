from collections import defaultdict
from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..scenario.ladder import COURTESY, FORMAL_NOTICE, HANDOVER, first_outcome
from ..scenario.restraint import first_free_day, get_quiet_end
from ..scenario.tone import NEUTRAL, get_tone
from .verdict import DUE

WRITTEN_OR_CALLED = ("email", "letter", "registered", "call")
CONTACT_CHANNELS = (*WRITTEN_OR_CALLED, "visit")


class RecoverySelection(models.AbstractModel):
    """What a scenario says beyond its steps: who follows which one, and when to keep quiet.

    Restraints speak after the steps, in this order: an open credit that holds, too
    small an amount, a claim of the same day before a courtesy, a contact by hand a short
    while ago, a quiet day, too many contacts.
    A handover writes to nobody: only the amounts concern it.
    """

    _inherit = "recovery.selection"

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
        choices = self.env["recovery.policy"]._choose(company, partners, amounts, day, debtors, strict)
        policies = self.env["recovery.policy"].sudo().browse({c.policy_id for c in choices.values() if c.policy_id})
        steps = policies._get_steps(company)

        found = {partner_id: steps.get(choice.policy_id, []) for partner_id, choice in choices.items() if choice}
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
                    net = company.currency_id.round(net * (item.residual - credit) / item.residual)
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
        verdicts = self._apply_claim_of_the_day(day, verdicts)
        return self._apply_quiet(company, day, verdicts, without)

    @api.model
    def _get_due_steps(self, verdicts):
        """Return the steps that would be taken: few objects, shared by many verdicts."""
        return {id(verdict.step): verdict.step for verdict in verdicts if verdict.code == DUE}.values()

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
                    credits[item.partner_id] += share.amount * item.residual_company / item.residual
        details = {
            partner_id: self.env._("%s of open credits to match", company.currency_id.format(amount))
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
            balances[item.partner_id] += item.residual_company * (item.residual - verdict.credit) / item.residual
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
            detail = self.env._(
                "%(amount)s, minimum %(minimum)s",
                amount=currency.format(total),
                minimum=currency.format(step.min_amount),
            )
            return "below_minimum", detail
        if step.min_share and currency.compare_amounts(total, balance * step.min_share / 100) < 0:
            detail = self.env._(
                "%(share)d%% of the balance, minimum %(minimum)d%%",
                share=100 * total / balance,
                minimum=step.min_share,
            )
            return "below_share", detail
        return None

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
        steps = {id(v.step): v.step for v in verdicts if v.step and v.when and v.step.kind != HANDOVER}
        cap_days = max((s.restraints.cap_days for s in steps.values() if s.restraints.has_cap), default=0)
        partner_ids = {v.item.partner_id for v in verdicts if id(v.step) in steps}
        contacts = {}
        if cap_days:
            contacts = self._read_contacts(company, day, cap_days, partner_ids, without)
        rest_days = max((step.min_interval for step in steps.values()), default=0)
        by_hand = self._read_last_by_hand(company, day, rest_days, partner_ids) if rest_days else {}
        quiet = {key for key, step in steps.items() if step.restraints.has_quiet_days}
        if not quiet and not contacts and not by_hand:
            return verdicts
        policy_ids = {step.restraints.policy_id for step in steps.values()}
        steps_by_policy = self.env["recovery.policy"].browse(policy_ids)._get_steps(company)
        free_days, details = {}, {}

        def get_free_day(restraints, partner_id, start):
            key = (restraints.policy_id, partner_id if partner_id in contacts else None, start)
            if key not in free_days:
                free_days[key] = first_free_day(restraints, start, contacts.get(partner_id, ()))
            return free_days[key]

        def get_rested(partner_id, start, step):
            contact = by_hand.get(partner_id)
            return max(start, contact + timedelta(days=step.min_interval)) if contact else start

        def put_off(verdict):
            restraints, item = verdict.step.restraints, verdict.item
            outcome = first_outcome(
                steps_by_policy[restraints.policy_id],
                item.due,
                verdict.reached,
                max(day, verdict.when),
                lambda start, step: get_free_day(restraints, item.partner_id, get_rested(item.partner_id, start, step)),
            )
            if verdict.code != DUE:
                return verdict._replace(when=outcome.when, step=outcome.step)
            if outcome.when == day:
                return verdict
            if get_rested(item.partner_id, day, verdict.step) > day:
                detail = self.env._("Contact of %s", format_date(self.env, by_hand[item.partner_id]))
                return verdict._replace(code="recent", detail=detail, when=outcome.when, step=outcome.step)
            key = (restraints.policy_id, get_free_day(restraints, item.partner_id, day))
            if key not in details:
                details[key] = self._explain_silence(restraints, day, key[1])
            code, detail = details[key]
            return verdict._replace(code=code, detail=detail, when=outcome.when, step=outcome.step)

        return [
            put_off(verdict)
            if verdict.when
            and id(verdict.step) in steps
            and (id(verdict.step) in quiet or verdict.item.partner_id in contacts or verdict.item.partner_id in by_hand)
            else verdict
            for verdict in verdicts
        ]

    @api.model
    def _explain_silence(self, restraints, day, free_day):
        """Return the code of a silence and the words that say what it is and when it ends."""
        name, quiet_end = get_quiet_end(restraints, day)
        if name:
            end = format_date(self.env, quiet_end)
            return "quiet", self.env._("%(period)s, until %(date)s", period=name, date=end)
        if name is not None:
            return "quiet", self.env._("Not a business day")
        return "capped", self.env._(
            "%(count)s contacts at most in %(days)s days: not before %(date)s",
            count=restraints.cap_contacts,
            days=restraints.cap_days,
            date=format_date(self.env, free_day),
        )

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
        start = day - timedelta(days=days + 1)  # days are local ones: one more, then each is looked at
        deliveries = Delivery.search_fetch(
            Domain("company_id", "=", company.root_id.id)
            & Domain("channel", "in", CONTACT_CHANNELS)
            & Domain("is_inbound", "=", False)
            & Domain("state", "not in", ("cancelled", "failed", "bounced"))
            & Domain("purpose", "!=", "correction")
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
        for notice, validated_on in self._read_unsent(company, day, partner_ids, without):
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
            & Domain.OR(Domain(f"notice_id.level_id.channel_{channel}", "=", True) for channel in WRITTEN_OR_CALLED)
        )
        if without:
            domain &= Domain("notice_id", "not in", without.ids)
        return self.env["recovery.notice.line"].sudo()._read_group(domain, ["notice_id"], ["claimed_on:max"])

    @api.model
    def _get_code_labels(self):
        return super()._get_code_labels() | {
            "below_share": self.env._("Below the level's share of the balance"),
            "capped": self.env._("Contacted often enough lately"),
            "quiet": self.env._("Quiet day"),
            "credit_hold": self.env._("Open credit to match first"),
        }

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
        history = self.env["recovery.ledger"]._read_payment_history(company, partners, day) if partners else {}
        tones = dict.fromkeys(oldest_by_debtor, NEUTRAL)
        return tones | {debtor: get_tone(history.get(debtor.partner_id.id)) for debtor in late}
