from odoo import api, models
from odoo.fields import Domain

from ...claim.figures import LossProof
from .recovery_exhibit import USED


class RecoveryClaim(models.AbstractModel):
    """Certificates among the pieces of a case prove that its claims are lost."""

    _inherit = "recovery.claim"

    @api.model
    def _get_loss_proofs(self, lines):
        """Add the certificates of irrecoverability that stand in the files of the cases."""
        found = {line_id: list(proofs) for line_id, proofs in super()._get_loss_proofs(lines).items()}
        claims = self.env["recovery.case.line"].sudo()
        claims = claims.search(Domain("line_id", "in", lines.ids) & Domain("removed_on", "=", False))
        pieces = self.env["recovery.exhibit"].sudo()
        pieces = pieces.search(
            Domain("case_id", "in", claims.case_id.ids)
            & Domain("kind", "=", "certificate")
            & Domain("state", "in", USED),
            order="date, id",
        )
        for piece in pieces:
            for line in claims.filtered(lambda claim, case=piece.case_id: claim.case_id == case).line_id:
                found.setdefault(line.id, []).append(LossProof("certificate", piece.date, piece.name))
        return found
