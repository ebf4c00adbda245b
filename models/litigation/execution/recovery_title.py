from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import format_date
from odoo.tools.misc import formatLang
from odoo.tools.translate import LazyTranslate

from ...claim.figures import ZERO, CourtCost, Options, Ruling
from ...claim.recovery_claim import to_decimal
from ...common.attachments import adopt
from ...common.bounds import get_finite
from ...common.equivalent import convert_totals
from ...common.insolvency import EXECUTION
from ...common.marks import takes_reason
from ...common.retention import CASES, Retained
from ...common.roles import require_user
from ...common.saying import narrow
from .award import Award, Open, read_award
from .life import Life, read_claims_life, read_life
from .recovery_title_head import CLAIMED, COSTS, FIXED

_lt = LazyTranslate(__name__)

#: Events by which a title, or what it rests on, was served.
SERVED = ("order_served", "judgment_served", "title_served", "certificate_served")
#: What changes what the claim is, or how long it may be carried out: told to the journal.
TOLD = (
    "kind_id", "name", "date", "enforceable_on", "served_on", "final_on", "line_ids", "interest", "interest_rate",
    "interest_from", "capitalise_from", "increase", "increase_points", "imputation", "replaces_id",
)  # fmt: skip


class RecoveryTitle(models.Model):
    """An enforceable title: what was awarded, since when it may be carried out, and until when.

    Where it is recorded, the claim on its instalments rests on it: its interest, its heads, and the order in which
    money received is set. It is recorded by the event of a procedure that gives it, or by a person.
    """

    _name = "recovery.title"
    _description = "Enforceable title"
    _retained = Retained(
        CASES,
        "case_id.closed_on",
        ("name", "note", "increase_reason", "imputation_reason", "annul_reason"),
        ("attachment_ids",),
        domain=(("case_id.is_open", "=", False),),
    )
    _inherit = ["recovery.guarded", "mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _unlinked_first = True
    _typed = (*TOLD, "court_id", "is_provisional", "increase_reason", "imputation_reason", "head_ids", "attachment_ids",
              "note")  # fmt: skip
    _typed_once = ("case_id", "procedure_id")
    _journal_words = {
        "awarded": _lt("Awarded"),
        "case": _lt("Case"),
        "enforceable": _lt("Enforceable on"),
        "served": _lt("Served on"),
    }

    case_id = fields.Many2one("recovery.case", required=True, index=True, ondelete="restrict", check_company=True)
    debtor_id = fields.Many2one(related="case_id.debtor_id", store=True, precompute=True, index=True)
    partner_id = fields.Many2one(related="debtor_id.partner_id", string="Customer")
    company_id = fields.Many2one(related="case_id.company_id", store=True, precompute=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    procedure_id = fields.Many2one(
        "recovery.procedure",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('case_id', '=', case_id)]",
    )
    event_id = fields.Many2one(
        "recovery.procedure.event", string="Given by", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    kind_id = fields.Many2one(
        "recovery.title.kind", string="Type of title", required=True, tracking=True, index=True, ondelete="restrict"
    )
    kind_note = fields.Text(related="kind_id.note", string="About this kind of measure")
    is_increased = fields.Boolean(related="kind_id.is_increased")
    name = fields.Char("Number", tracking=True, index="trigram", help="The number given by the court or the officer.")
    court_id = fields.Many2one(
        "res.partner", string="Issuing authority", index="btree_not_null", check_company=True, ondelete="restrict"
    )
    date = fields.Date("Date of the title", required=True, index=True, tracking=True)
    enforceable_on = fields.Date(
        "Enforceable on",
        compute="_compute_enforceable_on",
        store=True,
        readonly=False,
        tracking=True,
        index=True,
        help="Even provisionally: the increase of the legal rate and the life of the title run from it.",
    )
    is_provisional = fields.Boolean("Provisionally enforceable", help="It may still be changed by a higher court.")
    served_on = fields.Date("Served on", tracking=True, help="A judgment can be enforced once it is served (CPC 503).")
    final_on = fields.Date("Final since", tracking=True, help="No appeal or other remedy suspends it any more.")
    replaces_id = fields.Many2one(
        "recovery.title",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('case_id', '=', case_id), ('id', '!=', id)]",
        help="A judgment on appeal replaces the earlier one: the claim rests on the last one only.",
    )
    line_ids = fields.Many2many(
        "recovery.case.line",
        string="Claims",
        domain="[('case_id', '=', case_id)]",
        help="What it orders the debtor to pay, or records.",
    )

    # What was awarded
    head_ids = fields.One2many("recovery.title.head", "title_id", string="Awarded")
    amount_awarded = fields.Monetary(
        "Total awarded", currency_field="company_currency_id", compute="_compute_amount_awarded", store=True
    )
    interest = fields.Selection(
        [
            ("legal", "The legal rate"),
            ("agreed", "The penalties or contract rate continue"),
            ("fixed", "A rate set by the title"),
        ],
        compute="_compute_interest",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        tracking=True,
        help="A judgment bears interest at the legal rate even where it does not say so (C. civ. 1231-7). The "
        "penalties of L441-10 continue where it awards them, and nothing increases them.",
    )
    interest_rate = fields.Float("Rate awarded (%)", digits=(8, 3), bounds=(0, 100), tracking=True)
    interest_from = fields.Date(
        "Interest runs after",
        tracking=True,
        help="The day from which the awarded interest runs, a mise en demeure for instance. Empty: penalties ran until "
        "the title became enforceable.",
    )
    capitalise_from = fields.Date(
        "Capitalised from",
        tracking=True,
        help="Where the judge ordered that interest due for a year bears interest (C. civ. 1343-2).",
    )
    increase = fields.Selection(
        [
            ("law", "As provided by law"),
            ("reduced", "Reduced by the judge"),
            ("removed", "Removed by the judge"),
        ],
        string="Increase of the legal rate",
        required=True,
        default="law",
        tracking=True,
        help="The enforcement judge may exempt the debtor from the increase or reduce it (CMF L313-3).",
    )
    increase_points = fields.Float("Remaining points", digits=(5, 2), help="Of an increase reduced by the judge.")
    increase_reason = fields.Char("By which decision", help="That of the judge who removed or reduced the increase.")
    imputation = fields.Selection(
        [
            ("legal", "Costs, then interest, then principal (C. civ. 1343-1)"),
            ("principal", "Principal first, as agreed"),
        ],
        string="Payments are applied",
        required=True,
        default="legal",
        tracking=True,
    )
    imputation_reason = fields.Char("Agreed how", help="With whom and when a different order was agreed.")

    act_ids = fields.One2many("recovery.execution.act", "title_id", string="Enforcement measures", readonly=True)
    act_count = fields.Integer("Number of measures", compute="_compute_act_count")
    cost_ids = fields.One2many("recovery.cost", "title_id", string="Costs awarded by it", readonly=True)
    twin_text = fields.Text("Costs that may be part of it", compute="_compute_twin_text")
    attachment_ids = fields.Many2many(
        "ir.attachment", "recovery_title_attachment_rel", string="Documents", bypass_search_access=True
    )
    note = fields.Text()

    # Its life
    original_until = fields.Date(
        "Enforceable until", compute="_compute_original_until", store=True, index=True,
        help="By its own length, without any enforcement measure. Empty: it keeps the limitation period of its claims.",
    )  # fmt: skip
    alive_until = fields.Date("Until, with enforcement measures", compute="_compute_life")
    life_text = fields.Text("How long it is valid", compute="_compute_life")
    is_over = fields.Boolean("Expired", compute="_compute_life")

    # What is left
    left_costs = fields.Monetary("Costs outstanding", currency_field="company_currency_id", compute="_compute_left")
    left_interest = fields.Monetary(
        "Interest outstanding", currency_field="company_currency_id", compute="_compute_left"
    )
    left_principal = fields.Monetary(
        "Principal outstanding", currency_field="company_currency_id", compute="_compute_left"
    )
    left_other = fields.Monetary(
        "Compensation, clauses and other sums outstanding",
        currency_field="company_currency_id",
        compute="_compute_left",
    )
    left_total = fields.Monetary("Total outstanding", currency_field="company_currency_id", compute="_compute_left")
    left_text = fields.Char("What is not calculated", compute="_compute_left")
    order_text = fields.Char("Order of payment", compute="_compute_order_text")
    warning_text = fields.Text("Needs a look", compute="_compute_warning_text")

    state = fields.Selection(
        [("waiting", "Not yet enforceable"), ("held", "Held"), ("annulled", "No longer in force")],
        compute="_compute_state",
        store=True,
        index=True,
        tracking=True,
    )
    annulled_on = fields.Date("Set aside on", readonly=True)
    annulled_by_id = fields.Many2one("res.users", string="Recorded by", readonly=True, ondelete="restrict")
    annul_reason = fields.Char("Why it was set aside", readonly=True)
    is_annulled_by_event = fields.Boolean(
        "Set aside with its event", readonly=True, help="It is held again as soon as the event counts again."
    )

    _event_uniq = models.UniqueIndex("(event_id) WHERE event_id IS NOT NULL", "This event has already given its title.")

    @api.depends("kind_id.name", "date", "name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for title in self:
            if not title.kind_id:
                title.display_name = self.env._("New title")
                continue
            text = title.kind_id.name
            if title.date:
                text = self.env._("%(kind)s of %(day)s", kind=text, day=format_date(self.env, title.date))
            title.display_name = f"{text} ({title.name})" if title.name else text

    @api.depends("event_id.date")
    def _compute_enforceable_on(self):
        for title in self:
            title.enforceable_on = title.event_id.date or title.enforceable_on

    @api.depends("kind_id")
    def _compute_interest(self):
        for title in self:
            title.interest = title.kind_id.interest or title.interest or "legal"

    @api.depends("head_ids.amount")
    def _compute_amount_awarded(self):
        for title in self:
            title.amount_awarded = sum(title.head_ids.mapped("amount"))

    @api.depends("act_ids")
    def _compute_act_count(self):
        for title in self:
            title.act_count = len(title.act_ids)

    @api.depends("annulled_on", "enforceable_on")
    def _compute_state(self):
        for title in self:
            if title.annulled_on:
                title.state = "annulled"
            else:
                title.state = "held" if title.enforceable_on else "waiting"

    # ------------------------------------------------------------
    # How long it lives
    # ------------------------------------------------------------
    def _get_life(self):
        """Return what the law says of the length of a title of this kind that became enforceable on that day."""
        self.ensure_one()
        return self.kind_id._get_life(self.enforceable_on or self.date)

    @api.depends(
        "enforceable_on",
        "kind_id.life_ids.limitation_cause_id",
        "kind_id.life_ids.valid_from",
        "kind_id.life_ids.valid_to",
    )
    def _compute_original_until(self):
        get_length = self.env["recovery.title.life"]._read_lengths()
        for title in self:
            title.original_until = title._read_own_life((), title.enforceable_on, get_length).original

    def _read_own_life(self, acts, day, get_length, claims=()):
        """Return the life of a title with a length of its own; nothing is known of the others here."""
        self.ensure_one()
        if not self.enforceable_on:
            return Life()
        period = self._get_life()._get_period(self.enforceable_on, get_length)
        if not period:
            return Life()
        return read_life(self.enforceable_on, period, acts, day, claims)

    @api.depends(
        "enforceable_on",
        "kind_id",
        "line_ids",
        "annulled_on",
        "act_ids.made_on",
        "act_ids.result",
        "act_ids.annulled_on",
    )
    @api.depends_context("lang")
    def _compute_life(self):
        lives = self._read_lives()
        for title in self:
            life = lives[title]
            title.alive_until, title.is_over = life.until or False, life.is_over
            title.life_text = title._say_life(life)

    def _read_lives(self):
        """Return ``{title: Life}`` as of today, in a number of queries that does not depend on them."""
        get_length = self.env["recovery.title.life"]._read_lengths()
        positions = defaultdict(dict)
        for company, titles in self.grouped("company_id").items():
            lines = titles.line_ids._origin.sudo().line_id
            if company and lines:
                day = company._recovery_today()
                positions[company] = self.env["recovery.limitation"]._read_positions(lines, day)
        lives = {}
        for title in self:
            day = (title.company_id or self.env.company)._recovery_today()
            known = positions[title.company_id]
            limits = [known[line.id] for line in title.line_ids._origin.sudo().line_id if line.id in known]
            periods = [limit.term.period for limit in limits]
            life = title._read_own_life(title._get_act_days(), day, get_length, periods)
            if not life.original and title.enforceable_on:
                life = read_claims_life([(limit.original_until, limit.extended_until) for limit in limits], day)
            lives[title] = life
        return lives

    def _get_act_days(self):
        """Return the days of the acts of execution that make its length run again: those whose document is kept."""
        self.ensure_one()
        return [act.made_on for act in self.act_ids if act._interrupts() and act.attachment_ids]

    def _say_life(self, life):
        """Return in words until when it may be carried out, and why."""
        self.ensure_one()
        if not life.original:
            return self.env._("Known once the title is enforceable, and the claims it covers are known.")
        article = self._get_life().article or self.kind_id.article
        values = {"day": format_date(self.env, life.original), "article": article}
        if self.original_until:
            text = self.env._("Until %(day)s by its own length (%(article)s).", **values)
        else:
            text = self.env._(
                "It keeps the limitation period of its claims (%(article)s): the first ends on %(day)s.", **values
            )
        if life.until and life.until != life.original:
            more = self.env._(
                "Until %s with the enforcement measures and the evidence whose documents are kept: have a lawyer "
                "confirm it.",
                format_date(self.env, life.until),
            )
            text = f"{text}\n{more}"
        return text

    # ------------------------------------------------------------
    # What is left of it
    # ------------------------------------------------------------
    def _compute_left(self):
        """Reckon what is left today of the claims of each title, as a statement of them would."""
        Claim, Currency = self.env["recovery.claim"], self.env["res.currency"]
        for title in self:
            day, found, text = (title.company_id or self.env.company)._recovery_today(), defaultdict(list), False
            lines = title.line_ids._origin.sudo().line_id
            options = Options(interest_first=title.imputation == "legal")
            try:
                claim = Claim._compute(title.company_id, lines, day, options) if lines else None
            except UserError as error:
                claim, text = None, str(error)
            for total in claim.get_totals() if claim else ():
                currency = Currency.browse(total.currency_id)
                for name, amount in (
                    ("left_costs", total.costs),
                    ("left_interest", total.interest_left),
                    ("left_principal", total.principal_left),
                    ("left_other", total.last),
                ):
                    found[name].append((currency, float(amount)))
            for name in ("left_costs", "left_interest", "left_principal", "left_other"):
                title[name] = convert_totals(title.company_id, day, found[name]) if found[name] else 0.0
            title.left_total = title.left_costs + title.left_interest + title.left_principal + title.left_other
            title.left_text = text

    @api.depends("imputation")
    @api.depends_context("lang")
    def _compute_order_text(self):
        for title in self:
            if title.imputation == "legal":
                title.order_text = self.env._(
                    "Money received pays in this order: costs (dépens, article 700), interest, principal "
                    "(C. civ. 1343-1), then compensation, penalty clauses and other sums awarded."
                )
            else:
                title.order_text = self.env._(
                    "Money received pays the principal first, as agreed; costs, interest, compensation and other sums "
                    "awarded are still owed beside it."
                )

    @api.depends(
        "state", "served_on", "final_on", "is_provisional", "kind_id", "line_ids", "attachment_ids", "act_ids.made_on"
    )
    @api.depends_context("lang")
    def _compute_warning_text(self):
        stopping = self._read_stopping()
        for title in self:
            title.warning_text = "\n".join(title._list_warnings(stopping)) or False

    def _read_stopping(self):
        """Return ``{title: insolvency.State}`` of the proceedings that stop execution today, read for all titles.

        What was born since the judgment is carried out as ever; a title of which nobody said what it concerns is taken
        for an earlier one.
        """
        stopping = {}
        for company, titles in self.grouped("company_id").items():
            day = (company or self.env.company)._recovery_today()
            states = self.env["recovery.insolvency"]._get_state(titles.debtor_id._origin, day)
            lines = titles.line_ids._origin.sudo().line_id
            births = self.env["recovery.claim"]._get_births(lines) if any(states.values()) else {}
            for title in titles:
                state = states.get(title.debtor_id._origin)
                own = [births[line.id].day for line in title.line_ids._origin.sudo().line_id if line.id in births]
                if state and state.stops(EXECUTION) and (not own or min(own) < state.judgment_on):
                    stopping[title] = state
        return stopping

    def _list_warnings(self, stopping):
        """Return, as sentences, what stands against carrying it out, or is still to be said of it.

        :param stopping: what :meth:`_read_stopping` returns.
        """
        self.ensure_one()
        day = (self.company_id or self.env.company)._recovery_today()
        if self.annulled_on:
            return []
        warnings = []
        if not self.enforceable_on or self.enforceable_on > day:
            warnings.append(self.env._("It is not enforceable yet: no enforcement is possible."))
        if self.kind_id.is_served_first and not self.served_on:
            warnings.append(self.env._("It has not been served yet: have it served first (CPC 503)."))
        if self.is_provisional and not self.final_on:
            warnings.append(self.env._("It may still be changed: enforcement is at the creditor's risk."))
        if self.is_over:
            warnings.append(self.env._("It has expired: it can no longer be enforced."))
        state = stopping.get(self)
        if state:
            kinds = dict(self.env["recovery.insolvency"]._fields["kind"]._description_selection(self.env))
            warnings.append(
                self.env._(
                    "%(kind)s, judgment of %(day)s: enforcement of claims that arose before it is stopped "
                    "(%(article)s).",
                    kind=kinds[state.kind],
                    day=format_date(self.env, state.judgment_on),
                    article=state.get_effect(EXECUTION).source.article,
                )
            )
        if not self.line_ids:
            warnings.append(self.env._("It covers no claim of the case yet: say which."))
        if not (self.attachment_ids or self.event_id.attachment_ids):
            warnings.append(self.env._("Without its document it does not count for limitation: attach it."))
        return warnings

    # ------------------------------------------------------------
    # What may be typed
    # ------------------------------------------------------------
    @api.constrains("case_id", "procedure_id", "line_ids", "replaces_id")
    def _check_case(self):
        for title in self:
            family = title.case_id._get_family()
            others = title.line_ids.case_id | title.procedure_id.case_id | title.replaces_id.case_id
            if others - family:
                raise ValidationError(
                    self.env._("%s: its claims and its procedure must be those of its own case.", title.display_name)
                )
            if title.replaces_id == title:
                raise ValidationError(self.env._("A title replaces another one."))

    @api.constrains("date", "enforceable_on", "served_on", "final_on")
    def _check_dates(self):
        for title in self:
            day = title.company_id._recovery_today()
            known = [moment for moment in (title.date, title.served_on, title.final_on) if moment]
            if not title.event_id and max(known) > day:
                raise ValidationError(
                    self.env._("%s: what has not happened yet cannot be recorded.", title.display_name)
                )
            for moment in (title.enforceable_on, title.served_on, title.final_on):
                if moment and moment < title.date:
                    raise ValidationError(
                        self.env._("%s: it cannot be enforceable, served or final before its date.", title.display_name)
                    )

    @api.constrains("interest", "interest_rate", "increase", "increase_points", "increase_reason")
    def _check_interest(self):
        for title in self:
            if title.interest == "fixed" and not title.interest_rate:
                raise ValidationError(self.env._("%s: enter the rate awarded.", title.display_name))
            if title.increase == "reduced" and not title.increase_points:
                raise ValidationError(self.env._("%s: enter the points left by the judge.", title.display_name))
            if title.increase != "law" and not (title.increase_reason or "").strip():
                raise ValidationError(
                    self.env._("%s: say which decision removed or reduced the increase.", title.display_name)
                )

    @api.constrains("imputation", "imputation_reason")
    def _check_imputation(self):
        for title in self:
            if title.imputation != "legal" and not (title.imputation_reason or "").strip():
                raise ValidationError(
                    self.env._("%s: say with whom and when a different order was agreed.", title.display_name)
                )

    # ------------------------------------------------------------
    # Creation, writing, deletion
    # ------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        titles = super().create(vals_list)
        for title in titles:
            title.case_id.check_access("write")
            if not self.env.su:
                title.case_id._check_open()
        adopt(titles, by=None if self.env.su else self.env.user)
        titles._trace(lambda title: self.env._("Title recorded: %s", title.display_name))
        return titles

    def write(self, vals):
        result = super().write(vals)
        if "attachment_ids" in vals:
            adopt(self, by=None if self.env.su else self.env.user)
        if not vals.keys().isdisjoint(("final_on", "annulled_on")):
            self.env["recovery.deadline"]._follow_acts(self.act_ids)
        if vals.keys() & set(TOLD):
            self._trace(lambda title: self.env._("Title changed: %s", title.display_name))
        return result

    @api.model
    def _explain_kept(self, names):
        return self.env._("A title belongs to the case and procedure in which it was given; its buttons do the rest.")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_traced(self):
        raise UserError(self.env._("A title is set aside with a reason, never deleted: the audit trail must be kept."))

    def action_annul(self):
        """Ask why, then set titles aside: reversed on appeal, lapsed, recorded by mistake."""
        return self.env["recovery.reason.wizard"]._open(self, "_annul", self.env._("Set the title aside"))

    @takes_reason
    def _annul(self, reason):
        require_user(self.env)
        self.check_access("write")
        done = self.filtered("annulled_on")
        if done:
            raise UserError(self.env._("%s is already set aside.", done[0].display_name))
        self._set_aside(reason)

    def _set_aside(self, reason, by_event=False):
        for company, titles in self.grouped("company_id").items():
            titles.sudo().write(
                {
                    "annulled_on": company._recovery_today(),
                    "annulled_by_id": self.env.user.id,
                    "annul_reason": reason,
                    "is_annulled_by_event": by_event,
                }
            )
        self._trace(lambda title: self.env._("Title set aside: %s", title.display_name), reason)

    def action_view_case(self):
        """Open the case."""
        self.ensure_one()
        self.check_access("read")
        return self.case_id._get_records_action(name=self.case_id.display_name)

    def action_view_acts(self):
        """Open the acts of execution of the title."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_execution_act_action")
        context = {"default_case_id": self.case_id.id, "default_title_id": self.id}
        return narrow(action, domain=[("title_id", "=", self.id)], context=context)

    def action_order_act(self):
        """Open the form of an act of execution."""
        self.ensure_one()
        return self.case_id._open_act(self)

    def action_claim_statement(self):
        """Open the window that issues a statement of what the case claims: it rests on the title."""
        self.ensure_one()
        return self.case_id.action_claim_statement()

    # ------------------------------------------------------------
    # Given by the events of procedures
    # ------------------------------------------------------------
    @api.model
    def _follow_events(self, procedures):
        """Record the titles that events have given, and set aside those whose event counts no more."""
        Title, Kind = self.sudo(), self.env["recovery.title.kind"]
        known = {title.event_id: title for title in Title.search([("procedure_id", "in", procedures.ids)])}
        vals_list = []
        for procedure in procedures.sudo():
            counting = procedure._get_counting_events()
            givers, takers = self._find_givers(counting)
            for event, title in known.items():
                if event and event.procedure_id == procedure and event not in givers and not title.annulled_on:
                    reason = (
                        event.annul_reason
                        or takers.get(event)
                        or self.env._("The event that gave it no longer counts.")
                    )
                    title.with_env(self.env)._set_aside(reason, by_event=True)
            for event in givers:
                kind = Kind._find_for(event.kind_id, procedure.company_id)
                if event in known:
                    known[event]._take_back()
                elif kind:
                    vals_list.append(self._prepare_from_event(procedure, event, kind, counting))
        titles = Title.create(vals_list)
        titles._chain()
        return titles.with_env(self.env)

    @api.model
    def _find_givers(self, counting):
        """Return the events that give a title, and ``{event: why}`` of those that gave one and were taken back since.

        A late opposition takes the order back to the judge, a dismissal on appeal voids it; an appeal alone does not.

        :param counting: the events of one procedure that count, in the order in which they happened.
        """
        givers, takers = counting.browse(), {}
        for event in counting:
            if event.kind_id.ends_title:
                takers.update(dict.fromkeys(givers, event.display_name))
                givers = counting.browse()
            if event.kind_id.makes_title:
                givers |= event
        return givers, takers

    def _chain(self):
        """Let each title take the place of the one that the same procedure gave before it."""
        alike = self.search([("procedure_id", "in", self.procedure_id.ids), ("annulled_on", "=", False)])
        for titles in alike.grouped("procedure_id").values():
            ordered = titles.sorted(lambda title: (title.enforceable_on or title.date, title.id))
            for earlier, later in zip(ordered, ordered[1:], strict=False):
                if later in self and not later.replaces_id:
                    later.replaces_id = earlier

    def _take_back(self):
        """Hold again a title whose event counts again."""
        annulled = self.filtered("is_annulled_by_event")
        held = {"annulled_on": False, "annulled_by_id": False, "annul_reason": False, "is_annulled_by_event": False}
        if annulled:
            annulled.write(held)
            annulled._trace(lambda title: self.env._("Title held again: %s", title.display_name))

    @api.model
    def _prepare_from_event(self, procedure, event, kind, counting):
        """Return the values of the title that an event gives: people complete what it says."""
        granted = counting.filtered(lambda row: row.kind_id.asks_amount and row.amount and row.date <= event.date)[-1:]
        dated = granted or event
        served = counting.filtered(lambda row: row.code in SERVED and dated.date <= row.date <= event.date)[-1:]
        head = [Command.create({"kind": "principal", "amount": granted.amount})] if granted else []
        return {
            "case_id": procedure.case_id.id,
            "procedure_id": procedure.id,
            "event_id": event.id,
            "kind_id": kind.id,
            "name": procedure.reference,
            "court_id": procedure.court_id.id,
            "date": dated.date,
            "enforceable_on": event.date,
            "served_on": served.date,
            "line_ids": [Command.set(procedure.line_ids.ids)],
            "head_ids": head,
        }

    def _follow_case(self, case, lines):
        """Go to the case that took over what the titles concern, with the acts that carry them out."""
        moved = self.filtered(
            lambda title: title.line_ids.line_id & lines and not title.line_ids.filtered("is_running")
        )
        for title in moved.sudo():
            claimed = title.line_ids.line_id
            own = case.line_ids.filtered(lambda claim, claimed=claimed: claim.line_id in claimed and claim.is_running)
            title.write({"case_id": case.id, "line_ids": [Command.set(own.ids)]})
            title.act_ids._move_to(case)

    # ------------------------------------------------------------
    # What the claim asks
    # ------------------------------------------------------------
    @api.model
    def _find_in_force(self, lines, day):
        """Return ``{line id: title}``: the last one that is enforceable on that day, of each instalment.

        What another title took the place of says nothing any more.
        """
        claims = self.env["recovery.case.line"].sudo().search([("line_id", "in", lines.ids)])
        titles = self.sudo().search(
            Domain("line_ids", "in", claims.ids)
            & Domain("annulled_on", "=", False)
            & Domain("enforceable_on", "<=", day),
            order="date, id",
        )
        replaced = titles.replaces_id
        return {
            claim.line_id.id: title
            for title in titles
            if title not in replaced
            for claim in title.line_ids
            if claim.line_id in lines
        }

    @api.model
    def _read_rulings(self, lines, day):
        """Return ``{line id: Ruling}`` of the titles in force, in a number of queries that does not depend on them."""
        found = self._find_in_force(lines, day)
        titles = self.sudo().union(*found.values())
        awards = titles._read_awards(day)
        return {line_id: title._get_ruling(awards[title], line_id) for line_id, title in found.items()}

    def _get_ruling(self, award, line_id):
        """Return what the title says of one instalment."""
        self.ensure_one()
        points = {"law": None if self.kind_id.is_increased else ZERO, "removed": ZERO}
        return Ruling(
            self._describe(),
            self.enforceable_on,
            self.interest,
            Decimal(str(round(get_finite(self.interest_rate), 3))) if self.interest == "fixed" else None,
            points.get(self.increase, Decimal(str(round(get_finite(self.increase_points), 2)))),
            self.interest_from or None,
            self.capitalise_from or None,
            award.refused.get(line_id, ZERO),
            frozenset(head for head in FIXED if self.head_ids.filtered(lambda row, head=head: row.kind == head)),
            self.imputation == "principal",
            award.settled_until,
        )

    def _read_awards(self, day):
        """Return ``{title: award.Award}``: what it did not award of the principal, in the company's currency alone."""
        asked = {title: title.head_ids.filtered(lambda head: head.kind == "principal") for title in self}
        capped = self.filtered(lambda title: asked[title])
        rows = {}
        for company, titles in capped.grouped("company_id").items():
            lines = titles.line_ids.line_id
            partners = lines.partner_id.commercial_partner_id
            rows |= self.env["recovery.claim"]._read_settled(company, lines, partners, day)
        awards = {title: Award() for title in self}
        for title in capped:
            currency = title.company_currency_id
            own = title.line_ids.line_id.filtered(lambda line, currency=currency: line.currency_id == currency)
            awarded = sum((to_decimal(get_finite(head.amount), currency) for head in asked[title]), ZERO)
            opens = [title._read_open(line, rows.get(line.id, ())) for line in own]
            awards[title] = read_award(opens, awarded, title.date)
        return awards

    def _read_open(self, line, rows):
        """Return an instalment as it was open on the title's date, and what took its price back since."""
        before = sum((row.amount for row in rows if row.day <= self.date), ZERO)
        reduced = sum((row.amount for row in rows if row.day > self.date and row.reduces_price), ZERO)
        opened = max(to_decimal(line.amount_currency, line.currency_id) - before, ZERO)
        return Open(line.id, line.date_maturity or line.date, opened, reduced)

    @api.model
    def _read_court_costs(self, lines, day):
        """Return the :class:`CourtCost` of the heads that titles awarded beside the principal, each once.

        What is entered of dépens and of article 700 as costs of the case is claimed there; so is what may be a part of
        them, as long as nobody has said that it stands beside.
        """
        first = {}
        order = {line_id: rank for rank, line_id in enumerate(lines.ids)}
        for line_id, title in self._find_in_force(lines, day).items():
            first[title] = min(first.get(title, line_id), line_id, key=order.__getitem__)
        costs = []
        loose = self._read_loose_costs(first, lines, day)
        for title, line_id in first.items():
            for head in title.head_ids:
                if head.kind == "principal" or not get_finite(head.amount):
                    continue
                amount = to_decimal(head.amount, title.company_currency_id) - title._get_entered(head, day)
                key = title.case_id, head.kind
                covered = min(loose.get(key, ZERO), amount)
                loose[key] = loose.get(key, ZERO) - covered
                amount -= covered
                if amount > 0:
                    name = self.env._("%(head)s: %(title)s", head=head._say_kind(), title=title.display_name)
                    currency = title.company_currency_id.id
                    costs.append(
                        CourtCost(title.enforceable_on, name, amount, currency, line_id, None, CLAIMED[head.kind])
                    )
        return costs

    @api.model
    def _read_loose_costs(self, titles, lines, day):
        """Return ``{(case, head): amount}`` of the costs claimed there that may be a part of what titles awarded."""
        heads = self.union(*titles).head_ids.filtered(lambda head: head.kind in COSTS and get_finite(head.amount))
        if not heads:
            return {}
        loose = {}
        for cost in self.env["recovery.claim"]._find_court_costs(lines, day)[0].filtered(lambda cost: cost._is_loose()):
            for case in heads.title_id.case_id:
                if case in cost.case_id._get_family():
                    key = case, cost.recoverable
                    loose[key] = loose.get(key, ZERO) + to_decimal(cost.amount_owed, cost.currency_id)
                    break
        return loose

    @api.depends(
        "head_ids.kind", "head_ids.amount", "annulled_on", "case_id.cost_ids.amount_owed", "case_id.cost_ids.title_id",
        "case_id.cost_ids.is_beside_titles", "case_id.cost_ids.recoverable", "case_id.cost_ids.state",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_twin_text(self):
        for title in self:
            costs = title.case_id.cost_ids.filtered(lambda cost: cost._is_loose())
            twins = costs.filtered(lambda cost, title=title: title in cost._find_twins())
            title.twin_text = twins._ask_twins()

    def _get_entered(self, head, day):
        """Return what is entered of a head as costs of the case; the first head of its kind counts them."""
        alike = self.head_ids.filtered(lambda row: row.kind == head.kind)
        costs = self.cost_ids.filtered(
            lambda cost: (
                cost.recoverable == head.kind and cost.state != "cancelled" and cost.owed_on and cost.owed_on <= day
            )
        )
        entered = sum((to_decimal(get_finite(cost.amount_owed), cost.currency_id) for cost in costs), ZERO)
        for row in alike:
            own = to_decimal(get_finite(row.amount), self.company_currency_id)
            if row == head:
                return min(entered, own)
            entered = max(entered - own, ZERO)
        return ZERO

    # ------------------------------------------------------------
    # Words and trace
    # ------------------------------------------------------------
    def _describe(self):
        """Return the title with what it says of interest and of payments, as a statement of the claim prints them."""
        text = self._describe_interest()
        if self.imputation == "legal":
            return text
        return self.env._(
            "%(title)s; payments are applied to principal first, as agreed (%(reason)s)",
            title=text,
            reason=self.imputation_reason or "",
        )

    def _describe_interest(self):
        self.ensure_one()
        values = {"title": self.display_name, "day": format_date(self.env, self.enforceable_on)}
        if self.interest == "fixed":
            rate = formatLang(self.env, self.interest_rate, digits=2)
            return self.env._("%(title)s, enforceable since %(day)s; interest at %(rate)s%%", rate=rate, **values)
        if self.interest == "agreed":
            return self.env._("%(title)s, enforceable since %(day)s; the penalties or contract rate continue", **values)
        if not self.kind_id.is_increased:
            return self.env._("%(title)s, enforceable since %(day)s; legal interest", **values)
        values["decision"] = self.increase_reason or ""
        if self.increase == "removed":
            return self.env._(
                "%(title)s, enforceable since %(day)s; legal interest, its increase removed (%(decision)s)", **values
            )
        if self.increase == "reduced":
            values["points"] = formatLang(self.env, self.increase_points, digits=2)
            return self.env._(
                "%(title)s, enforceable since %(day)s; legal interest, its increase reduced to %(points)s points "
                "(%(decision)s)",
                **values,
            )
        return self.env._(
            "%(title)s, enforceable since %(day)s; legal interest, increased if it is not paid in time (CMF L313-3)",
            **values,
        )

    def _format_amount(self, amount):
        return formatLang(self.env, amount, currency_obj=self.company_currency_id)

    def _trace(self, summary, reason=None):
        """Write it in the journal and in the thread of the case."""
        for title in self:
            text = summary(title)
            self.env["recovery.event"]._log(
                "title",
                title,
                text,
                {
                    "case": title.case_id.name,
                    "awarded": title._format_amount(title.amount_awarded),
                    "enforceable": format_date(self.env, title.enforceable_on) if title.enforceable_on else False,
                    "served": format_date(self.env, title.served_on) if title.served_on else False,
                    "reason": reason,
                },
            )
            title.case_id.sudo().message_post(
                body=f"{text} – {reason}" if reason else text, subtype_xmlid="mail.mt_note"
            )
