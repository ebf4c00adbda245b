from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..dunning.campaign.verdict import DUE
from ..dunning.scenario.ladder import FORMAL_NOTICE

REMIND = "remind"
FAILED_DELIVERY = Domain("state", "=", "failed") & Domain("seen_on", "=", False)
# A mise en demeure that is blocked waits for what is missing: that it was seen does not do it.
FAILED_NOTICE = Domain("state", "=", "blocked") | (Domain("state", "=", "failed") & Domain("seen_on", "=", False))
LONGEST = 60  # characters of one thing to do, in a list


class RecoveryTodo(models.AbstractModel):
    """Say, for each debtor, what there is to do today, the most urgent thing first.

    It is stored, so that the worklist filters and groups on it in the database. Reading
    starts from what calls for somebody (activities, failures, questions), never from the
    debtors: opening the list costs what happened, not what the company has customers.
    """

    _name = "recovery.todo"
    _description = "Recovery: tasks"

    @api.model
    def _get_kinds(self):
        """Return the kinds of things to do that come before a reminder, the most urgent first."""
        return [
            *("deadline", "call", "failed", "reply", "expired", "promise", "plan", "dispute", "approve"),
            *("print", "post", "task"),
        ]

    @api.model
    def _refresh(self, company, day, debtors=None):
        """Store what there is to do.

        :param debtors: these only; None for all of the company.
        :return: the number of debtors for whom it changed.
        """
        company = company._recovery_root()
        Debtor = self.env["recovery.debtor"].sudo()
        scope = Domain("company_id", "=", company.id)
        if debtors is not None:
            scope &= Domain("id", "in", debtors.ids)
        kinds = self._get_kinds()
        alerts = self._read_alerts(company, day, debtors)
        kinds_by_debtor = defaultdict(list)
        for kind in kinds:
            for debtor_id in alerts.get(kind, ()):
                kinds_by_debtor[debtor_id].append(kind)
        changing = (
            Domain("id", "in", list(kinds_by_debtor))
            | Domain("todo_kind", "in", kinds)
            | (Domain("next_action_code", "=", DUE) & Domain("todo_kind", "=", False))
            | (Domain("todo_kind", "=", REMIND) & Domain("next_action_code", "!=", DUE))
            | (Domain("todo_kind", "!=", False) & Domain("todo_kinds", "=", False))
        )
        found = Debtor.search_fetch(scope & changing, ["todo_kind", "todo_kinds", "next_action_code"])
        rows = []
        for debtor in found:
            mine = [*kinds_by_debtor.get(debtor.id, ()), *([REMIND] if debtor.next_action_code == DUE else ())]
            row = (mine[0], f",{','.join(mine)},") if mine else (None, None)
            if row != (debtor.todo_kind or None, debtor.todo_kinds or None):
                rows.append((debtor.id, *row))
        self.env["recovery.bulk"]._update("recovery.debtor", ["todo_kind", "todo_kinds"], rows)
        return len(rows)

    @api.model
    def _read_alerts(self, company, day, debtors=None):
        """Return ``{kind: debtor ids}``."""
        alerts = {kind: set() for kind in self._get_kinds()}
        kind_by_type = self._get_activity_kinds()
        domain = [("res_model", "=", "recovery.debtor"), ("date_deadline", "<=", day)]
        if debtors is not None:
            domain.append(("res_id", "in", debtors.ids))
        for activity in self.env["mail.activity"].sudo().search_fetch(domain, ["res_id", "activity_type_id"]):
            alerts[kind_by_type.get(activity.activity_type_id.id, "task")].add(activity.res_id)
        scope = Domain("company_id", "child_of", company.id)
        if debtors is not None:
            scope &= Domain("debtor_id", "in", debtors.ids)
        if alerts["call"]:
            alerts["call"] -= self._read_formally_asked(day, alerts["call"])
        asked = self.env["recovery.decision"].sudo().search_fetch(scope & Domain("state", "=", "asked"), ["debtor_id"])
        alerts["approve"].update(asked.debtor_id.ids)
        alerts["failed"].update(self._read_failures(scope))
        Delivery = self.env["recovery.delivery"].sudo()
        for kind, state in (("print", "to_print"), ("post", "printed")):
            letters = Delivery.search_fetch(scope & Delivery._get_letters_domain(state), ["debtor_id"])
            alerts[kind].update(letters.debtor_id.ids)
        alerts["deadline"].update(self._read_deadlines(scope, day))
        is_open = scope & Domain("state", "=", "open")
        for kind, model, date_field in (
            ("promise", "recovery.promise", "date"),
            ("dispute", "recovery.dispute", "date_due"),
        ):
            due = self.env[model].sudo().search_fetch(is_open & Domain(date_field, "<=", day), ["debtor_id"])
            alerts[kind].update(due.debtor_id.ids)
        return alerts

    # ------------------------------------------------------------
    # In words, for the debtors of a screen
    # ------------------------------------------------------------
    @api.model
    def _describe(self, company, day, debtors):
        """Return ``{debtor id: [text]}`` of all that there is to do for a few debtors, the most urgent first.

        What counts is what the stored figures say, so that a line and its filters agree.
        """
        busy = debtors.sudo().filtered("todo_kinds")
        kinds = dict(busy._fields["todo_kind"]._description_selection(self.env))
        words = self._read_words(company._recovery_root(), day, busy)
        found = {}
        for debtor in busy:
            texts = []
            for kind in debtor.todo_kinds.strip(",").split(","):
                details = list(dict.fromkeys(filter(None, words.get((debtor.id, kind), ()))))
                detail = details[0] if details else ""
                if len(details) > 1:
                    detail = self.env._("%(first)s and %(count)s more", first=detail, count=len(details) - 1)
                label = kinds.get(kind, kind)
                texts.append(
                    self.env._("%(task)s: %(detail)s", task=label, detail=detail[:LONGEST]) if detail else label
                )
            found[debtor.id] = texts
        return found

    @api.model
    def _read_words(self, company, day, debtors):
        """Return ``{(debtor id, kind): [words]}``: which task, which letter, which promise."""
        words = defaultdict(list)
        if not debtors:
            return words
        kind_by_type = self._get_activity_kinds()
        tasks = Domain("res_model", "=", "recovery.debtor") & Domain("res_id", "in", debtors.ids)
        tasks &= Domain("date_deadline", "<=", day)
        for task in self.env["mail.activity"].sudo().search(tasks, order="date_deadline, id"):
            kind = kind_by_type.get(task.activity_type_id.id, "task")
            words[task.res_id, kind].append(task.summary or task.activity_type_id.name)
        scope = Domain("company_id", "child_of", company.id) & Domain("debtor_id", "in", debtors.ids)
        Delivery = self.env["recovery.delivery"].sudo()
        for kind, model, domain, tell in (
            ("print", Delivery, Delivery._get_letters_domain("to_print"), lambda d: d.level_id.name or d.subject),
            ("post", Delivery, Delivery._get_letters_domain("printed"), lambda d: d.level_id.name or d.subject),
            ("failed", Delivery, FAILED_DELIVERY, lambda d: d.error or d.subject),
            ("failed", self.env["recovery.notice"].sudo(), FAILED_NOTICE, lambda n: n.remark or n.level_id.name),
            ("approve", self.env["recovery.decision"].sudo(), Domain("state", "=", "asked"), lambda d: d.display_name),
            ("promise", self.env["recovery.promise"].sudo(), self._get_due("date", day), self._tell_promise),
            ("dispute", self.env["recovery.dispute"].sudo(), self._get_due("date_due", day), lambda d: d.display_name),
        ):
            for record in model.search(scope & domain, order="id desc", limit=len(debtors) * 20):
                words[record.debtor_id.id, kind].append(tell(record))
        Deadline = self.env["recovery.deadline"].sudo()
        for deadline in Deadline.search(scope & Deadline._get_pressing_domain(day)):
            words[deadline.debtor_id.id, "deadline"].append(deadline.display_name)
        for debtor in debtors:
            words[debtor.id, REMIND].append(debtor.next_level_id.name)
        return words

    @api.model
    def _get_due(self, field, day):
        return Domain("state", "=", "open") & Domain(field, "<=", day)

    @api.model
    def _tell_promise(self, promise):
        return self.env._(
            "%(amount)s for %(date)s",
            amount=promise.currency_id.format(promise.amount),
            date=format_date(self.env, promise.date),
        )

    @api.model
    def _acknowledge(self, debtors):
        """Note that somebody saw what failed for these debtors; return how many failures that was."""
        among = Domain("debtor_id", "in", debtors.ids)
        deliveries = self.env["recovery.delivery"].sudo().search(among & FAILED_DELIVERY)
        failed = Domain("state", "=", "failed") & Domain("seen_on", "=", False)
        notices = self.env["recovery.notice"].sudo().search(among & failed)
        for records in (deliveries, notices):
            records.write({"seen_on": fields.Datetime.now()})
            self.env["recovery.event"]._log(
                "seen", records, lambda record: self.env._("Failure acknowledged: %s", record.display_name)
            )
        for company, group in debtors.sudo().grouped("company_id").items():
            self._refresh(company, company._recovery_today(), group)
        return len(deliveries) + len(notices)

    @api.model
    def _read_formally_asked(self, day, debtor_ids):
        """Return the ids of the debtors whose mise en demeure leaves, or may leave, today: nobody calls them then."""
        among = Domain("debtor_id", "in", list(debtor_ids)) & Domain("kind", "=", FORMAL_NOTICE)
        leaving = (Domain("state", "=", "sent") & Domain("issue_date", "=", day)) | Domain("state", "=", "validated")
        found = self.env["recovery.notice"].sudo().search_fetch(among & leaving, ["debtor_id"]).debtor_id
        proposed = (
            Domain("id", "in", list(debtor_ids))
            & Domain("next_action_code", "=", DUE)
            & Domain("next_level_id.kind", "=", FORMAL_NOTICE)
        )
        return {*found.ids, *self.env["recovery.debtor"].sudo().search(proposed).ids}

    @api.model
    def _read_deadlines(self, scope, day):
        """Return the ids of the debtors against whom something is to be done before a court within the week."""
        Deadline = self.env["recovery.deadline"].sudo()
        return Deadline.search_fetch(scope & Deadline._get_pressing_domain(day), ["debtor_id"]).debtor_id.ids

    @api.model
    def _get_activity_kinds(self):
        """Return ``{activity type id: kind}``; any other activity is a task."""
        names = {
            "debt_recovery.mail_activity_type_call": "call",
            "debt_recovery.mail_activity_type_reply": "reply",
            "debt_recovery.mail_activity_type_expired": "expired",
            "debt_recovery.mail_activity_type_promise": "promise",
            "debt_recovery.mail_activity_type_plan": "plan",
        }
        types = {self.env.ref(name, raise_if_not_found=False): kind for name, kind in names.items()}
        return {record.id: kind for record, kind in types.items() if record}

    @api.model
    def _read_failures(self, scope):
        """Return the ids of the debtors whose last contact did not reach them, or whose notice could not leave.

        A failure is answered by any later contact: another channel, a call, a letter by hand.
        """
        Delivery = self.env["recovery.delivery"].sudo()
        failed = Delivery._read_group(scope & FAILED_DELIVERY, ["debtor_id"], ["id:max"])
        later = dict(
            Delivery._read_group(
                scope
                & Domain("state", "not in", ("failed", "cancelled"))
                & Domain("debtor_id", "in", [debtor.id for debtor, _last in failed]),
                ["debtor_id"],
                ["id:max"],
            )
        )
        debtor_ids = {debtor.id for debtor, last in failed if later.get(debtor, 0) < last}
        notices = self.env["recovery.notice"].sudo().search_fetch(scope & FAILED_NOTICE, ["debtor_id"])
        return debtor_ids | set(notices.debtor_id.ids)
