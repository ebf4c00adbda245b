from odoo import fields, models


class RecoveryEvent(models.Model):
    _inherit = "recovery.event"

    kind = fields.Selection(
        selection_add=[
            ("class_changed", "Risk class changed"),
            ("behaviour_break", "Payment behaviour changed"),
            ("score_reviewed", "Score reviewed"),
            ("risk_noted", "Risk information noted"),
            ("terms_changed", "Contract terms changed"),
            ("file_checked", "Solvency file changed"),
            ("reviewed", "Monthly review done"),
        ],
        ondelete={
            "class_changed": "cascade",
            "behaviour_break": "cascade",
            "score_reviewed": "cascade",
            "risk_noted": "cascade",
            "terms_changed": "cascade",
            "file_checked": "cascade",
            "reviewed": "cascade",
        },
    )
