from odoo import SUPERUSER_ID, models

CHANNELS = {"print": "root.recovery.print", "send": "root.recovery.send"}
CHANNEL = "root.recovery"


class RecoveryWorkRange(models.Model):
    """The workers of the job queue do the ranges, side by side, on as many hosts as there are."""

    _inherit = "recovery.work.range"

    def _start(self, wait=None):
        """Give each range a job; one that waits for a worker already gets no second one."""
        for part in self.with_user(SUPERUSER_ID).with_context({}):  # as the scheduled job
            part.with_delay(
                channel=CHANNELS.get(part.lane, CHANNEL),
                identity_key=f"{part._name},{part.id}",
                eta=wait,
                max_retries=0,  # a worker that dies says nothing of the range; what fails, the range notes itself
                description=part.env._("Range %(number)s of a long work", number=part.number),
            )._work_off()

    def _go_on(self):
        """Give a job to the ranges that have none any more: jobs deleted by hand, or a restored backup."""
        self._start()
