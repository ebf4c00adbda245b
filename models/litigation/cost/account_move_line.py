from odoo import fields, models

from ...common.roles import READERS


class AccountMoveLine(models.Model):
    """A line of a vendor bill knows its costs: a line that has none asks nothing of them when it changes."""

    _inherit = "account.move.line"

    recovery_cost_ids = fields.One2many("recovery.cost", "bill_line_id", string="Case costs", groups=READERS)
