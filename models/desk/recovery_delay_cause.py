from odoo import fields, models


class RecoveryDelayCause(models.Model):
    """Why a debtor pays late, as they say it: the list is yours."""

    _name = "recovery.delay.cause"
    _description = "Reason for Late Payment"
    _inherit = ["recovery.traced.settings"]
    _order = "sequence, id"
    _carried_key = ("name",)
    _typed = ("name", "sequence", "active", "company_id")

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: every company may use it.")
