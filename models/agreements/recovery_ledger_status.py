from odoo import api, models

from ..ledger.ageing_status import DISPUTED


class RecoveryLedgerStatus(models.AbstractModel):
    """Talks under way have settled nothing: until something is agreed, what they are about is contested."""

    _inherit = "recovery.ledger.status"

    @api.model
    def _get_status(self, hold):
        settlement = hold.settlement_id
        if settlement and (not settlement.agreed_on or hold.date_from < settlement.agreed_on):
            return DISPUTED
        return super()._get_status(hold)
