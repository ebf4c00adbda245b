from collections import defaultdict
from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from ..common.marks import takes_reason
from ..common.retention import CONTACTS, Retained
from ..common.roles import require_user
from ..common.sentence import Money, word
from .promise_check import decide, grace_end, spread

_lt = LazyTranslate(__name__)

DECIDED = ("kept", "partly", "broken")


class Reliability(NamedTuple):
    """What became of the promises of one debtor; amounts in their own currencies are not mixed, so only counts."""

    kept: int
    partly: int
    broken: int

    @property
    def ratio(self):
        """Return the share of promises kept, or None while none was due."""
        total = self.kept + self.partly + self.broken
        return self.kept / total if total else None


class RecoveryPromise(models.Model):
    """A promise of payment: it suspends the reminders of what it covers, then it is checked against the books.

    Reliability for a score: :meth:`_read_reliability` answers set-based for many debtors.
    """

    _name = "recovery.promise"
    _description = "Promise of payment"
    _retained = Retained(CONTACTS, "decided_on", ("note", "state_reason"))
    _inherit = ["recovery.agreement"]
    _check_rank = 10
    _hold_origin = "promise"
    _open_states = ("open",)
    _typed = ("note",)
    _moves = ("state", "date")

    amount = fields.Monetary(required=True, readonly=True)
    date = fields.Date("Promised for", required=True, readonly=True, index=True)
    given_on = fields.Date("Given on", required=True, readonly=True)
    given_by_id = fields.Many2one("res.partner", string="Given by", readonly=True, ondelete="set null")
    channel = fields.Selection(
        [
            ("call", "Phone call"),
            ("email", "E-mail"),
            ("letter", "Letter"),
            ("visit", "Visit"),
            ("other", "Other"),
        ],
        required=True,
        readonly=True,
        default="call",
    )
    note = fields.Text()
    grace_days = fields.Integer("Grace period (days)", readonly=True)
    deadline = fields.Date(
        "Checked after",
        readonly=True,
        index=True,
        help="The promised date and the grace period: money counts until then.",
    )
    state = fields.Selection(
        [
            ("open", "Pending"),
            ("kept", "Kept"),
            ("partly", "Partly kept"),
            ("broken", "Not kept"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="open",
        index=True,
        tracking=True,
    )
    state_reason = fields.Char("Reason", readonly=True)
    decided_on = fields.Date("Decided on", readonly=True)
    amount_expected = fields.Monetary(
        "To receive", readonly=True, help="The amount promised, less what has been credited since."
    )
    amount_received = fields.Monetary("Received in time", readonly=True)
    line_ids = fields.One2many("recovery.agreement.line", "promise_id", string="Instalments covered", readonly=True)
    hold_ids = fields.One2many("recovery.hold", "promise_id", readonly=True)
    replaces_id = fields.Many2one("recovery.promise", readonly=True, index="btree_not_null", ondelete="restrict")
    replaced_by_ids = fields.One2many("recovery.promise", "replaces_id", string="Replaced by", readonly=True)

    _amount_check = models.Constraint("CHECK(amount > 0)", "A promise must be for an amount above zero.")

    @api.depends("amount", "date", "currency_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for promise in self:
            promise.display_name = self.env._(
                "Promise of %(amount)s for %(date)s",
                amount=promise._format_amount(promise.amount),
                date=promise._format_date(promise.date),
            )

    def _word_name(self):
        """Return the name of a promise such that it may be kept for readers of other languages."""
        self.ensure_one()
        amount = Money(self.amount, self.currency_id.id)
        return word(self.env, _lt("Promise of %(amount)s for %(date)s", amount=amount, date=self.date))

    def _get_editable_fields(self):
        return super()._get_editable_fields() | {"note"}

    # ------------------------------------------------------------
    # Giving, renegotiating, cancelling
    # ------------------------------------------------------------
    @api.model
    def _give(self, debtor, day, amount, date, currency=None, lines=None, replaces=None, **vals):
        """Record a promise and suspend the reminders of what it covers until its date and grace.

        :param day: today, in the company.
        :param lines: the instalments chosen; by default the oldest ones up to the amount.
        :param replaces: the promise that this one renegotiates; it is cancelled if it still ran.
        :return: the promise.
        """
        require_user(self.env)
        debtor.ensure_one()
        debtor.check_access("write")
        company = debtor.company_id
        if date < day:
            raise UserError(self.env._("A promise must be for today or later."))
        if replaces:
            replaces.check_access("write")
            replaces._end_replaced(day)
        AgreementLine = self.env["recovery.agreement.line"]
        claims, currency = AgreementLine._choose_claims(debtor, day, currency, lines)
        if currency.compare_amounts(amount, 0) <= 0:
            raise UserError(self.env._("A promise must be for an amount above zero."))
        if not lines:
            claims = self._put_free_first(claims)
        *amounts, left = spread(amount, [claim.open for claim in claims], currency.decimal_places)
        if not currency.is_zero(left):
            raise UserError(
                self.env._(
                    "Only %(owed)s can be promised: it is what these instalments still owe, net of credits.",
                    owed=currency.format(amount - left),
                )
            )
        parts = [(claim, part) for claim, part in zip(claims, amounts, strict=True) if part]
        grace = company.recovery_promise_grace
        promise = self.sudo().create(
            {
                "debtor_id": debtor.id,
                "currency_id": currency.id,
                "amount": amount,
                "amount_expected": amount,
                "date": date,
                "given_on": day,
                "grace_days": grace,
                "deadline": grace_end(
                    date, grace, company.recovery_promise_grace_business, company.recovery_alsace_moselle
                ),
                "replaces_id": replaces.id if replaces else False,
                "line_ids": [fields.Command.create(vals) for vals in AgreementLine._prepare_lines(debtor, parts)],
                **vals,
            }
        )
        promise._suspend(day, promise._word_name(), promise.deadline)
        promise._trace("promise_given", lambda p: p.display_name)
        return promise.with_env(self.env)

    @api.model
    def _put_free_first(self, claims):
        """Return the instalments no promise covers yet before the others, oldest first."""
        promised = (
            self.env["recovery.agreement.line"]
            .sudo()
            .search([("line_id", "in", [claim.line_id for claim in claims]), ("promise_id.state", "=", "open")])
        )
        taken = set(promised.line_id.ids)
        return sorted(claims, key=lambda claim: claim.line_id in taken)

    def _end_replaced(self, day):
        """Cancel a running promise that another one replaces; one already decided keeps its state."""
        running = self.sudo().filtered(lambda promise: promise.state == "open")
        running._close("cancelled", day, self.env._("Renegotiated"))

    def action_renegotiate(self):
        """Open a new promise that replaces this one."""
        self.ensure_one()
        if self.state in ("kept", "cancelled"):
            raise UserError(self.env._("A promise that is kept or cancelled cannot be renegotiated: create a new one."))
        return self.debtor_id._open_agreement_wizard(
            "promise",
            replaces_id=self.id,
            amount=max(self.amount_expected - self.amount_received, 0.0),
            currency_id=self.currency_id.id,
            given_by_id=self.given_by_id.id,
        )

    def _get_ending(self):
        return "action_cancel", self.env._("Withdraw the promise")

    def action_cancel(self):
        """Ask why, then cancel: reminders go on."""
        return self.env["recovery.reason.wizard"]._open(self, "_cancel", self.env._("Cancel the promise"))

    @takes_reason
    def _cancel(self, reason):
        require_user(self.env)
        promises = self.sudo()
        if promises.filtered(lambda promise: promise.state != "open"):
            raise UserError(self.env._("Only an open promise can be cancelled."))
        for company, group in promises.grouped("company_id").items():
            group._close("cancelled", company._recovery_today(), reason)

    # ------------------------------------------------------------
    # Check
    # ------------------------------------------------------------
    @api.model
    def _check(self, company, day, partners=None):
        """Compare the promises with the money received, set-based.

        Open ones are all looked at. Where the books moved, those decided lately are too:
        a payment dated in time may be matched late, or be taken back by the bank.
        """
        promises = self.search(self._get_domain(company, ["open"], partners))
        if partners is not None:
            recent = self._get_domain(company, DECIDED, partners) + [("decided_on", ">=", day - timedelta(days=60))]
            promises |= self.search(recent)
        promises = promises.try_lock_for_update()
        if not promises:
            return
        promises.invalidate_recordset(["state"])
        progress = promises.line_ids._follow_promises()
        doubtful = promises.filtered(
            lambda p: p.deadline and p.deadline < day and self._decide(p, progress, day) in ("partly", "broken")
        )
        paper = doubtful.line_ids._read_paper(day)
        changes = defaultdict(self.browse)
        for promise in promises:
            waiting = sum(paper.get(line, 0.0) for line in promise.line_ids)
            state = self._decide(promise, progress, day, waiting)
            rows = [progress[line.id] for line in promise.line_ids]
            vals = {
                "amount_expected": promise.currency_id.round(sum(row.expected for row in rows)),
                "amount_received": promise.currency_id.round(sum(row.received for row in rows)),
            }
            if any(promise[name] != value for name, value in vals.items()):
                promise.write(vals)
            if state != promise.state:
                changes[state] |= promise
        for state, changed in changes.items():
            changed._apply(state, day)

    @api.model
    def _decide(self, promise, progress, day, waiting=0.0):
        rows = [progress[line.id] for line in promise.line_ids]
        return decide(rows, promise.deadline, day, waiting, promise.currency_id.decimal_places)

    def _apply(self, state, day):
        """Close promises as the books decided."""
        if state == "credited":
            self._close("cancelled", day, self.env._("Credited since: nothing remains to be received"))
        elif state == "kept":
            self._close("kept", day, self.env._("The money was received"))
        elif state == "open":
            self._reopen(day)
        else:
            self._break(state, day)

    def _close(self, state, day, reason):
        """End promises without alarm: kept or cancelled."""
        self.write({"state": state, "decided_on": day, "state_reason": reason})
        self._resume(day, reason)
        kind = "promise_kept" if state == "kept" else "promise_cancelled"
        label = self.env._("Promise kept") if state == "kept" else self.env._("Promise cancelled")
        self._trace(
            kind,
            lambda p: self.env._("%(label)s: %(promise)s", label=label, promise=p.display_name),
            lambda p: {**p._get_trace(), "received": p.amount_received, "reason": reason},
        )
        self._count_again()

    def _break(self, state, day):
        """Break promises that were not kept: reminders go on at the next step, the collector is told."""
        already = self.filtered(lambda promise: promise.state in ("partly", "broken"))
        self.write({"state": state, "decided_on": day, "state_reason": False})
        self._resume(day, self.env._("Promise not kept"))
        self._trace(
            "promise_broken",
            lambda p: p._get_broken_summary(),
            lambda p: {**p._get_trace(), "received": p.amount_received},
        )
        for promise in self - already:
            promise._alert("mail_activity_type_promise", day, promise._get_broken_summary(), promise.note)
        self._count_again()

    def _reopen(self, day):
        """Put promises back in force: the bank took the money back before the date, or a matching was undone."""
        self.write({"state": "open", "decided_on": False, "state_reason": False})
        for promise in self.filtered(lambda promise: promise.deadline and promise.deadline >= day):
            promise._suspend(day, promise._word_name(), promise.deadline)
        self._trace("promise_given", lambda p: self.env._("In force again: %s", p.display_name))
        self._count_again()

    def _get_broken_summary(self):
        self.ensure_one()
        if self.state == "partly":
            return self.env._(
                "Promise kept in part: %(received)s of %(amount)s received by %(date)s",
                received=self._format_amount(self.amount_received),
                amount=self._format_amount(self.amount_expected),
                date=self._format_date(self.deadline),
            )
        return self.env._(
            "Broken promise: %(amount)s for %(date)s",
            amount=self._format_amount(self.amount),
            date=self._format_date(self.date),
        )

    # ------------------------------------------------------------
    # Reliability
    # ------------------------------------------------------------
    @api.model
    def _read_reliability(self, debtors, date_from=None, date_to=None):
        """Return the :class:`Reliability` of each debtor that was due a promise, in one query.

        What a risk score asks: the factor "broken promises" of a right-hand room.

        :param date_from: first promised date that counts; None for all.
        """
        domain = [("debtor_id", "in", debtors.ids), ("state", "in", DECIDED)]
        if date_from:
            domain.append(("date", ">=", date_from))
        if date_to:
            domain.append(("date", "<=", date_to))
        counts = defaultdict(lambda: dict.fromkeys(DECIDED, 0))
        for debtor, state, count in self.sudo()._read_group(domain, ["debtor_id", "state"], ["__count"]):
            counts[debtor.id][state] = count
        return {debtor_id: Reliability(*(count[state] for state in DECIDED)) for debtor_id, count in counts.items()}

    def _count_again(self):
        """Keep the debtors' stored figures in step."""
        self.debtor_id._keep_reliability()
