import logging

import psycopg2

from odoo import api, models

_logger = logging.getLogger(__name__)

ATTEMPTS = 3


class ResCompany(models.Model):
    """The work that scheduled jobs do for every company."""

    _inherit = "res.company"

    @api.model
    def _recovery_for_each_company(self, work):
        """Do the work of each root company, each one committed; one that fails is logged and stops no other.

        :param work: takes a root company and today's date there.
        """
        companies = self.search([("parent_id", "=", False)])
        for left, company in zip(reversed(range(len(companies))), companies, strict=True):
            company._recovery_try(work)
            self.env["ir.cron"]._commit_progress(1, remaining=left)

    def _recovery_try(self, work):
        """Do the work of one company, again if somebody else wrote to the same rows meanwhile."""
        for _attempt in range(ATTEMPTS):
            try:
                with self.env.cr.savepoint():
                    return work(self, self._recovery_today())
            except psycopg2.OperationalError as error:
                failure = error
                self.env.cr.rollback()
            except Exception as error:
                failure = error
                break
        _logger.error("The scheduled work failed for company %s: the others go on", self.id, exc_info=failure)
        return None
