from odoo import api, fields, models

from ..common.roles import READERS


class ResPartner(models.Model):
    _inherit = "res.partner"

    recovery_next_level_id = fields.Many2one(
        "recovery.level", string="Next action", compute="_compute_recovery_follow_up", groups=READERS
    )
    recovery_next_action_date = fields.Date("On", compute="_compute_recovery_follow_up", groups=READERS)
    recovery_next_action_text = fields.Char("Why", compute="_compute_recovery_follow_up", groups=READERS)
    recovery_last_notice_on = fields.Date("Last contact", compute="_compute_recovery_follow_up", groups=READERS)
    recovery_collector_id = fields.Many2one(
        "res.users", string="Collector", compute="_compute_recovery_follow_up", groups=READERS
    )

    def _read_format(self, fnames, load="_classic_read"):
        """Bring the figures that a customer's form shows up to date."""
        if not {"recovery_next_level_id", "recovery_next_action_date", "recovery_next_action_text"}.isdisjoint(fnames):
            self.env["recovery.worklist"]._catch_up(self._origin.recovery_debtor_id)
            self.invalidate_recordset([name for name in fnames if name.startswith("recovery_next_")])
        return super()._read_format(fnames, load)

    @api.depends("commercial_partner_id")
    @api.depends_context("uid", "allowed_company_ids", "lang")
    def _compute_recovery_follow_up(self):
        for partner in self:
            debtor = partner.recovery_debtor_id
            partner.recovery_next_level_id = debtor.next_level_id
            partner.recovery_next_action_date = debtor.next_action_date
            partner.recovery_next_action_text = debtor.next_action_text
            partner.recovery_last_notice_on = debtor.last_notice_on
            partner.recovery_collector_id = debtor.collector_id
