from odoo import fields, models


class RecoveryDisputeReason(models.Model):
    """Why a customer disputes an invoice: the list is the company's own."""

    _name = "recovery.dispute.reason"
    _description = "Dispute reason"
    _inherit = ["recovery.traced.settings"]
    _order = "sequence, id"
    _carried_key = ("name",)
    _typed = ("name", "sequence", "active", "help_text")

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    help_text = fields.Text(
        "What to check", translate=True, help="Shown when a dispute is opened: what proves or resolves it."
    )

    _name_uniq = models.UniqueIndex("(name)", "This reason already exists.")
