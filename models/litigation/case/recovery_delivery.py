from odoo import fields, models


class RecoveryDelivery(models.Model):
    """What was written from a case counts as a contact with the debtor like any other."""

    _inherit = "recovery.delivery"

    case_id = fields.Many2one("recovery.case", readonly=True, index="btree_not_null", ondelete="restrict")
