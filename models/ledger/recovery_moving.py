from odoo import api, models


class RecoveryMoving(models.AbstractModel):
    _inherit = "recovery.moving"

    @api.model
    def _note_stale(self, owners):
        result = super()._note_stale(owners)
        if owners:
            self.env["recovery.debtor.touch"]._touch(owners)
        return result
