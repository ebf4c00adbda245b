from odoo import api, models

from ..case.recovery_gate import GREEN, ORANGE, RED, Finding

WEIGHT = {GREEN: 0, ORANGE: 1, RED: 2}
CURE = "action_complete_exhibits"


class RecoveryGate(models.AbstractModel):
    """Whether the file has the pieces that its procedure asks for."""

    _inherit = "recovery.gate"

    @api.model
    def _check_documents(self, cases, day):
        """Ask for the pieces that are required and missing: nothing is sure of them before a procedure is chosen."""
        found = super()._check_documents(cases, day)
        return {case: self._add_missing_pieces(case, found[case]) for case in cases}

    @api.model
    def _add_missing_pieces(self, case, finding):
        """Return what was found of the documents of a case, with the pieces that its file lacks."""
        if not case.missing_text:
            return finding
        procedures = case._get_running_procedures()
        values = {"type": procedures[:1].type_id.name, "pieces": case.missing_text}
        if procedures:
            state, text = RED, self.env._("%(type)s: these exhibits are required and missing: %(pieces)s.", **values)
        else:
            state, text = ORANGE, self.env._("Not among the exhibits yet: %(pieces)s.", **values)
        is_worse = WEIGHT[state] >= WEIGHT[finding.state]
        return Finding(
            state if is_worse else finding.state, f"{finding.reason} {text}", CURE if is_worse else finding.cure
        )
