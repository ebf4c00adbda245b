from odoo import fields, models


class RecoveryDelivery(models.Model):
    _inherit = "recovery.delivery"

    notice_id = fields.Many2one("recovery.notice", readonly=True, index=True, ondelete="restrict")
    run_id = fields.Many2one(related="notice_id.run_id", store=True, index=True)
    level_id = fields.Many2one(related="notice_id.level_id", store=True)

    _notice_channel_addressee_uniq = models.UniqueIndex(
        "(notice_id, channel, addressee_id)", "This notice was already sent to this addressee by this channel."
    )
