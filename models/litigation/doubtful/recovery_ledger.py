from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain

from ...ledger.rows import Depreciation


class RecoveryLedger(models.AbstractModel):
    """What doubtful claims are depreciated by on a day: the entries posted on them until then."""

    _inherit = "recovery.ledger"

    @api.model
    def _read_depreciations(self, company, partners, day):
        rows = super()._read_depreciations(company, partners, day)
        of_claims = Domain("company_id", "=", company._recovery_root().id)
        if partners is not None:
            of_claims &= Domain("debtor_id.partner_id", "in", partners.ids)
        amounts = defaultdict(float)
        Line = self.env["recovery.doubtful.entry.line"].sudo()
        of_day = (
            Domain("kind", "=", "depreciation")
            & Domain("doubtful_id", "any", of_claims)
            & Line._get_counted_domain(day)
        )
        for claim, amount in Line._read_group(of_day, ["doubtful_id"], ["amount:sum"]):
            amounts[claim] += amount
        taken = of_claims & Domain("taken_depreciation", "!=", 0) & Domain("transferred_on", "<=", day)
        taken &= Domain("released_on", "=", False) | Domain("released_on", ">", day)
        for claim in self.env["recovery.doubtful"].sudo().search(taken):
            amounts[claim] += claim.taken_depreciation
        round_ = company._recovery_root().currency_id.round
        return rows + [
            Depreciation(claim.partner_id.id, claim.line_id.id or None, round_(amount))
            for claim, amount in amounts.items()
            if round_(amount)
        ]
