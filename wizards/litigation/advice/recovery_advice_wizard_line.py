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
        [("yes", "Is open"), ("unknown", "To be clarified"), ("no", "Not open")], string="Open to this case"
    )
    decisive = fields.Text("Why")
    reasons = fields.Text(
        "All reasons", help="Why not, what needs checking first, what is advisable, then what is met."
    )
    follows = fields.Char(help="A procedure of the case ended with this; by its type, this one may follow.")
    cost_text = fields.Char("Cost")
    costs = fields.Text("Cost details")
    days_text = fields.Char("Time")
    chance_text = fields.Char("Success")
    net_text = fields.Char("Own cases")
    brings = fields.Char()
    lawyer_text = fields.Char("Lawyer")
    handlers = fields.Char("Who may handle it")
    article = fields.Char("Articles")
    source = fields.Char()
    confidence = fields.Char("Certainty")
