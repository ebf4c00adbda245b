from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain

from ...claim.figures import CourtCost
from ...claim.recovery_claim import to_decimal
from ...common.bounds import get_finite


class RecoveryClaim(models.AbstractModel):
    """What a court awarded of the costs of a case is claimed with what the case claims, once."""

    _inherit = "recovery.claim"

    @api.model
    def _get_court_costs(self, company, lines, day):
        """Add what the debtors owe of the costs of the cases that claim these instalments."""
        found = super()._get_court_costs(company, lines, day)
        costs, first = self._find_court_costs(lines, day)
        return found + [
            CourtCost(
                cost.owed_on,
                cost._describe_owed(),
                to_decimal(cost.amount_owed, cost.currency_id),
                cost.currency_id.id,
                first[cost.case_id],
                cost.claim_cost_id.id or None,
            )
            for cost in costs
        ]

    @api.model
    def _find_court_costs(self, lines, day):
        """Return what is owed of the costs of the cases that claim these instalments on that day.

        :return: ``(costs, {case: id of the instalment beside which its costs stand})``.
        """
        claims = (
            self.env["recovery.case.line"]
            .sudo()
            .search_fetch(
                Domain("line_id", "in", lines.ids) & Domain("removed_on", "=", False) & Domain("is_final", "=", False),
                ["case_id", "line_id"],
            )
        )
        first = defaultdict(list)
        for claim in claims:
            first[claim.case_id].append(claim.line_id.id)
        order = {line_id: rank for rank, line_id in enumerate(lines.ids)}
        costs = (
            self.env["recovery.cost"]
            .sudo()
            .search(
                Domain("case_id", "in", [case.id for case in first])
                & Domain("owed_on", "<=", day)
                & Domain("amount_owed", ">", 0),
                order="owed_on, id",
            )
        )
        return costs.filtered(lambda cost: get_finite(cost.amount_owed)), {
            case: min(line_ids, key=order.__getitem__) for case, line_ids in first.items()
        }
