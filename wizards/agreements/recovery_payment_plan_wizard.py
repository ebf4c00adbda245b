from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ...models.agreements.plan_schedule import add_months, generate
from ...models.common.formatting import say_of
from ...models.common.recovery_window import once
from ...models.common.roles import require_user

MOST = 120


class RecoveryPaymentPlanWizard(models.TransientModel):
    """Work out a payment plan in equal monthly parts; its dates can then be changed one by one on the draft."""

    _name = "recovery.payment.plan.wizard"
    _description = "Payment plan"
    _inherit = ["recovery.agreement.wizard"]

    plan_id = fields.Many2one("recovery.payment.plan", readonly=True)
    part_count = fields.Integer("Monthly instalments", default=3, required=True, help="One: a single deferral.")
    first_date = fields.Date(
        "First date", compute="_compute_first_date", store=True, readonly=False, precompute=True, required=True
    )
    down_amount = fields.Monetary("Down payment")
    down_date = fields.Date("On", compute="_compute_first_date", store=True, readonly=False, precompute=True)
    interest_amount = fields.Monetary(
        "Agreed interest", help="A separate instalment at the end of the plan. Nothing may be added for a consumer."
    )
    amount_total = fields.Monetary("To spread", compute="_compute_amount_total")
    preview = fields.Text(compute="_compute_preview")

    @api.depends("debtor_id")
    def _compute_first_date(self):
        for wizard in self:
            if wizard.debtor_id:
                today = wizard.company_id._recovery_today()
                wizard.first_date = wizard.first_date or add_months(today, 1)
                wizard.down_date = wizard.down_date or today + timedelta(days=7)

    @api.depends("debtor_id", "currency_id", "line_ids")
    def _compute_amount_total(self):
        for wizard in self:
            wizard.amount_total = wizard.amount_owed if wizard.line_ids else wizard.amount_overdue or wizard.amount_owed

    @api.depends("amount_total", "part_count", "first_date", "down_amount", "down_date", "interest_amount")
    def _compute_preview(self):
        for wizard in self:
            try:
                rows = wizard._get_dates(wizard.amount_total, wizard.currency_id)
            except UserError as error:
                wizard.preview = str(error)
                continue
            wizard.preview = "\n".join(
                say_of(
                    self.env,
                    format_date(self.env, day),
                    formatLang(self.env, amount, currency_obj=wizard.currency_id),
                )
                for _kind, day, amount in rows
            )

    def _get_dates(self, total, currency):
        """Return ``(kind, date, amount)`` of the plan."""
        self.ensure_one()
        if not 1 <= self.part_count <= MOST:
            raise UserError(self.env._("Choose between 1 and %s monthly instalments.", MOST))
        if not self.first_date:
            raise UserError(self.env._("Choose the first date."))
        if self.down_amount and not self.down_date:
            raise UserError(self.env._("Choose the date of the down payment."))
        if self.down_amount < 0 or currency.compare_amounts(self.down_amount, total) >= 0:
            raise UserError(self.env._("The down payment must be between zero and the amount to spread."))
        try:
            rows = generate(
                total, self.part_count, self.first_date, currency.decimal_places, self.down_amount, self.down_date
            )
        except ValueError:
            raise UserError(self.env._("The amount is too small to spread over so many instalments.")) from None
        return [
            ("down" if self.down_amount and position == 0 else "part", day, amount)
            for position, (day, amount) in enumerate(rows)
        ]

    @once
    def action_confirm(self):
        """Prepare the draft plan and open it."""
        self.ensure_one()
        require_user(self.env)
        interest = None
        if self.interest_amount:
            if self.nature == "consumer":
                raise UserError(
                    self.env._(
                        "%s is a consumer: neither interest nor costs may be added to a payment plan. Remove them.",
                        self.debtor_id.display_name,
                    )
                )
            interest = add_months(self.first_date, self.part_count - 1), self.interest_amount
        if self.plan_id and self.plan_id.state != "draft":
            raise UserError(self.env._("%s is no longer a draft.", self.plan_id.display_name))
        plan = self.env["recovery.payment.plan"]._make(
            self.debtor_id,
            self.company_id._recovery_today(),
            self._get_dates,
            currency=self.currency_id,
            lines=self.line_ids,
            plan=self.plan_id,
            interest=interest,
        )
        return self._open_result(plan)
