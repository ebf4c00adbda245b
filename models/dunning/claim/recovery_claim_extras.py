from datetime import timedelta

from odoo import api, models

from ...common.legal.interest import round_half_up
from .figures import ZERO, CostRow
from .recovery_claim import BILLS, quantum_of, to_decimal

_ONE_DAY = timedelta(days=1)


class RecoveryClaim(models.AbstractModel):
    """What comes beside the interest: flat indemnities, costs on proof, penalty clauses."""

    _inherit = "recovery.claim"

    @api.model
    def _add_indemnities(self, claim, lines, reading):
        """Give one flat indemnity to each late invoice of a professional or a public body, never of a consumer."""
        bills = set(lines.move_id.filtered(lambda move: move.move_type in BILLS).ids)
        taken = {row.move_id for row in reading.taken if row.head == "indemnity"}
        for item in claim.items:
            if not item.is_late or item.nature == "consumer" or item.move_id not in bills:
                continue
            if item.line_id in reading.exempt:
                continue
            amount = reading.get("flat_indemnity_b2b", item.due + _ONE_DAY)
            bills.discard(item.move_id)
            claim.costs_covered += amount  # claimed, charged or given up, it covers as much of the costs
            if item.move_id not in taken and "indemnity" not in reading.given_up.get(item.partner_id, ()):
                item.indemnity = amount
                item.indemnity_article = "D2192-35 CCP" if item.nature == "public" else "D441-5 C. com."

    @api.model
    def _add_costs(self, claim, lines, reading):
        """Add the costs on proof: what exceeds the flat indemnities is claimed (L441-10 II)."""
        payers = {item.partner_id for item in claim.items if item.nature != "consumer"} - self._list_spared(reading)
        claim.costs = [
            CostRow(row.id, row.move_id.name or "", row.date, row.name, to_decimal(row.amount, row.currency_id))
            for row in reading.costs
            if row.debtor_id.partner_id.id in payers and (not row.move_id or row.move_id in lines.move_id)
        ]
        found = {row.cost_id for row in claim.costs}
        claim.costs_taken = sum((row.amount for row in reading.taken if row.cost_id in found), ZERO)

    @api.model
    def _list_spared(self, reading):
        """Return the ids of the partners whose indemnities are waived as a rule: costs and clauses follow them."""
        return {partner_id for partner_id, heads in reading.given_up.items() if "indemnity" in heads}

    @api.model
    def _add_clauses(self, claim, lines, day, options, reading):
        """Add the contract's penalty clause, owed only after a mise en demeure (C. civ. 1231-5)."""
        fixed = {}
        taken = {row.line_id for row in reading.taken if row.head == "clause"}
        spared = self._list_spared(reading)
        fixed_until = {}
        for row in reading.taken:
            if row.head == "clause_fixed":
                fixed_until[row.partner_id] = max(row.end, fixed_until.get(row.partner_id, row.end))
        for item, line in zip(claim.items, lines, strict=True):
            terms = self._get_terms_of(line, reading)
            if not item.is_late or item.line_id not in reading.receipts or not item.account.principal_left:
                continue
            if item.line_id in reading.exempt or item.partner_id in spared:
                continue
            if terms.clause_percent and item.line_id not in taken:
                amount = item.account.principal_left * terms.clause_percent / 100
                item.clause = round_half_up(amount, quantum_of(line.currency_id))
                claim.clause_reference = terms.reference
            if terms.clause_fixed and not item.due < fixed_until.get(item.partner_id, item.due):
                fixed[item.partner_id] = terms.clause_fixed
                claim.clause_reference = terms.reference
        claim.clauses_fixed = fixed
