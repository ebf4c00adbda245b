from odoo import api, models

from ..common.recovery_chronology import offers_pieces


class RecoveryChronology(models.AbstractModel):
    """Proofs of what was ordered and delivered, and the statements issued, are pieces of a file."""

    _inherit = "recovery.chronology"

    @offers_pieces("proofs")
    @api.model
    def _offer_proofs(self, scope):
        """Offer the proofs of the invoices, archived ones left out."""
        kinds = {"delivery": "delivery", "acceptance": "delivery", "contract": "contract"}
        proofs = self.env["recovery.proof"].search([("move_ids", "in", scope.lines.move_id.ids)])
        return [
            row
            for proof in proofs
            for row in self._offer_files(
                kinds.get(proof.kind, "order"), proof.display_name, proof.date, proof, proof.attachment_ids
            )
        ]

    @offers_pieces("claim_statements")
    @api.model
    def _offer_statements(self, scope):
        """Offer the last statement issued for the case, else for the debtor."""
        Statement = self.env["recovery.claim.statement"]
        domain = [("debtor_id", "=", scope.debtor.id), ("attachment_id", "!=", False)]
        own = [("res_model", "=", scope.subject._name), ("res_id", "in", scope.subject.ids)]
        statement = Statement.search([*domain, *own], limit=1) or Statement.search(
            [*domain, ("res_model", "!=", scope.subject._name)], limit=1
        )
        if not statement:
            return []
        title = self.env._("Claim statement %s", statement.number)
        return self._offer_files(
            "statement", title, statement.date, statement, statement.attachment_id, sha256=statement.sha256
        )
