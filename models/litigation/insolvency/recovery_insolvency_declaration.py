from contextlib import contextmanager
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.misc import formatLang
from odoo.tools.translate import LazyTranslate

from ...claim.figures import Options
from ...common.calendar import shift
from ...common.equivalent import convert_totals
from ...common.formatting import format_day
from ...common.insolvency import DECLARATION, LATER_USEFUL
from ...common.retention import CASES, Retained
from ...common.roles import require_user
from ...common.saying import say
from ...legal.time_limits import MAINLAND, get_home
from ..deadline.follow import Event, Places, find_open
from .distribution import DIVIDEND, share_out

_lt = LazyTranslate(__name__)

TYPE = "claim_declaration"
TASK = "debt_recovery.mail_activity_type_declaration"
ESTATES = [
    ("whole", "All of the debtor's assets"),
    ("professional", "Business assets"),
    ("personal", "Personal assets"),
    ("both", "Personal and business assets"),
]
#: Where a declaration stands, by the last event of its procedure that says so.
STATES = {
    "declared": "declared",
    "declared_after_relief": "declared",
    "contested_by_trustee": "contested",
    "contest_answered": "contested",
    "admitted": "admitted",
    "admitted_after_relief": "admitted",
    "rejected": "rejected",
    "foreclosed": "foreclosed",
    "relief_refused": "foreclosed",
    "relief_requested": "relief",
    "relief_granted": "relief",
    "withdrawn": "withdrawn",
    "proceedings_closed": "closed",
}
SENT = ("declared", "declared_after_relief")
ADMITTED = ("admitted", "admitted_after_relief")
#: What opens a limit: the field of the declaration that dates it, by the code of the event.
DATED = {
    "insolvency_published": "published_on",
    "personal_notice": "personal_notice_on",
    "contract_terminated": "terminated_on",
}


class RecoveryInsolvencyDeclaration(models.Model):
    """The declaration of our claim in insolvency proceedings: what is declared, until when, what became of it.

    It is prepared from the books as of the eve of the judgment; its procedure, on a case, keeps the dates and the time
    limits. What was born later and is useful to the proceedings is not declared: it goes on.
    """

    _name = "recovery.insolvency.declaration"
    _description = "Declaration of claim"
    _retained = Retained(
        CASES,
        "insolvency_id.closed_on",
        ("security", "contract", "goods", "suspended_interest", "note"),
    )
    _inherit = ["recovery.guarded", "recovery.held", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _unlinked_first = True
    _held_by = ("user_id",)
    _typed = (
        "user_id", "estate", "rank", "security", "personal_notice_on", "terminated_on", "contract", "has_retention",
        "goods", "suspended_interest", "note", "claim_ids", "dividend_ids", "remitted",
    )  # fmt: skip
    _accompanied = {
        "personal_notice_on": "_change_dates",
        "terminated_on": "_change_dates",
        "has_retention": "_change_dates",
    }
    _journal_words = {"declared": _lt("Declared"), "admitted": _lt("Admitted"), "to declare until": _lt("Until")}

    insolvency_id = fields.Many2one(
        "recovery.insolvency",
        string="Insolvency proceedings",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    debtor_id = fields.Many2one(related="insolvency_id.debtor_id", store=True, precompute=True, index=True)
    company_id = fields.Many2one(related="insolvency_id.company_id", store=True, precompute=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(related="debtor_id.partner_id", string="Customer")
    judgment_on = fields.Date(related="insolvency_id.judgment_on")
    published_on = fields.Date(related="insolvency_id.published_on")
    trustee_id = fields.Many2one(related="insolvency_id.trustee_id")
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        tracking=True,
        index="btree_not_null",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    case_id = fields.Many2one(
        "recovery.case", readonly=True, index="btree_not_null", ondelete="restrict", check_company=True
    )
    procedure_id = fields.Many2one(
        "recovery.procedure", readonly=True, index="btree_not_null", ondelete="restrict", check_company=True
    )
    estate = fields.Selection(
        ESTATES,
        string="Assets within reach",
        required=True,
        default="whole",
        help="A sole trader has two estates: what arose from the trade reaches the business one (C. com. L526-22), "
        "unless this was waived.",
    )
    is_sole_trader = fields.Boolean(
        "Debtor is a sole trader", compute="_compute_is_sole_trader", help="An individual, not a company, who trades."
    )
    rank = fields.Selection(
        [
            ("unsecured", "Unsecured (chirographaire)"),
            ("privileged", "Privileged"),
            ("secured", "Secured by a pledge or mortgage"),
        ],
        required=True,
        default="unsecured",
        tracking=True,
    )
    security = fields.Char("Privilege or security", help="Its nature, the assets concerned, and its basis (L622-25).")
    personal_notice_on = fields.Date(
        "Notice received on",
        help="A creditor with a published security or contract receives a notice from the mandataire: the time to "
        "declare runs from it (L622-24).",
    )
    terminated_on = fields.Date(
        "Contract terminated on",
        help="What results from the termination of a contract is declared within a month of it (R622-21).",
    )
    contract = fields.Char("Which contract")
    has_retention = fields.Boolean(
        "Goods under retention of title",
        help="Goods still in the debtor's possession are claimed within three months (L624-9).",
    )
    goods = fields.Text("Which goods", help="Their description, invoices and location: an inventory helps.")
    suspended_interest = fields.Char(
        "Continuing interest",
        help="How it is calculated, where it is not stopped: a loan or a payment deferred by a year or more (R622-23).",
    )
    note = fields.Html("Notes")
    claim_ids = fields.One2many("recovery.insolvency.claim", "declaration_id", string="Claims")
    dividend_ids = fields.One2many("recovery.insolvency.dividend", "declaration_id", string="Dividends")
    payment_ids = fields.One2many(
        "recovery.insolvency.payment", "declaration_id", string="Payments after the judgment", readonly=True
    )
    amount_due = fields.Monetary(
        "Due at the judgment date",
        currency_field="company_currency_id",
        compute="_compute_amounts",
        store=True,
        help="Including interest to the day before, compensation and costs.",
    )
    amount_to_come = fields.Monetary(
        "To come", currency_field="company_currency_id", compute="_compute_amounts", store=True
    )
    amount_total = fields.Monetary(
        "To declare", currency_field="company_currency_id", compute="_compute_amounts", store=True
    )
    amount_later = fields.Monetary(
        "Arisen after the judgment",
        currency_field="company_currency_id",
        compute="_compute_amounts",
        store=True,
        help="Useful to the proceedings: paid when due, not declared (C. com. L622-17, L641-13).",
    )
    amount_declared = fields.Monetary(
        "Declared", currency_field="company_currency_id", compute="_compute_amounts", store=True
    )
    amount_admitted = fields.Monetary(
        "Admitted", currency_field="company_currency_id", compute="_compute_amounts", store=True, tracking=True
    )
    remitted = fields.Monetary(
        "Waived by the plan",
        currency_field="company_currency_id",
        help="What the plan or a settlement waives: its VAT is reclaimed, see the doubtful receivables.",
    )
    amount_received = fields.Monetary(
        "Dividends received",
        currency_field="company_currency_id",
        compute="_compute_amounts",
        store=True,
        help="From a plan, or distributed by the liquidator.",
    )
    amount_left = fields.Monetary(
        "Outstanding of what was admitted", currency_field="company_currency_id", compute="_compute_amounts", store=True
    )
    state = fields.Selection(
        [
            ("to_prepare", "To prepare"),
            ("prepared", "To declare"),
            ("declared", "Declared"),
            ("contested", "Contested"),
            ("admitted", "Admitted"),
            ("rejected", "Rejected"),
            ("relief", "Relief from forclusion requested"),
            ("foreclosed", "Not declared in time"),
            ("withdrawn", "Withdrawn"),
            ("closed", "Proceedings closed"),
        ],
        compute="_compute_state",
        store=True,
        index=True,
        tracking=True,
    )
    declare_until = fields.Date("Declare until", compute="_compute_limits", store=True, index=True)
    relief_until = fields.Date("Relief until", compute="_compute_limits", store=True)
    retention_until = fields.Date("Claim goods until", compute="_compute_limits", store=True)
    limit_text = fields.Char("About the time limit", compute="_compute_limit_text")
    payment_alert_count = fields.Integer("Payments to review", compute="_compute_payment_alert_count")
    guarantor_text = fields.Text(related="insolvency_id.guarantor_text")

    _once = models.UniqueIndex("(insolvency_id, estate)", "The claim on these assets is already declared.")

    @api.depends("insolvency_id.display_name", "debtor_id.display_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for declaration in self:
            declaration.display_name = " – ".join(
                filter(None, (declaration.debtor_id.display_name, declaration.insolvency_id.display_name))
            )

    @api.depends(
        "claim_ids.amount_total", "claim_ids.category", "claim_ids.is_to_come", "claim_ids.amount_declared",
        "claim_ids.amount_admitted", "payment_ids.amount", "payment_ids.nature", "payment_ids.undone_on", "remitted",
        "insolvency_id.plan_on", "insolvency_id.closing",
    )  # fmt: skip
    def _compute_amounts(self):
        for declaration in self:
            claims = declaration.claim_ids
            declared = claims.filtered(lambda claim: claim.category != LATER_USEFUL)
            to_come = declared.filtered("is_to_come")
            declaration.amount_to_come = sum(to_come.mapped("amount_total"))
            declaration.amount_total = sum(declared.mapped("amount_total"))
            declaration.amount_due = declaration.amount_total - declaration.amount_to_come
            declaration.amount_later = sum((claims - declared).mapped("amount_total"))
            declaration.amount_declared = sum(claims.mapped("amount_declared"))
            declaration.amount_admitted = sum(claims.mapped("amount_admitted"))
            received = declaration.payment_ids.filtered(lambda row: row.nature == DIVIDEND and not row.undone_on)
            declaration.amount_received = sum(received.mapped("amount"))
            remitted = declaration.remitted if declaration.insolvency_id._has_plan() else 0.0
            left = declaration.amount_admitted - declaration.amount_received - remitted
            declaration.amount_left = max(left, 0.0)

    @api.depends("claim_ids", "procedure_id.event_ids.annulled_on", "procedure_id.event_ids.date")
    def _compute_state(self):
        for declaration in self:
            events = declaration.procedure_id.sudo()._get_counting_events() if declaration.procedure_id else ()
            codes = [event.kind_id.code for event in events if event.kind_id.code in STATES]
            if codes:
                declaration.state = STATES[codes[-1]]
            else:
                declaration.state = "prepared" if declaration.claim_ids else "to_prepare"

    @api.depends("debtor_id.nature", "debtor_id.partner_id.is_company")
    def _compute_is_sole_trader(self):
        for declaration in self:
            declaration.is_sole_trader = declaration.debtor_id._is_sole_trader()

    # ------------------------------------------------------------
    # Until when
    # ------------------------------------------------------------
    @api.depends(
        "insolvency_id.published_on", "personal_notice_on", "terminated_on", "has_retention", "rank",
        "company_id.partner_id.country_id", "company_id.partner_id.zip",
    )  # fmt: skip
    def _compute_limits(self):
        for declaration in self:
            limits = declaration._read_limits()
            codes = ["declaration", "declaration_secured"] if declaration.rank != "unsecured" else ["declaration"]
            known = [limits[code] for code in codes if code in limits]
            ends = [max(known)] if known else []
            declaration.declare_until = min(
                [*ends, *(limits[code] for code in ("declaration_terminated",) if code in limits)], default=False
            )
            declaration.relief_until = limits.get("relief")
            declaration.retention_until = limits.get("retention_claim")

    def _get_events(self):
        """Return what opens limits, ``[(code, day)]``, as far as it is known."""
        self.ensure_one()
        told = [(code, self[name]) for code, name in DATED.items() if self[name]]
        if self.has_retention and self.published_on:
            told.append(("goods_retained", self.published_on))
        return told

    def _read_limits(self):
        """Return ``{code of the rule: day}`` of the limits that the rules of procedural deadlines give."""
        self.ensure_one()
        rules = self.env["recovery.deadline.rule"]._read_rules()
        known = [*rules[self.env["res.company"]], *rules[self.company_id]]
        events = [Event(number, code, day) for number, (code, day) in enumerate(self._get_events(), 1)]
        opened = find_open(events, known, TYPE, fields.Date.to_date("1900-01-01"), self._get_places())
        return {row.code: row.limit.date for row in opened}

    def _get_places(self):
        """Return where the creditor lives: who is not in metropolitan France has more time."""
        self.ensure_one()
        if self.procedure_id:
            return self.env["recovery.deadline"].sudo()._get_places(self.procedure_id.sudo())
        seat = self.company_id.sudo().partner_id
        return Places(ours=get_home(seat.country_id.code, seat.zip) or MAINLAND)

    @api.depends("declare_until", "published_on", "rank", "personal_notice_on")
    @api.depends_context("lang")
    def _compute_limit_text(self):
        for declaration in self:
            if not declaration.published_on:
                text = self.env._("Enter the date of publication in the BODACC: the time to declare runs from it.")
            elif declaration.rank == "secured" and not declaration.personal_notice_on:
                text = self.env._(
                    "With a published security, the time runs from the mandataire's notice: enter its date; until "
                    "then the publication date is used as a precaution."
                )
            else:
                text = False
            declaration.limit_text = text

    # ------------------------------------------------------------
    # Preparing
    # ------------------------------------------------------------
    @api.model
    def _ensure_for(self, insolvency):
        """Return the declaration in these proceedings, made on first need; none where nothing is declared."""
        insolvency.ensure_one()
        known = self.sudo().search([("insolvency_id", "=", insolvency.id)], limit=1)
        if known:
            return known.with_env(self.env)
        day = insolvency.company_id._recovery_today()
        state = self.env["recovery.insolvency"]._get_state(insolvency.debtor_id, day)[insolvency.debtor_id]
        if not state or state.id != insolvency.id or not state.stops(DECLARATION):
            return self.browse()
        declaration = self.sudo().create(
            {
                "insolvency_id": insolvency.id,
                "user_id": insolvency.debtor_id._get_responsible().id,
                "estate": insolvency._find_estate(),
            }
        )
        insolvency.sudo().payment_ids.declaration_id = declaration
        self.env["recovery.event"]._log(
            "insolvency_claim",
            declaration,
            lambda row: self.env._("Declaration of our claim opened: %s", row.display_name),
            lambda row: {"to declare until": str(row.declare_until or "")},
        )
        return declaration.with_env(self.env)

    def action_prepare(self):
        """Read again in the books what is owed of before the judgment; what people said of it stays."""
        require_user(self.env)
        self.check_access("write")
        for declaration in self:
            declaration._prepare_claims()
        return say(
            self.env,
            self.env._("Read from the accounts: %s.", ", ".join(row._describe_split() for row in self)),
        )

    def _describe_split(self):
        """Return what is declared and what goes on, as a sentence has it."""
        self.ensure_one()
        return self.env._(
            "%(declared)s to declare, %(later)s arisen since",
            declared=self._format_amount(self.amount_total),
            later=self._format_amount(self.amount_later),
        )

    def _prepare_claims(self):
        """Make one claim per instalment that was open on the eve of the judgment, or was invoiced since for before."""
        self.ensure_one()
        if self.state not in ("to_prepare", "prepared", "relief"):
            raise UserError(self.env._("%s was declared: its figures cannot be changed.", self.display_name))
        lines = self._find_lines()
        known = {claim.line_id: claim for claim in self.sudo().claim_ids}
        figures = self._read_figures(lines)
        vals_list = []
        for line in lines:
            vals = figures[line.id]
            if line in known:
                known[line].write(vals)
            else:
                vals_list.append({"declaration_id": self.id, "line_id": line.id, **vals})
        gone = self.sudo().claim_ids.filtered(lambda claim: claim.line_id not in lines)
        gone.unlink()
        self.env["recovery.insolvency.claim"].sudo().create(vals_list)

    def _find_lines(self):
        """Return the instalments of the debtor that were open on the eve of the judgment, or are now."""
        self.ensure_one()
        ledger, partners = self.env["recovery.ledger"], self.partner_id
        eve = shift(self.judgment_on, days=-1)
        items = ledger._read_items(self.company_id, eve, partners, as_of=eve)
        items += ledger._read_items(self.company_id, partners=partners)
        found = {item.line_id for item in items if item.residual > 0}
        return self.env["account.move.line"].sudo().browse(sorted(found))

    def _read_figures(self, lines):
        """Return ``{line id: values}`` of what each instalment amounts to at the judgment."""
        self.ensure_one()
        if not lines:
            return {}
        eve = shift(self.judgment_on, days=-1)
        engine = self.env["recovery.claim"]
        births = engine._get_births(lines)
        claim = engine._compute(self.company_id, lines, eve, Options())
        items = {item.line_id: item for item in claim.items}
        euro, company = self.env["res.currency"].browse(claim.euro_id), self.company_id
        currencies = {currency.id: currency for currency in lines.currency_id}
        figures = {}
        for line in lines:
            item, birth = items.get(line.id), births[line.id]
            figures[line.id] = {
                "move_name": line.move_id.name,
                "due_date": line.date_maturity or line.date,
                "currency_id": line.currency_id.id,
                "born_on": birth.day,
                "born_by": birth.by,
            }
            if item:
                currency = currencies[item.currency_id]
                figures[line.id] |= {
                    "amount_principal": float(item.account.principal_left),
                    "amount_interest": float(item.interest_left),
                    "amount_extra": self._value_in_company(
                        [(euro, float(item.indemnity)), (currency, float(item.clause))], company
                    ),
                    "amount_total": self._value_in_company(
                        [
                            (currency, float(item.account.principal_left + item.interest_left + item.clause)),
                            (euro, float(item.indemnity)),
                        ],
                        company,
                    ),
                }
        return figures

    def _value_in_company(self, totals, company):
        """Return what amounts are worth at the rate of the judgment's day (C. com. L622-25)."""
        return convert_totals(company.sudo(), self.judgment_on, totals)

    # ------------------------------------------------------------
    # Its procedure
    # ------------------------------------------------------------
    def action_begin(self):
        """Begin the procedure on the debtor's case, opened if there is none, with what is known of its dates."""
        self.ensure_one()
        require_user(self.env)
        self.check_access("write")
        if not self.procedure_id:
            self._begin(self.company_id._recovery_today())
        return self.procedure_id._get_records_action(name=self.procedure_id.display_name)

    def _begin(self, day):
        """Begin the procedure and record what opens its time limits."""
        self.ensure_one()
        if not self.published_on:
            raise UserError(
                self.env._("Enter the date of publication in the BODACC first: the time to declare runs from it.")
            )
        if not self.claim_ids:
            self._prepare_claims()
        case = self._find_case(day)
        owners = Domain("company_id", "in", [False, self.company_id.id])
        kind = self.env["recovery.procedure.type"].search(Domain("code", "=", TYPE) & owners, limit=1)
        if not kind:
            raise UserError(self.env._("The type of procedure “%s” is archived: unarchive it first.", TYPE))
        # what these proceedings stop varies by kind: that they ask for a declaration is known here
        facts = {**case._get_facts(day), "debtor_insolvent": True}
        procedure = self.env["recovery.procedure"]._open_for(case, kind, day, facts)
        procedure.sudo().amount_claimed = self.amount_total  # interest and indemnities too
        self.sudo().write({"case_id": case.id, "procedure_id": procedure.id})
        if self.estate != "whole":
            self.sudo().case_id.estate = self.estate
        self.debtor_id._take_back_tasks(TASK)  # the deadlines of the procedure have their own watch
        self._record_dates(day)

    def _find_case(self, day):
        """Return the open case of the debtor, or a new one on what is declared and still open."""
        self.ensure_one()
        Case = self.env["recovery.case"]
        case = Case.search([("debtor_id", "=", self.debtor_id.id), ("is_open", "=", True)], order="id desc", limit=1)
        claims = self.claim_ids.filtered(lambda claim: claim.category != LATER_USEFUL)
        running = (
            self.env["recovery.case.line"]
            .sudo()
            .search([("line_id", "in", claims.line_id.ids), ("is_running", "=", True)])
        )
        lines = (claims.line_id - running.line_id).filtered(lambda line: line.amount_residual_currency > 0)
        lines = lines.sudo(False)
        if case:
            if lines:
                case._add_lines(lines, day)
            return case
        return Case._open_for(self.debtor_id, lines, day)

    def _record_dates(self, day):
        """Record in the procedure what opens time limits and was not recorded yet, and correct what changed."""
        for declaration in self.filtered(lambda row: row.procedure_id and not row.procedure_id.abandoned_on):
            procedure, proceedings = declaration.procedure_id, declaration.insolvency_id
            closing = [("proceedings_closed", proceedings.closed_on)] if proceedings.closed_on else []
            for code, when in (*declaration._get_events(), *closing):
                events = procedure._get_events_of([code])
                possible = procedure.possible_kind_ids.filtered(lambda kind, code=code: kind.code == code)
                if events and events[-1].date != when:
                    reason = self.env._("Corrected in the proceedings")
                    events[-1]._correct(when, day, reason, events[-1].amount)
                elif not events and possible:
                    self.env["recovery.procedure.event"]._record(procedure, possible[:1], when, day)

    @contextmanager
    def _change_dates(self, _vals):
        """Let the time limits of the procedure follow."""
        yield
        for company, declarations in self.grouped("company_id").items():
            declarations._record_dates(company._recovery_today())

    def action_record(self):
        """Open the window that records what happened in the procedure."""
        self.ensure_one()
        require_user(self.env)
        self.check_access("read")
        if not self.procedure_id:
            raise UserError(self.env._("Begin the procedure first."))
        return self.procedure_id.action_record()

    def _follow_events(self):
        """Keep what was declared, and share what was admitted over the claims; what was annulled is forgotten."""
        for declaration in self.sudo():
            events = declaration.procedure_id._get_counting_events()
            sent = events.filtered(lambda event: event.kind_id.code in SENT)[-1:]
            admitted = events.filtered(lambda event: event.kind_id.code in ADMITTED)[-1:]
            refused = events.filtered(lambda event: event.kind_id.code == "rejected")
            claims = declaration.claim_ids.filtered(lambda claim: claim.category != LATER_USEFUL)
            if not sent:
                claims.write({"amount_declared": 0.0, "amount_admitted": 0.0})
                continue
            declared = sent.amount or declaration.amount_declared or declaration.amount_total
            if declaration.company_currency_id.compare_amounts(declared, declaration.amount_declared):
                declaration._share(claims, "amount_declared", declared, "amount_total")
                self.env["recovery.event"]._log(
                    "insolvency_claim",
                    declaration,
                    lambda row: self.env._("Claim declared: %s", row._format_amount(row.amount_declared)),
                    lambda row: {"declared": row.amount_declared},
                )
            if refused or not admitted:
                claims.write({"amount_admitted": 0.0})
            elif admitted.amount and declaration.company_currency_id.compare_amounts(
                declaration.amount_admitted, admitted.amount
            ):
                declaration._share(claims, "amount_admitted", admitted.amount, "amount_declared")
                self.env["recovery.event"]._log(
                    "insolvency_claim",
                    declaration,
                    lambda row: self.env._("Claim admitted: %s", row._format_amount(row.amount_admitted)),
                    lambda row: {"declared": row.amount_declared, "admitted": row.amount_admitted},
                )

    def _share(self, claims, name, amount, weight):
        """Write an amount on claims in proportion to another one, to the cent."""
        digits = self.company_currency_id.decimal_places
        quantum = Decimal(1).scaleb(-digits)
        weights = {claim: Decimal(f"{claim[weight]:.{digits}f}") for claim in claims}
        for claim, part in share_out(Decimal(f"{amount:.{digits}f}"), weights, quantum).items():
            claim[name] = float(part)

    # ------------------------------------------------------------
    # Payments, guarantors
    # ------------------------------------------------------------
    @api.depends("payment_ids.is_alert")
    def _compute_payment_alert_count(self):
        for declaration in self:
            declaration.payment_alert_count = len(declaration.payment_ids.filtered("is_alert"))

    # ------------------------------------------------------------
    # What its document says
    # ------------------------------------------------------------
    def _get_mentions(self):
        """Return ``{name: string}`` of what a written declaration says, finished, in the context's language.

        What the law asks for (L622-25, R622-23): due and to come with its dates, rank and basis, interest that goes on.
        """
        self.ensure_one()
        labels = {name: dict(self._fields[name]._description_selection(self.env)) for name in ("rank", "estate")}
        kinds = dict(self.insolvency_id._fields["kind"]._description_selection(self.env))
        declared = self.claim_ids.filtered(lambda claim: claim._is_declared())
        rank = ", ".join(filter(None, (labels["rank"][self.rank], self.security)))
        return {
            "insolvency_text": format_day(self.env, self.judgment_on, "long"),
            "insolvency_kind_text": kinds.get(self.insolvency_id.kind, ""),
            "published_text": format_day(self.env, self.published_on, "long"),
            "trustee_name": self.trustee_id.name or "",
            "privilege_text": rank,
            "estate_text": labels["estate"][self.estate],
            "declared_text": self._format_amount(self.amount_total),
            "declared_due_text": self._format_amount(self.amount_due),
            "declared_to_come_text": self._format_amount(self.amount_to_come),
            "declared_claims_text": "\n".join(claim._describe() for claim in declared),
            "interest_stop_text": self._describe_interest(),
            "retention_text": self.goods if self.has_retention else "",
        }

    def _describe_interest(self):
        """Return what is said of interest: it stopped on the eve of the judgment, or how it goes on."""
        self.ensure_one()
        if self.suspended_interest:
            return self.suspended_interest
        eve = format_day(self.env, shift(self.judgment_on, days=-1), "long")
        return self.env._("Interest calculated until %s, the day before the judgment (C. com. L622-28).", eve)

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------
    def action_plan_dividends(self):
        """Open the window that writes the dividends of a plan."""
        self.ensure_one()
        require_user(self.env)
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Dividends of the plan"),
            "res_model": "recovery.insolvency.plan.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_declaration_id": self.id},
        }

    def action_look_for_payments(self):
        """Look at once for payments received since the judgment."""
        require_user(self.env)
        self.check_access("write")
        return self.insolvency_id.action_look_for_payments()

    def action_view_payments(self):
        """Open the payments received since the judgment."""
        self.ensure_one()
        self.check_access("read")
        return self.insolvency_id.action_view_payments()

    def action_view_insolvency(self):
        """Open the proceedings."""
        self.ensure_one()
        self.check_access("read")
        return self.insolvency_id._get_records_action(name=self.insolvency_id.display_name)

    def action_view_procedure(self):
        """Open the procedure."""
        self.ensure_one()
        self.check_access("read")
        return self.procedure_id._get_records_action(name=self.procedure_id.display_name)

    def _format_amount(self, amount):
        return formatLang(self.env, amount, currency_obj=self.company_currency_id)

    def _say_limit(self):
        """Return what a task says of the limit."""
        self.ensure_one()
        return self.env._(
            "Declare our claim against %(debtor)s until %(day)s",
            debtor=self.debtor_id.display_name,
            day=format_date(self.env, self.declare_until),
        )

    def _plan_declaring(self, day):
        """Give the responsible the task of declaring, once."""
        for declaration in self.filtered("declare_until"):
            declaration.debtor_id._plan_tasks(
                TASK,
                max(shift(declaration.declare_until, days=-15), day),
                declaration._say_limit(),
                self.env._(
                    "Claims that arose before the judgment of %s are declared to the mandataire or the liquidator.",
                    format_date(self.env, declaration.judgment_on),
                ),
            )

    def _plan_relief(self, day):
        """Give the responsible the task of asking to be relieved of the forclusion, once."""
        for declaration in self.filtered("relief_until"):
            declaration.debtor_id._plan_tasks(
                TASK,
                day,
                self.env._(
                    "Not declared in time: apply for relief from forclusion until %s",
                    format_date(self.env, declaration.relief_until),
                ),
                self.env._(
                    "The time to declare ended on %s. The juge-commissaire may relieve a creditor who was not at "
                    "fault (C. com. L622-26); what is not declared takes no part in the distributions.",
                    format_date(self.env, declaration.declare_until),
                ),
            )

    @api.model
    def _say_nothing_to_declare(self, insolvency):
        """Say why nothing is declared in these proceedings."""
        return say(
            self.env,
            self.env._("Nothing is declared in these proceedings: %s.", insolvency.display_name),
            kind="info",
        )

    def _recovery_get_responsible(self):
        return self.debtor_id._recovery_get_responsible()

    @api.model
    def _get_open_domain(self):
        return Domain("state", "not in", ("closed", "withdrawn", "foreclosed", "rejected"))

    @api.model
    def _explain_kept(self, names):
        return self.env._(
            "A declaration is prepared from the accounts, and progresses with what is recorded in its procedure."
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_traced(self):
        raise UserError(
            self.env._("A declaration is withdrawn in its procedure, never deleted: the audit trail must be kept.")
        )
