from odoo import fields, models


class RecoveryLevel(models.Model):
    _inherit = "recovery.level"

    review_required = fields.Boolean(
        "Lawyer's review",
        help="A mise en demeure of this level leaves only after a lawyer has read it.",
    )
