from odoo import fields, models


class RecoveryDoubtfulAdoptWizardLine(models.TransientModel):
    """One line of 416 to take over: its depreciation, and the VAT in it that comes back."""

    _name = "recovery.doubtful.adopt.wizard.line"
    _description = "Line of 416 to carry over"
    _inherit = ["recovery.window"]

    wizard_id = fields.Many2one("recovery.doubtful.adopt.wizard", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="wizard_id.company_id")
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    line_id = fields.Many2one("account.move.line", string="Journal item", required=True)
    partner_id = fields.Many2one(related="line_id.partner_id", string="Customer")
    name = fields.Char(related="line_id.name", string="Label")
    due_date = fields.Date(related="line_id.date_maturity", string="Due date")
    amount_open = fields.Monetary(related="line_id.amount_residual", string="Open", currency_field="currency_id")
    selected = fields.Boolean("Carry over", default=True)
    depreciated = fields.Monetary("Impairment booked")
    vat = fields.Monetary("Recoverable VAT")
    tax_id = fields.Many2one(
        "account.tax", domain="[('type_tax_use', '=', 'sale'), ('company_id', 'parent_of', company_id)]"
    )
