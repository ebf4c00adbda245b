from odoo import fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    recovery_claim_ids = fields.One2many(
        "recovery.case.claim",
        "line_id",
        string="Claims",
        groups="debt_recovery.group_recovery_user,debt_recovery.group_recovery_auditor",
    )
