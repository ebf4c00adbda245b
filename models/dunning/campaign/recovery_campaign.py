import logging
from collections import defaultdict

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date, mute_logger
from odoo.tools.misc import split_every
from odoo.tools.translate import LazyTranslate

from ...common.aside import Aside
from ...common.elsewhere import reading_elsewhere
from ...common.marks import takes_reason
from ...common.own_values import without_defaults
from ...common.recovery_delivery import LETTERS, PENDING_STATES
from ...common.recovery_ranged import get_size
from ...common.recovery_work import Part
from ...common.roles import require_manager, require_user
from ...common.saying import entitle, narrow, say
from .recovery_notice import DELETABLE
from .verdict import DUE, ERROR, TIME_BARRED

_lt = LazyTranslate(__name__)

# What a proposal rests on.
SCOPE = {"date", "company_id", "debtor_ids", "scenario_id", "collector_id"}
REPEATABLE = ("draft", "proposed")
WRITTEN = ("email", *LETTERS)
# A mail in whose place a letter left.
REPLACED = Domain("state", "in", ("failed", "bounced")) & Domain("replacement_ids", "!=", False)
# What a button does at once; beyond, it shows how far it is. A mail weighs one, a letter as much as five.
LONG_VALIDATION = 100
LONG_SENDING = 20
# Customers: beyond, a proposal is worked out in ranges, and what makes itself is validated so.
LONG_PROPOSAL = 2000
# Customers of a range, at least; a range that is sent holds as many as are sent together, a fifth of that in letters.
PROPOSED_AT_ONCE = 500
VALIDATED_AT_ONCE = 500
LETTER_WEIGHT = 5
LOOKED_AT_ONCE = 1000  # notices of which all is read, to put them into ranges
OPEN_WORK = ("running", "incomplete")
_logger = logging.getLogger(__name__)
#: A campaign is proposed to be looked at, and taken back: it draws no number.
REHEARSAL = Aside("rehearsal")
STUCK = "debt_recovery.mail_activity_type_stuck"
IDENTITY = "debt_recovery.mail_activity_type_identity"


class RecoveryCampaign(models.Model):
    """A campaign: the notices of a date, proposed, looked at, validated and sent."""

    _name = "recovery.campaign"
    _description = "Reminder campaign"
    _inherit = ["recovery.guarded", "recovery.decided", "recovery.ranged", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _typed = ("company_id", "date", "debtor_ids", "scenario_id", "collector_id")
    _typed_once = ("mode",)
    _journal_words = {"notices": _lt("Notices"), "verdicts": _lt("Verdicts")}

    name = fields.Char(required=True, readonly=True, copy=False, default=lambda self: self.env._("New"))
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company.root_id
    )
    date = fields.Date(
        required=True,
        default=lambda self: self.env.company._recovery_today(),
        tracking=True,
        help="Levels are calculated as of this day.",
    )
    mode = fields.Selection(
        [
            ("proposal", "Proposal to review"),
            ("simulation", "Simulation"),
            ("automatic", "Automatic"),
        ],
        required=True,
        default="proposal",
        readonly=True,
        index=True,
        help="A simulation of any date, past or future, writes nothing but its verdicts.",
    )
    debtor_ids = fields.Many2many(
        "recovery.debtor", string="Only these debtors", help="Empty: every debtor of the company.", copy=False
    )
    user_id = fields.Many2one(
        "res.users", string="Made by", required=True, readonly=True, default=lambda self: self.env.user
    )
    state = fields.Selection(
        [
            ("draft", "To propose"),
            ("proposed", "To review"),
            ("to_approve", "To approve"),
            ("validated", "Validated"),
            ("sending", "Being sent"),
            ("sent", "Issued"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        readonly=True,
        tracking=True,
        index=True,
        help="How far the campaign has been decided. Its status says whether everything has been sent.",
    )
    status = fields.Selection(
        selection="_selection_status",
        compute="_compute_status",
        compute_sudo=True,
        search="_search_status",
        help="Sent when nothing remains waiting: no letter to print or post, no call, no e-mail.",
    )
    waiting_text = fields.Char(
        "What is waiting",
        compute="_compute_status",
        compute_sudo=True,
        help="Letters to print and post, calls to make, e-mails not yet sent.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    notice_ids = fields.One2many("recovery.notice", "campaign_id", string="Notices proposed")
    notice_count = fields.Integer("Notices", compute="_compute_totals")
    amount = fields.Monetary("Claimed", compute="_compute_totals")
    amount_announced = fields.Monetary(
        "Announced",
        compute="_compute_totals",
        help="Amounts falling due later: courtesy reminders, and what is shown alongside a claim.",
    )
    excluded_count = fields.Integer("Excluded", compute="_compute_totals")
    amount_excluded = fields.Monetary("Amount excluded", compute="_compute_totals")
    sent_count = fields.Integer("Issued", compute="_compute_totals")
    failed_count = fields.Integer("Failed", compute="_compute_totals")
    to_approve_count = fields.Integer("To approve", compute="_compute_totals")
    blocked_count = fields.Integer("Blocked", compute="_compute_totals")
    letter_count = fields.Integer("Letters", compute="_compute_letter_count")
    to_print_count = fields.Integer("Letters to print", compute="_compute_letter_count")
    to_post_count = fields.Integer("Letters to post", compute="_compute_letter_count")
    summary = fields.Json(readonly=True)
    summary_html = fields.Html("What the campaign leaves out", compute="_compute_summary_html", sanitize=False)
    identity_gaps = fields.Char(compute="_compute_identity_gaps")
    scenario_id = fields.Many2one(
        "recovery.scenario",
        string="Only this scenario",
        domain="[('company_id', 'in', (False, company_id))]",
        help="Empty: every scenario.",
    )
    collector_id = fields.Many2one(
        "res.users",
        string="Only this collector's debtors",
        domain="[('share', '=', False)]",
        help="Empty: everybody's.",
    )
    proposed_on = fields.Date("Proposed on", readonly=True, copy=False, index=True)
    instalment_count = fields.Integer("Instalments reviewed", readonly=True, copy=False)
    amount_open = fields.Monetary("Total open", readonly=True, copy=False, help="Everything that was looked at.")
    amount_simulated = fields.Monetary("Would be claimed", readonly=True, copy=False)
    amount_left_out = fields.Monetary(
        "Not claimed",
        compute="_compute_amount_left_out",
        help="Total open, less what the notices claim: what is excluded stays visible.",
    )
    verdict_count = fields.Integer("Verdicts", compute="_compute_verdict_count")
    day_text = fields.Char("What is simulated", compute="_compute_day_text")
    read_at = fields.Datetime(
        "Read on",
        readonly=True,
        copy=False,
        help="How up to date the accounts read by the simulation were.",
    )
    no_followup_text = fields.Char("What “No Follow-Up” excludes", compute="_compute_no_followup_text")
    no_followup_general = fields.Integer("“No Follow-Up” of miscellaneous entries", compute="_compute_no_followup_text")
    barred_text = fields.Char("Time-barred debts claimed", compute="_compute_barred_text")
    bank_text = fields.Char("Age of the bank statements", compute="_compute_bank_text")
    progress = fields.Float("Issued so far (%)", compute="_compute_progress")
    failure_ids = fields.One2many(
        "recovery.campaign.failure", "campaign_id", string="Customers not proposed", readonly=True
    )
    failure_count = fields.Integer("Not proposed", compute="_compute_failure_count")
    decision_id = fields.Many2one("recovery.decision", readonly=True, copy=False)

    _one_automatic_a_day = models.UniqueIndex(
        "(company_id, date) WHERE mode = 'automatic'", "The automatic campaign for that day already exists."
    )
    scenario_gaps = fields.Text("Gaps in the scenarios", compute="_compute_scenario_gaps")
    stuck_count = fields.Integer("E-mails stuck in the queue", compute="_compute_trouble")
    lost_count = fields.Integer("E-mails failed or bounced", compute="_compute_trouble")
    sender_gap = fields.Char(
        "Missing sender", compute="_compute_sender_gap", help="What prevents the e-mails from being sent."
    )
    server_gap = fields.Char("Missing mail server", compute="_compute_sender_gap")
    is_validating = fields.Boolean("Being validated", readonly=True, copy=False)
    worker_id = fields.Many2one(
        "res.users", string="Sent by", readonly=True, copy=False, help="On whose behalf the scheduled job continues."
    )
    work_since = fields.Datetime("Sent on", readonly=True, copy=False)
    stuck_alert_on = fields.Datetime("Queue alert on", readonly=True, copy=False)
    work_ids = fields.One2many(
        "recovery.work",
        "res_id",
        string="Background jobs",
        domain=[("res_model", "=", "recovery.campaign")],
        readonly=True,
    )
    work_id = fields.Many2one("recovery.work", string="Job in progress", compute="_compute_work")
    work_kind = fields.Char("Type of job", compute="_compute_work")
    work_state = fields.Char("Job status", compute="_compute_work")
    work_progress = fields.Float("Work done (%)", compute="_compute_work")
    work_progress_text = fields.Char("Job progress", compute="_compute_work")
    work_remaining_text = fields.Char("Time left", compute="_compute_work")
    work_late_text = fields.Char("What may be lost", compute="_compute_work")
    failed_range_ids = fields.Many2many("recovery.work.range", string="Failed batches", compute="_compute_work")
    failed_range_count = fields.Integer("Number of failed batches", compute="_compute_work")

    @api.depends("notice_ids.state", "notice_ids.amount", "notice_ids.amount_announced")
    def _compute_totals(self):
        data = {}
        groups = self.env["recovery.notice"]._read_group(
            [("campaign_id", "in", self.ids)],
            ["campaign_id", "state"],
            ["__count", "amount:sum", "amount_announced:sum"],
        )
        for campaign, state, *figures in groups:
            data[campaign.id, state] = figures
        for campaign in self:

            def total(*states, campaign=campaign, position=0):
                return sum(data.get((campaign.id, state), (0, 0.0, 0.0))[position] for state in states)

            alive = ("draft", "blocked", "to_approve", "validated", "sent", "failed")
            campaign.notice_count = total(*alive)
            campaign.amount = total(*alive, position=1)
            campaign.amount_announced = total(*alive, position=2)
            campaign.excluded_count = total("excluded", "obsolete", "cancelled")
            campaign.amount_excluded = total("excluded", "obsolete", "cancelled", position=1)
            campaign.sent_count = total("sent")
            campaign.failed_count = total("failed")
            campaign.to_approve_count = total("to_approve")
            campaign.blocked_count = total("blocked")

    def _compute_letter_count(self):
        groups = self.env["recovery.delivery"]._read_group(
            [
                ("campaign_id", "in", self.ids),
                ("channel", "in", ("letter", "registered")),
                ("state", "!=", "cancelled"),
            ],
            ["campaign_id", "state"],
            ["__count"],
        )
        for campaign in self:
            counts = {state: count for of_campaign, state, count in groups if of_campaign == campaign}
            campaign.letter_count = sum(counts.values())
            campaign.to_print_count = counts.get("to_print", 0)
            campaign.to_post_count = campaign.to_print_count + counts.get("printed", 0)

    # ------------------------------------------------------------
    # Whether everything left
    # ------------------------------------------------------------
    @api.model
    def _selection_status(self):
        labels = dict(self._fields["state"]._description_selection(self.env))
        cancelled = labels.pop("cancelled")
        del labels["sent"]
        labels["waiting"] = self.env._("Waiting to be sent")
        labels["sent"] = self.env._("Sent")
        labels["done"] = self.env._("Done")
        labels["closed"] = self.env._("Closed, nothing was sent")
        labels["cancelled"] = cancelled
        return [*labels.items()]

    @api.depends("state", "notice_ids.state", "notice_ids.delivery_ids.state")
    @api.depends_context("lang")
    def _compute_status(self):
        counts = self._read_departures()
        for campaign in self:
            found = counts.get(campaign.id, {})
            campaign.waiting_text = campaign._describe_waiting(found)
            if campaign.state != "sent":
                campaign.status = campaign.state
            elif campaign.waiting_text:
                campaign.status = "waiting"
            elif any(channel in WRITTEN for channel, _state in found):
                campaign.status = "sent"
            else:
                campaign.status = "done" if found else "closed"

    def _read_departures(self):
        """Return ``{campaign id: {(channel, state): count}}`` of what was not taken back, nor replaced."""
        counts = defaultdict(dict)
        groups = self.env["recovery.delivery"]._read_group(
            Domain("campaign_id", "in", self.ids) & Domain("state", "!=", "cancelled") & ~REPLACED,
            ["campaign_id", "channel", "state"],
            ["__count"],
        )
        for campaign, channel, state, count in groups:
            counts[campaign.id][channel, state] = count
        return counts

    def _describe_waiting(self, counts):
        """Return what is left to do before everything has left, or nothing.

        :param dict counts: of one campaign, as :meth:`_read_departures` gives them.
        """

        def count(*states, channels=None):
            return sum(n for (of, state), n in counts.items() if state in states and (not channels or of in channels))

        to_print, to_post, queued = count("to_print"), count("printed"), count("queued")
        calls, tasks = count("to_do", channels=("call",)), count("to_do", channels=("task", "visit"))
        lost = count("failed", "bounced")
        text = self._enumerate(
            (self.env._("letters to print: %s", to_print), to_print),
            (self.env._("letters to post: %s", to_post), to_post),
            (self.env._("calls to make: %s", calls), calls),
            (self.env._("tasks to do: %s", tasks), tasks),
            (self.env._("e-mails in the queue: %s", queued), queued),
            (self.env._("e-mails that failed or bounced: %s", lost), lost),
        )
        return text and text[:-1]

    @api.model
    def _search_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        own = [state for state in value if state not in ("waiting", "sent", "done", "closed")]
        domain, issued = Domain("state", "in", own), Domain("state", "=", "sent")

        def having(condition):
            kept = Domain("state", "!=", "cancelled") & ~REPLACED & condition
            return Domain("notice_ids", "any!", Domain("delivery_ids", "any!", kept))

        is_waiting = having(Domain("state", "in", (*PENDING_STATES, "failed", "bounced")))
        is_written, is_any = having(Domain("channel", "in", WRITTEN)), having(Domain.TRUE)
        found = {
            "waiting": is_waiting,
            "sent": is_written & ~is_waiting,
            "done": is_any & ~is_written & ~is_waiting,
            "closed": ~is_any,
        }
        for status, condition in found.items():
            if status in value:
                domain |= issued & condition
        return domain

    @api.depends("summary", "amount_left_out", "amount_excluded", "notice_ids.state")
    @api.depends_context("lang")
    def _compute_summary_html(self):
        for campaign in self:
            campaign.summary_html = self.env["ir.qweb"]._render(
                "debt_recovery.campaign_summary",
                {
                    "rows": campaign._get_left_out_rows(),
                    "total": campaign.amount_left_out,
                    "format_amount": lambda amount, campaign=campaign: campaign.currency_id.format(amount),
                },
            )

    @api.depends("company_id")
    def _compute_identity_gaps(self):
        for campaign in self:
            campaign.identity_gaps = ", ".join(campaign.company_id._recovery_identity_gaps())

    @api.constrains("company_id", "debtor_ids")
    def _check_scope(self):
        for campaign in self:
            if campaign.company_id != campaign.company_id.root_id:
                raise ValidationError(
                    self.env._(
                        "A campaign belongs to the root company %s, including its branches.",
                        campaign.company_id._recovery_root().name,
                    )
                )
            if campaign.debtor_ids.company_id - campaign.company_id:
                raise ValidationError(self.env._("Some debtors of the selection belong to another company."))

    @api.model_create_multi
    def create(self, vals_list):
        campaigns = super().create(vals_list)
        if not self.env.su and campaigns.filtered(lambda campaign: campaign.mode == "automatic"):
            raise AccessError(self.env._("Automatic campaigns are made by the scheduled job only."))
        return campaigns

    @api.model
    def _prepare_creation(self, vals_list):
        """Number each campaign in the root company."""
        return [self._number(vals) for vals in super()._prepare_creation(vals_list)]

    @api.model
    def _number(self, vals):
        company_id = vals.get("company_id") or self.default_get(["company_id"])["company_id"]
        company = self.env["res.company"].browse(company_id)
        if not self.env.su:
            company._recovery_check_open()
        company = company._recovery_root()
        name = not REHEARSAL.heard and (
            self.env["ir.sequence"]
            .with_company(company)
            .next_by_code("recovery.campaign", sequence_date=vals.get("date"))
        )
        return {**vals, "company_id": company.id, "name": name or self.env._("New")}

    @api.model
    def _rehearse(self, debtor, day, work):
        """Propose to one debtor what a campaign of that day would, work on its notices, and take everything back.

        It draws no number, and nothing of it stays.

        :param work: takes the notices, and returns plain values.
        :return: what the work returned.
        """
        with self.env.cr.savepoint() as savepoint, REHEARSAL.say():
            campaign = self.create({"company_id": debtor.company_id.id, "date": day, "debtor_ids": debtor.ids})
            campaign._propose()
            result = work(campaign.notice_ids)
            savepoint.rollback()
        return result

    @api.model
    def _explain_kept(self, names):
        return self.env._("A campaign changes state only through its buttons.")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if self.filtered(lambda campaign: campaign.state not in ("draft", "proposed") or campaign.mode == "automatic"):
            raise UserError(self.env._("A campaign that was validated is cancelled with a reason, never deleted."))

    def unlink(self):
        proposed = self.filtered(
            lambda campaign: campaign.state in ("draft", "proposed") and campaign.mode != "automatic"
        )
        for campaign in proposed:
            campaign._check_not_engaged()
        proposed._drop_proposal()
        if self:
            self.env["recovery.work"]._find(self, states=("done", "cancelled", *OPEN_WORK)).unlink()
        return super().unlink()

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------
    def action_propose(self):
        """Work out the notices of the campaign's date, again if it was done already."""
        if len(self) == 1 and self._is_large():
            self._check_may_work()._begin_proposal()
            return say(self.env, self.env._("There are many customers: the proposal continues in the background."))
        for campaign in self:
            campaign._propose()
        return say(self.env, self._say_proposed(), kind="success" if any(self.mapped("notice_count")) else "info")

    def _say_proposed(self):
        """Return the sentence that follows a proposal."""
        count = sum(self.mapped("notice_count"))
        if not count:
            return self.env._("Nothing to remind on that day: “Left out, and why” says what is left out.")
        return self.env._("Notices proposed: %s. Check them, then validate.", count)

    def action_validate(self):
        """Commit to the notices that are still proposed: nobody can claim the same level again.

        Many are validated batch by batch, while their number shows; the scheduled job goes on if the screen is left.
        """
        for campaign in self:
            campaign._check_may_validate()
        if self._is_long("draft"):
            return self._start("validation")
        proposed = self.notice_ids.filtered(lambda notice: notice.state == "draft")
        for campaign in self:
            campaign._validate(campaign.company_id._recovery_today())
        return say(self.env, *self._say_validated(proposed))

    def _check_may_validate(self):
        """Refuse to validate what nobody looked at, a simulation, or a day to come."""
        self._check_may_leave()
        if self.state == "draft":
            raise UserError(self.env._("Propose the notices of campaign %s first, and check them.", self.name))
        if self.date > self.company_id._recovery_today():
            raise UserError(
                self.env._("This campaign is dated in the future: review it now, but validate it on its day.")
            )

    def action_send(self):
        """Send what is validated: mails are queued, letters stored, calls planned.

        Many are sent batch by batch, while their number shows; the scheduled job goes on if the screen is left.
        """
        if self._is_long("validated"):
            return self._start("sending")
        validated = self.notice_ids.filtered(lambda notice: notice.state == "validated")
        for campaign in self:
            campaign._send(campaign.company_id._recovery_today())
        return say(self.env, *self._say_issued(validated))

    def action_print_letters(self):
        """Open all the letters of the campaign as one PDF, as they were stored."""
        self.ensure_one()
        self.check_access("read")
        if not self.letter_count:
            raise UserError(self.env._("This campaign has no letters."))
        return {"type": "ir.actions.act_url", "url": f"/debt_recovery/letters/{self.id}", "target": "new"}

    def _get_letters(self, *states):
        """Return the letters of the campaigns in these states."""
        Delivery = self.env["recovery.delivery"]
        return Delivery.search(Domain("campaign_id", "in", self.ids) & Delivery._get_letters_domain(*states))

    def action_mark_printed(self):
        """Say that the letters of the campaign were printed: they wait for the post now."""
        self.check_access("write")
        return self._get_letters("to_print").action_mark_printed()

    def action_mark_posted(self):
        """Say that the letters of the campaign were printed and handed to the post."""
        self.check_access("write")
        return self._get_letters("to_print", "printed").action_mark_posted()

    def action_cancel(self):
        """Ask a manager why, and whether to tell the addressees, then cancel every notice of the campaign."""
        require_manager(self.env)
        return self.env["recovery.cancel.wizard"]._open(self, self.env._("Cancel the campaign"))

    def action_view_notices(self):
        """Open the notices of the campaign."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_notice_action")
        return narrow(action, domain=[("campaign_id", "=", self.id)], context={"search_default_alive": 0})

    # ------------------------------------------------------------
    # The campaign's life: buttons, wizards, crons and tests call these
    # ------------------------------------------------------------
    def _propose(self):
        """(Re)build the proposed notices and the verdicts from the books; nothing else is written."""
        self.ensure_one()
        self = self._check_may_work()
        self._check_not_engaged()
        self._drop_proposal()
        self._note_reading()
        self._end_proposal(self.env["recovery.proposal"]._propose(self, self._get_scope_partners()))

    def _end_proposal(self, result):
        """Keep what a proposal gave, as ``recovery.proposal`` returns it, and let people look at it."""
        self.ensure_one()
        self.write(
            {
                "state": "proposed",
                "summary": result,
                "proposed_on": self.company_id._recovery_today(),
                **self._get_open_figures(result),
            }
        )
        self._log_proposal(
            lambda campaign: (
                self.env._("Day of %(date)s simulated", date=format_date(self.env, campaign.date))
                if campaign.mode == "simulation"
                else self.env._("Campaign of %(date)s proposed", date=format_date(self.env, campaign.date))
            )
        )

    def _check_not_engaged(self):
        """Refuse to work a campaign out again once something of it was validated, or while it is being proposed."""
        if self.env["recovery.work"]._find(self, "proposal"):
            raise UserError(self.env._("Campaign %s is being proposed: wait, or cancel that first.", self.name))
        if self.state not in ("draft", "proposed"):
            raise UserError(self.env._("Campaign %s was validated: create a new one.", self.name))
        if (
            self.env["recovery.notice"]
            .sudo()
            .search_count([("campaign_id", "=", self.id), ("state", "not in", DELETABLE)], limit=1)
        ):
            raise UserError(self.env._("Some notices of %s are validated already: validate the others.", self.name))

    def _log_proposal(self, summary):
        """Write to the journal what a proposal gave."""
        self.env["recovery.event"]._log(
            "proposed",
            self,
            summary,
            lambda campaign: {
                "notices": campaign.notice_count,
                "amount": campaign.amount,
                "announced": campaign.amount_announced,
                "verdicts": ", ".join(f"{label} {count}" for label, count, _amount in campaign._get_summary_rows()),
            },
        )

    def _drop_proposal(self):
        """Delete the notices, their lines and the verdicts of campaigns that were not validated."""
        bulk = self.env["recovery.bulk"]
        self.failure_ids.unlink()
        bulk._delete("recovery.verdict", [("campaign_id", "in", self.ids)])
        bulk._delete("recovery.notice.line", [("notice_id.campaign_id", "in", self.ids)])
        bulk._delete("recovery.notice", [("campaign_id", "in", self.ids)])

    def _validate(self, day):
        """Engage the proposed notices, after a last look at the books of ``day``."""
        self.ensure_one()
        self = self._check_may_work()
        if self.state == "draft":
            self._propose()
        self._check_may_leave()
        proposed = self._find_notices("draft")
        self.env["recovery.dispatch"]._validate(proposed, day)
        self._end_validation(proposed)

    def _find_notices(self, state):
        """Return the notices of the campaign in that state: their ids are read, and nothing of all the others."""
        return self.env["recovery.notice"].search([("campaign_id", "=", self.id), ("state", "=", state)])

    def _end_validation(self, proposed):
        """Give a campaign whose notices were validated the state that follows.

        :param proposed: those that were proposed before.
        """
        self._update_state()
        if proposed and self.state == "proposed" and not proposed.filtered(lambda notice: notice.state == "draft"):
            self.state = "sent"  # each notice says why it is no longer needed: nothing is left to look at

    def _send(self, day):
        """Send the validated notices: a few at once, many through the scheduled job."""
        self.ensure_one()
        self = self._check_may_work()
        if self.state in ("draft", "proposed", "to_approve"):
            raise UserError(self.env._("Validate campaign %s first.", self.name))
        validated = self._find_notices("validated")
        limit = self.env["recovery.dispatch"]._get_direct_limit()
        is_long = len(validated) > limit
        if is_long:
            self._leave_to_job("sending")
        self.env["recovery.dispatch"]._send(validated[:limit], day)
        if not is_long:
            self._update_state()
            self._tell_issued(validated)

    # ------------------------------------------------------------
    # Long work: batch by batch, on a screen that shows how far it is, and by the scheduled job
    # ------------------------------------------------------------
    def _is_long(self, state):
        """Tell whether the work on the notices in this state takes more than a moment: a letter takes the longest."""
        if len(self) != 1:
            return False
        notices = self._find_notices(state)
        if state == "draft":
            return len(notices) > LONG_VALIDATION
        return len(notices) > LONG_SENDING or self.env["recovery.dispatch"]._weigh(notices) > LONG_SENDING

    def _leave_to_job(self, work):
        """Have the scheduled job do the rest of a work, in the name of who asked for it.

        :param str work: ``validation`` or ``sending``.
        """
        worker = self.user_id if self.mode == "automatic" else self.env.user
        vals = {"worker_id": worker.id, "work_since": self.env.cr.now()}
        if work == "validation":
            vals["is_validating"] = True
        else:
            vals["state"] = "sending"
        self.write(vals)
        self._launch_work(work)

    def _start(self, work):
        """Begin a long work, and return the action that goes on with it while its screen is open."""
        campaign = self._check_may_work()
        if work == "sending" and campaign.state in ("draft", "proposed", "to_approve"):
            raise UserError(self.env._("Validate campaign %s first.", campaign.name))
        campaign._leave_to_job(work)
        return campaign._show_progress()

    def _show_progress(self):
        """Return the action that shows how far a long work is, and does the next batches meanwhile."""
        self.ensure_one()
        title = self.env._("Validation in progress") if self.is_validating else self.env._("Sending in progress")
        return {
            "type": "ir.actions.client",
            "tag": "recovery_progress",
            "name": title,
            "params": {"model": self._name, "id": self.id, "total": len(self._get_left())},
        }

    def _get_left(self, partners=None):
        """Return the notices on which the work under way has still to be done; of each, only whose it is is read.

        :param partners: only those to these customers.
        """
        state = "draft" if self.is_validating else "validated"
        domain = Domain("campaign_id", "=", self.id) & Domain("state", "=", state)
        if partners is not None:
            domain &= Domain("partner_id", "in", partners.ids)
        return self.env["recovery.notice"].search_fetch(domain, ["partner_id"], order="id")

    def action_go_on(self):
        """Do one batch of the work under way; its screen asks for that until nothing is left.

        :return: ``{"remaining": number of notices left}``, and at the end ``next``: the action that says what was done.
        """
        self.ensure_one()
        campaign = self._check_may_work()
        if not (campaign.is_validating or campaign.state == "sending"):
            return {"remaining": 0, "next": say(self.env, *campaign._say_work())}
        day = campaign.company_id._recovery_today()
        self.env["recovery.dispatch"]._work_on(campaign, day)
        remaining = len(campaign._get_left())
        if remaining:
            return {"remaining": remaining}
        campaign._end_work()
        return {"remaining": 0, "next": say(self.env, *campaign._say_work())}

    def _end_work(self):
        """Close a long work of which nothing is left: whoever does so first tells it in the thread."""
        for campaign in self.filtered(lambda campaign: campaign.is_validating and not campaign._get_left()):
            campaign.is_validating = False
            campaign._end_validation(campaign._get_worked())
        for campaign in self.filtered(lambda campaign: campaign.state == "sending" and not campaign._get_left()):
            campaign._update_state()
            campaign._tell_issued(campaign._get_worked())
        for campaign in self.filtered(lambda campaign: not campaign.is_validating and campaign.state != "sending"):
            works = self.env["recovery.work"]._find(campaign)
            works.filtered(lambda work: work.kind in ("validation", "sending"))._close_early()

    def _get_worked(self):
        """Return the notices that the last long work bore on: their ids are read, and nothing of very many."""
        self.ensure_one()
        domain = Domain("campaign_id", "=", self.id)
        if self.work_since:
            domain &= Domain("write_date", ">=", self.work_since)
        return self.env["recovery.notice"].search(domain, order="id")

    def _say_work(self):
        """Return what the last long work gave: a sentence, the next action and the kind of the message."""
        self.ensure_one()
        worked = self._get_worked()
        is_sent = self.state in ("sent", "sending") or self.env["recovery.delivery"].search_count(
            [("notice_id", "in", worked.ids)], limit=1
        )
        return self._say_issued(worked) if is_sent else self._say_validated(worked)

    def _say_validated(self, notices):
        """Return what became of notices that were to be validated, as :meth:`_say_work` does."""
        validated, waiting, missing, over, failed = self._count_states(
            notices, "validated", "to_approve", "blocked", "obsolete", "failed"
        )
        text = self._enumerate(
            (self.env._("notices validated: %s", validated), validated),
            (self.env._("waiting for a manager: %s", waiting), waiting),
            (self.env._("something is missing: %s", missing), missing),
            (self.env._("no longer needed: %s", over), over),
            (self.env._("failed: %s", failed), failed),
        )
        if not text:
            return self.env._("There was nothing left to validate."), None, "info"
        return text, None, "success" if validated and not failed else "warning"

    def _say_issued(self, notices):
        """Return what became of notices that were to be sent, as :meth:`_say_work` does."""
        text, failed = self._describe_issued(notices)
        if not text:
            return self.env._("There was nothing left to send."), None, "info"
        return text, None, "warning" if failed else "success"

    def _describe_issued(self, notices):
        """Return what left of these notices, what waits for somebody, and the number of those that failed."""
        channels = defaultdict(int)
        domain = Domain("notice_id", "in", notices.ids) & Domain("purpose", "!=", "correction")
        domain &= Domain("state", "!=", "cancelled")
        for channel, count in notices.env["recovery.delivery"]._read_group(domain, ["channel"], ["__count"]):
            channels["letter" if channel in LETTERS else channel] += count
        missing, over, failed = self._count_states(notices, "blocked", "obsolete", "failed")
        text = self._enumerate(
            (self.env._("e-mails handed over: %s", channels["email"]), channels["email"]),
            (self.env._("letters generated, to be printed: %s", channels["letter"]), channels["letter"]),
            (self.env._("calls to make: %s", channels["call"]), channels["call"]),
            (self.env._("tasks created: %s", channels["task"]), channels["task"]),
            (self.env._("something is missing: %s", missing), missing),
            (self.env._("no longer needed: %s", over), over),
            (self.env._("failed: %s", failed), failed or any(channels.values())),
        )
        return text, failed

    @api.model
    def _count_states(self, notices, *states):
        """Return how many of the notices are in each of these states."""
        counts = dict(notices._read_group([("id", "in", notices.ids)], ["state"], ["__count"]))
        return [counts.get(state, 0) for state in states]

    @api.model
    def _enumerate(self, *counted):
        """Return a sentence of those of these ``(words, count)`` that count something."""
        text = ", ".join(words for words, count in counted if count)
        return f"{text[:1].upper()}{text[1:]}." if text else ""

    def _tell_issued(self, notices):
        """Keep in the campaign's thread what a sending gave."""
        for campaign in self:
            text, _failed = campaign._describe_issued(notices & campaign.notice_ids)
            if text:
                campaign.message_post(body=text, subtype_xmlid="mail.mt_note")

    def _check_may_work(self):
        """Return the campaigns with elevated rights, once the role and the access are checked."""
        require_user(self.env)
        self.check_access("write")
        return without_defaults(self.sudo())

    def _cancel(self, reason, correction=None):
        require_manager(self.env)
        for campaign in self.sudo():
            self.env["recovery.work"]._find(campaign, states=OPEN_WORK)._cancel()
            engaged = campaign.notice_ids.filtered(lambda n: n.state in ("validated", "to_approve", "sent", "failed"))
            engaged._cancel(reason, correction)
            campaign.notice_ids.filtered(lambda n: n.state in ("draft", "blocked")).write(
                {"state": "cancelled", "state_reason": reason}
            )
            campaign.decision_id._withdraw_question()
            campaign.state = "cancelled"

    def _update_state(self):
        """Set the state that the notices imply."""
        found = defaultdict(set)
        for campaign, state in self.env["recovery.notice"]._read_group(
            [("campaign_id", "in", self.ids)], ["campaign_id", "state"]
        ):
            found[campaign].add(state)
        for campaign in self.filtered(lambda campaign: campaign.state != "cancelled"):
            states = found[campaign]
            if "draft" in states:
                campaign.state = "proposed"
            elif states & {"validated", "to_approve", "failed", "blocked"}:
                campaign.state = "sending" if campaign.state == "sending" and "validated" in states else "validated"
            elif "sent" in states:
                campaign.state = "sent"
            elif campaign.state not in ("draft", "proposed"):
                campaign.state = "cancelled" if states == {"cancelled"} else "sent"

    @api.model
    def _cron_send(self):
        """Do what campaigns left to the scheduled job, range by range, each one committed."""
        for campaign in self.search(["|", ("is_validating", "=", True), ("state", "=", "sending")], order="id"):
            campaign = campaign.company_id._recovery_speak(campaign)
            if not self.env["recovery.work"]._find(campaign, states=OPEN_WORK):
                campaign._launch_work("validation" if campaign.is_validating else "sending")
                self.env["ir.cron"]._commit_progress()
        self.env["recovery.work"]._cron_run()

    def _get_summary_now(self):
        """Return the summary of the proposal; what was excluded, settled or cancelled since is told as that."""
        self.ensure_one()
        summary = {code: list(figures) for code, figures in (self.summary or {}).items()}
        for proposed, code, count, amount in self.env["recovery.verdict"]._read_moves(self).get(self, ()):
            for which, sign in ((proposed, -1), (code, 1)):
                figures = summary.setdefault(which, [0, 0.0])
                figures[0] += sign * count
                figures[1] = self.currency_id.round(figures[1] + sign * amount)
        return summary

    def _get_summary_rows(self):
        """Return ``(label, count, amount)`` of what the last proposal left out, biggest first."""
        self.ensure_one()
        labels = self.env["recovery.selection"]._get_code_labels()
        rows = [
            (labels.get(code, code), count, amount)
            for code, (count, amount) in self._get_summary_now().items()
            if code != "due" and count
        ]
        return sorted(rows, key=lambda row: -row[2])

    def _get_left_out_rows(self):
        """Return ``(label, count, amount)`` of everything that is not claimed: they add up to it.

        What is set off against an instalment that is reminded, or settled since, has no count.
        """
        self.ensure_one()
        rows = self._get_summary_rows()
        if self.excluded_count and not self.verdict_count:  # the verdicts are gone, and what they said of each
            rows.append((self.env._("Notices removed from the campaign"), self.excluded_count, self.amount_excluded))
        rest = self.currency_id.round(self.amount_left_out - sum(amount for _label, _count, amount in rows))
        if rest and self.summary:
            rows.append((self.env._("Of what was reminded: credited, suspended or settled since"), None, rest))
        return rows

    # ------------------------------------------------------------
    # Its long works, in ranges of customers
    # ------------------------------------------------------------
    @api.depends("work_ids.state", "work_ids.range_ids.state")
    @api.depends_context("lang")
    def _compute_work(self):
        for campaign in self:
            works = self.env["recovery.work"]._find(campaign, states=OPEN_WORK).with_env(self.env)
            work = works.filtered(lambda work: work.state == "running")[:1] or works[:1]
            campaign.work_id = work
            campaign.work_kind, campaign.work_state = work.kind, work.state
            campaign.work_progress = work.progress
            campaign.work_progress_text, campaign.work_remaining_text = work.progress_text, work.remaining_text
            campaign.work_late_text = work.late_text
            campaign.failed_range_ids = work.failed_range_ids
            campaign.failed_range_count = work.failed_range_count

    def _is_large(self):
        """Tell whether so many customers are looked at that a proposal takes more than a moment."""
        self.ensure_one()
        partners = self._get_scope_partners()
        if partners is not None:
            return len(partners) > LONG_PROPOSAL
        domain = Domain("company_id", "child_of", self.company_id.id) & Domain("parent_state", "=", "posted")
        domain &= Domain("account_type", "=", "asset_receivable") & Domain("reconciled", "=", False)
        ((count,),) = self.env["account.move.line"].sudo()._read_group(domain, [], ["partner_id:count_distinct"])
        return count > LONG_PROPOSAL

    def _begin_proposal(self):
        """Work the notices out in ranges of customers; whoever looks on sees how far it is."""
        self.ensure_one()
        self._check_not_engaged()
        self._drop_proposal()
        self.write({"state": "draft", "summary": False, "proposed_on": False})
        self._note_reading()
        self._launch_work("proposal")

    def _note_reading(self):
        """Keep up to when the books were written that a simulation looks at: they are read elsewhere, if possible."""
        for campaign in self.filtered(lambda campaign: campaign.mode == "simulation"):
            with reading_elsewhere(self.env["recovery.ledger"]) as ledger:
                campaign.read_at = ledger._read_moment()[0]

    def _launch_work(self, kind):
        """Begin a long work on the campaign; what another one of it left open is over."""
        self.ensure_one()
        Work = self.env["recovery.work"]
        Work._find(self, states=("incomplete",)).write({"state": "cancelled"})
        return Work._launch(self, kind, self.company_id, self.company_id._recovery_today(), self._get_author())

    def _find_ranges(self, work):
        """Return whose notices are still to be made, validated or sent."""
        self.ensure_one()
        if work.kind == "proposal":
            return [] if work.id else self._find_proposal_ranges()
        if work.kind == "validation":
            left = self._get_left() if self.is_validating else self.env["recovery.notice"]
            return self._cut_ranges(left, "work", get_size(len(left), VALIDATED_AT_ONCE))
        is_sending = self.state == "sending" and not self.is_validating
        if not is_sending:
            return []
        size = self.env["recovery.dispatch"]._get_batch_size()
        by_post = self._find_lettered(self._get_left())
        left = self._get_left()
        lettered = left.filtered(lambda notice: notice.partner_id.id in by_post)  # one debtor is in one range
        return [
            *self._cut_ranges(left - lettered, "send", size),
            *self._cut_ranges(lettered, "print", max(size // LETTER_WEIGHT, 1)),
        ]

    def _find_lettered(self, notices):
        """Return the ids of the customers to whom some of these notices are printed, looked at some at a time."""
        found = set()
        for ids in split_every(LOOKED_AT_ONCE, notices.ids):
            some = notices.browse(ids)
            found.update(self.env["recovery.dispatch"]._get_lettered(some).partner_id.ids)
            if len(notices) > LOOKED_AT_ONCE:  # memory follows these, and not the campaign
                self.env.invalidate_all()
        return found

    def _find_proposal_ranges(self):
        partners = self._get_scope_partners()
        is_everybody = partners is None
        if is_everybody:
            partners = self.env["recovery.ledger"]._find_customers(self.company_id)
        size = get_size(len(partners), PROPOSED_AT_ONCE)
        parts = [Part("work", ids, len(ids)) for ids in split_every(size, partners.ids, list)]
        # what has no customer is told apart, so that nothing is lost
        return [*parts, Part("work", [], 0)] if is_everybody else parts

    @api.model
    def _cut_ranges(self, notices, lane, size):
        """Return ranges of so many customers each, in the order of their first notice."""
        by_partner = notices.grouped("partner_id")
        return [
            Part(lane, [partner.id for partner in some], sum(len(by_partner[partner]) for partner in some))
            for some in split_every(size, by_partner, list)
        ]

    def _do_range(self, work, part):
        """Propose, validate or send what is left to some customers."""
        self.ensure_one()
        day, partners = self.company_id._recovery_today(), part._get_partners()
        dispatch = self.env["recovery.dispatch"]
        if work.kind == "proposal":
            return self._propose_range(part, partners)
        if work.kind == "validation" and self.is_validating:
            dispatch._validate_range(self, self._get_left(partners), day)
        elif work.kind == "sending" and self.state == "sending":
            dispatch._send_launched(self._get_left(partners), day)
        return None

    def _propose_range(self, part, partners):
        """Write what is proposed to some customers, or what is said of entries without one."""
        if not part.partner_ids:
            partners = partners.browse([False])
        return self.env["recovery.proposal"]._propose(self, partners)

    def _finish_work(self, work):
        """Tell what the work gave, and go on with what makes itself."""
        self.ensure_one()
        if work.state == "incomplete" and work.kind == "proposal":
            return
        if work.kind == "proposal":
            self._end_proposal(self._unite_results(work))
            if self.mode == "automatic":
                self._warn_of_failures()
                self._go_on(self.company_id._recovery_today())
            return
        self._end_work()
        if self.mode == "automatic" and work.kind == "validation" and self.state == "validated":
            self._send(self.company_id._recovery_today())

    def _stop_work(self, work):
        """Leave the campaign as the ranges that were done have made it: what was not can be done later."""
        self.ensure_one()
        if work.kind == "proposal":
            if self.state == "draft":
                self._drop_proposal()
            return
        self.is_validating = False
        if self.state == "sending":
            self.state = "validated"
        self._update_state()

    def _unite_results(self, work):
        """Return the summary of a proposal, from those of its ranges."""
        totals = defaultdict(lambda: [0, 0.0])
        for result in work.range_ids.mapped("result"):
            for code, (count, amount) in (result or {}).items():
                totals[code][0] += count
                totals[code][1] += amount
        return {code: [count, self.currency_id.round(amount)] for code, (count, amount) in totals.items()}

    @api.model
    def _get_work_label(self, work):
        return self.name

    def action_retry_ranges(self):
        """Do the ranges that failed again."""
        self.ensure_one()
        self._check_may_work()
        return self.work_id.with_env(self.env).action_retry()

    def action_cancel_work(self):
        """Stop the work under way at its next range."""
        self.ensure_one()
        self._check_may_work()
        return self.work_id.with_env(self.env).action_cancel()

    # ------------------------------------------------------------
    # Whom a campaign looks at, and what it found
    # ------------------------------------------------------------
    @api.depends("amount_open", "amount", "amount_simulated", "mode")
    def _compute_amount_left_out(self):
        for campaign in self:
            claimed = campaign.amount_simulated if campaign.mode == "simulation" else campaign.amount
            campaign.amount_left_out = campaign.amount_open - claimed

    def _compute_verdict_count(self):
        groups = self.env["recovery.verdict"]._read_group(
            [("campaign_id", "in", self.ids)], ["campaign_id"], ["__count"]
        )
        counts = {campaign.id: count for campaign, count in groups}
        for campaign in self:
            campaign.verdict_count = counts.get(campaign.id, 0)

    @api.depends("date", "mode")
    @api.depends_context("lang")
    def _compute_day_text(self):
        for campaign in self:
            today = campaign.company_id._recovery_today() if campaign.company_id else campaign.date
            if campaign.mode != "simulation" or not campaign.date:
                campaign.day_text = False
            elif campaign.date > today:
                campaign.day_text = self.env._(
                    "A future date: no payments are assumed until then, and one step per instalment."
                )
            elif campaign.date < today:
                campaign.day_text = self.env._(
                    "A past date: balances, levels and suspensions as they were. What was posted or reconciled "
                    "since with an earlier date changes the picture; “No Follow-Up” marks are today's."
                )
            else:
                campaign.day_text = self.env._("Today: nothing is written but the verdicts.")

    @api.depends("summary")
    @api.depends_context("lang")
    def _compute_no_followup_text(self):
        for campaign in self:
            count, amount = (campaign.summary or {}).get("no_followup", (0, 0.0))
            campaign.no_followup_general = len(campaign._get_general_no_followup()) if count else 0
            campaign.no_followup_text = False
            if count:
                campaign.no_followup_text = self.env._(
                    "“No Follow-Up” keeps %(amount)s out of all reminders (instalments: %(count)s).",
                    amount=campaign.currency_id.format(amount),
                    count=count,
                )
            if campaign.no_followup_general:
                campaign.no_followup_text += " " + self.env._(
                    "From miscellaneous entries, which Odoo marks automatically, possibly opening balances: %(count)s.",
                    count=campaign.no_followup_general,
                )

    def _get_general_no_followup(self):
        """Return the verdicts on instalments that core marked because their journal is not a sales one."""
        return self.env["recovery.verdict"].search(
            Domain("campaign_id", "in", self.ids)
            & Domain("code", "=", "no_followup")
            & Domain("move_line_id.no_followup", "=", True)
            & Domain("move_line_id.journal_id.type", "=", "general")
        )

    @api.depends("summary", "notice_ids.state")
    @api.depends_context("lang")
    def _compute_barred_text(self):
        groups = self.env["recovery.verdict"]._read_group(
            Domain("campaign_id", "in", self.ids) & Domain("code", "=", DUE) & Domain("reasons", "like", TIME_BARRED),
            ["campaign_id"],
            ["__count", "amount_claimed:sum"],
        )
        found = {campaign: figures for campaign, *figures in groups}
        self.barred_text = False
        for campaign in self.filtered(lambda campaign: campaign in found):
            count, amount = found[campaign]
            campaign.barred_text = self.env._(
                "Time-barred debts are claimed: %(amount)s (instalments: %(count)s). The debtor may refuse to pay "
                "them; what is paid cannot be reclaimed.",
                amount=campaign.currency_id.format(amount),
                count=count,
            )

    @api.depends("company_id", "date")
    def _compute_bank_text(self):
        for campaign in self:
            campaign.bank_text = bool(campaign.date) and self.env["recovery.selection"]._get_bank_delay(
                campaign.company_id._recovery_root(), campaign.date
            )

    @api.depends("notice_ids.state")
    def _compute_progress(self):
        for campaign in self:
            waiting = campaign.notice_count - campaign.sent_count - campaign.failed_count - campaign.to_approve_count
            total = campaign.notice_count - campaign.to_approve_count
            campaign.progress = 100.0 * (total - waiting) / total if total else 0.0

    def _creation_message(self):
        """Return the thread's first words: core's own has a gender that French cannot guess."""
        return self.env._("Campaign created")

    # ------------------------------------------------------------
    # Scope
    # ------------------------------------------------------------
    def write(self, vals):
        """Throw a proposal away when what it rests on changes: nothing leaves that nobody looked at."""
        scopes = (
            {campaign: campaign._get_scope() for campaign in self if campaign.state != "draft"}
            if SCOPE & vals.keys()
            else {}
        )
        if SCOPE & vals.keys():
            for campaign in self.filtered(lambda campaign: campaign.state == "draft"):
                campaign._check_not_engaged()
        result = super().write(vals)
        for campaign, scope in scopes.items():
            if campaign._get_scope() != scope:
                campaign._forget_proposal()
        return result

    def _get_scope(self):
        return tuple(self[name] for name in sorted(SCOPE))

    def _forget_proposal(self):
        """Go back to a campaign that nobody proposed yet."""
        self.ensure_one()
        self._check_not_engaged()
        campaign = self.sudo()
        campaign._drop_proposal()
        campaign.write({"state": "draft", "summary": False, "proposed_on": False, **campaign._get_open_figures({})})

    def _is_past(self):
        """Tell whether the campaign looks at a past day as it was."""
        self.ensure_one()
        return self.mode == "simulation" and self.date < self.company_id._recovery_today()

    def _get_scope_partners(self):
        """Return the customers to read, or None for all of them."""
        self.ensure_one()
        if not self.debtor_ids and not self.collector_id:
            return None
        debtors = self.debtor_ids
        if self.collector_id:
            domain = Domain("company_id", "=", self.company_id.id) & Domain("collector_id", "=", self.collector_id.id)
            if debtors:
                domain &= Domain("id", "in", debtors.ids)
            debtors = debtors.search(domain)
        return debtors.partner_id

    def _keep_scope(self, verdicts):
        """Return the verdicts per customer, those who follow another scenario left out."""
        by_partner = defaultdict(list)
        for verdict in verdicts:
            by_partner[verdict.item.partner_id].append(verdict)
        if not self.scenario_id:
            return by_partner
        chosen = self._get_followers(by_partner)
        return {partner_id: rows for partner_id, rows in by_partner.items() if partner_id in chosen}

    def _get_followers(self, by_partner):
        """Return the ids of the customers who follow the campaign's scenario."""
        levels = set(self.scenario_id.sudo().level_ids.ids)
        return {
            partner_id
            for partner_id, verdicts in by_partner.items()
            if any(verdict.step and verdict.step.level_id in levels for verdict in verdicts)
        }

    def _get_open_figures(self, summary):
        """Return the totals of everything that was looked at."""
        self.ensure_one()
        simulated = 0.0
        if self.mode == "simulation":
            ((simulated,),) = self.env["recovery.verdict"]._read_group(
                [("campaign_id", "=", self.id)], [], ["amount_claimed:sum"]
            )
        return {
            "instalment_count": sum(count for count, _amount in summary.values()),
            "amount_open": self.currency_id.round(sum(amount for _count, amount in summary.values())),
            "amount_simulated": simulated,
        }

    def _check_may_leave(self):
        """Refuse to commit to a simulation, or on books that are too old to claim on."""
        for campaign in self:
            if campaign.mode == "simulation":
                raise UserError(
                    self.env._("%s is a simulation: none of it is sent. Create a campaign for that.", campaign.name)
                )
            company = campaign.company_id._recovery_root()
            stale = self.env["recovery.selection"]._get_bank_delay(company, company._recovery_today())
            if stale:
                raise UserError(
                    self.env._("%s: import the bank statements first, or raise the limit in the settings.", stale)
                )

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------
    def action_simulate(self):
        """Work out what the day would give, and write nothing but the verdicts."""
        for campaign in self._check_may_work():
            if campaign.state == "draft" and campaign.mode == "proposal":
                campaign.mode = "simulation"
            if campaign.mode != "simulation":
                raise UserError(self.env._("%s is already a campaign: create another one to simulate.", campaign.name))
            campaign._propose()
        return say(self.env, self.env._("Simulated: nothing is written but the verdicts."))

    def action_retry_failed(self):
        """Try again to send the notices that failed."""
        return self.notice_ids.filtered(lambda notice: notice.state == "failed").action_retry()

    def action_view_verdicts(self):
        """Open why each instalment is reminded, or not."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_verdict_action")
        return narrow(action, domain=[("campaign_id", "=", self.id)], context={"search_default_group_code": 1})

    def action_view_no_followup(self):
        """Open the instalments that are left out because of “No Follow-Up”."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_verdict_action")
        return narrow(action, domain=[("campaign_id", "=", self.id), ("code", "=", "no_followup")], context={})

    def action_export_verdicts(self):
        """Download why each instalment is reminded, or not, as a spreadsheet."""
        self.ensure_one()
        self.check_access("read")
        export = self.env["recovery.verdict.export"].create({"campaign_id": self.id, "company_id": self.company_id.id})
        return export.action_export_xlsx()

    def action_lift_no_followup(self):
        """Ask a manager why, then follow again what core marked in miscellaneous journals."""
        require_manager(self.env)
        return self.env["recovery.reason.wizard"]._open(
            self, "_lift_no_followup", self.env._("Follow up these instalments again")
        )

    @takes_reason
    def _lift_no_followup(self, reason):
        """Lift the marks of the miscellaneous entries that the campaign left out, with a trace per debtor."""
        require_manager(self.env)
        verdicts = self.sudo()._get_general_no_followup()
        if not verdicts:
            raise UserError(self.env._("No miscellaneous entry is excluded by “No Follow-Up” any more."))
        verdicts.move_line_id.no_followup = False
        self.env["recovery.event"]._log(
            "followed",
            verdicts,
            lambda verdict: self.env._("%(entry)s followed again: %(reason)s", entry=verdict.move_name, reason=reason),
            lambda verdict: {"invoice": verdict.move_name, "amount": verdict.amount_company, "reason": reason},
        )
        for campaign in self.filtered(lambda campaign: campaign.state in ("draft", "proposed")):
            campaign._propose()

    def action_reload(self):
        """Show how far the work under way is, and go on with it meanwhile; a proposal is left to its ranges."""
        self.ensure_one()
        self.check_access("read")
        if self.work_kind == "proposal" and self.work_state == "running":
            return say(self.env, self.work_progress_text, kind="info")
        if self.is_validating or self.state == "sending":
            return self._check_may_work()._show_progress()
        return say(self.env, self.env._("Nothing is in progress any more."), kind="info")

    # ------------------------------------------------------------
    # Who could not be proposed
    # ------------------------------------------------------------
    def _compute_failure_count(self):
        groups = self.env["recovery.campaign.failure"]._read_group(
            [("campaign_id", "in", self.ids)], ["campaign_id"], ["__count"]
        )
        counts = {campaign.id: count for campaign, count in groups}
        for campaign in self:
            campaign.failure_count = counts.get(campaign.id, 0)

    def action_retry_proposing(self):
        """Propose again the customers who failed."""
        self.ensure_one()
        return self._retry_failures(self.failure_ids)

    def _retry_failures(self, failures):
        """Propose customers again: in the campaign while it is looked at, afterwards in one of their own.

        :return: the action that opens the campaign of their own, else True.
        """
        self.ensure_one()
        self = self._check_may_work()
        failures = failures.sudo()
        if not failures:
            raise UserError(self.env._("There is nobody left to propose again."))
        if self.state not in REPEATABLE:
            return self._propose_elsewhere(failures.partner_id)
        if not all(failure.partner_id for failure in failures):
            self._propose()
            return True
        summary = dict(self.summary or {})
        count, amount = summary.pop(ERROR, (0, 0.0))
        rest = count - sum(failures.mapped("instalment_count")), amount - sum(failures.mapped("amount"))
        if rest[0] > 0:
            summary[ERROR] = [rest[0], self.currency_id.round(rest[1])]
        partners = failures.partner_id
        self.env["recovery.bulk"]._delete(
            "recovery.verdict",
            [("campaign_id", "=", self.id), ("code", "=", ERROR), ("partner_id", "in", partners.ids)],
        )
        failures.unlink()
        for code, (more, worth) in self.env["recovery.proposal"]._propose(self, partners).items():
            count, amount = summary.get(code, (0, 0.0))
            summary[code] = [count + more, self.currency_id.round(amount + worth)]
        self.write({"summary": summary, **self._get_open_figures(summary)})
        self._log_proposal(
            lambda campaign: self.env._(
                "Campaign of %(date)s: customers proposed again, %(count)s",
                date=format_date(self.env, campaign.date),
                count=len(partners),
            )
        )
        return True

    def _propose_elsewhere(self, partners):
        """Open a new campaign of today for these customers alone."""
        debtors = self.env["recovery.debtor"]._ensure_for(partners, self.company_id)
        campaign = self.create(
            {
                "company_id": self.company_id.id,
                "date": self.company_id._recovery_today(),
                "debtor_ids": [(6, 0, debtors.ids)],
            }
        )
        campaign._propose()
        return campaign._get_records_action()

    def _warn_of_failures(self):
        """Tell the author of a campaign that nobody looks at who could not be proposed."""
        for campaign in self.filtered("failure_ids"):
            campaign.with_context(mail_activity_quick_update=True).activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=campaign.company_id._recovery_today(),
                user_id=campaign._get_author().id,
                summary=self.env._("Customers not proposed because of an error: %s", campaign.failure_count),
                note=self.env._("The campaign continued without them: open it to see why, and propose them again."),
            )

    # ------------------------------------------------------------
    # The campaign that makes itself
    # ------------------------------------------------------------
    @api.model
    def _cron_automatic(self):
        """Make the day's campaign of every company that asks for it, each one committed."""

        def work(mine, company, day):
            if company._recovery_wants_campaign(company._recovery_local_datetime(fields.Datetime.now())):
                mine._run_automatically(company, day)

        self.env["res.company"]._recovery_for_each_company(self, work)

    @api.model
    def _run_automatically(self, company, day):
        """Make the automatic campaign of a day, once: whoever comes second does nothing.

        :return: the campaign, empty when it was made already.
        """
        company = company._recovery_root()
        gaps, campaign = company._recovery_identity_gaps(), self._find_waiting_for_identity(company)
        if gaps:
            campaign = campaign or self._make_automatic(company, day)
            campaign._tell_of_identity(gaps)
            return campaign.with_env(self.env)
        if campaign:
            campaign.activity_unlink([IDENTITY])
            if campaign.date != day and self._has_automatic(company, day):
                return self.browse()
            campaign.date = day
        else:
            campaign = self._make_automatic(company, day)
        if not campaign:
            return self.browse()
        if campaign._is_large():
            campaign._begin_proposal()
        else:
            campaign._propose()
            campaign._warn_of_failures()
            campaign._go_on(day)
        return campaign.with_env(self.env)

    @api.model
    def _has_automatic(self, company, day):
        domain = [("company_id", "=", company.id), ("date", "=", day), ("mode", "=", "automatic")]
        return bool(self.sudo().search_count(domain, limit=1))

    @api.model
    def _make_automatic(self, company, day):
        """Return the automatic campaign of a day, new; empty when it was made already."""
        if self._has_automatic(company, day):
            return self.sudo().browse()
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                campaign = self.sudo().create(
                    {
                        "company_id": company.id,
                        "date": day,
                        "mode": "automatic",
                        "user_id": self._find_author(company).id,
                    }
                )
                campaign.flush_recordset()
        except psycopg2.errors.UniqueViolation:
            _logger.info("The automatic campaign of %s for %s is made by another worker", day, company.name)
            return self.sudo().browse()
        return campaign

    @api.model
    def _find_waiting_for_identity(self, company):
        """Return the automatic campaign that waits until letters can say who sends them."""
        kind = self.env.ref(IDENTITY, raise_if_not_found=False)
        domain = [("company_id", "=", company.id), ("mode", "=", "automatic"), ("state", "=", "draft")]
        return self.sudo().search([*domain, ("activity_ids.activity_type_id", "=", kind.id if kind else 0)], limit=1)

    def _tell_of_identity(self, gaps):
        """Tell once, in a task, what keeps automatic campaigns from leaving."""
        for campaign in self:
            summary = self.env._("Automatic campaigns are on hold: the sender's identity lacks %s", ", ".join(gaps))
            if task := campaign.activity_search([IDENTITY])[:1]:
                task.summary = summary
            else:
                campaign.activity_schedule(
                    IDENTITY, date_deadline=campaign.date, user_id=campaign._get_author().id, summary=summary
                )

    @api.model
    def _has_begun(self, company):
        """Tell whether somebody has already let a campaign or a notice of this ledger leave."""
        mine = Domain("company_id", "=", company.id)
        looked_at = Domain("mode", "=", "proposal") & Domain("state", "in", ("validated", "sending", "sent"))
        if self.sudo().search_count(mine & looked_at, limit=1):
            return True
        sent = mine & Domain("state", "=", "sent")
        return bool(self.env["recovery.notice"].sudo().search_count(sent, limit=1))

    @api.model
    def _find_author(self, company, author=None):
        """Return who answers for a campaign now: its author, else the next in line."""
        author = author or self.env["res.users"]
        return self.env["recovery.responsible"]._find(company, author, self.env.user) or author or self.env.user

    def _get_author(self):
        """Return who is told of the campaign, and in whose name it leaves: who sent it, else who made it."""
        self.ensure_one()
        return self._find_author(self.company_id, self.worker_id or self.user_id)

    def _recovery_get_responsible(self):
        return self.env["recovery.responsible"]._find(self.company_id, self.user_id)

    def _go_on(self, day):
        """Validate and send below the ceilings; above, and the first time on a ledger, ask a manager."""
        self.ensure_one()
        company = self.company_id.sudo()
        over = self.notice_count > company.recovery_auto_max_notices or (
            self.currency_id.compare_amounts(self.amount, company.recovery_auto_max_amount) > 0
        )
        is_first = bool(self.notice_ids) and not self._has_begun(company)
        if not over and not is_first:
            return self._leave(day)
        self.state = "to_approve"
        question = (
            self.env._("%(campaign)s is the first automatic campaign: review it before it is sent", campaign=self.name)
            if is_first
            else self.env._("%(campaign)s exceeds the limits of automatic campaigns", campaign=self.name)
        )
        self.decision_id = self.env["recovery.decision"]._ask(
            "campaign",
            self,
            question,
            {"notices": self.notice_count, "amount": self.amount, "currency": self.currency_id.name},
            self.amount,
        )
        return None

    def _leave(self, day):
        """Validate and send what was proposed; a campaign that claims nothing is closed."""
        if len(self.notice_ids) > LONG_PROPOSAL:
            self._check_may_leave()
            self._leave_to_job("validation")
        elif self.notice_ids:
            self._validate(day)
            self._send(day)
        else:
            self.state = "sent"

    def _on_decision(self, decision):
        """Go on, or stop, when the manager has answered."""
        for campaign in self.sudo().filtered(lambda campaign: campaign.state == "to_approve"):
            if decision.state == "granted":
                campaign.state = "proposed"
                campaign._leave(campaign.company_id._recovery_today())
            elif decision.state == "refused":
                campaign.notice_ids.write({"state": "cancelled", "state_reason": decision.answer_reason})
                campaign.state = "cancelled"

    @api.depends("company_id", "state")
    @api.depends_context("lang")
    def _compute_scenario_gaps(self):
        gaps = {company: "\n".join(company._recovery_scenario_gaps()) for company in self.company_id}
        for campaign in self:
            campaign.scenario_gaps = gaps.get(campaign.company_id)

    # ------------------------------------------------------------
    # What became of the deliveries
    # ------------------------------------------------------------
    def _compute_trouble(self):
        Delivery = self.env["recovery.delivery"]
        of_campaigns = [("campaign_id", "in", self.ids)]
        stuck = dict(Delivery._read_group([*of_campaigns, *Delivery._get_stuck_domain()], ["campaign_id"], ["__count"]))
        lost = dict(
            Delivery._read_group([*of_campaigns, ("state", "in", ("failed", "bounced"))], ["campaign_id"], ["__count"])
        )
        for campaign in self:
            campaign.stuck_count = stuck.get(campaign, 0)
            campaign.lost_count = lost.get(campaign, 0)

    def _compute_sender_gap(self):
        """Say, before anything leaves, that nobody would read the answers to the mails of these debtors."""
        sender = self.env["recovery.sender"]
        for campaign in self:
            campaign.sender_gap = campaign.server_gap = False
            if campaign.state not in ("proposed", "validated"):
                continue
            by_mail = Domain("own_channel", "=", "email")
            by_mail |= Domain("own_channel", "=", False) & Domain("level_id.channel_email", "=", True)
            collectors = self.env["recovery.notice"]._read_group(
                Domain("campaign_id", "=", campaign.id)
                & Domain("state", "in", ("draft", "to_approve", "validated"))
                & by_mail
                & Domain("addressee_id.email_normalized", "!=", False),  # the others get a letter instead
                ["debtor_id.collector_id"],
            )
            campaign.server_gap = bool(collectors) and sender._describe_no_server()
            for (collector,) in collectors:
                responsible = self._find_author(campaign.company_id, collector)
                if not sender._find_sender_address(responsible, campaign.company_id):
                    campaign.sender_gap = sender._describe_no_sender(responsible, campaign.company_id)

    def action_view_trouble(self):
        """Open the campaign's mails that failed, came back or are stuck."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_delivery_action")
        domain = [("campaign_id", "=", self.id), *self.env["recovery.delivery"]._get_trouble_domain()]
        return entitle(action, self.env._("E-mails not delivered"), domain=domain, context={})

    def action_view_waiting(self):
        """Open what of the campaign has not left: letters to print and to post, calls to make, mails."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_delivery_action")
        waiting = Domain("campaign_id", "=", self.id)
        waiting &= Domain("state", "in", (*PENDING_STATES, "failed", "bounced")) & ~REPLACED
        return entitle(action, self.env._("What is waiting"), domain=list(waiting), context={})

    @api.model
    def _cron_watch_queue(self):
        """Tell the author of a campaign, once, that its mails are stuck in the queue."""
        Delivery = self.env["recovery.delivery"].sudo()
        Delivery._catch_up()
        counts = Delivery._read_group(Delivery._get_stuck_domain(), ["campaign_id"], ["__count"])
        stuck = {campaign: count for campaign, count in counts if campaign}
        self.sudo().search([("stuck_alert_on", "!=", False)])._end_alert(stuck)
        for campaign, count in stuck.items():
            if campaign.stuck_alert_on:
                continue
            campaign.stuck_alert_on = fields.Datetime.now()
            author = campaign._get_author()
            campaign = campaign.with_context(mail_activity_quick_update=True, lang=author.lang)
            campaign.activity_schedule(
                STUCK,
                date_deadline=campaign.company_id._recovery_today(),
                user_id=author.id,
                summary=campaign.env._("%s e-mails have been queued for more than an hour", count),
                note=campaign.env._("Check the outgoing mail server, and the scheduled action that sends e-mails."),
            )

    def _end_alert(self, stuck):
        """Close the alerts of campaigns whose mails have left."""
        over = self.filtered(lambda campaign: campaign not in stuck)
        over.activity_unlink([STUCK])
        over.stuck_alert_on = False
