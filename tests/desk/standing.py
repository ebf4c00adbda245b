from datetime import timedelta
from unittest.mock import patch

from ..common import RecoveryCommon

HEADER = ("amount_overdue", "next_level_id", "next_action_date", "next_action_code", "next_action_text", "todo_kind")


class StandingCommon(RecoveryCommon):
    """A customer with one late invoice, on a fixed day, and their debtor as a screen reads it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(
            patch.object(cls.env.registry["res.company"], "_recovery_today", lambda company: cls.today)
        )
        cls.worklist = cls.env["recovery.worklist"]
        cls.invoice = cls.make_invoice(days_overdue=10, amount=1000)
        cls.worklist._refresh(cls.company, cls.today)
        cls.debtor = cls.debtor_of()

    @classmethod
    def end_with_handover(cls):
        """Leave of the scenario its courtesy and, in the place of its reminder, the handover that ends it."""
        others = cls.scenario.level_ids - cls.levels["courtesy"] - cls.levels["reminder"]
        others.unlink()
        off = dict.fromkeys(("channel_email", "channel_letter", "channel_call", "channel_registered"), False)
        cls.levels["reminder"].write({**off, "kind": "handover", "channel_task": True})

    def open_form(self, user=None, debtor=None, names=(*HEADER, "banner", "exposure_gauge", "ageing_gauge")):
        """Return what the debtor's form reads, as that user."""
        debtor = (debtor or self.debtor).with_user(user or self.recovery_user)
        debtor.env.invalidate_all()
        return debtor.web_read({name: {} for name in names})[0]

    def give_reason(self, action, user=None, reason="Échange avec le client"):
        """Answer the window that a button opened."""
        wizard = self.env[action["res_model"]].with_user(user or self.recovery_user).browse(action["res_id"])
        wizard.reason = reason
        wizard.action_confirm()

    def plan_call(self, ago=-3, summary="Rappeler la comptable", user=None):
        """Plan a call for that day, as the result of another one does."""
        debtor = self.debtor.with_user(user or self.recovery_user)
        debtor._schedule_call(self.today - timedelta(days=ago), summary)
        return self.env["mail.activity"].search([("res_model", "=", "recovery.debtor"), ("res_id", "=", debtor.id)])
