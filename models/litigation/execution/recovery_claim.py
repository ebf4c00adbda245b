from odoo import api, models
from odoo.tools import format_date

from ...claim.figures import LossProof


class RecoveryClaim(models.AbstractModel):
    """A claim rests on the title that was given for it, and on what the title awarded beside the principal."""

    _inherit = "recovery.claim"

    @api.model
    def _get_titles(self, company, lines, day):
        """Add the titles in force, whoever may read them."""
        return {
            **super()._get_titles(company, lines, day),
            **self.env["recovery.title"]._read_rulings(lines, day),
        }

    @api.model
    def _get_court_costs(self, company, lines, day):
        """Add the heads that titles awarded and that are no costs of the case.

        A cost of which nobody has said whether it is a part of such a head counts as one: each euro is asked once.
        """
        return [
            *super()._get_court_costs(company, lines, day),
            *self.env["recovery.title"]._read_court_costs(lines, day),
        ]

    @api.model
    def _get_loss_proofs(self, lines):
        """Add the acts of execution that found nothing to seize."""
        found = super()._get_loss_proofs(lines)
        acts = self.env["recovery.execution.act"]._find_proofs(lines)
        for act in acts:
            text = self.env._(
                "%(act)s found nothing to seize on %(day)s",
                act=act.kind_id.name,
                day=format_date(self.env, act.made_on),
            )
            for line in act.title_id.line_ids.line_id & lines:
                found[line.id] = [*found.get(line.id, ()), LossProof("execution", act.made_on, text)]
        return found
