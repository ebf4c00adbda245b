from odoo import fields, models

MODES = [
    ("show", "Show them"),
    ("charge", "Charge them"),
    ("waive", "Waive them"),
]
HELP = (
    "Show: letters and statements claim them. Charge: they may also be charged by a separate document, a draft to "
    "validate. Waive: neither shown nor claimed, as a goodwill gesture; they remain legally due, and are claimed "
    "again if this is changed."
)


class RecoveryScenario(models.Model):
    _inherit = "recovery.scenario"
    _typed = ("late_interest_mode", "late_indemnity_mode")

    late_interest_mode = fields.Selection(
        MODES, string="Late-payment interest", required=True, default="show", help=HELP
    )
    late_indemnity_mode = fields.Selection(
        MODES, string="Fixed compensation and costs", required=True, default="show", help=HELP
    )
