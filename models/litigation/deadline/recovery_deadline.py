from collections import defaultdict
from datetime import date as Day

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from ...common.calendar import shift
from ...common.marks import takes_reason
from ...common.retention import CASES, Retained
from ...common.roles import require_user
from ...legal import time_limits
from ...legal.time_limits import Limit, Term, get_area, get_distance, get_home
from .follow import ANNULLED, MET, MISSED, MOOT, OVER, RUNNING, Event, Places, find_open, judge
from .ical import Day as CalendarDay
from .recovery_deadline_alert import MISSED as MISSED_DAYS

_lt = LazyTranslate(__name__)

PRESSING_DAYS = 7  # before its date, a deadline stands in the worklist of the day
HOME = "home"  # a step: where the party lives is not known
#: What a person says of a deadline that no event opened.
TYPED_ONLY = ("name", "date", "kind", "whose", "article", "sanction")


class RecoveryDeadline(models.Model):
    """One time limit of a case: until when something is done, or from when it may be.

    It is reckoned from the events of a procedure, again whenever they change, or typed when a judge gives it. What
    meets it is an event too. One that was missed stays to be seen; none is deleted.
    """

    _name = "recovery.deadline"
    _description = "Procedural deadline"
    _retained = Retained(
        CASES,
        "case_id.closed_on",
        ("name", "sanction", "note", "met_reason", "annul_reason"),
        domain=(("case_id.is_open", "=", False),),
        stays=("rule_code", "steps", "article"),
    )
    _inherit = ["recovery.guarded", "recovery.held"]
    _order = "date, id"
    _check_company_auto = True
    _unlinked_first = True
    _held_by = ("user_id",)
    _typed = ("user_id", "note", *TYPED_ONLY)
    _typed_once = ("case_id", "procedure_id")
    _journal_words = {
        "case": _lt("Case"),
        "deadline": _lt("Procedural deadline"),
        "days left": _lt("Days left"),
        "told": _lt("Notified"),
    }

    case_id = fields.Many2one("recovery.case", required=True, index=True, ondelete="restrict")
    procedure_id = fields.Many2one(
        "recovery.procedure", index="btree_not_null", ondelete="restrict", domain="[('case_id', '=', case_id)]"
    )
    event_id = fields.Many2one(
        "recovery.procedure.event", string="Opened by", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    rule_id = fields.Many2one("recovery.deadline.rule", readonly=True, index="btree_not_null", ondelete="restrict")
    rule_code = fields.Char(readonly=True)
    company_id = fields.Many2one(related="case_id.company_id", store=True, precompute=True, index=True)
    debtor_id = fields.Many2one(related="case_id.debtor_id", store=True, precompute=True, index=True)
    partner_id = fields.Many2one(related="debtor_id.partner_id", string="Customer")
    is_current = fields.Boolean("Of an open case", related="case_id.is_open", store=True, precompute=True)
    name = fields.Char("What is to be done", help="In the words of whoever entered it; a rule brings its own.")
    kind = fields.Selection([("latest", "At the latest"), ("earliest", "Not before")], required=True, default="latest")
    whose = fields.Selection(
        [("ours", "Us"), ("opponent", "The opposing party"), ("third", "The court or a third party")],
        string="Who must comply",
        required=True,
        default="ours",
    )
    start_date = fields.Date("Runs from", readonly=True)
    raw_date = fields.Date(
        "Calculated", readonly=True, help="The day reached by counting the days, months or years (CPC 641)."
    )
    date = fields.Date(
        required=True,
        index=True,
        help="The operative date, once moved to a working day (CPC 642): the last day to act, or the end of a waiting "
        "period.",
    )
    other_date = fields.Date(
        "Alternative reading",
        readonly=True,
        help="Where the law is unsettled: our own deadlines use the earlier date, those of the opposing party and "
        "waiting periods the later.",
    )
    steps = fields.Json(readonly=True)
    why = fields.Text("Why this date", compute="_compute_why")
    article = fields.Char()
    sanction = fields.Text(help="In the words of whoever entered it; a rule brings its own.")
    sanction_text = fields.Text("If nothing is done", compute="_compute_words")
    rule_note = fields.Text("Good to know", compute="_compute_words")
    note = fields.Text("Notes")
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Who is notified: the owner of the case, unless somebody else is chosen.",
    )
    state = fields.Selection(
        [
            (RUNNING, "Running"),
            (MET, "Met"),
            (MISSED, "Missed"),
            (OVER, "Past"),
            (MOOT, "No longer applicable"),
            (ANNULLED, "Voided"),
        ],
        required=True,
        readonly=True,
        default=RUNNING,
        index=True,
    )
    days_left = fields.Integer("Days left", compute="_compute_days_left")
    urgency = fields.Selection(
        [("late", "Missed"), ("week", "This week"), ("month", "This month"), ("later", "Later"), ("none", "Closed")],
        compute="_compute_days_left",
    )
    met_on = fields.Date("Done on", readonly=True)
    met_by_id = fields.Many2one("res.users", string="Stated by", readonly=True, ondelete="restrict")
    met_reason = fields.Char("How", readonly=True)
    annulled_on = fields.Date("Voided on", readonly=True)
    annul_reason = fields.Char("Why it was voided", readonly=True)
    is_typed = fields.Boolean(
        "Entered manually", readonly=True, help="A judge or a person gave the date: it is not calculated."
    )
    is_taken_over = fields.Boolean("Carried over", readonly=True, help="It had passed before the case was kept here.")
    opened_on = fields.Date("Known since", required=True, readonly=True)
    seen_on = fields.Datetime("Acknowledged on", readonly=True)
    seen_by_id = fields.Many2one("res.users", string="Acknowledged by", readonly=True, ondelete="restrict")
    alert_ids = fields.One2many("recovery.deadline.alert", "deadline_id", string="Alerts", readonly=True)

    _once = models.UniqueIndex(
        "(procedure_id, rule_code, event_id) WHERE rule_code IS NOT NULL",
        "An event opens a deadline of one rule only once.",
    )
    _watch_idx = models.Index("(company_id, state, date)")

    @api.depends("rule_id.name", "name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for deadline in self:
            deadline.display_name = deadline.rule_id.sudo().name or deadline.name or ""

    @api.depends("rule_id.sanction", "rule_id.note", "sanction")
    @api.depends_context("lang")
    def _compute_words(self):
        for deadline in self:
            rule = deadline.rule_id.sudo()
            deadline.sanction_text = rule.sanction or deadline.sanction
            deadline.rule_note = rule.note

    @api.depends("case_id.user_id")
    def _compute_user_id(self):
        for deadline in self:
            if deadline.state == RUNNING or not deadline.user_id:
                deadline.user_id = deadline.case_id.user_id

    @api.model
    def _get_open_domain(self):
        return Domain("state", "=", RUNNING) & Domain("is_current", "=", True)

    def _recovery_get_responsible(self):
        """Return the owner, else who answers for the case."""
        case = self.case_id._recovery_get_responsible()
        return self.env["recovery.responsible"]._find_owner(self.company_id, self.user_id, case)

    @api.depends("date", "state")
    def _compute_days_left(self):
        for deadline in self:
            day = (deadline.company_id or self.env.company)._recovery_today()
            left = (deadline.date - day).days if deadline.date else 0
            deadline.days_left = max(left, 0) if deadline.state == RUNNING else 0
            if deadline.state == MISSED or (deadline.state == RUNNING and left < 0):
                deadline.urgency = "late"
            elif deadline.state != RUNNING:
                deadline.urgency = "none"
            else:
                deadline.urgency = "week" if left <= PRESSING_DAYS else "month" if left <= 30 else "later"

    # ------------------------------------------------------------
    # Why this date
    # ------------------------------------------------------------
    @api.depends("rule_id", "start_date", "raw_date", "date", "other_date", "steps", "is_typed")
    @api.depends_context("lang")
    def _compute_why(self):
        for deadline in self:
            deadline.why = "\n".join(deadline._explain())

    def _explain(self):
        """Return, as sentences, how the date was reached."""
        self.ensure_one()
        if self.is_typed:
            return [self.env._("Entered manually: a judge's timetable, or personal knowledge.")]
        if not self.start_date:
            return []
        rule = self.rule_id.sudo()
        days = {"start": self._say_day(self.start_date), "raw": self._say_day(self.raw_date)}
        if rule.is_before:
            reckoned = self.env._("%(length)s %(start)s: %(raw)s.", length=rule.length_text, **days)
        else:
            reckoned = self.env._("%(length)s from %(start)s: %(raw)s.", length=rule.length_text, **days)
        sentences = [reckoned]
        sentences += [text for word, value in self.steps or () if (text := self._explain_step(word, value))]
        if self.date != self.raw_date:
            sentences.append(self.env._("It ends on %s.", self._say_day(self.date)))
        if self.other_date:
            day = self._say_day(self.other_date)
            if self.whose == "ours" and self.kind == "latest":
                text = self.env._("Unsettled: %s is an alternative reading. The earlier date is kept.", day)
            else:
                text = self.env._("Unsettled: %s is an alternative reading. The later date is kept.", day)
            sentences.append(text)
        return sentences

    def _explain_step(self, word, value):
        day = self._say_day(fields.Date.to_date(value)) if isinstance(value, str) else ""
        if word == time_limits.DISTANCE:
            if value == 1:
                return self.env._("Distance extension of one month (CPC 643, 644).")
            return self.env._("Distance extension of %s months (CPC 643, 644).", value)
        sentences = {
            time_limits.MONTH_END: self.env._("The month has no such day: its last one, %s (CPC 641).", day),
            time_limits.FRANC: self.env._("Délai franc: its last day does not count, %s.", day),
            time_limits.SATURDAY: self.env._("%s: not a working day (CPC 642).", day),
            time_limits.SUNDAY: self.env._("%s: not a working day (CPC 642).", day),
            time_limits.HOLIDAY: self.env._("%s: a public holiday (CPC 642).", day),
            time_limits.LOCAL: self.env._(
                "%s: a holiday in that court's area only; whether it extends the deadline is unsettled.", day
            ),
            time_limits.WAIT: self.env._("Whether CPC 642 moves the end of a waiting period is unsettled."),
            time_limits.UNKNOWN: self.env._(
                "Which version of the law applies is not known, for lack of an event or of the court: the prudent "
                "one is used."
            ),
            HOME: self.env._("Nobody knows where the party lives: no distance extension was added (CPC 643)."),
        }
        return sentences.get(word, "")

    def _say_day(self, day):
        return format_date(self.env, day, date_format="EEEE d MMMM y") if day else ""

    # ------------------------------------------------------------
    # Typed by hand
    # ------------------------------------------------------------
    @api.model
    def _prepare_creation(self, vals_list):
        return [self._prepare_typed(vals) for vals in super()._prepare_creation(vals_list)]

    @api.model
    def _prepare_typed(self, vals):
        """Date what a person types, in the company of its case."""
        if vals.get("rule_code"):
            return vals
        case = self.env["recovery.case"].browse(vals.get("case_id"))
        return {"opened_on": (case.company_id or self.env.company)._recovery_today(), **vals, "is_typed": True}

    @api.model_create_multi
    def create(self, vals_list):
        deadlines = super().create(vals_list)
        typed = deadlines.filtered("is_typed")
        for deadline in typed:
            if not (deadline.name or "").strip():
                raise UserError(self.env._("Say what is to be done."))
            deadline.case_id._check_open()
            deadline.case_id.check_access("write")
        typed.sudo()._judge_typed()
        typed._log_opening()
        return deadlines

    def write(self, vals):
        changed = [name for name in TYPED_ONLY if name in vals]
        if not changed or self.env.su:
            return super().write(vals)
        for deadline in self:
            if not deadline.is_typed:
                raise UserError(
                    self.env._("“%s” is calculated: correct the event that opened it.", deadline.display_name)
                )
            if deadline.state not in (RUNNING, MISSED):
                raise UserError(self.env._("“%s” is closed: enter another one.", deadline.display_name))
        before = {deadline: deadline.date for deadline in self}
        result = super().write(vals)
        if "date" in vals:
            self.sudo()._judge_typed()
            for deadline in self:
                deadline._follow_move(before[deadline])
        return result

    def _judge_typed(self):
        """Give typed deadlines the state of today; a date that is put off opens them again."""
        for deadline in self.filtered(lambda row: row.state != ANNULLED):
            day = deadline.company_id._recovery_today()
            deadline.state = judge(deadline.date, day, deadline._get_term(), deadline.met_on or None)[0]
        self._close_tasks()
        self.case_id._follow_deadlines()

    def _get_term(self):
        """Return how it is counted: as its rule says, or as a person typed it."""
        self.ensure_one()
        if self.rule_id:
            return self.rule_id._get_term()
        return Term(is_wait=self.kind == "earliest", is_ours=self.whose == "ours")

    @api.constrains("procedure_id", "case_id")
    def _check_procedure(self):
        for deadline in self:
            if deadline.procedure_id and deadline.procedure_id.case_id != deadline.case_id:
                raise UserError(self.env._("The procedure belongs to another case."))

    @api.model
    def _explain_kept(self, names):
        return self.env._("A procedural deadline is calculated from events, and closed with its buttons.")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_traced(self):
        raise UserError(
            self.env._("A procedural deadline is voided with a reason, never deleted: the audit trail must be kept.")
        )

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------
    def action_see(self):
        """Note that the user has seen it: the journal keeps who, and when."""
        require_user(self.env)
        self.check_access("write")
        now = fields.Datetime.now()
        self.sudo().write({"seen_on": now, "seen_by_id": self.env.uid})
        self.sudo().alert_ids.filtered(lambda alert: not alert.seen_on).write(
            {"seen_on": now, "seen_by_id": self.env.uid}
        )
        self.sudo().case_id._follow_deadlines()
        self._log("deadline_seen", lambda row: self.env._("Acknowledged: %s", row._say()))

    def action_meet(self):
        """Open the window that records that it was done."""
        require_user(self.env)
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Done: %s", self.display_name),
            "res_model": "recovery.deadline.meet.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_deadline_id": self.id},
        }

    def action_annul(self):
        """Ask why, then annul what was typed by hand."""
        return self.env["recovery.reason.wizard"]._open(self, "_annul", self.env._("Void the deadline"))

    def action_view_case(self):
        """Open the case."""
        self.ensure_one()
        self.check_access("read")
        return self.case_id._get_records_action(name=self.case_id.display_name)

    def _meet(self, date, day, reason):
        """Record that it was done, on a day until today: for what no event says.

        :param day: today, in the company.
        """
        require_user(self.env)
        self.ensure_one()
        self.check_access("write")
        if self.state not in (RUNNING, MISSED):
            raise UserError(self.env._("“%s” is already closed.", self.display_name))
        if not date or date > day:
            raise UserError(self.env._("What has not been done yet cannot meet the deadline: check the date."))
        if not (reason or "").strip():
            raise UserError(self.env._("Say how it was done: it is kept in the journal."))
        deadline = self.sudo()
        deadline.write({"met_on": date, "met_by_id": self.env.uid, "met_reason": reason.strip()})
        deadline.state = judge(deadline.date, day, deadline._get_term(), date)[0]
        deadline._close_tasks()
        deadline.case_id._follow_deadlines()
        deadline._log(
            "deadline_missed" if deadline.state == MISSED else "deadline_met",
            lambda row: self.env._("%(state)s: %(deadline)s", state=row._say_state(), deadline=row._say()),
            {"date": str(date), "reason": reason.strip()},
        )

    @takes_reason
    def _annul(self, reason):
        require_user(self.env)
        self.check_access("write")
        for deadline in self:
            if not deadline.is_typed:
                raise UserError(self.env._("“%s” is calculated: void the event that opened it.", deadline.display_name))
            if deadline.state == ANNULLED:
                raise UserError(self.env._("“%s” is already voided.", deadline.display_name))
        deadlines = self.sudo()
        for company, group in deadlines.grouped("company_id").items():
            group.write({"state": ANNULLED, "annulled_on": company._recovery_today(), "annul_reason": reason})
        deadlines._close_tasks()
        deadlines.case_id._follow_deadlines()
        deadlines._log("deadline_annulled", lambda row: self.env._("Voided: %s", row._say()), {"reason": reason})

    # ------------------------------------------------------------
    # Reckoning
    # ------------------------------------------------------------
    @api.model
    def _recompute(self, procedures, day=None):
        """Reckon the deadlines of procedures from their events, and trace what changed.

        :param day: today; by default that of each company.
        """
        procedures = procedures.sudo()
        Deadline = self.sudo()
        for company, group in procedures.grouped("company_id").items():
            Deadline._recompute_of(company, group, day or company._recovery_today())

    @api.model
    def _recompute_of(self, company, procedures, day):
        rules = self.env["recovery.deadline.rule"]._read_rules()
        known = [*rules[self.env["res.company"]], *rules[company]]
        events = self._read_events(procedures)
        existing = self._read_existing(procedures)
        new, told = [], defaultdict(lambda: self.browse())
        for procedure in procedures:
            places = self._get_places(procedure)
            for row in find_open(events[procedure.id], known, procedure.type_id.code, day, places):
                deadline = existing.pop((procedure.id, row.code, row.event_id), self.browse())
                vals = self._prepare_vals(procedure, row, places, day, deadline)
                if deadline:
                    deadline._follow(vals, told)
                else:
                    new.append(self._prepare_opening_vals(procedure, row, vals, day))
        told["opened"] = self.create(new)
        gone = self.union(*existing.values()).filtered(lambda row: row.state != ANNULLED)
        gone._annul_by_events(day)
        (told["moved"] | told["ended"] | gone)._close_tasks()
        told["opened"]._log_opening()
        told["ended"]._log_end()
        self._tell_past(told["opened"], day)
        procedures.case_id._follow_deadlines()

    @api.model
    def _find_procedures(self, codes):
        """Return the procedures of open cases in which events of these kinds count."""
        events = (
            self.env["recovery.procedure.event"]
            .sudo()
            .search_fetch(
                Domain("kind_id.code", "in", list(codes))
                & Domain("annulled_on", "=", False)
                & Domain("case_id.is_open", "=", True),
                ["procedure_id"],
            )
        )
        return events.procedure_id

    @api.model
    def _read_events(self, procedures):
        """Return ``{procedure id: [Event]}`` of what counts."""
        found = defaultdict(list)
        events = (
            self.env["recovery.procedure.event"]
            .sudo()
            .search_fetch(
                [("procedure_id", "in", procedures.ids), ("annulled_on", "=", False)],
                ["procedure_id", "kind_id", "date"],
            )
        )
        for event in events:
            found[event.procedure_id.id].append(Event(event.id, event.kind_id.code, event.date))
        return found

    @api.model
    def _read_existing(self, procedures):
        """Return ``{(procedure id, code, event id): deadline}`` of what was reckoned before.

        What a procedure took along to another case goes there first, typed deadlines too.
        """
        deadlines = self.search([("procedure_id", "in", procedures.ids)])
        for row in deadlines.filtered(lambda row: row.case_id != row.procedure_id.case_id):
            row._move_to(row.procedure_id.case_id)
        return {(row.procedure_id.id, row.rule_code, row.event_id.id): row for row in deadlines if row.rule_code}

    @api.model
    def _get_places(self, procedure):
        """Return where the parties and the court are, for distance and local holidays."""
        court = procedure.court_id or procedure.case_id.court_id
        partners = (procedure.company_id.partner_id, procedure.partner_id, court)
        ours, theirs, seat = (get_home(partner.country_id.code, partner.zip) for partner in partners)
        ours = ours or time_limits.MAINLAND
        area = get_area(court.country_id.code, court.zip)
        if not court and procedure.company_id.recovery_alsace_moselle:
            area = time_limits.ALSACE_MOSELLE
        kind = court.recovery_court_kind or None
        return Places(ours, theirs, get_distance(seat, ours), get_distance(seat, theirs), area, kind)

    @api.model
    def _prepare_vals(self, procedure, row, places, day, deadline):
        """Return what the events and the law say of one deadline."""
        rule = self.env["recovery.deadline.rule"].browse(row.rule_id)
        state, ended_on = row.state, row.ended_on
        if deadline and deadline.met_by_id:
            state, ended_on = judge(row.limit.date, day, rule._get_term(), deadline.met_on)
        elif state == RUNNING and procedure.abandoned_on:
            state, ended_on = MOOT, procedure.abandoned_on
        elif state == MOOT and not ended_on and deadline._was_missed(row.limit.date):
            state = MISSED  # putting a hearing off does not undo it
        return {
            "case_id": procedure.case_id.id,
            "rule_id": rule.id,
            "kind": "earliest" if rule.is_wait else "latest",
            "whose": rule.whose,
            "start_date": row.start,
            "raw_date": row.limit.raw,
            "date": row.limit.date,
            "other_date": row.limit.other or False,
            "steps": self._prepare_steps(rule, row.limit, places),
            "article": rule.article,
            "state": state,
            "met_on": ended_on or False,
        }

    def _was_missed(self, date):
        """Tell whether it is known to have been missed on that date."""
        return self.state == MISSED and self.date == date

    @api.model
    def _prepare_steps(self, rule, limit: Limit, places):
        steps = [[word, str(value) if isinstance(value, Day) else value] for word, value in limit.steps if value]
        if rule.has_distance and (places.ours if rule.whose == "ours" else places.theirs) is None:
            steps.append([HOME, True])
        return steps

    @api.model
    def _prepare_opening_vals(self, procedure, row, vals, day):
        is_past = procedure.is_taken_over and row.limit.date < procedure.opened_on
        return {
            "procedure_id": procedure.id,
            "event_id": row.event_id,
            "rule_code": row.code,
            "opened_on": day,
            "is_taken_over": is_past,
            **vals,
        }

    def _follow(self, vals, told):
        """Write what changed of a deadline that was known, and note what is to be told of it."""
        self.ensure_one()
        held = {name: self._fields[name].convert_to_write(self[name], self) for name in vals}
        changed = {name: value for name, value in vals.items() if held[name] != value}
        if not changed:
            return
        before, state = self.date, self.state
        if state == ANNULLED:
            changed |= {"annulled_on": False, "annul_reason": False}
        if "date" in changed:
            changed |= {"seen_on": False, "seen_by_id": False}
        self.write(changed)
        if "date" in changed:
            told["moved"] |= self
            self._follow_move(before)
        if "state" in changed and self.state != RUNNING:
            told["ended"] |= self

    def _move_to(self, case):
        """Go to another case, with the tasks that were given."""
        moved = self.filtered(lambda row: row.case_id != case)
        cases = moved.case_id | case
        moved.write({"case_id": case.id})
        moved.alert_ids.activity_id.write({"res_id": case.id})
        cases.invalidate_recordset(["activity_ids"])

    def _annul_by_events(self, day):
        """Annul deadlines whose event no longer opens them."""
        for deadline in self:
            event = deadline.event_id
            reason = event.annul_reason or self.env._("The events or the rules no longer open it.")
            deadline.write({"state": ANNULLED, "annulled_on": day, "annul_reason": reason, "met_on": False})
            deadline._log("deadline_annulled", self.env._("Voided: %s", deadline._say()), {"reason": reason})

    # ------------------------------------------------------------
    # What stands in the worklist, and in the case
    # ------------------------------------------------------------
    @api.model
    def _get_pressing_domain(self, day):
        """Return the domain of what somebody must look at today: due within the week, or missed and not seen."""
        pressing = Domain("state", "=", MISSED) | Domain("date", "<=", shift(day, days=PRESSING_DAYS))
        return Domain("is_current", "=", True) & Domain("whose", "=", "ours") & pressing & self._get_watched_domain()

    @api.model
    def _get_watched_domain(self):
        """Return the domain of what stands on the board: acts that are due, and missed ones that nobody has seen."""
        running = Domain("state", "=", RUNNING) & Domain("kind", "=", "latest")
        missed = Domain("state", "=", MISSED) & Domain("seen_on", "=", False) & Domain("is_taken_over", "=", False)
        return running | missed

    @api.model
    def _get_shown_domain(self):
        """Return the domain of what stands in calendars: what weighs on us and runs, in open cases."""
        return Domain("state", "=", RUNNING) & Domain("is_current", "=", True) & Domain("whose", "=", "ours")

    def _prepare_day(self):
        """Return a deadline as calendars show it, in the language of its environment."""
        self.ensure_one()
        return CalendarDay(
            f"recovery-deadline-{self.id}",
            self.date,
            self.env._("%(deadline)s – %(case)s", deadline=self.display_name, case=self.case_id.display_name),
            "\n".join(filter(None, [self.article, self.sanction_text, self.why])),
            f"{self.get_base_url()}/odoo/recovery-deadlines/{self.id}",
            self.write_date,
            alarms=() if self.kind == "earliest" else (7, 1),
        )

    def _close_tasks(self):
        """Take back the tasks of what no longer runs, or runs until another day."""
        stale = self.alert_ids.filtered(
            lambda alert: (
                alert.activity_id
                and (alert.deadline_id.state not in (RUNNING, MISSED) or alert.limit_on != alert.deadline_id.date)
            )
        )
        stale.activity_id.unlink()

    @api.model
    def _tell_past(self, deadlines, day):
        """Send each owner one mail about what had passed already when it became known."""
        past = deadlines.filtered(
            lambda row: row.state == MISSED and row.whose == "ours" and not row.is_taken_over and row.is_current
        )
        if past:
            self.env["recovery.deadline.watch"]._tell_past(past, day)

    # ------------------------------------------------------------
    # Trace
    # ------------------------------------------------------------
    def _say(self):
        """Return it in words: what, and until when."""
        self.ensure_one()
        day = format_date(self.env, self.date)
        if self.kind == "earliest":
            return self.env._("%(deadline)s, not before %(day)s", deadline=self.display_name, day=day)
        return self.env._("%(deadline)s, by %(day)s", deadline=self.display_name, day=day)

    def _say_state(self):
        return dict(self._fields["state"]._description_selection(self.env))[self.state]

    def _log(self, kind, summary, details=None):
        self.env["recovery.event"]._log(
            kind,
            self,
            summary,
            lambda row: {
                "case": row.case_id.name,
                "deadline": row.display_name,
                "until": str(row.date),
                **(details or {}),
            },
        )

    def _log_opening(self):
        self._log("deadline_opened", lambda row: self.env._("Procedural deadline: %s", row._say()))
        ended = self.filtered(lambda row: row.state != RUNNING)
        ended._log_end()

    def _log_end(self):
        missed = self.filtered(lambda row: row.state == MISSED)
        for kind, rows in (("deadline_missed", missed), ("deadline_met", self - missed)):
            rows._log(
                kind, lambda row: self.env._("%(state)s: %(deadline)s", state=row._say_state(), deadline=row._say())
            )

    def _follow_move(self, before):
        """Trace that the date is another one, of which nobody has been told that it was missed."""
        self.ensure_one()
        if before == self.date:
            return
        self.sudo().alert_ids.filtered(lambda alert: alert.days == MISSED_DAYS).unlink()
        self._log(
            "deadline_moved",
            self.env._("Moved: %s", self._say()),
            {"before": format_date(self.env, before), "now": format_date(self.env, self.date)},
        )
