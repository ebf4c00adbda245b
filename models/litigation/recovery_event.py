from odoo import fields, models


class RecoveryEvent(models.Model):
    _inherit = "recovery.event"

    kind = fields.Selection(
        selection_add=[
            ("case_opened", "Case opened"),
            ("case_claim", "Claims of a case changed"),
            ("case_stage", "Case moved"),
            ("case_closed", "Case closed"),
            ("case_reopened", "Case reopened"),
        ],
        ondelete={
            "case_opened": "cascade",
            "case_claim": "cascade",
            "case_stage": "cascade",
            "case_closed": "cascade",
            "case_reopened": "cascade",
        },
    )
