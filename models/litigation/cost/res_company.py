from odoo import fields, models

from ...common.roles import SETTINGS


class ResCompany(models.Model):
    _inherit = "res.company"

    recovery_case_amount = fields.Monetary(
        "Minimum amount for a case",
        help="Below this amount a case is flagged before it goes to court: it would cost more than it brings in. 0: "
        "any amount.",
        groups=SETTINGS,
    )
