from odoo import models


class MailActivity(models.Model):
    _name = "mail.activity"
    _inherit = ["mail.activity", "recovery.guarded"]
    _guarded_prefix = "recovery_"

    def _action_done(self, feedback=False, attachment_ids=None):
        """Tell the delivery behind a call or a task that it was carried out."""
        deliveries = (
            self.env["recovery.delivery"].sudo().search([("activity_id", "in", self.ids), ("state", "=", "to_do")])
        )
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        deliveries._mark("done", feedback=feedback or None)
        return result
