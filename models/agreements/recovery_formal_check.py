from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain

from ..dunning.formal.recovery_formal_check import finds


class RecoveryFormalCheck(models.Model):
    _inherit = "recovery.formal.check"

    @finds("nothing_undisputed")
    @api.model
    def _find_nothing_undisputed(self, claimed, day):
        """Find the notices of which every instalment is disputed entirely, or that claim nothing."""
        lines = self._union(claimed)
        disputes = (
            self.env["recovery.dispute"]
            .sudo()
            .search_fetch(
                Domain("state", "=", "open") & Domain("move_id", "in", lines.move_id.ids),
                ["move_id", "line_id", "amount"],
            )
        )
        by_line, by_move = defaultdict(float), defaultdict(float)
        for dispute in disputes:
            if dispute.line_id:
                by_line[dispute.line_id.id] += dispute.amount
            else:
                by_move[dispute.move_id.id] += dispute.amount
        found = {}
        for notice, group in claimed.items():
            if not any(
                line.currency_id.compare_amounts(
                    min(
                        line.amount_due, line.amount_residual - by_line[line.move_line_id.id] - by_move[line.move_id.id]
                    ),
                    0,
                )
                > 0
                for line in group
            ):
                found[notice] = self._name_invoices(group)
        return found
