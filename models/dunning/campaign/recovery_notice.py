import logging
from collections import defaultdict

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date, html2plaintext, is_html_empty
from odoo.tools.misc import formatLang
from odoo.tools.translate import LazyTranslate

from ...common.aside import Aside
from ...common.equivalent import say_equivalent
from ...common.formatting import (
    enumerate_phrases,
    format_day,
    format_letter_day,
    format_place_and_day,
    list_phrases,
)
from ...common.loose_many2one import LooseMany2one
from ...common.marks import takes_reason
from ...common.own_values import without_defaults
from ...common.page_fit import LETTER, SETTING, Piece, Setting, Style, make_table
from ...common.placeholders import parse_html, parse_line
from ...common.recovery_delivery import PENDING_STATES
from ...common.roles import MANAGER, require_manager, require_user
from ...common.saying import say
from ...common.standing import HANDED_OVER, Standing, Undo
from ..scenario.ladder import COURTESY, FORMAL_NOTICE, HANDOVER
from ..scenario.tone import FIRST_LATE, HABITUAL, NEUTRAL, PROMISE_BROKEN
from .recovery_notice_line import OWN_ROLES
from .verdict import YOUNGEST_BARRED

_lt = LazyTranslate(__name__)

REST_ROW = Style(1.15, 0.27)  # of what a letter does not claim
_OWN = Domain("purpose", "!=", "correction")
_UNANSWERED = Domain("replacement_ids", "=", False)
# What an issued notice leaves by, what waits for somebody first: ``{status: domain of the deliveries}``.
DEPARTURES = {
    "failed": _OWN & _UNANSWERED & Domain("state", "=", "failed"),
    "bounced": _OWN & _UNANSWERED & Domain("state", "=", "bounced"),
    "to_print": _OWN & Domain("state", "=", "to_print"),
    "printed": _OWN & Domain("state", "=", "printed"),
    "to_call": _OWN & Domain("state", "=", "to_do") & Domain("channel", "=", "call"),
    "to_do": _OWN & Domain("state", "=", "to_do"),
    "queued": _OWN & Domain("state", "=", "queued"),
    "posted": _OWN & Domain("state", "=", "posted"),
    "sent": _OWN & Domain("state", "=", "sent"),
    "called": _OWN & Domain("state", "=", "done") & Domain("channel", "=", "call"),
    "done": _OWN & Domain("state", "=", "done"),
}
# A status that waits for somebody, or for the mail queue.
WAITING = ("failed", "bounced", "to_print", "printed", "to_call", "to_do", "queued", "issued")
DELETABLE = ("draft", "excluded", "obsolete")
# What may be changed of a notice that is proposed, and what of it are words.
WORDS = {"subject", "body", "closing"}
LARGEST_ID = 2**31
CHANGEABLE = WORDS | {"channel", "addressee_id", "with_statement", "with_invoices", "attachment_ids"}
# What leaves no more: its instalments are not claimed by it.
TAKEN_OUT = ("excluded", "obsolete", "cancelled")
_logger = logging.getLogger(__name__)
#: ``{notice id: (subject, body)}`` of the corrections that are being printed.
CORRECTIONS = Aside("corrections")


class RecoveryNotice(models.Model):
    """One contact with one debtor: the frozen picture of what is asked, and how it left."""

    _name = "recovery.notice"
    _description = "Notice"
    _numbered = {"number": "recovery.notice.formal"}
    _inherit = ["recovery.guarded", "recovery.decided", "recovery.worded.document"]
    _order = "id desc"
    _check_company_auto = True
    _unlinked_first = True
    _moves = ("state",)
    _placeholders = (
        "debtor_name",
        "contact_name",
        "amount_text",
        "invoice_count_text",
        "oldest_due_text",
        "days_late_text",
        "deadline_text",
        "deadline_days_text",
        "letter_date_text",
        "company_name",
        "collector_name",
        "collector_phone",
        "collector_email",
        "debtor_phone",
        "paid_on_time_text",
        "paid_late_text",
    )
    _journal_words = {
        "addressee": _lt("Addressee"),
        "attached invoices": _lt("Attached invoices"),
        "documents": _lt("Documents"),
        "statement": _lt("Statement"),
        "text": _lt("Text"),
        "announced": _lt("Announced"),
        "announced invoices": _lt("Invoices announced"),
        "level": _lt("Level"),
    }

    number = fields.Char(readonly=True, copy=False, index="trigram", help="Only a mise en demeure has one.")
    campaign_id = LooseMany2one("recovery.campaign", string="Campaign", readonly=True, index=True, ondelete="cascade")
    campaign_state = fields.Selection(related="campaign_id.state", string="Campaign's state")
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
        "Deadline",
        readonly=True,
        help="The date printed in the mise en demeure: issue date, days to pay and days for postage.",
    )
    state = fields.Selection(
        [
            ("draft", "Proposed"),
            ("blocked", "Blocked"),
            ("excluded", "Excluded"),
            ("to_approve", "To approve"),
            ("validated", "Validated"),
            ("resumed", "Carried over"),
            ("sent", "Issued"),
            ("failed", "Failed"),
            ("obsolete", "No longer needed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        index=True,
        help="How far the notice has been decided. Its status says whether its documents have been sent.",
    )
    status = fields.Selection(
        selection="_selection_status",
        compute="_compute_status",
        compute_sudo=True,
        search="_search_status",
        help="Its current situation. Once issued, it depends on its deliveries: what is waiting comes first; it is "
        "sent when the mail server accepted it, posted when somebody said so, called when the call was logged.",
    )
    state_reason = fields.Char("Reason", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    amount_owed_by_us = fields.Monetary(related="debtor_id.amount_owed_by_us", currency_field="company_currency_id")
    amount = fields.Monetary(
        "Claimed",
        currency_field="company_currency_id",
        readonly=True,
        help="In the company's currency, as valued in the accounts.",
    )
    equivalent = fields.Char(
        compute="_compute_equivalent",
        help="What the documents say about a claim in a foreign currency, at the rate of their date.",
    )
    amount_announced = fields.Monetary(
        "Announced",
        currency_field="company_currency_id",
        readonly=True,
        help="Amounts falling due later and not claimed: everything a courtesy reminder is about, or the part of "
        "the rest of the account for which this notice replaces the courtesy reminder.",
    )
    amount_information = fields.Monetary("Rest of the account", currency_field="company_currency_id", readonly=True)
    oldest_due = fields.Date("Oldest due date", readonly=True)
    line_count = fields.Integer(
        "Number of instalments",
        readonly=True,
        help="Those that are claimed; in a courtesy reminder, those that are announced.",
    )
    line_ids = fields.One2many("recovery.notice.line", "notice_id", readonly=True)
    delivery_ids = fields.One2many("recovery.delivery", "notice_id", readonly=True)
    decision_id = fields.Many2one("recovery.decision", readonly=True, index="btree_not_null")
    subject = fields.Char(readonly=True)
    body = fields.Html(readonly=True, sanitize=False, help="The wording as it was sent.")
    closing = fields.Html(readonly=True, sanitize=False)
    document_id = fields.Many2one("ir.attachment", string="Letter", readonly=True, ondelete="restrict")
    own_channel = fields.Selection(
        [("email", "E-mail"), ("letter", "Letter"), ("registered", "Registered letter")],
        string="Channel chosen",
        readonly=True,
        help="For this notice only; empty: the channels of its level.",
    )
    own_subject = fields.Char("Subject chosen", readonly=True)
    own_body = fields.Html(
        "Opening chosen",
        readonly=True,
        sanitize="email_outgoing",
        help="For this notice only, with the placeholders of the levels; empty: the wording of its level.",
    )
    own_closing = fields.Html("Closing chosen", readonly=True, sanitize="email_outgoing")
    own_statement = fields.Selection(
        [("with", "Attached"), ("without", "Not attached")],
        string="Statement chosen",
        readonly=True,
        help="For this notice only; empty: as per its level.",
    )
    own_invoices = fields.Selection(
        [("with", "Attached"), ("without", "Not attached")],
        string="Selected invoices",
        readonly=True,
        help="For this notice only; empty: as per its level.",
    )
    own_attachment_ids = fields.Many2many(
        "ir.attachment",
        "recovery_notice_own_attachment_rel",
        string="Additional documents",
        readonly=True,
        bypass_search_access=True,
    )
    warning = fields.Char(compute="_compute_warning", help="What prevents the notice from reaching its addressee.")

    _debtor_state_idx = models.Index("(debtor_id, state)")
    tone = fields.Selection(
        [
            (NEUTRAL, "Neutral"),
            (FIRST_LATE, "Good payer, unusually late"),
            (HABITUAL, "Often late"),
            (PROMISE_BROKEN, "Promise not kept"),
        ],
        readonly=True,
        help="Based on the debtor's history: it selects the paragraph that the level adds below its opening.",
    )
    debtor_name = fields.Char("Customer's name", compute="_compute_wording")
    contact_name = fields.Char("Addressee's name", compute="_compute_wording")
    amount_text = fields.Char("Amount claimed, per currency", compute="_compute_wording")
    invoice_count_text = fields.Char("Number of instalments claimed", compute="_compute_wording")
    oldest_due_text = fields.Char("Date of the oldest instalment", compute="_compute_wording")
    days_late_text = fields.Char("Days since the oldest due date", compute="_compute_wording")
    deadline_text = fields.Char("Date printed in the mise en demeure", compute="_compute_wording")
    deadline_days_text = fields.Char("Days to pay", compute="_compute_wording")
    letter_date_text = fields.Char("Date of the letter, in words", compute="_compute_wording")
    company_name = fields.Char("Your company", compute="_compute_wording")
    collector_name = fields.Char("Named contact", compute="_compute_wording")
    collector_phone = fields.Char("The contact's telephone", compute="_compute_wording")
    collector_email = fields.Char("The contact's e-mail", compute="_compute_wording")
    debtor_phone = fields.Char("Customer's telephone", compute="_compute_wording")
    paid_on_time_text = fields.Char("Instalments paid on time over two years", compute="_compute_history_wording")
    paid_late_text = fields.Char("Instalments paid late over two years", compute="_compute_history_wording")
    remark = fields.Char(compute="_compute_remark", help="Why it is in this state, and what prevents it from arriving.")

    @api.model
    def _selection_kind(self):
        return self.env["recovery.level"]._fields["kind"]._description_selection(self.env)

    # ------------------------------------------------------------
    # Whether it left
    # ------------------------------------------------------------
    @api.model
    def _selection_status(self):
        labels = dict(self._fields["state"]._description_selection(self.env))
        departures = {
            "queued": self.env._("In the mail queue"),
            "to_print": self.env._("To print"),
            "printed": self.env._("Printed, to be posted"),
            "to_call": self.env._("To call"),
            "to_do": self.env._("To do"),
            "sent": self.env._("Sent"),
            "posted": self.env._("In the post"),
            "called": self.env._("Called"),
            "done": self.env._("Done"),
            "bounced": self.env._("Returned"),
        }
        issued = {"issued": labels.pop("sent")}
        ends = {state: labels.pop(state) for state in ("failed", "obsolete", "cancelled")}
        return list((labels | issued | departures | ends).items())

    @api.depends("state", "delivery_ids.state", "delivery_ids.purpose", "delivery_ids.replacement_ids")
    def _compute_status(self):
        for notice in self:
            notice.status = notice.state if notice.state != "sent" else notice._get_departure()

    def _get_departure(self):
        """Return the first of :data:`DEPARTURES` that is true of what the notice leaves by."""
        self.ensure_one()
        deliveries = self.delivery_ids
        return next((name for name, domain in DEPARTURES.items() if deliveries.filtered_domain(domain)), "issued")

    @api.model
    def _search_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        issued = Domain("state", "=", "sent")
        domain = Domain("state", "in", [state for state in value if state not in ("sent", "failed")])
        if "failed" in value:
            domain |= Domain("state", "=", "failed")
        before = Domain.FALSE
        for name, carried in DEPARTURES.items():
            if name in value:
                domain |= issued & Domain("delivery_ids", "any!", carried) & Domain("delivery_ids", "not any!", before)
            before |= carried
        if "issued" in value:
            domain |= issued & Domain("delivery_ids", "not any!", before)
        return domain

    @api.depends("number", "level_id", "debtor_id")
    def _compute_display_name(self):
        for notice in self:
            notice.display_name = f"{notice.number or notice.level_id.name} – {notice.debtor_id.display_name}"

    def _read_barred(self):
        """Return the ids of the instalments that these notices claim although the time to sue is over."""
        barred = set()
        old = self.sudo().line_ids.filtered(
            lambda line: line.role == "claimed" and line.move_line_id and line.days_late > YOUNGEST_BARRED
        )
        for company, lines in old.grouped("company_id").items():
            today = company._recovery_today()
            barred |= self.env["recovery.limitation"]._get_time_barred(lines.move_line_id, today)
        return barred

    @api.depends("addressee_id", "level_id", "line_ids.role", "own_channel")
    def _compute_warning(self):
        barred = self._read_barred()
        for notice in self:
            channels = self.env["recovery.rendering"]._get_channels(notice)
            partner = notice.addressee_id
            warnings = []
            if {"letter", "registered"} & set(channels) and not (partner.street and partner.city):
                warnings.append(self.env._("no complete postal address"))
            if "email" not in channels and "email" in notice._get_asked_channels():
                known = partner.email_normalized
                warnings.append(
                    self.env._("its e-mails bounce: a letter instead")
                    if known
                    else self.env._("no e-mail address: a letter instead")
                )
            if "email" in channels and not self.env["recovery.sender"]._find_sender_address(
                notice.debtor_id._get_responsible(), notice.company_id
            ):
                warnings.append(self.env._("no sender address that accepts replies"))
            if "call" in channels and not (partner.phone or notice.partner_id.phone):
                warnings.append(self.env._("no telephone number"))
            late = notice._get_claimed_lines().filtered(lambda line: line.move_line_id.id in barred) if barred else ()
            if notice._has_archived_addressee():
                warnings.append(self.env._("%s is archived", partner.display_name))
            if late:
                warnings.append(self.env._("time-barred: %s", ", ".join(dict.fromkeys(late.mapped("move_name")))))
            notice.warning = ", ".join(warnings)

    def write(self, vals):
        """Say in the verdicts of the campaign what became of what these notices were about."""
        followed = "state" in vals and (
            self if vals["state"] in TAKEN_OUT else self.filtered(lambda notice: notice.state in TAKEN_OUT)
        )
        result = super().write(vals)
        if followed:
            self.env["recovery.verdict"]._follow(followed)
        return result

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
    def _prepare_handover(self):
        """Return what a handover holds, as the debtor's banner says it."""
        self.ensure_one()
        text = self.env._(
            "Handed over to litigation on %(date)s (%(amount)s): a case should be opened",
            date=format_date(self.env, self.issue_date or self.date),
            amount=self.company_currency_id.format(self.amount),
        )
        undo = Undo(self, "action_cancel", self.env._("Withdraw the handover"), MANAGER)
        text = self.env["recovery.hold"]._say_author(text, self.campaign_id.user_id)
        return Standing(f"{self._name},{self.id}", HANDED_OVER, text, None, undo)

    def _find_moved(self):
        """Return the debtors of what is more than a proposal."""
        return super(RecoveryNotice, self.sudo().filtered(lambda notice: notice.state != "draft"))._find_moved()

    def action_exclude(self):
        """Ask why, then take the notices out of the campaign."""
        return self.env["recovery.exclude.wizard"]._open(self)

    @takes_reason
    def _exclude(self, reason, until=None):
        """Take notices out of their campaign, and leave alone for a while the debtors or what they were about.

        :param until: the last day of that; None: that of the campaign, the next one proposes them again.
        """
        require_user(self.env)
        self._set_aside(reason)
        self._keep_out(reason, until)

    def _keep_out(self, reason, until=None):
        """Suspend the debtors of excluded notices: only what these were about where the campaign has another one."""
        notices = self.sudo()
        waiting = Domain("campaign_id", "in", notices.campaign_id.ids) & Domain(
            "debtor_id", "in", notices.debtor_id.ids
        )
        waiting &= Domain("state", "not in", TAKEN_OUT)
        others = {(notice.campaign_id, notice.debtor_id) for notice in notices.search(waiting)}
        vals_list, done = [], set()
        for notice in notices:
            key = notice.campaign_id, notice.debtor_id
            lines = notice._get_own_lines().move_line_id if key in others else [self.env["account.move.line"]]
            if key not in others and key in done:
                continue
            done.add(key)
            today = notice.company_id._recovery_today()
            vals_list += [
                {
                    "debtor_id": notice.debtor_id.id,
                    "line_id": line.id,
                    "notice_id": notice.id,
                    "origin": "excluded",
                    "date_from": notice.date,
                    "date_until": max(filter(None, (until, notice.date, today if notice.date < today else None))),
                    "reason": reason,
                }
                for line in lines
            ]
        without_defaults(self.env["recovery.hold"].sudo()).create(vals_list)

    def _set_aside(self, reason):
        """Take notices out of their campaign, and free what they claimed."""
        self = self.sudo()
        if self.filtered(lambda notice: notice.state not in ("draft", "blocked", "to_approve", "failed")):
            raise UserError(self.env._("Only a proposed notice can be excluded; an issued one is cancelled."))
        self.line_ids.write({"engaged": False})
        self.write({"state": "excluded", "state_reason": reason})
        self.decision_id._withdraw_question()
        self.env["recovery.event"]._log(
            "excluded", self, lambda n: self.env._("Excluded from the campaign: %s", reason), self._get_traces().get
        )
        self.debtor_id._refresh_last_contact()
        self.campaign_id._update_state()

    def action_restore(self):
        """Put excluded notices back into their campaign."""
        require_user(self.env)
        self.check_access("read")
        excluded = self.sudo().filtered(
            lambda n: n.state == "excluded" and n.campaign_id.state in ("draft", "proposed")
        )
        if len(excluded) != len(self):
            raise UserError(self.env._("Only a notice excluded from a campaign that is not validated can be put back."))
        excluded.write({"state": "draft", "state_reason": False})
        excluded._end_exclusion(self.env._("Put back into the campaign"))
        self.env["recovery.event"]._log(
            "restored", excluded, lambda n: self.env._("Put back into the campaign"), excluded._get_traces().get
        )
        return say(self.env, self.env._("Notices put back into the campaign: %s.", len(excluded)))

    def _end_exclusion(self, reason):
        """Resume the reminders that these notices' exclusion suspended."""
        holds = (
            self.env["recovery.hold"]
            .sudo()
            .search(Domain("notice_id", "in", self.ids) & Domain("released_on", "=", False))
        )
        for (notice, company), group in holds.grouped(lambda hold: (hold.notice_id, hold.company_id)).items():
            group._release(min(notice.date, company._recovery_today()), reason)

    def action_retry(self):
        """Try again what failed: to validate, or to send, the notices."""
        require_user(self.env)
        self.check_access("read")
        failed = self.sudo().filtered(lambda notice: notice.state == "failed")
        if not failed:
            return say(self.env, self.env._("Nothing failed: there is nothing to try again."), kind="info")
        engaged = failed.filtered(lambda notice: any(line.engaged for line in notice.line_ids))
        dispatch = self.env["recovery.dispatch"].sudo()
        failed.write({"state_reason": False})
        engaged.write({"state": "validated"})
        (failed - engaged).write({"state": "draft"})
        for company, notices in failed.grouped("company_id").items():
            day = company._recovery_today()
            dispatch._validate(notices - engaged, day)
            dispatch._send(notices & engaged, day)
        failed.campaign_id._update_state()
        return say(self.env, *failed._say_retried())

    def _say_retried(self):
        """Return the sentence that follows another try at what failed, the next action and the kind of the message."""
        campaigns = self.env["recovery.campaign"]
        issued = self.filtered(lambda notice: notice.delivery_ids)
        return campaigns._say_issued(self) if issued else campaigns._say_validated(self)

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
            raise UserError(self.env._("Only a validated or issued notice can be cancelled."))
        self.line_ids.filtered("engaged").write({"engaged": False})
        self.write({"state": "cancelled", "state_reason": reason})
        self.decision_id._withdraw_question()
        self.delivery_ids.filtered(lambda d: d.state in (*PENDING_STATES, "failed"))._withdraw(reason)
        self.env["recovery.event"]._log(
            "cancelled", self, lambda n: self.env._("Notice cancelled: %s", reason), self._get_traces().get
        )
        self.debtor_id._refresh_last_contact()
        if correction:
            for company, notices in self.grouped("company_id").items():
                self.env["recovery.dispatch"]._send_corrections(notices, correction, company._recovery_today())
        self.campaign_id._update_state()

    def _follows_debtor(self):
        """Tell whether the notice claims what its debtor owes, and reaches nobody but the debtor; hook."""
        self.ensure_one()
        return True

    def _hook_withdrawn(self, reason):
        """End with a notice that the books withdrew before it left what else came of it; hook."""

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
    # What one notice does otherwise than its level, before it leaves
    # ------------------------------------------------------------
    def action_read(self):
        """Show the notice as it would leave now, or as it left; one that is proposed may be changed there."""
        self.ensure_one()
        self.check_access("read")
        return self.env["recovery.notice.wizard"]._open(self)

    def action_change(self, values):
        """Change what these proposed notices do, each for itself: campaigns, windows and clients come by here.

        :param dict values: any of ``channel`` (``email``, ``letter``, ``registered``), ``addressee_id``, ``subject``,
            ``body`` and ``closing`` (with the placeholders of the levels), ``with_statement``, ``with_invoices``
            (booleans), ``attachment_ids`` (ids of PDF documents); an empty value gives back what the level says.
        """
        self._change(values)
        return say(self.env, self.env._("Notices edited before sending: %s.", len(self)))

    def _change(self, values):
        """Change what these proposed notices do, and trace it; see :meth:`action_change`."""
        require_user(self.env)
        self.check_access("read")
        values = self._check_changes(values)
        notices = self.sudo()
        for notice in notices:
            before = notice._describe_own()
            vals = notice._prepare_own(values)
            notice.write(vals)
            if "addressee_id" in vals:
                notice.invalidate_recordset(self._get_placeholders())  # they name it
            now = notice._describe_own()
            changed = {key: text for key, text in now.items() if text != before.get(key)}
            if changed:
                self.env["recovery.event"]._log(
                    "changed",
                    notice,
                    self.env._("Edited before sending: %s", notice.display_name),
                    {
                        **changed,
                        "before": list_phrases(self.env, filter(None, (before.get(key) for key in changed)))[:1000],
                    },
                )

    def _check_changes(self, values):
        """Return the changes asked for, as they are kept; refuse what no notice, or not these, may do.

        :raises UserError: it says what, and why.
        """
        if not isinstance(values, dict) or set(values) - CHANGEABLE:
            raise UserError(self.env._("These may be changed: %s.", ", ".join(sorted(CHANGEABLE))))
        documents = values.get("attachment_ids") or []
        ids = [values.get("addressee_id") or 0, *(documents if isinstance(documents, list | tuple) else [None])]
        if not all(isinstance(record_id, int) and 0 <= record_id < LARGEST_ID for record_id in ids):
            raise UserError(self.env._("Contacts and documents are referenced by their ids."))
        for notice in self.sudo():
            if notice.state != "draft":
                raise UserError(self.env._("%s is no longer a proposal: it is sent as it is.", notice.display_name))
            if refusal := notice._refuse_change(values):
                raise UserError(refusal)
        channel = values.get("channel") or False
        if channel and channel not in [key for key, _label in self._fields["own_channel"].selection]:
            raise UserError(self.env._("A notice is sent by e-mail, letter or registered letter."))
        for name in WORDS & values.keys():
            self._check_own_text(name, values[name])
        return values

    def _refuse_change(self, values):
        """Return why this notice may not be changed so, nothing if it may; hook."""
        self.ensure_one()
        if self.kind == HANDOVER:
            return self.env._("A handover is an internal task: nothing is sent.")
        return None

    def _check_own_text(self, name, text):
        """Refuse what no document can fill, and a line of nothing."""
        if text and not isinstance(text, str):
            raise UserError(self.env._("The wording must be text."))
        parsed = self._parse_own(f"own_{name}", text)
        if unknown := parsed.find_unknown(self._get_placeholders()):
            raise ValidationError(
                "\n".join(
                    (
                        self.env._(
                            "%(found)s is not a placeholder of a notice.",
                            found=", ".join(unknown[:3]),
                        ),
                        self.env._(
                            "Available ones: %s", ", ".join(f"object.{known}" for known in self._get_placeholders())
                        ),
                    )
                )
            )

    @api.model
    def _parse_own(self, name, text):
        """Return a text of one's own cut at its placeholders; what the sanitiser takes away counts as strange."""
        field = self._fields[name]
        if field.type != "html":
            return parse_line(text or "")
        text = (text or "").encode("utf-8", "ignore").decode()
        parsed = parse_html(field.convert_to_cache(text, self.browse()))
        return parsed._replace(strange=(*parse_html(text).strange, *parsed.strange))

    def _prepare_own(self, values):
        """Return the values to write for changes that were checked: what the level says anyhow is not kept."""
        self.ensure_one()
        vals = {}
        if "channel" in values:
            asked = self.level_id.sudo()._get_channels()
            vals["own_channel"] = values["channel"] if [values["channel"]] != asked else False
        if values.get("addressee_id"):
            vals |= self._prepare_addressee(values["addressee_id"])
        if WORDS & values.keys():
            current = dict(zip(("subject", "body", "closing"), self._get_words(), strict=True))
            words = current | {name: values[name] or "" for name in WORDS & values.keys()}
            if not any(words.values()) or words == dict(zip(words, self._get_words(own=False), strict=True)):
                words = dict.fromkeys(words, False)
            elif not (words["subject"] or "").strip() or is_html_empty(words["body"]):
                raise UserError(self.env._("Write a subject and a text."))
            vals |= {f"own_{name}": text or False for name, text in words.items()}
        for name in ("statement", "invoices"):
            if f"with_{name}" in values:
                is_attached = bool(values[f"with_{name}"])
                is_same = is_attached == self._attaches(name, own=False)
                vals[f"own_{name}"] = False if is_same else "with" if is_attached else "without"
        if "attachment_ids" in values:
            vals["own_attachment_ids"] = [(6, 0, self._keep_own_documents(values["attachment_ids"]).ids)]
        return vals

    def _prepare_addressee(self, partner_id):
        """Return the values that address the notice to another contact of its customer, in that one's language."""
        partner = self.env["res.partner"].browse(partner_id).exists()
        if partner.sudo().commercial_partner_id != self.partner_id.commercial_partner_id:
            raise UserError(self.env._("A notice goes to the customer or one of its contacts, nobody else."))
        if not partner.active and partner != self.partner_id:
            raise UserError(self.env._("%s is archived: choose another addressee.", partner.display_name))
        imposed = self.level_id.scenario_id.lang
        active = self.env["recovery.debtor"]._get_active_languages()
        lang = self.debtor_id._get_language(partner, active, imposed)
        return {"addressee_id": partner.id, "lang": lang}

    def _keep_own_documents(self, ids):
        """Return copies of these documents that stay with the notice; only what whoever asks may read, and PDF only.

        They may leave as a letter, which is printed.
        """
        self.ensure_one()
        own = self.own_attachment_ids.filtered(lambda document: document.id in (ids or ()))
        new = [document_id for document_id in ids or () if document_id not in own.ids]
        return own + self.env["recovery.sender"]._copy_pdfs(self, new)

    def _get_words(self, own=True):
        """Return the subject, opening and closing as they are filled, in the notice's language; its tone included.

        :param own: those chosen for this notice, where there are any; otherwise what its level says.
        """
        self.ensure_one()
        if own and self.own_body:
            return self.own_subject or "", self.own_body or "", self.own_closing or ""
        level = self.level_id.sudo().with_context(lang=self.lang)
        paragraph = self._get_tone_fields().get(self.tone)
        tone = (level[paragraph] if paragraph else "") or ""
        return level.subject or "", (level.body or Markup()) + Markup(tone), level.closing or ""

    def _get_asked_channels(self):
        """Return the channels chosen for this notice, else its level's, whatever the addressee has."""
        self.ensure_one()
        return [self.own_channel] if self.own_channel else self.level_id.sudo()._get_channels()

    def _is_printed(self):
        """Tell whether a letter is printed when the notice leaves, or was."""
        self.ensure_one()
        return bool(self.document_id) or self in self.env["recovery.dispatch"]._get_lettered(self)

    def _attaches(self, name, own=True):
        """Tell whether the notice's mail brings the ``statement`` or the ``invoices``."""
        self.ensure_one()
        chosen = own and self[f"own_{name}"]
        level = self.level_id.sudo()
        field = "attach_account_statement" if name == "statement" else "attach_invoices"
        return chosen == "with" if chosen else level[field]

    def _describe_own(self):
        """Return what the notice does otherwise than its level, as the journal keeps it."""
        self.ensure_one()
        channels = dict(self._fields["own_channel"]._description_selection(self.env))
        attached = dict(self._fields["own_statement"]._description_selection(self.env))
        texts = (html2plaintext(text or "") for text in (self.own_body, self.own_closing))
        described = {
            "addressee": self.addressee_id.display_name,
            "channel": channels.get(self.own_channel),
            "subject": self.own_subject,
            "text": "\n".join(filter(None, texts))[:4000],
            "statement": attached.get(self.own_statement),
            "attached invoices": attached.get(self.own_invoices),
            "documents": ", ".join(self.own_attachment_ids.mapped("name")),
        }
        return {key: text or "" for key, text in described.items()}

    def _drop_own_words(self):
        """Forget words that were chosen for another level than the notice is now of, and trace it."""
        for notice in self.filtered("own_body"):
            notice.write({"own_subject": False, "own_body": False, "own_closing": False})
            self.env["recovery.event"]._log(
                "changed", notice, self.env._("Its level changed: the wording chosen for it is dropped")
            )

    # ------------------------------------------------------------
    # Helpers
    # ------------------------------------------------------------
    def _get_trace(self):
        """Return the figures that the journal keeps of a notice; what is announced stands apart."""
        self.ensure_one()
        return self._get_traces()[self]

    def _get_traces(self):
        """Return ``{notice: figures that the journal keeps of it}``, in one reading, whatever their number."""
        own = Domain("notice_id", "in", self.ids) & Domain("role", "in", OWN_ROLES)
        names = defaultdict(lambda: defaultdict(set))
        fields_read = ["notice_id", "role", "move_name"]
        for notice_id, role, name in self.env["recovery.bulk"]._read("recovery.notice.line", fields_read, own, "id"):
            names[notice_id][role].add(name or "")
        traces = {}
        for notice in self:
            invoices = {role: ", ".join(sorted(found)) for role, found in names[notice.id].items()}
            traces[notice] = {
                "level": notice.level_id.name,
                "amount": notice.amount,
                "currency": notice.company_currency_id.name,
                "invoices": invoices.get("claimed", ""),
            }
            if "announced" in invoices:
                announced = {"announced": notice.amount_announced, "announced invoices": invoices["announced"]}
                traces[notice] |= announced
        return traces

    def _get_union_key(self):
        """Return what two notices of one customer must share to be one: a mise en demeure stands alone."""
        self.ensure_one()
        return self.campaign_id, self.state, self.kind if self.kind in (FORMAL_NOTICE, HANDOVER) else None

    def _on_decision(self, decision):
        """Go on, or stop, when the manager has answered."""
        waiting = self.sudo().filtered(lambda notice: notice.state == "to_approve")
        if decision.state == "granted":
            waiting.write({"state": "validated", "state_reason": False})
        elif decision.state == "refused":
            waiting._set_aside(decision.answer_reason)
        self.sudo().campaign_id._update_state()

    # ------------------------------------------------------------
    # Contacts who left
    # ------------------------------------------------------------
    def _has_archived_addressee(self):
        """Tell whether it would go to a contact who is archived: the customer itself, even archived, still owes."""
        self.ensure_one()
        addressee = self.addressee_id
        return bool(addressee) and not addressee.active and addressee != self.partner_id

    def _leave_archived_addressees(self):
        """Write to the next contact of the customer instead of one who is archived, in the next one's language.

        A guarantor has no next one.

        :return: the notices that changed.
        """
        self.sudo().addressee_id.fetch(["active"])
        gone = self.sudo().filtered(lambda notice: notice._has_archived_addressee() and notice._follows_debtor())
        Debtor = self.env["recovery.debtor"].sudo()
        active, moved = Debtor._get_active_languages(), defaultdict(self.sudo().browse)
        for kind, notices in gone.grouped("kind").items():
            found = Debtor._map_addressees(dict.fromkeys(notices.debtor_id, kind))
            for notice in notices:
                addressee = found[notice.debtor_id]
                imposed = notice.level_id.scenario_id.lang
                lang = notice.debtor_id._get_language(addressee, active, imposed)
                moved[notice.addressee_id, addressee, lang] |= notice
        for (former, addressee, lang), notices in moved.items():
            notices.write({"addressee_id": addressee.id, "lang": lang})
            notices.invalidate_recordset(self._get_placeholders())  # they name it
            self.env["recovery.responsible"]._log_readdressed(notices, former, addressee)
        return gone

    # ------------------------------------------------------------
    # What the scenario adds: tone, language, signatory, copies
    # ------------------------------------------------------------
    def _get_tones(self):
        """Return ``{notice: tone}`` as a proposal made now would have it."""
        tones = {}
        for (company, day), notices in self.grouped(lambda n: (n.company_id, n.date)).items():
            oldest = {notice.debtor_id: notice.oldest_due for notice in notices}
            found = self.env["recovery.selection"]._find_tones(company, day, oldest, without=notices)
            tones |= {notice: found[notice.debtor_id] for notice in notices}
        return tones

    def _get_signatory(self):
        """Return the (name, function) under which this notice is signed, as its level says."""
        self.ensure_one()
        user = self._get_level_signer()
        if not user:
            return self.issuer_id.sudo()._recovery_signatory()
        return user.name, user.sudo().partner_id.function or ""

    def _get_level_signer(self):
        """Return the person by whom the level has it signed; nobody who left: then the company's signatory signs."""
        level, responsible = self.level_id.sudo(), self.env["recovery.responsible"]
        if level.signer == "collector":
            return responsible._get_able(self.debtor_id.collector_id, self.company_id)
        if level.signer == "user":
            return responsible._get_able(level.signer_id, self.company_id, role=None)
        return self.env["res.users"]

    def _get_signing_user(self):
        """Return the user who signs, nobody where the company's signatory is a name only."""
        self.ensure_one()
        return self._get_level_signer() or self.issuer_id.sudo()._recovery_signing_contact()

    def _get_copies(self):
        """Return ``{notice: contacts who get a copy}``, as the levels say and from their amount on.

        Only people of the house and contacts that somebody chose: a debt is never told
        to third parties. Who has no e-mail address, or left, gets none.
        """
        responsible = self.env["recovery.responsible"].sudo()
        copies = {}
        for notice in self:
            level = notice.level_id.sudo()
            partners = self.env["res.partner"].sudo()
            amount = notice._get_subject_amount()
            if not level.copy_above or notice.company_currency_id.compare_amounts(amount, level.copy_above) >= 0:
                if level.copy_salesperson:
                    seller = notice.partner_id.sudo().user_id
                    partners |= responsible._get_able(seller, notice.company_id, role=None).partner_id
                if level.copy_manager:
                    partners |= responsible._find_manager(notice.company_id).partner_id
                partners |= level.copy_partner_ids
            copies[notice] = partners.filtered(lambda p: p.active and p.email_normalized) - notice.addressee_id
        return copies

    @api.model
    def _get_tone_fields(self):
        """Return the field of a level that holds the paragraph of each tone."""
        return {tone: f"paragraph_{tone}" for tone in (FIRST_LATE, HABITUAL, PROMISE_BROKEN)}

    # ------------------------------------------------------------
    # The placeholders of a level's wording, as text in the reader's language
    # ------------------------------------------------------------
    @api.depends_context("lang")
    def _compute_wording(self):
        for notice in self:
            day = notice.issue_date or notice.date
            contact = notice.debtor_id._get_responsible()
            addressee = notice.addressee_id
            totals = [
                formatLang(self.env, total, currency_obj=currency)
                for currency, total, _credits in notice._get_currency_totals()
            ]
            late = (day - notice.oldest_due).days if notice.oldest_due else 0
            notice.debtor_name = notice.partner_id.name
            notice.contact_name = addressee.name if addressee and not addressee.is_company else notice.partner_id.name
            notice.amount_text = self._join(totals)
            notice.invoice_count_text = str(notice.line_count)
            notice.oldest_due_text = format_letter_day(self.env, notice.oldest_due, "long")
            notice.days_late_text = str(abs(late))
            notice.deadline_text = format_letter_day(self.env, notice.deadline_date, "long")
            notice.deadline_days_text = str(notice.level_id.deadline_days)
            notice.letter_date_text = self._format_day(day, "long")
            notice.company_name = notice.issuer_id.name
            notice.collector_name = contact.name
            notice.collector_phone = contact.partner_id.phone or notice.issuer_id.phone or ""
            notice.collector_email = contact.email or notice.issuer_id.email or ""
            notice.debtor_phone = addressee.phone or notice.partner_id.phone or ""

    def _compute_history_wording(self):
        """Count the instalments paid on time and late over two years, in one query per company and date."""
        for (company, day), notices in self.grouped(lambda n: (n.company_id, n.issue_date or n.date)).items():
            history = self.env["recovery.ledger.history"]._read_payment_history(company, notices.partner_id, day)
            for notice in notices:
                past = history.get(notice.partner_id.id)
                notice.paid_on_time_text = str(past.settled_24 - past.late_24 if past else 0)
                notice.paid_late_text = str(past.late_24 if past else 0)

    @api.model
    def _join(self, parts):
        """Return amounts of several currencies as one phrase: ``1 200,00 € and $ 300.00``."""
        return enumerate_phrases(self.env, parts)

    # ------------------------------------------------------------
    # What is told for information: the rest of the account and the open credits
    # ------------------------------------------------------------
    def _get_rest_lines(self):
        """Return the open instalments that the notice does not claim: as frozen at its issue, else as of its date.

        Before the issue they are lines that exist in memory only. A notice that is only looked
        at, as an example, has none but its own.
        """
        self.ensure_one()
        announced = self._get_own_lines() - self._get_subject_lines()
        if self.issue_date or not self._origin:
            return announced | self.line_ids.filtered(lambda line: line.role == "information")
        selection = self.env["recovery.selection"].sudo()
        verdicts, _left = selection._evaluate(self.company_id, self.date, self.partner_id, without=self)
        Line = self.env["recovery.notice.line"].sudo()
        rows = self.env["recovery.proposal"].sudo()._prepare_rest(self, verdicts, self.date)
        rest = Line.union(*(Line.new(values) for values in rows))
        return announced | rest

    def _freeze_rest(self, verdicts_by_partner, day):
        """Write what each notice neither claims nor announces, as the books have it now; what was settled is nil.

        :param dict verdicts_by_partner: all the verdicts on each customer, by its id.
        :param day: the day of issue.
        """
        rows = []
        for notice in self.sudo():
            lines = notice.line_ids.filtered(lambda line: line.role == "information")
            present = {line.move_line_id.id: line for line in lines}
            verdicts = verdicts_by_partner.get(notice.partner_id.id, ())
            for values in self.env["recovery.proposal"]._prepare_rest(notice, verdicts, day):
                line = present.pop(values["move_line_id"], None)
                if line:
                    line.write({name: amount for name, amount in values.items() if name.startswith("amount")})
                else:
                    rows.append(values)
            for line in present.values():
                line.write({"amount_residual": 0.0, "amount_due": 0.0, "amount_due_company": 0.0})
        if rows:
            names, rows = list(rows[0]), [tuple(values.values()) for values in rows]
            self.env["recovery.bulk"]._insert("recovery.notice.line", names, rows, with_ids=False)

    def _freeze_credits(self, credits):
        """Write the credits that nothing uses, as the books have them now: what a proposal saw may be gone.

        :param list credits: ``(open item, amount left of it)`` of all the debtors, as the selection gives them.
        """
        notices = self.sudo()
        notices.line_ids.filtered(lambda line: line.role == "credit").unlink()
        by_partner = defaultdict(list)
        for item, amount in credits:
            by_partner[item.partner_id].append((item, amount))
        Proposal = self.env["recovery.proposal"]
        Proposal._write_credits(
            [
                Proposal._prepare_credit((notice.id, notice.debtor_id.id, notice.company_id.id), item, amount)
                for notice in notices
                for item, amount in by_partner[notice.partner_id.id]
            ]
        )

    # ------------------------------------------------------------
    # What documents show: the account by currency, the sender, the ways to pay
    # ------------------------------------------------------------
    def _get_document_values(self):
        """Return the values that the letter, the statement and the mail print, in the context's language.

        Amounts stay in the invoices' currency, with one table and one total each; one sentence
        says their equivalent when there is a foreign one.
        """
        self.ensure_one()
        company = self.issuer_id
        bank = self._get_bank(company)
        name, title = self._get_signatory()
        subject = self._get_subject_lines().sorted(lambda line: (line.due_date, line.id))
        is_claim = bool(self._get_claimed_lines())
        information = self._get_rest_lines().filtered("amount_due")
        information = information.sorted(lambda line: (line.due_date, line.move_line_id.id))
        credits = self.line_ids.filtered(lambda line: line.role == "credit")
        day = self.issue_date or self.date
        return {
            "day": day,
            "place_and_date": format_place_and_day(self.env, company, day),
            "place_and_today": format_place_and_day(self.env, company, self.company_id._recovery_today()),
            "company": company,
            "groups": self._group_lines(subject),
            "is_claim": is_claim,
            "information_groups": self._group_lines(information),
            "is_to_come": lambda line: bool(line.due_date) and line.due_date >= day,
            "has_to_come": any(group["to_come"] for group in self._group_lines(information)),
            "credits": credits,
            "owed": self._say_owed(),
            "equivalent": self._say_equivalent(),
            "deadline": self.deadline_date or (self.kind == "formal_notice" and self.level_id._get_deadline(day)),
            "bank": bank,
            "qr": self._get_payment_qr(bank),
            "postal_lines": self._get_postal_lines(),
            "reference": self.number or self.partner_id.ref or self.partner_id.name,
            "contact": self.debtor_id._get_responsible(),
            "signatory_name": name,
            "signatory_title": title,
            "identity": company._recovery_identity_line(),
            "money": lambda amount, currency: formatLang(self.env, amount, currency_obj=currency),
            "date": lambda value, style=None: self._format_day(value, style),
        }

    def _get_bank(self, company):
        """Return the account to pay to, none where nothing is owed: who is thanked is not asked to pay."""
        is_owed = self.line_ids or self.debtor_id.sudo().amount_open
        return company.sudo()._recovery_bank() if is_owed else self.env["res.partner.bank"]

    def _find_letter_size(self, values, wording):
        """Return the size of the letter as style sheets have it: the largest at which it stands on one page.

        :param dict values: what it prints, see :meth:`_get_document_values`.
        :param wording: its subject, opening and closing.
        """
        subject, opening, closing = wording
        pieces = [
            Piece(values["place_and_date"]),
            Piece(subject, height=0.25, scale=1.05),
            Piece(opening),
            *(make_table(len(group["lines"])) for group in values["groups"]),
            Piece(values["equivalent"]),
            Piece(height=7.0 if values["qr"] else 3.8 if values["bank"] else 0.0),
            Piece(closing),
            Piece(height=7.0),  # the signature
            *self._list_rest_pieces(values),
        ]
        return self._set_letter(pieces)

    def _set_letter(self, pieces, style=LETTER):
        """Return the size of a letter made of these pieces, as style sheets have it."""
        return (SETTING.heard or Setting()).find_size(self, pieces, style)

    @api.model
    def _list_rest_pieces(self, values):
        """Return what stands below the signature, as it counts on the page."""
        groups = values["information_groups"]
        if not groups and not values["credits"]:
            return [Piece(values["owed"], scale=0.9)]
        return [
            Piece(values["owed"], scale=0.9),
            Piece(height=1.6 + 1.4 * values["has_to_come"], scale=0.9),
            Piece(height=bool(values["credits"]) * 1.3 * (1 + len(values["credits"]) // 3), scale=0.9),
            *(make_table(len(group["lines"]) + bool(group["to_come"]), scale=0.78, style=REST_ROW) for group in groups),
        ]

    def _say_owed(self):
        """Return the sentence on what we owe the customer, in the context's language; nothing where we owe nothing."""
        amount = self.sudo().amount_owed_by_us
        if self.company_currency_id.compare_amounts(amount, 0.0) <= 0:
            return ""
        return self.env._(
            "Your bills of %s are open in our accounts: reciprocal debts that are due may be set off (C. civ. "
            "1347). Nothing has been deducted here.",
            formatLang(self.env, amount, currency_obj=self.company_currency_id),
        )

    def _describe_announced(self):
        """Return what a script mentions beside its claim, in the context's language: a text per instalment to come."""
        self.ensure_one()
        lines = self._get_own_lines() - self._get_subject_lines()
        return [
            self.env._(
                "%(invoice)s: %(amount)s, due on %(day)s",
                invoice=line.move_name,
                amount=formatLang(self.env, line.amount_due, currency_obj=line.currency_id),
                day=self._format_day(line.due_date),
            )
            for line in lines.sorted(lambda line: (line.due_date, line.id))
        ]

    def _get_postal_lines(self):
        """Return the addressee as an envelope shows it: the customer, the person, the street; the country if abroad."""
        partner = self.addressee_id or self.partner_id
        return partner._recovery_postal_lines(self.issuer_id.partner_id, self._get_envelope_names())

    def _get_envelope_names(self):
        """Return the names that stand above the addressee's own."""
        return [self.partner_id.name]

    def _get_payable_totals(self):
        """Return ``[(currency, amount)]`` of what this notice is about, one per currency."""
        return [(currency, total) for currency, total, _credits in self._get_currency_totals()]

    @api.depends("line_ids.amount_due", "line_ids.currency_id", "issue_date", "date")
    @api.depends_context("lang")
    def _compute_equivalent(self):
        for notice in self:
            notice.equivalent = notice._say_equivalent()

    def _say_equivalent(self):
        """Return what the claim is worth in the company's currency on the day of the notice; empty if it is in it."""
        day = self.issue_date or self.date
        totals = [(currency, total) for currency, total, _credits in self._get_currency_totals()]
        return say_equivalent(self.env, self.company_id, day, totals)

    def _get_payment_qr(self, bank):
        """Return what draws the SEPA code to pay the claim, if the company wants it and the code can say it all.

        The code knows one amount in euros: a claim in several currencies has none.
        """
        totals = self._get_payable_totals()
        if not (self.company_id.sudo().recovery_payment_qr and bank and len(totals) == 1):
            return None
        currency, amount = totals[0]
        if "sct_qr" not in [method[0] for method in bank._get_available_qr_methods()] or amount <= 0:
            return None
        reference = self.number or self.partner_id.ref or self.partner_id.name
        arguments = (amount, reference, None, currency, self.partner_id, "sct_qr")
        try:
            image = bank.build_qr_code_base64(*arguments, silent_errors=True)
        except Exception:  # a server without the drawing library: a letter never fails for its ornament
            _logger.warning("No QR code for notice %s", self.id, exc_info=True)
            return None
        return image and {"image": image, "url": bank.build_qr_code_url(*arguments, silent_errors=True)}

    def _format_day(self, day, style=None):
        return format_day(self.env, day, style) if style else format_letter_day(self.env, day)

    def _group_lines(self, lines):
        """Return ``[{currency, lines, paid, total, to_come}]``, the company's currency first.

        ``to_come`` is the part of the total that is not late on the day of the document.
        """
        day = self.issue_date or self.date
        groups = [
            {
                "currency": currency,
                "lines": group,
                "amount": currency.round(sum(group.mapped("amount_total"))),
                "paid": currency.round(sum(line._get_settled() for line in group)),
                "total": currency.round(sum(group.mapped("amount_due"))),
                "to_come": currency.round(
                    sum(line.amount_due for line in group if line.due_date and line.due_date >= day)
                ),
            }
            for currency, group in lines.grouped("currency_id").items()
        ]
        return sorted(groups, key=lambda group: group["currency"] != self.company_currency_id)

    def _get_correction(self):
        """Return the (subject, body) of the message that takes this notice back, while it is sent."""
        self.ensure_one()
        texts = CORRECTIONS.heard or {}
        if self.id not in texts:
            raise UserError(self.env._("The letter retracting a notice is printed once, when it is sent."))
        return texts[self.id]

    def _get_preview_wording(self):
        """Return the wording as it leaves or left, once it is frozen; before, as it would leave today.

        A text that cannot be filled says so in its place: it would not leave.
        """
        self.ensure_one()
        if self.body:
            return self.subject, self.body, self.closing
        try:
            return self.env["recovery.rendering"]._render_wording(self)[self]
        except UserError as error:
            return "", self.env["recovery.wording"]._describe_refusal(error), Markup()

    # ------------------------------------------------------------
    # Levels reached before this module
    # ------------------------------------------------------------
    @api.model
    def _resume(self, company, rows, reason):
        """Put instalments at a level of the past, without sending: one notice per customer, level and day.

        :param rows: ``(journal item, level, day)``.
        :param reason: it stays on the notices and in the journal.
        :return: the notices, which a manager may cancel.
        """
        self._check_resumable(rows)
        groups = defaultdict(lambda: self.env["account.move.line"])
        for line, level, day in rows:
            groups[line.partner_id.commercial_partner_id, level, day] |= line
        partners = self.env["res.partner"].union(*(partner for partner, _level, _day in groups))
        debtors = self.env["recovery.debtor"].sudo()._ensure_for(partners, company)
        debtor_by_partner = {debtor.partner_id: debtor for debtor in debtors}
        levels = self.env["recovery.level"].union(*(level for _partner, level, _day in groups))
        ranks = self.env["recovery.proposal"]._get_ranks(levels.scenario_id)
        notices = self.sudo().create(
            [
                self._prepare_resumed(company, debtor_by_partner[partner], level, day, lines, reason)
                for (partner, level, day), lines in groups.items()
            ]
        )
        vals_list = [
            self._prepare_resumed_line(notice, line, ranks)
            for notice, lines in zip(notices, groups.values(), strict=True)
            for line in lines
        ]
        self.env["recovery.notice.line"].sudo().create(vals_list)
        self.env.flush_all()  # the unique index speaks now: an instalment is claimed once per level
        self.env["recovery.event"]._log(
            "resumed",
            notices,
            lambda n: self.env._("%(level)s carried over: %(reason)s", level=n.level_id.name, reason=reason),
            notices._get_traces().get,
        )
        return notices.with_env(self.env)

    @api.model
    def _check_resumable(self, rows):
        """Refuse a claim of before the instalment was late: only a courtesy comes by the due date.

        :raises ValidationError: it names the first invoices.
        """
        early = [
            line for line, level, day in rows if level.kind != COURTESY and day <= (line.date_maturity or line.date)
        ]
        if early:
            raise ValidationError(
                self.env._(
                    "Not late yet on the day of that level: %s. Nothing is claimed before the day after its due date.",
                    ", ".join(dict.fromkeys(line.move_name or "" for line in early[:10])),
                )
            )

    @api.model
    def _prepare_resumed(self, company, debtor, level, day, lines, reason):
        return {
            "company_id": company.id,
            "issuer_id": lines[0].company_id.id,
            "debtor_id": debtor.id,
            "addressee_id": debtor.partner_id.id,
            "level_id": level.id,
            "kind": level.kind,
            "date": day,
            "deadline_date": level._get_deadline(day) if level.kind == FORMAL_NOTICE else False,
            "state": "resumed",
            "state_reason": reason,
            "amount_announced" if level.kind == COURTESY else "amount": sum(lines.mapped("recovery_residual_company")),
            "oldest_due": min(line.date_maturity or line.date for line in lines),
            "line_count": len(lines),
        }

    @api.model
    def _prepare_resumed_line(self, notice, line, ranks):
        due = line.date_maturity or line.date
        return {
            "notice_id": notice.id,
            "debtor_id": notice.debtor_id.id,
            "company_id": notice.company_id.id,
            "move_line_id": line.id,
            "move_id": line.move_id.id,
            "role": "announced" if notice.kind == COURTESY else "claimed",
            "level_id": notice.level_id.id,
            "level_kind": notice.kind,
            "level_rank": ranks.get(notice.level_id.id, 0),
            "engaged": True,
            "claimed_on": notice.date,
            "deadline_date": notice.deadline_date,
            "currency_id": line.currency_id.id,
            "move_name": line.move_name,
            "move_ref": line.move_id.ref,
            "invoice_date": line.move_id.invoice_date or line.date,
            "due_date": due,
            "days_late": (notice.date - due).days,
            "amount_total": line.amount_currency,
            "amount_residual": line.recovery_residual,
            "amount_due": line.recovery_residual,
            "amount_due_company": line.recovery_residual_company,
        }

    @api.depends("state_reason", "warning")
    @api.depends_context("lang")
    def _compute_remark(self):
        for notice in self:
            notice.remark = ", ".join(filter(None, (notice.state_reason, notice.warning)))

    def unlink(self):
        self.env["recovery.bulk"]._forget(self.filtered(lambda notice: notice.state in DELETABLE))
        return super().unlink()
