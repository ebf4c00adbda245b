from odoo import api, models

from ...common.recovery_delivery import PENDING_STATES
from ..campaign.recovery_waiting import PREPARED

PENDING = set(PENDING_STATES)


class RecoveryWaiting(models.AbstractModel):
    """The letters to guarantors that wait follow what the debtor owes, each within what it may ask for."""

    _inherit = "recovery.waiting"

    @api.model
    def _compare(self, notices, day):
        guarantors = notices.sudo().filtered("guaranteed_notice_id")
        result = super()._compare(notices - guarantors, day)
        waiting = guarantors.filtered(  # what went with the debtor's own is over
            lambda notice: (
                notice.state in PREPARED
                or (notice.state == "sent" and PENDING & set(notice.delivery_ids.mapped("state")))
            )
        )
        for _company, letters in waiting.grouped("company_id").items():
            self.env["recovery.guarantor.letter"]._follow(letters, day)
        return result
