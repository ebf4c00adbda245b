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

    def web_read(self, specification):
        """Bring the figures that a customer's form shows up to date."""
        shown = isinstance(specification, dict) and {"recovery_next_level_id", "recovery_next_action_text"}
        if shown and shown & specification.keys() and self.env["recovery.debtor"].has_access("read"):
            self.env["recovery.worklist"]._catch_up(self.exists()._filtered_access("read").recovery_debtor_id)
        return super().web_read(specification)

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
