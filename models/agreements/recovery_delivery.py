from odoo import fields, models


class RecoveryDelivery(models.Model):
    _inherit = "recovery.delivery"

    plan_id = fields.Many2one(
        "recovery.payment.plan", string="Payment plan", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    plan_date_id = fields.Many2one(
        "recovery.payment.plan.line", readonly=True, index="btree_not_null", ondelete="restrict"
    )

    _one_breach_notice_per_plan = models.UniqueIndex(
        "(plan_id) WHERE plan_id IS NOT NULL AND plan_date_id IS NULL AND state <> 'cancelled'",
        "The debtor was already notified that this payment plan is broken.",
    )
    _one_reminder_per_plan_date = models.UniqueIndex(
        "(plan_date_id) WHERE plan_date_id IS NOT NULL AND state <> 'cancelled'",
        "A reminder was already sent for this instalment of the plan.",
    )
