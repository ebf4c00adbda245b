from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from ...common.calendar import shift
from ...common.own_values import without_defaults
from .follow import MISSED, OVER, RUNNING, judge
from .recovery_deadline_alert import MISSED as MISSED_DAYS

ACTIVITY = "debt_recovery.mail_activity_type_deadline"
THRESHOLDS = (30, 15, 7, 1)  # days before the date
SUBSTITUTE_FROM, MANAGER_FROM = 15, 7
LOOK_BACK = 7  # days of foreseen events that are read again, should a night have failed


class RecoveryDeadlineWatch(models.AbstractModel):
    """The watch over procedural deadlines: each night, what has passed is said to have, and people are told in time.

    Each threshold of one date is told once to each person; what is first seen late gets the nearest one only. The
    owner hears first, then the substitute too, then a manager, whether somebody has seen it or not.
    """

    _name = "recovery.deadline.watch"
    _description = "Procedural deadline monitoring"
    _inherit = ["recovery.ranged"]

    @api.model
    def _watch(self, company, day):
        """Follow the deadlines of a company until today, and give the alerts that are due.

        :return: the alerts given.
        """
        company = company._recovery_root()
        self = self.sudo()
        self._pass(company, day)
        return self._alert(company, day)

    @api.model
    def _pass(self, company, day):
        """Give what has passed its state: reckoned from the events again, or judged if it was typed."""
        Deadline = self.env["recovery.deadline"]
        ours = Domain("company_id", "=", company.id)
        running = ours & Domain("state", "=", RUNNING) & Domain("is_current", "=", True)
        wait = Domain("kind", "=", "earliest") & Domain("date", "<=", day)
        passed = Deadline.search(running & (Domain("date", "<", day) | wait))
        foreseen = self.env["recovery.procedure.event"].search_fetch(
            ours
            & Domain("annulled_on", "=", False)
            & Domain("date", ">", shift(day, days=-LOOK_BACK))
            & Domain("date", "<=", day)
            & Domain("kind_id.is_foreseen", "=", True),
            ["procedure_id"],
        )
        Deadline._recompute(passed.procedure_id | foreseen.procedure_id, day)
        self._pass_typed(passed.filtered(lambda row: row.state == RUNNING), day)

    @api.model
    def _pass_typed(self, deadlines, day):
        states = defaultdict(lambda: deadlines.browse())
        for deadline in deadlines:
            states[judge(deadline.date, day, deadline._get_term(), deadline.met_on or None)[0]] |= deadline
        for state, group in states.items():
            group.write({"state": state})
            group._log_end()
        deadlines._close_tasks()
        deadlines.case_id._follow_deadlines()

    # ------------------------------------------------------------
    # Alerts
    # ------------------------------------------------------------
    @api.model
    def _alert(self, company, day):
        deadlines = self._find_due(company, day)
        reached = {deadline: self._get_threshold(deadline, day) for deadline in deadlines}
        managers = self.env["recovery.decision"]._get_approvers(company)
        told = self._read_told(deadlines)
        vals_list = [
            {"deadline_id": deadline.id, "days": days, "limit_on": deadline.date, "alerted_on": day, "user_id": user.id}
            for deadline, days in reached.items()
            for user in self._get_recipients(deadline, days, managers)
            if (deadline.id, deadline.date, days, user.id) not in told
        ]
        return self._tell(vals_list, day)

    @api.model
    def _find_due(self, company, day):
        """Return what weighs on us within the first threshold or was missed, and the waits of ours that are over."""
        domain = Domain("company_id", "=", company.id) & Domain("is_current", "=", True) & Domain("whose", "=", "ours")
        coming = Domain("state", "=", RUNNING) & Domain("date", "<=", shift(day, days=max(THRESHOLDS)))
        coming &= Domain("kind", "=", "latest")
        missed = Domain("state", "=", MISSED) & Domain("is_taken_over", "=", False)
        missed &= Domain("alert_ids", "not any", [("days", "=", MISSED_DAYS)])
        over = Domain("state", "=", OVER) & Domain("kind", "=", "earliest") & Domain("date", "<=", day)
        over &= Domain("date", ">", shift(day, days=-LOOK_BACK))
        return self.env["recovery.deadline"].search(domain & (coming | missed | over))

    @api.model
    def _get_threshold(self, deadline, day):
        """Return the days before its date at which a deadline is told today."""
        if deadline.state == MISSED:
            return MISSED_DAYS
        if deadline.state == OVER:
            return 0
        return min(days for days in THRESHOLDS if deadline.date <= shift(day, days=days))

    @api.model
    def _get_recipients(self, deadline, days, managers):
        """Return who is told: the owner, then the substitute too, then a manager; somebody always is."""
        manager = managers[:1]
        owner, substitute = (user if user.active else user.browse() for user in self._get_people(deadline))
        users = owner
        if days != 0 and (days <= SUBSTITUTE_FROM or not owner):
            users |= substitute
        if 0 < days <= MANAGER_FROM or days == MISSED_DAYS or not users:
            users |= (managers - users)[:1] or manager
        return users or deadline.debtor_id._get_responsible()

    @api.model
    def _get_people(self, deadline):
        return deadline.user_id, deadline.case_id.substitute_id

    @api.model
    def _read_told(self, deadlines):
        alerts = self.env["recovery.deadline.alert"].search_fetch(
            [("deadline_id", "in", deadlines.ids)], ["deadline_id", "limit_on", "days", "user_id"]
        )
        return {(alert.deadline_id.id, alert.limit_on, alert.days, alert.user_id.id) for alert in alerts}

    @api.model
    def _tell(self, vals_list, day):
        """Give the tasks, in the calendar of each person on the day of the deadline, and keep their trace."""
        Alert = self.env["recovery.deadline.alert"]
        if not vals_list:
            return Alert
        deadlines = self.env["recovery.deadline"].browse(dict.fromkeys(vals["deadline_id"] for vals in vals_list))
        deadlines.write({"seen_on": False, "seen_by_id": False})
        open_tasks = self._find_tasks(deadlines)
        new = []
        for vals in vals_list:
            task = self._prepare_task(vals, day)
            if known := open_tasks.get((vals["deadline_id"], vals["user_id"])):
                known.summary = task["summary"]
                vals["activity_id"] = known.id
            else:
                new.append((vals, task))
        activities = (
            without_defaults(self.env["mail.activity"])
            .with_context(mail_activity_quick_update=True)
            .create([task for _vals, task in new])
        )
        for (vals, _task), activity in zip(new, activities, strict=True):
            vals["activity_id"] = activity.id
        alerts = Alert.create(vals_list)
        self._log(alerts)
        return alerts

    @api.model
    def _find_tasks(self, deadlines):
        """Return ``{(deadline id, user id): task}`` of what was told before and is not done."""
        alerts = self.env["recovery.deadline.alert"].search(
            [("deadline_id", "in", deadlines.ids), ("activity_id.active", "=", True)], order="id"
        )
        return {(alert.deadline_id.id, alert.user_id.id): alert.activity_id for alert in alerts}

    @api.model
    def _prepare_task(self, vals, day):
        deadline = self.env["recovery.deadline"].browse(vals["deadline_id"])
        user = self.env["res.users"].browse(vals["user_id"])
        return {
            "res_model_id": self.env["ir.model"]._get_id("recovery.case"),
            "res_id": deadline.case_id.id,
            "activity_type_id": self.env["ir.model.data"]._xmlid_to_res_id(ACTIVITY),
            "date_deadline": max(deadline.date, day) if vals["days"] > 0 else day,
            "summary": self._say(deadline.with_context(lang=user.lang), vals["days"], day),
            "user_id": user.id,
        }

    @api.model
    def _say(self, deadline, days, day):
        """Return what a person reads in the list of tasks, in the language of the deadline's environment."""
        env = deadline.env
        name, limit = deadline.display_name, format_date(env, deadline.date)
        if days == MISSED_DAYS:
            return env._("Missed on %(day)s: %(deadline)s", day=limit, deadline=name)
        if not days:
            return env._("Possible from %(day)s: %(deadline)s", day=limit, deadline=name)
        left = (deadline.date - day).days
        if not left:
            return env._("Last day: %s", name)
        if left == 1:
            return env._("One day left, %(day)s: %(deadline)s", day=limit, deadline=name)
        return env._("%(left)s days left, %(day)s: %(deadline)s", left=left, day=limit, deadline=name)

    @api.model
    def _log(self, alerts):
        told = defaultdict(list)
        for alert in alerts:
            told[alert.deadline_id].append(alert)
        self.env["recovery.event"]._log(
            "deadline_alert",
            alerts.deadline_id,
            lambda deadline: self._say(deadline, told[deadline][0].days, told[deadline][0].alerted_on),
            lambda deadline: {
                "case": deadline.case_id.name,
                "until": str(deadline.date),
                "days left": max((deadline.date - told[deadline][0].alerted_on).days, 0),
                "told": ", ".join(alert.user_id.name for alert in told[deadline]),
            },
        )

    # ------------------------------------------------------------
    # What had passed before anybody knew
    # ------------------------------------------------------------
    @api.model
    def _tell_past(self, deadlines, day):
        """Send each owner one mail about deadlines that had passed when they became known, and give the tasks.

        :return: the mails queued.
        """
        self, deadlines = self.sudo(), deadlines.sudo()
        mails = self.env["mail.mail"]
        vals_list = []
        for company, group in deadlines.grouped("company_id").items():
            managers = self.env["recovery.decision"]._get_approvers(company)
            readers = defaultdict(lambda: deadlines.browse())
            for deadline in group:
                recipients = self._get_recipients(deadline, MISSED_DAYS, managers)
                readers[recipients[:1]] |= deadline
                vals_list += [
                    {
                        "deadline_id": deadline.id,
                        "days": MISSED_DAYS,
                        "limit_on": deadline.date,
                        "alerted_on": day,
                        "user_id": user.id,
                    }
                    for user in recipients
                ]
            for user, past in readers.items():
                mails |= self._queue(company, user, past)
        self._tell(vals_list, day)
        return mails

    @api.model
    def _queue(self, company, user, deadlines):
        """Queue the mail to one person, in their language."""
        lang = user.lang or company.partner_id.lang or "fr_FR"
        env = without_defaults(self.with_context(lang=lang)).sudo().env
        if not user.email:
            return env["mail.mail"]
        rows = [
            {
                "name": deadline.display_name,
                "case": deadline.case_id.display_name,
                "day": format_date(env, deadline.date),
                "sanction": deadline.sanction_text or "",
                "url": f"{company.get_base_url()}/odoo/recovery-cases/{deadline.case_id.id}",
            }
            for deadline in deadlines.with_env(env).sorted("date")
        ]
        values = {"user": user, "company": company, "rows": rows}
        return env["mail.mail"].create(
            {
                "subject": env._("%s procedural deadlines had already passed", len(rows))
                if len(rows) > 1
                else env._("A procedural deadline had already passed: %s", rows[0]["case"]),
                "body_html": env["ir.qweb"]._render("debt_recovery.recovery_deadline_past_mail", values),
                "email_from": company.email_formatted or user.email_formatted,
                "email_to": user.email_formatted,
                "auto_delete": True,
                "state": "outgoing",
            }
        )

    @api.model
    def _cron_watch(self):
        """Watch over the deadlines of every company."""
        self._do_nightly("deadlines", lambda mine, company, day: mine._watch(company, day))

    def _find_ranges(self, work):
        return self._make_one_range(work)

    def _do_range(self, work, part):
        self._watch(work.company_id, work.day)
