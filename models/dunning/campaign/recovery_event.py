from odoo import fields, models


class RecoveryEvent(models.Model):
    _inherit = "recovery.event"

    kind = fields.Selection(
        selection_add=[
            ("followed", "“No Follow-Up” lifted"),
            ("resumed", "Past level taken over"),
            ("unproposed", "Debtor left aside by an error"),
        ],
        ondelete={"followed": "cascade", "resumed": "cascade", "unproposed": "cascade"},
    )
