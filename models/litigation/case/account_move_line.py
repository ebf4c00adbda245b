from odoo import fields, models

from ...common.roles import READERS


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    recovery_claim_ids = fields.One2many(
        "recovery.case.claim",
        "line_id",
        string="Claims",
        groups=READERS,
    )
