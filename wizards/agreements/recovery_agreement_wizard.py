from odoo import api, fields, models


class RecoveryAgreementWizard(models.AbstractModel):
    """The common part of the windows that make an agreement: the debtor, the currency and the instalments covered."""

    _name = "recovery.agreement.wizard"
    _description = "Recovery: new agreement"
    _inherit = ["recovery.window"]

    debtor_id = fields.Many2one("recovery.debtor", required=True, readonly=True)
    company_id = fields.Many2one(related="debtor_id.company_id")
    nature = fields.Selection(related="debtor_id.nature")
    available_line_ids = fields.Many2many("account.move.line", compute="_compute_available_line_ids")
    line_ids = fields.Many2many(
        "account.move.line",
        string="Only these instalments",
        domain="[('id', 'in', available_line_ids)]",
        help="Empty: the oldest ones first.",
    )
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", store=True, readonly=False, precompute=True
    )
    amount_owed = fields.Monetary("Open", compute="_compute_amount_owed", help="Net of credits not yet matched.")
    amount_overdue = fields.Monetary("Overdue", compute="_compute_amount_owed")

    def _get_claims(self):
        """Return what could be covered, in the chosen currency."""
        self.ensure_one()
        if not self.debtor_id:
            return []
        day = self.company_id._recovery_today()
        claims, _currency = self.env["recovery.agreement.line"]._choose_claims(
            self.debtor_id._origin, day, self.currency_id._origin or None
        )
        chosen = self.line_ids._origin.ids
        return [claim for claim in claims if not chosen or claim.line_id in chosen]

    @api.depends("debtor_id", "currency_id")
    def _compute_available_line_ids(self):
        for wizard in self:
            if not wizard.debtor_id:
                wizard.available_line_ids = False
                continue
            claims, _currency = self.env["recovery.agreement.line"]._choose_claims(
                wizard.debtor_id._origin, wizard.company_id._recovery_today(), wizard.currency_id._origin or None
            )
            wizard.available_line_ids = [fields.Command.set([claim.line_id for claim in claims])]

    @api.depends("debtor_id")
    def _compute_currency_id(self):
        for wizard in self:
            if not wizard.currency_id and wizard.debtor_id:
                _claims, currency = self.env["recovery.agreement.line"]._choose_claims(
                    wizard.debtor_id._origin, wizard.company_id._recovery_today()
                )
                wizard.currency_id = currency

    @api.depends("debtor_id", "currency_id", "line_ids")
    def _compute_amount_owed(self):
        for wizard in self:
            claims = wizard._get_claims()
            day = wizard.company_id._recovery_today() if wizard.company_id else None
            wizard.amount_owed = sum(claim.open for claim in claims)
            wizard.amount_overdue = sum(claim.open for claim in claims if claim.due < day)

    def _open_result(self, record):
        """Close the window, and show what it made unless the caller goes on from there."""
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "current",
        }
