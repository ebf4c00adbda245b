from odoo import api, fields, models

LIMIT_ORIGINS = [("internal", "Our own analysis"), ("insurer", "Credit insurer"), ("guarantee", "Guarantee")]
DECIDED = {"limit_is_zero", "limit_valid_until", "limit_origin", "limit_review_date", "limit_alerts"}


class RecoveryDebtor(models.Model):
    """What was decided around core's credit limit, which stays the one amount."""

    _inherit = "recovery.debtor"
    _typed = ("control_ids", "coverage_ids")

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
    control_ids = fields.One2many("recovery.control", "debtor_id", "Credit control of this customer")
    coverage_ids = fields.One2many("recovery.coverage", "debtor_id", "Guarantees")
    limit_alerts = fields.Json(
        "Alerts already raised", readonly=True, help="So that each crossing raises one activity only."
    )

    @api.model
    def _explain_kept(self, names):
        if DECIDED & names:
            return self.env._("A credit limit is asked for and granted: nobody types it here.")
        return super()._explain_kept(names)

    @api.model
    def _get_united_fields(self):
        """A customer to whom no credit is given stays one in a merge."""
        return [*super()._get_united_fields(), "limit_is_zero"]

    @api.depends("limit_request_ids.state", "limit_request_ids.date_until")
    def _compute_limit_increase(self):
        engine = self.env["recovery.exposure"]
        for company, debtors in self.grouped("company_id").items():
            limits = engine._read_limits(company, debtors.partner_id, company._recovery_today())
            for debtor in debtors:
                limit = limits.get(debtor.partner_id.id)
                debtor.limit_increase = limit and limit.increase
                debtor.limit_increase_until = limit and limit.increase_until

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
