from odoo import fields, models


class RecoveryHold(models.Model):
    _inherit = "recovery.hold"

    notice_id = fields.Many2one(
        "recovery.notice", string="Excluded notice", readonly=True, index="btree_not_null", ondelete="set null"
    )
