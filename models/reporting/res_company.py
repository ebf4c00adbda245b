from odoo import fields, models

from ..common.roles import SETTINGS


class ResCompany(models.Model):
    _inherit = "res.company"

    recovery_borrowing_rate = fields.Float(
        "Borrowing rate (%)",
        digits=(16, 2),
        bounds=(0, 100),
        help="What the company pays for its short-term credit, per year: the cost of the cash that late payers keep.",
        groups=SETTINGS,
    )
