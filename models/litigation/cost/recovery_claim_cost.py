from odoo import api, fields, models

from ...common.equivalent import convert_totals


class RecoveryClaimCost(models.Model):
    """A cost on proof that belongs to a case counts there, and in the claim as long as no court awarded it."""

    _inherit = "recovery.claim.cost"

    case_cost_ids = fields.One2many("recovery.cost", "claim_cost_id", string="Case cost", readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        """Give it at once to the open case that claims its invoice."""
        costs = super().create(vals_list)
        cases = costs.debtor_id.sudo().case_ids.filtered("is_open")
        if cases:
            self.env["recovery.cost"]._adopt(cases)
        return costs

    def write(self, vals):
        """Keep the case's cost equal to what it comes from."""
        result = super().write(vals)
        if {"amount", "name", "date"} & vals.keys():
            for cost in self.sudo():
                cost.case_cost_ids.write({"amount": cost._get_company_amount(), "name": cost.name, "date": cost.date})
        return result

    def _get_company_amount(self):
        """Return the amount in the company's currency."""
        self.ensure_one()
        company = self.company_id.sudo()
        return convert_totals(company, self.date, [(self.currency_id, self.amount)])
