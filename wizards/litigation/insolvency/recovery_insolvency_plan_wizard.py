from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

from ....models.common.bounds import write_number
from ....models.common.recovery_window import once
from ....models.common.roles import require_user
from ....models.litigation.insolvency.distribution import get_equal_percents, get_remitted, plan_dividends


class RecoveryInsolvencyPlanWizard(models.TransientModel):
    """Write the dividends of a plan: equal ones, or a percentage for each year; what they leave is given up."""

    _name = "recovery.insolvency.plan.wizard"
    _description = "Dividends of a plan"
    _inherit = ["recovery.window"]

    declaration_id = fields.Many2one("recovery.insolvency.declaration", required=True, readonly=True)
    company_currency_id = fields.Many2one(related="declaration_id.company_currency_id")
    amount_admitted = fields.Monetary(related="declaration_id.amount_admitted", currency_field="company_currency_id")
    first_on = fields.Date("First dividend on", required=True)
    count = fields.Integer("Number of dividends", required=True, default=10, bounds=(1, 60))
    months = fields.Integer("Months between them", required=True, default=12, bounds=(1, 60))
    remitted_percent = fields.Float("Waived (%)", bounds=(0, 100), digits=(5, 2))
    percents = fields.Char("Percentages", help="One for each dividend, separated by spaces: 5 5 10 20. Empty: equal.")

    @once
    def action_confirm(self):
        """Put the dividends of the plan in the place of those of which nothing came yet."""
        self.ensure_one()
        require_user(self.env)
        declaration = self.declaration_id
        declaration.check_access("write")
        currency = self.company_currency_id
        digits = currency.decimal_places
        quantum = Decimal(1).scaleb(-digits)
        admitted = Decimal(f"{declaration.amount_admitted:.{digits}f}")
        if admitted <= 0:
            raise UserError(self.env._("Nothing has been admitted yet: record the admission first."))
        percents = self._read_percents()
        if sum(percents) > 100:
            raise UserError(self.env._("Dividends exceed what was admitted: check them."))
        dividends = plan_dividends(admitted, self.first_on, percents, quantum, self.months)
        kept = declaration.dividend_ids.filtered("payment_ids")
        (declaration.dividend_ids - kept).sudo().unlink()
        taken = {dividend.date for dividend in kept}
        self.env["recovery.insolvency.dividend"].create(
            [
                {
                    "declaration_id": declaration.id,
                    "date": dividend.day,
                    "percent": float(dividend.percent),
                    "amount": float(dividend.amount),
                }
                for dividend in dividends
                if dividend.day not in taken
            ]
        )
        remitted = get_remitted(admitted, percents, quantum)
        declaration.remitted = float(remitted)
        return self._say(
            self.env._(
                "Dividends created: %(count)s; waived: %(amount)s.",
                count=len(dividends),
                amount=formatLang(self.env, float(remitted), currency_obj=currency),
            )
        )

    def _read_percents(self):
        """Return the percentage of each dividend."""
        if not self.percents:
            return get_equal_percents(self.count, Decimal(str(round(self.remitted_percent, 2))))
        try:
            found = [Decimal(write_number(part)) for part in self.percents.replace("%", " ").replace(";", " ").split()]
        except (ArithmeticError, ValueError) as error:
            raise UserError(self.env._("Enter numbers separated by spaces: 5 5 10 20.")) from error
        if not found or len(found) > 60 or any(not part.is_finite() or part < 0 for part in found):
            raise UserError(self.env._("Enter numbers separated by spaces: 5 5 10 20."))
        return found
