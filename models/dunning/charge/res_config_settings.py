from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    recovery_late_interest_account_id = fields.Many2one(
        related="company_id.recovery_late_interest_account_id", readonly=False
    )
    recovery_late_indemnity_account_id = fields.Many2one(
        related="company_id.recovery_late_indemnity_account_id", readonly=False
    )
    recovery_late_fee_journal_id = fields.Many2one(related="company_id.recovery_late_fee_journal_id", readonly=False)
