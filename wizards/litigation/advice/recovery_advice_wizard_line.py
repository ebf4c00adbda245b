from odoo import fields, models


class RecoveryAdviceWizardLine(models.TransientModel):
    """One type of procedure as the advisor shows it for a case."""

    _name = "recovery.advice.wizard.line"
    _description = "Procedure shown by the advisor"
    _inherit = ["recovery.window"]
    _order = "rank, id"

    wizard_id = fields.Many2one("recovery.advice.wizard", required=True, ondelete="cascade")
    rank = fields.Integer()
    type_id = fields.Many2one("recovery.procedure.type", string="Procedure")
    state = fields.Selection(
        [("yes", "Is open"), ("unknown", "To be asked"), ("no", "Not open")], string="Open to this case"
    )
    decisive = fields.Text("Why")
    reasons = fields.Text("All reasons", help="Why not, what is to be asked first, what is wise, then what holds.")
    follows = fields.Char(
        "Follows on", help="What a procedure of the case ended with, after which this one may come by its type."
    )
    cost_text = fields.Char("Cost")
    costs = fields.Text("Costs in detail")
    days_text = fields.Char("Time")
    chance_text = fields.Char("Success")
    net_text = fields.Char("Own cases")
    brings = fields.Char()
    lawyer_text = fields.Char("Lawyer")
    handlers = fields.Char("Who may handle it")
    article = fields.Char("Articles")
    source = fields.Char()
    confidence = fields.Char("How sure")
