from odoo import api, fields, models


class RecoveryHold(models.Model):
    _inherit = "recovery.hold"

    promise_id = fields.Many2one("recovery.promise", readonly=True, index="btree_not_null", ondelete="restrict")
    plan_id = fields.Many2one("recovery.payment.plan", readonly=True, index="btree_not_null", ondelete="restrict")
    dispute_id = fields.Many2one("recovery.dispute", readonly=True, index="btree_not_null", ondelete="restrict")
    settlement_id = fields.Many2one("recovery.settlement", readonly=True, index="btree_not_null", ondelete="restrict")

    @api.model
    def _get_cause_fields(self):
        return [*super()._get_cause_fields(), "promise_id", "plan_id", "dispute_id", "settlement_id"]
