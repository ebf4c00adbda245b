from odoo import models
from odoo.fields import Domain


class RecoveryDebtor(models.Model):
    _inherit = "recovery.debtor"

    def _read_standings(self, day):
        """Add the mises en demeure whose deadline runs and that are not paid."""
        standings = super()._read_standings(day)
        notices = (
            self.env["recovery.notice"]
            .sudo()
            .search(
                Domain("debtor_id", "in", self.ids)
                & Domain("kind", "=", "formal_notice")
                & Domain("state", "=", "sent")
                & Domain("guaranteed_notice_id", "=", False)
                & (Domain("expires_on", ">=", day) | Domain("expires_on", "=", False))
                & Domain("line_ids", "any", [("engaged", "=", True), ("move_line_id.recovery_is_open", "=", True)]),
                order="id",
            )
        )
        for notice in notices:
            expiry = notice._get_expiry()
            if expiry and expiry >= day:
                standings.setdefault(self.browse(notice.debtor_id.id), []).append(notice._prepare_deadline(expiry))
        return standings
