from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

from .recovery_selection_scenario import CONTACT_CHANNELS


class RecoverySelection(models.AbstractModel):
    """Know with whom somebody was in contact by hand: a level leaves them alone for some days.

    The reminders of an instalment count on its own ladder; a call, a visit or a letter outside
    the scenario concerns the debtor as a whole.
    """

    _inherit = "recovery.selection"

    @api.model
    def _read_last_by_hand(self, company, day, days, partner_ids):
        """Return ``{partner id: day of the last contact}`` made outside the scenario, over the last ``days`` days."""
        deliveries = (
            self.env["recovery.delivery"]
            .sudo()
            .search_fetch(
                Domain("company_id", "=", company.root_id.id)
                & Domain("notice_id", "=", False)
                & Domain("channel", "in", CONTACT_CHANNELS)
                & Domain("is_inbound", "=", False)
                & Domain("state", "not in", ("cancelled", "failed", "bounced"))
                & Domain("purpose", "!=", "correction")
                & Domain("done_on", ">=", day - timedelta(days=days + 1))
                & Domain("debtor_id.partner_id", "in", list(partner_ids)),
                ["debtor_id", "done_on"],
                order="done_on",
            )
        )
        last = {}
        for delivery in deliveries:
            contact = company._recovery_local_datetime(delivery.done_on).date()
            if contact <= day:
                last[delivery.debtor_id.partner_id.id] = contact
        return last
