from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from ...models.common.calendar import next_business_day
from ...models.common.recovery_window import once


class RecoveryPromiseWizard(models.TransientModel):
    """Record a promise of payment: the overdue amount and a date in a week are proposed."""

    _name = "recovery.promise.wizard"
    _description = "Promise of payment"
    _inherit = ["recovery.agreement.wizard"]

    amount = fields.Monetary(compute="_compute_amount", store=True, readonly=False, precompute=True, required=True)
    date = fields.Date(
        "Promised for", compute="_compute_date", store=True, readonly=False, precompute=True, required=True
    )
    given_by_id = fields.Many2one(
        "res.partner",
        string="Given by",
        compute="_compute_given_by_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('id', 'child_of', partner_id)]",
    )
    partner_id = fields.Many2one(related="debtor_id.partner_id")
    channel = fields.Selection(selection="_selection_channel", default="call", required=True)
    note = fields.Text()
    replaces_id = fields.Many2one("recovery.promise", readonly=True)

    @api.model
    def _selection_channel(self):
        return self.env["recovery.promise"]._fields["channel"]._description_selection(self.env)

    @api.depends("debtor_id", "currency_id", "line_ids")
    def _compute_amount(self):
        for wizard in self:
            if not wizard.replaces_id or not wizard.amount:
                wizard.amount = wizard.amount_overdue or wizard.amount_owed

    @api.depends("debtor_id")
    def _compute_date(self):
        for wizard in self:
            if wizard.debtor_id and not wizard.date:
                company = wizard.company_id
                day = company._recovery_today() + timedelta(days=7)
                wizard.date = next_business_day(day, company.recovery_alsace_moselle)

    @api.depends("debtor_id")
    def _compute_given_by_id(self):
        for wizard in self:
            if wizard.debtor_id and not wizard.given_by_id:
                wizard.given_by_id = wizard.debtor_id._get_addressee("call")

    @once
    def action_confirm(self):
        """Record the promise and suspend the reminders of what it covers."""
        self.ensure_one()
        promise = self.env["recovery.promise"]._give(
            self.debtor_id,
            self.company_id._recovery_today(),
            self.amount,
            self.date,
            currency=self.currency_id,
            lines=self.line_ids,
            replaces=self.replaces_id,
            given_by_id=self.given_by_id.id,
            channel=self.channel,
            note=self.note,
        )
        return self._say(
            self.env._(
                "%(promise)s recorded: no reminders for what it covers until %(day)s.",
                promise=promise.display_name,
                day=format_date(self.env, promise.deadline),
            )
        )
