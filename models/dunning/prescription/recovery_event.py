from odoo import fields, models


class RecoveryEvent(models.Model):
    _inherit = "recovery.event"

    kind = fields.Selection(
        selection_add=[
            ("prescription_evidence", "Limitation: evidence recorded"),
            ("prescription_ended", "Limitation: end of proceedings"),
            ("prescription_cancelled", "Limitation: evidence cancelled"),
            ("prescription_choice", "Limitation: period corrected"),
            ("prescription_alert", "Limitation: alert"),
        ],
        ondelete={
            "prescription_evidence": "cascade",
            "prescription_ended": "cascade",
            "prescription_cancelled": "cascade",
            "prescription_choice": "cascade",
            "prescription_alert": "cascade",
        },
    )
