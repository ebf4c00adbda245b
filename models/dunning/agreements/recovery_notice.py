from odoo import api, fields, models


class RecoveryNotice(models.Model):
    """What the next letter says of a promise that was not kept."""

    _inherit = "recovery.notice"

    broken_promise_text = fields.Char(compute="_compute_broken_promise_text")

    @api.model
    def mail_allowed_qweb_expressions(self):
        return (*super().mail_allowed_qweb_expressions(), "object.broken_promise_text")

    @api.depends_context("lang")
    def _compute_broken_promise_text(self):
        promises = self._get_broken_promises()
        for notice in self:
            promise = promises.get(notice)
            notice.broken_promise_text = promise and notice.debtor_id._describe_broken_promise(promise) or ""

    def _get_tones(self):
        """Return each notice's tone: firmer when a promise was broken since the debtor's last notice."""
        return super()._get_tones() | dict.fromkeys(self._get_broken_promises(), "promise_broken")

    def _get_broken_promises(self):
        """Return the last promise not kept since the debtor's last notice, per notice that has one to mention."""
        broken = self.debtor_id.sudo()._get_broken_promises().grouped("debtor_id")
        if not broken:
            return {}
        last = {}
        sent = self.sudo()._read_group(
            [
                ("debtor_id", "in", [debtor.id for debtor in broken]),
                ("issue_date", "!=", False),
                ("state", "=", "sent"),
                ("id", "not in", self.ids),
            ],
            ["debtor_id"],
            ["issue_date:max"],
        )
        last = dict(sent)
        found = {}
        for notice in self:
            since = last.get(notice.debtor_id)
            promises = broken.get(notice.debtor_id, self.env["recovery.promise"]).filtered(
                lambda promise, since=since: not since or promise.decided_on >= since
            )
            if promises:
                found[notice] = promises[0]
        return found
