from odoo import api, models

from .aside import Aside
from .mail_headers import is_automatic

AUTOMATIC_MAIL = Aside("automatic_mail")
TOLD_ELSEWHERE = Aside("told_elsewhere")


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def write(self, vals):
        """Track our records' decisive fields, which a client's context would have core forget."""
        self._recovery_track(vals)
        return super().write(vals)

    def _compute_field_value(self, field):
        self._recovery_track(computed.name for computed in self.pool.field_computed[field] if computed.store)
        return super()._compute_field_value(field)

    def _recovery_track(self, names):
        if self._name.startswith("recovery.") and not TOLD_ELSEWHERE.heard:
            self._track_prepare(names)

    def _creation_message(self):
        """Return our threads' first words: core's own have a gender that French cannot guess."""
        if not self._name.startswith("recovery."):
            return super()._creation_message()
        return self.env._("%s: created", self.env["ir.model"]._get(self._name).name)

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """Mark automatic mails for the thread that receives them: their headers go no further."""
        with AUTOMATIC_MAIL.say(is_automatic(message)):
            return super()._message_route_process(message, message_dict, routes)
