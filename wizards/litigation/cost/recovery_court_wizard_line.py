from odoo import fields, models

from ....models.litigation.parties.courts import COURTS


class RecoveryCourtWizardLine(models.TransientModel):
    """One answer to "before which court?"."""

    _name = "recovery.court.wizard.line"
    _description = "Answer on the competent court"
    _inherit = ["recovery.window"]
    _rec_name = "reason"

    wizard_id = fields.Many2one("recovery.court.wizard", required=True, index=True, ondelete="cascade")
    role = fields.Selection(
        [("question", "To be clarified"), ("court", "Has jurisdiction"), ("option", "May be chosen")], readonly=True
    )
    court_id = fields.Many2one("res.partner", readonly=True)
    court_kind = fields.Selection(COURTS, string="Kind of court", readonly=True)
    reason = fields.Text(readonly=True)
