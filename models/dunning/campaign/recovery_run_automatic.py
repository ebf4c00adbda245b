import logging

import psycopg2

from odoo import api, fields, models
from odoo.tools import mute_logger

_logger = logging.getLogger(__name__)


class RecoveryRun(models.Model):
    """The campaign that makes itself: proposed, validated and sent below the ceilings, else kept for a manager."""

    _inherit = "recovery.run"

    decision_id = fields.Many2one("recovery.decision", readonly=True, copy=False)

    _one_automatic_a_day = models.UniqueIndex(
        "(company_id, date) WHERE mode = 'automatic'", "The automatic campaign of that day exists already."
    )

    @api.model
    def _cron_automatic(self):
        """Make the day's campaign of every company that asks for it, each one committed."""

        def work(company, day):
            if company._recovery_wants_campaign(company._recovery_local_datetime(fields.Datetime.now())):
                self._run_automatically(company, day)

        self.env["res.company"]._recovery_for_each_company(work)

    @api.model
    def _run_automatically(self, company, day):
        """Make the automatic campaign of a day, once: whoever comes second does nothing.

        :return: the campaign, empty when it was made already.
        """
        company = company._recovery_root()
        existing = self.search_count(
            [("company_id", "=", company.id), ("date", "=", day), ("mode", "=", "automatic")], limit=1
        )
        if existing:
            return self.browse()
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                run = self.sudo().create(
                    {
                        "company_id": company.id,
                        "date": day,
                        "mode": "automatic",
                        "user_id": (company.sudo().recovery_contact_id or self.env.user).id,
                    }
                )
                run.flush_recordset()
        except psycopg2.errors.UniqueViolation:
            _logger.info("The automatic campaign of %s for %s is made by another worker", day, company.name)
            return self.browse()
        run._propose()
        run._warn_of_failures()
        run._go_on(day)
        return run.with_env(self.env)

    def _go_on(self, day):
        """Validate and send below the ceilings; above, ask a manager."""
        self.ensure_one()
        company = self.company_id.sudo()
        over = self.notice_count > company.recovery_auto_max_notices or (
            self.currency_id.compare_amounts(self.amount, company.recovery_auto_max_amount) > 0
        )
        if not over:
            return self._leave(day)
        self.state = "to_approve"
        self.decision_id = self.env["recovery.decision"]._ask(
            "run",
            self,
            self.env._("%(campaign)s is above the ceilings of automatic campaigns", campaign=self.name),
            {"notices": self.notice_count, "amount": self.amount, "currency": self.currency_id.name},
            self.amount,
        )
        return None

    def _leave(self, day):
        """Validate and send what was proposed; a campaign that claims nothing is closed."""
        if self.notice_ids:
            self._validate(day)
            self._send(day)
        else:
            self.state = "sent"

    def _on_decision(self, decision):
        """Go on, or stop, when the manager has answered."""
        for run in self.sudo().filtered(lambda run: run.state == "to_approve"):
            if decision.state == "granted":
                run.state = "proposed"
                run._leave(run.company_id._recovery_today())
            elif decision.state == "refused":
                run.notice_ids.write({"state": "cancelled", "state_reason": decision.answer_reason})
                run.state = "cancelled"
