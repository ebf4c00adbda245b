from odoo import api, fields, models

from .exposure import Exposure

LIMIT_ORIGINS = [("internal", "Our own analysis"), ("insurer", "Credit insurer"), ("guarantee", "Guarantee")]
DECIDED = {"limit_is_zero", "limit_valid_until", "limit_origin", "limit_review_date", "limit_alerts"}


class RecoveryDebtor(models.Model):
    _inherit = "recovery.debtor"

    exposure_total = fields.Monetary("Exposure", compute="_compute_exposure", currency_field="company_currency_id")
    exposure_overdue = fields.Monetary(
        "Overdue exposure", compute="_compute_exposure", currency_field="company_currency_id"
    )
    exposure_limit = fields.Monetary(
        "Credit limit in force",
        compute="_compute_exposure",
        currency_field="company_currency_id",
        help="0 when there is no limit, and when no credit is given: the sentence next to it says which.",
    )
    exposure_usage = fields.Float("Limit used (%)", compute="_compute_exposure")
    exposure_status = fields.Char("Credit status", compute="_compute_exposure")
    exposure_gauge = fields.Json("Exposure gauge", compute="_compute_exposure")
    exposure_cover = fields.Monetary(
        "Covered",
        compute="_compute_exposure",
        currency_field="company_currency_id",
        help="What insurance and guarantees in force would pay if nothing were paid.",
    )
    exposure_own_risk = fields.Monetary(
        "Own risk",
        compute="_compute_exposure",
        currency_field="company_currency_id",
        help="The exposure less what is covered.",
    )
    exposure_group = fields.Monetary(
        "Group's exposure",
        compute="_compute_exposure_group",
        currency_field="company_currency_id",
        help="The customer, its parent company and all their subsidiaries.",
    )
    exposure_group_count = fields.Integer("Companies of the group", compute="_compute_exposure_group")
    _typed = ("credit_rule_ids", "coverage_ids")

    limit_is_zero = fields.Boolean("No credit at all", readonly=True, tracking=True)
    limit_valid_until = fields.Date(
        "Limit valid until",
        readonly=True,
        tracking=True,
        help="After this day the customer has no credit until the limit is renewed.",
    )
    limit_origin = fields.Selection(
        LIMIT_ORIGINS,
        "Origin of the limit",
        readonly=True,
        tracking=True,
    )
    limit_review_date = fields.Date("To review on", readonly=True, tracking=True)
    limit_request_ids = fields.One2many("recovery.limit.request", "debtor_id", "History of the limit")
    limit_increase = fields.Monetary(
        "Temporary increase", compute="_compute_limit_increase", currency_field="company_currency_id"
    )
    limit_increase_until = fields.Date("Increase ends on", compute="_compute_limit_increase")
    credit_rule_ids = fields.One2many("recovery.credit.rule", "debtor_id", "Credit control of this customer")
    coverage_ids = fields.One2many("recovery.coverage", "debtor_id", "Guarantees")
    limit_alerts = fields.Json(
        "Alerts already raised", readonly=True, help="So that each threshold crossed raises only one activity."
    )

    @api.depends("partner_id", "company_id")
    @api.depends_context("lang")
    def _compute_exposure(self):
        engine = self.env["recovery.exposure"]
        for company, debtors in self.grouped("company_id").items():
            exposures = engine._read(company, debtors.partner_id, company._recovery_today())
            currency = company.currency_id
            for debtor in debtors:
                exposure = exposures.get(debtor.partner_id.id, Exposure())
                debtor.exposure_total = exposure.total
                debtor.exposure_overdue = exposure.overdue
                debtor.exposure_limit = exposure.limit or 0.0
                debtor.exposure_usage = exposure.usage
                debtor.exposure_status = engine._get_status(exposure, currency)
                debtor.exposure_gauge = engine._prepare_gauge(exposure, currency)
                debtor.exposure_cover = exposure.cover
                debtor.exposure_own_risk = exposure.own_risk

    @api.depends("partner_id", "company_id")
    def _compute_exposure_group(self):
        engine = self.env["recovery.exposure"]
        for company, debtors in self.grouped("company_id").items():
            groups = engine._map_groups(debtors.partner_id)
            in_group = debtors.filtered(lambda debtor, groups=groups: len(groups.get(debtor.partner_id.id, ())) > 1)
            exposures = engine._read_of_groups(company, in_group.partner_id, company._recovery_today())
            for debtor in debtors:
                debtor.exposure_group = exposures.get(debtor.partner_id.id, Exposure()).total
                debtor.exposure_group_count = len(groups.get(debtor.partner_id.id, ()))

    def action_open_recovery_bucket(self, bucket):
        """Open the documents behind one part of the exposure."""
        self.ensure_one()
        self.check_access("read")
        return self.env["recovery.exposure"]._open_bucket(self.company_id, self.partner_id, bucket)

    def action_view_group(self):
        """Open the debtors of the customer's group."""
        self.ensure_one()
        self.check_access("read")
        group = self.env["recovery.exposure"]._map_groups(self.partner_id)[self.partner_id.id]
        debtors = self._existing_for(group, self.company_id)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Group of %(customer)s", customer=self.display_name),
            "res_model": self._name,
            "view_mode": "list,form",
            "domain": [("id", "in", debtors.ids)],
        }

    # ------------------------------------------------------------
    # What was decided around core's credit limit
    # ------------------------------------------------------------
    @api.model
    def _explain_kept(self, names):
        if DECIDED & names:
            return self.env._("A credit limit is requested and granted: it cannot be entered here.")
        return super()._explain_kept(names)

    @api.model
    def _get_united_fields(self):
        """A customer to whom no credit is given stays one in a merge."""
        return [*super()._get_united_fields(), "limit_is_zero"]

    def _hook_before_union(self, kept):
        """Unite the credit limits: one decision in force, that of no credit or else the last one; increases add up."""
        result = super()._hook_before_union(kept)
        self.env["recovery.limit.request"]._unite_limits(self, kept)
        return result

    @api.depends("limit_request_ids.state", "limit_request_ids.date_until")
    def _compute_limit_increase(self):
        engine = self.env["recovery.exposure"]
        for company, debtors in self.grouped("company_id").items():
            limits = engine._read_limits(company, debtors.partner_id, company._recovery_today())
            for debtor in debtors:
                limit = limits.get(debtor.partner_id.id)
                debtor.limit_increase = limit and limit.increase
                debtor.limit_increase_until = limit and limit.increase_until

    def _get_limit_decision(self):
        """Return the decision on which the debtor's limit rests: the last one granted, increases apart."""
        self.ensure_one()
        granted = self.sudo().limit_request_ids.filtered(
            lambda request: request.state == "granted" and request.kind != "increase"
        )
        return granted.sorted(lambda request: (request.answered_on, request.id), reverse=True)[:1]

    def _get_risk_class(self):
        """Return the risk class from A to E on which the credit control rests; None when nobody gave one.

        Hook: the score gives it. Takes an empty recordset for a customer without a debtor.
        """
        return None

    def action_ask_limit(self):
        """Open the request for another credit limit."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Credit limit of %(customer)s", customer=self.display_name),
            "res_model": "recovery.limit.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_debtor_id": self.id},
        }
