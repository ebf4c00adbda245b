from odoo import api, models
from odoo.fields import Domain

from .exposure import Limit


class RecoveryExposure(models.AbstractModel):
    _inherit = "recovery.exposure"

    @api.model
    def _read_limits(self, company, partners, day, debtors=None, is_everybody=False):
        """Return the :class:`Limit` of that day per partner id: the one reading of core's credit limit.

        The company's own amount comes first, then its root's. Core has no limit of zero:
        there, 0 means none. "No credit at all", the end of validity and the temporary
        increases are said by the debtor and judged here, when they are read.

        :param debtors: the customers' debtors, if the caller has them already.
        :param bool is_everybody: ``partners`` are all those who owe something.
        """
        limits = {partner_id: Limit() for partner_id in partners.ids}
        houses = (company._recovery_root() | company).filtered("account_use_credit_limit")
        for house in houses:
            house_partners = self.env["res.partner"].sudo().with_company(house).browse(partners.ids)
            house_partners.fetch(["credit_limit"])
            default = house_partners._fields["credit_limit"].get_company_dependent_fallback(house_partners)
            no_limit = Limit(None, "none")
            for partner_id, amount in zip(partners.ids, house_partners.mapped("credit_limit"), strict=True):
                if amount:
                    limits[partner_id] = Limit(amount, "company" if amount == default else "customer")
                elif limits[partner_id].amount is None:
                    limits[partner_id] = no_limit
        if houses and partners:
            if debtors is None:
                debtors = self._get_debtors_with_terms(company, None if is_everybody else partners)
            self._apply_terms(company, None if is_everybody else debtors, day, debtors, limits)
        return limits

    @api.model
    def _get_debtors_with_terms(self, company, partners):
        """Return the debtors of these customers, or all those on which something limits the limit."""
        domain = Domain("company_id", "=", company.root_id.id)
        if partners is None:
            domain &= Domain("limit_is_zero", "=", True) | Domain("limit_valid_until", "!=", False)
        else:
            domain &= Domain("partner_id", "in", partners.ids)
        return (
            self.env["recovery.debtor"]
            .sudo()
            .search_fetch(domain, ["partner_id", "limit_is_zero", "limit_valid_until"], order="id")
        )

    @api.model
    def _apply_terms(self, company, increased, day, debtors, limits):
        """Change ``limits`` by what was decided on the debtors: no credit, validity, increases.

        :param increased: debtors whose increases are read; None for all.
        """
        for debtor in debtors:
            partner_id = debtor.partner_id.id
            until = debtor.limit_valid_until or None
            if partner_id not in limits or not (until or debtor.limit_is_zero):
                continue
            if debtor.limit_is_zero:
                limits[partner_id] = Limit(0.0, "zero")
            elif until < day:
                limits[partner_id] = Limit(0.0, "expired", valid_until=until)
            else:
                limits[partner_id] = limits[partner_id]._replace(valid_until=until)
        if increased is not None and not increased:
            return
        for increase in self.env["recovery.limit.request"]._get_running_increases(company, increased, day):
            partner_id = increase.debtor_id.partner_id.id
            limit = limits.get(partner_id)
            if limit and limit.amount is not None:
                limits[partner_id] = limit._replace(
                    amount=limit.amount + increase.amount,
                    increase=limit.increase + increase.amount,
                    increase_until=max(filter(None, (limit.increase_until, increase.date_until))),
                )
