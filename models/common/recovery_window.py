from functools import wraps

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError

from .saying import is_said, say


def once(method):
    """Let a button of a window do its work once, whoever clicks again, here or in another request at that moment.

    It ends with a sentence (:meth:`RecoveryWindow._say`), or opens what it made.
    """

    @wraps(method)
    def answer(self, *args, **kwargs):
        self._take()
        result = method(self, *args, **kwargs)
        self.sudo().exists().is_answered = True
        return result if is_said(result) else say(self.env, self.env._("Done."))

    answer.is_once = True
    return answer


class RecoveryWindow(models.AbstractModel):
    """A window: it is of who opened it, shows only what this person may read, and does its work once.

    Every transient model of ours is one. Core lets whoever knows its id read the window of somebody else, and
    with it figures that the window read with elevated rights: ``ir.rule`` closes that.
    """

    _name = "recovery.window"
    _description = "Recovery: window"
    _inherit = ["recovery.named"]

    is_answered = fields.Boolean(copy=False)

    def _say(self, sentence, then=None, kind="success"):
        """Return what a button of the window ends with: a sentence, then the next action or the window closed."""
        return say(self.env, sentence, then, kind)

    def _get_dialog(self, title, **context):
        """Return the action that opens this window over the screen."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": context,
        }

    @api.model
    def _describe_records(self, records):
        """Return the names of records as a sentence has them: the first three, and how many more."""
        names = ", ".join(record.display_name for record in records[:3])
        more = len(records) - 3
        return self.env._("%(names)s and %(count)s more", names=names, count=more) if more > 0 else names

    def _take(self):
        """Keep the window for this request; refuse it if its work was done, or is being done by another one."""
        self.ensure_one()
        self.check_access("read")
        try:
            self.lock_for_update()
        except LockError as error:
            raise UserError(self.env._("This is already in progress: wait a moment, then check again.")) from error
        if self.is_answered:
            raise UserError(self.env._("This has already been done: close this window, and open it again to continue."))
