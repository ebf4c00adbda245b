from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.misc import formatLang


class RecoveryCase(models.Model):
    """Opening, claims, closing: what a case does to the reminders, and the trace of it."""

    _inherit = "recovery.case"

    # ------------------------------------------------------------
    # Opening
    # ------------------------------------------------------------
    @api.model
    def _open_for(self, debtor, lines, day, user=None, notice=None):
        """Open a case on one debtor that claims these instalments: what every door calls.

        Each instalment leaves the reminders from that day on, by a suspension of its own.

        :param lines: ``account.move.line`` records, unpaid instalments of that debtor,
            none of them in an open case.
        :param user: the owner; by default who follows the debtor.
        :param notice: the ``recovery.notice`` that the case comes from.
        :return: the case.
        """
        debtor.ensure_one()
        self.env["recovery.case.claim"]._check_claimable(debtor, lines, day)
        case = (
            self.sudo()
            .create(
                {
                    "debtor_id": debtor.id,
                    "user_id": (user or debtor._get_responsible()).id,
                    "opened_on": day,
                    "notice_id": notice.id if notice else False,
                    "claim_ids": [Command.create({"line_id": line.id, "added_on": day}) for line in lines],
                }
            )
            .with_env(self.env)
        )
        case.check_access("create")
        return case

    def _trace_opening(self):
        """Write the opening in the journal and in the debtor's thread."""
        self.env["recovery.event"]._log(
            "case_opened",
            self,
            lambda case: self.env._("Case opened: %(amount)s claimed", amount=case._format_amount(case.amount_opening)),
            lambda case: {**case._get_trace(), "notice": case.notice_id.display_name or False},
        )
        for case in self:
            case.debtor_id.message_post(
                body=self.env._(
                    "Case %(case)s opened on %(invoices)s (%(amount)s): no more reminders for what it claims.",
                    case=case._get_html_link(title=case.name),
                    invoices=case._get_move_names(),
                    amount=case._format_amount(case.amount_opening),
                ),
                subtype_xmlid="mail.mt_note",
            )

    # ------------------------------------------------------------
    # Claims
    # ------------------------------------------------------------
    def _add_lines(self, lines, day):
        """Claim more instalments in an open case."""
        self.ensure_one()
        self.env["recovery.case.claim"]._check_claimable(self.debtor_id, lines, day)
        claims = (
            self.env["recovery.case.claim"]
            .sudo()
            .create([{"case_id": self.id, "line_id": line.id, "added_on": day} for line in lines])
        )
        claims.with_env(self.env).check_access("create")

    def _get_running_holds(self):
        return self.hold_ids.filtered(lambda hold: not hold.released_on)

    # ------------------------------------------------------------
    # Stages
    # ------------------------------------------------------------
    def _settle(self, reason):
        self._close("settled", reason)

    def _give_up(self, reason):
        self._close("lost", reason)

    def _close(self, kind, reason):
        """Move to the first stage of that closing kind, for a reason, on the company's date."""
        for company, cases in self.grouped("company_id").items():
            stage = self.env["recovery.case.stage"]._get_first(company, [kind])
            cases.check_access("write")
            cases.sudo().write({"stage_id": stage.id, "closed_on": company._recovery_today(), "close_reason": reason})

    def _reopen(self, reason):
        for case in self.filtered(lambda case: not case.is_open):
            stage = case.previous_stage_id or case.stage_id._get_first(case.company_id, ["precourt", "preparing"])
            case.check_access("write")
            case.sudo().write({"stage_id": stage.id, "close_reason": reason})

    def _follow_stage(self, origins, day=None, reason=None):
        """Do what a new stage implies; whoever moved the card, by a button or by hand.

        :param dict origins: the stage that each case comes from.
        :param day: date of the change; by default today at the company.
        :param reason: why; by default the name of the stage is the reason.
        """
        for case in self:
            origin, stage = origins[case], case.stage_id
            date = day or case.company_id._recovery_today()
            why = reason or stage.name
            trace = {"from": origin.name, "to": stage.name, **case._get_trace()}
            if stage.is_closing:
                case._follow_closing(origin, date, why, trace)
            elif origin.is_closing:
                case._follow_reopening(date, why, trace)
            else:
                self.env["recovery.event"]._log("case_stage", case, self.env._("Case moved to %s", stage.name), trace)

    def _follow_closing(self, origin, day, reason, trace):
        vals = {"closed_on": day, "close_reason": reason}
        if not origin.is_closing:
            vals["previous_stage_id"] = origin.id
        self.sudo().write(vals)
        self._get_running_holds()._release(day, reason)
        self.env["recovery.event"]._log(
            "case_closed", self, self.env._("Case closed: %s", reason), {**trace, "reason": reason}
        )
        self.debtor_id.message_post(
            body=self.env._(
                "Case %(case)s closed: %(reason)s. Received %(received)s, still open %(now)s.",
                case=self._get_html_link(title=self.name),
                reason=reason,
                received=self._format_amount(self.amount_received),
                now=self._format_amount(self.amount_now),
            ),
            subtype_xmlid="mail.mt_note",
        )

    def _follow_reopening(self, day, reason, trace):
        self.sudo().write({"closed_on": False, "close_reason": False, "previous_stage_id": False})
        claims = self.claim_ids.filtered(lambda claim: claim.is_running and claim.line_id)
        claims.filtered(lambda claim: not claim.line_id.reconciled)._suspend_reminders(day)
        self.env["recovery.event"]._log(
            "case_reopened", self, self.env._("Case reopened: %s", reason), {**trace, "reason": reason}
        )
        self.debtor_id.message_post(
            body=self.env._(
                "Case %(case)s reopened: %(reason)s. No more reminders for what it claims.",
                case=self._get_html_link(title=self.name),
                reason=reason,
            ),
            subtype_xmlid="mail.mt_note",
        )

    def _check_may_reopen(self):
        """Refuse to reopen a case when a later one claimed its instalments."""
        passed_on = self.claim_ids.filtered(lambda claim: claim.is_final and not claim.removed_on)
        if passed_on:
            later = passed_on.sudo().search([("line_id", "=", passed_on[0].line_id.id)], order="id desc", limit=1)
            raise UserError(
                self.env._(
                    "%(invoice)s was claimed by %(case)s meanwhile: %(name)s cannot be reopened.",
                    invoice=later.move_name,
                    case=later.case_id.display_name,
                    name=passed_on[0].case_id.name,
                )
            )

    # ------------------------------------------------------------
    # Helpers
    # ------------------------------------------------------------
    def _format_amount(self, amount):
        return formatLang(self.env, amount, currency_obj=self.company_currency_id)

    def _get_move_names(self):
        claims = self.claim_ids.filtered(lambda claim: not claim.removed_on)
        return ", ".join(sorted(set(claims.mapped("move_name"))))

    def _get_trace(self):
        """Return the figures that the journal keeps of a case."""
        self.ensure_one()
        return {
            "case": self.name,
            "invoices": self._get_move_names(),
            "at opening": self.amount_opening,
            "now": self.amount_now,
            "received": self.amount_received,
            "currency": self.company_currency_id.name,
        }
