from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, RedirectWarning, UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import format_date
from odoo.tools.misc import formatLang
from odoo.tools.translate import LazyTranslate

from ...claim.figures import get_order
from ...common.calendar import shift
from ...common.equivalent import convert_totals
from ...common.marks import takes_reason
from ...common.recovery_chronology import Scope
from ...common.retention import CASES, Retained
from ...common.roles import MANAGER, USER, require_reader, require_user
from ...common.saying import CLOSE, entitle, narrow
from ...common.standing import Undo
from .recovery_case_stage import BEFORE_GATE, BEHIND_GATE
from .recovery_gate import GREEN, LOOKED_AT, ORANGE, RED

_lt = LazyTranslate(__name__)

DECISION = "gate"
HANDOVER_TASK = "debt_recovery.mail_activity_type_handover"
CHRONOLOGY_REPORT = "debt_recovery.action_report_case_chronology"
NEAR, SOON = 30, 7  # days before a time limit
# The colours that a board knows, by the state of the nearest time limit.
COLORS = {"missed": 1, "soon": 2, "near": 3, "far": 10, "none": 0}
# What is not known is asked, and opens nothing.
ANSWERS = [("unknown", "Not known"), ("no", "No"), ("yes", "Yes")]
# How a case ends: the words of each closing kind.
ENDS = {
    "settled": ("paid", "settlement", "credited"),
    "lost": ("no_assets", "insolvency", "vanished", "barred", "dismissed"),
    "abandoned": ("uneconomic", "commercial", "mistaken"),
    "merged": ("merged",),
}
NO_COSTS = {"imputed": 0.0, "interest": 0.0, "indemnity": 0.0, "text": False}


class RecoveryCase(models.Model):
    """A litigation file: what one debtor owes us that no letter could get, until it is paid or lost.

    It claims instalments, one or many, and each of them stays out of the reminders by a
    suspension of its own while the case is open. Procedures, time limits, costs and
    evidence hang on it.
    """

    _name = "recovery.case"
    _description = "Litigation case"
    _numbered = {"name": "recovery.case"}
    _retained = Retained(
        CASES,
        "closed_on",
        (
            *("description", "contested_reason", "expected_reason", "counsel_opinion", "close_reason", "reference"),
            *("amicable_exempt_reason", "next_deadline_name"),
        ),
        stays=("name",),
    )
    _inherit = [
        "recovery.guarded",
        "recovery.held",
        "recovery.decided",
        "mail.tracking.duration.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "priority desc, opened_on desc, id desc"
    _check_company_auto = True
    _unlinked_first = True
    _track_duration_field = "stage_id"
    _held_by = ("user_id", "substitute_id")
    _typed = (
        *("stage_id", "user_id", "substitute_id", "lawyer_id", "court_id", "reference", "priority", "description"),
        *("line_ids", "contested", "contested_reason", "bad_faith", "urgency", "recovery_threatened", "matter"),
        *("commercial", "cross_border", "written_proof", "title_held", "debtor_agrees", "amicable_attempt"),
        *("probability", "amount_expected", "expected_reason", "counsel_opinion", "amicable_exempt"),
        *("amicable_exempt_reason", "assignable", "insured", "cheque_certificate"),
    )
    _typed_once = ("debtor_id",)
    _journal_words = {
        "at opening": _lt("At opening"),
        "case": _lt("Case"),
        "checks": _lt("Checks"),
        "ended": _lt("How it ended"),
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
    kind = fields.Selection(related="stage_id.kind", string="Stage type", store=True, precompute=True, index=True)
    is_open = fields.Boolean("Open", compute="_compute_is_open", store=True, precompute=True)
    date_last_stage_update = fields.Datetime(
        "In this stage since", compute="_compute_date_last_stage_update", store=True, precompute=True
    )
    days_in_stage = fields.Integer("Days in stage", compute="_compute_days_in_stage")
    previous_stage_id = fields.Many2one(
        "recovery.case.stage", string="Stage before closing", readonly=True, ondelete="set null"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        tracking=True,
        index="btree_not_null",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Who runs the case: its tasks are assigned to them.",
    )
    substitute_id = fields.Many2one(
        "res.users",
        "Deputy",
        tracking=True,
        index="btree_not_null",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Who is notified of the time limits along with the owner, and takes over when the owner is away.",
    )
    lawyer_id = fields.Many2one(
        "res.partner",
        tracking=True,
        index="btree_not_null",
        check_company=True,
        domain="[('recovery_party_kind', 'in', ('lawyer', 'bailiff', 'agency', 'foreign_agency'))]",
        help="The lawyer, commissaire de justice or collection agency who acts for us.",
    )
    lawyer_gap = fields.Char(
        "Lawyer to replace",
        compute="_compute_lawyer_gap",
        help="The lawyer of an open case is archived: somebody else must act.",
    )
    court_id = fields.Many2one(
        "res.partner",
        tracking=True,
        index="btree_not_null",
        check_company=True,
        domain="[('recovery_party_kind', '=', 'court')]",
        help="The court that has the claim, or will have it.",
    )
    reference = fields.Char("Their reference", help="The case number at the court, the lawyer or the agency.")
    priority = fields.Selection(
        [("0", "Normal"), ("1", "High"), ("2", "Very high"), ("3", "Urgent")], default="0", tracking=True
    )
    opened_on = fields.Date("Opened on", required=True, readonly=True, index=True)
    closed_on = fields.Date("Closed on", readonly=True, copy=False)
    close_reason = fields.Char("Why it was closed", readonly=True, copy=False, tracking=True)
    close_how = fields.Selection(
        [
            ("paid", "Paid in full"),
            ("settlement", "Ended by a settlement"),
            ("credited", "Credit note or write-off"),
            ("no_assets", "Nothing to seize"),
            ("insolvency", "Insolvency proceedings closed for insufficient assets"),
            ("vanished", "The debtor cannot be found"),
            ("barred", "Time-barred"),
            ("dismissed", "The claim was dismissed"),
            ("uneconomic", "Costs would exceed the recovery"),
            ("commercial", "Commercial decision"),
            ("mistaken", "It was not owed"),
            ("merged", "Merged into another case"),
        ],
        string="How it ended",
        readonly=True,
        copy=False,
        tracking=True,
    )
    settlement_id = fields.Many2one(
        "recovery.settlement",
        string="Settlement that ended it",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="It explains why something stays open on a case closed as settled.",
    )
    merged_into_id = fields.Many2one(
        "recovery.case", string="Merged into", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    merged_case_ids = fields.One2many("recovery.case", "merged_into_id", string="Cases merged here", readonly=True)
    split_from_id = fields.Many2one(
        "recovery.case", string="Split from", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    split_case_ids = fields.One2many("recovery.case", "split_from_id", string="Cases split off", readonly=True)
    is_taken_over = fields.Boolean(
        "Carried over", readonly=True, copy=False, help="It was already in progress before it was followed here."
    )
    notice_id = fields.Many2one(
        "recovery.notice",
        string="Mise en demeure",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The notice from which the case was opened.",
    )
    description = fields.Html("Facts", help="What happened, what the customer says, what was promised.")

    # What is known of the claim: a procedure asks for it
    contested = fields.Selection(
        [("unknown", "Not known"), ("no", "No"), ("partly", "Partly"), ("seriously", "Seriously")],
        required=True,
        default="unknown",
        tracking=True,
        help="A serious dispute rules out the fast procedures: a judge has to hear both parties.",
    )
    contested_reason = fields.Char("What is disputed", help="What the debtor says, and since when.")
    bad_faith = fields.Selection(ANSWERS, "Debtor in bad faith", required=True, default="unknown")
    urgency = fields.Selection(ANSWERS, required=True, default="unknown", help="The claim cannot wait for a trial.")
    recovery_threatened = fields.Selection(
        ANSWERS,
        string="Recovery threatened",
        required=True,
        default="unknown",
        help="Circumstances threaten recovery: assets are disappearing, other creditors are seizing, the registered "
        "office is moving.",
    )
    matter = fields.Selection(
        [
            ("contract", "Contract"),
            ("bill", "Bill of exchange, promissory note or assignment (Dailly)"),
            ("cheque", "Unpaid cheque"),
            ("statute", "Articles of association"),
            ("rent", "Rent"),
            ("consumer_credit", "Consumer credit"),
            ("tort", "Liability other than in contract"),
        ],
        string="Origin of the claim",
        required=True,
        default="contract",
    )
    commercial = fields.Selection(
        ANSWERS,
        "Commercial claim",
        compute="_compute_commercial",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="Between merchants, or by the nature of the transaction: a merchant's debt is commercial, that of a "
        "consumer or public body is not. For another professional, specify.",
    )
    cross_border = fields.Selection(
        ANSWERS,
        "Parties in two countries",
        compute="_compute_cross_border",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    written_proof = fields.Selection(
        ANSWERS,
        string="Written proof",
        required=True,
        default="unknown",
        help="A contract, a signed order or an acknowledgement. Not known: inferred from the proofs of the invoices.",
    )
    title_held = fields.Boolean("Enforceable title held", tracking=True)
    debtor_agrees = fields.Selection(
        ANSWERS,
        "Debtor agrees the amount",
        required=True,
        default="unknown",
        help="In writing, or before a witness.",
    )
    amicable_attempt = fields.Selection(
        ANSWERS,
        "Attempt at amicable settlement failed (CPC 750-1)",
        required=True,
        default="unknown",
        help="Conciliation, mediation or participatory procedure, tried without success.",
    )
    amicable_exempt = fields.Selection(
        ANSWERS,
        "Exempt from the attempt at amicable settlement",
        required=True,
        default="unknown",
        help="CPC 750-1: manifest urgency, no conciliator within three months, circumstances that make it "
        "impossible, or an attempt required by another text. The procedures of the case may show it too.",
    )
    amicable_exempt_reason = fields.Char("Ground for exemption", help="The judge will ask for it.")
    assignable = fields.Selection(
        ANSWERS,
        "May be assigned",
        required=True,
        default="unknown",
        help="C. civ. 1321: the debtor's consent is needed only if the contract says that the claim may not be "
        "assigned. Read the contract, and check whether the claim is already pledged or assigned (Dailly, "
        "factoring).",
    )
    insured = fields.Selection(
        ANSWERS,
        "Covered by credit insurance",
        required=True,
        default="unknown",
        help="The policy says who recovers. Not known: inferred from the customer's guarantees, if an insurance "
        "policy was in force on the invoice date.",
    )
    cheque_certificate = fields.Selection(
        ANSWERS,
        "Unpaid cheque certified by the bank",
        required=True,
        default="unknown",
        help="CMF L131-73: the certificate issued by the drawee bank. The procedures of the case may show it too.",
    )
    counsel_opinion = fields.Text("Counsel's opinion")
    probability = fields.Integer(
        "Chance of recovery (%)",
        bounds=(0, 100),
        aggregator="avg",
        tracking=True,
        help="Your own estimate only: say below what it is based on.",
    )
    amount_expected = fields.Monetary(
        "Expected recovery",
        currency_field="company_currency_id",
        compute="_compute_amount_expected",
        store=True,
        readonly=False,
        help="The chance multiplied by the open amount; what you type is kept until one of them changes.",
    )
    expected_reason = fields.Char("Basis of the expectation", tracking=True)

    # What is next
    next_step = fields.Char("Next step", compute="_compute_next_step")
    next_deadline = fields.Date(
        "Next procedural deadline",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The nearest time limit still running in the procedures of the case.",
    )
    next_deadline_name = fields.Char("What is due then", readonly=True, copy=False)
    deadline_state = fields.Selection(
        [
            ("missed", "Missed"),
            ("soon", "Within a week"),
            ("near", "Within a month"),
            ("far", "Later"),
            ("none", "None"),
        ],
        compute="_compute_deadline_state",
        search="_search_deadline_state",
    )
    color = fields.Integer(compute="_compute_deadline_state", string="Color index")
    check_ids = fields.One2many("recovery.case.check", "case_id", string="Checks before litigation", readonly=True)
    checked_on = fields.Date("Checked on", readonly=True, copy=False)
    gate_state = fields.Selection(
        [
            (GREEN, "Nothing stands in the way"),
            (ORANGE, "Some information is missing"),
            (RED, "Something stands in the way"),
        ],
        string="Ready for litigation",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    is_checked_at_the_door = fields.Boolean(
        "Additions are checked",
        compute="_compute_is_checked_at_the_door",
        help="It is before a judge, in a company where the checks are blocking.",
    )
    is_gate_granted = fields.Boolean(compute="_compute_is_gate_granted", string="Granted despite the checks")
    chronology = fields.Json(compute="_compute_chronology")
    mailbox_text = fields.Char("Address for the parties", compute="_compute_mailbox_text")
    line_ids = fields.One2many("recovery.case.line", "case_id", string="Claims", copy=False)
    hold_ids = fields.One2many(
        "recovery.hold", "case_id", string="Suspensions", readonly=True, domain=[("origin", "=", "case")]
    )
    left_hold_ids = fields.One2many(
        "recovery.hold", "case_id", string="Expected net result", readonly=True, domain=[("origin", "=", "left")]
    )
    claim_count = fields.Integer("Instalments claimed", compute="_compute_amounts", store=True)
    oldest_due = fields.Date("Oldest due date", compute="_compute_amounts", store=True)
    open_due = fields.Date("Oldest due date outstanding", compute="_compute_days_late")
    days_late = fields.Integer(
        "Days late", compute="_compute_days_late", help="Days since the oldest due date of what is still open."
    )
    amount_opening = fields.Monetary(
        "At opening",
        currency_field="company_currency_id",
        compute="_compute_amounts",
        store=True,
        help="What was open on the claimed instalments when each joined the case.",
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
        help="Credit notes, write-offs, exchange differences: no longer owed, but not received.",
    )
    recovery_rate = fields.Float("Received (%)", compute="_compute_amounts", store=True, aggregator="avg")

    imputed_now = fields.Monetary(
        "Payments applied to costs and interest",
        currency_field="company_currency_id",
        compute="_compute_claim_now",
        help="What the accounts set on the principal and an enforceable title applies to costs and interest first "
        "(C. civ. 1343-1): as much more is owed of the principal.",
    )
    interest_now = fields.Monetary(
        "Interest today",
        currency_field="company_currency_id",
        compute="_compute_claim_now",
        help="What the claim engine calculates today on the instalments claimed, with late-payment interest and "
        "rates as they stand; the claim statement gives the details.",
    )
    indemnity_now = fields.Monetary(
        "Compensation and costs today",
        currency_field="company_currency_id",
        compute="_compute_claim_now",
        help="Fixed compensation, documented costs and clauses still to be claimed.",
    )
    amount_claimed = fields.Monetary(
        "Claimed today",
        currency_field="company_currency_id",
        compute="_compute_claim_now",
        help="What is open, including interest and compensation.",
    )
    claim_text = fields.Char("About these figures", compute="_compute_claim_now")
    currency_text = fields.Char("Per currency", compute="_compute_currency_text")
    amount_credit = fields.Monetary(
        "Open credits",
        currency_field="company_currency_id",
        compute="_compute_amount_credit",
        help="Credit notes and payments of the customer not matched with anything yet: match them before anything "
        "is filed.",
    )

    _name_company_uniq = models.UniqueIndex("(company_id, name)", "A case with this number already exists.")
    limitation_on = fields.Date(
        "Limitation",
        compute="_compute_limitation",
        help="The next day on which one of the claims becomes time-barred: the original date, whatever the evidence.",
    )
    limitation_warning = fields.Char("Limitation warning", compute="_compute_limitation")
    claim_statement_count = fields.Integer(compute="_compute_claim_statement_count", string="Statement count")

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

    @api.depends("line_ids.due_date", "line_ids.amount_now", "line_ids.removed_on", "kind")
    def _compute_days_late(self):
        for case in self:
            today, due = (case.company_id or self.env.company)._recovery_today(), case._get_open_due()
            case.open_due, case.days_late = due, max((today - due).days, 0) if due else 0

    def _get_open_due(self):
        """Return since when something of the case is due and open; nothing once all is paid, or goes on elsewhere."""
        self.ensure_one()
        if self.kind == "merged":
            return False
        claims = self.line_ids.filtered(lambda claim: not claim.removed_on and claim.amount_now > 0)
        return min(filter(None, claims.mapped("due_date")), default=False)

    @api.depends("debtor_id.nature")
    def _compute_commercial(self):
        """Answer what the customer's nature tells; what somebody said stays."""
        answers = {"merchant": "yes", "consumer": "no", "public": "no"}
        for case in self:
            told = answers.get(case.debtor_id.nature)
            if told or not case.commercial:
                case.commercial = told or "unknown"

    @api.depends("debtor_id.partner_id.country_id", "company_id.country_id")
    def _compute_cross_border(self):
        for case in self:
            theirs, ours = case.debtor_id.sudo().partner_id.country_id, case.company_id.country_id
            if theirs and ours:
                case.cross_border = "no" if theirs == ours else "yes"
            elif not case.cross_border:
                case.cross_border = "unknown"

    @api.depends("probability", "amount_now")
    def _compute_amount_expected(self):
        for case in self:
            case.amount_expected = case.company_currency_id.round(max(case.amount_now, 0.0) * case.probability / 100)

    @api.constrains("probability", "expected_reason")
    def _check_expected_reason(self):
        for case in self:
            if case.probability and not (case.expected_reason or "").strip():
                raise ValidationError(
                    self.env._("%s: say why this recovery is expected, next to its chance.", case.display_name)
                )

    @api.constrains("amicable_exempt", "amicable_exempt_reason")
    def _check_exempt_reason(self):
        for case in self:
            if case.amicable_exempt == "yes" and not (case.amicable_exempt_reason or "").strip():
                raise ValidationError(
                    self.env._(
                        "%s: say why no attempt at amicable settlement is needed: the judge will ask.",
                        case.display_name,
                    )
                )

    @api.depends(
        "kind",
        "line_ids.removed_on",
        "line_ids.due_date",
        "line_ids.amount_opening_company",
        "line_ids.amount_now_company",
        "line_ids.received_company",
    )
    def _compute_amounts(self):
        for case in self:
            claims = case.line_ids.filtered(lambda claim: not claim.removed_on)
            if case.kind == "merged":  # the case that goes on counts them
                claims = claims.browse()
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
        """Return the owner, else the substitute, else who follows the debtor."""
        named = self.substitute_id | self.debtor_id.collector_id
        return self.env["recovery.responsible"]._find_owner(self.company_id, self.user_id, named)

    def _pass_on(self, name, leaver, heir):
        """Leave the place of a substitute empty, whoever goes: somebody chooses another one."""
        if name == "substitute_id":
            heir = heir.browse()
        else:
            self.filtered(lambda case: case.substitute_id == heir).substitute_id = False
        return super()._pass_on(name, leaver, heir)

    @api.model
    def _describe_held(self, name):
        if name == "substitute_id":
            return self.env._("Cases that no longer have a deputy")
        return super()._describe_held(name)

    @api.model
    def _is_left_blank(self, name):
        return name == "substitute_id" or super()._is_left_blank(name)

    @api.depends("line_ids.is_running", "line_ids.amount_now")
    @api.depends_context("lang")
    def _compute_claim_now(self):
        """Reckon what each open case claims today beside the principal, one reading per company."""
        figures = {}
        for company, cases in (
            self.filtered(lambda case: case.is_open and case.company_id).grouped("company_id").items()
        ):
            figures |= cases._read_claim_now(company, company._recovery_today())
        for case in self:
            found = figures.get(case, NO_COSTS)
            case.imputed_now = found["imputed"]
            case.interest_now, case.indemnity_now = found["interest"], found["indemnity"]
            case.amount_claimed = case.amount_now + case.imputed_now + case.interest_now + case.indemnity_now
            case.claim_text = found["text"]

    @api.model
    def _read_lines_of(self, cases):
        """Return ``{case: the instalments that it claims}``, those paid since included."""
        return {case: case.line_ids.filtered("is_running").line_id._origin for case in cases}

    def _read_claim_now(self, company, day):
        """Return ``{case: interest, indemnities and what there is to say of them}`` in the company's currency."""
        lines_of = self._read_lines_of(self)
        lines_of = {case: lines for case, lines in lines_of.items() if lines and case._origin}
        if not lines_of:
            return {}
        Claim, lines = self.env["recovery.claim"], self.env["account.move.line"]
        rulings = Claim._get_titles(company, lines.union(*lines_of.values()).sudo(), day)
        requests = {
            case._origin.id: (own, get_order(rulings[line_id] for line_id in own.ids if line_id in rulings))
            for case, own in lines_of.items()
        }
        try:
            claims = Claim._compute_each(company, requests, day)
        except UserError as error:  # a rate is missing: nothing is reckoned, and it is said
            return {case: {**NO_COSTS, "text": str(error)} for case in self}
        Currency, found = self.env["res.currency"], {}
        for case in self:
            claim = claims.get(case._origin.id)
            if not claim:
                continue
            interest, indemnity = [], []
            for total in claim.get_totals():
                currency = Currency.browse(total.currency_id)
                interest.append((currency, float(total.interest_left)))
                indemnity.append((currency, float(total.costs + total.last)))
            # what the books set on the principal, and a title has pay the costs and the interest first
            imputed = [(Currency.browse(row.currency_id), float(row.amount)) for row in claim.costs_paid]
            for item in claim.items:
                to_interest = sum(row.to_interest for row in item.account.imputations)
                imputed.append((Currency.browse(item.currency_id), float(to_interest)))
            found[case] = {
                "imputed": convert_totals(company, day, imputed),
                "interest": convert_totals(company, day, interest),
                "indemnity": convert_totals(company, day, indemnity),
                "text": self.env._("As of %s, at the statutory or contractual rates.", format_date(self.env, day)),
            }
        return found

    @api.depends("line_ids.removed_on", "line_ids.amount_now", "line_ids.currency_id")
    @api.depends_context("lang")
    def _compute_currency_text(self):
        """Say the total of each currency, where there is more than the company's own: they never add up silently."""
        for case in self:
            totals = defaultdict(float)
            for claim in case.line_ids:
                if not claim.removed_on:
                    totals[claim.currency_id] += claim.amount_now
            foreign = [currency for currency in totals if currency != case.company_currency_id]
            case.currency_text = False
            if foreign:
                case.currency_text = self.env._(
                    "%(totals)s; shown here at the amounts in the accounts.",
                    totals=" + ".join(
                        formatLang(self.env, amount, currency_obj=currency) for currency, amount in totals.items()
                    ),
                )

    # ------------------------------------------------------------
    # What is next
    # ------------------------------------------------------------
    @api.depends("kind", "amount_now", "gate_state", "checked_on", "is_gate_granted", "next_deadline", "title_held")
    @api.depends_context("lang")
    def _compute_next_step(self):
        for case in self:
            case.next_step = case._get_next_step()[0]

    def _get_next_step(self):
        """Return ``(what to do now, the button that does it)``: never the closing; hook.

        Rooms to the right know more: the procedure to choose, the act to record.
        """
        self.ensure_one()
        if not self.is_open:
            if self._get_unpaid_claims():
                return self.env._("Decide what becomes of the rest"), "action_view_left"
            return self.env._("Read the chronology"), "action_print_chronology"
        if self.amount_now <= 0:
            return self.env._("Calculate what is still owed on top of the principal"), "action_claim_statement"
        if self.kind in BEFORE_GATE:
            if not self.checked_on or self.gate_state == RED and not self.is_gate_granted:
                return self.env._("Check whether it can go to court"), "action_check_gate"
            if self.kind == "precourt":
                return self.env._("Compile the file"), "action_build_file"
        return self.env._("Issue the claim statement"), "action_claim_statement"

    def action_next_step(self):
        """Do what is next."""
        self.ensure_one()
        self.check_access("read")
        return getattr(self, self._get_next_step()[1])()

    def action_build_file(self):
        """Move the case to the stage in which its file is built."""
        self.ensure_one()
        self.stage_id = self.stage_id._get_first(self.company_id, ["preparing"])

    @api.depends("next_deadline", "is_open")
    def _compute_deadline_state(self):
        for case in self:
            case.deadline_state = case._get_deadline_state((case.company_id or self.env.company)._recovery_today())
            case.color = COLORS[case.deadline_state]

    def _get_deadline_state(self, day):
        if not self.next_deadline or not self.is_open:
            return "none"
        left = (self.next_deadline - day).days
        if left < 0:
            return "missed"
        return "soon" if left <= SOON else "near" if left <= NEAR else "far"

    @api.model
    def _search_deadline_state(self, operator, value):
        """Find the cases by how near their next time limit is, each in its company's own day."""
        if operator != "in":
            return NotImplemented

        def get_domain(company, day):
            soon, near = fields.Date.add(day, days=SOON), fields.Date.add(day, days=NEAR)
            limits = {
                "missed": Domain("next_deadline", "<", day),
                "soon": Domain("next_deadline", ">=", day) & Domain("next_deadline", "<=", soon),
                "near": Domain("next_deadline", ">", soon) & Domain("next_deadline", "<=", near),
                "far": Domain("next_deadline", ">", near),
            }
            is_open = Domain("is_open", "=", True)
            wanted = [is_open & limits[state] for state in value if state in limits]
            if "none" in value:
                wanted.append(Domain("next_deadline", "=", False) | Domain("is_open", "=", False))
            return Domain.OR(wanted)

        return self.env["res.company"]._recovery_search_own_day(get_domain)

    @api.model
    def _set_next_deadline(self, nearest):
        """Note the nearest time limit of cases: what the room of the time limits calls.

        :param dict nearest: ``{case: (day, what is due then)}``, or None in place of the pair where nothing runs.
        """
        rows = []
        for case, found in nearest.items():
            day, name = found or (None, None)
            if (case.next_deadline or None, case.next_deadline_name or None) != (day, name):
                rows.append((case.id, day, name))
        if rows:
            self.env["recovery.bulk"]._update(self._name, ["next_deadline", "next_deadline_name"], rows)
            self.invalidate_model()  # what is worked out of them too

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
            raise UserError(self.env._("A case cannot start in a closing stage."))
        for stage, entering in cases.grouped("stage_id").items():
            entering._check_gate(stage, entering.line_ids)
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
            raise UserError(self.env._("A case is opened on a debtor: use the button on the debtor's screen."))
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
        self.check_access("write")
        stage = self.env["recovery.case.stage"].browse(vals["stage_id"])
        origins = {case: case.stage_id for case in self if case.stage_id != stage}
        moved = self.browse(case.id for case in origins)
        if stage.kind == "settled":
            moved._check_is_settled(self.env["recovery.settlement"].browse(vals.get("settlement_id") or ()))
        if stage.is_closing:
            moved._check_says_how(stage)
        else:
            moved.filtered(lambda case: not case.is_open)._check_may_reopen()
            moved._check_gate(stage)
        result = super().write(vals)
        if stage.kind in BEHIND_GATE:
            moved.line_ids.filtered(lambda claim: not claim.removed_on).sudo().is_past_gate = True
        moved._follow_stage(origins, vals.get("closed_on"), vals.get("close_reason"))
        return result

    @api.model
    def _explain_kept(self, names):
        return self.env._("What a case claims, received and became cannot be typed in: use its buttons.")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_traced(self):
        raise UserError(self.env._("A case is closed with a reason, never deleted: the audit trail must be kept."))

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
    def action_close(self):
        """Ask how the cases ended, then close them."""
        return self._open_closing()

    def action_settle(self):
        """Ask how they were settled, then close them."""
        return self._open_closing("settled")

    def action_give_up(self):
        """Ask why nothing more can be got, then close them as irrecoverable."""
        return self._open_closing("lost")

    def action_abandon(self):
        """Ask why we go no further, then close them as abandoned."""
        return self._open_closing("abandoned")

    def _open_closing(self, kind=None):
        """Return the window in which somebody says how cases ended."""
        self.check_access("read")
        self._check_may_lose(kind)
        window = self.env["recovery.case.close.wizard"].create(
            {"case_ids": [Command.set(self.ids)], **({"kind": kind} if kind else {})}
        )
        return window._get_dialog(self.env._("Close the case"))

    def _open_bulk(self, model, title):
        """Return the window that does something with these cases."""
        require_user(self.env)
        self.check_access("read")
        return self.env[model].create({"case_ids": [Command.set(self.ids)]})._get_dialog(title)

    def action_assign(self):
        """Give the cases to other people: owner, substitute, lawyer, court, stage."""
        return self._open_bulk("recovery.case.bulk.wizard", self.env._("Change several cases"))

    def action_regroup(self):
        """Ask which case goes on with the claims of all of them."""
        return self._open_bulk("recovery.case.regroup.wizard", self.env._("Merge cases"))

    def action_split(self):
        """Ask which claims leave the case for one of their own."""
        self.ensure_one()
        require_user(self.env)
        self.check_access("read")
        window = self.env["recovery.case.split.wizard"].create({"case_id": self.id})
        return window._get_dialog(self.env._("Split the case"))

    def action_view_left(self):
        """Open what the cases leave unpaid: somebody decides what becomes of it."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_case_line_action_left")
        return narrow(action, domain=[("case_id", "in", self.ids), ("left_state", "!=", False)], context={})

    def action_add_proof(self):
        """Add one proof to the claimed invoices."""
        moves = self.line_ids.filtered(lambda claim: not claim.removed_on).move_id
        return self.env["recovery.proof"]._open_wizard(
            moves.filtered(lambda move: move.is_sale_document(include_receipts=True))
        )

    def action_view_case(self):
        """Open the case itself: from a list of checks, or of what it leaves."""
        self.ensure_one()
        return self._get_records_action(name=self.display_name)

    def action_say_contested(self):
        """Open the window where it is said whether the claim is contested, and why."""
        return self._open_answer("contested", self.env._("Is the claim disputed?"))

    def action_say_chance(self):
        """Open the window where it is said what the case may bring in, and why."""
        return self._open_answer("chance", self.env._("What is expected?"))

    def _open_answer(self, name, title):
        """Open over the screen the few fields that a check asks for."""
        self.ensure_one()
        require_user(self.env)
        self.check_access("read")
        view = self.env.ref(f"debt_recovery.recovery_case_view_form_{name}")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(view.id, "form")],
            "target": "new",
        }

    def action_answered(self):
        """Look at the checks again once a question of theirs is answered, and go back to them."""
        self.ensure_one()
        require_user(self.env)
        self.check_access("write")
        self._look_at_gate()
        return CLOSE

    def action_offer_settlement(self):
        """Open the window that begins a mediation or a settlement with the debtor."""
        self.ensure_one()
        return self.debtor_id.action_settlement()

    def action_view_payables(self):
        """Open what we owe the debtor: bills that it may set off."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("account.action_move_in_invoice_type")
        domain = [
            ("move_type", "in", ("in_invoice", "in_refund")),
            ("commercial_partner_id", "=", self.partner_id.id),
            ("company_id", "child_of", self.company_id.id),
            ("payment_state", "in", ("not_paid", "partial")),
        ]
        return narrow(action, domain=domain, context={"create": False, "default_move_type": "in_invoice"})

    def action_view_merged_into(self):
        """Open the case that goes on with the claims of this one."""
        self.ensure_one()
        return self.merged_into_id._get_records_action(name=self.merged_into_id.display_name)

    def action_reopen(self):
        """Ask for a reason, then put closed cases back in the stage where they were."""
        return self.env["recovery.reason.wizard"]._open(self, "_reopen", self.env._("Reopen the case"))

    def action_add_overdue(self):
        """Claim the customer's other overdue instalments in this case too; before a judge, ask which ones."""
        self.ensure_one()
        day = self.company_id._recovery_today()
        lines = self.debtor_id._get_claimable_lines(day)[self.debtor_id]
        if self.is_checked_at_the_door and lines:
            require_user(self.env)
            self.check_access("write")
            vals = {"case_id": self.id, "line_ids": [Command.set(lines.ids)]}
            return self.env["recovery.case.add.wizard"].create(vals)._get_dialog(self.env._("Claim more"))
        self._add_lines(lines, day)
        return None

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
        return entitle(
            action,
            self.env._("Claimed invoices"),
            domain=[("id", "in", moves.ids)],
            context={"create": False, "default_move_type": "out_invoice"},
        )

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

        Each instalment leaves the reminders from that day on, by a suspension of its own, and no door leaves behind a
        task that still proposes litigation.

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
        debtor._close_litigation_tasks(case)
        return case

    @api.model
    def _take_over(self, debtor, lines, opened_on, stage, **vals):
        """Open a case that was under way before it was followed here: its figures are those of that day.

        :param lines: ``account.move.line`` records, unpaid instalments of that debtor.
        :param stage: where it stands now: it has passed the checks elsewhere.
        :param vals: what people type of a case.
        :return: the case.
        """
        require_user(self.env)
        debtor.check_access("write")
        today = debtor.company_id._recovery_today()
        if opened_on > today or stage.is_closing:
            raise UserError(self.env._("A case that is carried over was opened before today, and is not closed."))
        if stage.kind in BEHIND_GATE and debtor.company_id.sudo().recovery_gate == "block" and not self._may_decide():
            raise AccessError(
                self.env._(
                    "Only a recovery manager can carry over a case that is already before a judge: nothing checks "
                    "it here. Choose an earlier stage."
                )
            )
        self.env["recovery.case.line"]._check_claimable(debtor, lines, today)
        self._check_typed(vals)
        self._check_named(vals)
        case = (
            self.sudo()
            .create(
                {
                    "user_id": debtor._get_responsible().id,
                    **vals,
                    "debtor_id": debtor.id,
                    "opened_on": opened_on,
                    "stage_id": stage.id,
                    "is_taken_over": True,
                    "line_ids": [
                        Command.create({"line_id": line.id, "added_on": max(opened_on, self._get_first_late_day(line))})
                        for line in lines
                    ],
                }
            )
            .with_env(self.env)
        )
        case.check_access("create")
        self.env["recovery.event"]._log(
            "case_taken_over",
            case,
            self.env._("Case carried over: it was opened on %s", format_date(self.env, opened_on)),
            case._get_trace(),
        )
        debtor._close_litigation_tasks(case)
        return case

    @api.model
    def _get_first_late_day(self, line):
        """Return the first day on which an instalment may have been claimed."""
        return shift(line.date_maturity or line.date, days=1)

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
        self._check_gate_of(claims)
        return claims

    def _get_running_holds(self):
        return self.hold_ids.filtered(lambda hold: not hold.released_on)

    # ------------------------------------------------------------
    # Stages
    # ------------------------------------------------------------
    def _settle(self, reason, how="paid", settlement=None):
        self._close("settled", reason, how, settlement)

    def _give_up(self, reason, how="no_assets"):
        self._close("lost", reason, how)

    def _close(self, kind, reason, how, settlement=None, stage=None):
        """Move to a stage of that closing kind, for a reason, on the company's date: what every way to close ends in.

        :param how: one of :data:`ENDS` of that kind.
        :param settlement: the ``recovery.settlement`` that says why something stays open.
        :param stage: the stage that was asked for; by default the first one of that kind.
        """
        self._check_may_lose(kind)
        if how not in ENDS[kind]:
            raise UserError(
                self.env._("Say how the case ended: the answer is inconsistent with this way of closing it.")
            )
        for company, cases in self.grouped("company_id").items():
            into = stage or self.env["recovery.case.stage"]._get_first(company, [kind])
            cases.check_access("write")
            cases.sudo().write(
                {
                    "stage_id": into.id,
                    "closed_on": company._recovery_today(),
                    "close_reason": reason,
                    "close_how": how,
                    "settlement_id": settlement.id if settlement else False,
                }
            )

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
        else:
            self._forget_left(day, reason)
        self.sudo().write(vals)
        self._get_running_holds()._release(day, reason)
        if self.kind != "merged":
            self._hand_back(self._get_unpaid_claims(), day)
        ends = dict(self._fields["close_how"]._description_selection(self.env))
        self.env["recovery.event"]._log(
            "case_closed",
            self,
            self.env._("Case closed: %s", reason),
            {**trace, "reason": reason, "ended": ends.get(self.close_how) or False},
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

    def _forget_left(self, day, reason):
        """Take back what was said of what the closed case left unpaid."""
        self.line_ids.sudo().left_state = False
        self.left_hold_ids._release(day, reason)

    def _follow_reopening(self, day, reason, trace):
        self.sudo().write(
            {
                "closed_on": False,
                "close_reason": False,
                "close_how": False,
                "settlement_id": False,
                "previous_stage_id": False,
            }
        )
        self._forget_left(day, reason)
        self.sudo().debtor_id._close_litigation_tasks(self)
        claims = self.line_ids.filtered(lambda claim: claim.is_running and claim.line_id)
        claims.filtered(lambda claim: claim.line_id.recovery_is_open)._suspend_reminders(day)
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

    def _check_says_how(self, stage):
        """Ask how cases ended, whoever drags their card: the window asks, and moves it there."""
        if self.env.su or not self:
            return
        self._check_may_lose(stage.kind)
        if stage.kind == "merged":
            raise UserError(self.env._("Cases are merged together: select them in the list, then “Merge”."))
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Close the case"),
            "res_model": "recovery.case.close.wizard",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_case_ids": self.ids, "default_stage_id": stage.id},
        }
        raise RedirectWarning(
            self.env._("%s: say how it ended before closing it.", ", ".join(self.mapped("display_name")[:5])),
            action,
            self.env._("Say how it ended"),
        )

    @api.model
    def _check_may_lose(self, kind):
        """Refuse to give up what is owed to anybody but a manager, whatever the way to close."""
        if kind == "lost" and not self._may_decide():
            raise AccessError(
                self.env._(
                    "Only a recovery manager can close a case as irrecoverable: ask one, and say what was tried."
                )
            )

    @api.model
    def _may_decide(self):
        """Tell whether whoever is here, or the module itself, goes on where the house asks for a manager."""
        return self.env.su or self.env.user.has_group(MANAGER)

    def _check_is_settled(self, settlement=None):
        """Refuse to call settled a case that has something unpaid, whoever moves the card and however.

        :param settlement: what was agreed, and kept: what it covers may stay open.
        """
        for case in self:
            kept = (settlement or case.settlement_id) & case._get_settlements()
            excused = kept.line_ids.line_id
            unpaid = case._get_unpaid_claims().filtered(lambda claim, excused=excused: claim.line_id not in excused)
            if unpaid:
                raise UserError(
                    self.env._(
                        "%(case)s is not settled: %(amount)s remains unpaid (%(invoices)s). Match what was "
                        "received, remove from the case what is no longer claimed, or close it as irrecoverable.",
                        case=case.name,
                        amount=case._format_amount(sum(unpaid.mapped("amount_now_company"))),
                        invoices=", ".join(sorted(set(unpaid.mapped("move_name")))),
                    )
                )

    def _get_settlements(self):
        """Return the settlements that were kept, and cover something that the cases claim."""
        return self.env["recovery.settlement"].search(
            Domain("debtor_id", "in", self.debtor_id.ids)
            & Domain("state", "=", "fulfilled")
            & Domain("line_ids.line_id", "in", self.line_ids.line_id.ids)
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

    def _hand_back(self, unpaid, day, undone=False):
        """Put what a closed case leaves unpaid on a list, where somebody decides: until then no reminder leaves.

        :param undone: it was paid when the case was closed, and its payment was undone since.
        """
        self.ensure_one()
        if not unpaid:
            return
        unpaid._leave(day, undone)
        values = {
            "case": self.name,
            "amount": self._format_amount(sum(unpaid.mapped("amount_now_company"))),
            "invoices": ", ".join(sorted(set(unpaid.mapped("move_name")))),
        }
        summary = self.env._(
            "%(case)s is closed and %(amount)s remains unpaid: write off, hand over again or follow up", **values
        )
        if undone:
            summary = self.env._(
                "%(case)s is closed and %(amount)s is unpaid again: write off, hand over again or follow up", **values
            )
            self.env["recovery.event"]._log(
                "case_left",
                self,
                self.env._("A payment of %(invoices)s was undone: %(amount)s is unpaid again", **values),
                {"invoices": values["invoices"]},
            )
        self.debtor_id.sudo().activity_schedule(
            HANDOVER_TASK,
            date_deadline=self.company_id._recovery_today(),
            summary=summary,
            user_id=self._recovery_get_responsible().id,
        )

    def _check_open(self):
        """Refuse closed cases."""
        if closed := self.filtered(lambda case: not case.is_open)[:1]:
            raise UserError(self.env._("%s is closed: reopen it first.", closed.name))

    def _check_may_reopen(self):
        """Refuse to reopen a case when a later one claimed its instalments."""
        passed_on = self.line_ids.filtered(lambda claim: claim.is_final and not claim.removed_on)
        if passed_on:
            later = passed_on.sudo().search([("line_id", "=", passed_on[0].line_id.id)], order="id desc", limit=1)
            raise UserError(
                self.env._(
                    "%(invoice)s was claimed by %(case)s in the meantime: %(name)s cannot be reopened.",
                    invoice=later.move_name,
                    case=later.case_id.display_name,
                    name=passed_on[0].case_id.name,
                )
            )

    # ------------------------------------------------------------
    # The gate: what is checked before a claim goes to court
    # ------------------------------------------------------------
    def _stands_before_gate(self):
        """Tell whether a case, or the stage from which a closed one comes, has not passed the checks yet."""
        self.ensure_one()
        stage = self.stage_id if self.is_open else self.previous_stage_id or self.stage_id
        return stage.kind in BEFORE_GATE or stage.is_closing

    def _get_unchecked_claims(self):
        """Return what has not passed the checks: all that a case claims which stands before the gate itself."""
        return self.line_ids.filtered(
            lambda claim: not claim.removed_on and (claim.case_id._stands_before_gate() or not claim.is_past_gate)
        )

    def _check_gate(self, stage, claims=None):
        """Refuse a stage behind the gate to cases of which a check is red, unless a manager has decided otherwise.

        It is a rule of the house, not of the law: a company may only be warned.

        :param claims: what is checked; by default what has not passed the checks.
        """
        if self.env.su or stage.kind not in BEHIND_GATE:
            return
        claims = self._get_unchecked_claims() if claims is None else claims
        concerned = claims.case_id | self.filtered(lambda case: case._stands_before_gate())
        for company, cases in concerned.grouped("company_id").items():
            if company.sudo().recovery_gate != "block":
                continue
            day = company._recovery_today()
            with LOOKED_AT.say(claims):
                cases._run_gate(day)
            for case in cases:
                red = case.check_ids.filtered(lambda check: check.state == RED)
                if red and not case._filter_granted(day):
                    raise RedirectWarning(
                        self.env._(
                            "%(case)s cannot go to court yet: %(reasons)s",
                            case=case.display_name,
                            reasons=" ".join(red.mapped("reason")),
                        ),
                        self.env.ref("debt_recovery.recovery_case_action_check_gate").id,
                        self.env._("See the checks"),
                        {"active_model": self._name, "active_id": case.id, "active_ids": case.ids},
                    )

    @api.depends("kind", "company_id")
    def _compute_is_checked_at_the_door(self):
        for case in self:
            is_blocking = case.company_id.sudo().recovery_gate == "block"
            case.is_checked_at_the_door = is_blocking and case.kind in BEHIND_GATE

    def _find_red(self, claims):
        """Return ``[(code, name, Finding)]`` of what stands against claims that join this case, looked at alone."""
        self.ensure_one()
        if not self.is_checked_at_the_door:
            return []
        with LOOKED_AT.say(claims):
            [found] = self.env["recovery.gate"]._check(self.sudo(), self.company_id._recovery_today()).values()
        return [(code, name, finding) for code, name, finding in found if finding.state == RED]

    def _check_gate_of(self, claims):
        """Refuse claims that join a case before a judge while a check of theirs is red: the case passed them too."""
        red = [] if self.env.su else self._find_red(claims)
        if not red:
            return
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Claim more"),
            "res_model": "recovery.case.add.wizard",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_case_id": self.id, "default_line_ids": claims.line_id.ids},
        }
        raise RedirectWarning(self._describe_red(claims, red), action, self.env._("See the options"))

    def _describe_red(self, claims, red):
        return self.env._(
            "%(invoices)s may not join %(case)s, which is before a judge: %(reasons)s",
            invoices=self._name_invoices(claims),
            case=self.name,
            reasons=" ".join(finding.reason for _code, _name, finding in red),
        )

    @api.model
    def _name_invoices(self, claims):
        return ", ".join(sorted(set(filter(None, claims.mapped("move_name")))))

    def _join(self, lines, day, reason=None):
        """Claim more in a case before a judge: what is red, a manager accepts with a reason, or nobody.

        :param lines: ``account.move.line`` records, unpaid instalments of the customer.
        """
        self.ensure_one()
        self.check_access("write")
        claims = self.sudo()._add_lines(lines, day).with_env(self.env)
        red = self._find_red(claims)
        if not red:
            return
        if not self._may_decide():
            way = self.env._(
                "Fix it; or open a separate case on it, have a manager accept that one, then merge the two."
            )
        elif not reason:
            way = self.env._("Say why it is claimed all the same: the reason is kept in the journal.")
        else:
            self._accept_red(claims, red, reason)
            return
        refusal = f"{self._describe_red(claims, red)}\n\n{way}"
        raise UserError(refusal)

    def _accept_red(self, claims, red, reason):
        """Keep the decision of a manager that claims join a case before a judge although checks of theirs are red."""
        missing, invoices = ", ".join(name for _code, name, _finding in red), self._name_invoices(claims)
        subject = self.env._(
            "%(invoices)s to join %(case)s, despite: %(missing)s",
            invoices=invoices,
            case=self.display_name,
            missing=missing,
        )
        self._find_gate_questions()._withdraw_question()
        decision = self.env["recovery.decision"]._ask(
            DECISION,
            self,
            subject,
            {**self._get_trace(), "invoices": invoices, "checks": missing},
            sum(claims.mapped("amount_now_company")),
            reason=reason,
            debtor=self.debtor_id,
        )
        decision._grant(reason)

    def _run_gate(self, day):
        """Look at each check anew and keep what was found.

        :param day: today, in the company of these cases.
        """
        for case, found in self.env["recovery.gate"]._check(self.sudo(), day).items():
            states = {finding.state for _code, _name, finding in found}
            state = RED if RED in states else ORANGE if ORANGE in states else GREEN
            case.check_ids.unlink()
            self.env["recovery.case.check"].sudo().create(
                [
                    {
                        "case_id": case.id,
                        "code": code,
                        "name": name,
                        "sequence": number,
                        "state": finding.state,
                        "reason": finding.reason,
                        "cure": finding.cure,
                    }
                    for number, (code, name, finding) in enumerate(found)
                ]
            )
            case.write({"checked_on": day, "gate_state": state})
        self.invalidate_recordset(["check_ids", "checked_on", "gate_state", "is_gate_granted"])

    def action_check_gate(self):
        """Look at what stands against going to court, and show it."""
        require_user(self.env)
        self.check_access("write")
        self._look_at_gate()
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_case_check_action")
        context = {"recovery_of_one_case": True} if len(self) == 1 else {}
        return narrow(action, domain=[("case_id", "in", self.ids)], context=context)

    def _look_at_gate(self):
        """Run the checks of today, and tell the journal what they found."""
        for company, cases in self.grouped("company_id").items():
            cases._run_gate(company._recovery_today())
            self.env["recovery.event"]._log(
                "case_checked",
                cases,
                lambda case: self.env._("Checked before litigation: %s", case._describe_gate()),
                lambda case: {"checks": ", ".join(case._get_open_checks().mapped("name")) or False},
            )

    def _describe_gate(self):
        return dict(self._fields["gate_state"]._description_selection(self.env)).get(self.gate_state, "")

    def _get_open_checks(self):
        return self.check_ids.filtered(lambda check: check.state != GREEN)

    @api.depends("check_ids.state", "amount_now")
    def _compute_is_gate_granted(self):
        red = self.filtered(lambda case: case.gate_state == RED)
        (self - red).is_gate_granted = False
        for company, cases in red.grouped("company_id").items():
            granted = cases._filter_granted(company._recovery_today())
            for case in cases:
                case.is_gate_granted = case in granted

    def _filter_granted(self, day, codes=()):
        """Return the cases for which a manager has accepted all that is red, up to what is open now.

        :param codes: further checks that must be among the accepted ones.
        """
        granted = defaultdict(list)
        for decision in (
            self.env["recovery.decision"]
            .sudo()
            .search(
                Domain("kind", "=", DECISION)
                & Domain("res_model", "=", self._name)
                & Domain("res_id", "in", self._origin.ids)
                & Domain("state", "=", "granted")
                & (Domain("valid_until", "=", False) | Domain("valid_until", ">=", day))
            )
        ):
            granted[decision.res_id].append(decision)

        def is_covered(case):
            red = {*codes, *case.check_ids.filtered(lambda check: check.state == RED).mapped("code")}
            return any(
                red <= set((decision.blocker_codes or "").split())
                and decision.currency_id.compare_amounts(case.amount_now, decision.amount_max) <= 0
                for decision in granted[case._origin.id]
            )

        return self.filtered(is_covered)

    def action_override_gate(self):
        """Ask for a reason, then for a manager's decision to go to court despite what is red."""
        self.check_access("read")
        self._get_red_cases()
        is_manager = self.env.user.has_group(MANAGER)
        title = self.env._("Go to court despite the checks") if is_manager else self.env._("Request to go to court")
        return self.env["recovery.reason.wizard"]._open(self, "_override_gate", title)

    def _get_red_cases(self):
        red = self.filtered(lambda case: case.is_open and case.gate_state == RED)
        if not red:
            raise UserError(self.env._("No red check stands in the way: move the case."))
        return red

    def _find_gate_questions(self):
        """Return the questions on these cases that wait for a manager's answer."""
        return self.env["recovery.decision"].sudo()._find_questions(DECISION, self)

    @takes_reason
    def _override_gate(self, reason):
        """Ask to go on despite what is red at this moment; a manager's own question is answered at once."""
        require_user(self.env)
        decisions = self.env["recovery.decision"]
        for case in self._get_red_cases():
            case.check_access("write")
            red = case.check_ids.filtered(lambda check: check.state == RED)
            codes = " ".join(sorted(red.mapped("code")))
            pending = case._find_gate_questions()
            pending.filtered(lambda decision, codes=codes: decision.blocker_codes != codes)._withdraw_question()
            missing = ", ".join(red.mapped("name"))
            decision = decisions._ask(
                DECISION,
                case,
                self.env._("%(case)s to court, despite: %(missing)s", case=case.display_name, missing=missing),
                {**case._get_trace(), "checks": missing},
                max(case.amount_now, 0.0),
                reason=reason,
                debtor=case.debtor_id,
            )
            decision.sudo().blocker_codes = codes
            decisions |= decision
        if self.env.user.has_group(MANAGER):
            decisions._grant(reason)

    def _on_decision(self, decision):
        """Tell the owner what a manager answered."""
        self.invalidate_recordset(["is_gate_granted", "next_step"])
        states = dict(decision._fields["state"]._description_selection(self.env))
        for case in self:
            case.sudo().message_post(
                body=self.env._(
                    "%(answer)s – %(subject)s: %(reason)s",
                    answer=states[decision.state],
                    subject=decision.subject,
                    reason=decision.answer_reason,
                ),
                subtype_xmlid="mail.mt_note",
                partner_ids=case.user_id.partner_id.ids,
            )
        return super()._on_decision(decision)

    # ------------------------------------------------------------
    # Regrouping and splitting
    # ------------------------------------------------------------
    def _hook_moved_to(self, case, lines):
        """Carry over what other rooms hang on these instalments, from these cases to that one; hook."""

    def _prepare_split(self):
        """Return what a case that is split from this one has in common with it."""
        names = (
            *("debtor_id", "stage_id", "user_id", "substitute_id", "lawyer_id", "court_id", "priority", "notice_id"),
            *("contested", "contested_reason", "bad_faith", "urgency", "recovery_threatened", "matter", "commercial"),
            *("cross_border", "written_proof", "title_held", "debtor_agrees", "amicable_attempt", "description"),
            *("amicable_exempt", "amicable_exempt_reason", "assignable", "insured", "cheque_certificate"),
        )
        vals = {name: self._fields[name].convert_to_write(self[name], self) for name in names}
        return {**vals, "split_from_id": self.id}

    # ------------------------------------------------------------
    # Chronology
    # ------------------------------------------------------------
    def _get_family(self):
        """Return the cases whose story belongs to this one: those regrouped in it, and that from which it was split."""
        family, coming = self, self.merged_case_ids | self.split_from_id
        while coming - family:
            family |= coming
            coming = family.merged_case_ids | family.split_from_id
        return family

    def _get_chronology_scope(self):
        self.ensure_one()
        family = self._get_family()
        lines = family.line_ids.line_id
        issued = [claim.invoice_date or claim.due_date for claim in family.line_ids]
        return Scope(self.debtor_id, family, lines, min(filter(None, issued), default=None))

    def _compute_chronology(self):
        chronology = self.env["recovery.chronology"]
        for case in self:
            is_saved = case._origin.id and case.debtor_id
            case.chronology = chronology._read_entries(case._origin._get_chronology_scope())[::-1] if is_saved else []

    @api.depends("company_id", "name")
    @api.depends_context("lang")
    def _compute_mailbox_text(self):
        for case in self:
            address = case.company_id._recovery_root().recovery_case_address
            case.mailbox_text = bool(address) and self.env._(
                "Parties write to %(address)s with %(case)s or their reference in the subject: their message is filed "
                "in this case.",
                address=address,
                case=case.name,
            )

    def _get_chronology_values(self):
        """Return what the printed chronology shows."""
        self.ensure_one()
        moment = self.company_id._recovery_local_datetime(fields.Datetime.now())
        return {
            "entries": self.env["recovery.chronology"]._gather(
                self.env["recovery.chronology"]._read_entries(self._get_chronology_scope())
            ),
            "family": self._get_family() - self,
            "edition": self.env._(
                "Printed on %(date)s by %(user)s",
                date=format_date(self.env, moment.date()),
                user=self.env.user.name,
            ),
            "money": self._format_amount,
        }

    def action_print_chronology(self):
        """Print the chronology of one case and note it in the journal."""
        self.ensure_one()
        require_reader(self.env)
        self.check_access("read")
        self.env["recovery.event"]._log(
            "printed", self, self.env._("Chronology of %s printed", self.display_name), {"case": self.name}
        )
        return self.env.ref(CHRONOLOGY_REPORT).report_action(self)

    # ------------------------------------------------------------
    # What is known of a case: facts for the conditions of the law
    # ------------------------------------------------------------
    def _get_facts(self, day):
        """Return what is known of the claim and of its parties on that day; what is not known is left out; hook.

        Keys are those of the closed list of facts in ``legal``; rooms to the right add theirs.
        """
        self.ensure_one()
        return self.env["recovery.case.facts"]._read(self, day)

    # ------------------------------------------------------------
    # Helpers
    # ------------------------------------------------------------
    def _format_amount(self, amount):
        return formatLang(self.env, amount, currency_obj=self.company_currency_id)

    def _describe_position(self):
        """Return where a case stands and until when: first what one acts upon, a narrow column shows no more."""
        self.ensure_one()
        values = {"case": self.name, "stage": self.stage_id.name}
        if self.next_deadline:
            values["day"] = format_date(self.env, self.next_deadline)
            return self.env._("Deadline %(day)s: %(stage)s, case %(case)s", **values)
        return self.env._("%(stage)s, case %(case)s", **values)

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
                    "The first claim is time-barred after %s: only a court claim or an acknowledgement stops it.",
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
        return narrow(action, domain=self._get_claim_statement_domain())
