from odoo import fields, models


class RecoveryDelivery(models.Model):
    """What a person adds to a contact: how it ended, who spoke, what comes next."""

    _inherit = "recovery.delivery"

    is_manual = fields.Boolean("By hand", readonly=True, help="Logged by a person, outside a campaign.")
    is_inbound = fields.Boolean(
        "From the debtor", readonly=True, index=True, help="The debtor wrote or called: it is no solicitation."
    )
    result_id = fields.Many2one("recovery.call.result", readonly=True, ondelete="restrict")
    cause_id = fields.Many2one("recovery.delay.cause", string="Cause of delay", readonly=True, ondelete="restrict")
    spoken_to = fields.Char("Spoken to", readonly=True)
    next_date = fields.Date("Next date", readonly=True)
