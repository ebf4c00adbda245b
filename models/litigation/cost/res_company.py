from odoo import fields, models

from ...common.roles import SETTINGS


class ResCompany(models.Model):
    _inherit = "res.company"

    recovery_case_amount = fields.Monetary(
        "Amount worth a case",
        help="Below it a case is marked before it goes to court: it would cost more than it brings. 0: any amount.",
        groups=SETTINGS,
    )
