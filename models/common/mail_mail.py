from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(self, success_pids, success_emails, failure_reason=False, failure_type=None):
        """Tell the delivery behind a mail what became of it, before core may delete the mail."""
        deliveries = self.env["recovery.delivery"].sudo().search([("mail_id", "in", self.ids)])
        if deliveries:
            # a copy may fail where the addressee was served
            served = deliveries.filtered(lambda d: not failure_type or success_emails or d.addressee_id in success_pids)
            served._mark("sent")
            labels = dict(self._fields["failure_type"]._description_selection(self.env))
            reason = failure_reason or labels.get(failure_type) or failure_type
            (deliveries - served)._fail(
                reason, is_wrong_address=failure_type in ("mail_email_invalid", "mail_email_missing")
            )
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )
