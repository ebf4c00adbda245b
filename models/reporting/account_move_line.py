from odoo import api, fields, models
from odoo.fields import Domain

from ..common.roles import READERS


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    recovery_collector_id = fields.Many2one(
        "res.users",
        string="Collector",
        compute="_compute_recovery_collector_id",
        search="_search_recovery_collector_id",
        groups=READERS,
        help="Who follows the customer in the company of the entry.",
    )

    @api.depends("partner_id", "company_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_recovery_collector_id(self):
        Debtor = self.env["recovery.debtor"]
        for company, lines in self.grouped("company_id").items():
            debtors = Debtor._existing_for(lines.partner_id, company) if company else Debtor
            by_partner = {debtor.partner_id: debtor.collector_id for debtor in debtors}
            for line in lines:
                line.recovery_collector_id = by_partner.get(line.partner_id.commercial_partner_id)

    @api.model
    def _search_recovery_collector_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        Debtor = self.env["recovery.debtor"].with_context(active_test=False)
        portfolios = []
        for root in self.env.companies.root_id:
            debtors = Debtor._search([("company_id", "=", root.id), ("collector_id", "in", value)])
            of_debtor = Domain("partner_id.commercial_partner_id", "in", debtors.subselect("partner_id"))
            portfolios.append(Domain("company_id", "child_of", root.id) & of_debtor)
        return Domain.OR(portfolios)
