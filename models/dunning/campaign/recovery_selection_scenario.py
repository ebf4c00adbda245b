from collections import defaultdict

from odoo import api, models

from .verdict import DUE


class RecoverySelection(models.AbstractModel):
    """What a scenario says beyond its steps: who follows which one, and when to keep quiet."""

    _inherit = "recovery.selection"

    @api.model
    def _get_steps_by_partner(self, company, debtor_by_partner):
        """Return a function from a commercial partner id to the steps of its scenario."""
        default = company._recovery_default_policy()
        policies = default
        for debtor in debtor_by_partner.values():
            policies |= debtor.policy_id
        steps = policies._get_steps()

        def steps_of(partner_id):
            debtor = debtor_by_partner.get(partner_id)
            policy = (debtor and debtor.policy_id) or default
            return steps.get(policy.id, [])

        return steps_of

    @api.model
    def _restrain(self, company, day, verdicts):
        """Return the verdicts once the scenario's restraints have spoken, debtor by debtor."""
        return self._apply_minimum(company, verdicts)

    @api.model
    def _apply_minimum(self, company, verdicts):
        """Leave alone the debtors whose total stays below the minimum of the step they would take."""
        totals, top = defaultdict(float), {}
        for verdict in verdicts:
            if verdict.code == DUE:
                partner_id = verdict.item.partner_id
                totals[partner_id] += verdict.net_company
                top[partner_id] = max(top.get(partner_id, verdict.step), verdict.step, key=lambda step: step.position)
        currency = company.currency_id
        poor = {
            partner_id
            for partner_id, total in totals.items()
            if top[partner_id].min_amount and currency.compare_amounts(total, top[partner_id].min_amount) < 0
        }
        if not poor:
            return verdicts
        return [
            verdict._replace(code="below_minimum")
            if verdict.code == DUE and verdict.item.partner_id in poor
            else verdict
            for verdict in verdicts
        ]
