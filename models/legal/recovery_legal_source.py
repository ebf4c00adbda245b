from odoo import fields, models


class RecoveryLegalSource(models.AbstractModel):
    """Legal data that say where they were read, and how sure that reading is."""

    _name = "recovery.legal.source"
    _description = "Recovery: legal data with their source"
    _inherit = ["recovery.traced.settings"]
    _typed = ("source", "confidence")

    source = fields.Char(required=True, translate=True)
    confidence = fields.Selection(
        [
            ("text", "Text read"),
            ("official", "Official page"),
            ("secondary", "Professional publication"),
            ("third_party", "Third-party reading"),
            ("memory", "From memory: to check"),
        ],
        required=True,
        default="official",
    )
