from odoo import fields, models


class RecoveryLevel(models.Model):
    _inherit = "recovery.level"
    _typed = ("review_required", "wording_for", "formal_wording_ids")

    review_required = fields.Boolean(
        "Lawyer's review",
        help="A mise en demeure of this level leaves only after a lawyer has read it.",
    )
    wording_for = fields.Selection(
        [("professional", "Professionals"), ("consumer", "Consumers"), ("public", "Public bodies")],
        string="Words written for",
        required=True,
        default="professional",
        help="A mise en demeure to anybody else takes its words from the configuration of the mises en demeure.",
    )
    formal_wording_ids = fields.One2many("recovery.formal.wording", "level_id", string="Words for other addressees")
