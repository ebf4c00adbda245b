from odoo import api, fields, models
from odoo.tools import format_date

from ...common.bounds import BIG
from ...common.calendar import shift
from ...common.marks import takes_reason
from ...common.roles import require_user
from ...common.saying import narrow
from .behaviour import Behaviour
from .recovery_score import CLASS_LABELS
from .recovery_scoring import FIGURES
from .scoring import CLASSES

MONTHS_SHOWN = 24


class RecoveryDebtor(models.Model):
    _inherit = "recovery.debtor"
    _typed = (
        "is_strategic", "employee_count", "annual_turnover", "accounts_year", "external_score_ids",
        "risk_signal_ids",
    )  # fmt: skip
    _traced = ("is_strategic", "employee_count", "annual_turnover", "accounts_year")

    # Figures kept by recovery.scoring
    score = fields.Integer(
        readonly=True, index="btree_not_null", aggregator="avg", help="From 0 (risk) to 100 (no risk)."
    )
    risk_class = fields.Selection(CLASS_LABELS, "Risk class", readonly=True, index="btree_not_null")
    previous_class = fields.Selection(CLASS_LABELS, "Previous class", readonly=True)
    class_since = fields.Date("In class since", readonly=True)
    score_date = fields.Date("Score as of", readonly=True)
    behaviour_break = fields.Boolean(
        "Behaviour changed",
        readonly=True,
        help="Has paid distinctly later over the last three months than in its own past.",
    )
    review_due = fields.Date(
        "Review due",
        readonly=True,
        index="btree_not_null",
        help="This customer's score should then be reviewed again.",
    )
    exposure_amount = fields.Monetary(
        "Exposure (nightly)", readonly=True, index="btree_not_null", currency_field="company_currency_id"
    )
    limit_usage = fields.Float("Limit used (%, nightly)", readonly=True, aggregator="avg")
    # Segments
    billed_amount = fields.Monetary(
        "Invoiced over 12 months", readonly=True, currency_field="company_currency_id", help="Excluding tax."
    )
    first_invoice_date = fields.Date("First invoice", readonly=True)
    seniority_months = fields.Integer("Customer for (months)", readonly=True, aggregator="avg")
    regularity = fields.Selection(
        [
            ("regular", "Regular"),
            ("variable", "Variable"),
            ("late", "Mostly late"),
            ("none", "No history"),
        ],
        readonly=True,
        help="By the share of the money of the last twelve months received late: up to 10%, up to 50%, above.",
    )
    size = fields.Selection(
        [("small", "Small"), ("medium", "Medium"), ("large", "Large"), ("major", "Very large")],
        readonly=True,
        help="Based on headcount and turnover when known, otherwise on the amount invoiced over twelve months.",
    )
    industry_id = fields.Many2one(
        related="partner_id.industry_id", store=True, string="Industry", index="btree_not_null"
    )
    is_strategic = fields.Boolean("Strategic", tracking=True, help="A customer to handle with particular care.")
    employee_count = fields.Integer("Headcount", aggregator=None, bounds=BIG)
    annual_turnover = fields.Monetary("Annual turnover", currency_field="company_currency_id", aggregator=None)
    accounts_year = fields.Char("Financial year", help="Financial year of these figures.")
    # What people add
    score_ids = fields.One2many("recovery.score", "debtor_id", string="Scores")
    external_score_ids = fields.One2many("recovery.external.score", "debtor_id", string="External scores")
    risk_signal_ids = fields.One2many("recovery.risk.signal", "debtor_id", string="Risk signals")
    is_natural_person = fields.Boolean(
        compute="_compute_is_natural_person",
        help="For an individual, a score alone never decides (GDPR art. 22): a person does.",
    )
    score_card = fields.Json(compute="_compute_score_card")

    @api.model
    def _explain_kept(self, names):
        if names & {*FIGURES}:
            return self.env._("Scores and figures come from the nightly calculation: they cannot be entered manually.")
        return super()._explain_kept(names)

    @api.depends("nature", "partner_id.is_company")
    def _compute_is_natural_person(self):
        for debtor in self:
            debtor.is_natural_person = debtor.nature == "consumer" or not debtor.sudo().partner_id.is_company

    def action_compute_score(self):
        """Work out these debtors' scores again, as of today."""
        require_user(self.env)
        self.check_access("read")
        for company, debtors in self.grouped("company_id").items():
            self.env["recovery.scoring"]._compute(company, company._recovery_today(), debtors.sudo().partner_id)

    def action_review_score(self):
        """Ask for a comment, then note that somebody looked at the score: the next review is put off."""
        require_user(self.env)
        return self.env["recovery.reason.wizard"]._open(self, "_review_score", self.env._("Score reviewed"))

    @takes_reason
    def _review_score(self, comment):
        """Note the review of these debtors' scores, and when the next one is due."""
        require_user(self.env)
        for company, debtors in self.grouped("company_id").items():
            months = company.sudo().recovery_review_months
            debtors.sudo().review_due = shift(company._recovery_today(), months=months)
        self.env["recovery.event"]._log(
            "score_reviewed",
            self,
            lambda d: self.env._("Class %s reviewed", d.risk_class or "–"),
            {"reason": comment},
        )

    def action_view_scores(self):
        """Open the score of each month."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_score_action")
        return narrow(action, domain=[("debtor_id", "=", self.id)])

    def _get_risk_class(self):
        """Return the class that the score gave; nothing for a customer without a history."""
        return self.risk_class if self.risk_class and self.risk_class != "none" else super()._get_risk_class()

    # ------------------------------------------------------------
    # What the screens draw of a score
    # ------------------------------------------------------------
    @api.depends("score", "risk_class", "score_date", "nature", "partner_id.is_company")
    @api.depends_context("lang")
    def _compute_score_card(self):
        factors = self.env["recovery.score.factor"].with_context(active_test=False).search([("code", "!=", False)])
        by_code = {factor.code: factor for factor in factors}
        snapshots = (
            self.env["recovery.score"].search([("debtor_id", "in", self.ids)], order="month, id").grouped("debtor_id")
        )
        labels = dict(self._fields["risk_class"]._description_selection(self.env))
        for debtor in self:
            history = snapshots.get(debtor, self.env["recovery.score"])[-MONTHS_SHOWN:]
            debtor.score_card = debtor._prepare_score_card(history, by_code, labels)

    def _prepare_score_card(self, history, by_code, labels):
        """Return the data of the score widget; False before the first calculation."""
        self.ensure_one()
        if not self.score_date or not history:
            return False
        detail = history[-1].detail or {}
        return {
            "score": self.score if self.risk_class in CLASSES else False,
            "risk_class": self.risk_class,
            "class_label": labels.get(self.risk_class, ""),
            "status": self._get_score_status(),
            "advice": self._get_score_advice(),
            "marks": [self._prepare_mark(mark, by_code) for mark in detail.get("marks", []) if mark["code"] in by_code],
            "capped": self._get_cap_text(detail.get("capped_by"), by_code),
            "trend": self.env["recovery.scoring"]._describe_break(self._read_trend(detail)),
            "is_break": self.behaviour_break,
            "history": [
                {
                    "month": format_date(self.env, row.month, date_format="MMM yyyy"),
                    "score": row.score if row.risk_class in CLASSES else False,
                    "risk_class": row.risk_class,
                    "class_label": labels.get(row.risk_class, ""),
                }
                for row in history
            ],
        }

    def _prepare_mark(self, mark, by_code):
        factor = by_code[mark["code"]]
        return {
            "code": mark["code"],
            "name": factor.name,
            "description": factor.description or "",
            "value": factor._format(mark["value"]),
            "weight": mark["weight"],
            "points": mark["points"],
        }

    def _read_trend(self, detail):
        """Return the comparison kept with the score."""
        return Behaviour(**(detail.get("trend") or {}))

    def _get_score_status(self):
        """Return one sentence under the badge."""
        if self.risk_class == "none":
            return self.env._("No history: nothing received or overdue yet, so no score is given.")
        text = self.env._("Calculated on %s.", format_date(self.env, self.score_date))
        if self.previous_class and self.class_since:
            text += " " + self.env._(
                "Class %(now)s since %(date)s, %(before)s before.",
                now=self.risk_class,
                date=format_date(self.env, self.class_since),
                before=self._get_class_name(self.previous_class),
            )
        return text

    def _get_class_name(self, risk_class):
        return self.env._("no history") if risk_class == "none" else risk_class

    def _get_score_advice(self):
        """Return the reminder that a score alone does not decide."""
        if self.is_natural_person:
            return self.env._(
                "Individual: this score alone may not decide anything (GDPR art. 22). Look at the file, decide "
                "yourself and give your reasons."
            )
        return ""

    def _get_cap_text(self, code, by_code):
        if not code or code not in by_code:
            return ""
        factor = by_code[code]
        return self.env._("%(factor)s: the score is capped at %(cap)s.", factor=factor.name, cap=factor.ceiling)

    @api.model
    @api.readonly
    def action_read_risk_matrix(self):
        """Return the current company's risk matrix, for its screen."""
        return self.env["recovery.risk.matrix"]._read(self.env.company)
