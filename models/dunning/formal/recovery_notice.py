from collections import defaultdict

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.misc import formatLang
from odoo.tools.translate import LazyTranslate

from ...claim.figures import Options
from ...common.marks import takes_reason
from ...common.roles import MANAGER, require_manager, require_user
from ...common.saying import say
from ...common.standing import DEADLINE, NOT_POSTED, Standing, Undo
from ..campaign.recovery_proposal import LINE_FIELDS
from ..campaign.recovery_waiting import WRITTEN
from .blocker import BLOCKING, Grant, is_covered
from .recovery_formal_wording import VARIANTS

_lt = LazyTranslate(__name__)

DECISION = "formal_notice"
EXPIRED = "debt_recovery.mail_activity_type_expired"
REVIEWABLE = ("draft", "blocked", "to_approve", "validated")
# What lies here, what comes first of it being what somebody has to do.
LYING = ("to_print", "printed", "queued", "failed")
# Verdicts under which nothing may be asked for, whatever remains.
SPARED = {"no_followup", "blocked"}


class RecoveryNotice(models.Model):
    """The mise en demeure among notices: what it demands, what keeps it back, when it expires, what comes next.

    Its expiry is its printed deadline, or later if the post was slow.
    """

    _inherit = "recovery.notice"
    _journal_words = {"missing": _lt("Missing")}
    _placeholders = ("demanded_text", "guarantee_text", "guarantee_reference_text", "guaranteed_notice_text")

    letter_ids = fields.One2many("recovery.registered.letter", "notice_id", string="Registered letters")
    letter_count = fields.Integer("Registered letter", compute="_compute_letter_count")
    expires_on = fields.Date(
        "Expires on",
        readonly=True,
        index="btree_not_null",
        help="The later of the printed deadline and the first presentation of the registered letter plus the days "
        "to pay. The next step waits for it.",
    )
    received_on = fields.Date("First presentation", compute="_compute_received_on")
    interest_from = fields.Date(
        "Legal interest from",
        compute="_compute_received_on",
        help="A consumer owes interest at the legal rate from the first presentation of the mise en demeure "
        "(C. civ. 1231-6 and 1344-1), never earlier than the due date of each instalment.",
    )

    amount_left = fields.Monetary(
        "Still open",
        currency_field="company_currency_id",
        compute="_compute_amount_left",
        help="Of the amount claimed.",
    )
    blocker_ids = fields.One2many("recovery.notice.blocker", "notice_id", string="Check before issue", readonly=True)
    checked_on = fields.Date("Checked on", readonly=True)
    blocker_count = fields.Integer("Blockers", readonly=True, help="What blocks it and has not been overridden.")
    is_blocked = fields.Boolean(compute="_compute_is_blocked", search="_search_is_blocked")
    blocker_text = fields.Char("What is missing", compute="_compute_blocker_text")
    reviewed_by_id = fields.Many2one("res.partner", string="Reviewed by", readonly=True, ondelete="restrict")
    reviewed_on = fields.Date("Reviewed on", readonly=True)
    review_note = fields.Text("Reviewer's comment", readonly=True)
    needs_review = fields.Boolean("To be reviewed", compute="_compute_needs_review")
    proposed_on = fields.Date(
        "Litigation proposed on",
        readonly=True,
        index="btree_not_null",
        help="It expired unpaid, and the collector was notified.",
    )
    next_step = fields.Char("What comes next", compute="_compute_next_step")
    withdrawn_on = fields.Date(
        "Withdrawn on", readonly=True, help="It has no effect from then on: no deadline, no interest."
    )
    withdrawn_by_id = fields.Many2one("res.users", string="Withdrawn by", readonly=True)
    supersedes_id = fields.Many2one(
        "recovery.notice", string="Replaces", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    superseded_by_id = fields.Many2one(
        "recovery.notice", string="Replaced by", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    claim_statement_id = fields.Many2one(
        "recovery.claim.statement", string="Décompte", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    amount_demanded = fields.Monetary(
        "Amount demanded",
        currency_field="company_currency_id",
        readonly=True,
        help="The total of the décompte in the company's currency, including interest and compensation; for a "
        "guarantor, within what is guaranteed.",
    )
    variant = fields.Selection(VARIANTS, string="Written to", readonly=True)
    wording_source = fields.Char(readonly=True, help="Where its wording came from, when it was issued.")
    wording_text = fields.Char("Wording", compute="_compute_wording_text")
    demanded_text = fields.Char(
        "Amount demanded in a mise en demeure, with interest and compensation", compute="_compute_formal_wording"
    )
    guarantee_text = fields.Char("Limit of the guarantor's commitment", compute="_compute_formal_wording")
    guarantee_reference_text = fields.Char("Number of the guarantee's deed", compute="_compute_formal_wording")
    guaranteed_notice_text = fields.Char(
        "Number and date of the debtor's mise en demeure", compute="_compute_formal_wording"
    )
    contract_terms_id = fields.Many2one("recovery.contract.terms", compute="_compute_contract_terms_id")
    legal_text_ids = fields.Many2many("recovery.legal.text", string="Texts quoted", compute="_compute_legal_text_ids")
    coverage_id = fields.Many2one(
        "recovery.coverage", string="Guarantee", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    guaranteed_notice_id = fields.Many2one(
        "recovery.notice",
        string="Debtor's mise en demeure",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    guarantor_notice_ids = fields.One2many("recovery.notice", "guaranteed_notice_id", string="To guarantors")
    guarantor_notice_count = fields.Integer(compute="_compute_guarantor_notice_count")
    has_guarantor = fields.Boolean(compute="_compute_has_guarantor", help="A guarantee in force says whom to write to.")
    amount_guaranteed = fields.Monetary(
        "Guaranteed up to",
        currency_field="company_currency_id",
        readonly=True,
        help="As it was when the letter was sent.",
    )
    share_guaranteed = fields.Float(
        "Guaranteed share (%)",
        readonly=True,
        help="Share of the debt that is guaranteed, as it was when the letter was sent.",
    )

    # ------------------------------------------------------------
    # What it demands
    # ------------------------------------------------------------
    def _is_formal_notice(self):
        """Tell whether this notice is a mise en demeure."""
        self.ensure_one()
        return self.kind == "formal_notice"

    def _refuse_change(self, values):
        """Keep the words and the channel of a mise en demeure: the law asks for them, and a lawyer may have read them.

        A guarantor's goes to the guarantor.
        """
        if not self._is_formal_notice():
            return super()._refuse_change(values)
        if values.keys() & {"channel", "subject", "body", "closing"}:
            return self.env._(
                "A mise en demeure keeps the wording and channel of its level: change them there, for all of them."
            )
        if self.guaranteed_notice_id and values.get("addressee_id"):
            return self.env._("This mise en demeure goes to the debtor's guarantor, nobody else.")
        return super()._refuse_change(values)

    @api.depends("wording_source", "level_id", "variant")
    @api.depends_context("lang")
    def _compute_wording_text(self):
        formal = self.filtered(lambda notice: notice.kind == "formal_notice" and not notice.wording_source)
        chosen = self.env["recovery.formal.wording"]._find(formal)
        for notice in self:
            notice.wording_text = notice.wording_source
        for notice in formal:
            notice.wording_text = notice._describe_wording(chosen.get(notice))

    def _describe_wording(self, wording):
        """Return where the words of this mise en demeure come from.

        :param wording: those that it takes, nothing if they are its level's own.
        """
        self.ensure_one()
        return self.env["recovery.formal.wording"]._describe_source(self.level_id.sudo(), wording)

    def _get_variant(self):
        """Return for whom the mise en demeure is written, as it left or as the debtor is now."""
        self.ensure_one()
        nature = self.debtor_id.nature
        return self.variant or (nature if nature in ("consumer", "public") else "professional")

    def _get_claimed_heads(self):
        """Return which of ``interest`` and ``indemnity`` are demanded beside the principal; hook.

        Costs and clauses follow the indemnity.
        """
        self.ensure_one()
        return frozenset({"interest", "indemnity"})

    def _is_claiming_fees(self):
        """Tell whether anything is demanded beside the principal."""
        return bool(self._get_claimed_heads())

    def _get_claim_options(self):
        """Return the :class:`figures.Options` of the décompte: principal first, as letters have it; hook."""
        self.ensure_one()
        return Options(principal_only=not self._is_claiming_fees())

    def _get_demanded_totals(self):
        """Return ``[(currency, amount)]`` that it demands; of a guarantor, in the company's currency."""
        self.ensure_one()
        if self.guaranteed_notice_id:
            return [(self.company_currency_id, self._get_demanded_amount())]
        statement = self.env["recovery.formal.letter"]._get_statement(self)
        if not statement:
            return [(currency, total) for currency, total, _credits in self._get_currency_totals()]
        Currency = self.env["res.currency"]
        return [(Currency.browse(row["currency_id"]), float(row["amount"])) for row in statement.figures["totals"]]

    def _get_demanded_amount(self):
        """Return the sum demanded in the company's currency, at the rates of the décompte's date."""
        self.ensure_one()
        amount = self.env["recovery.formal.letter"]._get_statement(self).amount
        return self.env["recovery.guarantor.letter"]._limit(self, amount) if self.guaranteed_notice_id else amount

    def _get_payable_totals(self):
        return self._get_demanded_totals() if self._is_formal_notice() else super()._get_payable_totals()

    def action_view_claim_statement(self):
        """Open the décompte that left with the mise en demeure."""
        self.ensure_one()
        return self.claim_statement_id._get_records_action(name=self.env._("Claim statement"))

    def _say_owed(self):
        return "" if self.guaranteed_notice_id else super()._say_owed()

    def _get_envelope_names(self):
        return [] if self.guaranteed_notice_id else super()._get_envelope_names()

    @api.depends_context("lang")
    def _compute_formal_wording(self):
        for notice in self:
            totals = notice._get_demanded_totals() if notice._is_formal_notice() else notice._get_payable_totals()
            notice.demanded_text = self._join(
                [formatLang(self.env, amount, currency_obj=currency) for currency, amount in totals]
            )
            coverage, origin = notice.coverage_id.sudo(), notice.guaranteed_notice_id
            notice.guarantee_text = self.env["recovery.guarantor.letter"]._describe_limit(notice) if coverage else ""
            notice.guarantee_reference_text = coverage.reference or ""
            notice.guaranteed_notice_text = (
                self.env._(
                    "%(number)s of %(day)s", number=origin.number, day=self._format_day(origin.issue_date, "long")
                )
                if origin
                else ""
            )

    @api.depends("company_id", "partner_id", "date", "debtor_id.nature", "line_ids.role", "line_ids.invoice_date")
    def _compute_contract_terms_id(self):
        """Find the terms that all the invoices claimed are under; none is quoted where they differ."""
        Terms = self.env["recovery.contract.terms"]
        for company, notices in self.grouped("company_id").items():
            get_terms = Terms._read_terms(company, notices.partner_id.commercial_partner_id)
            for notice in notices:
                claimed = notice.line_ids.filtered(lambda line: line.role == "claimed")
                days = {line.invoice_date or line.move_line_id.date or notice.date for line in claimed}
                found = {get_terms(notice.partner_id.commercial_partner_id.id, day) for day in days}
                terms = found.pop() if len(found) == 1 else Terms
                notice.contract_terms_id = terms if terms._binds(notice.debtor_id.nature) else False

    @api.depends("contract_terms_id", "variant", "issue_date", "date")
    def _compute_legal_text_ids(self):
        Text = self.env["recovery.legal.text"]
        for criteria, notices in self.grouped(lambda notice: notice._get_text_criteria()).items():
            notices.legal_text_ids = Text._get_texts(*criteria)

    def _get_text_criteria(self):
        """Return what the choice of the articles rests on: the reader, the day, a clause, the late fees demanded."""
        terms, heads = self.sudo().contract_terms_id, self._get_claimed_heads()
        has_clause = bool(terms) and terms.clause_kind != "none" and "indemnity" in heads
        return self._get_variant(), self.issue_date or self.date, has_clause, heads

    # ------------------------------------------------------------
    # To who guarantees the debtor
    # ------------------------------------------------------------
    def _compute_guarantor_notice_count(self):
        counts = dict(
            self._read_group([("guaranteed_notice_id", "in", self.ids)], ["guaranteed_notice_id"], ["__count"])
        )
        for notice in self:
            notice.guarantor_notice_count = counts.get(notice, 0)

    def _compute_has_guarantor(self):
        Letter = self.env["recovery.guarantor.letter"].sudo()
        for notice in self:
            day = notice.company_id._recovery_today() if notice.company_id else None
            notice.has_guarantor = bool(day and notice.kind == "formal_notice" and Letter._find_coverages(notice, day))

    def action_write_to_guarantors(self):
        """Prepare a mise en demeure to each guarantor of the debtor who has none yet, and show them."""
        self.ensure_one()
        require_user(self.env)
        self.check_access("read")
        self.env["recovery.guarantor.letter"].sudo()._prepare_drafts(self.sudo(), self.company_id._recovery_today())
        return self.action_view_guarantor_notices()

    def action_view_guarantor_notices(self):
        """Open the mises en demeure to the guarantors."""
        self.ensure_one()
        return self.guarantor_notice_ids._get_records_action(name=self.env._("To the guarantors"))

    def action_send_to_guarantor(self):
        """Send the mise en demeure prepared for a guarantor."""
        require_user(self.env)
        self.check_access("read")
        for company, notices in self.sudo().grouped("company_id").items():
            self.env["recovery.guarantor.letter"].sudo()._send(notices, company._recovery_today())
        return say(self.env, *self.env["recovery.campaign"]._say_issued(self.sudo()))

    # ------------------------------------------------------------
    # When it expires
    # ------------------------------------------------------------
    @api.depends("line_ids.move_line_id.recovery_residual_company")
    def _compute_amount_left(self):
        for notice in self:
            notice.amount_left = sum(
                notice.sudo()._get_claimed_lines().move_line_id.mapped("recovery_residual_company")
            )

    def _compute_letter_count(self):
        for notice in self:
            notice.letter_count = len(notice.letter_ids)

    @api.depends(
        "letter_ids.presented_on", "letter_ids.outcome", "kind", "state", "debtor_id.nature", "guaranteed_notice_id"
    )
    def _compute_received_on(self):
        for notice in self:
            counts = notice.kind == "formal_notice" and notice.state == "sent"
            notice.received_on = notice._get_received_on() if counts else False
            is_debtors = not notice.guaranteed_notice_id  # interest runs from what the debtor received
            notice.interest_from = is_debtors and notice.debtor_id.nature == "consumer" and notice.received_on

    def _set_expiry(self, day):
        """Set the expiry of mises en demeure: what comes after waits until that day."""
        for notice in self:
            if notice.expires_on != day:
                notice.expires_on = day
                if day:
                    notice._get_claimed_lines().write({"deadline_date": day})
                notice._forget_expiry(day)

    def _get_expiry(self):
        """Return the day on which the debtor's time is over, or nothing.

        Nothing of what was not issued, lies here, was withdrawn or went to a wrong address.
        """
        self.ensure_one()
        if self.state != "sent" or self.kind != "formal_notice" or self._get_lying_state():
            return None
        letters = self.letter_ids.filtered(lambda letter: letter.state != "cancelled")
        if letters and all(letter.outcome == "wrong_address" for letter in letters):
            return None
        return self.expires_on or self.deadline_date or None

    def _get_lying_state(self):
        """Return how far what has not left is, one of :data:`LYING`, or nothing: no delay runs before it left.

        Registered letters start the delay where there are some, else whatever is written.
        """
        self.ensure_one()
        written = self.delivery_ids.filtered(
            lambda delivery: (
                delivery.channel in WRITTEN
                and delivery.purpose != "correction"
                and delivery.state != "cancelled"
                and not delivery.replacement_ids
            )
        )
        written = written.filtered(lambda delivery: delivery.channel == "registered") or written
        states = set(written.mapped("state"))
        if not states or states - set(LYING):
            return None
        return next(state for state in LYING if state in states)

    def _prepare_deadline(self, expiry):
        """Return what a mise en demeure holds while its deadline runs, as the debtor's banner says it."""
        text = self.env._(
            "Mise en demeure %(number)s of %(date)s: the debtor has until %(deadline)s",
            **self._get_names(),
            deadline=format_date(self.env, expiry),
        )
        return self._prepare_standing(DEADLINE, text, expiry)

    def _prepare_lying(self, state):
        """Return what a mise en demeure holds before it left, as the debtor's banner says it: no deadline runs yet.

        :param state: one of :data:`LYING`.
        """
        names = self._get_names()
        texts = {
            "to_print": self.env._("Mise en demeure %(number)s of %(date)s: to be printed", **names),
            "printed": self.env._("Mise en demeure %(number)s of %(date)s: printed, to be posted", **names),
            "queued": self.env._("Mise en demeure %(number)s of %(date)s: in the mail queue", **names),
            "failed": self.env._("Mise en demeure %(number)s of %(date)s: sending failed", **names),
        }
        return self._prepare_standing(NOT_POSTED, texts[state], None)

    def _get_names(self):
        return {"number": self.number or "", "date": format_date(self.env, self.issue_date or self.date)}

    def _prepare_standing(self, kind, text, until):
        self.ensure_one()
        text = self.env["recovery.hold"]._say_author(text, self.campaign_id.user_id)
        undo = Undo(self, "action_cancel", self.env._("Withdraw the mise en demeure"), MANAGER)
        return Standing(f"{self._name},{self.id}", kind, text, until, undo)

    def _get_received_on(self):
        """Return the day on which the addressee had the mise en demeure, as far as it is known.

        First presentation counts, as the prudent reading of C. civ. 1231-6 and 1344-1 has it.
        """
        self.ensure_one()
        days = [letter.presented_on for letter in self.letter_ids if letter.outcome != "wrong_address"]
        return min(filter(None, days), default=None)

    def action_view_letters(self):
        """Open the registered letters of the notice."""
        self.ensure_one()
        return self.letter_ids._get_records_action(name=self.env._("Registered Letters"))

    # ------------------------------------------------------------
    # What must be fulfilled before it leaves, and the manager's way around it
    # ------------------------------------------------------------
    @api.depends("blocker_count", "state")
    def _compute_is_blocked(self):
        for notice in self:
            notice.is_blocked = bool(notice.blocker_count) and notice.state in ("draft", "blocked")

    @api.model
    def _search_is_blocked(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("blocker_count", ">", 0) & Domain("state", "in", ("draft", "blocked"))

    @api.depends("blocker_ids")
    @api.depends_context("lang")
    def _compute_blocker_text(self):
        for notice in self:
            missing = notice.blocker_ids.filtered(lambda b: b.severity == BLOCKING and not b.is_accepted)
            notice.blocker_text = ", ".join(missing.check_id.mapped("name")) if notice.is_blocked else False

    @api.depends("blocker_text")
    def _compute_remark(self):
        result = super()._compute_remark()
        for notice in self:
            notice.remark = ", ".join(filter(None, (notice.blocker_text, notice.remark)))
        return result

    # ------------------------------------------------------------
    # The check
    # ------------------------------------------------------------
    def _check_completeness(self, day):
        """Check the mises en demeure among these and store what is found; return those that must not leave.

        A grant is worth the codes and the amount that it was given for: a new blocker, or a
        larger claim, blocks again.

        :param day: the day on which they would leave.
        """
        formal = self.filtered(lambda notice: notice._is_formal_notice())
        if not formal:
            return formal
        found = self.env["recovery.formal.check"]._check(formal, day)
        grants = self._read_grants(list(found))
        blocked, vals_list = self.browse(), []
        for notice, blockers in found.items():
            codes = {blocker.code for blocker in blockers if blocker.severity == BLOCKING}
            compare = notice.company_currency_id.compare_amounts
            accepted = is_covered(codes, notice.amount, grants.get(notice.id, ()), compare)
            blocked += notice.browse() if accepted or not codes else notice
            vals_list += [
                {
                    "notice_id": notice.id,
                    "company_id": notice.company_id.id,
                    "check_id": blocker.rule.id,
                    "code": blocker.code,
                    "sequence": blocker.rule.sequence,
                    "severity": blocker.severity,
                    "detail": blocker.detail,
                    "is_accepted": accepted and blocker.severity == BLOCKING,
                }
                for blocker in blockers
            ]
        checked = self.sudo().browse([notice.id for notice in found])
        checked.blocker_ids.unlink()
        self.env["recovery.notice.blocker"].sudo().create(vals_list)
        counts = checked.grouped(lambda n: sum(b.severity == BLOCKING and not b.is_accepted for b in n.blocker_ids))
        for count, notices in counts.items():
            notices.write({"checked_on": day, "blocker_count": count})
        return blocked

    @api.model
    def _read_grants(self, notices):
        """Return ``{notice id: [Grant]}`` of the decisions to issue a mise en demeure despite blockers."""
        decisions = (
            self.env["recovery.decision"]
            .sudo()
            .search(
                Domain("kind", "=", DECISION)
                & Domain("res_model", "=", self._name)
                & Domain("res_id", "in", [notice.id for notice in notices])
                & Domain("state", "=", "granted")
            )
        )
        return {
            notice_id: [Grant(frozenset((d.blocker_codes or "").split()), d.amount_max) for d in group]
            for notice_id, group in decisions.grouped("res_id").items()
        }

    def _hold_back(self, day):
        """Keep blocked mises en demeure where they are, nothing engaged and the reasons listed; the others go on."""
        self.line_ids.filtered("engaged").write({"engaged": False})
        known = self._find_same_claim()
        repeated = self.filtered(lambda notice: notice in known)
        for notice in repeated:
            older = known[notice]
            reason = self.env._("Blocked already in %s", older.campaign_id.name or older.display_name)
            notice.write({"state": "obsolete", "state_reason": reason})
        fresh = self - repeated
        fresh.filtered(lambda notice: notice.state != "blocked").write({"state": "blocked", "state_reason": False})
        self.env["recovery.event"]._log(
            "blocked",
            fresh,
            lambda n: self.env._("Mise en demeure not issued: %s", n.blocker_text),
            fresh._get_traces().get,
        )

    def _find_same_claim(self):
        """Return ``{notice: older blocked notice}`` of those that claim the very same; other older ones give way."""
        others = self.search(
            Domain("state", "=", "blocked")
            & Domain("debtor_id", "in", self.debtor_id.ids)
            & Domain("kind", "=", "formal_notice")
            & Domain("id", "not in", self.ids)
        )
        by_debtor = others.grouped("debtor_id")
        found = {}
        for notice in self.filtered(lambda notice: notice.state != "blocked"):
            claim = notice._get_claimed_lines().move_line_id
            for older in by_debtor.get(notice.debtor_id, ()):
                common = older._get_claimed_lines().move_line_id & claim
                if older._get_claimed_lines().move_line_id == claim and older.level_id == notice.level_id:
                    found[notice] = older
                elif common:
                    older._get_pending_override()._withdraw_question()
                    older.write({"state": "obsolete", "state_reason": self.env._("Proposed again since")})
        return found

    # ------------------------------------------------------------
    # The way around
    # ------------------------------------------------------------
    def action_check(self):
        """Look again at what is missing; what nothing blocks any more is validated."""
        require_user(self.env)
        self.check_access("read")
        waiting = self.sudo().filtered(lambda notice: notice.kind == "formal_notice")
        for company, notices in waiting.grouped("company_id").items():
            day = company._recovery_today()
            draft = notices.filtered(lambda notice: notice.state == "draft")
            draft._check_completeness(day)
            notices.filtered(lambda notice: notice.state == "blocked")._go_on(day)
        missing = len(waiting.filtered("is_blocked"))
        if missing:
            return say(self.env, self.env._("Checked. Something is still missing: %s.", missing), kind="warning")
        return say(self.env, self.env._("Checked: nothing is missing."))

    def action_add_proof(self):
        """Add one proof to the invoices that it claims."""
        return self.env["recovery.proof"]._open_wizard(
            self._get_claimed_lines().move_id.filtered(lambda move: move.is_sale_document(include_receipts=True))
        )

    def _go_on(self, day):
        """Try again to validate blocked notices, and give their campaigns the state that follows."""
        self.env["recovery.dispatch"]._validate(self, day)
        self.campaign_id._update_state()

    def action_override(self):
        """Ask for a reason, then for a manager's decision to issue it despite what is missing."""
        self.check_access("read")
        blocked = self.filtered(lambda notice: notice.is_blocked)
        if not blocked:
            raise UserError(self.env._("Nothing blocks this mise en demeure."))
        manager = self.env.user.has_group(MANAGER)
        title = self.env._("Issue despite what is missing") if manager else self.env._("Request to issue it anyway")
        return self.env["recovery.reason.wizard"]._open(blocked, "_override", title)

    @takes_reason
    def _override(self, reason):
        """Ask to issue despite the blockers of this moment; a manager's own question is answered at once."""
        require_user(self.env)
        blocked = self.sudo().filtered(lambda notice: notice.is_blocked)
        if not blocked:
            raise UserError(self.env._("Nothing blocks this mise en demeure."))
        decisions = self.env["recovery.decision"]
        for notice in blocked:
            missing = notice.blocker_ids.filtered(lambda b: b.severity == BLOCKING)
            codes = " ".join(sorted(set(missing.mapped("code"))))
            pending = notice._get_pending_override()
            pending.filtered(lambda d, codes=codes: d.blocker_codes != codes)._withdraw_question()
            decision = self.env["recovery.decision"]._ask(
                DECISION,
                notice.with_env(self.env),
                self.env._(
                    "%(level)s for %(debtor)s, despite: %(missing)s",
                    level=notice.level_id.name,
                    debtor=notice.debtor_id.display_name,
                    missing=", ".join(missing.check_id.mapped("name")),
                ),
                {**notice._get_trace(), "missing": ", ".join(missing.check_id.mapped("name"))},
                notice.amount,
                reason=reason,
                debtor=notice.debtor_id,
            )
            decision.sudo().blocker_codes = codes
            notice.write({"decision_id": decision.id, "state_reason": self.env._("Decision requested: %s", reason)})
            decisions |= decision
        if self.env.user.has_group(MANAGER):
            require_manager(self.env)
            decisions._grant(reason)

    def _get_pending_override(self):
        return self.env["recovery.decision"].sudo()._find_questions(DECISION, self)

    def _on_decision(self, decision):
        if decision.kind != DECISION:
            return super()._on_decision(decision)
        notice = self.sudo().filtered(lambda n: n.is_blocked)
        if decision.state == "refused":
            notice.write({"state_reason": self.env._("Refused: %s", decision.answer_reason)})
        elif decision.state == "granted":
            notice._check_completeness(notice.company_id._recovery_today())
            notice = notice.filtered(lambda n: n.state == "blocked")
            if notice:
                notice.state_reason = False
                notice._go_on(notice.company_id._recovery_today())
        return None

    def _set_aside(self, reason):
        self.sudo()._get_pending_override()._withdraw_question()
        return super()._set_aside(reason)

    # ------------------------------------------------------------
    # The lawyer's look
    # ------------------------------------------------------------
    @api.depends("kind", "state", "reviewed_on", "level_id")
    def _compute_needs_review(self):
        for notice in self:
            notice.needs_review = bool(
                notice.company_id and notice.state in REVIEWABLE and notice._needs_review() and not notice.reviewed_on
            )

    def _needs_review(self):
        """Tell whether its level, or its company, wants a lawyer to see it first."""
        self.ensure_one()
        wanted = self.level_id.sudo().review_required or self.company_id.sudo().recovery_formal_review
        return self.kind == "formal_notice" and wanted

    def action_review(self):
        """Ask which lawyer read them, when, and what they said."""
        require_user(self.env)
        self.check_access("read")
        notices = self._check_reviewable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reviewed by a lawyer"),
            "res_model": "recovery.lawyer.review",
            "view_mode": "form",
            "target": "new",
            "context": {"default_notice_ids": notices.ids},
        }

    def _check_reviewable(self):
        notices = self.filtered(lambda n: n.kind == "formal_notice" and n.state in REVIEWABLE)
        if not notices:
            raise UserError(self.env._("Only a mise en demeure that has not been sent yet can be reviewed."))
        return notices

    def _review(self, lawyer, reviewed_on, day, note=None):
        """Record a lawyer's review; blocked notices that miss nothing else are validated.

        :param day: today, in the company.
        """
        require_user(self.env)
        self.check_access("read")
        notices = self.sudo()._check_reviewable()
        if reviewed_on > day:
            raise UserError(self.env._("A review cannot be dated in the future."))
        if not lawyer.active:
            raise UserError(
                self.env._("%s is archived: unarchive the contact, or say which lawyer read it.", lawyer.display_name)
            )
        notices.write({"reviewed_by_id": lawyer.id, "reviewed_on": reviewed_on, "review_note": note or False})
        traces = notices._get_traces()
        self.env["recovery.event"]._log(
            "lawyer_review",
            notices,
            lambda n: self.env._("Reviewed by %s", lawyer.display_name),
            lambda n: {**traces[n], "date": str(reviewed_on), "reason": note},
        )
        notices.filtered(lambda n: n.state == "draft")._check_completeness(day)
        blocked = notices.filtered(lambda n: n.state == "blocked")
        if blocked:
            blocked._go_on(day)

    # ------------------------------------------------------------
    # What happens by itself once it has expired
    # ------------------------------------------------------------
    @api.depends(
        "state", "expires_on", "deadline_date", "proposed_on", "letter_ids.state", "withdrawn_on", "delivery_ids.state"
    )
    @api.depends_context("lang")
    def _compute_next_step(self):
        for notice in self:
            notice.next_step = notice.kind == "formal_notice" and notice._describe_next_step()

    def _describe_next_step(self):
        self.ensure_one()
        if self.withdrawn_on:
            return self.env._("Withdrawn on %s: it no longer has any effect.", format_date(self.env, self.withdrawn_on))
        if self.state != "sent":
            return False
        if self._is_to_post():
            return self.env._("Post the registered letter and enter its number.")
        if self._get_lying_state():
            return self.env._("It has not been sent yet: no deadline is running.")
        if self.guaranteed_notice_id:
            return self._describe_guarantors_delay()
        expiry = self._get_expiry()
        if not expiry:
            return self.env._("Wrong address: it has no effect. Find the right one, then replace it by another one.")
        day = format_date(self.env, expiry)
        if self.proposed_on:
            return self.env._("Expired unpaid on %s: litigation is proposed.", day)
        if expiry < self.company_id._recovery_today():
            return self.env._("Expired on %s.", day)
        return self.env._("The debtor has until %s. If unpaid, litigation is proposed the day after.", day)

    def _is_to_post(self):
        """Tell whether its registered letter still lies here: no delay runs against a debtor who got nothing."""
        self.ensure_one()
        letters = self.letter_ids.filtered(lambda letter: letter.state != "cancelled")
        return bool(letters) and all(letter.state == "to_post" for letter in letters)

    @api.model
    def _follow_expired(self, company, day):
        """Tell the collectors, once, of what expired unpaid, and close the tasks of what was paid since.

        Suspended, disputed or covered instalments do not count: they are looked at again
        every day.

        :param day: today, in the company.
        :return: the notices told of.
        """
        company = company._recovery_root()
        expired = (
            self.sudo()
            .search(
                Domain("company_id", "=", company.id)
                & Domain("kind", "=", "formal_notice")
                & Domain("state", "=", "sent")
                & Domain("expires_on", "<", day)
            )
            .filtered(lambda notice: not notice._get_lying_state())
        )
        left = expired._read_left(company, day)
        self._close_paid_tasks(company, left)
        new = self.sudo().union(*(notice for notice in left if not notice.proposed_on))
        if not new:
            return new
        new.write({"proposed_on": day})
        self._plan_expiry_tasks(day, new, left)
        traces = new._get_traces()
        self.env["recovery.event"]._log(
            "expired",
            new,
            lambda n: self.env._("Mise en demeure %s expired unpaid: litigation proposed", n.number or ""),
            lambda n: {**traces[n], "now": left[n]},
        )
        return new

    def _read_left(self, company, day):
        """Return ``{notice: amount}`` of what each still claims and may ask for, in company currency."""
        if not self:
            return {}
        verdicts = self._read_claimable(company, day)
        left = defaultdict(float)
        for line in self.line_ids:
            if line.role == "claimed" and line.engaged and line.move_line_id.id in verdicts:
                left[line.notice_id] += verdicts[line.move_line_id.id].net_company
        return {notice: company.currency_id.round(amount) for notice, amount in left.items()}

    def _read_claimable(self, company, day, spared=()):
        """Return ``{journal item id: verdict}`` of what may be asked for that day of these notices' debtors.

        :param spared: origins of suspensions that do not count.
        """
        verdicts, _credits = self.env["recovery.selection"]._evaluate(company, day, self.partner_id, spared=spared)
        return {verdict.item.line_id: verdict for verdict in verdicts if self._may_claim(verdict, day)}

    @api.model
    def _may_claim(self, verdict, day):
        """Tell whether something of an instalment may be asked for that day."""
        return bool(verdict.net) and verdict.item.due < day and not SPARED & set(verdict.get_reasons())

    @api.model
    def _plan_expiry_tasks(self, day, notices, left):
        """Give each debtor's responsible one task for all its expired mises en demeure."""
        groups = notices.grouped("debtor_id")

        def describe(debtor):
            return Markup("").join(
                Markup("<p>%s</p>")
                % self.env._(
                    "%(number)s expired on %(date)s: %(amount)s unpaid. Open a case, or say why not.",
                    number=notice.number or notice.display_name,
                    date=format_date(self.env, notice.expires_on),
                    amount=notice.company_currency_id.format(left[notice]),
                )
                for notice in groups[debtor]
            )

        summary = self.env._("Mise en demeure expired unpaid: go to litigation?")
        notices.debtor_id._plan_tasks(EXPIRED, day, summary, describe)

    @api.model
    def _close_expiry_tasks(self, debtors, keep_expired=False):
        """Close the tasks about expired mises en demeure of these debtors.

        :param keep_expired: leave those of the debtors who have another one that expired unpaid.
        """
        if keep_expired and debtors:
            others = self.sudo().search(
                [("debtor_id", "in", debtors.ids), ("proposed_on", "!=", False), ("state", "=", "sent")]
            )
            debtors -= others.debtor_id
        debtors.sudo().activity_unlink([EXPIRED])

    @api.model
    def _close_paid_tasks(self, company, left):
        """Take back what was told of notices that ask for nothing now, and close the tasks of debtors without another.

        Paid or only suspended: what becomes due again is told again.
        """
        told = self.sudo().search(
            Domain("company_id", "=", company.id) & Domain("proposed_on", "!=", False) & Domain("state", "=", "sent")
        )
        over = told.filtered(lambda notice: notice not in left)
        over.write({"proposed_on": False})
        owing = self.env["recovery.debtor"].union(*(notice.debtor_id for notice in left))
        self._close_expiry_tasks(over.debtor_id - owing)

    def _forget_expiry(self, day):
        """Take back the proposal of litigation of mises en demeure that expire later than it was thought, or never."""
        early = self.filtered(
            lambda notice: notice.proposed_on and (not day or day >= notice.company_id._recovery_today())
        )
        early.write({"proposed_on": False})
        self._close_expiry_tasks(early.debtor_id, keep_expired=True)

    # ------------------------------------------------------------
    # Taken back, or replaced by another one
    # ------------------------------------------------------------
    def _check_may_withdraw(self):
        """Refuse to take back what something else rests on; hook of the rooms to the right."""

    def _cancel(self, reason, correction=None):
        """End with the notice all that followed from it: expiry, suspensions, tasks, proposal of litigation."""
        self._check_may_withdraw()
        withdrawn = self.sudo().filtered(lambda n: n.kind == "formal_notice" and n.state == "sent")
        result = super()._cancel(reason, correction)
        own = self.sudo()
        own._get_pending_override()._withdraw_question()
        for company, letters in own.letter_ids.grouped("company_id").items():
            letters._get_address_holds()._release(company._recovery_today(), reason)
        own.letter_ids.activity_ids.unlink()
        for company, notices in withdrawn.grouped("company_id").items():
            notices.write(
                {
                    "withdrawn_on": company._recovery_today(),
                    "withdrawn_by_id": self.env.user.id,
                    "expires_on": False,
                    "proposed_on": False,
                }
            )
        self._close_expiry_tasks(withdrawn.debtor_id, keep_expired=True)
        traces = withdrawn._get_traces()
        own.env["recovery.event"]._log(
            "withdrawn",
            withdrawn,
            lambda n: self.env._("Mise en demeure %(number)s withdrawn: %(reason)s", number=n.number, reason=reason),
            lambda n: {**traces[n], "reason": reason},
        )
        own.letter_ids._close_returned_tasks()
        self._cancel_guarantors(reason, correction)
        return result

    def _follows_debtor(self):
        """Leave alone what is written to guarantors: it asks for what they guarantee."""
        return super()._follows_debtor() and not self.guaranteed_notice_id

    def _hook_withdrawn(self, reason):
        """Close what its posting would have gone on with, and what has not left to the guarantors."""
        result = super()._hook_withdrawn(reason)
        self._get_pending_override()._withdraw_question()
        self.letter_ids.activity_ids.unlink()
        self.write({"expires_on": False, "proposed_on": False})
        guarantors = self.guarantor_notice_ids.filtered(lambda notice: notice.state in ("draft", "sent"))
        if guarantors:
            self.env["recovery.waiting"]._withdraw(guarantors, reason)
        return result

    def _cancel_guarantors(self, reason, correction):
        """Take back with a debtor's mise en demeure what was written, or only prepared, to the guarantors."""
        guarantors = self.sudo().guarantor_notice_ids
        drafts = guarantors.filtered(lambda notice: notice.state == "draft")
        drafts._get_pending_override()._withdraw_question()
        drafts.write(
            {"state": "obsolete", "state_reason": self.env._("The debtor's mise en demeure was withdrawn: %s", reason)}
        )
        sent = guarantors.filtered(lambda notice: notice.state == "sent")
        if sent:
            sent.with_env(self.env)._cancel(reason, correction)

    # ------------------------------------------------------------
    # Replacing
    # ------------------------------------------------------------
    def action_supersede(self):
        """Ask a manager why, then withdraw it and issue another one in its place."""
        require_manager(self.env)
        return self.env["recovery.reason.wizard"]._open(self, "_supersede", self.env._("Replace by another one"))

    @takes_reason
    def _supersede(self, reason):
        """Withdraw mises en demeure and issue others today on what is still unpaid; all or nothing.

        :return: the new notices, sent.
        """
        if self.sudo().guaranteed_notice_id:
            raise UserError(
                self.env._(
                    "A letter to a guarantor is not replaced: withdraw it, then write to the guarantor again from the "
                    "debtor's mise en demeure."
                )
            )
        require_manager(self.env)
        self.check_access("read")
        if self.filtered(lambda n: n.kind != "formal_notice" or n.state != "sent"):
            raise UserError(self.env._("Only a mise en demeure that was issued can be replaced by another one."))
        issued = self.browse()
        for notice in self:
            old = notice.sudo()
            day = old.company_id._recovery_today()
            new = old._copy_for_replacement(day)
            notice._cancel(reason)
            old.superseded_by_id = new
            dispatch = self.env["recovery.dispatch"].sudo()
            dispatch._validate(new, day)
            if new.state == "validated":
                dispatch._send(new, day)
            if new.state != "sent":
                states = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(notice)s stays as it is: no other can be issued in its place (%(why)s).",
                        notice=old.display_name,
                        why=new.remark or states[new.state],
                    )
                )
            self.env["recovery.event"]._log(
                "superseded",
                old,
                self.env._("Replaced by %s", new.number),
                {**new._get_trace(), "reason": reason},
            )
            issued += new
        return issued.with_env(self.env)

    def _copy_for_replacement(self, day):
        """Return a proposed notice that claims the same instalments, outside any campaign."""
        self.ensure_one()
        addressee = self.debtor_id._map_addressees({self.debtor_id: self.kind})[self.debtor_id]
        new = self.create(
            {
                "company_id": self.company_id.id,
                "issuer_id": self.issuer_id.id,
                "debtor_id": self.debtor_id.id,
                "addressee_id": addressee.id,
                "lang": self.lang,
                "level_id": self.level_id.id,
                "kind": self.kind,
                "tone": self.tone,
                "date": day,
                "state": "draft",
                "amount": self.amount,
                "amount_information": self.amount_information,
                "oldest_due": self.oldest_due,
                "line_count": self.line_count,
                "supersedes_id": self.id,
            }
        )
        names = [name for name in LINE_FIELDS if name != "notice_id"]
        self.env["recovery.notice.line"].create(
            [
                {
                    **{name: row[name][0] if isinstance(row[name], tuple) else row[name] for name in names},
                    "notice_id": new.id,
                    "engaged": False,
                }
                for row in self.line_ids.read(names)
            ]
        )
        return new

    def _describe_replacement(self):
        """Return the paragraph that says which letter this one replaces, in the debtor's language."""
        self.ensure_one()
        env = self.with_context(lang=self.lang).env
        old = self.supersedes_id
        text = env._(
            "This letter cancels and replaces our mise en demeure %(number)s of %(date)s.",
            number=old.number,
            date=old.with_context(lang=self.lang)._format_day(old.issue_date, "long"),
        )
        return Markup("<p>%s</p>") % text

    def _describe_guarantors_delay(self):
        """Say until when the guarantor has: nothing follows by itself."""
        expiry = self._get_expiry()
        if not expiry:
            return self.env._(
                "Wrong address: it has no effect. Correct the guarantor's address, withdraw this letter, then write to "
                "the guarantor again from the debtor's mise en demeure."
            )
        day = format_date(self.env, expiry)
        if expiry < self.company_id._recovery_today():
            return self.env._("The guarantor's deadline passed on %s: the next step is up to you.", day)
        return self.env._("The guarantor has until %s. Nothing follows automatically.", day)
