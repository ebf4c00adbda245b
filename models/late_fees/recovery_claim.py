from odoo import api, models
from odoo.fields import Domain

from ..claim.figures import ZERO, Taken
from ..claim.recovery_claim import to_decimal


class RecoveryClaim(models.AbstractModel):
    """What the claim leaves out: late fees charged or waived already, and those that are not claimed as a rule."""

    _inherit = "recovery.claim"

    @api.model
    def _get_exempt_lines(self, lines):
        """Documents that charge late fees bear neither interest nor indemnity."""
        marked = lines.filtered(lambda line: line.move_id.recovery_is_penalty)
        return super()._get_exempt_lines(lines) | set(marked.ids)

    @api.model
    def _get_taken(self, company, lines):
        """Add what is charged or waived, in force on these instalments and their debtors, in one reading."""
        taken = super()._get_taken(company, lines)
        partners = lines.partner_id.commercial_partner_id
        fees = (
            self.env["recovery.late.fee"]
            .sudo()
            .search(
                Domain("is_live", "=", True)
                & Domain("company_id", "child_of", company.root_id.id)
                & (
                    Domain("move_line_id", "in", lines.ids)
                    | Domain("move_id", "in", lines.move_id.ids)
                    | Domain("head", "in", ("cost", "clause_fixed"))
                    & Domain("debtor_id.partner_id", "in", partners.ids)
                )
            )
        )
        return taken + [
            Taken(
                fee.head,
                to_decimal(fee.amount, fee.currency_id) if fee.amount else ZERO,
                fee.currency_id.id,
                bool(fee.charge_id),
                (fee.charge_id or fee.waiver_id).display_name,
                fee.move_line_id.id or None,
                fee.move_id.id or None,
                fee.cost_id.id or None,
                fee.debtor_id.partner_id.id,
                (fee.date_from or None) if fee.head == "interest" else None,
                fee.date_to or None,
            )
            for fee in fees
        ]

    @api.model
    def _get_given_up(self, company, partners, day):
        found = super()._get_given_up(company, partners, day)
        waives = Domain("late_interest_mode", "=", "waive") | Domain("late_indemnity_mode", "=", "waive")
        Debtor = self.env["recovery.debtor"].sudo()
        debtors = Debtor._existing_for(partners, company)
        by_scenario = self.env["recovery.scenario"].sudo().search_count(waives, limit=1)
        if not by_scenario:  # scenarios are chosen only where one of them waives
            debtors = debtors.filtered_domain(waives)
        for debtor, mode in debtors._get_late_fee_modes(day).items():
            if mode.waived:
                found[debtor.partner_id.id] = mode.waived
        return found
