from odoo import fields, models

from ..common.marks import takes_reason
from ..common.roles import READERS, USER, require_user
from ..common.standing import Undo
from .recovery_contact import CALL_TYPE


class MailActivity(models.Model):
    _inherit = "mail.activity"
    _moves = (
        "date_deadline",
        "activity_type_id",
        "res_id",
        "res_model_id",
        "res_model",
        "user_id",
        "summary",
        "active",
    )

    recovery_escalated_on = fields.Date("Escalated to the manager on", readonly=True, copy=False, groups=READERS)

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

    def _find_moved(self):
        """Return the debtors whose tasks these are."""
        return self.sudo()._get_recovery_debtors()._find_moved()

    def _prepare_undo(self):
        """Return the button that cancels a planned call, on the debtor's banner."""
        self.ensure_one()
        return Undo(self, "_ask_to_cancel_call", self.env._("Cancel the call"), USER)

    def _ask_to_cancel_call(self):
        return self.env["recovery.reason.wizard"]._open(self, "_cancel_call", self.env._("Cancel the call"))

    @takes_reason
    def _cancel_call(self, reason):
        """Take planned calls off the list; a campaign's ends its notice, if nothing else of it left."""
        require_user(self.env)
        self._get_recovery_debtors().sudo(False).check_access("write")
        calls = self.sudo()._get_calls()
        debtors = calls._get_recovery_debtors()
        self.env["recovery.event"]._log("cancelled", debtors, self.env._("Call cancelled: %s", reason))
        asked = self.env["recovery.delivery"].sudo().search([("activity_id", "in", calls.ids), ("state", "=", "to_do")])
        calls -= asked.activity_id
        for notice, deliveries in asked.grouped("notice_id").items():
            if notice and not notice.delivery_ids.filtered(lambda d: d.state != "cancelled") - deliveries:
                self.env["recovery.waiting"]._withdraw(notice, reason)
            else:
                deliveries._withdraw(reason)
        calls.unlink()

    def _get_calls(self):
        """Return those of these tasks that are calls to debtors."""
        call = self.env.ref(CALL_TYPE)
        return self.filtered(lambda task: task.res_model == "recovery.debtor" and task.activity_type_id == call)

    def _get_recovery_debtors(self):
        ids = {activity.res_id for activity in self if activity.res_model == "recovery.debtor"}
        return self.env["recovery.debtor"].sudo().browse(ids).exists()

    def _refresh_recovery_todo(self, debtors):
        for company, group in debtors.exists().grouped("company_id").items():
            self.env["recovery.todo"]._refresh(company, company._recovery_today(), group)
