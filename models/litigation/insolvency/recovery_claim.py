from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from ...claim.figures import LossProof
from ...common.insolvency import SAID, Birth


class RecoveryClaim(models.AbstractModel):
    """When claims were born, as people said it; what proceedings prove of claims that are lost."""

    _inherit = "recovery.claim"

    @api.model
    def _get_births(self, lines):
        births = super()._get_births(lines)
        said = (
            self.env["recovery.insolvency.claim"]
            .sudo()
            .search_fetch(
                Domain("line_id", "in", lines.ids) & Domain("born_by", "=", SAID), ["line_id", "born_on"], order="id"
            )
        )
        return births | {claim.line_id.id: Birth(claim.born_on, SAID) for claim in said}

    @api.model
    def _get_loss_proofs(self, lines):
        """Add what proves earlier claims lost: a liquidation, what a plan gives up, a closure for want of assets."""
        found = {line_id: list(proofs) for line_id, proofs in super()._get_loss_proofs(lines).items()}
        claims = (
            self.env["recovery.insolvency.claim"]
            .sudo()
            .search(Domain("line_id", "in", lines.ids) & Domain("category", "=", "earlier"))
        )
        for claim in claims:
            proofs = self._prove(claim.declaration_id)
            if proofs:
                found.setdefault(claim.line_id.id, []).extend(proofs)
        return found

    @api.model
    def _prove(self, declaration):
        """Return the :class:`figures.LossProof` that proceedings give, the earliest first."""
        proceedings = declaration.insolvency_id
        if proceedings.annulled_on or proceedings.is_confidential or proceedings.closing == "overturned":
            return []
        name = proceedings.display_name
        proofs = []
        if proceedings.kind == "liquidation":
            text = self.env._("Liquidation pronounced on %s", format_date(self.env, proceedings.pronounced_on))
            proofs.append(LossProof("liquidation", proceedings.pronounced_on, text))
        if declaration.remitted and proceedings._has_plan():
            text = self.env._("Waived by the plan: %s", declaration._format_amount(declaration.remitted))
            proofs.append(LossProof("remission", proceedings.plan_on, text))
        if proceedings.closing in ("no_assets", "erased"):
            proofs.append(LossProof("closure", proceedings.closed_on, self.env._("Closed without payment: %s", name)))
        return proofs
