import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.translate import LazyTranslate

from ..common import calendar
from ..common.equivalent import convert_totals
from ..common.marks import takes_reason
from ..common.own_values import without_defaults
from ..common.retention import CASES, Retained
from ..common.roles import MANAGER, require_user
from ..common.saying import say
from .promise_check import grace_end, spread

_lt = LazyTranslate(__name__)

EDITABLE_DRAFT = {
    "kind",
    "mediator_id",
    "talks_until",
    "amount_debtor",
    "amount_agreed",
    "date_due",
    "conditions",
    "attachment_ids",
    "signed_on",
}
_logger = logging.getLogger(__name__)


class RecoverySettlement(models.Model):
    """A mediation or an accord transactionnel (C. civ. 2044 ff): what each party gives up, and what came of it.

    When the agreed amount has been received, the part given up becomes a draft credit note.
    """

    _name = "recovery.settlement"
    _description = "Mediation or settlement"
    _retained = Retained(CASES, "ended_on", ("state_reason", "conditions"), ("attachment_ids",), stays=("name",))
    _numbered = {"name": "recovery.settlement"}
    _inherit = ["recovery.agreement", "recovery.decided"]
    _check_rank = 30
    _hold_origin = "settlement"
    _open_states = ("draft", "talks", "to_approve", "agreed")
    _typed = (
        "kind", "mediator_id", "talks_until", "amount_debtor", "amount_agreed", "date_due", "conditions",
        "attachment_ids", "signed_on",
    )  # fmt: skip
    _journal_words = {"agreed": _lt("Agreed"), "given up": _lt("Waived amount")}

    name = fields.Char("Number", readonly=True, copy=False, index="trigram")
    kind = fields.Selection(
        [("transaction", "Settlement (accord transactionnel)"), ("mediation", "Mediation")],
        required=True,
        default="transaction",
        tracking=True,
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("talks", "Negotiations in progress"),
            ("to_approve", "To approve"),
            ("agreed", "Agreed"),
            ("fulfilled", "Fulfilled"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        tracking=True,
    )
    state_reason = fields.Char("Reason", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company currency")
    line_ids = fields.One2many("recovery.agreement.line", "settlement_id", string="Instalments covered", readonly=True)
    hold_ids = fields.One2many("recovery.hold", "settlement_id", readonly=True)
    amount = fields.Monetary("Amount concerned", compute="_compute_amount", store=True)
    amount_debtor = fields.Monetary("Offered by the debtor")
    amount_agreed = fields.Monetary("Agreed", tracking=True)
    amount_waived = fields.Monetary("Waived amount", compute="_compute_amount", store=True)
    amount_received = fields.Monetary("Received", readonly=True)
    mediator_id = fields.Many2one("res.partner", ondelete="restrict")
    talks_from = fields.Date("Negotiations from", readonly=True)
    talks_until = fields.Date(
        "Negotiations until",
        help="Reminders stay suspended until then; without an agreement the negotiations have failed the day after.",
    )
    date_due = fields.Date("Payable by", tracking=True)
    deadline = fields.Date(
        "Checked after", readonly=True, index=True, help="The payment deadline and the grace period."
    )
    conditions = fields.Text(help="Reciprocal concessions, what each party does and by when, what happens otherwise.")
    agreed_on = fields.Date("Agreed on", readonly=True)
    signed_on = fields.Date("Signed on")
    ended_on = fields.Date("Ended on", readonly=True)
    decision_id = fields.Many2one("recovery.decision", readonly=True, index="btree_not_null")
    attachment_ids = fields.Many2many(
        "ir.attachment", "recovery_settlement_attachment_rel", "settlement_id", "attachment_id", string="Documents"
    )
    credit_note_ids = fields.Many2many(
        "account.move",
        "recovery_settlement_credit_note_rel",
        "settlement_id",
        "move_id",
        string="Credit notes",
        readonly=True,
    )

    _amounts_check = models.Constraint(
        "CHECK(COALESCE(amount_agreed, 0) >= 0 AND COALESCE(amount_debtor, 0) >= 0)", "Amounts cannot be negative."
    )

    @api.depends("line_ids.amount", "amount_agreed")
    def _compute_amount(self):
        for settlement in self:
            currency = settlement.currency_id
            settlement.amount = currency.round(sum(settlement.line_ids.mapped("amount")))
            settlement.amount_waived = currency.round(settlement.amount - settlement.amount_agreed)

    @api.depends("name", "debtor_id")
    def _compute_display_name(self):
        for settlement in self:
            settlement.display_name = f"{settlement.name or ''} – {settlement.debtor_id.display_name or ''}"

    def _get_editable_fields(self):
        editable = super()._get_editable_fields() | {"attachment_ids"}
        if not self.signed_on:
            editable |= {"signed_on"}
        return editable | EDITABLE_DRAFT if self.state in ("draft", "talks") else editable

    def write(self, vals):
        """Keep the files of a settlement that was signed: others may be added."""
        signed = self.filtered(lambda record: record._is_signed()) if "attachment_ids" in vals else self.browse()
        kept = {record: record.sudo().attachment_ids for record in signed}
        result = super().write(vals)
        if any(files - record.sudo().attachment_ids for record, files in kept.items()):
            raise UserError(self.env._("The files of a signed settlement cannot be removed: add another one instead."))
        return result

    def _is_signed(self):
        """Tell whether the parties have signed what was agreed."""
        return bool(self.signed_on) and self.state not in ("draft", "talks")

    def _get_trace(self):
        return {
            **super()._get_trace(),
            "agreed": self.amount_agreed or False,
            "given up": self.amount_waived if self.amount_agreed else False,
            "received": self.amount_received or False,
        }

    # ------------------------------------------------------------
    # Making
    # ------------------------------------------------------------
    @api.model
    def _make(self, debtor, day, kind, currency=None, lines=None, **vals):
        """Prepare a draft that covers these instalments, by default all that are overdue."""
        require_user(self.env)
        debtor.check_access("write")
        AgreementLine = self.env["recovery.agreement.line"]
        claims, currency = AgreementLine._choose_claims(debtor, day, currency, lines)
        if not lines:
            claims = [claim for claim in claims if claim.due < day] or claims
        if not claims:
            raise UserError(self.env._("%s owes nothing that could be settled.", debtor.display_name))
        parts = [(claim, claim.open) for claim in claims]
        settlement = self.sudo().create(
            {
                "name": self.env["ir.sequence"]
                .sudo()
                .with_company(debtor.company_id)
                .next_by_code("recovery.settlement"),
                "debtor_id": debtor.id,
                "kind": kind,
                "currency_id": currency.id,
                "line_ids": [fields.Command.create(v) for v in AgreementLine._prepare_lines(debtor, parts)],
                **vals,
            }
        )
        return settlement.with_env(self.env)

    def action_start_talks(self):
        """Suspend the reminders of what is negotiated, until the day by which the talks should end."""
        require_user(self.env)
        self.check_access("write")
        for settlement in self.sudo():
            day = settlement.company_id._recovery_today()
            if settlement.state != "draft":
                raise UserError(self.env._("%s is no longer a draft.", settlement.name))
            if not settlement.talks_until or settlement.talks_until < day:
                raise UserError(self.env._("Enter the future day until which the negotiations may last."))
            settlement.write({"state": "talks", "talks_from": day})
            self.env.flush_all()
            settlement._suspend(day, settlement._get_kind_label(), settlement.talks_until)
            settlement._trace("settlement_talks", lambda s: self.env._("Negotiations started: %s", s.name))

    def _get_kind_label(self):
        return dict(self._fields["kind"]._description_selection(self.env))[self.kind]

    # ------------------------------------------------------------
    # Agreeing
    # ------------------------------------------------------------
    def action_agree(self):
        """Put the settlement in force, once a manager has agreed to what is given up."""
        require_user(self.env)
        self.check_access("write")
        for settlement in self:
            settlement._propose(settlement.company_id._recovery_today())
        if waiting := self.filtered(lambda settlement: settlement.state == "to_approve"):
            names = ", ".join(waiting.mapped("name"))
            return say(self.env, self.env._("%s is waiting for a manager's approval.", names), kind="warning")
        names = ", ".join(self.mapped("name"))
        return say(
            self.env, self.env._("%s in force: no reminders for what it covers as long as it is honoured.", names)
        )

    def _propose(self, day):
        """Check what was agreed, then ask for the manager's approval of the waiver or put it in force.

        :param day: today, in the company.
        """
        self.ensure_one()
        settlement = self.sudo()
        if settlement.state not in ("draft", "talks"):
            raise UserError(self.env._("%s has already been agreed or has ended.", self.name))
        if settlement.currency_id.compare_amounts(settlement.amount_agreed, 0) <= 0 or settlement.amount_waived < 0:
            raise UserError(
                self.env._(
                    "The agreed amount must be between zero and the amount claimed (%s).",
                    self._format_amount(self.amount),
                )
            )
        if not settlement.date_due or settlement.date_due < day:
            raise UserError(self.env._("Enter the future day by which the agreed amount is payable."))
        if self._needs_approval(day) and not self.env.user.has_group(MANAGER):
            settlement.state = "to_approve"
            settlement.decision_id = self.env["recovery.decision"]._ask(
                "waiver",
                self,
                self.env._(
                    "%(name)s: %(amount)s waived for %(debtor)s",
                    name=self.name,
                    amount=self._format_amount(self.amount_waived),
                    debtor=self.debtor_id.display_name,
                ),
                settlement._get_trace(),
                settlement._get_waived_company(day),
                debtor=self.debtor_id,
            )
            return
        settlement._agree(day)

    def _get_waived_company(self, day):
        return convert_totals(self.company_id, day, [(self.currency_id, self.amount_waived)])

    def _needs_approval(self, day):
        """Tell whether what is given up exceeds what a user may give up alone."""
        self.ensure_one()
        waived = self._get_waived_company(day)
        return self.company_currency_id.compare_amounts(waived, self.company_id.recovery_waiver_limit) > 0

    def _on_decision(self, decision):
        """Put the settlement in force, or take it back, when the manager has answered."""
        for settlement in self.sudo().filtered(lambda settlement: settlement.state == "to_approve"):
            if decision.state == "granted":
                settlement._agree(settlement.company_id._recovery_today())
            else:
                bound = self.env["recovery.agreement.line"]._search_bound(settlement.line_ids.line_id.ids)
                talks = settlement.talks_until and settlement.talks_from and not bound
                settlement.write({"state": "talks" if talks else "draft", "state_reason": decision.answer_reason})

    def _agree(self, day):
        """Freeze what is owed, suspend its reminders and wait for the money."""
        company = self.company_id
        self._freeze(day)
        deadline = grace_end(
            self.date_due,
            company.recovery_promise_grace,
            company.recovery_promise_grace_business,
            company.recovery_alsace_moselle,
        )
        self._resume(day, self.env._("Agreement reached"))
        self.write({"state": "agreed", "agreed_on": day, "deadline": deadline, "state_reason": False})
        self.env.flush_all()  # one agreement per instalment: the unique index speaks now
        self._suspend(day, self._get_kind_label())
        promises = self.env["recovery.promise"].search(
            [("state", "=", "open"), ("line_ids.line_id", "in", self.line_ids.line_id.ids)]
        )
        if promises:
            promises._close("cancelled", day, self.env._("Replaced by %s", self.name))
        self._trace(
            "settlement_agreed",
            lambda s: self.env._(
                "%(name)s agreed: %(agreed)s payable by %(date)s, %(waived)s waived",
                name=s.name,
                agreed=s._format_amount(s.amount_agreed),
                date=s._format_date(s.date_due),
                waived=s._format_amount(s.amount_waived),
            ),
        )

    def _freeze(self, day):
        """Take the picture of the instalments again: what was paid during the talks is no part of the agreement."""
        AgreementLine = self.env["recovery.agreement.line"]
        claims = AgreementLine._read_claims(self.company_id, self.debtor_id.partner_id, day)
        by_line = {claim.line_id: claim for claim in claims[self.debtor_id.partner_id.id]}
        mine = [by_line[line.line_id.id] for line in self.line_ids if line.line_id.id in by_line]
        owed = self.currency_id.round(sum(claim.open for claim in mine))
        if self.currency_id.compare_amounts(owed, self.amount):
            raise UserError(
                self.env._(
                    "What is covered now owes %(owed)s, no longer %(amount)s: cancel the settlement and create it "
                    "again.",
                    owed=self._format_amount(owed),
                    amount=self._format_amount(self.amount),
                )
            )
        for vals in AgreementLine._prepare_lines(self.debtor_id, [(claim, claim.open) for claim in mine]):
            line = self.line_ids.filtered(lambda row, vals=vals: row.line_id.id == vals["line_id"])
            line.write(vals)

    # ------------------------------------------------------------
    # Ends
    # ------------------------------------------------------------
    def _get_ending(self):
        return "action_cancel", self.env._("Cancel the settlement")

    def action_cancel(self):
        """Ask why, then cancel: reminders go on."""
        return self.env["recovery.reason.wizard"]._open(self, "_cancel", self.env._("Cancel the settlement"))

    @takes_reason
    def _cancel(self, reason):
        require_user(self.env)
        settlements = self.sudo()
        if settlements.filtered(lambda s: s.state in ("fulfilled", "failed", "cancelled")):
            raise UserError(self.env._("This settlement has already ended."))
        settlements.decision_id._withdraw_question()
        for company, group in settlements.grouped("company_id").items():
            group._fail("cancelled", company._recovery_today(), reason)

    def _fail(self, state, day, reason):
        """End settlements without result: the whole debt is claimed again."""
        if not self:
            return
        self.write({"state": state, "ended_on": day, "state_reason": reason})
        self._resume(day, reason)
        self._trace(
            "settlement_failed",
            lambda s: self.env._("%(name)s ended: %(reason)s", name=s.name, reason=reason),
            lambda s: {**s._get_trace(), "reason": reason},
        )

    @api.model
    def _check(self, company, day, partners=None):
        """Compare what was agreed with the money received since; end the talks that lasted too long."""
        settlements = self.search(self._get_domain(company, ["talks", "agreed"], partners)).try_lock_for_update()
        settlements.invalidate_recordset(["state"])
        over = settlements.filtered(lambda s: s.state == "talks" and s.talks_until and s.talks_until < day)
        self._end_with_alert(over, day, self.env._("The negotiations ended without an agreement"))
        agreed = settlements.filtered(lambda s: s.state == "agreed")
        since = agreed.line_ids._read_since()
        done = late = self.browse()
        for settlement in agreed:
            received = settlement.currency_id.round(
                sum(amount for line in settlement.line_ids for _day, amount in since[line][0])
            )
            if received != settlement.amount_received:
                settlement.amount_received = received
            missing = settlement.currency_id.round(settlement.amount_agreed - received)
            if missing <= 0:
                done |= settlement
            elif not settlement.deadline or settlement.deadline >= day:
                continue
            elif missing > sum(settlement.line_ids._read_paper(day).values()):
                late |= settlement
        self._end_with_alert(late, day, self.env._("The agreed amount was not received in time"))
        done._fulfil(day)
        self._release_credited(company, day, partners)

    @api.model
    def _end_with_alert(self, settlements, day, reason):
        settlements._fail("failed", day, reason)
        for settlement in settlements:
            summary = self.env._("%(name)s: %(reason)s", name=settlement.name, reason=reason)
            settlement._alert("mail_activity_type_plan", day, summary)

    @api.model
    def _release_credited(self, company, day, partners):
        """End the suspensions of fulfilled settlements once the credit note has settled the invoices."""
        fulfilled = self.search(
            [*self._get_domain(company, ["fulfilled"], partners), ("ended_on", ">=", day - timedelta(days=365))]
        )
        waiting = fulfilled.filtered(lambda s: s.hold_ids.filtered(lambda hold: not hold.released_on))
        waiting.filtered(lambda s: not any(s.line_ids.line_id.mapped("recovery_is_open")))._resume(
            day, self.env._("The credit note is posted")
        )

    # ------------------------------------------------------------
    # The credit notes of a fulfilled settlement
    # ------------------------------------------------------------
    def _fulfil(self, day):
        if not self:
            return
        self.write({"state": "fulfilled", "ended_on": day})
        self._trace(
            "settlement_fulfilled",
            lambda s: self.env._(
                "%(name)s fulfilled: %(amount)s received", name=s.name, amount=s._format_amount(s.amount_received)
            ),
        )
        for settlement in self:
            try:
                with self.env.cr.savepoint():
                    settlement._draft_credit_notes(day)
                summary = self.env._("Post the credit note of %s", settlement.name)
            except psycopg2.OperationalError:
                raise
            except Exception as error:
                _logger.warning("Credit note of settlement %s failed", settlement.id, exc_info=True)
                summary = self.env._(
                    "Create the credit note of %(name)s: %(error)s", name=settlement.name, error=str(error)[:150]
                )
            if settlement.currency_id.compare_amounts(settlement.amount_waived, 0) > 0:
                settlement.activity_schedule(
                    "debt_recovery.mail_activity_type_plan",
                    date_deadline=calendar.next_business_day(day, settlement.company_id.recovery_alsace_moselle),
                    user_id=settlement._recovery_get_responsible().id,
                    summary=summary,
                )

    def action_draft_credit_notes(self):
        """Make the draft credit notes of a fulfilled settlement that has none."""
        require_user(self.env)
        self.ensure_one()
        self.check_access("write")
        settlement = self.sudo()
        if settlement.state != "fulfilled":
            raise UserError(self.env._("The credit note is created once the agreed amount has been received."))
        settlement._draft_credit_notes(settlement.company_id._recovery_today())
        return self.action_view_credit_notes()

    def action_view_credit_notes(self):
        """Open the credit notes."""
        return self.credit_note_ids._get_records_action(name=self.env._("Credit notes"))

    def _draft_credit_notes(self, day):
        """Create one draft credit note per invoice, for what is still open of it, up to what was given up."""
        self.ensure_one()
        if self.credit_note_ids.filtered(lambda note: note.state != "cancel"):
            raise UserError(self.env._("The credit note of %s already exists.", self.name))
        since = self.line_ids._read_since()
        credited = sum(other for _money, other in since.values())
        places = self.currency_id.decimal_places
        lines = self.line_ids.line_id.sorted(lambda line: (line.date_maturity or line.date, line.id))
        owed = [max(line.recovery_residual, 0.0) for line in lines]
        *parts, _left = spread(round(self.amount_waived - credited, places), owed, places)
        amounts = {}
        for line, part in zip(lines, parts, strict=True):
            if part:
                amounts[line.move_id] = round(amounts.get(line.move_id, 0.0) + part, places)
        notes = self.env["account.move"]
        for move, amount in amounts.items():
            notes |= self._draft_credit_note(move, amount, day)
        self.credit_note_ids = [Command.set((self.credit_note_ids | notes).ids)]

    def _draft_credit_note(self, move, amount, day):
        """Reverse an invoice by core's mechanics, in draft, then bring the credit note down to the amount."""
        note = without_defaults(move.with_company(move.company_id))._reverse_moves(
            [
                {
                    "date": day,
                    "invoice_date": day,
                    "invoice_date_due": day,
                    "invoice_payment_term_id": False,
                    "invoice_origin": self.name,
                    "ref": self.with_context(lang=move.partner_id.lang).env._(
                        "%(settlement)s, invoice %(invoice)s", settlement=self.name, invoice=move.name
                    ),
                }
            ],
            cancel=False,
        )
        if move.currency_id.compare_amounts(amount, note.amount_total) < 0:
            self._lower(note, amount)
        return note

    def _lower(self, note, amount):
        """Bring each line down in proportion; the cents left by rounding go to the largest line, then to its tax."""
        currency, ratio = note.currency_id, amount / note.amount_total
        products = note.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        commands = []
        for line in products:
            included = any(line.tax_ids.flatten_taxes_hierarchy().mapped("price_include"))
            price = currency.round((line.price_total if included else line.price_subtotal) * ratio)
            commands.append(Command.update(line.id, {"quantity": 1, "discount": 0, "price_unit": price}))
        note.write({"invoice_line_ids": commands})
        largest = max(products, key=lambda line: line.price_total)
        difference = currency.round(amount - note.amount_total)
        if difference and largest.price_subtotal:
            net = currency.round(difference * largest.price_subtotal / largest.price_total)
            if net:
                note.write({"invoice_line_ids": [Command.update(largest.id, {"price_unit": largest.price_unit + net})]})
        difference = currency.round(amount - note.amount_total)
        tax = note.line_ids.filtered("tax_line_id").sorted(lambda line: -abs(line.amount_currency))[:1]
        if difference and tax:
            note.write({"line_ids": [Command.update(tax.id, {"amount_currency": tax.amount_currency + difference})]})
