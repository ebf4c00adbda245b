from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.misc import formatLang
from odoo.tools.translate import LazyTranslate

from ...common.attachments import adopt
from ...common.marks import takes_reason
from ...common.retention import CASES, Retained
from ...common.roles import require_user
from .recovery_execution_act_limit import STEPS

_lt = LazyTranslate(__name__)

STEP_NAMES = tuple(name for name, _label in STEPS)
TOLD = (*STEP_NAMES, "result", "closed_on", "title_id")
VOID = ("lapsed", "cancelled")  # a measure that lapsed, or that a judge annulled, never interrupted anything


class RecoveryExecutionAct(models.Model):
    """One act of execution, or one conservatory measure: what was ordered, when each step was done, what it brought.

    Its days open and meet procedural deadlines, and make the title live on. It is corrected by whoever recorded it,
    annulled with a reason, never deleted.
    """

    _name = "recovery.execution.act"
    _description = "Enforcement measure"
    _retained = Retained(
        CASES,
        "case_id.closed_on",
        ("note", "asset", "reference", "annul_reason"),
        ("attachment_ids",),
        domain=(("case_id.is_open", "=", False),),
    )
    _inherit = ["recovery.guarded", "mail.thread"]
    _order = "ordered_on desc, id desc"
    _check_company_auto = True
    _unlinked_first = True
    _typed = (
        *TOLD, "procedure_id", "bailiff_id", "third_party_id", "asset", "reference", "ordered_on", "amount_asked",
        "amount_seized", "amount_received", "attachment_ids", "note",
    )  # fmt: skip
    _typed_once = ("case_id", "kind_id")
    _accompanied = {name: "_follow_steps" for name in (*STEP_NAMES, "result", "closed_on", "title_id", "procedure_id")}
    _journal_words = {
        "case": _lt("Case"),
        "received through it": _lt("Received through it"),
        "result": _lt("Result"),
        "seized": _lt("Seized"),
        "title": _lt("Title"),
    }

    case_id = fields.Many2one("recovery.case", required=True, index=True, ondelete="restrict", check_company=True)
    debtor_id = fields.Many2one(related="case_id.debtor_id", store=True, precompute=True, index=True)
    partner_id = fields.Many2one(related="debtor_id.partner_id", string="Customer")
    company_id = fields.Many2one(related="case_id.company_id", store=True, precompute=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    title_id = fields.Many2one(
        "recovery.title",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('case_id', '=', case_id), ('annulled_on', '=', False)]",
        help="The title being enforced. A protective measure may come before any title.",
    )
    kind_id = fields.Many2one(
        "recovery.execution.act.kind", string="Kind of act", required=True, index=True, ondelete="restrict"
    )
    family = fields.Selection(related="kind_id.family")
    kind_note = fields.Text(related="kind_id.note", string="About this kind of measure")
    needs_title = fields.Boolean(related="kind_id.needs_title")
    bailiff_id = fields.Many2one(
        "res.partner",
        string="Commissaire de justice",
        tracking=True,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    third_party_id = fields.Many2one(
        "res.partner",
        string="In the hands of",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        help="The bank, the employer, the debtor's customer.",
    )
    procedure_id = fields.Many2one(
        "recovery.procedure",
        string="Followed in the procedure",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('case_id', '=', case_id), ('family', '=', 'conservatory')]",
        help="The events of this procedure open its deadlines: none is opened here.",
    )
    asset = fields.Char("Assets concerned", help="The account, the vehicle, the building, the business.")
    reference = fields.Char("Number of the document")
    ordered_on = fields.Date(
        "Ordered on", required=True, index=True, default=lambda self: self.env.company._recovery_today()
    )
    authorised_on = fields.Date(
        "Authorised by the judge on",
        tracking=True,
        help="For a protective measure: without a title, a judge authorises it.",
    )
    made_on = fields.Date("Made on", tracking=True, index=True)
    reported_on = fields.Date("Debtor notified on", tracking=True, help="Notified to or served on the debtor.")
    sued_on = fields.Date(
        "Proceedings started on", tracking=True, help="For a title, once a protective measure was taken."
    )
    informed_on = fields.Date(
        "Third party notified on",
        tracking=True,
        help="To the third party, of the proceedings for a title; for a seizure of wages, to the employer.",
    )
    contested_on = fields.Date("Disputed on", tracking=True)
    paid_on = fields.Date("Payment requested or received on", tracking=True)
    is_confirmable = fields.Boolean(
        "May be made definitive",
        compute="_compute_is_confirmable",
        help="As required by the time limits of its kind: a provisional security is registered definitively, a "
        "seizure converted.",
    )
    confirmed_on = fields.Date(
        "Made definitive on",
        tracking=True,
        help="For a provisional security: registered definitively, once the title is final.",
    )
    title_final_on = fields.Date(
        "Title final since",
        compute="_compute_title_final_on",
        help="Of the title obtained after a protective measure: a creditor who already held one had nothing to wait "
        "for.",
    )
    closed_on = fields.Date("Closed on", tracking=True)
    result = fields.Selection(
        [
            ("full", "Paid in full"),
            ("part", "Part paid"),
            ("secured", "Security taken"),
            ("empty", "Nothing to seize"),
            ("converted", "Converted after a title was obtained"),
            ("released", "Released by us"),
            ("cancelled", "Lifted by the judge"),
            ("lapsed", "Lapsed"),
        ],
        tracking=True,
        index="btree_not_null",
        help="Empty: still in progress.",
    )
    amount_asked = fields.Monetary("Requested", currency_field="company_currency_id", tracking=True)
    amount_seized = fields.Monetary("Seized or frozen", currency_field="company_currency_id", tracking=True)
    amount_received = fields.Monetary(
        "Received through it",
        currency_field="company_currency_id",
        tracking=True,
        help="What the measure brought in, as reported by the commissaire de justice; the accounts say what was "
        "received.",
    )
    cost_ids = fields.One2many("recovery.cost", "act_id", string="Fees", readonly=True)
    deadline_ids = fields.One2many("recovery.deadline", "act_id", string="Procedural deadlines", readonly=True)
    attachment_ids = fields.Many2many(
        "ir.attachment", "recovery_execution_act_attachment_rel", string="Documents", bypass_search_access=True
    )
    note = fields.Text()
    annulled_on = fields.Date("Voided on", readonly=True)
    annulled_by_id = fields.Many2one("res.users", string="Voided by", readonly=True, ondelete="restrict")
    annul_reason = fields.Char("Why it was voided", readonly=True)
    state = fields.Selection(
        [("ordered", "Ordered"), ("made", "Carried out"), ("closed", "Closed"), ("annulled", "Voided")],
        compute="_compute_state",
        store=True,
        index=True,
    )
    warning_text = fields.Text("Needs a look", compute="_compute_warning_text")

    @api.depends("kind_id.name", "ordered_on", "made_on", "third_party_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for act in self:
            if not act.kind_id:
                act.display_name = self.env._("New act of execution")
                continue
            name = act.kind_id.name
            if moment := act.made_on or act.ordered_on:
                name = self.env._("%(act)s of %(day)s", act=name, day=format_date(self.env, moment))
            act.display_name = f"{name} ({act.third_party_id.name})" if act.third_party_id else name

    @api.depends("title_id.final_on", "title_id.annulled_on", "made_on", "needs_title")
    def _compute_title_final_on(self):
        for act in self:
            final_on = not act.title_id.annulled_on and act.title_id.final_on
            comes_after = not act.needs_title and act.made_on and final_on and final_on >= act.made_on
            act.title_final_on = final_on if comes_after else False

    @api.depends("kind_id.limit_ids.met_step")
    def _compute_is_confirmable(self):
        for act in self:
            act.is_confirmable = "confirmed_on" in act.kind_id.limit_ids.mapped("met_step")

    @api.depends("annulled_on", "result", "closed_on", "made_on")
    def _compute_state(self):
        for act in self:
            if act.annulled_on:
                act.state = "annulled"
            elif act.result or act.closed_on:
                act.state = "closed"
            else:
                act.state = "made" if act.made_on else "ordered"

    @api.depends("kind_id", "made_on", "authorised_on", "state", "title_id.served_on", "title_id.enforceable_on")
    @api.depends_context("lang")
    def _compute_warning_text(self):
        stopping = self.title_id._read_stopping()
        for act in self:
            act.warning_text = "\n".join(act._list_warnings(stopping)) or False

    def _list_warnings(self, stopping):
        """Return, as sentences, what stands against an act: it is recorded all the same.

        :param stopping: the proceedings that stop execution, by title.
        """
        self.ensure_one()
        if self.state in ("closed", "annulled"):
            return []
        is_carried_out = self.title_id and self.needs_title and self.family != "service"
        warnings = list(self.title_id._list_warnings(stopping)) if is_carried_out else []
        day = self.made_on or self.ordered_on
        if self.needs_title and not self.title_id:
            warnings.append(self.env._("Choose the title being enforced."))
        if not self.needs_title and self.made_on and not self.authorised_on and not self.title_id:
            warnings.append(
                self.env._("Without a title, a judge authorises it first, unless the law exempts it (CPCE L511-2).")
            )
        if day and self.kind_id and not self.kind_id._is_in_force(day):
            warnings.append(self.env._("This measure did not exist in law on that day: check the date."))
        return warnings

    # ------------------------------------------------------------
    # What may be typed
    # ------------------------------------------------------------
    @api.constrains("case_id", "title_id")
    def _check_case(self):
        for act in self:
            if act.title_id and act.title_id.case_id not in act.case_id._get_family():
                raise ValidationError(self.env._("%s: its title belongs to another case.", act.display_name))

    @api.constrains("kind_id", "title_id", "made_on")
    def _check_title(self):
        for act in self:
            if act.made_on and act.needs_title and not act.title_id:
                raise ValidationError(self.env._("%s: nothing can be enforced without a title.", act.display_name))
            if act.made_on and act.title_id.enforceable_on and act.needs_title and act.family != "service":
                if act.made_on < act.title_id.enforceable_on:
                    raise ValidationError(
                        self.env._("%s: its title was not enforceable on that day.", act.display_name)
                    )

    @api.constrains("ordered_on", "closed_on", "result", *STEP_NAMES)
    def _check_days(self):
        labels = self.fields_get([*STEP_NAMES, "closed_on", "ordered_on"], ["string"])
        for act in self:
            day = act.company_id._recovery_today()
            for name in ("ordered_on", *STEP_NAMES, "closed_on"):
                if act[name] and act[name] > day:
                    raise ValidationError(
                        self.env._("“%s”: what has not happened yet cannot be recorded.", labels[name]["string"])
                    )
            if act.made_on and act.authorised_on and act.made_on < act.authorised_on:
                raise ValidationError(self.env._("%s: it is carried out once it is authorised.", act.display_name))
            for name in ("reported_on", "informed_on", "contested_on", "confirmed_on"):
                if act[name] and (not act.made_on or act[name] < act.made_on):
                    raise ValidationError(
                        self.env._(
                            "“%s” comes after the measure itself: enter first when it was carried out.",
                            labels[name]["string"],
                        )
                    )

    # ------------------------------------------------------------
    # Creation, writing, deletion
    # ------------------------------------------------------------
    @api.model
    def _prepare_creation(self, vals_list):
        """Close at once what is recorded with its result."""
        prepared = []
        for vals in super()._prepare_creation(vals_list):
            company = self.env["recovery.case"].browse(vals.get("case_id")).company_id or self.env.company
            prepared.append({"closed_on": company._recovery_today(), **vals} if vals.get("result") else vals)
        return prepared

    @api.model_create_multi
    def create(self, vals_list):
        acts = super().create(vals_list)
        for act in acts:
            act.case_id.check_access("write")
            if not self.env.su:
                act.case_id._check_open()
        adopt(acts, by=None if self.env.su else self.env.user)
        acts._plan_fees()
        acts._serve_titles()
        self.env["recovery.deadline"]._follow_acts(acts)
        acts._trace(lambda act: self.env._("Enforcement measure: %s", act.display_name))
        return acts

    def write(self, vals):
        result = super().write(vals)
        if "attachment_ids" in vals:
            adopt(self, by=None if self.env.su else self.env.user)
        if vals.keys() & set(TOLD):
            self._trace(lambda act: self.env._("Enforcement measure changed: %s", act.display_name))
        return result

    @contextmanager
    def _follow_steps(self, vals):
        """Reckon the deadlines again once the days of acts have changed."""
        if any(act.annulled_on for act in self):
            raise UserError(self.env._("What is voided can no longer be changed."))
        if vals.get("result") and not vals.get("closed_on"):
            vals["closed_on"] = self.company_id[:1]._recovery_today()
        yield
        self._serve_titles()
        self.env["recovery.deadline"]._follow_acts(self)

    @api.model
    def _explain_kept(self, names):
        return self.env._("An enforcement measure keeps its case and its kind; its buttons do the rest.")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_traced(self):
        raise UserError(
            self.env._("An enforcement measure is voided with a reason, never deleted: the audit trail must be kept.")
        )

    def action_annul(self):
        """Ask why, then annul acts that were recorded by mistake."""
        return self.env["recovery.reason.wizard"]._open(self, "_annul", self.env._("Void the measure"))

    @takes_reason
    def _annul(self, reason):
        require_user(self.env)
        self.check_access("write")
        done = self.filtered("annulled_on")
        if done:
            raise UserError(self.env._("%s is already voided.", done[0].display_name))
        for company, acts in self.grouped("company_id").items():
            acts.sudo().write(
                {
                    "annulled_on": company._recovery_today(),
                    "annulled_by_id": self.env.user.id,
                    "annul_reason": reason,
                }
            )
        self.env["recovery.deadline"]._follow_acts(self)
        self._trace(lambda act: self.env._("Enforcement measure voided: %s", act.display_name), reason)

    def action_view_case(self):
        """Open the case."""
        self.ensure_one()
        self.check_access("read")
        return self.case_id._get_records_action(name=self.case_id.display_name)

    def action_view_title(self):
        """Open the title that it carries out."""
        self.ensure_one()
        self.check_access("read")
        return self.title_id._get_records_action(name=self.title_id.display_name)

    # ------------------------------------------------------------
    # What follows from it
    # ------------------------------------------------------------
    def _interrupts(self):
        """Tell whether it makes the limitation, and the life of its title, run again."""
        self.ensure_one()
        return bool(
            self.made_on
            and not self.annulled_on
            and self.result not in VOID
            and self.kind_id.sudo().limitation_cause_id.active
        )

    def _serve_titles(self):
        """Note on titles that nobody said were served the day on which they were."""
        for act in self.filtered(lambda act: act.family == "service" and act.made_on and not act.annulled_on):
            if act.title_id and not act.title_id.served_on and act.made_on >= act.title_id.date:
                act.title_id.served_on = act.made_on

    def _plan_fees(self):
        """Plan the fees of acts: how much they are, the commissaire de justice says."""
        for case, acts in self.grouped("case_id").items():
            rows = [
                {
                    "act_id": act.id,
                    "kind": "bailiff",
                    "name": self.env._("Fees: %s", act.kind_id.name),
                    "date": act.made_on or act.ordered_on,
                    "amount": 0.0,
                    "recoverable": act.kind_id.fees_bearer,
                    "partner_id": act.bailiff_id.id,
                    "note": self.env._("At the tariff of commissaires de justice: enter the amount billed"),
                    "suggestion_key": f"act:{act.id}",
                }
                for act in acts
            ]
            self.env["recovery.cost"]._suggest(case, rows)

    def _move_to(self, case):
        """Go to another case, with the deadlines and the fees."""
        self.sudo().write({"case_id": case.id})
        self.sudo().deadline_ids._move_to(case)
        self.sudo().cost_ids._move_to(case)

    @api.model
    def _find_proofs(self, lines):
        """Return the acts that found nothing to seize, of the claims on these instalments, with their documents."""
        claims = self.env["recovery.case.line"].sudo().search([("line_id", "in", lines.ids)])
        domain = Domain("result", "=", "empty") & Domain("annulled_on", "=", False) & Domain("made_on", "!=", False)
        domain &= Domain("title_id.line_ids", "in", claims.ids)
        return self.sudo().search(domain, order="made_on, id").filtered("attachment_ids")

    # ------------------------------------------------------------
    # Trace
    # ------------------------------------------------------------
    def _say_result(self):
        self.ensure_one()
        return dict(self._fields["result"]._description_selection(self.env)).get(self.result, "")

    def _format_amount(self, amount):
        return formatLang(self.env, amount, currency_obj=self.company_currency_id)

    def _trace(self, summary, reason=None):
        """Write it in the journal and in the thread of the case."""
        for act in self:
            text = summary(act)
            self.env["recovery.event"]._log(
                "execution_act",
                act,
                text,
                {
                    "case": act.case_id.name,
                    "title": act.title_id.display_name or False,
                    "result": act._say_result() or False,
                    "seized": act._format_amount(act.amount_seized) if act.amount_seized else False,
                    "received through it": act._format_amount(act.amount_received) if act.amount_received else False,
                    "reason": reason,
                },
            )
            act.case_id.sudo().message_post(body=f"{text} – {reason}" if reason else text, subtype_xmlid="mail.mt_note")
