from odoo import api, models


class RecoverySelection(models.AbstractModel):
    _inherit = "recovery.selection"

    @api.model
    def _get_code_labels(self):
        return {
            **super()._get_code_labels(),
            "hold_promise": self.env._("Promise awaited"),
            "hold_plan": self.env._("Payment plan running"),
            "hold_dispute": self.env._("Disputed"),
            "hold_settlement": self.env._("Mediation or settlement under way"),
        }
