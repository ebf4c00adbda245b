from odoo import fields, models


class RecoveryProcedureTakeoverWizardLine(models.TransientModel):
    """One thing that had happened in a procedure that is taken over."""

    _name = "recovery.procedure.takeover.wizard.line"
    _description = "Past event of a procedure carried over"
    _inherit = ["recovery.window"]
    _order = "date, id"

    wizard_id = fields.Many2one("recovery.procedure.takeover.wizard", required=True, ondelete="cascade")
    type_id = fields.Many2one(related="wizard_id.type_id")
    kind_id = fields.Many2one(
        "recovery.procedure.event.kind", string="What happened", required=True, domain="[('type_id', '=', type_id)]"
    )
    date = fields.Date("On", required=True)
    company_currency_id = fields.Many2one(related="wizard_id.company_currency_id")
    amount = fields.Monetary("Granted", currency_field="company_currency_id")
    note = fields.Char()
