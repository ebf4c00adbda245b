from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class RecoveryNotice(models.Model):
    """What follows a letter to a guarantor: it goes with the debtor's mise en demeure, and brings nothing by itself."""

    _inherit = "recovery.notice"

    def _cancel(self, reason, correction=None):
        """Take back with a debtor's mise en demeure what was written, or only prepared, to the guarantors."""
        result = super()._cancel(reason, correction)
        self.sudo().letter_ids._close_returned_tasks()
        guarantors = self.sudo().guarantor_notice_ids
        drafts = guarantors.filtered(lambda notice: notice.state == "draft")
        drafts._get_pending_override()._withdraw_question()
        drafts.write(
            {"state": "obsolete", "state_reason": self.env._("The debtor's mise en demeure was withdrawn: %s", reason)}
        )
        sent = guarantors.filtered(lambda notice: notice.state == "sent")
        if sent:
            sent.with_env(self.env)._cancel(reason, correction)
        return result

    @api.depends("guaranteed_notice_id")
    def _compute_received_on(self):
        """The debtor's interest runs from what the debtor received, not the guarantor."""
        result = super()._compute_received_on()
        self.filtered("guaranteed_notice_id").interest_from = False
        return result

    def _supersede(self, reason):
        if self.sudo().guaranteed_notice_id:
            raise UserError(
                self.env._(
                    "A letter to a guarantor is not replaced: withdraw it, then write to the guarantor again from the "
                    "debtor's mise en demeure."
                )
            )
        return super()._supersede(reason)

    def _describe_next_step(self):
        """Say of a guarantor's letter until when the guarantor has: nothing follows by itself."""
        if not self.guaranteed_notice_id or self.state != "sent" or self._is_to_post():
            return super()._describe_next_step()
        expiry = self._get_expiry()
        if not expiry:
            return self.env._(
                "Wrong address: it has no effect. Correct the guarantor's address, withdraw this letter, then write to "
                "the guarantor again from the debtor's mise en demeure."
            )
        day = format_date(self.env, expiry)
        if expiry < self.company_id._recovery_today():
            return self.env._("The guarantor's time was over on %s: what comes next is for you to decide.", day)
        return self.env._("The guarantor has until %s. Nothing follows by itself.", day)
