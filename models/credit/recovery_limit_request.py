from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date, formatLang
from odoo.tools.translate import LazyTranslate

from ..common.retention import CASES, Retained
from ..common.roles import MANAGER, require_manager, require_user
from .recovery_debtor import LIMIT_ORIGINS
from .res_partner import LIMIT_DECIDED

_lt = LazyTranslate(__name__)


class RecoveryLimitRequest(models.Model):
    """One change of a customer's credit limit: asked, answered, kept.

    Core's ``credit_limit`` is written when the request is granted; a temporary increase
    is never written there, it is added to the amount while it lasts.
    """

    _name = "recovery.limit.request"
    _description = "Credit limit decision"
    _retained = Retained(CASES, "answered_on", ("reason", "answer_reason"), stays=("previous",))
    _inherit = ["recovery.guarded", "recovery.decided"]
    _order = "id desc"
    _check_company_auto = True
    _unlinked_first = True
    _journal_words = {"orders": _lt("Orders to invoice"), "own risk": _lt("Own risk")}

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    debtor_id = fields.Many2one("recovery.debtor", required=True, readonly=True, index=True, ondelete="restrict")
    partner_id = fields.Many2one(related="debtor_id.partner_id", string="Customer")
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [
            ("amount", "Credit limit"),
            ("increase", "Temporary increase"),
            ("zero", "No credit at all"),
            ("none", "No limit"),
        ],
        required=True,
        readonly=True,
    )
    amount = fields.Monetary(readonly=True)
    previous = fields.Char("Before", readonly=True)
    origin = fields.Selection(LIMIT_ORIGINS, readonly=True)
    date_from = fields.Date("From", readonly=True)
    date_until = fields.Date("Valid until", readonly=True)
    review_date = fields.Date("To review on", readonly=True)
    reason = fields.Text(readonly=True)
    state = fields.Selection(
        [("asked", "To answer"), ("granted", "Granted"), ("refused", "Refused"), ("ended", "Ended early")],
        required=True,
        default="asked",
        readonly=True,
        index=True,
    )
    decision_id = fields.Many2one("recovery.decision", readonly=True, ondelete="restrict")
    asked_by_id = fields.Many2one("res.users", "Requested by", required=True, readonly=True)
    asked_on = fields.Datetime("Requested on", required=True, readonly=True)
    answered_by_id = fields.Many2one("res.users", "Answered by", readonly=True)
    answered_on = fields.Datetime("Answered on", readonly=True)
    answer_reason = fields.Text("Reason for the answer", readonly=True)

    _running_increase_idx = models.Index("(company_id, date_until) WHERE kind = 'increase' AND state = 'granted'")

    @api.depends("kind", "amount", "debtor_id", "date_until")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for request in self:
            request.display_name = f"{request.debtor_id.display_name} – {request._get_subject()}"

    def _get_subject(self):
        """Return what is asked for, in a few words."""
        self.ensure_one()
        money = formatLang(self.env, self.amount, currency_obj=self.currency_id)
        until = format_date(self.env, self.date_until)
        if self.kind == "zero":
            return self.env._("no credit at all")
        if self.kind == "none":
            return self.env._("no credit limit")
        if self.kind == "increase":
            return self.env._("credit limit increased by %(amount)s until %(date)s", amount=money, date=until)
        if until:
            return self.env._("credit limit of %(amount)s until %(date)s", amount=money, date=until)
        return self.env._("credit limit of %(amount)s", amount=money)

    # ------------------------------------------------------------
    # Asked and answered
    # ------------------------------------------------------------
    @api.model
    def _ask(self, debtor, vals, day):
        """Keep a request; grant it at once when its author may.

        :param dict vals: kind, amount, origin, dates and reason.
        :return: the request.
        """
        require_user(self.env)
        debtor.check_access("read")
        company = debtor.company_id
        if not company.sudo().account_use_credit_limit:
            raise UserError(
                self.env._(
                    "%(company)s does not use credit limits yet: enable them in the invoicing settings.",
                    company=company.name,
                )
            )
        if debtor.sudo().limit_request_ids.filtered(lambda request: request.state == "asked"):
            raise UserError(self.env._("Another request is waiting for an answer: answer it first."))
        exposure = self.env["recovery.exposure"]._read(company, debtor.partner_id, day)[debtor.partner_id.id]
        vals = {
            **vals,
            "company_id": company.id,
            "debtor_id": debtor.id,
            "previous": self._describe_limit(exposure, company.currency_id),
            "asked_by_id": self.env.user.id,
            "asked_on": fields.Datetime.now(),
        }
        self.sudo().new(vals)._check_terms(exposure, day)
        request = self.sudo().create(vals)
        figures = request._get_figures(exposure)
        if request._may_grant(self.env.user, exposure, day):
            request._answer("granted", self.env.user, vals.get("reason"), figures)
        else:
            request.decision_id = (
                self.env["recovery.decision"]
                .sudo()
                ._ask(
                    "limit",
                    request,
                    request.display_name,
                    figures,
                    amount=request.amount,
                    reason=vals.get("reason"),
                    debtor=debtor,
                )
            )
        return request.with_env(self.env)

    @api.model
    def _describe_limit(self, exposure, currency):
        origins = dict(
            self.env["res.partner"]._fields["recovery_exposure_limit_origin"]._description_selection(self.env)
        )
        if exposure.limit is None or exposure.limit_origin in ("zero", "expired"):
            return origins[exposure.limit_origin]
        return formatLang(self.env, exposure.limit, currency_obj=currency)

    def _check_terms(self, exposure, day):
        """Refuse what would mean nothing."""
        for request in self:
            if request.kind in ("amount", "increase") and request.currency_id.compare_amounts(request.amount, 0) <= 0:
                raise UserError(self.env._("Enter an amount above zero; to give no credit, choose “No credit at all”."))
            if request.kind == "increase":
                if not request.date_until or request.date_until < max(request.date_from or day, day):
                    raise UserError(self.env._("A temporary increase needs a last day, today or later."))
                if exposure.limit is None:
                    raise UserError(self.env._("There is no limit to increase: this customer has none."))
            elif request.date_until and request.date_until < day:
                raise UserError(self.env._("The limit must be valid until today or later."))

    def _may_grant(self, user, exposure, day):
        """Tell whether the user may grant this alone: a manager always, others up to the company's amount.

        What counts is the highest limit that the customer would have on one day, increases included.
        """
        self.ensure_one()
        if user.has_group(MANAGER) or self.kind == "zero":
            return True
        if self.kind == "none":
            return False
        limit = self.amount + self._get_highest_increase(day)
        if self.kind == "increase":
            limit += (exposure.limit or 0.0) - exposure.limit_detail.increase
        return self.currency_id.compare_amounts(limit, self.company_id.recovery_limit_user_max) <= 0

    def _get_highest_increase(self, day):
        """Return what the increases granted so far add at most on one day of this request, from ``day`` on."""
        self.ensure_one()
        begin = max(self.date_from or day, day)
        granted = self._get_increases_since(self.company_id, self.debtor_id, begin)
        starts = {begin, *(increase.date_from for increase in granted if increase.date_from)}
        return max(
            sum(increase.amount for increase in granted if increase._is_in_force(start))
            for start in starts
            if begin <= start and (not self.date_until or start <= max(self.date_until, begin))
        )

    def _is_in_force(self, day):
        self.ensure_one()
        return (not self.date_from or self.date_from <= day) and self.date_until >= day

    def _get_figures(self, exposure):
        """Return what the answer rests on, as text of that moment."""
        self.ensure_one()

        def money(value):
            return formatLang(self.env, value, currency_obj=self.currency_id)

        figures = {
            "limit before": self.previous,
            "exposure": money(exposure.total),
            "overdue": money(exposure.overdue),
            "orders": money(exposure.orders) if exposure.orders else "",
            "covered": money(exposure.cover) if exposure.cover else "",
            "own risk": money(exposure.own_risk) if exposure.cover else "",
        }
        return {key: value for key, value in figures.items() if value}

    def _on_decision(self, decision):
        """Carry out what the manager answered."""
        for request in self.sudo().filtered(lambda request: request.state == "asked"):
            request._answer(decision.state, decision.answered_by_id, decision.answer_reason, decision.figures)

    def _answer(self, state, user, reason, figures):
        self.ensure_one()
        self.write(
            {
                "state": state,
                "answered_by_id": user.id,
                "answered_on": fields.Datetime.now(),
                "answer_reason": reason,
            }
        )
        if state == "granted":
            self._apply()
        self.env["recovery.event"]._log(
            "limit" if state == "granted" else "refused",
            self,
            lambda request: request.display_name,
            {"reason": reason, **(figures or {})},
        )
        self.debtor_id.message_post(
            body=self.env._("Limit granted: %(what)s.", what=self._get_subject())
            if state == "granted"
            else self.env._("Limit refused: %(what)s.", what=self._get_subject()),
            subtype_xmlid="mail.mt_note",
        )

    def _apply(self):
        """Make the granted limit the one in force; an increase counts by its dates alone.

        No credit at all means none: the increases granted before end.
        """
        self.ensure_one()
        if self.kind == "increase":
            return
        if self.kind == "zero":
            self._get_increases_since(self.company_id, self.debtor_id, self.company_id._recovery_today())._end()
        partner = self.debtor_id.partner_id.with_company(self.company_id)
        with LIMIT_DECIDED.say():
            partner.credit_limit = self.amount if self.kind == "amount" else 0.0
        self.debtor_id.write(
            {
                "limit_is_zero": self.kind == "zero",
                "limit_valid_until": self.date_until,
                "limit_origin": self.origin or "internal",
                "limit_review_date": self.review_date,
                "limit_alerts": False,
            }
        )

    def action_end(self):
        """End a temporary increase before its day."""
        require_manager(self.env)
        if self.filtered(lambda request: request.kind != "increase" or request.state != "granted"):
            raise UserError(self.env._("Only a temporary increase can be ended."))
        self._end()

    def _end(self):
        self.sudo().write({"state": "ended"})
        self.env["recovery.event"]._log(
            "limit", self, lambda request: self.env._("%(what)s: ended early", what=request.display_name)
        )

    # ------------------------------------------------------------
    # Customers merged
    # ------------------------------------------------------------
    @api.model
    def _unite_limits(self, lost, kept):
        """Leave one decision in force, and one question open, of two debtors that are about to be one.

        No credit at all stays so; else the last decision holds, whoever it was about. The other ones end.
        """
        decided = [debtor._get_limit_decision() for debtor in (lost, kept)]
        for winner, loser in self._choose_limits(decided):
            loser.sudo().write({"state": "ended"})
            kept._tell_union(winner, loser)
        asked = self.sudo().search([("debtor_id", "in", (lost | kept).ids), ("state", "=", "asked")])
        for loser in asked[1:]:
            loser.decision_id._withdraw_question()
            loser.write({"state": "ended"})
            kept._tell_union(asked[0], loser)
        winner = self._choose_limit(decided)
        if not winner:
            return
        for debtor in (lost, kept):
            partner = debtor.partner_id.with_company(debtor.company_id)
            with LIMIT_DECIDED.say():
                partner.sudo().credit_limit = winner.amount if winner.kind == "amount" else 0.0
        kept.sudo().write(
            {
                "limit_is_zero": winner.kind == "zero",
                "limit_valid_until": winner.date_until,
                "limit_origin": winner.origin or "internal",
                "limit_review_date": winner.review_date,
                "limit_alerts": False,
            }
        )

    @api.model
    def _choose_limit(self, decided):
        """Return the decision in force among those of merged customers."""
        found = self.sudo().union(*decided)
        return max(found, key=lambda request: (request.kind == "zero", request.answered_on, request.id), default=found)

    @api.model
    def _choose_limits(self, decided):
        """Return pairs of (decision in force, decision that ends)."""
        winner = self._choose_limit(decided)
        return [(winner, loser) for loser in self.sudo().union(*decided) - winner]

    # ------------------------------------------------------------
    # Read by the exposure; typed by hand
    # ------------------------------------------------------------
    @api.model
    def _get_running_increases(self, company, debtors, day):
        """Return the temporary increases in force on that day for these debtors; None for all."""
        return self._get_increases_since(company, debtors, day).filtered(lambda increase: increase._is_in_force(day))

    @api.model
    def _get_increases_since(self, company, debtors, day):
        """Return the increases granted to these debtors that did not end before that day; None for all."""
        domain = (
            Domain("company_id", "=", company.root_id.id)
            & Domain("kind", "=", "increase")
            & Domain("state", "=", "granted")
            & Domain("date_until", ">=", day)
        )
        if debtors is not None:
            domain &= Domain("debtor_id", "in", debtors.ids)
        return self.sudo().search_fetch(domain, ["debtor_id", "amount", "date_from", "date_until"])

    @api.model
    def _read_decided(self, company, partners):
        """Return ``{commercial partner id: decisions on its limit, oldest first}``, the temporary increases apart."""
        domain = (
            Domain("company_id", "=", company.root_id.id)
            & Domain("debtor_id.partner_id", "in", partners.ids)
            & Domain("kind", "!=", "increase")
            & Domain("state", "in", ("granted", "ended"))
            & Domain("answered_on", "!=", False)
        )
        decided = self.sudo().search(domain, order="answered_on, id")
        return {partner.id: requests for partner, requests in decided.grouped("partner_id").items()}

    @api.model
    def _find_typed_after(self, company, partners, day):
        """Return the ids of the customers whose limit was typed after a day, when they had no debtor yet."""
        domain = (
            Domain("kind", "=", "limit")
            & Domain("company_id", "=", company.root_id.id)
            & Domain("res_model", "=", "res.partner")
            & Domain("res_id", "in", partners.ids)
            & Domain("date", ">=", company._recovery_end_of(day))
        )
        return {event.res_id for event in self.env["recovery.event"].sudo().search_fetch(domain, ["res_id"])}

    @api.model
    def _note_typed(self, company, partners, before):
        """Keep the history of limits that somebody typed on the customers' forms, or gave to new customers.

        What was decided around the old amount (validity, no credit) ends with it, unless it was typed in a branch
        alone: the root company decided that.
        Customers without a debtor have the journal for history.
        """
        if (
            company._recovery_root().recovery_limit_by_request
            and not self.env.su
            and not self.env.user.has_group(MANAGER)
        ):
            raise UserError(self.env._("Credit limits are changed on request: use the customer's follow-up."))
        now = fields.Datetime.now()
        partners = partners.filtered(lambda partner: partner == partner.commercial_partner_id)  # contacts only follow
        debtors = self.env["recovery.debtor"].sudo()._existing_for(partners, company)
        self._log_typed(company, partners - debtors.partner_id, before)
        for debtor in debtors:
            amount = debtor.partner_id.with_company(company).credit_limit
            request = self.sudo().create(
                {
                    "company_id": debtor.company_id.id,
                    "debtor_id": debtor.id,
                    "kind": "amount" if amount else "none",
                    "amount": amount,
                    "previous": formatLang(
                        self.env, before.get(debtor.partner_id.id, 0.0), currency_obj=debtor.company_currency_id
                    ),
                    "origin": "internal",
                    "state": "granted",
                    "reason": self.env._("Entered on the customer's form"),
                    "asked_by_id": self.env.user.id,
                    "asked_on": now,
                    "answered_by_id": self.env.user.id,
                    "answered_on": now,
                }
            )
            if company._recovery_is_open():
                debtor.write({"limit_is_zero": False, "limit_valid_until": False, "limit_origin": "internal"})
            self.env["recovery.event"]._log("limit", request, request.display_name, {"reason": request.reason})

    @api.model
    def _log_typed(self, company, partners, before):
        """Tell the journal of the limits typed for customers without a debtor."""
        root = company._recovery_root()

        def money(amount):
            return formatLang(self.env, amount, currency_obj=root.currency_id)

        self.env["recovery.event"]._log(
            "limit",
            partners,
            lambda partner: self.env._(
                "%(customer)s: credit limit of %(amount)s entered",
                customer=partner.display_name,
                amount=money(partner.sudo().credit_limit),
            ),
            lambda partner: {"limit before": money(before.get(partner.id, 0.0))},
            debtors=False,
            company=root,
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_traced(self):
        raise UserError(self.env._("The history of credit limits is never deleted."))
