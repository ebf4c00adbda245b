from odoo import fields, models
from odoo.exceptions import UserError


class RecoveryNoticeWizard(models.TransientModel):
    """One of the notices that would leave for a debtor now: it is read, and changed, before there is one."""

    _inherit = "recovery.notice.wizard"

    send_id = fields.Many2one("recovery.send.wizard", readonly=True, index=True, ondelete="cascade")

    def _rehearse(self, work):
        """Work on what a campaign of today would propose: nothing of it stays."""
        if not self.send_id:
            return super()._rehearse(work)
        changes, debtor = self._get_changes(), self.send_id.debtor_id
        return self.env["recovery.campaign"]._rehearse(
            debtor,
            debtor.company_id._recovery_today(),
            lambda notices: self._work_on(self._find_notice(notices), changes, work),
        )

    def _find_notice(self, notices):
        """Return the notice that this window shows among those that were proposed now.

        :raises UserError: it is not what was shown any more.
        """
        self.ensure_one()
        found = notices.filtered(lambda notice: notice.level_id == self.level_id)
        if len(found) != 1 or found.amount_text != self.amount_text:
            raise UserError(
                self.env._("What is to be sent has changed in the meantime: close this window, and open it again.")
            )
        return found

    def action_open(self):
        """Open this notice, to read it as it leaves and to change it."""
        self.check_access("read")
        return self._get_dialog(self.env._("As sent"), dialog_size="extra-large")

    def action_list(self):
        """Go back to all that leaves, with what was changed here."""
        self.check_access("read")
        self.sudo().write(self._rehearse(self._prepare_preview))
        return self.send_id._show()
