from odoo import api, fields, models
from odoo.exceptions import UserError

from ...common.roles import require_manager, require_user
from ...ledger.loose_many2one import LooseMany2one
from ..scenario.ladder import FORMAL_NOTICE, HANDOVER
from .recovery_notice_line import OWN_ROLES

DELETABLE = ("draft", "excluded", "obsolete")


class RecoveryNotice(models.Model):
    """One contact with one debtor: the frozen picture of what is asked, and how it left."""

    _name = "recovery.notice"
    _description = "Notice"
    _inherit = ["recovery.guarded", "recovery.worded.document"]
    _order = "id desc"
    _check_company_auto = True

    number = fields.Char(readonly=True, copy=False, index="trigram", help="Only a mise en demeure has one.")
    run_id = LooseMany2one("recovery.run", string="Campaign", readonly=True, index=True, ondelete="cascade")
    company_id = LooseMany2one("res.company", required=True, readonly=True, ondelete="restrict")  # held by the debtor
    issuer_id = LooseMany2one(
        "res.company", required=True, readonly=True, help="The company that issued the invoices: it signs the letter."
    )
    debtor_id = fields.Many2one("recovery.debtor", required=True, readonly=True, ondelete="restrict")
    partner_id = LooseMany2one(related="debtor_id.partner_id", store=True)
    collector_id = fields.Many2one(related="debtor_id.collector_id")
    addressee_id = fields.Many2one("res.partner", readonly=True, ondelete="restrict")
    lang = fields.Char("Language", readonly=True)
    level_id = fields.Many2one("recovery.level", required=True, readonly=True, index=True, ondelete="restrict")
    kind = fields.Selection(selection=lambda self: self._selection_kind(), readonly=True, required=True, index=True)
    date = fields.Date("Campaign date", required=True, readonly=True)
    issue_date = fields.Date("Issued on", readonly=True, index="btree_not_null")
    deadline_date = fields.Date(
        "Deadline", readonly=True, help="The date printed in the mise en demeure: issue, days to pay and days of post."
    )
    state = fields.Selection(
        [
            ("draft", "Proposed"),
            ("blocked", "Blocked"),
            ("excluded", "Excluded"),
            ("to_approve", "To approve"),
            ("validated", "Validated"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("obsolete", "No longer needed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    state_reason = fields.Char("Reason", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary("Claimed", currency_field="company_currency_id", readonly=True)
    amount_announced = fields.Monetary(
        "Announced",
        currency_field="company_currency_id",
        readonly=True,
        help="What falls due later and is not claimed: all that a courtesy is about, or the part of the rest of the "
        "account for which this notice stands for the courtesy.",
    )
    amount_information = fields.Monetary("Rest of the account", currency_field="company_currency_id", readonly=True)
    oldest_due = fields.Date("Oldest due date", readonly=True)
    line_count = fields.Integer(
        "Number of instalments", readonly=True, help="Those that are claimed; in a courtesy, those that are announced."
    )
    line_ids = fields.One2many("recovery.notice.line", "notice_id", readonly=True)
    delivery_ids = fields.One2many("recovery.delivery", "notice_id", readonly=True)
    decision_id = fields.Many2one("recovery.decision", readonly=True, index="btree_not_null")
    subject = fields.Char(readonly=True)
    body = fields.Html(readonly=True, sanitize=False, help="The wording as it left.")
    closing = fields.Html(readonly=True, sanitize=False)
    document_id = fields.Many2one("ir.attachment", string="Letter", readonly=True, ondelete="restrict")
    warning = fields.Char(compute="_compute_warning", help="What keeps the notice from reaching its addressee.")

    _debtor_state_idx = models.Index("(debtor_id, state)")

    @api.model
    def _selection_kind(self):
        return self.env["recovery.level"]._fields["kind"]._description_selection(self.env)

    @api.depends("number", "level_id", "debtor_id")
    def _compute_display_name(self):
        for notice in self:
            notice.display_name = f"{notice.number or notice.level_id.name} – {notice.debtor_id.display_name}"

    @api.depends("addressee_id", "level_id")
    def _compute_warning(self):
        for notice in self:
            channels = self.env["recovery.rendering"]._get_channels(notice)
            partner = notice.addressee_id
            warnings = []
            if {"letter", "registered"} & set(channels) and not (partner.street and partner.city):
                warnings.append(self.env._("no complete postal address"))
            if "email" not in channels and notice.level_id.channel_email:
                known = partner.email_normalized
                warnings.append(
                    self.env._("its e-mails come back: a letter instead")
                    if known
                    else self.env._("no e-mail address: a letter instead")
                )
            if "email" in channels and not self.env["recovery.sender"]._find_sender_address(
                notice.debtor_id._get_responsible(), notice.company_id
            ):
                warnings.append(self.env._("no sender's address that takes answers"))
            if "call" in channels and not (partner.phone or notice.partner_id.phone):
                warnings.append(self.env._("no telephone number"))
            notice.warning = ", ".join(warnings)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_engaged(self):
        if self.filtered(lambda notice: notice.state not in DELETABLE):
            raise UserError(self.env._("A notice that was validated is cancelled with a reason, never deleted."))

    def _get_claimed_lines(self):
        """Return the lines that are asked for, oldest due date first."""
        return self.line_ids.filtered(lambda line: line.role == "claimed")

    def _get_own_lines(self):
        """Return the lines that the notice takes to a level: what it claims and what it announces."""
        return self.line_ids.filtered(lambda line: line.role in OWN_ROLES)

    def _get_subject_lines(self):
        """Return the lines that the notice is about: what it claims; what it announces if it is a courtesy."""
        self.ensure_one()
        return self._get_claimed_lines() or self._get_own_lines()

    def _get_subject_amount(self):
        """Return the sum that the notice is about, in company currency."""
        self.ensure_one()
        return self.amount if self._get_claimed_lines() else self.amount_announced

    def _get_currency_totals(self):
        """Return ``(currency, total, credits)`` of what the notice is about, one per currency."""
        self.ensure_one()
        return [
            (
                currency,
                currency.round(sum(lines.mapped("amount_due"))),
                currency.round(sum(lines.mapped("amount_credit"))),
            )
            for currency, lines in self._get_subject_lines().grouped("currency_id").items()
        ]

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------
    def action_exclude(self):
        """Ask why, then take the notices out of the campaign."""
        return self.env["recovery.reason.wizard"]._open(self, "_exclude", self.env._("Exclude from the campaign"))

    def _exclude(self, reason):
        require_user(self.env)
        self = self.sudo()
        if self.filtered(lambda notice: notice.state not in ("draft", "blocked", "to_approve", "failed")):
            raise UserError(self.env._("Only a proposed notice can be excluded; a sent one is cancelled."))
        self.line_ids.write({"engaged": False})
        self.write({"state": "excluded", "state_reason": reason})
        self.decision_id._withdraw_question()
        self.env["recovery.event"]._log(
            "excluded", self, lambda n: self.env._("Excluded from the campaign: %s", reason), lambda n: n._get_trace()
        )
        self.debtor_id._refresh_last_contact()
        self.run_id._update_state()

    def action_restore(self):
        """Put excluded notices back into their campaign."""
        require_user(self.env)
        self.check_access("read")
        excluded = self.sudo().filtered(lambda n: n.state == "excluded" and n.run_id.state in ("draft", "proposed"))
        if len(excluded) != len(self):
            raise UserError(self.env._("Only a notice excluded from a campaign that is not validated comes back."))
        excluded.write({"state": "draft", "state_reason": False})
        self.env["recovery.event"]._log(
            "restored", excluded, lambda n: self.env._("Put back into the campaign"), lambda n: n._get_trace()
        )

    def action_retry(self):
        """Try again what failed: to validate, or to send, the notices."""
        require_user(self.env)
        self.check_access("read")
        failed = self.sudo().filtered(lambda notice: notice.state == "failed")
        engaged = failed.filtered(lambda notice: any(line.engaged for line in notice.line_ids))
        dispatch = self.env["recovery.dispatch"].sudo()
        failed.write({"state_reason": False})
        engaged.write({"state": "validated"})
        (failed - engaged).write({"state": "draft"})
        for company, notices in failed.grouped("company_id").items():
            day = company._recovery_today()
            dispatch._validate(notices - engaged, day)
            dispatch._send(notices & engaged, day)
        failed.run_id._update_state()

    def action_cancel(self):
        """Ask a manager why, and whether to tell the addressees, then cancel: levels return to what they were."""
        return self.env["recovery.cancel.wizard"]._open(self, self.env._("Cancel the notice"))

    def _cancel(self, reason, correction=None):
        """Cancel validated or sent notices; what was sent stays in the journal.

        :param dict correction: ``{language: (subject, body)}`` of a message to those who were written to.
        """
        require_manager(self.env)
        self = self.sudo()
        if self.filtered(lambda notice: notice.state not in ("validated", "to_approve", "sent", "failed", "resumed")):
            raise UserError(self.env._("Only a validated or sent notice is cancelled."))
        self.line_ids.filtered("engaged").write({"engaged": False})
        self.write({"state": "cancelled", "state_reason": reason})
        self.decision_id._withdraw_question()
        pending = self.delivery_ids.filtered(lambda d: d.state in ("queued", "to_print", "to_do", "failed"))
        mails = pending.mail_id.filtered(lambda mail: mail.state in ("outgoing", "exception"))
        mails.write({"state": "cancel"})
        self.env["mail.notification"].search(
            [("mail_mail_id", "in", mails.ids), ("notification_status", "!=", "sent")]
        ).write({"notification_status": "canceled"})
        pending.activity_id.unlink()
        pending._mark("cancelled", error=reason)
        self.env["recovery.event"]._log(
            "cancelled", self, lambda n: self.env._("Notice cancelled: %s", reason), lambda n: n._get_trace()
        )
        self.debtor_id._refresh_last_contact()
        if correction:
            for company, notices in self.grouped("company_id").items():
                self.env["recovery.dispatch"]._send_corrections(notices, correction, company._recovery_today())
        self.run_id._update_state()

    def action_open_letter(self):
        """Open the letter exactly as it left."""
        self.ensure_one()
        if not self.document_id:
            raise UserError(self.env._("This notice has no letter."))
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.document_id.id}?download=true",
            "target": "download",
        }

    def action_preview(self):
        """Print the letter or the mail's statement as it would leave today, without sending anything."""
        self.ensure_one()
        self.check_access("read")
        return self.env.ref("debt_recovery.action_report_letter_preview").report_action(self)

    # ------------------------------------------------------------
    # Helpers
    # ------------------------------------------------------------
    def _get_trace(self):
        """Return the figures that the journal keeps of a notice; what is announced stands apart."""
        self.ensure_one()
        names = {
            role: ", ".join(sorted(set(lines.mapped("move_name"))))
            for role, lines in self._get_own_lines().grouped("role").items()
        }
        trace = {
            "level": self.level_id.name,
            "amount": self.amount,
            "currency": self.company_currency_id.name,
            "invoices": names.get("claimed", ""),
        }
        if "announced" in names:
            trace |= {"announced": self.amount_announced, "announced invoices": names["announced"]}
        return trace

    def _get_union_key(self):
        """Return what two notices of one customer must share to be one: a mise en demeure stands alone."""
        self.ensure_one()
        return self.run_id, self.state, self.kind if self.kind in (FORMAL_NOTICE, HANDOVER) else None

    def _on_decision(self, decision):
        """Go on, or stop, when the manager has answered."""
        waiting = self.sudo().filtered(lambda notice: notice.state == "to_approve")
        if decision.state == "granted":
            waiting.write({"state": "validated", "state_reason": False})
        elif decision.state == "refused":
            waiting._exclude(decision.answer_reason)
        self.sudo().run_id._update_state()
