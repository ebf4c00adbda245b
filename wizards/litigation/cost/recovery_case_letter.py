from odoo import api, fields, models


class RecoveryCaseLetter(models.TransientModel):
    """What the debtor owes of the costs, for the words that remind of it: never what stays at our charge."""

    _inherit = "recovery.case.letter"
    _placeholders = ("costs_text", "costs_list_text")

    costs_text = fields.Char("Costs still owed, total", compute="_compute_cost_placeholders")
    costs_list_text = fields.Char("Costs still owed, itemised", compute="_compute_cost_placeholders")

    @api.depends("case_id")
    @api.depends_context("lang")
    def _compute_cost_placeholders(self):
        for letter in self:
            owed = letter.case_id.cost_ids.filtered("amount_owed").sorted("owed_on")
            letter.costs_text = letter._format_amount(sum(owed.mapped("amount_owed"))) if owed else ""
            letter.costs_list_text = ", ".join(
                f"{cost._describe_owed()} {letter._format_amount(cost.amount_owed)}" for cost in owed
            )

    @api.depends("wording_id", "costs_text")
    def _compute_warning(self):
        result = super()._compute_warning()
        for letter in self.filtered(lambda letter: not letter.costs_text):
            words = letter.wording_id.body or ""
            if any(name in words for name in RecoveryCaseLetter._placeholders):
                none = self.env._("This wording asks for costs, but the debtor owes none to date.")
                letter.warning = " ".join(filter(None, [letter.warning, none]))
        return result
