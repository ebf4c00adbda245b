from odoo import api, models
from odoo.tools.misc import split_every

from .recovery_work import Part
from .roles import require_user

# Customers of a range, at least and at most: a range of few costs half as much again as what it does, one of many keeps
# its customers from people for seconds. And of a company beyond which the night's work is cut, workers or not.
AT_ONCE = 500
MOST_AT_ONCE = 2000
RANGES = 16  # of a work, before its ranges grow
MANY = 5000


def get_size(count: int, least: int = AT_ONCE) -> int:
    """Return how many customers a range of a work holds, of so many in all."""
    return max(least, min(count // RANGES, MOST_AT_ONCE))


class RecoveryRanged(models.AbstractModel):
    """Whose long work is cut into ranges of debtors: what each hook says of one ``recovery.work`` of theirs.

    A range is done in one transaction, and may be asked for twice, or again after a crash: what it has to do is
    looked for in the books each time, never remembered.
    """

    _name = "recovery.ranged"
    _description = "Recovery: batch processing"

    _work_cron = None  # XML id of the scheduled job that does its ranges, where it has one of its own
    _has_steps = False  # its one range commits on its way, and is done or not by what its owner then says of itself

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

    def _reopen_work(self, work):
        """Take up again a work of which ranges failed: they are about to be done again; hook."""

    def _count_steps(self, work):
        """Return ``(steps done, steps in all)`` of a work that is done by steps, None for another; hook."""
        return None

    def _get_outcome(self):
        """Return what became of a work that is done by steps: done, failed, cancelled; nothing while it waits; hook."""
        return None

    def _check_may_work_on(self):
        """Refuse whoever may not try again or cancel a work of these; hook."""
        require_user(self.env)
        if self:
            self.check_access("write")

    @api.model
    def _get_work_label(self, work):
        """Return what the work bears on, in the reader's words; hook."""
        return ""

    # ------------------------------------------------------------
    # The work of the night
    # ------------------------------------------------------------
    @api.model
    def _do_nightly(self, kind, work, is_cut=False):
        """Do some work in each company: at once, or left to workers, or in ranges where customers are many.

        :param work: takes the model as it speaks there, a company and a day, and does it at once.
        :param is_cut: whether it can be done customers by customers.
        """

        def begin(mine, company, day):
            works = mine.env["recovery.work"]
            if works._has_workers() or (is_cut and mine._has_many(company)):
                return works._launch(mine, kind, company, day)
            return work(mine, company, day)

        self.env["res.company"]._recovery_for_each_company(self, begin)

    @api.model
    def _has_many(self, company):
        """Tell whether a company follows so many customers that a transaction for all of them is too long."""
        domain = [("company_id", "=", company._recovery_root().id)]
        return self.env["recovery.debtor"].sudo().search_count(domain, limit=MANY + 1) > MANY

    @api.model
    def _cut(self, work, partners):
        """Return ranges of these customers; none when the work has begun: it is done once."""
        if work.id:
            return []
        return [
            Part("work", ids, len(ids)) for ids in split_every(get_size(len(partners), AT_ONCE), partners.ids, list)
        ]

    @api.model
    def _make_one_range(self, work):
        """Return the one range of a work that cannot be cut; none when it has begun."""
        return [] if work.id else [Part("work", [], 1)]
