from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...common.roles import require_user
from .plan_schedule import count_months

EDITABLE_DRAFT = {
    "line_date_ids",
    "days_late",
    "remind_days",
    "breach_notice",
    "has_acknowledgement",
    "acknowledgement_text",
    "has_acceleration",
    "acceleration_text",
    "addressee_id",
    "note",
}


class RecoveryPaymentPlan(models.Model):
    """A payment plan (échéancier): the dates agreed to pay instalments that keep their own due dates.

    A plan of one date is a simple postponement (report d'échéance). Nothing is added for a
    consumer; interest agreed with a professional is a date of its own.
    """

    _name = "recovery.payment.plan"
    _description = "Payment plan"
    _inherit = ["recovery.agreement"]
    _hold_origin = "plan"
    _typed = (
        "note", "line_date_ids", "days_late", "remind_days", "breach_notice", "has_acknowledgement",
        "acknowledgement_text", "has_acceleration", "acceleration_text", "addressee_id",
    )  # fmt: skip

    name = fields.Char("Number", readonly=True, copy=False, index="trigram")
    partner_id = fields.Many2one(related="debtor_id.partner_id")
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company currency")
    nature = fields.Selection(related="debtor_id.nature")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("to_approve", "To approve"),
            ("proposed", "Proposed"),
            ("running", "Signed"),
            ("fulfilled", "Fulfilled"),
            ("broken", "Broken"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        tracking=True,
    )
    state_reason = fields.Char("Reason", readonly=True)
    addressee_id = fields.Many2one("res.partner", string="Signed by", ondelete="restrict")
    line_ids = fields.One2many("recovery.agreement.line", "plan_id", string="Instalments covered", readonly=True)
    line_date_ids = fields.One2many("recovery.payment.plan.line", "plan_id", string="Dates", copy=False)
    hold_ids = fields.One2many("recovery.hold", "plan_id", readonly=True)
    amount = fields.Monetary("Covered", compute="_compute_amount", store=True)
    amount_dates = fields.Monetary("Total of the dates", compute="_compute_amounts")
    amount_interest = fields.Monetary("Agreed interest", compute="_compute_amounts")
    amount_company = fields.Monetary(
        "Covered (company currency)", currency_field="company_currency_id", compute="_compute_amount_company"
    )
    amount_received = fields.Monetary("Received", compute="_compute_amounts")
    amount_remaining = fields.Monetary("Remaining", compute="_compute_amounts")
    month_count = fields.Integer("Months", compute="_compute_amounts")
    is_postponement = fields.Boolean("Simple postponement", compute="_compute_amounts")
    next_date = fields.Date(readonly=True, index=True, help="The first date not paid in full.")
    days_late = fields.Integer(
        "Days late that break it", help="So many days late on any one date break the plan, with notice."
    )
    remind_days = fields.Integer("Reminder before each date (days)", help="Zero: no reminder.")
    breach_notice = fields.Selection(
        selection=lambda self: (
            self.env["res.company"]._fields["recovery_plan_breach_notice"]._description_selection(self.env)
        ),
        string="Notice when broken",
        required=True,
        default="email",
    )
    has_acknowledgement = fields.Boolean(
        "Acknowledgement of debt",
        default=True,
        help="The debtor acknowledges the debt in writing: it interrupts the limitation period (C. civ. 2240).",
    )
    acknowledgement_text = fields.Text("Wording of the acknowledgement")
    has_acceleration = fields.Boolean(
        "Acceleration clause",
        default=True,
        help="Déchéance du terme: no law provides it, so that it must be written in the agreement.",
    )
    acceleration_text = fields.Text("Wording of the acceleration clause")
    note = fields.Text("Internal note")
    proposed_on = fields.Date(readonly=True)
    signed_on = fields.Date(readonly=True, tracking=True)
    signatory_name = fields.Char("Signed by (name)", readonly=True)
    broken_on = fields.Date(readonly=True)
    ended_on = fields.Date(readonly=True)
    decision_id = fields.Many2one("recovery.decision", readonly=True, index="btree_not_null")
    lang = fields.Char("Language", readonly=True)
    document_id = fields.Many2one("ir.attachment", string="Agreement printed", readonly=True, ondelete="restrict")
    sha256 = fields.Char("SHA-256 of the agreement", readonly=True)
    signed_document_id = fields.Many2one("ir.attachment", string="Signed copy", readonly=True, ondelete="restrict")
    signed_sha256 = fields.Char("SHA-256 of the signed copy", readonly=True)
    delivery_ids = fields.One2many("recovery.delivery", "plan_id", readonly=True)

    _days_check = models.Constraint("CHECK(days_late >= 0 AND remind_days >= 0)", "Days cannot be negative.")

    @api.depends("name", "debtor_id")
    def _compute_display_name(self):
        for plan in self:
            plan.display_name = f"{plan.name or ''} – {plan.debtor_id.display_name or ''}"

    @api.depends("line_ids.amount")
    def _compute_amount(self):
        for plan in self:
            plan.amount = plan.currency_id.round(sum(plan.line_ids.mapped("amount")))

    @api.depends("amount", "currency_id", "proposed_on")
    def _compute_amount_company(self):
        for plan in self:
            day = plan.proposed_on or plan.company_id._recovery_today()
            plan.amount_company = plan.currency_id._convert(plan.amount, plan.company_currency_id, plan.company_id, day)

    @api.depends("line_date_ids.amount", "line_date_ids.received", "line_date_ids.amount_now", "line_date_ids.due")
    def _compute_amounts(self):
        for plan in self:
            dates = plan.line_date_ids
            principal = dates.filtered(lambda row: row.kind != "interest")
            plan.amount_dates = plan.currency_id.round(sum(principal.mapped("amount")))
            plan.amount_interest = plan.currency_id.round(sum((dates - principal).mapped("amount")))
            plan.amount_received = plan.currency_id.round(sum(dates.mapped("received")))
            plan.amount_remaining = plan.currency_id.round(sum(dates.mapped("remaining")))
            days = [day for day in dates.mapped("due") if day]
            plan.month_count = count_months(min(days), max(days)) if days else 0
            plan.is_postponement = len(dates) == 1

    @api.constrains("line_date_ids", "debtor_id")
    def _check_interest(self):
        for plan in self:
            if plan.debtor_id.nature == "consumer" and plan.line_date_ids.filtered(lambda row: row.kind == "interest"):
                raise ValidationError(
                    self.env._(
                        "%s is a consumer: neither interest nor cost may be added to a payment plan. Take it out.",
                        plan.debtor_id.display_name,
                    )
                )

    def _get_editable_fields(self):
        editable = super()._get_editable_fields() | {"note"}
        return editable | EDITABLE_DRAFT if self.state == "draft" else editable

    def _get_trace(self):
        return {**super()._get_trace(), "sha256": self.sha256, "received": self.amount_received or False}

    def _get_broken_summary(self):
        self.ensure_one()
        return self.env._(
            "Payment plan %(name)s broken: %(amount)s remain to be paid",
            name=self.name,
            amount=self._format_amount(self.amount_remaining),
        )

    # ------------------------------------------------------------
    # Making a plan
    # ------------------------------------------------------------
    @api.model
    def _make(self, debtor, day, dates, currency=None, lines=None, plan=None, interest=None, **vals):
        """Prepare a draft plan, or prepare it again.

        :param dates: function from (amount covered, currency) to ``[(kind, date, amount)]``.
        :param lines: the instalments chosen; by default all that are overdue.
        :param plan: the draft to prepare again.
        :param interest: ``(date, amount)`` of the agreed interest.
        :return: the plan.
        """
        require_user(self.env)
        (plan.debtor_id if plan else debtor).check_access("write")
        AgreementLine = self.env["recovery.agreement.line"]
        claims, currency = AgreementLine._choose_claims(debtor, day, currency, lines)
        if not lines:
            claims = [claim for claim in claims if claim.due < day] or claims
        if not claims:
            raise UserError(self.env._("%s owes nothing that a payment plan could cover.", debtor.display_name))
        total = currency.round(sum(claim.open for claim in claims))
        rows = list(dates(total, currency))
        if interest and interest[1]:
            rows.append(("interest", *interest))
        values = {
            "currency_id": currency.id,
            "line_ids": [
                fields.Command.clear(),
                *(
                    fields.Command.create(line_vals)
                    for line_vals in AgreementLine._prepare_lines(debtor, [(claim, claim.open) for claim in claims])
                ),
            ],
            "line_date_ids": [
                fields.Command.clear(),
                *(fields.Command.create({"kind": kind, "due": due, "amount": amount}) for kind, due, amount in rows),
            ],
            **vals,
        }
        if plan:
            plan.sudo().write(values)
            return plan
        company, addressee = debtor.company_id, debtor._get_addressee()
        lang = debtor._get_language(addressee)
        acknowledgement, acceleration = self._get_default_clauses(lang)
        plan = self.sudo().create(
            {
                "debtor_id": debtor.id,
                "addressee_id": addressee.id,
                "lang": lang,
                "acknowledgement_text": acknowledgement,
                "acceleration_text": acceleration,
                "days_late": company.recovery_plan_days_late,
                "remind_days": company.recovery_plan_remind_days,
                "breach_notice": company.recovery_plan_breach_notice,
                **values,
            }
        )
        plan.name = self.env["ir.sequence"].with_company(company).sudo().next_by_code("recovery.payment.plan")
        return plan.with_env(self.env)

    @api.model
    def _get_default_clauses(self, lang):
        """Return the wording of both clauses in the debtor's language; it can be edited on each plan."""
        env = self.with_context(lang=lang).env
        return (
            env._(
                "The debtor acknowledges owing the creditor the whole amount covered by this agreement, as detailed"
                " in the table of invoices. This acknowledgement interrupts the limitation period (article 2240 of"
                " the Code civil)."
            ),
            env._(
                "Should one of the dates of this agreement not be paid in full within the time of tolerance that it"
                " states, the debtor loses the benefit of the time granted (déchéance du terme): the whole of what"
                " remains due becomes payable at once, without any further formality than the notice that the"
                " creditor gives of it, and the creditor takes back its freedom to act."
            ),
        )
