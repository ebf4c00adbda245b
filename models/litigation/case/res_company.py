from odoo import fields, models

from ...common.roles import SETTINGS


class ResCompany(models.Model):
    _inherit = "res.company"

    recovery_gate = fields.Selection(
        [("block", "Nothing goes to court while a check is red"), ("warn", "The checks only warn")],
        string="Checks before litigation",
        required=True,
        default="block",
        groups=SETTINGS,
        help="A rule of the house, not of the law: a manager may decide otherwise for a case, with a reason.",
    )
    recovery_gate_solvency_days = fields.Integer(
        "Solvency looked at within (days)",
        default=90,
        bounds=(1, 3650),
        groups=SETTINGS,
        help="Before a case goes to court: an older look is worth another one.",
    )
