from datetime import timedelta

from odoo import api, fields, models

from ...models.common.recovery_window import once


class RecoverySettlementWizard(models.TransientModel):
    """Begin a mediation or an accord transactionnel on what a debtor owes."""

    _name = "recovery.settlement.wizard"
    _description = "Mediation or settlement"
    _inherit = ["recovery.agreement.wizard"]

    kind = fields.Selection(selection="_selection_kind", required=True, default="transaction")
    amount_total = fields.Monetary("Amount concerned", compute="_compute_amount_total")
    amount_agreed = fields.Monetary("Agreed amount")
    amount_waived = fields.Monetary("Waived amount", compute="_compute_amount_waived")
    date_due = fields.Date("Payable by", compute="_compute_dates", store=True, readonly=False, precompute=True)
    talks_until = fields.Date(
        "Negotiations until", compute="_compute_dates", store=True, readonly=False, precompute=True
    )
    mediator_id = fields.Many2one("res.partner")
    conditions = fields.Text()

    @api.model
    def _selection_kind(self):
        return self.env["recovery.settlement"]._fields["kind"]._description_selection(self.env)

    @api.depends("debtor_id", "currency_id", "line_ids")
    def _compute_amount_total(self):
        for wizard in self:
            wizard.amount_total = wizard.amount_owed if wizard.line_ids else wizard.amount_overdue or wizard.amount_owed

    @api.depends("amount_total", "amount_agreed")
    def _compute_amount_waived(self):
        for wizard in self:
            wizard.amount_waived = wizard.amount_total - wizard.amount_agreed if wizard.amount_agreed else 0.0

    @api.depends("debtor_id")
    def _compute_dates(self):
        for wizard in self:
            if wizard.debtor_id:
                today = wizard.company_id._recovery_today()
                wizard.date_due = wizard.date_due or today + timedelta(days=30)
                wizard.talks_until = wizard.talks_until or today + timedelta(days=60)

    @once
    def action_confirm(self):
        """Prepare the draft and open it."""
        self.ensure_one()
        settlement = self.env["recovery.settlement"]._make(
            self.debtor_id,
            self.company_id._recovery_today(),
            self.kind,
            currency=self.currency_id,
            lines=self.line_ids,
            amount_agreed=self.amount_agreed,
            date_due=self.date_due,
            talks_until=self.talks_until,
            mediator_id=self.mediator_id.id if self.kind == "mediation" else False,
            conditions=self.conditions,
        )
        return self._open_result(settlement)
