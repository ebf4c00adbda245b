from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.common.given import require_reason
from ...models.common.marks import get_marked
from ...models.common.recovery_window import once
from ...models.common.saying import is_said


class RecoveryReasonWizard(models.TransientModel):
    """Ask for a reason, then call one method of the records with it."""

    _name = "recovery.reason.wizard"
    _description = "Reason"
    _inherit = ["recovery.window"]

    _named_pairs = (("res_model", "res_ids"),)

    reason = fields.Char()
    res_model = fields.Char(required=True, readonly=True)
    res_ids = fields.Json(required=True, readonly=True)
    method = fields.Char(required=True, readonly=True)
    title = fields.Char(readonly=True)

    @api.model
    def _open(self, records, method, title):
        """Return the action that asks for a reason and then calls ``records.method(reason)``."""
        records.check_access("read")
        wizard = self.create({"res_model": records._name, "res_ids": records.ids, "method": method, "title": title})
        return wizard._get_dialog(title)

    @once
    def action_confirm(self):
        """Do it."""
        self.ensure_one()
        reason = require_reason(self.env, self.reason)
        # What a reason may be given for is marked by its model: nothing else can be reached from here.
        if self.res_model not in self.env or self.method not in get_marked(self.env[self.res_model], "reason"):
            raise UserError(self.env._("There is nothing to do with a reason here."))
        records = self.env[self.res_model].browse(self.res_ids).exists()
        records.check_access("read")  # the method itself checks the role
        names = self._describe_records(records)  # as they are called before: the method may delete them
        result = getattr(records, self.method)(reason)
        if is_said(result):
            return result
        return self._say(self.env._("%(what)s: done (%(records)s).", what=self.title or self.reason, records=names))
