from odoo import fields, models

from ..common.roles import SETTINGS


class ResCompany(models.Model):
    _inherit = "res.company"

    recovery_borrowing_rate = fields.Float(
        "Borrowing rate (%)",
        digits=(16, 2),
        bounds=(0, 100),
        help="Annual cost of the company's short-term credit: the cost of the cash that late payers keep.",
        groups=SETTINGS,
    )
