from odoo import api, fields, models


class RecoveryNotice(models.Model):
    """What the next letter says of a promise that was not kept."""

    _inherit = "recovery.notice"
    _placeholders = ("broken_promise_text",)

    broken_promise_text = fields.Char(
        "Amount and date of the broken promise; empty if there is none", compute="_compute_broken_promise_text"
    )

    @api.depends_context("lang")
    def _compute_broken_promise_text(self):
        promises = self._get_broken_promises()
        for notice in self:
            promise = promises.get(notice)
            notice.broken_promise_text = promise and notice.debtor_id._describe_broken_promise(promise) or ""

    def _get_broken_promises(self):
        """Return the promise not kept that each notice has to mention, for those that have one."""
        found = self.debtor_id._get_promises_to_mention(self)
        return {notice: found[notice.debtor_id] for notice in self if notice.debtor_id in found}
