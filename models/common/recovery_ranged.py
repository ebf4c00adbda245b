from odoo import api, models


class RecoveryRanged(models.AbstractModel):
    """Whose long work is cut into ranges of debtors: what each hook says of one ``recovery.work`` of theirs.

    A range is done in one transaction, and may be asked for twice, or again after a crash: what it has to do is
    looked for in the books each time, never remembered.
    """

    _name = "recovery.ranged"
    _description = "Recovery: work in ranges"

    def _find_ranges(self, work):
        """Return what is left to do, as a list of :class:`recovery_work.Part`; hook.

        It is asked for once when the work begins, and again when all its ranges were done.
        """
        return []

    def _do_range(self, work, part):
        """Do the work on the customers of one range, a ``recovery.work.range``; hook.

        :return: what is kept of it, to be put together at the end; None for nothing.
        """
        raise NotImplementedError

    def _finish_work(self, work):
        """Draw the conclusions, once nothing waits any more; hook."""

    def _stop_work(self, work):
        """Draw the conclusions of a work that somebody cancelled; hook, called again after a range that was running."""

    @api.model
    def _get_work_label(self, work):
        """Return what the work bears on, in the reader's words; hook."""
        return ""
