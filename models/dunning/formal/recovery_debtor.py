from odoo import models
from odoo.fields import Domain

from .recovery_notice import LYING


class RecoveryDebtor(models.Model):
    _inherit = "recovery.debtor"

    def _read_standings(self, day):
        """Add the mises en demeure that are not paid: those whose deadline runs, and those that have not left yet."""
        standings = super()._read_standings(day)
        notices = (
            self.env["recovery.notice"]
            .sudo()
            .search(
                Domain("debtor_id", "in", self.ids)
                & Domain("kind", "=", "formal_notice")
                & Domain("state", "=", "sent")
                & Domain("guaranteed_notice_id", "=", False)
                & (
                    Domain("expires_on", ">=", day)
                    | Domain("expires_on", "=", False)
                    | Domain("delivery_ids.state", "in", LYING)
                )
                & Domain("line_ids", "any", [("engaged", "=", True), ("move_line_id.recovery_is_open", "=", True)]),
                order="id",
            )
        )
        for notice in notices:
            lying, expiry = notice._get_lying_state(), notice._get_expiry()
            if lying or (expiry and expiry >= day):
                standing = notice._prepare_lying(lying) if lying else notice._prepare_deadline(expiry)
                standings.setdefault(self.browse(notice.debtor_id.id), []).append(standing)
        return standings
