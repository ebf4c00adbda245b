from odoo import models


class MailNotification(models.Model):
    _inherit = "mail.notification"

    def write(self, vals):
        """Tell the delivery behind a mail that it bounced, whoever found it out."""
        result = super().write(vals)
        if vals.get("notification_status") == "bounce":
            bounced = {(n.mail_message_id.id, n.res_partner_id.id) for n in self if n.res_partner_id}
            deliveries = (
                self.env["recovery.delivery"]
                .sudo()
                .search([("message_id", "in", self.mail_message_id.ids), ("channel", "=", "email")])
                .filtered(lambda d: (d.message_id.id, d.addressee_id.id) in bounced)
            )
            deliveries._bounce(vals.get("failure_reason"))
        return result
