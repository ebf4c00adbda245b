from odoo import api, fields, models
from odoo.exceptions import RedirectWarning, UserError
from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from ...common.attachments import adopt
from ...common.given import require_reason
from ...common.marks import takes_reason
from ...common.retention import CASES, Retained
from ...common.roles import require_user
from .course import CLOSED, NOT_OPEN, OVER, Event, walk

_lt = LazyTranslate(__name__)


class RecoveryProcedureEvent(models.Model):
    """What happened in a procedure, on the day that a person gives, with its documents.

    It is corrected or annulled with a reason, never deleted: what rested on it goes with it, and the journal keeps
    what had been believed.
    """

    _name = "recovery.procedure.event"
    _description = "Procedure event"
    _retained = Retained(
        CASES,
        "procedure_id.case_id.closed_on",
        ("note", "correct_reason", "annul_reason"),
        ("attachment_ids",),
        domain=(("procedure_id.case_id.is_open", "=", False),),
    )
    _inherit = ["recovery.guarded"]
    _order = "date, id"
    _check_company_auto = True
    _unlinked_first = True
    _journal_words = {"event": _lt("Event"), "stage": _lt("Stage"), "went with it": _lt("Voided with it")}

    procedure_id = fields.Many2one("recovery.procedure", required=True, readonly=True, index=True, ondelete="restrict")
    case_id = fields.Many2one(related="procedure_id.case_id", store=True, precompute=True, index=True)
    debtor_id = fields.Many2one(related="procedure_id.debtor_id")
    company_id = fields.Many2one(related="procedure_id.company_id", store=True, precompute=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    kind_id = fields.Many2one(
        "recovery.procedure.event.kind",
        string="What happened",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    code = fields.Char(related="kind_id.code")
    date = fields.Date("On", required=True, readonly=True, index=True)
    amount = fields.Monetary("Granted", currency_field="company_currency_id", readonly=True)
    note = fields.Text(readonly=True)
    attachment_ids = fields.Many2many("ir.attachment", string="Documents", readonly=True, bypass_search_access=True)
    user_id = fields.Many2one("res.users", string="Author", required=True, readonly=True, ondelete="restrict")
    recorded_on = fields.Date("Recorded on", required=True, readonly=True)
    stage_before_id = fields.Many2one(
        "recovery.case.stage", string="Stage of the case before", readonly=True, ondelete="set null"
    )
    stage_after_id = fields.Many2one(
        "recovery.case.stage", string="Stage to which it moved the case", readonly=True, ondelete="set null"
    )
    corrected_on = fields.Date("Date corrected on", readonly=True)
    correct_reason = fields.Char("Why it was corrected", readonly=True)
    annulled_on = fields.Date("Event voided on", readonly=True)
    annulled_by_id = fields.Many2one("res.users", string="Voided by", readonly=True, ondelete="restrict")
    annul_reason = fields.Char("Why it was voided", readonly=True)

    @api.depends("kind_id.name", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for event in self:
            day = format_date(self.env, event.date) if event.date else ""
            event.display_name = self.env._("%(event)s on %(day)s", event=event.kind_id.name or "", day=day)

    # ------------------------------------------------------------
    # Recording
    # ------------------------------------------------------------
    @api.model
    def _record(self, procedure, kind, date, day, amount=0.0, note=None, attachments=None):
        """Record what happened in a procedure, and let the case, the limitation and the time limits follow.

        :param date: when it happened; ahead of today only for a hearing to come and the like.
        :param day: today, in the company.
        :param attachments: ``ir.attachment`` records.
        :return: the event.
        """
        require_user(self.env)
        procedure.ensure_one()
        procedure.check_access("write")
        event = self._add(procedure, kind, date, day, amount, note, attachments)
        event._move_case()
        procedure._hook_events_changed()
        return event

    @api.model
    def _add(self, procedure, kind, date, day, amount=0.0, note=None, attachments=None):
        """Keep what happened, checked and told, and let nothing follow yet."""
        attachments = (attachments if attachments is not None else self.env["ir.attachment"]).with_env(self.env)
        attachments.check_access("read")
        self._check_recordable(procedure, kind, date, day)
        event = self.sudo().create(
            {
                "procedure_id": procedure.id,
                "kind_id": kind.id,
                "date": date,
                "amount": amount if kind.asks_amount else 0.0,
                "note": note,
                "attachment_ids": [fields.Command.set(attachments.ids)],
                "user_id": self.env.user.id,
                "recorded_on": day,
            }
        )
        adopt(event)
        event._trace_event("procedure_event", {"amount": event.amount or False})
        return event.with_env(self.env)

    @api.model
    def _check_recordable(self, procedure, kind, date, day):
        if procedure.abandoned_on:
            raise UserError(self.env._("%s was abandoned: start another one.", procedure.display_name))
        if kind.type_id != procedure.type_id:
            raise UserError(self.env._("“%s” does not occur in this procedure.", kind.name))
        if not date:
            raise UserError(self.env._("Enter the day on which it happened."))
        self._check_day(kind, date, day)
        course = procedure._get_course()
        new = Event(2**62, kind.id, date)  # after all that is of the same day
        self._check_course(procedure, walk([*course.kept, new], procedure._read_kinds()))

    @api.model
    def _check_day(self, kind, date, day):
        if date > day and not kind.is_foreseen:
            raise UserError(self.env._("“%s” has not happened yet on that day: check the date.", kind.name))

    @api.model
    def _check_course(self, procedure, course):
        """Refuse a course in which something has no place, and say what it lacks."""
        if not course.refused:
            return
        refusal = course.refused[0]
        kinds = procedure.type_id._get_kinds()
        kind = kinds.browse(refusal.event.kind_id)
        by = kinds.browse(refusal.by or [])
        if refusal.why == NOT_OPEN:
            text = self.env._(
                "“%(event)s” comes after “%(others)s”: record that first, with its date.",
                event=kind.name,
                others=self.env._("” or “").join(kind.after_ids.mapped("name")),
            )
        elif refusal.why == CLOSED:
            text = self.env._("“%(event)s” is no longer possible after “%(other)s”.", event=kind.name, other=by.name)
        elif refusal.why == OVER:
            text = self.env._("The procedure ended with “%(other)s”: start another one.", other=by.name)
        else:
            text = self.env._("“%s” has already been recorded: correct it, or void it.", kind.name)
        raise UserError(text)

    # ------------------------------------------------------------
    # What they make true
    # ------------------------------------------------------------
    def _find_title(self):
        """Return which of these events, in the order in which they happened, gives the title that is held."""
        title = self.browse()
        for event in self:
            if event.kind_id.ends_title:
                title = self.browse()
            if event.kind_id.makes_title:
                title = event
        return title

    def _get_known_facts(self):
        """Return the facts that these events, in the order in which they happened, have made true."""
        title = self._find_title()
        known = self.filtered(lambda event: event == title or not event.kind_id.makes_title)
        return set(known.filtered("kind_id.fact").mapped("kind_id.fact"))

    # ------------------------------------------------------------
    # The board follows
    # ------------------------------------------------------------
    def _move_case(self):
        """Move the case to the stage that the event asks for, unless a later one has moved it on.

        What happened is never refused: where the checks before litigation stand against it, the case stays where it
        is, and its thread says why. A procedure that a manager takes over has passed them elsewhere.
        """
        self.ensure_one()
        case, kind = self.case_id, self.kind_id
        last = self._get_movers()[-1:]
        if not case.is_open or last != self or case.kind == kind.stage_kind:
            return
        stage = self._find_stage(kind.stage_kind)
        if not stage:
            return
        is_checked = self.procedure_id.is_taken_over and case.sudo(False)._may_decide()
        origin, mover = case.stage_id, case.sudo(is_checked)
        try:
            with self.env.cr.savepoint():
                mover.write({"stage_id": stage.id})
        except (UserError, RedirectWarning) as refusal:
            body = self.env._("The case stays where it is: %s", refusal.args[0])
            case.sudo().message_post(body=body, subtype_xmlid="mail.mt_note")
            return
        self.sudo().write({"stage_before_id": origin.id, "stage_after_id": stage.id})

    def _get_movers(self):
        """Return the events of the case that ask for a stage, in the order in which they happened."""
        events = self.case_id.sudo().procedure_ids.filtered(lambda procedure: not procedure.abandoned_on)
        counting = self.browse().union(*(procedure._get_counting_events() for procedure in events))
        return counting.filtered("kind_id.stage_kind").sorted(lambda event: (event.date, event.id))

    def _find_stage(self, kind):
        """Return the first stage of a kind that the company has; none if it has none."""
        Stage = self.env["recovery.case.stage"]
        return Stage.sudo().search([("kind", "=", kind), *Stage._get_company_domain(self.company_id)], limit=1)

    def _move_case_back(self):
        """Put the case where it stood before the events, unless somebody has moved it since."""
        for event in self.sorted(lambda event: event.id, reverse=True):
            case = event.case_id
            if (
                case.is_open
                and event.stage_after_id
                and case.stage_id == event.stage_after_id
                and event.stage_before_id
            ):
                case.sudo().write({"stage_id": event.stage_before_id.id})

    # ------------------------------------------------------------
    # Correcting and annulling
    # ------------------------------------------------------------
    def action_correct(self):
        """Open the window that corrects the date."""
        self.ensure_one()
        require_user(self.env)
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct: %s", self.display_name),
            "res_model": "recovery.procedure.event.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_procedure_id": self.procedure_id.id, "default_event_id": self.id},
        }

    def _correct(self, date, day, reason, amount=None):
        """Give an event its right date and amount, for a reason that the journal keeps.

        :param day: today, in the company.
        """
        require_user(self.env)
        self.ensure_one()
        procedure = self.procedure_id
        procedure.check_access("write")
        if self.annulled_on:
            raise UserError(self.env._("%s is already voided.", self.display_name))
        reason = require_reason(self.env, reason)
        self._check_day(self.kind_id, date, day)
        self._check_course(procedure, procedure._get_course({self.id: date}))
        before = format_date(self.env, self.date)
        vals = {"date": date, "corrected_on": day, "correct_reason": reason.strip()}
        if amount is not None and self.kind_id.asks_amount:
            vals["amount"] = amount
        self.sudo().write(vals)
        self._trace_event("procedure_event", {"before": before, "reason": reason.strip()})
        procedure._hook_events_changed()

    def action_annul(self):
        """Ask why, then annul: the event no longer counts, nor does what rested on it."""
        return self.env["recovery.reason.wizard"]._open(self, "_annul", self.env._("Void the event"))

    @takes_reason
    def _annul(self, reason):
        require_user(self.env)
        for procedure, events in self.grouped("procedure_id").items():
            procedure.check_access("write")
            done = events.filtered("annulled_on")
            if done:
                raise UserError(self.env._("%s is already voided.", done[0].display_name))
            events._annul_of(procedure, reason)

    def _annul_of(self, procedure, reason):
        """Annul events of one procedure, and those that have no place without them."""
        course = procedure._get_course(dict.fromkeys(self.ids))
        gone = self.browse(refusal.event.id for refusal in course.refused)
        vals = {
            "annulled_on": procedure.company_id._recovery_today(),
            "annulled_by_id": self.env.user.id,
        }
        self.sudo().write({**vals, "annul_reason": reason})
        names = ", ".join(self.mapped("display_name"))
        gone.sudo().write({**vals, "annul_reason": self.env._("It was based on: %s", names)})
        self._trace_event(
            "procedure_annulled", {"reason": reason, "went with it": ", ".join(gone.mapped("display_name"))}
        )
        (self | gone).sudo()._move_case_back()
        procedure._hook_events_changed()

    def _trace_event(self, kind, details):
        """Write it in the journal and in the thread of the case."""
        for event in self:
            if kind == "procedure_annulled":
                summary = self.env._("Event voided: %s", event.display_name)
            elif event.corrected_on:
                summary = self.env._("Event corrected: %s", event.display_name)
            else:
                summary = event.display_name
            known = {"case": event.case_id.name, "procedure": event.procedure_id.display_name}
            self.env["recovery.event"]._log(kind, event, summary, {**known, **details})
            event.case_id.sudo().message_post(body=summary, subtype_xmlid="mail.mt_note")

    @api.model
    def _explain_kept(self, names):
        return self.env._("Events are recorded, corrected or voided with their buttons, never edited.")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_traced(self):
        raise UserError(self.env._("An event is voided with a reason, never deleted: the audit trail must be kept."))
