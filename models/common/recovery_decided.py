from odoo import models


class RecoveryDecided(models.AbstractModel):
    """What a decision may be asked about: the record hears the answer."""

    _name = "recovery.decided"
    _description = "Recovery: subject of a decision"

    def _on_decision(self, decision):
        """Carry out what a manager answered: a hook, called once with the decision granted or refused."""
