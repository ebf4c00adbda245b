from odoo import api, models
from odoo.fields import Domain

from ..dunning.campaign.verdict import DUE
from ..dunning.scenario.ladder import FORMAL_NOTICE

REMIND = "remind"


class RecoveryTodo(models.AbstractModel):
    """Say, for each debtor, what there is to do today, the most urgent thing first.

    It is stored, so that the worklist filters and groups on it in the database. Reading
    starts from what calls for somebody (activities, failures, questions), never from the
    debtors: opening the list costs what happened, not what the company has customers.
    """

    _name = "recovery.todo"
    _description = "Recovery: what there is to do"

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
        kind_by_debtor = {}
        for kind, ids in self._read_alerts(company, day, debtors).items():
            for debtor_id in ids:
                current = kind_by_debtor.get(debtor_id)
                if current is None or kinds.index(kind) < kinds.index(current):
                    kind_by_debtor[debtor_id] = kind
        changing = (
            Domain("id", "in", list(kind_by_debtor))
            | Domain("todo_kind", "in", kinds)
            | (Domain("next_action_code", "=", DUE) & Domain("todo_kind", "=", False))
            | (Domain("todo_kind", "=", REMIND) & Domain("next_action_code", "!=", DUE))
        )
        found = Debtor.search_fetch(scope & changing, ["todo_kind", "next_action_code"])
        rows = []
        for debtor in found:
            kind = kind_by_debtor.get(debtor.id) or (REMIND if debtor.next_action_code == DUE else None)
            if kind != (debtor.todo_kind or None):
                rows.append((debtor.id, kind))
        self.env["recovery.bulk"]._update("recovery.debtor", ["todo_kind"], rows)
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
        failed = Delivery._read_group(scope & Domain("state", "=", "failed"), ["debtor_id"], ["id:max"])
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
        notices = (
            self.env["recovery.notice"]
            .sudo()
            .search_fetch(scope & Domain("state", "in", ("failed", "blocked")), ["debtor_id"])
        )
        return debtor_ids | set(notices.debtor_id.ids)
