from odoo import models


class MailActivityMixin(models.AbstractModel):
    """Our records' tasks are made, closed and moved even where a client's context would have core skip them."""

    _inherit = "mail.activity.mixin"

    def _recovery_with_tasks(self):
        return self.with_context(mail_activity_automation_skip=False) if self._name.startswith("recovery.") else self

    def activity_schedule(self, *args, **kwargs):
        return super(MailActivityMixin, self._recovery_with_tasks()).activity_schedule(*args, **kwargs)

    def activity_search(self, *args, **kwargs):
        return super(MailActivityMixin, self._recovery_with_tasks()).activity_search(*args, **kwargs)

    def activity_reschedule(self, *args, **kwargs):
        return super(MailActivityMixin, self._recovery_with_tasks()).activity_reschedule(*args, **kwargs)

    def activity_feedback(self, *args, **kwargs):
        return super(MailActivityMixin, self._recovery_with_tasks()).activity_feedback(*args, **kwargs)

    def activity_unlink(self, *args, **kwargs):
        return super(MailActivityMixin, self._recovery_with_tasks()).activity_unlink(*args, **kwargs)
