from odoo import fields, models
from odoo.exceptions import UserError

from ...common.roles import require_user


class RecoveryCampaign(models.Model):
    _inherit = "recovery.campaign"

    handover_count = fields.Integer(
        "Handovers without a case",
        compute="_compute_handover_count",
        help="What the campaign handed over to litigation without a case having been opened yet.",
    )

    def _compute_handover_count(self):
        counts = dict(
            self.env["recovery.notice"]._read_group(
                [
                    ("campaign_id", "in", self.ids),
                    ("kind", "=", "handover"),
                    ("state", "=", "sent"),
                    ("case_ids", "=", False),
                ],
                ["campaign_id"],
                ["__count"],
            )
        )
        for campaign in self:
            campaign.handover_count = counts.get(campaign._origin, 0)

    def action_open_cases(self):
        """Open a case for each customer that the campaign handed over to litigation, and show the cases."""
        require_user(self.env)
        self.check_access("read")
        handed = self.notice_ids.filtered(
            lambda notice: notice.kind == "handover" and notice.state == "sent" and not notice.case_ids
        )
        waiting = handed.filtered(lambda notice: notice._get_unclaimed_lines())
        if not waiting:
            raise UserError(self.env._("Nothing handed over by this campaign is waiting for a case."))
        return waiting.action_open_case()
