from odoo import api, fields, models

from ..common.roles import READERS


class ResPartner(models.Model):
    _inherit = "res.partner"

    recovery_term_warning = fields.Char(compute="_compute_recovery_term_warning", groups=READERS)

    @api.depends("property_payment_term_id", "commercial_partner_id", "country_id", "is_company")
    @api.depends_context("company", "lang")
    def _compute_recovery_term_warning(self):
        company = self.env.company
        subject = self._recovery_subject_to_term_rules(company)
        for partner in self:
            term = partner.property_payment_term_id
            partner.recovery_term_warning = (
                term.sudo()._get_recovery_term_warning(company, partner._recovery_month_end_agreed(company))
                if term and partner.commercial_partner_id in subject
                else ""
            )

    def _recovery_subject_to_term_rules(self, company):
        """Return the commercial entities, professionals in France, to whom the legal maxima apply.

        A public body has its own payment delays; a consumer has none.
        """
        partners = self.commercial_partner_id
        if company.account_fiscal_country_id.code != "FR":
            return partners.browse()
        Debtor = self.env["recovery.debtor"].sudo()
        natures = {debtor.partner_id: debtor.nature for debtor in Debtor._existing_for(partners._origin, company)}
        return partners.filtered(
            lambda partner: (
                partner.country_id.code in ("FR", False)
                and (natures.get(partner._origin) or Debtor._guess_nature(partner)) in ("merchant", "professional")
            )
        )

    def _recovery_month_end_agreed(self, company):
        """Tell whether the terms in force with this customer stipulate 45 days end of month."""
        self.ensure_one()
        partner = self.commercial_partner_id._origin
        if not partner:
            return False
        terms = self.env["recovery.contract.terms"]._get_terms(company, partner, company._recovery_today())
        return terms.is_month_end_agreed
