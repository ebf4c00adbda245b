from odoo import fields, models


class RecoveryEvent(models.Model):
    _inherit = "recovery.event"

    kind = fields.Selection(
        selection_add=[
            ("late_fee_mode", "Late fees: rule changed"),
            ("late_fee_charged", "Late fees charged"),
            ("late_fee_posted", "Charge of late fees posted"),
            ("late_fee_freed", "Charge of late fees cancelled or reversed"),
            ("late_fee_waived", "Late fees waived"),
            ("late_fee_claimed_again", "Waiver of late fees withdrawn"),
        ],
        ondelete={
            "late_fee_mode": "cascade",
            "late_fee_charged": "cascade",
            "late_fee_posted": "cascade",
            "late_fee_freed": "cascade",
            "late_fee_waived": "cascade",
            "late_fee_claimed_again": "cascade",
        },
    )
