from odoo import fields, models

from .recovery_insolvency_declaration import ESTATES


class RecoveryCase(models.Model):
    """Which estate of the debtor a case can reach, and the declarations that it carries."""

    _inherit = "recovery.case"
    _typed = ("estate",)

    estate = fields.Selection(
        ESTATES,
        string="Estate that it can reach",
        required=True,
        default="whole",
        tracking=True,
        help="A sole trader has two (C. com. L526-22): say which one answers for the claim.",
    )
    declaration_ids = fields.One2many(
        "recovery.insolvency.declaration", "case_id", string="Declarations", readonly=True
    )
