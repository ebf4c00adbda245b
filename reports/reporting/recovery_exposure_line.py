from odoo import api, fields, models


class RecoveryExposureLine(models.TransientModel):
    """One customer of the list of exposures."""

    _name = "recovery.exposure.line"
    _description = "Customer exposure"
    _inherit = ["recovery.window"]
    _order = "total desc, id"
    _rec_name = "partner_id"

    wizard_id = fields.Many2one("recovery.exposure.report", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", "Customer", required=True)
    group_id = fields.Many2one("res.partner")
    overdue = fields.Monetary()
    not_due = fields.Monetary("Not yet due")
    orders = fields.Monetary("Orders to invoice")
    draft = fields.Monetary("Draft invoices")
    credit = fields.Monetary("Credits to match")
    total = fields.Monetary("Exposure")
    has_limit = fields.Boolean()
    limit_amount = fields.Monetary("Credit limit", aggregator=None)
    usage = fields.Float("Limit used (%)", aggregator=None)
    cover = fields.Monetary("Covered")
    own_risk = fields.Monetary("Own risk")
    oldest_due = fields.Date("Oldest due date")
    days_late = fields.Integer("Days late", aggregator="max")
    case_text = fields.Char("In litigation", compute="_compute_case_text")

    @api.depends("partner_id", "company_id")
    def _compute_case_text(self):
        """Say in which cases the customer is, at which step and until when."""
        for company, lines in self.grouped("company_id").items():
            of_today = lines.filtered(lambda line: not line.wizard_id.is_past)
            texts = self._read_case_texts(company._origin, of_today.partner_id._origin)
            for line in lines:
                line.case_text = line in of_today and texts.get(line.partner_id._origin.id, False)

    @api.model
    def _read_case_texts(self, company, partners):
        """Return ``{partner id: in which cases they are, at which step and until when}`` of those who are in one."""
        partners = self.env["res.partner"].union(*partners)
        debtors = self.env["recovery.debtor"]._existing_for(partners, company)
        return {debtor.partner_id.id: debtor.case_text for debtor in debtors if debtor.case_text}

    def action_open_debtor(self):
        """Open the customer's follow-up."""
        self.ensure_one()
        self.check_access("read")
        return self.partner_id.with_company(self.company_id).action_open_recovery_debtor()
