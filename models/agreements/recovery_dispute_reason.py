from odoo import fields, models


class RecoveryDisputeReason(models.Model):
    """Why a customer disputes an invoice: the list is the company's own."""

    _name = "recovery.dispute.reason"
    _description = "Reason of a dispute"
    _inherit = ["recovery.traced.settings"]
    _order = "sequence, id"
    _carried_key = ("name",)
    _typed = ("name", "sequence", "active", "help_text")

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    help_text = fields.Text(
        "What to check", translate=True, help="Shown when a dispute is opened: what proves or settles it."
    )

    _name_uniq = models.UniqueIndex("(name)", "This reason exists already.")
