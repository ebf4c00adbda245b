from odoo import fields, models


class RecoveryEvent(models.Model):
    _inherit = "recovery.event"

    kind = fields.Selection(
        selection_add=[
            ("promise_given", "Promise given"),
            ("promise_kept", "Promise kept"),
            ("promise_broken", "Promise broken"),
            ("promise_cancelled", "Promise cancelled"),
            ("plan_proposed", "Payment plan proposed"),
            ("plan_signed", "Payment plan signed"),
            ("plan_fulfilled", "Payment plan fulfilled"),
            ("plan_broken", "Payment plan broken"),
            ("plan_cancelled", "Payment plan cancelled"),
            ("dispute_opened", "Dispute opened"),
            ("dispute_resolved", "Dispute resolved"),
            ("settlement_talks", "Talks begun"),
            ("settlement_agreed", "Settlement agreed"),
            ("settlement_fulfilled", "Settlement fulfilled"),
            ("settlement_failed", "Settlement failed"),
        ],
        ondelete={
            "promise_given": "cascade",
            "promise_kept": "cascade",
            "promise_broken": "cascade",
            "promise_cancelled": "cascade",
            "plan_proposed": "cascade",
            "plan_signed": "cascade",
            "plan_fulfilled": "cascade",
            "plan_broken": "cascade",
            "plan_cancelled": "cascade",
            "dispute_opened": "cascade",
            "dispute_resolved": "cascade",
            "settlement_talks": "cascade",
            "settlement_agreed": "cascade",
            "settlement_fulfilled": "cascade",
            "settlement_failed": "cascade",
        },
    )
