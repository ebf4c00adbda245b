from odoo import fields, models

from ...common.roles import READERS


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    recovery_case_line_ids = fields.One2many(
        "recovery.case.line",
        "line_id",
        string="Claims",
        groups=READERS,
    )
