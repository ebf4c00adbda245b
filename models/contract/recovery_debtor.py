from odoo import api, fields, models


class RecoveryDebtor(models.Model):
    _inherit = "recovery.debtor"
    _typed = ("contract_terms_ids",)

    contract_terms_ids = fields.One2many("recovery.contract.terms", "debtor_id", string="Own contract terms")
    terms_in_force_id = fields.Many2one(
        "recovery.contract.terms",
        string="Contract terms in force",
        compute="_compute_terms_in_force_id",
        help="The debtor's own terms, otherwise the company's.",
    )

    @api.depends("contract_terms_ids.valid_from", "contract_terms_ids.valid_to", "company_id", "partner_id")
    def _compute_terms_in_force_id(self):
        Terms = self.env["recovery.contract.terms"]
        for company, debtors in self.grouped("company_id").items():
            terms = Terms._get_terms_by_partner(company, debtors.partner_id, company._recovery_today())
            for debtor in debtors:
                debtor.terms_in_force_id = terms.get(debtor.partner_id.id, Terms).id
