from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.common.recovery_window import once


class RecoverySampleWizard(models.TransientModel):
    """Draw a sample of the receivables of a day: by chance, the largest, or all above an amount."""

    _name = "recovery.sample.wizard"
    _description = "Draw a Sample"
    _inherit = ["recovery.window"]

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        domain="[('id', 'in', allowed_company_ids)]",
    )
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    day = fields.Date("As of", required=True, compute="_compute_day", store=True, readonly=False, precompute=True)
    unit = fields.Selection(selection="_selection_unit", string="Draw from", required=True, default="customer")
    method = fields.Selection(selection="_selection_method", string="Draw", required=True, default="random")
    seed = fields.Integer(default=1, help="Any number; the same one draws the same rows again.")
    size = fields.Integer("How many", default=20)
    threshold = fields.Monetary("Amount", currency_field="company_currency_id")
    answer_to = fields.Text("Replies go to", help="Name, address and e-mail of the auditor: printed on the letters.")

    @api.model
    def _selection_unit(self):
        return self.env["recovery.sample"]._fields["unit"]._description_selection(self.env)

    @api.model
    def _selection_method(self):
        return self.env["recovery.sample"]._fields["method"]._description_selection(self.env)

    @api.depends("company_id")
    def _compute_day(self):
        for wizard in self:
            wizard.day = wizard.company_id._recovery_today() if wizard.company_id else False

    @once
    def action_draw(self):
        """Draw the sample, keep it and open it."""
        if self.method == "above" and self.threshold <= 0:
            raise UserError(self.env._("Enter the minimum amount."))
        if self.method != "above" and self.size <= 0:
            raise UserError(self.env._("Enter how many to draw."))
        rule = {name: self[name] for name in ("unit", "method", "seed", "size", "threshold")}
        sample = self.env["recovery.sample"]._draw(self.company_id, self.day, rule, self.answer_to)
        return {
            "type": "ir.actions.act_window",
            "res_model": "recovery.sample",
            "res_id": sample.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
