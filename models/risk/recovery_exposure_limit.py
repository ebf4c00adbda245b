from odoo import api, models

from .exposure import Limit


class RecoveryExposure(models.AbstractModel):
    _inherit = "recovery.exposure"

    @api.model
    def _read_limits(self, company, partners, day):
        """Return the :class:`Limit` of that day per partner id: the one reading of core's credit limit.

        The company's own amount comes first, then its root's. Core has no limit of zero:
        there, 0 means none. "No credit at all", the end of validity and the temporary
        increases are said by the debtor and judged here, when they are read.
        """
        limits = {partner_id: Limit() for partner_id in partners.ids}
        houses = (company.root_id | company).sudo().filtered("account_use_credit_limit")
        for house in houses:
            house_partners = self.env["res.partner"].sudo().with_company(house).browse(partners.ids)
            house_partners.fetch(["credit_limit"])
            default = house_partners._fields["credit_limit"].get_company_dependent_fallback(house_partners)
            for partner in house_partners:
                amount = partner.credit_limit
                if amount:
                    limits[partner.id] = Limit(amount, "company" if amount == default else "customer")
                elif limits[partner.id].amount is None:
                    limits[partner.id] = Limit(None, "none")
        if houses and partners:
            self._apply_terms(company, partners, day, limits)
        return limits

    @api.model
    def _apply_terms(self, company, partners, day, limits):
        """Change ``limits`` by what was decided on the debtors: no credit, validity, increases."""
        debtors = (
            self.env["recovery.debtor"]
            .sudo()
            .search_fetch(
                [
                    ("company_id", "=", company.root_id.id),
                    ("partner_id", "in", partners.ids),
                    "|",
                    ("limit_is_zero", "=", True),
                    ("limit_valid_until", "!=", False),
                ],
                ["partner_id", "limit_is_zero", "limit_valid_until"],
            )
        )
        for debtor in debtors:
            limit = limits[debtor.partner_id.id]
            until = debtor.limit_valid_until or None
            if debtor.limit_is_zero:
                limits[debtor.partner_id.id] = Limit(0.0, "zero")
            elif until and until < day:
                limits[debtor.partner_id.id] = Limit(0.0, "expired", valid_until=until)
            else:
                limits[debtor.partner_id.id] = limit._replace(valid_until=until)
        for increase in self.env["recovery.limit.request"]._get_running_increases(company, partners, day):
            partner_id = increase.debtor_id.partner_id.id
            limit = limits[partner_id]
            if limit.amount is not None:
                limits[partner_id] = limit._replace(
                    amount=limit.amount + increase.amount,
                    increase=limit.increase + increase.amount,
                    increase_until=max(filter(None, (limit.increase_until, increase.date_until))),
                )
