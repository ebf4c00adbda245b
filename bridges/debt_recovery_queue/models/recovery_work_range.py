from odoo import SUPERUSER_ID, models

CHANNELS = {"print": "root.recovery.print", "send": "root.recovery.send"}
CHANNEL = "root.recovery"
ALIVE = ("wait_dependencies", "pending", "enqueued", "started")


class RecoveryWorkRange(models.Model):
    """The workers of the job queue do the ranges, side by side, on as many hosts as there are."""

    _inherit = "recovery.work.range"

    def _start(self, wait=None):
        """Give each range a job; one that waits for a worker already gets no second one."""
        for part in self.with_user(SUPERUSER_ID).with_context({}):  # as the scheduled job
            part.with_delay(
                channel=CHANNELS.get(part.lane, CHANNEL),
                identity_key=part._get_job_key(),
                eta=wait,
                max_retries=0,  # a worker that dies says nothing of the range; what fails, the range notes itself
                description=part.env._("Batch %(number)s of a background job", number=part.number),
            )._work_off()

    def _get_job_key(self):
        self.ensure_one()
        return f"{self._name},{self.id}"

    def _go_on(self):
        """Hand ranges out, and give a job to those that have none any more: deleted by hand, or a restored backup."""
        self.work_id._hand_out()
        out = self.filtered("is_handed_out")
        domain = [("identity_key", "in", [part._get_job_key() for part in out]), ("state", "in", ALIVE)]
        alive = set(self.env["queue.job"].sudo().search(domain).mapped("identity_key"))
        out.filtered(lambda part: part._get_job_key() not in alive)._start()
