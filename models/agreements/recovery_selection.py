from odoo import api, models

from ..dunning.scenario.tone import PROMISE_BROKEN


class RecoverySelection(models.AbstractModel):
    _inherit = "recovery.selection"

    @api.model
    def _find_tones(self, company, day, oldest_by_debtor, without=None):
        """Be firmer when a promise was broken since the debtor's last notice, and something is late."""
        tones = super()._find_tones(company, day, oldest_by_debtor, without)
        late = [debtor for debtor, oldest in oldest_by_debtor.items() if oldest and oldest < day]
        debtors = self.env["recovery.debtor"].union(*late)
        broken = debtors._get_promises_to_mention(without or self.env["recovery.notice"])
        return tones | dict.fromkeys(broken, PROMISE_BROKEN)

    @api.model
    def _get_code_labels(self):
        return {
            **super()._get_code_labels(),
            "hold_promise": self.env._("Promise pending"),
            "hold_plan": self.env._("Payment plan in progress"),
            "hold_dispute": self.env._("Disputed"),
            "hold_settlement": self.env._("Mediation or settlement in progress"),
        }
