from odoo import fields, models

from ...models.common.bounds import BIG
from ...models.late_fees.recovery_late_fee import HEADS


class RecoveryLateFeeWizardLine(models.TransientModel):
    """One late fee to charge or to waive: what is chosen is computed again when it is done."""

    _name = "recovery.late.fee.wizard.line"
    _description = "Late fee to charge or to waive"
    _inherit = ["recovery.window"]

    wizard_id = fields.Many2one("recovery.late.fee.wizard", required=True, ondelete="cascade")
    selected = fields.Boolean(default=True)
    head = fields.Selection(HEADS, "Nature")
    key_id = fields.Integer(bounds=BIG)
    debtor_id = fields.Many2one("recovery.debtor")
    move_id = fields.Many2one("account.move", string="Invoice")
    due_date = fields.Date("Due date")
    date_from = fields.Date("From")
    date_to = fields.Date("To")
    days = fields.Integer("Number of days", bounds=BIG)
    currency_id = fields.Many2one("res.currency")
    amount_due = fields.Monetary("Due")
    amount = fields.Monetary(help="Interest may be waived in part: reduce the amount.")
