from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain

from ..common.calendar import shift


class RecoveryEscalation(models.AbstractModel):
    """See to it that nothing is ignored: late tasks and large or old debts reach the manager, once."""

    _name = "recovery.escalation"
    _description = "Recovery: escalation to the manager"

    # ------------------------------------------------------------
    # Tasks that nobody did
    # ------------------------------------------------------------
    @api.model
    def _escalate_activities(self, day_by_company):
        """Pass to the manager the tasks of the module that were ignored for too long, each once.

        :param dict day_by_company: ``{root company: today}``.
        :return: the activities passed on.
        """
        days = {company: day for company, day in day_by_company.items() if company.sudo().recovery_escalation_days > 0}
        if not days:
            return self.env["mail.activity"]
        Activity = self.env["mail.activity"].sudo()
        newest = max(shift(day, days=-company.sudo().recovery_escalation_days) for company, day in days.items())
        late = Activity.search(
            Domain("res_model", "=like", "recovery.%")
            & Domain("date_deadline", "<", newest)
            & Domain("recovery_escalated_on", "=", False)
        )
        passed = Activity
        for company, activities in self._group_by_company(late).items():
            day = days.get(company)
            if not day:
                continue
            limit = shift(day, days=-company.sudo().recovery_escalation_days)
            passed |= self._pass_on(company, day, activities.filtered(lambda a, limit=limit: a.date_deadline < limit))
        return passed

    @api.model
    def _group_by_company(self, activities):
        """Return ``{root company: activities}``, reading each model of record once."""
        groups = defaultdict(lambda: self.env["mail.activity"].sudo())
        for model, of_model in activities.grouped("res_model").items():
            if "company_id" not in self.env[model]._fields:
                continue
            records = self.env[model].sudo().browse(of_model.mapped("res_id")).exists()
            company_by_id = {record.id: record.company_id.root_id for record in records}
            for activity in of_model:
                if company := company_by_id.get(activity.res_id):
                    groups[company] |= activity
        return groups

    @api.model
    def _pass_on(self, company, day, activities):
        approvers = self.env["recovery.decision"]._get_approvers(company)
        activities.write({"recovery_escalated_on": day})
        passed = activities.filtered(lambda activity: activity.user_id not in approvers)
        if not approvers or not passed:
            return passed.browse()
        owners = {activity.id: activity.user_id.name or "" for activity in passed}
        passed = company._recovery_speak(passed)
        # one line in the manager's list each, not one e-mail each
        passed.with_context(mail_activity_quick_update=True).write({"user_id": approvers[:1].id})
        for model, of_model in passed.grouped("res_model").items():
            record_by_id = {r.id: r for r in passed.env[model].browse(of_model.mapped("res_id"))}
            for activity in of_model:
                self.env["recovery.event"]._log(
                    "escalated",
                    record_by_id[activity.res_id],
                    passed.env._(
                        "%(task)s: ignored by %(owner)s for %(days)s days, escalated to %(manager)s",
                        task=activity.summary or activity.activity_type_id.name,
                        owner=owners[activity.id],
                        days=(day - activity.date_deadline).days,
                        manager=approvers[:1].name,
                    ),
                )
        return passed

    @api.model
    def _cron_escalate(self):
        """Pass to the manager what nobody did."""
        companies = self.env["res.company"].search([("parent_id", "=", False)])
        self._escalate_activities({company: company._recovery_today() for company in companies})

    # ------------------------------------------------------------
    # Debts too large or too old
    # ------------------------------------------------------------
    @api.model
    def _alert_large_or_old(self, company, day):
        """Tell the manager once of each debtor beyond the company's amount or delay, and forget those who paid.

        :return: the debtors told of.
        """
        Debtor = self.env["recovery.debtor"].sudo()
        scope = Domain("company_id", "=", company.id)
        amount, days = company.sudo().recovery_alert_amount, company.sudo().recovery_alert_days
        beyond = Domain.FALSE
        if amount > 0:
            beyond |= Domain("amount_overdue", ">", amount)
        if days > 0:
            beyond |= Domain("oldest_due", "<", shift(day, days=-days))
        back = Debtor.search(scope & Domain("escalated_on", "!=", False) & ~beyond)
        back.write({"escalated_on": False})
        debtors = Debtor.search(scope & beyond & Domain("escalated_on", "=", False))
        manager = self.env["recovery.decision"]._get_manager(company)
        if not debtors or not manager:
            return debtors.browse()
        debtors.write({"escalated_on": day})
        debtors.with_context(mail_activity_quick_update=True).activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=day,
            summary=self.with_context(lang=manager.lang).env._("Large or old debt: review it"),
            user_id=manager.id,
        )
        self.env["recovery.event"]._log(
            "escalated",
            debtors,
            self.env._("Overdue beyond the company's limits: the manager is notified"),
            lambda debtor: {"amount": debtor.amount_overdue, "currency": debtor.company_currency_id.name},
        )
        return debtors
