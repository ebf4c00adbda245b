from markupsafe import Markup

from odoo import models

RETURNED = "debt_recovery.mail_activity_type_guarantor_returned"


class RecoveryRegisteredLetter(models.Model):
    """A guarantor's letter that came back is a task for the collector; the debtor's own letter keeps its effect."""

    _inherit = "recovery.registered.letter"

    def _stop_for_wrong_address(self):
        if not self.notice_id.guaranteed_notice_id:
            return super()._stop_for_wrong_address()
        number = self.notice_id.number
        if any(number in task.note for task in self.debtor_id.activity_search([RETURNED])):
            return None
        note = self.env._(
            "Mise en demeure %(number)s to %(guarantor)s came back: wrong address. Correct it, withdraw this letter, "
            "then write to the guarantor again from the debtor's mise en demeure.",
            number=number,
            guarantor=self.addressee_id.display_name,
        )
        return self.debtor_id._plan_tasks(
            RETURNED,
            self.company_id._recovery_today(),
            self.env._("The guarantor's letter came back"),
            Markup("<p>%s</p>") % note,
        )

    def _release_wrong_address(self):
        result = super()._release_wrong_address()
        self._close_returned_tasks()
        return result

    def _close_returned_tasks(self):
        """Close the tasks about guarantors' letters that came back, unless another one of the debtor did too."""
        letters = self.filtered("notice_id.guaranteed_notice_id")
        if not letters:
            return
        others = self.search(
            [
                ("debtor_id", "in", letters.debtor_id.ids),
                ("id", "not in", letters.ids),
                ("outcome", "=", "wrong_address"),
                ("notice_id.guaranteed_notice_id", "!=", False),
                ("notice_id.state", "=", "sent"),
            ]
        )
        (letters.debtor_id - others.debtor_id).activity_unlink([RETURNED])
