from odoo import api, fields, models

from ...common.saying import narrow


class RecoveryMandate(models.Model):
    """The cases in which the provider acts by this mandate."""

    _inherit = "recovery.mandate"

    party_ids = fields.One2many("recovery.case.party", "mandate_id", string="In cases", readonly=True)
    open_case_count = fields.Integer("Open cases", compute="_compute_open_case_count")
    is_full = fields.Boolean("As many cases as possible", compute="_compute_open_case_count")

    @api.depends("party_ids.case_id.is_open", "capacity")
    def _compute_open_case_count(self):
        counts = dict(
            self.env["recovery.case.party"]._read_group(
                [("mandate_id", "in", self.ids), ("is_open", "=", True)], ["mandate_id"], ["case_id:count_distinct"]
            )
        )
        for mandate in self:
            mandate.open_case_count = counts.get(mandate._origin, 0)
            mandate.is_full = bool(mandate.capacity) and mandate.open_case_count >= mandate.capacity

    def _list_gaps(self):
        """Add that it takes no more cases."""
        gaps = super()._list_gaps()
        if self.is_full:
            gaps.append(self.env._("It already has %s open cases, the maximum it takes.", self.open_case_count))
        return gaps

    def action_view_cases(self):
        """Open the cases in which the provider acts."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_case_action")
        return narrow(action, domain=[("id", "in", self.party_ids.case_id.ids)], context={})
