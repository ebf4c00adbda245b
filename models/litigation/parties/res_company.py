from odoo import fields, models

from ...common.bounds import BIG, SIGNED
from ...common.roles import SETTINGS


class ResCompany(models.Model):
    _inherit = "res.company"

    recovery_silence_days = fields.Integer(
        "Days before a silent party is chased",
        default=15,
        help="A lawyer, a commissaire or an agency to whom one wrote and who has not answered for so long makes a "
        "task. 0: never. Each mandate may say otherwise.",
        groups=SETTINGS,
    )
    recovery_artisan = fields.Selection(
        [("yes", "Yes"), ("no", "No")],
        string="The company is an artisan's",
        help="Entered in the register of crafts: it decides the court. Empty: not known, and asked.",
        groups=SETTINGS,
    )
    recovery_headcount = fields.Integer(
        "Employees",
        bounds=BIG,
        help="Below the legal threshold no contribution is owed to the economic activities courts. 0: not known.",
        groups=SETTINGS,
    )
    recovery_turnover = fields.Monetary(
        "Turnover, average of three years",
        help="It decides the contribution to the economic activities courts. 0: not known.",
        groups=SETTINGS,
    )
    recovery_profit = fields.Monetary(
        "Profit, average of three years",
        bounds=SIGNED,
        help="Negative for a loss. It counts once the turnover is known.",
        groups=SETTINGS,
    )
