from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from ...common.marks import takes_reason
from ...common.retention import CASES, Retained
from ...common.roles import MANAGER, require_user
from ...legal.conditions import NO, UNKNOWN
from .course import Event, find_possible, walk

_lt = LazyTranslate(__name__)


class RecoveryProcedure(models.Model):
    """One run of a type of procedure on a case: its court, its reference, and what happened, dated by people.

    What may happen next follows from what has happened and from the type alone. Several follow each other on a case.
    """

    _name = "recovery.procedure"
    _description = "Procedure"
    _retained = Retained(
        CASES,
        "case_id.closed_on",
        ("reference", "note", "open_questions", "override_reason", "abandon_reason"),
        domain=(("case_id.is_open", "=", False),),
    )
    _inherit = ["recovery.guarded", "recovery.held", "mail.thread"]
    _order = "opened_on desc, id desc"
    _check_company_auto = True
    _unlinked_first = True
    _held_by = ("user_id",)
    _typed = ("user_id", "court_id", "lawyer_id", "bailiff_id", "reference", "amount_claimed", "line_ids", "note")
    _journal_words = {
        "court": _lt("Court"),
        "not known": _lt("Not known"),
        "outcome": _lt("Outcome"),
        "procedure": _lt("Procedure"),
        "reference": _lt("Reference"),
        "refused by": _lt("Closed because"),
        "taken over": _lt("Carried over"),
    }

    case_id = fields.Many2one("recovery.case", required=True, readonly=True, index=True, ondelete="restrict")
    debtor_id = fields.Many2one(related="case_id.debtor_id", store=True, precompute=True, index=True)
    partner_id = fields.Many2one(related="debtor_id.partner_id", string="Customer")
    company_id = fields.Many2one(related="case_id.company_id", store=True, precompute=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    type_id = fields.Many2one(
        "recovery.procedure.type", string="Procedure", required=True, readonly=True, index=True, ondelete="restrict"
    )
    type_code = fields.Char(related="type_id.code")
    family = fields.Selection(related="type_id.family")
    previous_id = fields.Many2one(
        "recovery.procedure", string="Follows", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    opened_on = fields.Date("Started on", required=True, readonly=True, index=True)
    is_taken_over = fields.Boolean(
        "Carried over",
        readonly=True,
        help="It was in progress before the case was kept here: its past deadlines say so.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        tracking=True,
        index="btree_not_null",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    court_id = fields.Many2one(
        "res.partner",
        tracking=True,
        index="btree_not_null",
        check_company=True,
        domain="[('recovery_party_kind', '=', 'court')]",
        ondelete="restrict",
    )
    lawyer_id = fields.Many2one(
        "res.partner",
        tracking=True,
        index="btree_not_null",
        check_company=True,
        domain="[('recovery_party_kind', '=', 'lawyer')]",
        ondelete="restrict",
    )
    bailiff_id = fields.Many2one(
        "res.partner",
        string="Commissaire de justice",
        tracking=True,
        index="btree_not_null",
        check_company=True,
        domain="[('recovery_party_kind', '=', 'bailiff')]",
        ondelete="restrict",
    )
    reference = fields.Char("Reference (RG)", tracking=True, index="trigram", help="The number given by the court.")
    amount_claimed = fields.Monetary("Claimed", currency_field="company_currency_id", tracking=True)
    amount_granted = fields.Monetary(
        "Granted",
        currency_field="company_currency_id",
        compute="_compute_course",
        store=True,
        help="What the last order or judgment granted.",
    )
    line_ids = fields.Many2many(
        "recovery.case.line",
        string="Claims",
        domain="[('case_id', '=', case_id)]",
        help="What the procedure claims of the case: it interrupts limitation for these claims only.",
    )
    note = fields.Html("Notes")
    open_questions = fields.Text("Not known at the start", readonly=True, help="Conditions that nobody could confirm.")
    override_reason = fields.Char("Started all the same because", readonly=True)
    override_by_id = fields.Many2one("res.users", string="Decided by", readonly=True, ondelete="restrict")
    event_ids = fields.One2many("recovery.procedure.event", "procedure_id", string="Events", readonly=True)
    last_event_id = fields.Many2one(
        "recovery.procedure.event", string="Last event", compute="_compute_course", store=True
    )
    outcome_id = fields.Many2one(
        "recovery.procedure.type.outcome", compute="_compute_course", store=True, ondelete="restrict"
    )
    ended_on = fields.Date("Ended on", compute="_compute_course", store=True)
    has_title = fields.Boolean("Title held", compute="_compute_course", store=True)
    abandoned_on = fields.Date("Abandoned on", readonly=True)
    abandon_reason = fields.Char("Why it was abandoned", readonly=True)
    state = fields.Selection(
        [
            ("preparing", "Being prepared"),
            ("running", "In progress"),
            ("ended", "Ended"),
            ("abandoned", "Abandoned"),
        ],
        compute="_compute_course",
        store=True,
        index=True,
        tracking=True,
    )
    possible_kind_ids = fields.Many2many(
        "recovery.procedure.event.kind", string="What may come next", compute="_compute_possible_kind_ids"
    )
    next_text = fields.Char("Next", compute="_compute_possible_kind_ids")

    @api.depends("type_id.name", "case_id.display_name", "reference")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for procedure in self:
            name = f"{procedure.type_id.name or ''} – {procedure.case_id.name or ''}"
            procedure.display_name = f"{name} ({procedure.reference})" if procedure.reference else name

    @api.depends("abandoned_on", "event_ids.annulled_on", "event_ids.date", "event_ids.amount", "event_ids.kind_id")
    def _compute_course(self):
        for procedure in self:
            course = procedure._get_course()
            happened = procedure._pick(course.kept)
            ending = procedure._pick([course.ended_by] if course.ended_by else [])
            granted = happened.filtered("kind_id.asks_amount")
            procedure.last_event_id = happened[-1:]
            procedure.outcome_id = ending.kind_id.outcome_id
            procedure.ended_on = ending.date
            procedure.amount_granted = granted[-1:].amount
            procedure.has_title = bool(happened._find_title())
            if procedure.abandoned_on:
                procedure.state = "abandoned"
            else:
                procedure.state = "ended" if ending else "running" if happened else "preparing"

    @api.depends("state", "event_ids.annulled_on", "event_ids.date", "type_id.event_kind_ids")
    @api.depends_context("lang")
    def _compute_possible_kind_ids(self):
        for procedure in self:
            kinds = procedure.type_id.event_kind_ids
            if procedure.abandoned_on:
                kinds = kinds.browse()
            possible = find_possible(procedure._get_course(), procedure._read_kinds())
            procedure.possible_kind_ids = kinds.filtered(lambda kind, possible=possible: kind.id in possible)
            procedure.next_text = ", ".join(procedure.possible_kind_ids[:3].mapped("name"))

    # ------------------------------------------------------------
    # The course of it
    # ------------------------------------------------------------
    def _read_kinds(self):
        """Return ``{id: Kind}`` of the type, archived kinds too."""
        return self.type_id._get_kinds()._as_kinds()

    def _get_course(self, instead=None):
        """Return the course of the events that count.

        :param dict instead: ``{event id: date}`` of events read at another date, ``{event id: None}`` of none.
        """
        instead, kinds = instead or {}, self._read_kinds()
        counting = self.event_ids.filtered(
            lambda event: event.id and not event.annulled_on and event.kind_id.id in kinds
        )
        events = [Event(event.id, event.kind_id.id, instead.get(event.id, event.date)) for event in counting]
        return walk([event for event in events if event.day], kinds)

    def _get_counting_events(self):
        """Return the events that have a place, in the order in which they happened."""
        self.ensure_one()
        return self._pick(self._get_course().kept)

    def _pick(self, events):
        """Return the records of events of the course, in its order."""
        ranks = {event.id: rank for rank, event in enumerate(events)}
        return self.event_ids.filtered(lambda event: event.id in ranks).sorted(lambda event: ranks[event.id])

    def _get_events_of(self, codes):
        """Return the events that count of kinds with these codes, in the order in which they happened."""
        return self._get_counting_events().filtered(lambda event: event.kind_id.code in codes)

    def _hook_events_changed(self):
        """Follow what was recorded, corrected or annulled: called once after each change, of any number of events.

        A hook: time limits and costs are worked out anew.
        """

    # ------------------------------------------------------------
    # Beginning
    # ------------------------------------------------------------
    @api.model
    def _open_for(self, case, kind, day, facts=None, reason=None, previous=None, is_taken_over=False):
        """Begin a procedure of a type on a case: what every door calls.

        :param kind: ``recovery.procedure.type`` record.
        :param day: today, in the company.
        :param facts: what is known of the case; read on it by default.
        :param reason: why it is begun although it is closed to the case: a manager's.
        :param is_taken_over: it was under way already: nobody asks whether it may begin.
        """
        require_user(self.env)
        case.ensure_one()
        case.check_access("write")
        kind.check_access("read")
        case._check_open()
        vals, refused = ({}, False) if is_taken_over else self._prepare_answer(case, kind, day, facts, reason)
        lines = case.line_ids.filtered("is_running")
        procedure = self.sudo().create(
            {
                "case_id": case.id,
                "type_id": kind.id,
                "opened_on": day,
                "user_id": (case.user_id or self.env.user).id,
                "previous_id": previous.id if previous else False,
                "is_taken_over": is_taken_over,
                "amount_claimed": sum(lines.mapped("amount_now_company")),
                "line_ids": [fields.Command.set(lines.ids)],
                **vals,
            }
        )
        procedure._trace(
            "procedure_opened",
            self.env._("Procedure started: %s", kind.name),
            {
                "case": case.name,
                "taken over": self.env._("Yes") if is_taken_over else False,
                "reason": vals.get("override_reason"),
                "refused by": refused,
                "not known": vals.get("open_questions"),
            },
        )
        if not is_taken_over:
            procedure._hook_events_changed()
        return procedure.with_env(self.env)

    @api.model
    def _prepare_answer(self, case, kind, day, facts, reason):
        """Return what the conditions of the type leave on the procedure, and what a manager overrides of them.

        Refuse to anybody else what they close.
        """
        closures = kind._get_closures(day)
        if closures:
            raise UserError(self.env._("%(type)s cannot be started. %(why)s", type=kind.name, why=" ".join(closures)))
        answer = kind._judge(case._get_facts(day) if facts is None else facts, day)
        conditions = kind.condition_ids
        unknown = conditions._describe_reasons(answer.get_reasons(UNKNOWN, is_advice=False))
        vals = {"open_questions": "\n".join(unknown) or False}
        if answer.open != NO:
            return vals, False
        refused = "\n".join(conditions._describe_reasons(answer.get_reasons(NO, is_advice=False)))
        if not reason or not self.env.user.has_group(MANAGER):
            raise UserError(
                self.env._(
                    "%(type)s is not open to %(case)s:\n"
                    "%(why)s\n"
                    "A recovery manager may start it all the same, with a reason.",
                    type=kind.name,
                    case=case.name,
                    why=refused,
                )
            )
        return {**vals, "override_reason": reason, "override_by_id": self.env.user.id}, refused

    @api.model
    def _take_over(self, case, kind, day, steps, vals=None):
        """Take over a procedure that was under way, with what had happened in it; all follows once, at the end.

        :param steps: ``(kind of event, date, amount, note)``, in any order.
        :param dict vals: what people type on a procedure.
        """
        if not steps:
            raise UserError(self.env._("Enter at least one thing that happened, with its date."))
        if not all(step[1] for step in steps):
            raise UserError(self.env._("Enter the day on which it happened."))
        ranks = {row.id: rank for rank, row in enumerate(kind._get_kinds())}
        steps = sorted(steps, key=lambda step: (step[1], ranks.get(step[0].id, 0)))
        procedure = self._open_for(case, kind, day, is_taken_over=True)
        procedure.write(vals or {})
        procedure.sudo().opened_on = min(steps[0][1], day)
        Event = self.env["recovery.procedure.event"]
        events = Event.union(*(Event._add(procedure, row, date, day, *more) for row, date, *more in steps))
        movers = events.filtered("kind_id.stage_kind").sorted(lambda event: (event.date, event.id))
        if movers:
            movers[-1]._move_case()
        procedure._hook_events_changed()
        return procedure

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------
    def action_record(self):
        """Open the window that records what happened."""
        self.ensure_one()
        require_user(self.env)
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What happened"),
            "res_model": "recovery.procedure.event.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_procedure_id": self.id},
        }

    def action_abandon(self):
        """Ask why, then give the procedure up."""
        return self.env["recovery.reason.wizard"]._open(self, "_abandon", self.env._("Abandon the procedure"))

    def action_view_case(self):
        """Open the case."""
        self.ensure_one()
        self.check_access("read")
        return self.case_id._get_records_action(name=self.case_id.display_name)

    @takes_reason
    def _abandon(self, reason):
        """Give up procedures under way; whoever has seized a judge records the withdrawal as an event instead."""
        require_user(self.env)
        self.check_access("write")
        for procedure in self:
            if procedure.state not in ("preparing", "running"):
                raise UserError(self.env._("%s is not in progress.", procedure.display_name))
            lasting = procedure._get_counting_events().kind_id.limitation_cause_id.filtered("lasts")
            if lasting and not procedure.ended_on:
                raise UserError(
                    self.env._(
                        "%s is before a judge: record how it ended (withdrawal, lapse, judgment), as it affects "
                        "limitation.",
                        procedure.display_name,
                    )
                )
            procedure.sudo().write({"abandoned_on": procedure.company_id._recovery_today(), "abandon_reason": reason})
            procedure._trace(
                "procedure_ended",
                self.env._("Procedure abandoned: %s", procedure.type_id.name),
                {"case": procedure.case_id.name, "reason": reason},
            )
        self._hook_events_changed()

    # ------------------------------------------------------------
    # Cases regrouped and split
    # ------------------------------------------------------------
    def _follow_lines(self, case, lines):
        """Go to the case that took over what these procedures still claim; those that ended without a title stay.

        :param lines: ``account.move.line`` records that have moved.
        """
        followers = self.filtered(
            lambda procedure: procedure.state in ("preparing", "running") or procedure.has_title
        ).filtered(
            lambda procedure: procedure.line_ids.line_id & lines and not procedure.line_ids.filtered("is_running")
        )
        for procedure in followers:
            claimed = procedure.line_ids.line_id
            own = case.line_ids.filtered(lambda claim, claimed=claimed: claim.line_id in claimed and claim.is_running)
            procedure.sudo().write({"case_id": case.id, "line_ids": [fields.Command.set(own.ids)]})
        followers._hook_events_changed()

    # ------------------------------------------------------------
    # Who answers for it
    # ------------------------------------------------------------
    @api.model
    def _get_open_domain(self):
        return Domain("state", "in", ("preparing", "running"))

    def _recovery_get_responsible(self):
        """Return the owner, else who answers for the case."""
        case = self.case_id._recovery_get_responsible()
        return self.env["recovery.responsible"]._find_owner(self.company_id, self.user_id, case)

    # ------------------------------------------------------------
    # Guards and trace
    # ------------------------------------------------------------
    @api.model
    def _explain_kept(self, names):
        return self.env._("A procedure is started from its case, and progresses with what is recorded in it.")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_traced(self):
        raise UserError(
            self.env._("A procedure is abandoned with a reason, never deleted: the audit trail must be kept.")
        )

    @api.constrains("line_ids", "case_id")
    def _check_lines(self):
        for procedure in self:
            if procedure.line_ids.case_id - procedure.case_id:
                raise UserError(self.env._("A procedure claims only what its own case claims."))

    def _trace(self, kind, summary, details=None):
        """Write it in the journal and in the thread of the case."""
        for procedure in self:
            self.env["recovery.event"]._log(kind, procedure, summary, details)
            procedure.case_id.sudo().message_post(body=summary, subtype_xmlid="mail.mt_note")

    def _get_step_in_words(self):
        """Return where the procedure stands: its type and the last thing that happened."""
        self.ensure_one()
        event = self.last_event_id
        if not event:
            return self.env._("%s: in preparation", self.type_id.name)
        return self.env._(
            "%(type)s: %(event)s on %(day)s",
            type=self.type_id.name,
            event=event.kind_id.name,
            day=format_date(self.env, event.date),
        )
