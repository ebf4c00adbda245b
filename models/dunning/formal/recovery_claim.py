from odoo import api, models

from ...claim.figures import ZERO


class RecoveryClaim(models.AbstractModel):
    """The receipt of letters starts interest; a décompte leaves out what another letter in force asks for."""

    _inherit = "recovery.claim"

    @api.model
    def _get_receipts(self, lines):
        """Read the first presentation of the registered letters that claimed each instalment."""
        claimed = (
            self.env["recovery.notice.line"]
            .sudo()
            .search(
                [
                    ("move_line_id", "in", lines.ids),
                    ("engaged", "=", True),
                    ("level_kind", "=", "formal_notice"),
                    ("notice_id.letter_ids.presented_on", "!=", False),
                ],
                order="id desc",
            )
        )
        receipts = super()._get_receipts(lines)
        for line in claimed:  # the oldest one that was received
            if day := line.notice_id._get_received_on():
                receipts[line.move_line_id.id] = day
        return receipts

    @api.model
    def _add_indemnities(self, claim, lines, reading):
        result = super()._add_indemnities(claim, lines, reading)
        asked = dict(claim.options.asked.indemnities)
        for item in claim.items:
            if item.move_id in asked:
                item.indemnity, item.indemnity_article = ZERO, ""
        return result

    @api.model
    def _add_costs(self, claim, lines, reading):
        """Leave asked costs out; the indemnities of all the letters cover the others, as they would in one claim."""
        result = super()._add_costs(claim, lines, reading)
        asked, own = claim.options.asked, {item.move_id for item in claim.items}
        claim.costs = [row for row in claim.costs if row.cost_id not in asked.costs]
        kept = {row.cost_id for row in claim.costs}
        claim.costs_taken = sum((row.amount for row in reading.taken if row.cost_id in kept), ZERO)
        elsewhere = sum((amount for move_id, amount in asked.indemnities if move_id not in own), ZERO)
        claim.costs_covered = max(claim.costs_covered + elsewhere - asked.covered, ZERO)
        return result
