import logging
from datetime import timedelta

import psycopg2
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.misc import formatLang
from odoo.tools.translate import LazyTranslate

from ..common.calendar import shift
from ..common.equivalent import convert_totals, say_equivalent
from ..common.formatting import format_day, format_place_and_day, name_file
from ..common.marks import takes_reason
from ..common.retention import CASES, Retained
from ..common.roles import MANAGER, require_user
from ..common.saying import say
from ..common.sentence import word
from .plan_schedule import PlanDate, count_months, fill, missing_on

_lt = LazyTranslate(__name__)

EDITABLE_DRAFT = {
    "line_date_ids",
    "days_late",
    "remind_days",
    "breach_notice",
    "has_acknowledgement",
    "acknowledgement_text",
    "has_acceleration",
    "acceleration_text",
    "addressee_id",
    "note",
}
_logger = logging.getLogger(__name__)


class RecoveryPaymentPlan(models.Model):
    """A payment plan (échéancier): the dates agreed to pay instalments that keep their own due dates.

    A plan of one date is a simple postponement (report d'échéance). Nothing is added for a
    consumer; interest agreed with a professional is a date of its own.
    """

    _name = "recovery.payment.plan"
    _description = "Payment plan"
    _retained = Retained(
        CASES,
        "ended_on",
        ("state_reason", "acknowledgement_text", "acceleration_text", "note", "signatory_name"),
        ("document_id", "signed_document_id"),
        stays=("name", "lang", "sha256", "signed_sha256"),
    )
    _numbered = {"name": "recovery.payment.plan"}
    _digested = {"document_id": "sha256", "signed_document_id": "signed_sha256"}
    _inherit = ["recovery.agreement", "recovery.decided"]
    _check_rank = 20
    _hold_origin = "plan"
    _open_states = ("draft", "to_approve", "proposed", "running")
    _typed = (
        "note", "line_date_ids", "days_late", "remind_days", "breach_notice", "has_acknowledgement",
        "acknowledgement_text", "has_acceleration", "acceleration_text", "addressee_id",
    )  # fmt: skip

    name = fields.Char("Number", readonly=True, copy=False, index="trigram")
    partner_id = fields.Many2one(related="debtor_id.partner_id")
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company currency")
    nature = fields.Selection(related="debtor_id.nature")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("to_approve", "To approve"),
            ("proposed", "To sign"),
            ("running", "Signed"),
            ("fulfilled", "Fulfilled"),
            ("broken", "Broken"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        tracking=True,
    )
    state_reason = fields.Char("Reason", readonly=True)
    addressee_id = fields.Many2one("res.partner", string="Signed by", ondelete="restrict")
    line_ids = fields.One2many("recovery.agreement.line", "plan_id", string="Instalments covered", readonly=True)
    line_date_ids = fields.One2many("recovery.payment.plan.line", "plan_id", string="Dates and amounts", copy=False)
    hold_ids = fields.One2many("recovery.hold", "plan_id", readonly=True)
    amount = fields.Monetary("Covered", compute="_compute_amount", store=True)
    amount_dates = fields.Monetary("Total of the instalments", compute="_compute_amounts")
    amount_interest = fields.Monetary("Agreed interest", compute="_compute_amounts")
    amount_company = fields.Monetary(
        "Covered (company currency)",
        currency_field="company_currency_id",
        compute="_compute_amount_company",
        help="At the rate of the day on which it was proposed; at today's rate while it is a draft.",
    )
    equivalent = fields.Char(compute="_compute_amount_company")
    amount_received = fields.Monetary("Received", compute="_compute_amounts")
    amount_remaining = fields.Monetary("Remaining", compute="_compute_amounts")
    month_count = fields.Integer("Months", compute="_compute_amounts")
    is_postponement = fields.Boolean("Single deferral", compute="_compute_amounts")
    next_date = fields.Date("Next date", readonly=True, index=True, help="The first instalment not paid in full.")
    days_late = fields.Integer(
        "Days late that break it", help="This number of days late on any one instalment breaks the plan, with notice."
    )
    remind_days = fields.Integer("Reminder before each instalment (days)", help="Zero: no reminder.")
    breach_notice = fields.Selection(
        selection=lambda self: (
            self.env["res.company"]._fields["recovery_plan_breach_notice"]._description_selection(self.env)
        ),
        string="Notice when broken",
        required=True,
        default="email",
    )
    has_acknowledgement = fields.Boolean(
        "Acknowledgement of debt",
        default=True,
        help="The debtor acknowledges the debt in writing: this interrupts the limitation period (C. civ. 2240).",
    )
    acknowledgement_text = fields.Text("Wording of the acknowledgement")
    has_acceleration = fields.Boolean(
        "Acceleration clause",
        default=True,
        help="Déchéance du terme: no law provides for it, so it must be written into the agreement.",
    )
    acceleration_text = fields.Text("Wording of the acceleration clause")
    note = fields.Text("Internal note")
    proposed_on = fields.Date("Proposed on", readonly=True)
    signed_on = fields.Date("Signed on", readonly=True, tracking=True)
    signatory_name = fields.Char("Signed by (name)", readonly=True)
    broken_on = fields.Date("Broken on", readonly=True)
    ended_on = fields.Date("Ended on", readonly=True)
    decision_id = fields.Many2one("recovery.decision", readonly=True, index="btree_not_null")
    lang = fields.Char("Language", readonly=True)
    document_id = fields.Many2one("ir.attachment", string="Agreement printed", readonly=True, ondelete="restrict")
    sha256 = fields.Char("SHA-256 of the agreement", readonly=True)
    signed_document_id = fields.Many2one("ir.attachment", string="Signed copy", readonly=True, ondelete="restrict")
    signed_sha256 = fields.Char("SHA-256 of the signed copy", readonly=True)
    delivery_ids = fields.One2many("recovery.delivery", "plan_id", readonly=True)

    _days_check = models.Constraint("CHECK(days_late >= 0 AND remind_days >= 0)", "Days cannot be negative.")

    @api.depends("name", "debtor_id")
    def _compute_display_name(self):
        for plan in self:
            plan.display_name = f"{plan.name or ''} – {plan.debtor_id.display_name or ''}"

    @api.depends("line_ids.amount")
    def _compute_amount(self):
        for plan in self:
            plan.amount = plan.currency_id.round(sum(plan.line_ids.mapped("amount")))

    @api.depends("amount", "currency_id", "proposed_on")
    @api.depends_context("lang")
    def _compute_amount_company(self):
        for plan in self:
            day = plan.proposed_on or plan.company_id._recovery_today()
            totals = [(plan.currency_id, plan.amount)]
            plan.amount_company = convert_totals(plan.company_id, day, totals)
            plan.equivalent = say_equivalent(plan.env, plan.company_id, day, totals)

    @api.depends("line_date_ids.amount", "line_date_ids.received", "line_date_ids.amount_now", "line_date_ids.due")
    def _compute_amounts(self):
        for plan in self:
            dates = plan.line_date_ids
            principal = dates.filtered(lambda row: row.kind != "interest")
            plan.amount_dates = plan.currency_id.round(sum(principal.mapped("amount")))
            plan.amount_interest = plan.currency_id.round(sum((dates - principal).mapped("amount")))
            plan.amount_received = plan.currency_id.round(sum(dates.mapped("received")))
            plan.amount_remaining = plan.currency_id.round(sum(dates.mapped("remaining")))
            days = [day for day in dates.mapped("due") if day]
            plan.month_count = count_months(min(days), max(days)) if days else 0
            plan.is_postponement = len(dates) == 1

    @api.constrains("line_date_ids", "debtor_id")
    def _check_interest(self):
        for plan in self:
            if plan.debtor_id.nature == "consumer" and plan.line_date_ids.filtered(lambda row: row.kind == "interest"):
                raise ValidationError(
                    self.env._(
                        "%s is a consumer: neither interest nor costs may be added to a payment plan. Remove them.",
                        plan.debtor_id.display_name,
                    )
                )

    def _get_editable_fields(self):
        editable = super()._get_editable_fields() | {"note"}
        return editable | EDITABLE_DRAFT if self.state == "draft" else editable

    def _get_trace(self):
        return {**super()._get_trace(), "sha256": self.sha256, "received": self.amount_received or False}

    def _get_broken_summary(self):
        self.ensure_one()
        return self.env._(
            "Payment plan %(name)s broken: %(amount)s remaining",
            name=self.name,
            amount=self._format_amount(self.amount_remaining),
        )

    # ------------------------------------------------------------
    # Making a plan
    # ------------------------------------------------------------
    @api.model
    def _make(self, debtor, day, dates, currency=None, lines=None, plan=None, interest=None, **vals):
        """Prepare a draft plan, or prepare it again.

        :param dates: function from (amount covered, currency) to ``[(kind, date, amount)]``.
        :param lines: the instalments chosen; by default all that are overdue.
        :param plan: the draft to prepare again.
        :param interest: ``(date, amount)`` of the agreed interest.
        :return: the plan.
        """
        require_user(self.env)
        (plan.debtor_id if plan else debtor).check_access("write")
        AgreementLine = self.env["recovery.agreement.line"]
        claims, currency = AgreementLine._choose_claims(debtor, day, currency, lines)
        if not lines:
            claims = [claim for claim in claims if claim.due < day] or claims
        if not claims:
            raise UserError(self.env._("%s owes nothing that a payment plan could cover.", debtor.display_name))
        total = currency.round(sum(claim.open for claim in claims))
        rows = list(dates(total, currency))
        if interest and interest[1]:
            rows.append(("interest", *interest))
        values = {
            "currency_id": currency.id,
            "line_ids": [
                fields.Command.clear(),
                *(
                    fields.Command.create(line_vals)
                    for line_vals in AgreementLine._prepare_lines(debtor, [(claim, claim.open) for claim in claims])
                ),
            ],
            "line_date_ids": [
                fields.Command.clear(),
                *(fields.Command.create({"kind": kind, "due": due, "amount": amount}) for kind, due, amount in rows),
            ],
            **vals,
        }
        if plan:
            plan.sudo().write(values)
            return plan
        company, addressee = debtor.company_id, debtor._get_addressee()
        lang = debtor._get_language(addressee)
        acknowledgement, acceleration = self._get_default_clauses(lang)
        plan = self.sudo().create(
            {
                "debtor_id": debtor.id,
                "addressee_id": addressee.id,
                "lang": lang,
                "acknowledgement_text": acknowledgement,
                "acceleration_text": acceleration,
                "days_late": company.recovery_plan_days_late,
                "remind_days": company.recovery_plan_remind_days,
                "breach_notice": company.recovery_plan_breach_notice,
                **values,
            }
        )
        plan.name = self.env["ir.sequence"].with_company(company).sudo().next_by_code("recovery.payment.plan")
        return plan.with_env(self.env)

    @api.model
    def _get_default_clauses(self, lang):
        """Return the wording of both clauses in the debtor's language; it can be edited on each plan."""
        env = self.with_context(lang=lang).env
        return (
            env._(
                "The debtor acknowledges owing the creditor the whole amount covered by this agreement, as detailed"
                " in the table of invoices. This acknowledgement interrupts the limitation period (article 2240 of"
                " the Code civil)."
            ),
            env._(
                "Should one of the instalments of this agreement not be paid in full within the grace period "
                "stated in it, the debtor loses the benefit of the time granted (déchéance du terme): the entire "
                "balance becomes payable at once, with no further formality than the creditor's notice to that "
                "effect, and the creditor regains its freedom to act."
            ),
        )

    # ------------------------------------------------------------
    # Proposing
    # ------------------------------------------------------------
    def action_propose(self):
        """Print the agreement to sign, once a manager has agreed if the plan is large or long."""
        require_user(self.env)
        self.check_access("write")
        for plan in self:
            plan._propose(plan.company_id._recovery_today())
        if waiting := self.filtered(lambda plan: plan.state == "to_approve"):
            names = ", ".join(waiting.mapped("name"))
            return say(self.env, self.env._("%s is waiting for a manager's approval.", names), kind="warning")
        return say(self.env, self.env._("Agreement prepared: print it, have it signed, then record the signature."))

    def _propose(self, day):
        """Propose a draft: approval first above the company's limits, then the agreement is printed.

        :param day: today, in the company.
        """
        self.ensure_one()
        if self.state != "draft":
            raise UserError(self.env._("%s is no longer a draft.", self.display_name))
        self._check_totals(day)
        plan = self.sudo()
        plan.proposed_on = day
        reasons = self._get_approval_reasons()
        if reasons and not self.env.user.has_group(MANAGER):
            plan.state = "to_approve"
            plan.decision_id = self.env["recovery.decision"]._ask(
                "plan",
                self,
                self.env._("Payment plan %(name)s for %(debtor)s", name=self.name, debtor=self.debtor_id.display_name),
                {**self._get_trace(), "reason": ", ".join(reasons)},
                self.amount_company,
                debtor=self.debtor_id,
            )
            return
        plan._print_agreement(day)

    def _check_totals(self, day):
        """Refuse a plan whose dates do not add up to what its invoices owe today."""
        if not self.line_date_ids.filtered(lambda row: row.kind != "interest"):
            raise UserError(self.env._("A payment plan has at least one instalment."))
        if min(self.line_date_ids.mapped("due")) < day:
            raise UserError(self.env._("An instalment date of the plan has already passed: change it."))
        self._check_interest()
        claims, _currency = self.env["recovery.agreement.line"]._choose_claims(
            self.debtor_id, day, self.currency_id, self.line_ids.line_id
        )
        owed = self.currency_id.round(sum(claim.open for claim in claims))
        if self.currency_id.compare_amounts(owed, self.amount):
            raise UserError(
                self.env._(
                    "The invoices covered now owe %(owed)s, no longer %(amount)s: recalculate the schedule.",
                    owed=self._format_amount(owed),
                    amount=self._format_amount(self.amount),
                )
            )
        if self.currency_id.compare_amounts(self.amount_dates, self.amount):
            raise UserError(
                self.env._(
                    "The instalments add up to %(dates)s, the invoices covered to %(amount)s: correct the instalments.",
                    dates=self._format_amount(self.amount_dates),
                    amount=self._format_amount(self.amount),
                )
            )

    def _get_approval_reasons(self):
        """Return which of the company's limits the plan goes beyond."""
        self.ensure_one()
        company = self.company_id
        reasons = []
        limit = company.recovery_plan_amount_limit
        if limit and company.currency_id.compare_amounts(self.amount_company, limit) > 0:
            reasons.append(self.env._("more than %s", company.currency_id.format(limit)))
        if company.recovery_plan_months_limit and self.month_count > company.recovery_plan_months_limit:
            reasons.append(self.env._("longer than %s months", company.recovery_plan_months_limit))
        return reasons

    def _on_decision(self, decision):
        """Print the agreement, or go back to the draft, when the manager has answered."""
        for plan in self.sudo().filtered(lambda plan: plan.state == "to_approve"):
            if decision.state == "granted":
                plan._print_agreement(plan.company_id._recovery_today())
            else:
                plan.write({"state": "draft", "state_reason": decision.answer_reason})

    def _print_agreement(self, day):
        """Print the agreement and keep it as it leaves."""
        for plan in self:
            plan.write({"state": "proposed", "proposed_on": day, "state_reason": False})
            document = self.env["recovery.sender"]._create_documents(
                [(plan, plan._get_file_name(), plan._render_agreement())]
            )
            plan.write({"document_id": document.id, "sha256": document._recovery_digest()})
        self._trace(
            "plan_proposed", lambda plan: self.env._("Payment plan %s: agreement prepared, to be signed", plan.name)
        )

    def action_open_agreement(self):
        """Open the agreement exactly as it was printed."""
        self.ensure_one()
        if not self.document_id:
            raise UserError(self.env._("The agreement is printed when the plan is proposed."))
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.document_id.id}?download=true",
            "target": "download",
        }

    def action_reschedule(self):
        """Open the window that works the draft's schedule out again."""
        self.ensure_one()
        if self.state != "draft":
            raise UserError(self.env._("%s is no longer a draft.", self.display_name))
        return self.debtor_id._open_agreement_wizard(
            "plan",
            plan_id=self.id,
            currency_id=self.currency_id.id,
            line_ids=[fields.Command.set(self.line_ids.line_id.ids)],
        )

    def action_back_to_draft(self):
        """Take back what was not signed, to change it."""
        require_user(self.env)
        self.check_access("write")
        plans = self.sudo()
        if plans.filtered(lambda plan: plan.state not in ("to_approve", "proposed")):
            raise UserError(self.env._("Only a plan that is not signed yet can be reset to draft."))
        plans.decision_id._withdraw_question()
        plans.write({"state": "draft", "document_id": False, "sha256": False})

    # ------------------------------------------------------------
    # Signature
    # ------------------------------------------------------------
    def action_sign(self):
        """Open the window that records the signature and the signed copy."""
        self.ensure_one()
        if self.state != "proposed":
            raise UserError(self.env._("Only a proposed plan can be signed."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Signature of %s", self.name),
            "res_model": "recovery.plan.sign.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_plan_id": self.id},
        }

    def _sign(self, day, signed_on, signatory=None, document=None):
        """Put a proposed plan in force: its instalments leave the reminders, what is received fills its dates.

        :param day: today, in the company.
        :param signed_on: the date on the paper, not after today.
        :param document: ``ir.attachment`` of the signed copy.
        """
        require_user(self.env)
        self.ensure_one()
        self.check_access("write")
        plan = self.sudo()
        if plan.state != "proposed":
            raise UserError(self.env._("Only a proposed plan can be signed."))
        if signed_on > day or signed_on < plan.proposed_on:
            raise UserError(
                self.env._(
                    "The signature must be dated between the day the agreement was printed (%s) and today.",
                    self._format_date(plan.proposed_on),
                )
            )
        plan._freeze_at_signature(signed_on)
        plan._end_promises(day)
        vals = {"state": "running", "signed_on": signed_on, "signatory_name": signatory or plan.addressee_id.name}
        if document:
            vals |= {
                "signed_document_id": document.id,
                "signed_sha256": document._recovery_digest(),
            }
        plan.write(vals)
        self.env.flush_all()  # one plan per instalment: the unique index speaks now
        plan._suspend(day, word(self.env, _lt("Payment plan %s", plan.name)))
        plan._trace(
            "plan_signed",
            lambda p: self.env._("Payment plan %s signed", p.name),
            lambda p: {**p._get_trace(), "sha256": p.signed_sha256},
        )
        plan._check(plan.company_id, day, plan.debtor_id.partner_id)

    def _freeze_at_signature(self, signed_on):
        """Note the money that came between the printing and the signature: it fills no date, it lowers the last."""
        since = self.line_ids._read_since()
        for line, (money, _other) in since.items():
            lost = sum(amount for day, amount in money if day < signed_on)
            if lost:
                line.amount_lost = min(lost, line.amount)

    def _end_promises(self, day):
        """Cancel the promises on what the plan covers: it replaces them."""
        promises = self.env["recovery.promise"].search(
            [("state", "=", "open"), ("line_ids.line_id", "in", self.line_ids.line_id.ids)]
        )
        if promises:
            promises._close("cancelled", day, self.env._("Replaced by %s", self.name))

    # ------------------------------------------------------------
    # Cancelling
    # ------------------------------------------------------------
    def _get_ending(self):
        return "action_cancel", self.env._("Cancel the payment plan")

    def action_cancel(self):
        """Ask why, then cancel: reminders go on."""
        return self.env["recovery.reason.wizard"]._open(self, "_cancel", self.env._("Cancel the payment plan"))

    @takes_reason
    def _cancel(self, reason):
        require_user(self.env)
        plans = self.sudo()
        if plans.filtered(lambda plan: plan.state in ("fulfilled", "broken", "cancelled")):
            raise UserError(self.env._("This plan has already ended."))
        plans.decision_id._withdraw_question()
        for company, group in plans.grouped("company_id").items():
            group._end("cancelled", company._recovery_today(), reason)

    def action_break(self):
        """Ask why, then end a running plan as broken without waiting for its dates."""
        return self.env["recovery.reason.wizard"]._open(self, "_break_by_hand", self.env._("The plan is broken"))

    @takes_reason
    def _break_by_hand(self, reason):
        require_user(self.env)
        plans = self.sudo()
        if plans.filtered(lambda plan: plan.state != "running"):
            raise UserError(self.env._("Only a signed plan can be broken."))
        for company, group in plans.grouped("company_id").items():
            group._break(company._recovery_today(), reason)

    # ------------------------------------------------------------
    # What the books make of a plan: fulfilled, or broken with notice
    # ------------------------------------------------------------
    @api.model
    def _check(self, company, day, partners=None):
        """Fill the dates of the running plans with the money received since, set-based, and judge them.

        Where the books moved, plans fulfilled lately are looked at too: the bank may take a
        payment back.
        """
        plans = self.search(self._get_domain(company, ["running"], partners))
        if partners is not None:
            recent = self._get_domain(company, ["fulfilled"], partners) + [("ended_on", ">=", day - timedelta(days=60))]
            plans |= self.search(recent)
        plans = plans.try_lock_for_update()
        if not plans:
            return
        plans.invalidate_recordset(["state"])
        missing = plans._fill_dates(day)
        late = plans.filtered(lambda plan: missing[plan] > 0)
        paper = late.line_ids._read_paper(day)
        broken = late.filtered(
            lambda plan: plan.currency_id.compare_amounts(sum(paper[line] for line in plan.line_ids), missing[plan]) < 0
        )
        open_again = plans.filtered(lambda plan: plan.state == "fulfilled" and plan.amount_remaining > 0)
        done = (plans - broken).filtered(lambda plan: plan.state == "running" and plan.amount_remaining <= 0)
        replaced = open_again - open_again._run_again(day)
        done._finish(day)
        (broken - replaced)._break(day)
        (plans - broken - done - replaced)._remind(day)

    def _fill_dates(self, day):
        """Store what was received on each date; return per plan what is missing from dates late for too long."""
        since = self.line_ids._read_since()
        missing = {}
        for plan in self:
            places = plan.currency_id.decimal_places
            money, reduction = [], 0.0
            for line in plan.line_ids:
                pieces, settled_otherwise = since[line]
                money += pieces
                reduction += settled_otherwise
            rows = plan.line_date_ids.filtered(lambda row: row.kind != "interest")
            dates = [PlanDate(row.id, row.due, row.amount) for row in rows]
            filled, _surplus = fill(dates, money, round(reduction, places), places)
            for row in rows:
                plan._store_date(row, filled[row.id].amount, filled[row.id].received, filled[row.id].paid_on)
            for row in plan.line_date_ids - rows:
                plan._fill_interest(row)
            missing[plan] = missing_on(dates, filled, day, plan.days_late, places)
            next_date = min((row.due for row in plan.line_date_ids if row.remaining > 0), default=False)
            if plan.next_date != next_date:
                plan.next_date = next_date
        return missing

    def _fill_interest(self, row):
        """Read what was paid of the document that charges the agreed interest."""
        lines = row.move_id.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
        money = [found for found in self.env["recovery.ledger"]._read_settlements(lines) if found.is_money]
        received = min(sum(found.amount for found in money), row.amount)
        complete = row.move_id and not row.currency_id.compare_amounts(received, row.amount)
        self._store_date(row, row.amount, received, money[-1].date if complete else None)

    def _store_date(self, row, amount, received, paid_on):
        vals = {
            "reduction": row.currency_id.round(row.amount - amount),
            "received": row.currency_id.round(received),
            "paid_on": paid_on or False,
        }
        if any(row[name] != value for name, value in vals.items()):
            row.write(vals)

    # ------------------------------------------------------------
    # Ends
    # ------------------------------------------------------------
    def _end(self, state, day, reason):
        """End plans without alarm: fulfilled or cancelled."""
        self.write({"state": state, "ended_on": day, "state_reason": reason, "next_date": False})
        self._resume(day, reason)
        kind = "plan_fulfilled" if state == "fulfilled" else "plan_cancelled"
        label = self.env._("Payment plan fulfilled") if state == "fulfilled" else self.env._("Payment plan cancelled")
        self._trace(
            kind,
            lambda plan: self.env._("%(label)s: %(plan)s", label=label, plan=plan.name),
            lambda plan: {**plan._get_trace(), "reason": reason},
        )

    def _finish(self, day):
        paid = self.filtered(lambda plan: plan.amount_received > 0)
        if paid:
            paid._end("fulfilled", day, self.env._("All instalments were paid"))
        if self - paid:
            (self - paid)._end("cancelled", day, self.env._("Credited since: nothing remains to be received"))

    def _run_again(self, day):
        """Put back in force plans whose money was taken back, the last made first.

        One whose instalments another agreement in force covers by now is cancelled: that one replaces it.

        :return: the plans in force again.
        """
        again = self.browse()
        for plan in self.sorted("id", reverse=True):
            bound = self.env["recovery.agreement.line"]._search_bound(plan.line_ids.line_id.ids)[:1]
            if bound:
                replacing = bound.plan_id or bound.settlement_id
                plan._end("cancelled", day, self.env._("Its money was withdrawn; replaced by %s", replacing.name))
                continue
            plan.write({"state": "running", "ended_on": False, "state_reason": False})
            plan._suspend(day, word(self.env, _lt("Payment plan %s", plan.name)))
            plan._trace("plan_signed", lambda p: self.env._("Payment plan %s in force again", p.name))
            again |= plan
        return again

    def _break(self, day, reason=None):
        """End plans as broken: reminders go on, the collector is told and, if so agreed, the debtor."""
        if not self:
            return
        self.write({"state": "broken", "broken_on": day, "ended_on": day, "state_reason": reason, "next_date": False})
        self._resume(day, self.env._("Payment plan broken"))
        self._trace(
            "plan_broken",
            lambda plan: plan._get_broken_summary(),
            lambda plan: {**plan._get_trace(), "reason": reason},
        )
        for plan in self:
            plan._alert("mail_activity_type_plan", day, plan._get_broken_summary(), plan.note)
        self._tell_debtor(day)

    # ------------------------------------------------------------
    # Writing to the debtor
    # ------------------------------------------------------------
    def _tell_debtor(self, day):
        """Send the notice of breach, at most once per plan, by mail or letter; a failure stops nobody else."""
        plans = self.filtered(lambda plan: plan.breach_notice != "none")
        plans._leave_archived_addressees()
        sent = Domain("plan_date_id", "=", False) & Domain("state", "!=", "cancelled")
        told = self.env["recovery.delivery"].search(Domain("plan_id", "in", plans.ids) & sent).plan_id
        for plan in plans - told:
            plan._try_to_send(plan._send_breach_notice)

    def _leave_archived_addressees(self):
        """Write to the next contact of the customer instead of one who is archived.

        :return: the plans that changed.
        """
        gone = self.sudo().filtered(lambda plan: plan._has_archived_addressee())
        found = self.env["recovery.debtor"].sudo()._map_addressees(dict.fromkeys(gone.debtor_id))
        pairs = gone.grouped(lambda plan: (plan.addressee_id, found[plan.debtor_id]))
        for (former, addressee), plans in pairs.items():
            plans.write({"addressee_id": addressee.id})
            self.env["recovery.responsible"]._log_readdressed(plans, former, addressee)
        return gone

    def _has_archived_addressee(self):
        """Tell whether it would go to a contact who is archived: the customer itself, even archived, still owes."""
        self.ensure_one()
        addressee = self.addressee_id
        return bool(addressee) and not addressee.active and addressee != self.partner_id

    def _try_to_send(self, send):
        """Call ``send``: what fails is told in the journal and stops nobody else."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                send()
        except psycopg2.OperationalError:
            raise
        except Exception as error:
            _logger.warning("A letter of plan %s could not be sent", self.id, exc_info=True)
            self.env["recovery.event"]._log("failed", self, lambda p, e=error: str(e)[:200])

    def _send_breach_notice(self):
        self.ensure_one()
        by_mail = self.breach_notice == "email" and self.addressee_id.email_normalized
        by_post = "registered" if self.breach_notice == "registered" else "letter"
        delivery = self._create_delivery("email" if by_mail else by_post)
        sender = self.env["recovery.sender"].sudo()
        if by_mail:
            html = self._render_mail("debt_recovery.mail_plan_breach")
            sender._queue_mails(
                [
                    {
                        "delivery": delivery,
                        "subject": delivery.subject,
                        "body": html,
                        "html": html,
                        "attachments": self.env["ir.attachment"],
                    }
                ]
            )
        else:
            document = sender._create_documents(
                [(self, self._get_file_name(delivery.subject), self._render_report("action_report_plan_breach"))]
            )
            body = self._render_mail("debt_recovery.mail_plan_breach")
            sender._store_letters([{"delivery": delivery, "document": document, "body": body}])

    def _remind(self, day):
        """Remind the debtors of a date that comes soon, at most once per date."""
        plans = self.filtered(lambda plan: plan.state == "running" and plan.remind_days)
        plans._leave_archived_addressees()
        kept = Domain("state", "!=", "cancelled")
        for plan in plans:
            last = shift(day, days=plan.remind_days)
            rows = plan.line_date_ids.filtered(lambda row, last=last: row.remaining > 0 and day <= row.due <= last)
            told = self.env["recovery.delivery"].search(Domain("plan_date_id", "in", rows.ids) & kept).plan_date_id
            for row in rows - told:
                if plan.addressee_id.email_normalized:
                    plan._try_to_send(lambda plan=plan, row=row: plan._send_reminder(row))

    def _send_reminder(self, row):
        self.ensure_one()
        delivery = self._create_delivery("email", row)
        html = self._render_mail("debt_recovery.mail_plan_reminder", row)
        self.env["recovery.sender"].sudo()._queue_mails(
            [
                {
                    "delivery": delivery,
                    "subject": delivery.subject,
                    "body": html,
                    "html": html,
                    "attachments": self.env["ir.attachment"],
                }
            ]
        )

    def _create_delivery(self, channel, row=None):
        """Create the trace of a mail or letter: its unique index is what prevents a second one."""
        self.ensure_one()
        Delivery = self.env["recovery.delivery"]
        env = self.with_context(lang=self.lang).env
        if row:
            subject = env._(
                "Payment plan %(name)s: next instalment %(date)s", name=self.name, date=self._say_date(row.due)
            )
        else:
            subject = env._("Payment plan %s: terms not kept", self.name)
        return Delivery.create(
            {
                **Delivery._prepare_new(self, channel, subject, self._get_issuer().sudo()._recovery_signing_contact()),
                "address": Delivery._get_address(self.addressee_id, channel),
                "plan_id": self.id,
                "plan_date_id": row.id if row else False,
            }
        )

    # ------------------------------------------------------------
    # What the agreement, the reminders and the notice of breach print
    # ------------------------------------------------------------
    def _render_agreement(self):
        return self._render_report("action_report_plan_agreement")

    def _render_report(self, xmlid):
        """Return the PDF of one of the plan's documents."""
        self.ensure_one()
        return self.env["recovery.printing"]._prepare_streams(f"debt_recovery.{xmlid}", self.ids)[self.id]

    def _render_mail(self, template, row=None):
        """Return a mail to the debtor as Markup."""
        self.ensure_one()
        plan = self.with_context(lang=self.lang)
        return Markup(plan.env["ir.qweb"]._render(template, {"plan": plan, "row": row, **plan._get_document_values()}))

    def _get_document_values(self):
        """Return the values that the documents print, in the context's language."""
        self.ensure_one()
        company = self._get_issuer()
        name, title = company._recovery_signatory()
        contact = self.debtor_id._get_responsible()
        day = self.proposed_on or self.company_id._recovery_today()
        rows = self.line_date_ids.sorted(lambda row: (row.due, row.id))
        return {
            "company": company,
            "identity": company._recovery_identity_line(),
            "place_and_date": self._say_place(company, day),
            "bank": company.sudo()._recovery_bank(),
            "reference": self.name,
            "contact": contact,
            "contact_phone": contact.partner_id.phone or company.phone,
            "signatory_name": name,
            "signatory_title": title,
            "rows": rows,
            "principal": rows.filtered(lambda row: row.kind != "interest"),
            "interest": rows.filtered(lambda row: row.kind == "interest"),
            "claims": self.line_ids.sorted(lambda line: (line.due_date, line.id)),
            "money": lambda amount: self._say_amount(amount),
            "date": lambda value: self._say_date(value),
            "left_of": lambda row: self.env._(
                "%(date)s: %(left)s left to pay of %(amount)s",
                date=self._say_date(row.due),
                left=self._say_amount(row.remaining),
                amount=self._say_amount(row.amount_now),
            ),
            "in_words": self.currency_id.with_context(lang=self.env.lang).amount_to_text(self.amount).lower(),
        }

    def _get_issuer(self):
        """Return the company that issued the invoices, which signs; the root company if there are several."""
        self.ensure_one()
        companies = self.line_ids.line_id.company_id
        return companies if len(companies) == 1 else self.company_id

    def _say_amount(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    def _say_date(self, day):
        """Return a date in full, in the plan's language."""
        return format_day(self.with_context(lang=self.lang or self.env.lang).env, day, "long")

    def _say_place(self, company, day):
        return format_place_and_day(self.with_context(lang=self.lang or self.env.lang).env, company, day)

    def _get_file_name(self, label=None):
        self.ensure_one()
        env = self.with_context(lang=self.lang).env
        label = label or env._("Payment plan %s", self.name)
        return name_file(self.proposed_on, self.partner_id.name, label)
