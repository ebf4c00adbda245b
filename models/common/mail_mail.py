from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(self, success_pids, success_emails, failure_reason=False, failure_type=None):
        """Tell the delivery behind a mail what became of it, before core may delete the mail."""
        deliveries = self.env["recovery.delivery"].sudo().search([("mail_id", "in", self.ids)])
        if failure_type:
            deliveries._mark("failed", error=failure_reason or failure_type)
        else:
            deliveries._mark("sent")
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )
