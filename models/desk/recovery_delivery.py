from odoo import fields, models


class RecoveryDelivery(models.Model):
    """What a person adds to a contact: how it ended, who spoke, what comes next."""

    _inherit = "recovery.delivery"

    result_id = fields.Many2one("recovery.call.result", readonly=True, ondelete="restrict")
    cause_id = fields.Many2one("recovery.delay.cause", string="Cause of delay", readonly=True, ondelete="restrict")
    spoken_to = fields.Char("Spoken to", readonly=True)
    next_date = fields.Date("Next date", readonly=True)
