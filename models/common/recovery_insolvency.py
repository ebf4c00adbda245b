from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from .attachments import adopt
from .insolvency import (
    CLOSED,
    CLOSINGS,
    CONFIDENTIAL,
    CONVERSIONS,
    CONVERTED,
    KINDS,
    PHASES,
    UNKNOWN,
    Course,
    can_follow,
    choose_state,
    get_kind,
    get_plan,
    get_state,
    sort_steps,
)
from .marks import takes_reason
from .retention import CASES, Retained
from .roles import USER, require_manager, require_user
from .standing import Undo

_lt = LazyTranslate(__name__)


class RecoveryInsolvency(models.Model):
    """Insolvency proceedings of a debtor: a dated fact with its history, from the judgment to the closure.

    A conversion keeps what was before. What proceedings stop on a day is read by :meth:`_get_state`, from data that
    say it by kind. Amicable ones are confidential by law: managers alone see them, and they suspend nothing.
    """

    _name = "recovery.insolvency"
    _description = "Insolvency proceedings"
    _retained = Retained(
        CASES, "closed_on", ("announcement", "judge", "reference", "note", "annul_reason"), ("attachment_ids",)
    )
    _inherit = ["recovery.guarded", "mail.thread"]
    _order = "judgment_on desc, id desc"
    _check_company_auto = True
    _unlinked_first = True
    _typed = (
        "published_on", "announcement", "court_id", "judge", "trustee_id", "administrator_id", "reference", "note",
        "attachment_ids",
    )  # fmt: skip
    _moves = ("judgment_on", "opened_as", "published_on", "annulled_on")
    _accompanied = {"published_on": "_change_facts", "trustee_id": "_change_facts"}
    _journal_words = {
        "announcement": _lt("Announcement"),
        "judgment": _lt("Judgment"),
        "kind": _lt("Kind"),
        "published": _lt("Published"),
    }

    debtor_id = fields.Many2one("recovery.debtor", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, precompute=True, index=True)
    partner_id = fields.Many2one(related="debtor_id.partner_id", string="Customer")
    opened_as = fields.Selection(KINDS, string="Opened as", required=True, readonly=True)
    kind = fields.Selection(
        KINDS,
        string="Kind of the proceedings",
        compute="_compute_state",
        store=True,
        help="After any conversions: the current kind.",
    )
    is_confidential = fields.Boolean(
        "Confidential",
        compute="_compute_state",
        store=True,
        help="Conciliation and mandat ad hoc are known only to those called to them: only managers see them here.",
    )
    state = fields.Selection(
        [*PHASES, ("over", "Over"), ("annulled", "Voided")],
        string="Stage reached",
        compute="_compute_state",
        store=True,
        index=True,
        tracking=True,
    )
    judgment_on = fields.Date(
        "Judgment of",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
        help="The judgment that opened them; for over-indebtedness, the decision declaring the file admissible.",
    )
    pronounced_on = fields.Date("Of this kind since", compute="_compute_state", store=True)
    published_on = fields.Date(
        "Published in the BODACC on",
        tracking=True,
        help="The publication of the opening: the time to declare runs from it.",
    )
    announcement = fields.Char("BODACC announcement", help="Its number, for example A202601765232.")
    court_id = fields.Many2one(
        "res.partner", index="btree_not_null", check_company=True, ondelete="restrict", tracking=True
    )
    judge = fields.Char("Judge (juge-commissaire)", tracking=True)
    trustee_id = fields.Many2one(
        "res.partner",
        string="Mandataire or liquidator",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        tracking=True,
        help="To whom claims are declared.",
    )
    administrator_id = fields.Many2one("res.partner", index="btree_not_null", check_company=True, ondelete="restrict")
    reference = fields.Char("Court number")
    note = fields.Html("Notes")
    attachment_ids = fields.Many2many("ir.attachment", string="Documents", bypass_search_access=True)
    step_ids = fields.One2many("recovery.insolvency.step", "insolvency_id", string="What followed", readonly=True)
    plan_on = fields.Date("Plan adopted on", compute="_compute_state", store=True)
    closed_on = fields.Date("Closed on", compute="_compute_state", store=True)
    closing = fields.Selection(CLOSINGS, string="How they were closed", compute="_compute_state", store=True)
    annulled_on = fields.Date("Voided on", readonly=True)
    annul_reason = fields.Char("Why they were voided", readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Recorded by", required=True, readonly=True, default=lambda self: self.env.user
    )

    @api.depends("opened_as", "judgment_on", "annulled_on", "step_ids.date", "step_ids.annulled_on")
    def _compute_state(self):
        for insolvency in self:
            course = insolvency._get_course()
            steps = sort_steps(course.steps)
            closing = next((step for step in steps if step.what == CLOSED), None)
            state = get_state(course, fields.Date.to_date("9999-12-31"), ()) if course.judgment_on else None
            insolvency.kind = get_kind(course) or False
            insolvency.is_confidential = insolvency.kind in CONFIDENTIAL
            insolvency.plan_on = get_plan(course)
            insolvency.pronounced_on = max(
                [step.day for step in steps if step.what == CONVERTED], default=course.judgment_on
            )
            insolvency.closed_on = closing and closing.day
            insolvency.closing = closing and closing.value
            if insolvency.annulled_on:
                insolvency.state = "annulled"
            else:
                insolvency.state = state.phase if state else "over"

    @api.depends("kind", "judgment_on")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        model_name = self.env["ir.model"]._get(self._name).name
        for insolvency in self:
            day = format_date(self.env, insolvency.judgment_on) if insolvency.judgment_on else ""
            insolvency.display_name = self.env._(
                "%(kind)s of %(day)s", kind=kinds.get(insolvency.kind) or model_name, day=day
            )

    # ------------------------------------------------------------
    # How they stand on a day
    # ------------------------------------------------------------
    @api.model
    def _get_state(self, debtors, day, with_confidential=False):
        """Return ``{debtor: insolvency.State or None}``, how the proceedings of debtors stand on a day.

        Others ask it what they stop: ``state.stops("execution")``, see :mod:`insolvency`. The number of queries does
        not grow with the debtors.

        :param with_confidential: count amicable proceedings too: for the eyes of managers alone.
        """
        if not debtors.ids:
            return dict.fromkeys(debtors)
        domain = Domain("debtor_id", "in", debtors.ids) & Domain("judgment_on", "<=", day)
        domain &= Domain("annulled_on", "=", False)
        if not with_confidential:
            domain &= Domain("is_confidential", "=", False)
        proceedings = self.sudo().search(domain)
        effects = self._read_effects() if proceedings else ()
        found = {}
        for insolvency in proceedings:
            found.setdefault(insolvency.debtor_id.id, []).append(get_state(insolvency._get_course(), day, effects))
        return {debtor: choose_state(found.get(debtor.id, ())) for debtor in debtors}

    @api.model
    def _read_effects(self):
        """Return the :class:`insolvency.Effect` of all kinds and times; hook of the room that keeps the law."""
        return ()

    def _get_course(self):
        """Return the proceedings with what followed, as :mod:`insolvency` reads them."""
        self.ensure_one()
        steps = self.step_ids.filtered(lambda step: step.date and not step.annulled_on)
        return Course(
            self.id, self.opened_as or "", self.judgment_on, self.published_on or None, tuple(steps._as_steps())
        )

    # ------------------------------------------------------------
    # Recording
    # ------------------------------------------------------------
    @api.model
    def _open_for(self, debtor, kind, judgment_on, day, **vals):
        """Record that proceedings were opened against a debtor.

        :param day: today, in the company.
        :param vals: what people type of them.
        """
        self._check_may_record(kind in CONFIDENTIAL)
        debtor.ensure_one()
        debtor.check_access("write")
        self._check_day(judgment_on, day)
        if debtor.sudo().insolvency_ids.filtered(
            lambda row: not row.annulled_on and (row.judgment_on, row.opened_as) == (judgment_on, kind)
        ):
            raise UserError(self.env._("These proceedings are already known: record what followed."))
        self._check_named(vals)
        insolvency = self.sudo().create(
            {
                "debtor_id": debtor.id,
                "opened_as": kind,
                "judgment_on": judgment_on,
                "user_id": self.env.user.id,
                **vals,
            }
        )
        adopt(insolvency, by=self.env.user)
        insolvency._trace(lambda row: row.env._("Proceedings opened: %s", row.display_name))
        insolvency._follow()
        return insolvency.with_env(self.env)

    def _add_step(self, what, date, day, value="", note=None, attachments=None):
        """Record what followed: a conversion, a plan, the closure.

        :param date: when it happened.
        :param day: today, in the company.
        """
        self.ensure_one()
        self._check_may_record(self.is_confidential)
        self.check_access("write")
        self._check_day(date, day)
        if self.annulled_on or not can_follow(self._get_course(), what, value, date):
            raise UserError(
                self.env._(
                    "That cannot follow on that day: %(proceedings)s, %(state)s. Check what was recorded before.",
                    proceedings=self.display_name,
                    state=dict(self._fields["state"]._description_selection(self.env)).get(self.state, ""),
                )
            )
        attachments = attachments if attachments is not None else self.env["ir.attachment"]
        attachments.check_access("read")
        step = (
            self.env["recovery.insolvency.step"]
            .sudo()
            .create(
                {
                    "insolvency_id": self.id,
                    "what": what,
                    "date": date,
                    "kind": value if what == CONVERTED else False,
                    "closing": value if what == CLOSED else False,
                    "note": note,
                    "attachment_ids": [fields.Command.set(attachments.ids)],
                    "user_id": self.env.user.id,
                }
            )
        )
        adopt(step, by=self.env.user)
        self._trace(lambda row: step.with_env(row.env).display_name)
        self._follow()
        return step.with_env(self.env)

    def _correct(self, judgment_on, day, reason, kind=None):
        """Give the judgment its right date, and proceedings of which nobody knew the kind the one that they have.

        :param kind: one of those into which it may be turned; None leaves it as it is.
        """
        self.ensure_one()
        self._check_may_record(self.is_confidential)
        self.check_access("write")
        self._check_day(judgment_on, day)
        steps = sort_steps(self._get_course().steps)
        if steps and steps[0].day < judgment_on:
            raise UserError(self.env._("An event recorded before that day exists: void it first."))
        if kind and kind != self.opened_as and (steps or kind not in CONVERSIONS[UNKNOWN] or self.opened_as != UNKNOWN):
            raise UserError(self.env._("Their kind is known: record a conversion, or void them and record others."))
        before = self.display_name
        self.sudo().write({"judgment_on": judgment_on, "opened_as": kind or self.opened_as})
        self._trace(lambda row: row.env._("Proceedings corrected, previously: %s", before), {"reason": reason or False})
        self._follow()

    @api.model
    def _check_may_record(self, is_confidential):
        """Raise unless the user may record them; engines and the jobs of the night may."""
        if self.env.su:
            return
        if is_confidential:
            require_manager(self.env)
        require_user(self.env)

    @api.model
    def _check_day(self, date, day):
        if not date:
            raise UserError(self.env._("Enter the day on which it happened."))
        if date > day:
            raise UserError(self.env._("It has not happened yet on that day: check the date."))

    @contextmanager
    def _change_facts(self, _vals):
        """Let what rests on the publication and on who receives declarations follow."""
        yield
        self._follow()

    # ------------------------------------------------------------
    # What follows
    # ------------------------------------------------------------
    def _follow(self):
        """Suspend what the proceedings stop, resume what they no longer do; hook of what rests on them."""
        self.debtor_id.sudo()._follow_insolvency()

    def _trace(self, summary, details=None):
        """Write it in the journal: where nobody but managers reads it, if it is confidential."""
        for insolvency in self:
            self.env["recovery.event"]._log(
                "insolvency_private" if insolvency.is_confidential else "insolvency",
                insolvency,
                summary,
                {
                    "kind": dict(self._fields["kind"]._description_selection(self.env)).get(insolvency.kind),
                    "judgment": str(insolvency.judgment_on),
                    "published": str(insolvency.published_on or ""),
                    "announcement": insolvency.announcement,
                    **(details or {}),
                },
            )

    def _prepare_undo(self):
        """Return the button that says that the proceedings no longer stand."""
        self.ensure_one()
        label = self.env._("End the proceedings")
        return Undo(self.debtor_id, "_ask_end_of_insolvency", label, USER)

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------
    def action_record(self):
        """Open the window that records what followed."""
        self.ensure_one()
        require_user(self.env)
        self.check_access("read")
        return self.env["recovery.insolvency.wizard"]._open(self.debtor_id, self)

    def action_annul(self):
        """Ask why, then annul proceedings that were recorded by mistake."""
        return self.env["recovery.reason.wizard"]._open(self, "_annul", self.env._("Void these proceedings"))

    def action_view_debtor(self):
        """Open the debtor."""
        self.ensure_one()
        self.check_access("read")
        return self.debtor_id._get_records_action(name=self.debtor_id.display_name)

    @takes_reason
    def _annul(self, reason):
        """Annul proceedings that never were, or no longer stand: what rested on them goes with them."""
        self._check_may_record(any(self.mapped("is_confidential")))
        self.check_access("write")
        for insolvency in self.filtered(lambda row: not row.annulled_on):
            insolvency.sudo().write({"annulled_on": insolvency.company_id._recovery_today(), "annul_reason": reason})
            insolvency._trace(
                lambda row: row.env._("Proceedings no longer in force: %s", row.display_name), {"reason": reason}
            )
        self._follow()

    @api.model
    def _explain_kept(self, names):
        return self.env._("Proceedings are opened from the debtor, and progress with what is recorded in them.")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_traced(self):
        raise UserError(
            self.env._("Proceedings are voided with a reason, never deleted: the audit trail must be kept.")
        )
