from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .verdict import ERROR

REPEATABLE = ("draft", "proposed")


class RecoveryRunFailure(models.Model):
    """A customer whom a campaign could not work out, and why: the others went on without them."""

    _name = "recovery.run.failure"
    _description = "Customer not proposed"
    _inherit = ["recovery.guarded"]
    _order = "amount desc, id"
    _rec_name = "partner_id"

    run_id = fields.Many2one(
        "recovery.run", string="Campaign", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="run_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    debtor_id = fields.Many2one("recovery.debtor", compute="_compute_debtor_id")
    reason = fields.Char(readonly=True)
    instalment_count = fields.Integer("Instalments", readonly=True)
    amount = fields.Monetary("Open", currency_field="currency_id", readonly=True)
    currency_id = fields.Many2one(related="run_id.currency_id")

    @api.depends("partner_id", "company_id")
    def _compute_debtor_id(self):
        self.debtor_id = False
        for company, failures in self.grouped("company_id").items():
            debtors = self.env["recovery.debtor"]._existing_for(failures.partner_id, company)
            by_partner = debtors.grouped("partner_id")
            for failure in failures:
                failure.debtor_id = by_partner.get(failure.partner_id)

    def action_retry(self):
        """Propose these customers again."""
        return self.run_id._retry_failures(self)


class RecoveryRun(models.Model):
    """Who could not be proposed, and how to try again."""

    _inherit = "recovery.run"

    failure_ids = fields.One2many("recovery.run.failure", "run_id", string="Customers not proposed", readonly=True)
    failure_count = fields.Integer("Not proposed", compute="_compute_failure_count")

    def _compute_failure_count(self):
        groups = self.env["recovery.run.failure"]._read_group([("run_id", "in", self.ids)], ["run_id"], ["__count"])
        counts = {run.id: count for run, count in groups}
        for run in self:
            run.failure_count = counts.get(run.id, 0)

    def action_retry_proposing(self):
        """Propose again the customers who failed."""
        self.ensure_one()
        return self._retry_failures(self.failure_ids)

    def _retry_failures(self, failures):
        """Propose customers again: in the campaign while it is looked at, afterwards in one of their own.

        :return: the action that opens the campaign of their own, else True.
        """
        self.ensure_one()
        self = self._check_may_work()
        failures = failures.sudo()
        if not failures:
            raise UserError(self.env._("Nobody is left to propose again."))
        if self.state not in REPEATABLE:
            return self._propose_elsewhere(failures.partner_id)
        if not all(failure.partner_id for failure in failures):
            self._propose()
            return True
        summary = dict(self.summary or {})
        count, amount = summary.pop(ERROR, (0, 0.0))
        rest = count - sum(failures.mapped("instalment_count")), amount - sum(failures.mapped("amount"))
        if rest[0] > 0:
            summary[ERROR] = [rest[0], self.currency_id.round(rest[1])]
        partners = failures.partner_id
        self.env["recovery.bulk"]._delete(
            "recovery.verdict",
            [("run_id", "=", self.id), ("code", "=", ERROR), ("partner_id", "in", partners.ids)],
        )
        failures.unlink()
        for code, (more, worth) in self.env["recovery.selection"]._propose(self, partners).items():
            count, amount = summary.get(code, (0, 0.0))
            summary[code] = [count + more, self.currency_id.round(amount + worth)]
        self.write({"summary": summary, **self._get_open_figures(summary)})
        self._log_proposal(
            lambda run: self.env._(
                "Campaign of %(date)s: customers proposed again, %(count)s",
                date=format_date(self.env, run.date),
                count=len(partners),
            )
        )
        return True

    def _propose_elsewhere(self, partners):
        """Open a new campaign of today for these customers alone."""
        debtors = self.env["recovery.debtor"]._ensure_for(partners, self.company_id)
        run = self.create(
            {
                "company_id": self.company_id.id,
                "date": self.company_id._recovery_today(),
                "debtor_ids": [(6, 0, debtors.ids)],
            }
        )
        run._propose()
        return run._get_records_action()

    def _warn_of_failures(self):
        """Tell the author of a campaign that nobody looks at who could not be proposed."""
        for run in self.filtered("failure_ids"):
            run.with_context(mail_activity_quick_update=True).activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=run.company_id._recovery_today(),
                user_id=run.user_id.id,
                summary=self.env._("Customers not proposed because of an error: %s", run.failure_count),
                note=self.env._("The campaign went on without them: open it to see why, and propose them again."),
            )
