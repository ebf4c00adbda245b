from odoo import api, models

from .mail_headers import is_automatic


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _creation_message(self):
        """Return our threads' first words: core's own have a gender that French cannot guess."""
        if not self._name.startswith("recovery."):
            return super()._creation_message()
        return self.env._("%s: created", self.env["ir.model"]._get(self._name).name)

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """Let the thread that receives a mail know whether a machine wrote it: its headers go no further."""
        if is_automatic(message):
            self = self.with_context(recovery_automatic_mail=True)
        return super()._message_route_process(message, message_dict, routes)
