from odoo import api, models

from ..case.recovery_gate import GREEN, ORANGE, RED, Finding, checks_gate


class RecoveryGate(models.AbstractModel):
    """Whether a case is worth what it costs."""

    _inherit = "recovery.gate"

    @api.model
    def _get_labels(self):
        return super()._get_labels() | {"worth": self.env._("It is worth its costs")}

    @checks_gate("worth")
    @api.model
    def _check_worth(self, cases, day):
        """Weigh what is open against the company's floor, and what is expected against what it costs."""
        return {case: self._weigh(case) for case in cases}

    @api.model
    def _weigh(self, case):
        compare = case.company_currency_id.compare_amounts
        floor = case.company_id._recovery_root().recovery_case_amount
        if floor and compare(case.amount_now, floor) < 0:
            return Finding(
                RED,
                self.env._("Less than %s is open: below that a case is not worthwhile.", case._format_amount(floor)),
            )
        if compare(case.amount_expected, 0.0) <= 0:
            return Finding(ORANGE, self.env._("Nobody has said what is expected."), "action_say_chance")
        if not case.cost_ids.filtered(lambda cost: cost.state != "cancelled"):
            return Finding(ORANGE, self.env._("No cost is planned yet."), "action_suggest_costs")
        values = {
            "expected": case._format_amount(case.amount_expected),
            "cost": case._format_amount(case.cost_net),
        }
        if compare(case.amount_expected, case.cost_net) <= 0:
            text = self.env._("It costs %(cost)s, and %(expected)s is expected.", **values)
            return Finding(RED, text, "action_view_costs")
        text = self.env._("%(expected)s is expected, and it costs %(cost)s.", **values)
        unknown = case.cost_ids.filtered(lambda cost: cost.state == "planned" and not cost.amount)
        if unknown:
            names = ", ".join(unknown.mapped("name")[:3])
            text = self.env._("%(text)s Not counted, amount unknown: %(costs)s.", text=text, costs=names)
            return Finding(ORANGE, text, "action_view_costs")
        return Finding(GREEN, text)
