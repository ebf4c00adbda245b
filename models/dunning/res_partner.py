from odoo import fields, models

ROLES = "debt_recovery.group_recovery_user,debt_recovery.group_recovery_auditor"


class ResPartner(models.Model):
    _inherit = "res.partner"

    recovery_next_level_id = fields.Many2one(related="recovery_debtor_id.next_level_id", groups=ROLES)
    recovery_next_action_date = fields.Date(related="recovery_debtor_id.next_action_date", groups=ROLES)
    recovery_next_action_text = fields.Char(related="recovery_debtor_id.next_action_text", groups=ROLES)
    recovery_last_notice_on = fields.Date(related="recovery_debtor_id.last_notice_on", groups=ROLES)
    recovery_collector_id = fields.Many2one(related="recovery_debtor_id.collector_id", groups=ROLES)
