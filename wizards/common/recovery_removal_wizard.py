from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.common.recovery_window import once


class RecoveryRemovalWizard(models.TransientModel):
    """Ask an administrator why the module is removed, after it was said what goes with it."""

    _name = "recovery.removal.wizard"
    _description = "Removal of debt recovery"
    _inherit = ["recovery.window"]

    reason = fields.Text("Why is it removed?")
    is_file_taken = fields.Boolean("The audit file was taken and kept outside")
    sent_count = fields.Integer("Letters and mails sent", compute="_compute_sent_count")

    @api.depends("reason")
    def _compute_sent_count(self):
        for wizard in self:
            wizard.sent_count = self.env["recovery.removal"]._count_sent()

    @once
    def action_confirm(self):
        """Keep the reason: the module may be removed during one day."""
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why the module is removed: it is kept."))
        self.env["recovery.removal"]._ask(self.reason, self.is_file_taken)
        return self._say(
            self.env._("This is kept. The module may be removed during one day: click on Uninstall again.")
        )

    def action_print(self):
        """Open the window that checks and prints the whole journal: what is taken along."""
        self.check_access("read")
        return self.env["recovery.removal"]._get_file_action()
