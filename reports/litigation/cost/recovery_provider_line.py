from odoo import fields, models

from ....models.common.saying import narrow


class RecoveryProviderLine(models.TransientModel):
    """One provider of the list of results."""

    _name = "recovery.provider.line"
    _description = "Provider result"
    _inherit = ["recovery.window"]
    _order = "case_count desc, id"
    _rec_name = "partner_id"

    wizard_id = fields.Many2one("recovery.provider.report", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", "Provider", required=True)
    role = fields.Selection(
        [
            ("lawyer", "Lawyer (avocat)"),
            ("bailiff", "Commissaire de justice"),
            ("agency", "Collection agency"),
            ("foreign_agency", "Foreign collection agency"),
        ],
        string="Acting as",
    )
    case_count = fields.Integer("Cases")
    open_count = fields.Integer("Open cases")
    days = fields.Float(
        "Days, closed cases", digits=(10, 0), aggregator="avg", help="Average; 0 as long as none is closed."
    )
    amount_opening = fields.Monetary("At opening")
    amount_received = fields.Monetary("Received")
    share = fields.Float("Received (%)", aggregator=None)
    cost = fields.Monetary(
        "Paid to the provider", help="Incurred or paid, excluding tax; for a provider with two roles, in that one."
    )
    net = fields.Monetary("Received, net of costs")

    def action_open_cases(self):
        """Open the cases of the provider."""
        self.ensure_one()
        self.check_access("read")
        parties = self.env["recovery.case.party"].search(
            [("partner_id", "=", self.partner_id.id), ("role", "=", self.role), ("company_id", "=", self.company_id.id)]
        )
        wizard = self.wizard_id
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_case_action")
        domain = [
            ("id", "in", parties.case_id.ids),
            ("opened_on", ">=", wizard.date_from),
            ("opened_on", "<=", wizard.date_to),
        ]
        return narrow(action, domain=domain, context={})
