from odoo import api, models
from odoo.fields import Domain


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
        return super()._get_taken(company, lines) + self.env["recovery.late.fee"]._read_taken(company, lines)

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
