from decimal import Decimal

from odoo import api, models
from odoo.tools import float_is_zero

from .figures import NEUTRAL_TERMS, ContractTerms


class RecoveryClaim(models.AbstractModel):
    """Where a claim finds its contract, the receipt of its mise en demeure, the insolvency of its debtor."""

    _inherit = "recovery.claim"

    @api.model
    def _read_contract_terms(self, company, partners):
        """Read the terms agreed over time, the customers' own and the company's, in one query."""
        get_terms = self.env["recovery.contract.terms"]._read_terms(company, partners)
        described = {}

        def get(partner_id, day):
            terms = get_terms(partner_id, day)
            if terms.id not in described:
                described[terms.id] = self._describe_terms(terms)
            return described[terms.id]

        return get

    @api.model
    def _get_terms_of(self, line, reading):
        """Return the contract terms of an instalment: those of the day on which it was invoiced, if they bind."""
        partner_id = line.partner_id.commercial_partner_id.id
        terms = reading.get_terms(partner_id, line.move_id.invoice_date or line.date)
        is_consumer = reading.natures.get(partner_id, "consumer") == "consumer"
        return NEUTRAL_TERMS if is_consumer and not terms.binds_consumers else terms

    @api.model
    def _describe_terms(self, terms):
        """Return contract terms as plain figures."""
        if not terms:
            return NEUTRAL_TERMS

        def number(value):
            return None if float_is_zero(value, precision_digits=4) else Decimal(str(round(value, 4)))

        return ContractTerms(
            interest_rate=number(terms.penalty_rate) if terms.penalty_kind == "contract" else None,
            clause_percent=number(terms.clause_percent) if terms.clause_kind == "percent" else None,
            clause_fixed=number(terms.clause_amount) if terms.clause_kind == "fixed" else None,
            capitalises=terms.has_capitalisation,
            reference=terms.cgv_version or terms.display_name,
            binds_consumers=terms._binds("consumer"),
        )

    @api.model
    def _get_receipts(self, lines):
        """Read the first presentation of the registered letters that claimed each instalment."""
        claimed = (
            self.env["recovery.notice.line"]
            .sudo()
            .search(
                [
                    ("move_line_id", "in", lines.ids),
                    ("engaged", "=", True),
                    ("level_kind", "=", "formal_notice"),
                    ("notice_id.letter_ids.presented_on", "!=", False),
                ],
                order="id desc",
            )
        )
        receipts = {}
        for line in claimed:  # the oldest one that was received
            if day := line.notice_id._get_received_on():
                receipts[line.move_line_id.id] = day
        return receipts

    @api.model
    def _get_insolvencies(self, company, partners, day):
        """Read the judgments that the debtors' screens tell of."""
        debtors = (
            self.env["recovery.debtor"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", partners.ids),
                    ("insolvency_on", "<=", day),
                    ("company_id", "=", company.root_id.id),
                ]
            )
        )
        return {debtor.partner_id.id: debtor.insolvency_on for debtor in debtors}
