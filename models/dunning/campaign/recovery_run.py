from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from ...common.own_values import without_defaults
from ...common.roles import require_manager, require_user
from .recovery_notice import DELETABLE


class RecoveryRun(models.Model):
    """A campaign: the notices of a date, proposed, looked at, validated and sent."""

    _name = "recovery.run"
    _description = "Reminder campaign"
    _inherit = ["recovery.guarded", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _typed = ("company_id", "date", "debtor_ids")
    _typed_once = ("mode",)

    name = fields.Char(required=True, readonly=True, copy=False, default=lambda self: self.env._("New"))
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company.root_id
    )
    date = fields.Date(
        required=True,
        default=lambda self: self.env.company._recovery_today(),
        tracking=True,
        help="Levels are counted on this day.",
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
        help="A simulation of any day, past or future, writes nothing but its verdicts.",
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
            ("sent", "Sent"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        readonly=True,
        tracking=True,
        index=True,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    notice_ids = fields.One2many("recovery.notice", "run_id", string="Notices proposed")
    notice_count = fields.Integer("Notices", compute="_compute_totals")
    amount = fields.Monetary("Claimed", compute="_compute_totals")
    amount_announced = fields.Monetary(
        "Announced", compute="_compute_totals", help="What falls due later: courtesies, and what stands beside a claim."
    )
    excluded_count = fields.Integer("Excluded", compute="_compute_totals")
    amount_excluded = fields.Monetary("Amount excluded", compute="_compute_totals")
    sent_count = fields.Integer("Sent", compute="_compute_totals")
    failed_count = fields.Integer("Failed", compute="_compute_totals")
    to_approve_count = fields.Integer("To approve", compute="_compute_totals")
    blocked_count = fields.Integer("Blocked", compute="_compute_totals")
    letter_count = fields.Integer("Letters", compute="_compute_letter_count")
    to_print_count = fields.Integer("Letters to print", compute="_compute_letter_count")
    summary = fields.Json(readonly=True)
    summary_html = fields.Html("What the campaign leaves out", compute="_compute_summary_html", sanitize=False)
    identity_gaps = fields.Char(compute="_compute_identity_gaps")

    @api.depends("notice_ids.state", "notice_ids.amount", "notice_ids.amount_announced")
    def _compute_totals(self):
        data = {}
        groups = self.env["recovery.notice"]._read_group(
            [("run_id", "in", self.ids)], ["run_id", "state"], ["__count", "amount:sum", "amount_announced:sum"]
        )
        for run, state, *figures in groups:
            data[run.id, state] = figures
        for run in self:

            def total(*states, run=run, position=0):
                return sum(data.get((run.id, state), (0, 0.0, 0.0))[position] for state in states)

            alive = ("draft", "blocked", "to_approve", "validated", "sent", "failed")
            run.notice_count = total(*alive)
            run.amount = total(*alive, position=1)
            run.amount_announced = total(*alive, position=2)
            run.excluded_count = total("excluded", "obsolete", "cancelled")
            run.amount_excluded = total("excluded", "obsolete", "cancelled", position=1)
            run.sent_count = total("sent")
            run.failed_count = total("failed")
            run.to_approve_count = total("to_approve")
            run.blocked_count = total("blocked")

    def _compute_letter_count(self):
        groups = self.env["recovery.delivery"]._read_group(
            [("run_id", "in", self.ids), ("channel", "in", ("letter", "registered")), ("state", "!=", "cancelled")],
            ["run_id", "state"],
            ["__count"],
        )
        for run in self:
            counts = {state: count for of_run, state, count in groups if of_run == run}
            run.letter_count = sum(counts.values())
            run.to_print_count = counts.get("to_print", 0)

    @api.depends("summary", "amount_left_out", "amount_excluded")
    @api.depends_context("lang")
    def _compute_summary_html(self):
        for run in self:
            run.summary_html = self.env["ir.qweb"]._render(
                "debt_recovery.run_summary",
                {
                    "rows": run._get_left_out_rows(),
                    "total": run.amount_left_out,
                    "format_amount": lambda amount, run=run: run.currency_id.format(amount),
                },
            )

    @api.depends("company_id")
    def _compute_identity_gaps(self):
        for run in self:
            run.identity_gaps = ", ".join(run.company_id._recovery_identity_gaps())

    @api.constrains("company_id", "debtor_ids")
    def _check_scope(self):
        for run in self:
            if run.company_id != run.company_id.root_id:
                raise ValidationError(
                    self.env._(
                        "A campaign belongs to the root company %s, its branches included.",
                        run.company_id._recovery_root().name,
                    )
                )
            if run.debtor_ids.company_id - run.company_id:
                raise ValidationError(self.env._("Some debtors of the selection belong to another company."))

    @api.model_create_multi
    def create(self, vals_list):
        runs = super().create(vals_list)
        if not self.env.su and runs.filtered(lambda run: run.mode == "automatic"):
            raise AccessError(self.env._("Automatic campaigns are made by the scheduled job only."))
        return runs

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
        name = (
            self.env["ir.sequence"].with_company(company).next_by_code("recovery.run", sequence_date=vals.get("date"))
        )
        return {**vals, "company_id": company.id, "name": name or self.env._("New")}

    @api.model
    def _explain_kept(self, names):
        return self.env._("A campaign changes its state through its buttons only.")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if self.filtered(lambda run: run.state not in ("draft", "proposed") or run.mode == "automatic"):
            raise UserError(self.env._("A campaign that was validated is cancelled with a reason, never deleted."))

    def unlink(self):
        proposed = self.filtered(lambda run: run.state in ("draft", "proposed") and run.mode != "automatic")
        for run in proposed:
            run._check_not_engaged()
        proposed._drop_proposal()
        return super().unlink()

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------
    def action_propose(self):
        """Work out the notices of the campaign's date, again if it was done already."""
        for run in self:
            run._propose()

    def action_validate(self):
        """Commit to the notices that are still proposed: nobody can claim the same level again."""
        for run in self:
            run._check_may_leave()
            if run.state == "draft":
                raise UserError(self.env._("Propose the notices of campaign %s first, and look at them.", run.name))
            if run.date > run.company_id._recovery_today():
                raise UserError(
                    self.env._("This campaign is dated in the future: look at it, but validate it on its day.")
                )
            run._validate(run.company_id._recovery_today())

    def action_send(self):
        """Send what is validated: mails are queued, letters stored, calls planned."""
        for run in self:
            run._send(run.company_id._recovery_today())

    def action_print_letters(self):
        """Open all the letters of the campaign as one PDF, as they were stored."""
        self.ensure_one()
        self.check_access("read")
        if not self.letter_count:
            raise UserError(self.env._("This campaign has no letter."))
        return {"type": "ir.actions.act_url", "url": f"/debt_recovery/letters/{self.id}", "target": "new"}

    def action_mark_printed(self):
        """Say that the letters of the campaign were printed and posted."""
        self.check_access("write")
        deliveries = self.env["recovery.delivery"].search([("run_id", "in", self.ids), ("state", "=", "to_print")])
        deliveries.action_mark_printed()

    def action_cancel(self):
        """Ask a manager why, and whether to tell the addressees, then cancel every notice of the campaign."""
        require_manager(self.env)
        return self.env["recovery.cancel.wizard"]._open(self, self.env._("Cancel the campaign"))

    def action_view_notices(self):
        """Open the notices of the campaign."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_notice_action")
        return dict(action, domain=[("run_id", "=", self.id)], context={"search_default_alive": 0})

    # ------------------------------------------------------------
    # The campaign's life: buttons, wizards, crons and tests call these
    # ------------------------------------------------------------
    def _propose(self):
        """(Re)build the proposed notices and the verdicts from the books; nothing else is written."""
        self.ensure_one()
        self = self._check_may_work()
        self._check_not_engaged()
        self._drop_proposal()
        result = self.env["recovery.selection"]._propose(self, self._get_scope_partners())
        self.write(
            {
                "state": "proposed",
                "summary": result,
                "proposed_on": self.company_id._recovery_today(),
                **self._get_open_figures(result),
            }
        )
        self._log_proposal(
            lambda run: (
                self.env._("Day of %(date)s simulated", date=format_date(self.env, run.date))
                if run.mode == "simulation"
                else self.env._("Campaign of %(date)s proposed", date=format_date(self.env, run.date))
            )
        )

    def _check_not_engaged(self):
        """Refuse to work a campaign out again once something of it was validated."""
        if self.state not in ("draft", "proposed"):
            raise UserError(self.env._("Campaign %s was validated: make a new one.", self.name))
        if (
            self.env["recovery.notice"]
            .sudo()
            .search_count([("run_id", "=", self.id), ("state", "not in", DELETABLE)], limit=1)
        ):
            raise UserError(self.env._("Some notices of %s are validated already: validate the others.", self.name))

    def _log_proposal(self, summary):
        """Write to the journal what a proposal gave."""
        self.env["recovery.event"]._log(
            "proposed",
            self,
            summary,
            lambda run: {
                "notices": run.notice_count,
                "amount": run.amount,
                "announced": run.amount_announced,
                "verdicts": ", ".join(f"{label} {count}" for label, count, _amount in run._get_summary_rows()),
            },
        )

    def _drop_proposal(self):
        """Delete the notices, their lines and the verdicts of campaigns that were not validated."""
        bulk = self.env["recovery.bulk"]
        self.failure_ids.unlink()
        bulk._delete("recovery.verdict", [("run_id", "in", self.ids)])
        bulk._delete("recovery.notice.line", [("notice_id.run_id", "in", self.ids)])
        bulk._delete("recovery.notice", [("run_id", "in", self.ids)])

    def _validate(self, day):
        """Engage the proposed notices, after a last look at the books of ``day``."""
        self.ensure_one()
        self = self._check_may_work()
        if self.state == "draft":
            self._propose()
        self._check_may_leave()
        proposed = self.notice_ids.filtered(lambda notice: notice.state == "draft")
        self.env["recovery.dispatch"]._validate(proposed, day)
        self._update_state()
        if proposed and self.state == "proposed" and not proposed.filtered(lambda notice: notice.state == "draft"):
            self.state = "sent"  # everything was settled meanwhile: nothing is left to look at

    def _send(self, day):
        """Send the validated notices: a few at once, many through the scheduled job."""
        self.ensure_one()
        self = self._check_may_work()
        if self.state in ("draft", "proposed", "to_approve"):
            raise UserError(self.env._("Validate campaign %s first.", self.name))
        validated = self.notice_ids.filtered(lambda notice: notice.state == "validated")
        limit = self.env["recovery.dispatch"]._get_direct_limit()
        self.env["recovery.dispatch"]._send(validated[:limit], day)
        if len(validated) > limit:
            self.state = "sending"
            self.env.ref("debt_recovery.ir_cron_send_notices")._trigger()
        else:
            self._update_state()

    def _check_may_work(self):
        """Return the campaigns with elevated rights, once the role and the access are checked."""
        require_user(self.env)
        self.check_access("write")
        return without_defaults(self.sudo())

    def _cancel(self, reason, correction=None):
        require_manager(self.env)
        for run in self.sudo():
            engaged = run.notice_ids.filtered(lambda n: n.state in ("validated", "to_approve", "sent", "failed"))
            engaged._cancel(reason, correction)
            run.notice_ids.filtered(lambda n: n.state in ("draft", "blocked")).write(
                {"state": "cancelled", "state_reason": reason}
            )
            run.decision_id._withdraw_question()
            run.state = "cancelled"

    def _update_state(self):
        """Set the state that the notices imply."""
        found = defaultdict(set)
        for run, state in self.env["recovery.notice"]._read_group([("run_id", "in", self.ids)], ["run_id", "state"]):
            found[run].add(state)
        for run in self.filtered(lambda run: run.state != "cancelled"):
            states = found[run]
            if "draft" in states:
                run.state = "proposed"
            elif states & {"validated", "to_approve", "failed", "blocked"}:
                run.state = "sending" if run.state == "sending" and "validated" in states else "validated"
            elif "sent" in states:
                run.state = "sent"
            elif run.state not in ("draft", "proposed"):
                run.state = "cancelled" if states == {"cancelled"} else "sent"

    @api.model
    def _cron_send(self):
        """Send what campaigns left to the scheduled job, batch by batch, each one committed."""
        runs = self.search([("state", "=", "sending")])
        self.env["recovery.dispatch"]._send_in_batches(runs)

    def _get_summary_rows(self):
        """Return ``(label, count, amount)`` of what the last proposal left out, biggest first."""
        self.ensure_one()
        labels = self.env["recovery.selection"]._get_code_labels()
        rows = [
            (labels.get(code, code), count, amount)
            for code, (count, amount) in (self.summary or {}).items()
            if code != "due" and count
        ]
        return sorted(rows, key=lambda row: -row[2])

    def _get_left_out_rows(self):
        """Return ``(label, count, amount)`` of everything that is not claimed: they add up to it.

        What is set off against an instalment that is reminded, or settled since, has no count.
        """
        self.ensure_one()
        rows = self._get_summary_rows()
        if self.excluded_count:
            rows.append((self.env._("Notices taken out of the campaign"), self.excluded_count, self.amount_excluded))
        rest = self.currency_id.round(self.amount_left_out - sum(amount for _label, _count, amount in rows))
        if rest and self.summary:
            rows.append((self.env._("Of what is reminded: credited, suspended or settled since"), None, rest))
        return rows

    @api.model
    def _get_ready_domain(self):
        """Return the domain of the notices that the scheduled job sends."""
        return Domain("state", "=", "validated") & Domain("run_id.state", "=", "sending")
