from odoo import fields, models


class RecoveryResumeWizardLine(models.TransientModel):
    """One instalment, and the level at which it was reminded before."""

    _name = "recovery.resume.wizard.line"
    _description = "Instalment to carry over"
    _inherit = ["recovery.window"]
    _order = "partner_id, due_date, id"

    wizard_id = fields.Many2one("recovery.resume.wizard", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="wizard_id.company_id")
    move_line_id = fields.Many2one("account.move.line", required=True, readonly=True, ondelete="cascade")
    partner_id = fields.Many2one(related="move_line_id.partner_id", store=True, string="Customer")
    move_name = fields.Char(related="move_line_id.move_name", string="Invoice")
    due_date = fields.Date("Due date", related="move_line_id.date_maturity", store=True)
    currency_id = fields.Many2one(related="move_line_id.currency_id")
    amount_residual = fields.Monetary(related="move_line_id.recovery_residual", string="Open")
    level_id = fields.Many2one(
        "recovery.level",
        string="Level reached",
        domain="[('company_id', 'in', (False, company_id)), ('scenario_id.active', '=', True)]",
    )
    date = fields.Date("Reached on")
