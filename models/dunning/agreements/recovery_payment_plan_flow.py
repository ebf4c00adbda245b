from odoo import fields, models
from odoo.exceptions import UserError

from ...common.roles import MANAGER, require_user


class RecoveryPaymentPlan(models.Model):
    """The life of a plan as people drive it: proposed, approved, signed, cancelled."""

    _inherit = "recovery.payment.plan"

    # ------------------------------------------------------------
    # Proposing
    # ------------------------------------------------------------
    def action_propose(self):
        """Print the agreement to sign, once a manager has agreed if the plan is large or long."""
        require_user(self.env)
        self.check_access("write")
        for plan in self:
            plan._propose(plan.company_id._recovery_today())

    def _propose(self, day):
        """Propose a draft: approval first above the company's limits, then the agreement is printed.

        :param day: today, in the company.
        """
        self.ensure_one()
        if self.state != "draft":
            raise UserError(self.env._("%s is not a draft any more.", self.display_name))
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
            raise UserError(self.env._("A payment plan has one date at least."))
        if min(self.line_date_ids.mapped("due")) < day:
            raise UserError(self.env._("A date of the plan is past already: change it."))
        self._check_interest()
        claims, _currency = self.env["recovery.agreement.line"]._choose_claims(
            self.debtor_id, day, self.currency_id, self.line_ids.line_id
        )
        owed = self.currency_id.round(sum(claim.open for claim in claims))
        if self.currency_id.compare_amounts(owed, self.amount):
            raise UserError(
                self.env._(
                    "The invoices covered owe %(owed)s now and no longer %(amount)s: work the schedule out again.",
                    owed=self._format_amount(owed),
                    amount=self._format_amount(self.amount),
                )
            )
        if self.currency_id.compare_amounts(self.amount_dates, self.amount):
            raise UserError(
                self.env._(
                    "The dates add up to %(dates)s, the invoices covered to %(amount)s: correct the dates.",
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
        self._trace("plan_proposed", lambda plan: self.env._("Payment plan %s proposed", plan.name))

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
            raise UserError(self.env._("%s is not a draft any more.", self.display_name))
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
            raise UserError(self.env._("Only a plan that is not signed yet goes back to draft."))
        plans.decision_id._withdraw_question()
        plans.write({"state": "draft", "document_id": False, "sha256": False})

    # ------------------------------------------------------------
    # Signature
    # ------------------------------------------------------------
    def action_sign(self):
        """Open the window that records the signature and the signed copy."""
        self.ensure_one()
        if self.state != "proposed":
            raise UserError(self.env._("Only a proposed plan is signed."))
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
            raise UserError(self.env._("Only a proposed plan is signed."))
        if signed_on > day or signed_on < plan.proposed_on:
            raise UserError(
                self.env._(
                    "The signature is dated between the day the agreement was printed (%s) and today.",
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
        plan._suspend(day, self.env._("Payment plan %s", plan.name))
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
    def action_cancel(self):
        """Ask why, then cancel: reminders go on."""
        return self.env["recovery.reason.wizard"]._open(self, "_cancel", self.env._("Cancel the payment plan"))

    def _cancel(self, reason):
        require_user(self.env)
        plans = self.sudo()
        if plans.filtered(lambda plan: plan.state in ("fulfilled", "broken", "cancelled")):
            raise UserError(self.env._("This plan has ended already."))
        plans.decision_id._withdraw_question()
        for company, group in plans.grouped("company_id").items():
            group._end("cancelled", company._recovery_today(), reason)

    def action_break(self):
        """Ask why, then end a running plan as broken without waiting for its dates."""
        return self.env["recovery.reason.wizard"]._open(self, "_break_by_hand", self.env._("The plan is broken"))

    def _break_by_hand(self, reason):
        require_user(self.env)
        plans = self.sudo()
        if plans.filtered(lambda plan: plan.state != "running"):
            raise UserError(self.env._("Only a signed plan can be broken."))
        for company, group in plans.grouped("company_id").items():
            group._break(company._recovery_today(), reason)
