from odoo import fields, models

from .recovery_notice_check import DECISION


class RecoveryDecision(models.Model):
    """The decision to issue a mise en demeure despite what the check found."""

    _inherit = "recovery.decision"

    kind = fields.Selection(
        selection_add=[(DECISION, "Mise en demeure despite a blocker")], ondelete={DECISION: "cascade"}
    )
    blocker_codes = fields.Char(readonly=True, help="Codes of what was missing when it was asked.")
