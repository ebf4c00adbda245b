from odoo import fields, models

from ..common.roles import READERS


class MailActivity(models.Model):
    _inherit = "mail.activity"

    recovery_escalated_on = fields.Date("Passed to the manager on", readonly=True, copy=False, groups=READERS)

    def _action_done(self, feedback=False, attachment_ids=None):
        """Take what is done off the worklist at once."""
        debtors = self._get_recovery_debtors()
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        self._refresh_recovery_todo(debtors)
        return result

    def unlink(self):
        debtors = self._get_recovery_debtors()
        result = super().unlink()
        self._refresh_recovery_todo(debtors)
        return result

    def _get_recovery_debtors(self):
        ids = {activity.res_id for activity in self if activity.res_model == "recovery.debtor"}
        return self.env["recovery.debtor"].sudo().browse(ids).exists()

    def _refresh_recovery_todo(self, debtors):
        for company, group in debtors.exists().grouped("company_id").items():
            self.env["recovery.todo"]._refresh(company, company._recovery_today(), group)
