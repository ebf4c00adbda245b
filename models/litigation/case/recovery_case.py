from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import format_date
from odoo.tools.misc import formatLang
from odoo.tools.translate import LazyTranslate

from ...common.marks import takes_reason
from ...common.roles import USER, require_user
from ...common.standing import Undo

_lt = LazyTranslate(__name__)


class RecoveryCase(models.Model):
    """A litigation file: what one debtor owes us that no letter could get, until it is paid or lost.

    It claims instalments, one or many, and each of them stays out of the reminders by a
    suspension of its own while the case is open. Procedures, time limits, costs and
    evidence hang on it.
    """

    _name = "recovery.case"
    _description = "Litigation case"
    _inherit = [
        "recovery.guarded",
        "recovery.held",
        "mail.tracking.duration.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "priority desc, opened_on desc, id desc"
    _check_company_auto = True
    _unlinked_first = True
    _track_duration_field = "stage_id"
    _held_by = ("user_id",)
    _typed = ("stage_id", "user_id", "lawyer_id", "priority", "description", "line_ids")
    _typed_once = ("debtor_id",)
    _journal_words = {
        "at opening": _lt("At opening"),
        "case": _lt("Case"),
        "from": _lt("Stage before"),
        "to": _lt("New stage"),
    }

    name = fields.Char("Number", required=True, readonly=True, copy=False, index="trigram")
    debtor_id = fields.Many2one("recovery.debtor", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, precompute=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(related="debtor_id.partner_id", string="Customer")
    stage_id = fields.Many2one(
        "recovery.case.stage",
        required=True,
        index=True,
        tracking=True,
        ondelete="restrict",
        group_expand="_read_group_stage_ids",
        domain="[('company_id', 'in', (False, company_id))]",
    )
    kind = fields.Selection(related="stage_id.kind", string="Kind of stage", store=True, precompute=True, index=True)
    is_open = fields.Boolean("Open", compute="_compute_is_open", store=True, precompute=True)
    date_last_stage_update = fields.Datetime(
        "In this stage since", compute="_compute_date_last_stage_update", store=True, precompute=True
    )
    days_in_stage = fields.Integer(compute="_compute_days_in_stage")
    previous_stage_id = fields.Many2one(
        "recovery.case.stage", string="Stage before closing", readonly=True, ondelete="set null"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        tracking=True,
        index="btree_not_null",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Who drives the case: its tasks are theirs.",
    )
    lawyer_id = fields.Many2one(
        "res.partner",
        tracking=True,
        index="btree_not_null",
        check_company=True,
        help="The lawyer, commissaire de justice or collection agency who acts for us.",
    )
    lawyer_gap = fields.Char(
        "Lawyer to replace",
        compute="_compute_lawyer_gap",
        help="The lawyer of an open case is archived: somebody else acts, or nobody.",
    )
    priority = fields.Selection(
        [("0", "Normal"), ("1", "High"), ("2", "Very high"), ("3", "Urgent")], default="0", tracking=True
    )
    opened_on = fields.Date("Opened on", required=True, readonly=True, index=True)
    closed_on = fields.Date("Closed on", readonly=True, copy=False)
    close_reason = fields.Char("Why it was closed", readonly=True, copy=False, tracking=True)
    notice_id = fields.Many2one(
        "recovery.notice",
        string="Mise en demeure",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The notice that the case comes from.",
    )
    description = fields.Html("Facts", help="What happened, what the customer says, what was promised.")
    line_ids = fields.One2many("recovery.case.line", "case_id", string="Claims", copy=False)
    hold_ids = fields.One2many("recovery.hold", "case_id", string="Suspensions", readonly=True)
    claim_count = fields.Integer("Instalments claimed", compute="_compute_amounts", store=True)
    oldest_due = fields.Date("Oldest due date", compute="_compute_amounts", store=True)
    days_late = fields.Integer(compute="_compute_days_late", help="Days since the oldest due date.")
    amount_opening = fields.Monetary(
        "At opening",
        currency_field="company_currency_id",
        compute="_compute_amounts",
        store=True,
        help="What was open on the claimed instalments when each entered the case.",
    )
    amount_now = fields.Monetary(
        "Still open", currency_field="company_currency_id", compute="_compute_amounts", store=True, tracking=True
    )
    amount_received = fields.Monetary(
        "Received",
        currency_field="company_currency_id",
        compute="_compute_amounts",
        store=True,
        help="Money only: payments and bank lines matched since the opening.",
    )
    amount_other = fields.Monetary(
        "Settled otherwise",
        currency_field="company_currency_id",
        compute="_compute_amounts",
        store=True,
        help="Credit notes, write-offs, exchange differences: it is no longer owed, but it was not received.",
    )
    recovery_rate = fields.Float("Received (%)", compute="_compute_amounts", store=True, aggregator="avg")

    amount_credit = fields.Monetary(
        "Open credits",
        currency_field="company_currency_id",
        compute="_compute_amount_credit",
        help="Credit notes and payments of the customer that are matched with nothing yet: "
        "match them before anything is filed.",
    )

    _name_company_uniq = models.UniqueIndex("(company_id, name)", "A case with this number already exists.")
    limitation_on = fields.Date(
        "Limitation",
        compute="_compute_limitation",
        help="The next day on which one of the claims is time-barred: the original date, whatever the evidence.",
    )
    limitation_warning = fields.Char(compute="_compute_limitation", string="Prescription Warning")
    claim_statement_count = fields.Integer(compute="_compute_claim_statement_count", string="Statement Count")

    @api.depends("name", "debtor_id.display_name")
    def _compute_display_name(self):
        for case in self:
            case.display_name = f"{case.name} – {case.debtor_id.display_name}" if case.debtor_id else case.name

    @api.depends("kind")
    def _compute_is_open(self):
        for case in self:
            case.is_open = not case.stage_id.is_closing

    @api.depends("stage_id")
    def _compute_date_last_stage_update(self):
        self.date_last_stage_update = fields.Datetime.now()

    @api.depends("date_last_stage_update")
    def _compute_days_in_stage(self):
        now = fields.Datetime.now()
        for case in self:
            case.days_in_stage = (now - case.date_last_stage_update).days if case.date_last_stage_update else 0

    @api.depends("oldest_due")
    def _compute_days_late(self):
        for case in self:
            today = (case.company_id or self.env.company)._recovery_today()
            case.days_late = max((today - case.oldest_due).days, 0) if case.oldest_due else 0

    @api.depends(
        "line_ids.removed_on",
        "line_ids.due_date",
        "line_ids.amount_opening_company",
        "line_ids.amount_now_company",
        "line_ids.received_company",
    )
    def _compute_amounts(self):
        for case in self:
            claims = case.line_ids.filtered(lambda claim: not claim.removed_on)
            case.claim_count = len(claims)
            case.oldest_due = min(filter(None, claims.mapped("due_date")), default=False)
            case.amount_opening = sum(claims.mapped("amount_opening_company"))
            case.amount_now = sum(claims.mapped("amount_now_company"))
            case.amount_received = sum(claims.mapped("received_company"))
            case.amount_other = case.amount_opening - case.amount_now - case.amount_received
            case.recovery_rate = 100 * case.amount_received / case.amount_opening if case.amount_opening else 0

    def _compute_amount_credit(self):
        for company, cases in self.grouped("company_id").items():
            partners = cases.partner_id
            balances = (
                self.env["recovery.ledger"]._read_balances(company, company._recovery_today(), partners)
                if partners
                else []
            )
            credits = {balance.partner_id: -balance.credit for balance in balances}
            for case in cases:
                case.amount_credit = credits.get(case.partner_id.id, 0.0)

    @api.depends("lawyer_id.active", "is_open")
    @api.depends_context("lang")
    def _compute_lawyer_gap(self):
        for case in self:
            lawyer = case.lawyer_id
            case.lawyer_gap = bool(case.is_open and lawyer and not lawyer.active) and self.env._(
                "%s is archived: choose who acts for us now.", lawyer.display_name
            )

    # ------------------------------------------------------------
    # Who answers for it
    # ------------------------------------------------------------
    @api.model
    def _get_open_domain(self):
        return Domain("is_open", "=", True)

    def _recovery_get_responsible(self):
        """Return the owner, else who follows the debtor."""
        named = self.debtor_id.collector_id
        return self.env["recovery.responsible"]._find_owner(self.company_id, self.user_id, named)

    @api.constrains("stage_id", "debtor_id")
    def _check_stage_company(self):
        for case in self:
            if case.stage_id.company_id and case.stage_id.company_id != case.company_id:
                raise ValidationError(self.env._("The stage %s belongs to another company.", case.stage_id.name))

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        """Show every stage of the companies at work as a column, empty ones too."""
        return stages.search(stages._get_company_domain(self.env.companies))

    # ------------------------------------------------------------
    # Creation, writing, deletion
    # ------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        cases = super().create(vals_list)
        if cases.filtered(lambda case: not case.line_ids):
            raise UserError(self.env._("A case claims at least one unpaid instalment."))
        if cases.filtered(lambda case: not case.is_open):
            raise UserError(self.env._("A case does not begin in a closing stage."))
        cases._trace_opening()
        return cases

    @api.model
    def _prepare_creation(self, vals_list):
        """Number each case and date it, in its debtor's company."""
        return [self._prepare_opening(vals) for vals in super()._prepare_creation(vals_list)]

    @api.model
    def _prepare_opening(self, vals):
        company = self.env["recovery.debtor"].browse(vals.get("debtor_id")).company_id
        if not company:
            raise UserError(self.env._("A case is opened on a debtor: use the button on its screen."))
        opened_on = fields.Date.to_date(vals.get("opened_on")) or company._recovery_today()
        stage_id = vals.get("stage_id") or (
            self.env["recovery.case.stage"]._get_first(company, ["precourt", "preparing", "filed"]).id
        )
        return {
            **vals,
            "opened_on": opened_on,
            "stage_id": stage_id,
            "name": self._next_name(company, opened_on),
        }

    def write(self, vals):
        if not vals.get("stage_id"):
            return super().write(vals)
        stage = self.env["recovery.case.stage"].browse(vals["stage_id"])
        origins = {case: case.stage_id for case in self if case.stage_id != stage}
        moved = self.browse(case.id for case in origins)
        if stage.kind == "settled":
            moved._check_is_settled()
        if not stage.is_closing:
            moved.filtered(lambda case: not case.is_open)._check_may_reopen()
        result = super().write(vals)
        moved._follow_stage(origins, vals.get("closed_on"), vals.get("close_reason"))
        return result

    @api.model
    def _explain_kept(self, names):
        return self.env._("What a case claims, received and became is no field to type: use its buttons.")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_traced(self):
        raise UserError(self.env._("A case is closed with a reason, never deleted: the trace must stay."))

    @api.model
    def _next_name(self, company, day):
        """Return the next number of the company's own series for that year.

        The shipped sequence is the pattern; each root company gets its copy on first need.
        """
        Sequence = self.env["ir.sequence"].sudo()
        own = Sequence.search([("code", "=", "recovery.case"), ("company_id", "=", company.id)], limit=1)
        if not own:
            pattern = Sequence.search([("code", "=", "recovery.case"), ("company_id", "=", False)], limit=1)
            own = pattern.copy({"company_id": company.id, "name": pattern.name})
        return own.next_by_id(sequence_date=day)

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------
    def action_settle(self):
        """Ask for a reason, then close as settled."""
        return self.env["recovery.reason.wizard"]._open(self, "_settle", self.env._("Close as settled"))

    def action_give_up(self):
        """Ask for a reason, then close as irrecoverable."""
        return self.env["recovery.reason.wizard"]._open(self, "_give_up", self.env._("Close as irrecoverable"))

    def action_reopen(self):
        """Ask for a reason, then put closed cases back in the stage where they were."""
        return self.env["recovery.reason.wizard"]._open(self, "_reopen", self.env._("Reopen the case"))

    def action_add_overdue(self):
        """Claim the customer's other overdue instalments in this case too."""
        self.ensure_one()
        day = self.company_id._recovery_today()
        self._add_lines(self.debtor_id._get_claimable_lines(day)[self.debtor_id], day)

    def action_view_debtor(self):
        """Open the debtor's screen."""
        self.ensure_one()
        return self.debtor_id._get_records_action(name=self.debtor_id.display_name)

    def action_view_notice(self):
        """Open the notice that the case comes from."""
        self.ensure_one()
        return self.notice_id._get_records_action(name=self.notice_id.display_name)

    def action_view_moves(self):
        """Open the claimed invoices."""
        self.ensure_one()
        moves = self.line_ids.filtered(lambda claim: not claim.removed_on).move_id
        action = self.env["ir.actions.act_window"]._for_xml_id("account.action_move_out_invoice_type")
        return {
            **action,
            "name": self.env._("Claimed invoices"),
            "display_name": self.env._("Claimed invoices"),
            "domain": [("id", "in", moves.ids)],
            "context": {"create": False, "default_move_type": "out_invoice"},
        }

    def _prepare_undo(self):
        """Return the way to end what the case suspends, on the debtor's banner: its own screen, where it is closed."""
        self.ensure_one()
        return Undo(self, "_open_form", self.env._("Open the case"), USER)

    def _open_form(self):
        return self._get_records_action(name=self.display_name)

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
        self.env["recovery.case.line"]._check_claimable(debtor, lines, day)
        case = (
            self.sudo()
            .create(
                {
                    "debtor_id": debtor.id,
                    "user_id": (user or debtor._get_responsible()).id,
                    "opened_on": day,
                    "notice_id": notice.id if notice else False,
                    "line_ids": [Command.create({"line_id": line.id, "added_on": day}) for line in lines],
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
        self.env["recovery.case.line"]._check_claimable(self.debtor_id, lines, day)
        claims = (
            self.env["recovery.case.line"]
            .sudo()
            .create([{"case_id": self.id, "line_id": line.id, "added_on": day} for line in lines])
        )
        claims.with_env(self.env).check_access("create")

    def _get_running_holds(self):
        return self.hold_ids.filtered(lambda hold: not hold.released_on)

    # ------------------------------------------------------------
    # Stages
    # ------------------------------------------------------------
    @takes_reason
    def _settle(self, reason):
        self._close("settled", reason)

    @takes_reason
    def _give_up(self, reason):
        self._close("lost", reason)

    def _close(self, kind, reason):
        """Move to the first stage of that closing kind, for a reason, on the company's date."""
        for company, cases in self.grouped("company_id").items():
            stage = self.env["recovery.case.stage"]._get_first(company, [kind])
            cases.check_access("write")
            cases.sudo().write({"stage_id": stage.id, "closed_on": company._recovery_today(), "close_reason": reason})

    @takes_reason
    def _reopen(self, reason):
        for case in self.filtered(lambda case: not case.is_open):
            stage = case.previous_stage_id or case.stage_id._get_first(case.company_id, ["precourt", "preparing"])
            case.check_access("write")
            case.sudo().write({"stage_id": stage.id, "close_reason": reason})

    def _follow_stage(self, origins, day=None, reason=None):
        """Apply the stage of cases: suspensions, dates and trace; whoever moved the card, by a button or by hand.

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
        self._hand_back()
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
        claims = self.line_ids.filtered(lambda claim: claim.is_running and claim.line_id)
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

    def _check_is_settled(self):
        """Refuse to call settled a case that has something unpaid, whoever moves the card and however."""
        for case in self:
            unpaid = case._get_unpaid_claims()
            if unpaid:
                raise UserError(
                    self.env._(
                        "%(case)s is not settled: %(amount)s remain unpaid (%(invoices)s). Match what was received, "
                        "take out of the case what is no longer claimed, or close it as irrecoverable.",
                        case=case.name,
                        amount=case._format_amount(sum(unpaid.mapped("amount_now_company"))),
                        invoices=", ".join(sorted(set(unpaid.mapped("move_name")))),
                    )
                )

    def _get_unpaid_claims(self):
        """Return what the cases claim that is not paid, and that no later case took over."""
        return self.line_ids.filtered(
            lambda claim: (
                not claim.removed_on
                and not claim.is_final
                and claim.currency_id.compare_amounts(claim.amount_now, 0.0) > 0
            )
        )

    def _hand_back(self):
        """Ask somebody what becomes of what a closed case leaves unpaid: reminders do not follow it up any more."""
        self.ensure_one()
        unpaid = self._get_unpaid_claims()
        if not unpaid:
            return
        self.debtor_id.sudo().activity_schedule(
            "debt_recovery.mail_activity_type_handover",
            date_deadline=self.company_id._recovery_today(),
            summary=self.env._(
                "%(case)s is closed and %(amount)s remain unpaid: write off, hand over again or follow up",
                case=self.name,
                amount=self._format_amount(sum(unpaid.mapped("amount_now_company"))),
            ),
            user_id=self._recovery_get_responsible().id,
        )

    def _check_may_reopen(self):
        """Refuse to reopen a case when a later one claimed its instalments."""
        passed_on = self.line_ids.filtered(lambda claim: claim.is_final and not claim.removed_on)
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
        claims = self.line_ids.filtered(lambda claim: not claim.removed_on)
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

    # ------------------------------------------------------------
    # Limitation of the claims
    # ------------------------------------------------------------
    @api.depends("line_ids.is_running", "line_ids.amount_now")
    @api.depends_context("lang")
    def _compute_limitation(self):
        lines_of = {
            case: case.line_ids.filtered(lambda claim: claim.is_running and claim.amount_now > 0).line_id._origin
            for case in self
        }
        lines = self.env["account.move.line"].union(*lines_of.values())
        limits = self.env["recovery.limitation"]._read_line_limits(lines)
        for case in self:
            day = (case.company_id or self.env.company)._recovery_today()
            own = lines_of[case]
            barred = own.filtered(lambda line, day=day: limits[line.id] < day)
            coming = [limits[line.id] for line in own - barred]
            case.limitation_on = min(coming, default=False)
            case.limitation_warning = False
            if barred:
                case.limitation_warning = self.env._(
                    "Time-barred at their original date: %(invoices)s. Check the evidence with a lawyer first.",
                    invoices=", ".join(sorted(set(barred.sudo().move_id.mapped("name")))),
                )
            elif coming and min(coming) <= fields.Date.add(day, months=3):
                case.limitation_warning = self.env._(
                    "The first claim is time-barred after %s: only a claim in court or an acknowledgement stops it.",
                    format_date(self.env, min(coming)),
                )

    # ------------------------------------------------------------
    # Statements of the claim, on the case's own instalments
    # ------------------------------------------------------------
    def _compute_claim_statement_count(self):
        counts = dict(
            self.env["recovery.claim.statement"]._read_group(
                self._get_claim_statement_domain(), ["res_id"], ["__count"]
            )
        )
        for case in self:
            case.claim_statement_count = counts.get(case.id, 0)

    def _get_claim_statement_domain(self):
        return [("res_model", "=", self._name), ("res_id", "in", self.ids)]

    def _get_claim_statement_lines(self):
        """Return the instalments that the case claims, paid since its opening or not."""
        self.ensure_one()
        return self.line_ids.filtered(lambda claim: not claim.removed_on).line_id

    def action_claim_statement(self):
        """Open the window that issues a statement of what the case claims."""
        self.ensure_one()
        require_user(self.env)
        self.check_access("read")
        action = self.debtor_id.action_claim_statement()
        context = {**action["context"], "default_case_id": self.id, "default_with_settled": True}
        return dict(action, context=context)

    def action_view_claim_statements(self):
        """Open the statements issued for the case."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_claim_statement_action")
        return dict(action, domain=self._get_claim_statement_domain())
