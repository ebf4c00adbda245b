from odoo import fields, models

from ...common.saying import narrow


class RecoveryCampaign(models.Model):
    """The mises en demeure of a campaign are checked when they are proposed: what is missing shows at once."""

    _inherit = "recovery.campaign"

    incomplete_count = fields.Integer("Mises en demeure incomplete", compute="_compute_incomplete_count")

    def _compute_incomplete_count(self):
        groups = self.env["recovery.notice"]._read_group(
            [("campaign_id", "in", self.ids), ("is_blocked", "=", True)], ["campaign_id"], ["__count"]
        )
        counts = {campaign.id: count for campaign, count in groups}
        for campaign in self:
            campaign.incomplete_count = counts.get(campaign.id, 0)

    def _end_proposal(self, result):
        proposed = super()._end_proposal(result)
        if self.mode != "simulation":
            formal = (
                self.env["recovery.notice"]
                .sudo()
                .search([("campaign_id", "=", self.id), ("kind", "=", "formal_notice"), ("state", "=", "draft")])
            )
            formal._check_completeness(self.company_id._recovery_today())
        return proposed

    def action_view_blocked(self):
        """Open the mises en demeure that something blocks."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_notice_action")
        return narrow(action, domain=[("campaign_id", "=", self.id), ("is_blocked", "=", True)], context={})
