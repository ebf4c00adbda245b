from datetime import date, timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ..ledger.allocation import in_company_currency

ACTIVITY = "debt_recovery.mail_activity_type_limitation"
DAYS_PER_MONTH = 2  # left to the collector before the task is late: the less time, the more urgent


class Due(NamedTuple):
    """One instalment that reached a threshold."""

    line_id: int
    move_name: str
    amount: float
    limit: date
    months: int


class RecoveryPrescriptionWatch(models.AbstractModel):
    """The watch over limitation: a collector is told that a claim will be time-barred, once at each threshold."""

    _name = "recovery.limitation.watch"
    _description = "Limitation monitoring"
    _inherit = ["recovery.ranged"]

    @api.model
    def _alert(self, company, day):
        """Give one task per debtor and threshold for what reached it since the last time.

        What is first seen late gets the alert of the nearest threshold only. The original
        date decides, whatever the evidence.

        :param day: today, in the company.
        :return: the alerts given.
        """
        company = company._recovery_root()
        Alert = self.env["recovery.limitation.alert"].sudo()
        thresholds = company.sudo()._recovery_limitation_thresholds()
        if not thresholds:
            return Alert
        due_by_partner = self._read_due(company, day, thresholds)
        known = self._read_known(Alert, [due for group in due_by_partner.values() for due in group])
        new = {}
        for partner_id, group in due_by_partner.items():
            for due in group:
                if not any(months <= due.months for months in known.get((due.line_id, due.limit), ())):
                    new.setdefault((partner_id, due.months), []).append(due)
        partners = self.env["res.partner"].sudo().browse({partner_id for partner_id, _months in new})
        debtors = self.env["recovery.debtor"].sudo()._ensure_for(partners, company)
        debtor_by_partner = {debtor.partner_id.id: debtor for debtor in debtors}
        manager = self.env["recovery.decision"]._get_manager(company)
        opened = Alert.search([("debtor_id", "in", debtors.ids), ("activity_id", "!=", False)], order="id")
        task_by_key = {(a.debtor_id, a.months): a.activity_id for a in opened if a.activity_id.active}
        vals_list = []
        for (partner_id, months), group in sorted(new.items()):
            debtor = debtor_by_partner[partner_id]
            task = self._give_task(debtor, months, group, day, manager, task_by_key.get((debtor, months)))
            vals_list += [
                {
                    "debtor_id": debtor.id,
                    "line_id": due.line_id,
                    "months": months,
                    "limit_on": due.limit,
                    "alerted_on": day,
                    "activity_id": task.id,
                }
                for due in group
            ]
        return Alert.create(vals_list)

    @api.model
    def _read_due(self, company, day, thresholds):
        """Return ``{partner id: [Due]}`` of what is within a threshold and not time-barred yet."""
        ledger = self.env["recovery.ledger"]
        horizon = fields.Date.add(day, months=max(thresholds))
        payments = {}
        for payment in ledger._read_pending_payments(company):
            payments.setdefault(payment.partner_id, []).append(payment)
        found = {}
        for items in ledger._read_items_by_customer(company):
            limits = self.env["recovery.limitation"]._read_originals(company, items)
            if not any(day <= limit <= horizon for limit in limits.values()):
                continue
            expected = [payment for key in {item.partner_id for item in items} for payment in payments.get(key, ())]
            shares, _left = ledger._allocate(items, expected, day)
            for item in items:
                limit = limits.get(item.line_id)
                if not limit or not item.partner_id or not day <= limit <= horizon:
                    continue
                credit = sum(share.amount for share in shares.get(item.line_id, ()))
                amount = in_company_currency(item, item.residual - credit)
                amount = company.currency_id.round(amount)
                if amount <= 0:
                    continue
                reached = [months for months in thresholds if limit <= fields.Date.add(day, months=months)]
                due = Due(item.line_id, item.move_name, amount, limit, min(reached))
                found.setdefault(item.partner_id, []).append(due)
        return found

    @api.model
    def _read_known(self, Alert, dues):
        """Return ``{(line id, limit): thresholds already told}``."""
        known = {}
        for alert in Alert.search([("line_id", "in", [due.line_id for due in dues])]):
            known.setdefault((alert.line_id.id, alert.limit_on), set()).add(alert.months)
        return known

    @api.model
    def _give_task(self, debtor, months, group, day, manager, task=None):
        """Give the task of one debtor and threshold, or add to the one that is still open, and log it.

        :param task: that open task.
        :return: the task.
        """
        limit = min(due.limit for due in group)
        named = (task.user_id if task else self.env["res.users"]) + debtor.collector_id
        able = self.env["recovery.responsible"]._get_able(named, debtor.company_id)
        user = able[:1] or manager or debtor._get_responsible()
        env = self.with_context(lang=user.lang).env
        note = self._prepare_note(env, debtor, group)
        if task:
            task.note = (task.note or "") + note
        else:
            summary = env._("Limitation in less than a month: act before then")
            if months > 1:
                summary = env._("Limitation in less than %s months: act before then", months)
            task = debtor.with_context(mail_activity_quick_update=True).activity_schedule(
                ACTIVITY,
                date_deadline=min(day + timedelta(days=DAYS_PER_MONTH * months), limit),
                summary=summary,
                note=note,
                user_id=user.id,
            )
        amount = debtor.company_currency_id.round(sum(due.amount for due in group))
        self.env["recovery.event"]._log(
            "limitation_alert",
            debtor,
            self.env._(
                "Limitation: %(amount)s becoming time-barred, first after %(day)s (alert at %(months)s months)",
                amount=formatLang(self.env, amount, currency_obj=debtor.company_currency_id),
                day=format_date(self.env, limit),
                months=months,
            ),
            {"invoices": ", ".join(sorted({due.move_name for due in group})), "until": str(limit)},
        )
        return task

    @api.model
    def _prepare_note(self, env, debtor, group):
        """Return the invoices, their amounts and their last days, in the language of ``env``."""
        return env["ir.qweb"]._render(
            "debt_recovery.recovery_limitation_alert_note",
            {
                "rows": [
                    (
                        due.move_name,
                        formatLang(env, due.amount, currency_obj=debtor.company_currency_id),
                        format_date(env, due.limit),
                    )
                    for due in sorted(group, key=lambda due: (due.limit, due.line_id))
                ]
            },
        )

    @api.model
    def _cron_alert(self):
        """Tell the collectors of every company what will be time-barred."""
        self._do_nightly("limitation", lambda mine, company, day: mine._alert(company, day))

    def _find_ranges(self, work):
        return self._make_one_range(work)

    def _do_range(self, work, part):
        self._alert(work.company_id, work.day)
