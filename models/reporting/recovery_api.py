from datetime import date

from odoo import api, models
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Domain

from ..common.roles import require_reader, require_user
from . import api_values
from .api_values import (
    LONGEST_KEY,
    MOST_IDS,
    MOST_ROWS,
    NotUnderstood,
    is_missing,
    read_amount,
    read_choice,
    read_choices,
    read_count,
    read_day,
    read_id,
    read_ids,
    read_key,
    read_place,
    read_text,
    read_truth,
)

VERSION = 1
ROWS = 80
ORDERS = {"cash": "priority_cash desc, id", "risk": "priority_risk desc, id"}
MODES = ("proposal", "simulation")


class RecoveryApi(models.AbstractModel):
    """Doors for other programs, at ``/json/2/recovery.api/<method>``: names that stay, plain values in and out.

    A door asks the engines that the screens ask, as the user of the key and with the rights of that user: it reckons
    nothing itself. Days are given as ISO text; an amount comes with its currency; a choice comes as its code, which
    is the same in every language, with its words in the reader's beside it (``…_text``). What is refused says what to
    send instead. A program may add keys to what it reads, and this model adds keys to what it answers: neither
    changes the meaning of one that is there.
    """

    _name = "recovery.api"
    _description = "Recovery: API for other programs"

    # ------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------
    @api.model
    def action_read_worklist(
        self, company_id=None, order="cash", todo=None, collector_id=None, limit=ROWS, offset=0, everybody=False
    ):
        """Return what there is to do today, debtor by debtor, brought up to date as the screen does.

        :param int company_id: a company of the user, by default the current one; its root company is read.
        :param str order: ``cash`` (large and recent first) or ``risk`` (old and risky first).
        :param list todo: only these things to do, codes of ``todo``.
        :param int collector_id: only the debtors of this user.
        :param bool everybody: the debtors with nothing to do today as well.
        :return: dict with ``day``, ``total`` and ``rows``.
        """
        door, company = self._enter(company_id)
        Debtor = door.env["recovery.debtor"]
        kinds = door._get_words("recovery.debtor", "todo_kind")
        order = door._take(read_choice, "order", order, ORDERS) or "cash"
        todo = door._take(read_choices, "todo", todo, kinds)
        collector_id = door._take(read_id, "collector_id", collector_id)
        page = door._read_page(limit, offset)
        domain = Domain("company_id", "=", company.id)
        if todo:
            domain &= Domain("todo_kind", "in", todo)
        elif not door._take(read_truth, "everybody", everybody):
            domain &= Domain("todo_kind", "!=", False)
        if collector_id:
            domain &= Domain("collector_id", "=", collector_id)
        Debtor.action_refresh_worklist()
        found = door._find("recovery.debtor", domain, ORDERS[order], page)
        money = company.currency_id
        return door._answer(
            company,
            found,
            page,
            {
                "debtor": door._tell_debtor,
                "todo": lambda debtor: debtor.todo_kind or None,
                "todo_text": lambda debtor: kinds.get(debtor.todo_kind),
                "why": lambda debtor: debtor.next_action_text or None,
                "next_level": lambda debtor: door._tell_record(debtor.next_level_id),
                "next_action_date": lambda debtor: debtor.next_action_date or None,
                "collector": lambda debtor: door._tell_record(debtor.collector_id),
                "amount_open": lambda debtor: door._tell_money(debtor.amount_open, money),
                "amount_overdue": lambda debtor: door._tell_money(debtor.amount_overdue, money),
                "amount_to_claim": lambda debtor: door._tell_money(debtor.amount_to_claim, money),
                "overdue_count": lambda debtor: debtor.overdue_count,
                "oldest_due": lambda debtor: debtor.oldest_due or None,
                "limitation_on": lambda debtor: debtor.limitation_on or None,
                "risk_class": lambda debtor: debtor.risk_class or None,
                "priority_cash": lambda debtor: debtor.priority_cash,
                "priority_risk": lambda debtor: debtor.priority_risk,
            },
            day=company._recovery_today(),
        )

    @api.model
    @api.readonly
    def action_read_notices(
        self,
        date_from=None,
        date_to=None,
        campaign_id=None,
        debtor_id=None,
        states=None,
        company_id=None,
        limit=ROWS,
        offset=0,
    ):
        """Return the notices of a campaign, or those whose campaign is dated in a period, with what they claim.

        :param date_from: first day, with ``date_to``, the last one; or give ``campaign_id``.
        :param list states: codes of ``state``; all of them by default.
        :return: dict with ``total`` and ``rows``, each with its ``lines`` and its ``deliveries``.
        """
        door, company = self._enter(company_id)
        domain = Domain("company_id", "=", company.id) & door._read_debtor_domain(company, debtor_id)
        words = door._get_words("recovery.notice", "state")
        kinds = door._get_words("recovery.notice", "kind")
        status = door._get_words("recovery.notice", "status")
        if not is_missing(campaign_id):
            campaign = door._find_one("recovery.campaign", "campaign_id", campaign_id, company)
            domain &= Domain("campaign_id", "=", campaign.id)
        if is_missing(campaign_id) or not (is_missing(date_from) and is_missing(date_to)):
            domain &= door._read_period("date", date_from, date_to)
        if states := door._take(read_choices, "states", states, words):
            domain &= Domain("state", "in", states)
        page = door._read_page(limit, offset)
        found = door._find("recovery.notice", domain, "date desc, id desc", page)
        money = company.currency_id
        return door._answer(
            company,
            found,
            page,
            {
                "id": lambda notice: notice.id,
                "number": lambda notice: notice.number or None,
                "campaign_id": lambda notice: notice.campaign_id.id or None,
                "debtor": lambda notice: door._tell_debtor(notice.debtor_id),
                "level": lambda notice: door._tell_record(notice.level_id),
                "kind": lambda notice: notice.kind,
                "kind_text": lambda notice: kinds[notice.kind],
                "state": lambda notice: notice.state,
                "state_text": lambda notice: words[notice.state],
                "status": lambda notice: notice.status,
                "status_text": lambda notice: status.get(notice.status),
                "reason": lambda notice: notice.state_reason or None,
                "date": lambda notice: notice.date,
                "issue_date": lambda notice: notice.issue_date or None,
                "deadline_date": lambda notice: notice.deadline_date or None,
                "amount_claimed": lambda notice: door._tell_money(notice.amount, money),
                "amount_announced": lambda notice: door._tell_money(notice.amount_announced, money),
                "lines": lambda notice: [*map(door._tell_line, notice.line_ids)],
                "deliveries": lambda notice: [*map(door._tell_delivery, notice.delivery_ids)],
            },
        )

    @api.model
    @api.readonly
    def action_read_promises(
        self, date_from=None, date_to=None, debtor_id=None, states=None, company_id=None, limit=ROWS, offset=0
    ):
        """Return the promises for a day of the period, with what became of them.

        :param date_from: first day promised for; ``date_to`` is the last one.
        :param list states: codes of ``state``; all of them by default.
        """
        door, company = self._enter(company_id)
        domain = Domain("company_id", "child_of", company.id) & door._read_debtor_domain(company, debtor_id)
        domain &= door._read_period("date", date_from, date_to)
        if states := door._take(read_choices, "states", states, door._get_words("recovery.promise", "state")):
            domain &= Domain("state", "in", states)
        page = door._read_page(limit, offset)
        found = door._find("recovery.promise", domain, "date, id", page)
        return door._answer(company, found, page, door._get_promise_columns())

    @api.model
    @api.readonly
    def action_read_cases(
        self, is_open=None, kinds=None, debtor_id=None, case_id=None, company_id=None, limit=ROWS, offset=0
    ):
        """Return the litigation cases, those that were opened last first.

        :param bool is_open: only those that are, or are not, open; all of them by default.
        :param list kinds: codes of the kinds of stages.
        """
        door, company = self._enter(company_id)
        domain = Domain("company_id", "=", company.id) & door._read_debtor_domain(company, debtor_id)
        words = door._get_words("recovery.case", "kind")
        ended = door._get_words("recovery.case", "close_how")
        if is_open is not None:
            domain &= Domain("is_open", "=", door._take(read_truth, "is_open", is_open, keep=True))
        if kinds := door._take(read_choices, "kinds", kinds, words):
            domain &= Domain("kind", "in", kinds)
        if not is_missing(case_id):
            domain &= Domain("id", "=", door._find_one("recovery.case", "case_id", case_id, company).id)
        page = door._read_page(limit, offset)
        found = door._find("recovery.case", domain, "opened_on desc, id desc", page)
        money = company.currency_id
        return door._answer(
            company,
            found,
            page,
            {
                "id": lambda case: case.id,
                "number": lambda case: case.name,
                "debtor": lambda case: door._tell_debtor(case.debtor_id),
                "stage": lambda case: door._tell_record(case.stage_id),
                "kind": lambda case: case.kind,
                "kind_text": lambda case: words.get(case.kind),
                "is_open": lambda case: case.is_open,
                "opened_on": lambda case: case.opened_on,
                "closed_on": lambda case: case.closed_on or None,
                "close_how": lambda case: case.close_how or None,
                "close_how_text": lambda case: ended.get(case.close_how),
                "owner": lambda case: door._tell_record(case.user_id),
                "court": lambda case: door._tell_record(case.court_id),
                "lawyer": lambda case: door._tell_record(case.lawyer_id),
                "reference": lambda case: case.reference or None,
                "amount_opening": lambda case: door._tell_money(case.amount_opening, money),
                "amount_open": lambda case: door._tell_money(case.amount_now, money),
                "amount_received": lambda case: door._tell_money(case.amount_received, money),
                "next_deadline": lambda case: case.next_deadline or None,
                "next_deadline_name": lambda case: case.next_deadline_name or None,
            },
        )

    @api.model
    @api.readonly
    def action_read_deadlines(
        self, date_from=None, date_to=None, case_id=None, states=None, company_id=None, limit=ROWS, offset=0
    ):
        """Return the procedural deadlines that end in the period, the nearest first.

        :param list states: codes of ``state``; those that run by default.
        """
        door, company = self._enter(company_id)
        words = door._get_words("recovery.deadline", "state")
        whose = door._get_words("recovery.deadline", "whose")
        domain = Domain("company_id", "=", company.id) & door._read_period("date", date_from, date_to)
        states = door._take(read_choices, "states", states, words) or ["running"]
        domain &= Domain("state", "in", states)
        if not is_missing(case_id):
            domain &= Domain("case_id", "=", door._find_one("recovery.case", "case_id", case_id, company).id)
        page = door._read_page(limit, offset)
        found = door._find("recovery.deadline", domain, "date, id", page)
        return door._answer(
            company,
            found,
            page,
            {
                "id": lambda deadline: deadline.id,
                "name": lambda deadline: deadline.display_name,
                "case": lambda deadline: {"id": deadline.case_id.id, "number": deadline.case_id.name},
                "debtor": lambda deadline: door._tell_debtor(deadline.debtor_id),
                "date": lambda deadline: deadline.date,
                "other_date": lambda deadline: deadline.other_date or None,
                "is_wait": lambda deadline: deadline.kind == "earliest",
                "days_left": lambda deadline: deadline.days_left,
                "whose": lambda deadline: deadline.whose,
                "whose_text": lambda deadline: whose[deadline.whose],
                "state": lambda deadline: deadline.state,
                "state_text": lambda deadline: words[deadline.state],
                "article": lambda deadline: deadline.article or None,
                "sanction": lambda deadline: deadline.sanction_text or None,
                "owner": lambda deadline: door._tell_record(deadline.user_id),
            },
            day=company._recovery_today(),
        )

    @api.model
    @api.readonly
    def action_read_aged_balance(
        self, date=None, base="due", credits="apart", group_by=None, detail=False, company_id=None
    ):
        """Return the aged balance of a day, past ones included: the figures of the screen, to the cent.

        :param date: the day.
        :param str base: ``due`` or ``invoice``: from which date days count.
        :param str credits: ``apart``, or ``imputed`` to set them against the debts.
        :param list group_by: by what rows are split, two at most.
        :param bool detail: the open items of each row as well.
        :return: dict with ``columns``, ``rows``, ``groups``, ``totals``, ``control`` and ``changes``, whose amounts
            are in ``currency``.
        """
        door, company = self._enter(company_id)
        day = door._take(read_day, "date", date, needed=True)
        options = {
            "company_ids": company.ids,
            "day": day.isoformat(),
            "base": base,
            "credits": credits,
            "group_by": group_by or [],
            "detail": door._take(read_truth, "detail", detail),
        }
        (part,) = door.env["recovery.ageing.report"].action_read(options)["parts"]
        return {**door._head(company), **part, "currency": part["currency"]["name"]}

    # ------------------------------------------------------------
    # Working
    # ------------------------------------------------------------
    @api.model
    def action_propose_campaign(
        self,
        date=None,
        mode="proposal",
        debtor_ids=None,
        scenario_id=None,
        collector_id=None,
        company_id=None,
        request_key=None,
    ):
        """Make a campaign of a day and propose its notices: a person validates and sends them.

        :param date: the day on which levels are counted.
        :param str mode: ``proposal``, or ``simulation``, which writes nothing but its verdicts.
        :param list debtor_ids: only these debtors; all of them by default.
        :param str request_key: chosen by the program: asked again with it, the door gives its first answer.
        :return: dict with ``campaign_id``, ``name``, ``state``, how many notices there are, and what they claim.
        """
        door, company = self._enter(company_id, is_work=True)
        question = {
            "door": "propose_campaign",
            "date": date,
            "mode": mode,
            "debtor_ids": debtor_ids,
            "scenario_id": scenario_id,
            "collector_id": collector_id,
            "company_id": company_id,
        }
        return door._do_once(
            request_key,
            question,
            lambda: door._propose_campaign(company, date, mode, debtor_ids, scenario_id, collector_id),
        )

    @api.model
    def _propose_campaign(self, company, date, mode, debtor_ids, scenario_id, collector_id):
        """Do what :meth:`action_propose_campaign` is asked for."""
        date = self._take(read_day, "date", date, needed=True)
        mode = self._take(read_choice, "mode", mode, MODES) or "proposal"
        debtors = self._find_many("recovery.debtor", "debtor_ids", debtor_ids, company)
        vals = {"company_id": company.id, "date": date, "mode": mode, "debtor_ids": debtors.ids}
        if not is_missing(scenario_id):
            vals["scenario_id"] = self._find_one("recovery.scenario", "scenario_id", scenario_id, company).id
        vals["collector_id"] = self._take(read_id, "collector_id", collector_id) or False
        campaign = self.env["recovery.campaign"].create(vals)
        campaign.action_propose()
        money = company.currency_id
        return {
            **self._head(company),
            "campaign_id": campaign.id,
            "name": campaign.name,
            "date": campaign.date.isoformat(),
            "mode": campaign.mode,
            "state": campaign.state,
            "state_text": self._get_words("recovery.campaign", "state")[campaign.state],
            "notice_count": campaign.notice_count,
            "blocked_count": campaign.blocked_count,
            "failure_count": campaign.failure_count,
            "instalment_count": campaign.instalment_count,
            "amount_open": self._tell_money(campaign.amount_open, money),
            "amount_claimed": self._tell_money(
                campaign.amount_simulated if campaign.mode == "simulation" else campaign.amount, money
            ),
            "amount_announced": self._tell_money(campaign.amount_announced, money),
        }

    @api.model
    def action_give_promise(
        self,
        debtor_id=None,
        amount=None,
        date=None,
        currency=None,
        line_ids=None,
        given_by_id=None,
        channel="other",
        note=None,
        company_id=None,
        request_key=None,
    ):
        """Record a promise of payment, given today: reminders of what it covers wait until its day and its grace.

        :param float amount: what is promised, in ``currency``, by default that of the oldest overdue instalment.
        :param date: the day promised for.
        :param list line_ids: journal items of the instalments covered; the oldest ones up to the amount by default.
        :param int given_by_id: the contact who promised, of that customer.
        :param str request_key: chosen by the program: asked again with it, the door gives its first answer.
        :return: the promise, as :meth:`action_read_promises` tells one.
        """
        door, company = self._enter(company_id, is_work=True)
        said = {
            "debtor_id": debtor_id,
            "amount": amount,
            "date": date,
            "currency": currency,
            "line_ids": line_ids,
            "given_by_id": given_by_id,
            "channel": channel,
            "note": note,
        }
        question = {"door": "give_promise", "company_id": company_id, **said}
        return door._do_once(request_key, question, lambda: door._give_promise(company, **said))

    @api.model
    def _give_promise(self, company, debtor_id, amount, date, currency, line_ids, given_by_id, channel, note):
        """Do what :meth:`action_give_promise` is asked for."""
        debtor = self._find_one("recovery.debtor", "debtor_id", debtor_id, company)
        amount = self._take(read_amount, "amount", amount, needed=True)
        day = self._take(read_day, "date", date, needed=True)
        channel = self._take(read_choice, "channel", channel, self._get_words("recovery.promise", "channel")) or "other"
        lines = self._find_many("account.move.line", "line_ids", line_ids, company)
        promise = self.env["recovery.promise"]._give(
            debtor,
            company._recovery_today(),
            amount,
            day,
            currency=self._find_currency(currency),
            lines=lines,
            given_by_id=self._find_contact(debtor, given_by_id).id,
            channel=channel,
            note=self._take(read_text, "note", note) or False,
        )
        return {**self._head(company), **self._tell(promise, self._get_promise_columns())}

    # ------------------------------------------------------------
    # Who asks, and of what
    # ------------------------------------------------------------
    @api.model
    def _enter(self, company_id, is_work=False):
        """Return ``(this model as the user of that company, the root company)``, once the user may come in."""
        self = self.env["recovery.bounded"]._speak()[self._name]
        if is_work:
            require_user(self.env)
        else:
            require_reader(self.env)
        company = self.env.company
        if wanted := self._take(read_id, "company_id", company_id):
            company = self.env["res.company"].browse(wanted)
            if company not in self.env.companies:
                raise AccessError(self.env._("This belongs to a company in which you do not work."))
        company._recovery_check_open()
        family = company._recovery_get_own_family()
        return self.with_context(allowed_company_ids=family), company.root_id

    @api.model
    def _do_once(self, request_key, question, work):
        """Return the answer to a question, and do its work only the first time that this user sends it with a key."""
        key = self._take(read_key, "request_key", request_key)
        return work() if key is None else self.env["recovery.api.answer"]._do_once(key, question, work)

    @api.model
    def _take(self, read, name, value, *more, needed=False, keep=False):
        """Return what was sent under a name, read; None for nothing.

        :param keep: false is a value here.
        :raises UserError: it is not what was asked for; the sentence says what to send.
        """
        if is_missing(value) and not (keep and value is False):
            if needed:
                raise UserError(self.env._("“%s” is required: send it with the request.", name))
            return None
        try:
            return read(value, *more)
        except NotUnderstood as error:
            message = self.env._("“%(name)s” is not understood: %(advice)s", name=name, advice=self._advise(error))
            raise UserError(message) from error

    @api.model
    def _advise(self, error):
        """Return what to send instead."""
        allowed = ", ".join(error.allowed)
        match error.kind:
            case "day":
                return self.env._("send a day as text, for example 2026-11-30.")
            case "id":
                return self.env._("send the id of a record, a whole number.")
            case "ids":
                return self.env._("send a list of ids, at most %s.", MOST_IDS)
            case "amount":
                return self.env._("send an amount above zero, as a number.")
            case "choice":
                return self.env._("send one of: %s.", allowed)
            case "choices":
                return self.env._("send a list of some of: %s.", allowed)
            case "text":
                return self.env._("send a text of at most %s characters.", api_values.LENGTHS["char"])
            case "key":
                return self.env._("send a text of at most %s characters.", LONGEST_KEY)
            case "truth":
                return self.env._("send true or false.")
            case "count":
                return self.env._("send a number from 1 to %s.", MOST_ROWS)
            case _:
                return self.env._("send how many rows to skip, 0 or more.")

    @api.model
    def _read_page(self, limit, offset):
        """Return ``(limit, offset)``."""
        limit = self._take(read_count, "limit", limit) or ROWS
        return limit, self._take(read_place, "offset", offset) or 0

    @api.model
    def _read_period(self, field, date_from, date_to):
        """Return the domain of a date within two days, both needed and included."""
        first = self._take(read_day, "date_from", date_from, needed=True)
        last = self._take(read_day, "date_to", date_to, needed=True)
        if first > last:
            raise UserError(self.env._("The period ends before it begins."))
        return Domain(field, ">=", first) & Domain(field, "<=", last)

    @api.model
    def _read_debtor_domain(self, company, debtor_id):
        if is_missing(debtor_id):
            return Domain.TRUE
        return Domain("debtor_id", "=", self._find_one("recovery.debtor", "debtor_id", debtor_id, company).id)

    @api.model
    def _find_one(self, model, name, record_id, company):
        """Return the record of that id; whether it is absent or another's, nobody is told."""
        record_id = self._take(read_id, name, record_id, needed=True)
        return self._find_many(model, name, [record_id], company)

    @api.model
    def _find_many(self, model, name, ids, company):
        """Return the records of these ids, of that root company or shared by all."""
        ids = self._take(read_ids, name, ids) or []
        Model = self.env[model].with_context(active_test=False)
        Model.check_access("read")
        own = Domain("company_id", "=", False) | Domain("company_id", "child_of", company.id)
        found = Model.search(Domain("id", "in", ids) & own)
        if missing := [str(record_id) for record_id in ids if record_id not in found.ids]:
            raise MissingError(
                self.env._(
                    "“%(name)s”: no record of %(company)s that you may read has the id %(ids)s.",
                    name=name,
                    company=company.name,
                    ids=", ".join(missing),
                )
            )
        return self.env[model].browse(ids)

    @api.model
    def _find_currency(self, code):
        """Return the active currency of an ISO code, or None."""
        code = self._take(read_text, "currency", code)
        if code is None:
            return None
        if currency := self.env["res.currency"].search([("name", "=", code)], limit=1):
            return currency
        raise UserError(
            self.env._("“currency”: %s is not an active currency; send an ISO code, for example EUR.", code)
        )

    @api.model
    def _find_contact(self, debtor, partner_id):
        """Return the contact of that id, of the customer; nobody if none was sent."""
        wanted = self._take(read_id, "given_by_id", partner_id)
        Partner = self.env["res.partner"]
        if wanted is None:
            return Partner
        found = Partner.search([("id", "=", wanted), ("id", "child_of", debtor.partner_id.id)])
        if found:
            return found
        raise MissingError(
            self.env._("“given_by_id”: %(customer)s has no contact %(id)s.", customer=debtor.display_name, id=wanted)
        )

    # ------------------------------------------------------------
    # What is answered
    # ------------------------------------------------------------
    @api.model
    def _find(self, model, domain, order, page):
        """Return ``(records of a page, how many there are in all)``, as the user."""
        Model = self.env[model].with_context(active_test=False)
        limit, offset = page
        return Model.search(domain, order=order, limit=limit, offset=offset), Model.search_count(domain)

    @api.model
    def _answer(self, company, found, page, columns, **more):
        """Return a page of rows: ``columns`` says how each key is read of a record."""
        records, total = found
        limit, offset = page
        return {
            **self._head(company),
            **{name: self._tell_plain(value) for name, value in more.items()},
            "total": total,
            "limit": limit,
            "offset": offset,
            "rows": [self._tell(record, columns) for record in records],
        }

    @api.model
    def _head(self, company):
        return {
            "version": VERSION,
            "company_id": company.id,
            "company": company.name,
            "currency": company.currency_id.name,
            "read_at": self.env["recovery.ledger"]._read_moment()[0].isoformat(),
        }

    @api.model
    def _tell(self, record, columns):
        return {name: self._tell_plain(read(record)) for name, read in columns.items()}

    @api.model
    def _tell_plain(self, value):
        """Return a value as JSON has it: a day is ISO text."""
        return value.isoformat() if isinstance(value, date) else value

    @api.model
    def _tell_money(self, amount, currency):
        return {"amount": currency.round(amount), "currency": currency.name}

    @api.model
    def _tell_record(self, record):
        """Return the id and the name of a record, or None: a name shown beside what may be read is no secret."""
        return {"id": record.id, "name": record.sudo().display_name} if record else None

    @api.model
    def _tell_debtor(self, debtor):
        return {**self._tell_record(debtor), "partner_id": debtor.partner_id.id}

    @api.model
    def _tell_line(self, line):
        return {
            "line_id": line.move_line_id.id or None,
            "invoice": line.move_name or None,
            "role": line.role,
            "due_date": self._tell_plain(line.due_date or None),
            "days_late": line.days_late,
            "amount_due": self._tell_money(line.amount_due, line.currency_id),
        }

    @api.model
    def _tell_delivery(self, delivery):
        return {"id": delivery.id, "channel": delivery.channel, "state": delivery.state}

    @api.model
    def _get_promise_columns(self):
        states = self._get_words("recovery.promise", "state")
        channels = self._get_words("recovery.promise", "channel")
        return {
            "id": lambda promise: promise.id,
            "debtor": lambda promise: self._tell_debtor(promise.debtor_id),
            "given_on": lambda promise: promise.given_on,
            "given_by": lambda promise: self._tell_record(promise.given_by_id),
            "channel": lambda promise: promise.channel,
            "channel_text": lambda promise: channels[promise.channel],
            "date": lambda promise: promise.date,
            "deadline": lambda promise: promise.deadline or None,
            "state": lambda promise: promise.state,
            "state_text": lambda promise: states[promise.state],
            "reason": lambda promise: promise.state_reason or None,
            "decided_on": lambda promise: promise.decided_on or None,
            "amount": lambda promise: self._tell_money(promise.amount, promise.currency_id),
            "amount_received": lambda promise: self._tell_money(promise.amount_received, promise.currency_id),
            "line_ids": lambda promise: promise.line_ids.line_id.ids,
            "note": lambda promise: promise.note or None,
        }

    @api.model
    def _get_words(self, model, name):
        """Return ``{code: words}`` of a choice, in the reader's language."""
        return dict(self.env[model]._fields[name]._description_selection(self.env))
