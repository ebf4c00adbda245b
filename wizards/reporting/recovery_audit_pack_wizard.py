from odoo import api, fields, models

from ...models.common.given import require_period
from ...models.common.recovery_window import once


class RecoveryAuditPackWizard(models.TransientModel):
    """Ask for the audit file of a period: the fiscal year that is over, or any other that has ended."""

    _name = "recovery.audit.pack.wizard"
    _description = "Request an Audit File"
    _inherit = ["recovery.window"]

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        domain="[('id', 'in', allowed_company_ids)]",
    )
    date_from = fields.Date(
        "From", required=True, compute="_compute_period", store=True, readonly=False, precompute=True
    )
    date_to = fields.Date("To", required=True, compute="_compute_period", store=True, readonly=False, precompute=True)
    closed_text = fields.Char("Company in which recovery is followed", compute="_compute_closed_text")

    @api.depends("company_id")
    def _compute_period(self):
        """Propose the fiscal year that is over."""
        for wizard in self:
            company = wizard.company_id or self.env.company
            wizard.date_from, wizard.date_to = self.env["recovery.audit.pack"]._get_last_year(company)

    @api.depends("company_id")
    def _compute_closed_text(self):
        for wizard in self:
            company = wizard.company_id
            is_open = not company or company._recovery_is_open()
            wizard.closed_text = False if is_open else company._recovery_get_closed_text()

    @api.constrains("date_from", "date_to")
    def _check_period(self):
        for wizard in self:
            require_period(self.env, wizard.date_from, wizard.date_to)

    @once
    def action_confirm(self):
        """Put the audit file in the queue, and open it."""
        file = self.env["recovery.audit.pack"]._ask(self.company_id, self.date_from, self.date_to)
        return {
            "type": "ir.actions.act_window",
            "res_model": "recovery.audit.pack",
            "res_id": file.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
