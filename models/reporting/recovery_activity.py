from datetime import date, datetime, time
from functools import partial
from typing import NamedTuple

import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools.misc import formatLang

from ..common.calendar import shift
from ..common.formatting import list_phrases
from ..common.given import require_period
from ..common.marks import get_marked, mark
from ..common.recovery_table_window import Table
from ..common.recovery_xlsx_mixin import Column
from ..common.roles import require_reader

# One list of what was done: takes a :class:`Period`, returns its :class:`Table`, the main one first.
lists = partial(mark, "activity")


class Period(NamedTuple):
    """What a list is about: a root company, two days in its time, one debtor or all."""

    company: models.BaseModel
    first: date
    last: date
    debtor: models.BaseModel | None = None


class RecoveryActivity(models.AbstractModel):
    """Lists of what was done in a period: one reading gives the rows of the screen, the PDF, the spreadsheet, the pack.

    Everything is read as the user; amounts are what was kept at the time, not what they became.
    """

    _name = "recovery.activity"
    _description = "Recovery: lists of actions taken"

    @api.model
    def _get_subjects(self):
        """Return ``{code: name}`` of the lists, in their order; hook."""
        return {
            "sendings": self.env._("Deliveries"),
            "decisions": self.env._("Decisions and overrides"),
            "fees": self.env._("Late fees charged and waived"),
            "promises": self.env._("Promises"),
            "plans": self.env._("Payment plans and settlements"),
            "disputes": self.env._("Disputes"),
            "cases": self.env._("Cases and losses"),
            "limits": self.env._("Credit limits granted and exceeded"),
            "setup": self.env._("Setup and role changes"),
            "journal": self.env._("Extract of the journal"),
            "books": self.env._("Movements of 416, 491 and 654"),
            "samples": self.env._("Samples and confirmations"),
            "settings": self.env._("Settings in force on the last day"),
        }

    @api.model
    @api.private
    def _read(self, subject, period):
        """Return the :class:`Table` of one list."""
        period.company._recovery_check_open()
        reader = self.with_context(allowed_company_ids=period.company._recovery_get_own_family())
        return getattr(reader, get_marked(self, "activity")[subject])(period)

    @api.model
    @api.readonly
    def action_read(self, subject, date_from, date_to, company_id=False, debtor_id=False):
        """Return one list as JSON: the rows of the screen, the PDF and the spreadsheet.

        :param str subject: a key of :meth:`_get_subjects`: sendings, decisions, fees, promises, plans, disputes, cases,
            limits, setup, journal, books, samples or settings.
        :param date_from: first day, as ISO text; ``date_to`` is the last one, included.
        :param company_id: a company that is ticked, by default the current one; its root and branches are read.
        :param debtor_id: an id of ``recovery.debtor``, to read one customer only.
        :return: dict with ``subject``, ``title``, ``company_id``, ``company``, ``currency``, ``date_from``,
            ``date_to``, ``debtor_id`` and ``tables``, the main one first: each has a ``title``, a ``note``,
            ``columns`` (``key``, ``title``, ``kind``), ``rows`` (one dict per row, by the keys) and ``totals`` (by the
            keys). Days are ISO texts, moments ISO texts in the company's time; an amount is a number in ``currency``,
            or ``{"amount", "currency"}`` where the row has its own. Keys are the same in every language.
        """
        require_reader(self.env)
        period = self._read_period(subject, date_from, date_to, company_id, debtor_id)
        return {
            "subject": subject,
            "title": self._get_subjects()[subject],
            "company_id": period.company.id,
            "company": period.company.name,
            "currency": period.company.currency_id.name,
            "date_from": period.first.isoformat(),
            "date_to": period.last.isoformat(),
            "debtor_id": period.debtor.id if period.debtor else False,
            "read_at": self.env["recovery.ledger"]._read_moment()[0].isoformat(),
            "tables": list(map(self._make_plain, self._read(subject, period))),
        }

    @api.model
    def _read_period(self, subject, date_from, date_to, company_id, debtor_id):
        """Return the :class:`Period` that a program asked for, once its user may read it."""
        if not isinstance(subject, str) or subject not in self._get_subjects():
            raise UserError(self.env._("There is no list of that name: %s.", subject))
        try:
            first, last = fields.Date.to_date(date_from), fields.Date.to_date(date_to)
            company = self.env["res.company"].browse(int(company_id)) if company_id else self.env.company
            debtor = self.env["recovery.debtor"].browse(int(debtor_id)).exists() if debtor_id else None
        except (TypeError, ValueError, OverflowError) as error:
            raise UserError(self.env._("This list cannot be produced: %s.", error)) from error
        if company not in self.env.companies:
            raise AccessError(self.env._("This belongs to a company in which you do not work."))
        require_period(self.env, first, last)
        if debtor_id:
            debtor.check_access("read")
            if not debtor or debtor.company_id != company.root_id:
                raise UserError(self.env._("This customer is not followed up in that company."))
        return Period(company.root_id, first, last, debtor)

    @api.model
    def _make_plain(self, table):
        """Return a :class:`Table` as JSON has it."""
        keys = [column.key for column in table.columns]
        return {
            "title": table.title,
            "note": table.note,
            "columns": [{"key": c.key, "title": c.title, "kind": c.kind} for c in table.columns],
            "rows": [dict(zip(keys, map(self._say_plain, row), strict=True)) for row in table.rows],
            "totals": dict(zip([c.key for c in table.columns if c.total], table.totals, strict=False)),
        }

    @api.model
    def _say_plain(self, value):
        if isinstance(value, tuple):
            return {"amount": value[0], "currency": value[1].name}
        return value.isoformat() if isinstance(value, date) else value

    # ------------------------------------------------------------
    # What the lists share
    # ------------------------------------------------------------
    @api.model
    def _in_days(self, name, period):
        """Return the domain of a date within the period."""
        return Domain(name, ">=", period.first) & Domain(name, "<=", period.last)

    @api.model
    def _in_moments(self, name, period):
        """Return the domain of a moment within the days of the period, which are the company's."""
        zone = period.company._recovery_zone()

        def to_utc(day):
            return zone.localize(datetime.combine(day, time.min)).astimezone(pytz.utc).replace(tzinfo=None)

        return Domain(name, ">=", to_utc(period.first)) & Domain(name, "<", to_utc(shift(period.last, days=1)))

    @api.model
    def _find(self, model, period, days, order, more=Domain.TRUE):
        """Return the records of a list, of the company and its branches, of one debtor if it is asked."""
        domain = days & Domain("company_id", "child_of", period.company.id) & more
        if period.debtor:
            domain &= Domain("debtor_id", "=", period.debtor.id)
        return self.env[model].with_context(active_test=False).search(domain, order=order)

    @api.model
    def _names(self, model, *fields_names):
        """Return the words of selections, one dictionary per field."""
        return [dict(self.env[model]._fields[name]._description_selection(self.env)) for name in fields_names]

    @api.model
    def _local(self, period, moment):
        return period.company._recovery_local_datetime(moment) if moment else None

    @api.model
    def _sum(self, columns, rows):
        """Return the totals of the columns that have one; amounts of other currencies are no part of it."""
        totals = []
        for place, column in enumerate(columns):
            if column.total:
                values = [row[place] for row in rows if row[place] is not None and not isinstance(row[place], tuple)]
                totals.append(round(sum(values), 6))
        return tuple(totals)

    @api.model
    def _make(self, title, columns, rows, note=""):
        return Table(title, title, columns, rows, self._sum(columns, rows) if rows else (), note)

    @api.model
    def _read_ahead(self, moves):
        """Read at once the entries of which the rows tell: a row that unites some forgets what is beside them."""
        moves.line_ids.fetch(["parent_state", "account_id", "balance", "company_id"])
        moves.fetch(["name", "state"])

    @api.model
    def _say_accounts(self, lines):
        """Return what journal items come to per account, in words."""
        sums = {}
        for line in lines.filtered(lambda line: line.parent_state == "posted" and line.account_id):
            code = line.account_id.with_company(line.company_id.root_id).sudo().code or line.account_id.sudo().name
            sums[code] = sums.get(code, 0.0) + line.balance
        currency = lines.company_id[:1].currency_id
        told = (
            self.env._(
                "%(account)s: %(amount)s", account=code, amount=formatLang(self.env, amount, currency_obj=currency)
            )
            for code, amount in sorted(sums.items())
        )
        return list_phrases(self.env, told)

    # ------------------------------------------------------------
    # Sendings
    # ------------------------------------------------------------
    @lists("sendings")
    @api.model
    def _list_sendings(self, period):
        """List all that was launched: what it claimed, its numbers, its receipt, its file and its digest."""
        channels, states = self._names("recovery.delivery", "channel", "state")
        outcomes = self._names("recovery.registered.letter", "outcome")[0]
        columns = [
            Column(self.env._("Sent on"), "moment", 15, key="launched_on"),
            Column(self.env._("Dispatched on"), "moment", 15, key="left_on"),
            Column(self.env._("Customer"), width=24, key="customer"),
            Column(self.env._("Addressee"), width=20, key="addressee"),
            Column(self.env._("Channel"), width=15, key="channel"),
            Column(self.env._("Number"), width=19, key="number"),
            Column(self.env._("Subject"), width=30, key="subject"),
            Column(self.env._("Invoices"), width=26, key="invoices"),
            Column(self.env._("Claimed"), "amount", 14, total=True, key="claimed"),
            Column(self.env._("Address"), width=28, key="address", is_below=True),
            Column(self.env._("State"), width=14, key="state"),
            Column(self.env._("Registered letter"), width=20, key="registered_letter", is_below=True),
            Column(self.env._("Presented on"), "date", 11, key="presented_on", is_below=True),
            Column(self.env._("Outcome"), width=14, key="outcome", is_below=True),
            Column(self.env._("Receipt"), width=18, key="receipt", is_below=True),
            Column(self.env._("Error"), width=18, key="error", is_below=True),
            Column(self.env._("By"), width=16, key="by"),
            Column(self.env._("File"), width=22, key="file", is_below=True),
            Column(self.env._("SHA-256"), width=66, key="sha256", is_below=True),
        ]
        deliveries = self._find("recovery.delivery", period, self._in_moments("queued_on", period), "queued_on, id")
        letters = {letter.delivery_id: letter for letter in deliveries.letter_ids}
        rows, told, no_letter = [], set(), deliveries.letter_ids.browse()
        for delivery in deliveries:
            notice, letter = delivery.notice_id, letters.get(delivery, no_letter)
            is_first = bool(notice) and notice not in told  # a notice by two channels claims its sum once
            told.add(notice)
            rows.append(
                (
                    self._local(period, delivery.queued_on),
                    self._local(period, delivery.done_on),
                    delivery.debtor_id.display_name,
                    delivery.addressee_id.sudo().name or "",
                    channels[delivery.channel],
                    notice.number or "",
                    delivery.subject or "",
                    ", ".join(dict.fromkeys(notice.line_ids.filtered("amount_due").mapped("move_name")))
                    if notice
                    else "",
                    notice.amount if is_first else None,
                    delivery.address or "",
                    states[delivery.state],
                    letter.number or "",
                    letter.presented_on or None,
                    outcomes.get(letter.outcome, ""),
                    ", ".join(letter.sudo().receipt_ids.mapped("name")),
                    delivery.error or "",
                    delivery.user_id.sudo().name,
                    delivery.sudo().attachment_id.name or "",
                    delivery.sha256 or "",
                )
            )
        counts = {}
        for delivery in deliveries:
            key = (channels[delivery.channel], states[delivery.state])
            counts[key] = counts.get(key, 0) + 1
        totals = [
            Column(self.env._("Channel"), width=24, key="channel"),
            Column(self.env._("State"), width=24, key="state"),
            Column(self.env._("Number"), "integer", 12, total=True, key="number"),
        ]
        note = self.env._("A notice sent by several channels counts its amount once.")
        return [
            self._make(self._get_subjects()["sendings"], columns, rows, note),
            self._make(
                self.env._("Deliveries by state"), totals, [(*key, count) for key, count in sorted(counts.items())]
            ),
        ]

    # ------------------------------------------------------------
    # Decisions
    # ------------------------------------------------------------
    @lists("decisions")
    @api.model
    def _list_decisions(self, period):
        """List what was asked of managers and what they answered, with the figures of that moment."""
        kinds, states = self._names("recovery.decision", "kind", "state")
        columns = [
            Column(self.env._("Requested on"), "moment", 15, key="asked_on"),
            Column(self.env._("Kind"), width=20, key="kind"),
            Column(self.env._("About"), width=34, key="about"),
            Column(self.env._("Customer"), width=24, key="customer"),
            Column(self.env._("Amount"), "amount", 14, key="amount"),
            Column(self.env._("Requested by"), width=16, key="asked_by"),
            Column(self.env._("Why"), width=30, key="why"),
            Column(self.env._("Answer"), width=14, key="answer"),
            Column(self.env._("Answered by"), width=16, key="answered_by"),
            Column(self.env._("Answered on"), "moment", 15, key="answered_on"),
            Column(self.env._("Reason"), width=30, key="reason"),
            Column(self.env._("Up to"), "amount", 14, key="up_to"),
            Column(self.env._("Valid until"), "date", 11, key="valid_until"),
            Column(self.env._("Figures then"), width=40, key="figures_then", is_below=True),
        ]
        days = self._in_moments("asked_on", period) | self._in_moments("answered_on", period)
        asked = self._find("recovery.decision", period, days, "asked_on, id")
        rows = [
            (
                self._local(period, decision.asked_on),
                kinds[decision.kind],
                decision.subject,
                decision.debtor_id.display_name or "",
                decision.amount or None,
                decision.asked_by_id.sudo().name,
                decision.ask_reason or "",
                states[decision.state],
                decision.answered_by_id.sudo().name or "",
                self._local(period, decision.answered_on),
                decision.answer_reason or "",
                decision.amount_max or None,
                decision.valid_until or None,
                (decision.figures_text or "").replace("\n", "; "),
            )
            for decision in asked
        ]
        return [self._make(self._get_subjects()["decisions"], columns, rows), self._list_overrides(period)]

    @api.model
    def _list_overrides(self, period):
        """List the procedures that a manager let begin although a condition was not met."""
        columns = [
            Column(self.env._("Started on"), "date", 11, key="begun_on"),
            Column(self.env._("Case"), width=19, key="case"),
            Column(self.env._("Customer"), width=26, key="customer"),
            Column(self.env._("Procedure"), width=30, key="procedure"),
            Column(self.env._("Claimed"), "amount", 14, total=True, key="claimed"),
            Column(self.env._("Decided by"), width=16, key="decided_by"),
            Column(self.env._("Started all the same because"), width=40, key="reason"),
            Column(self.env._("Not known at the start"), width=40, key="not_known", is_below=True),
        ]
        found = self._find(
            "recovery.procedure",
            period,
            self._in_days("opened_on", period),
            "opened_on, id",
            Domain("override_reason", "!=", False),
        )
        rows = [
            (
                procedure.opened_on,
                procedure.case_id.name,
                procedure.debtor_id.display_name,
                procedure.type_id.name,
                procedure.amount_claimed,
                procedure.override_by_id.sudo().name or "",
                procedure.override_reason,
                (procedure.open_questions or "").replace("\n", "; "),
            )
            for procedure in found
        ]
        return self._make(self.env._("Procedures started despite a condition"), columns, rows)

    # ------------------------------------------------------------
    # Late fees
    # ------------------------------------------------------------
    @lists("fees")
    @api.model
    def _list_fees(self, period):
        """List the late fees charged, with their entry and its accounts, and those that were waived."""
        states, waived = self._names("recovery.charge", "state")[0], self._names("recovery.waiver", "state")[0]
        charged = [
            Column(self.env._("Number"), width=19, key="number"),
            Column(self.env._("Made on"), "date", 11, key="made_on"),
            Column(self.env._("Until"), "date", 11, key="until_the_day"),
            Column(self.env._("Customer"), width=26, key="customer"),
            Column(self.env._("Interest"), "amount", 14, key="interest"),
            Column(self.env._("Compensation, costs and clauses"), "amount", 16, key="indemnities_costs_and_clauses"),
            Column(self.env._("Total"), "amount", 14, key="total"),
            Column(self.env._("State"), width=14, key="state"),
            Column(self.env._("Document"), width=18, key="document"),
            Column(self.env._("Accounts"), width=34, key="accounts", is_below=True),
            Column(self.env._("Made by"), width=16, key="made_by"),
            Column(self.env._("Cancelled or reversed on"), "date", 12, key="cancelled_or_reversed_on"),
        ]
        days = self._in_moments("create_date", period) | self._in_days("freed_on", period)
        charges = self._find("recovery.charge", period, days, "create_date, id")
        self._read_ahead(charges.move_id | charges.move_id.reversal_move_ids)
        rows = [
            (
                charge.number,
                self._local(period, charge.create_date).date(),
                charge.day,
                charge.debtor_id.display_name,
                (charge.amount_interest, charge.currency_id),
                (charge.amount_indemnity, charge.currency_id),
                (charge.amount, charge.currency_id),
                states[charge.state],
                charge.move_name or "",
                self._say_accounts((charge.move_id | charge.move_id.reversal_move_ids).line_ids),
                charge.user_id.sudo().name,
                charge.freed_on or None,
            )
            for charge in charges
        ]
        given_up = [
            Column(self.env._("Number"), width=19, key="number"),
            Column(self.env._("Requested on"), "date", 11, key="asked_on"),
            Column(self.env._("Until"), "date", 11, key="until_the_day"),
            Column(self.env._("Customer"), width=26, key="customer"),
            Column(self.env._("Amount waived"), "amount", 14, total=True, key="amount_waived"),
            Column(self.env._("What is waived"), width=34, key="what_is_waived"),
            Column(self.env._("Why"), width=34, key="why"),
            Column(self.env._("State"), width=14, key="state"),
            Column(self.env._("Requested by"), width=16, key="asked_by"),
            Column(self.env._("Granted by"), width=16, key="granted_by"),
            Column(self.env._("Granted on"), "moment", 15, key="granted_on"),
        ]
        days = self._in_moments("create_date", period) | self._in_moments("granted_on", period)
        waivers = self._find("recovery.waiver", period, days, "create_date, id")
        gone = [
            (
                waiver.number,
                self._local(period, waiver.create_date).date(),
                waiver.day,
                waiver.debtor_id.display_name,
                waiver.amount,
                self._say_waived(waiver),
                waiver.reason,
                waived[waiver.state],
                waiver.user_id.sudo().name,
                waiver.granted_by_id.sudo().name or "",
                self._local(period, waiver.granted_on),
            )
            for waiver in waivers
        ]
        note = self.env._(
            "What is waived was never posted: it has no account. What a settlement waives has credit notes: the "
            "list of plans and settlements links them."
        )
        return [
            self._make(self.env._("Late Fees Charged"), charged, rows),
            self._make(self.env._("Late fees waived"), given_up, gone, note),
            self._list_accounts(
                self.env._("Late fees by account"), charges.move_id | charges.move_id.reversal_move_ids
            ),
        ]

    @api.model
    def _say_waived(self, waiver):
        """Return what was waived, head by head, with the invoices that it is of."""
        heads, parts = self._names("recovery.late.fee", "head")[0], []
        for (head, currency), fees in waiver.fee_ids.grouped(lambda fee: (fee.head, fee.currency_id)).items():
            invoices = ", ".join(dict.fromkeys(filter(None, fees.mapped("move_name"))))
            amount = formatLang(self.env, sum(fees.mapped("amount")), currency_obj=currency)
            parts.append(
                self.env._("%(head)s: %(amount)s (%(invoices)s)", head=heads[head], amount=amount, invoices=invoices)
                if invoices
                else self.env._("%(head)s: %(amount)s", head=heads[head], amount=amount)
            )
        return list_phrases(self.env, parts)

    @api.model
    def _list_accounts(self, title, moves):
        """List what posted entries come to per account: what the ledger shows of them."""
        columns = [
            Column(self.env._("Account"), width=16, key="account"),
            Column(self.env._("Name"), width=40, key="name"),
            Column(self.env._("Debit"), "amount", 16, total=True, key="debit"),
            Column(self.env._("Credit"), "amount", 16, total=True, key="credit"),
            Column(self.env._("Entries"), "integer", 10, key="entries"),
        ]
        sums = {}
        for line in moves.filtered(lambda move: move.state == "posted").line_ids:
            if line.account_id:
                debit, credit, entries = sums.setdefault(line.account_id, [0.0, 0.0, set()])
                sums[line.account_id] = [debit + line.debit, credit + line.credit, entries | {line.move_id}]
        rows = [
            (account.sudo().code or "", account.sudo().name, debit, credit, len(entries))
            for account, (debit, credit, entries) in sorted(sums.items(), key=lambda item: item[0].sudo().code or "")
        ]
        return self._make(title, columns, rows)

    # ------------------------------------------------------------
    # Agreements
    # ------------------------------------------------------------
    @lists("promises")
    @api.model
    def _list_promises(self, period):
        """List the promises given, or decided, with what became of each."""
        states, channels = self._names("recovery.promise", "state", "channel")
        days = self._in_days("given_on", period) | self._in_days("decided_on", period)
        columns = [
            Column(self.env._("Given on"), "date", 11, key="given_on"),
            Column(self.env._("Customer"), width=28, key="customer"),
            Column(self.env._("Given by"), width=20, key="given_by"),
            Column(self.env._("How"), width=14, key="how"),
            Column(self.env._("Promised for"), "date", 11, key="promised_for"),
            Column(self.env._("Promised"), "amount", 14, key="promised"),
            Column(self.env._("Received in time"), "amount", 14, key="received_in_time"),
            Column(self.env._("State"), width=16, key="state"),
            Column(self.env._("Decided on"), "date", 11, key="decided_on"),
            Column(self.env._("Reason"), width=30, key="reason", is_below=True),
            Column(self.env._("Followed by"), width=18, key="followed_by"),
        ]
        rows = [
            (
                promise.given_on,
                promise.debtor_id.display_name,
                promise.given_by_id.sudo().name or "",
                channels.get(promise.channel, ""),
                promise.date,
                (promise.amount, promise.currency_id),
                (promise.amount_received, promise.currency_id),
                states[promise.state],
                promise.decided_on or None,
                promise.state_reason or "",
                promise.user_id.sudo().name or "",
            )
            for promise in self._find("recovery.promise", period, days, "given_on, id")
        ]
        return [self._make(self._get_subjects()["promises"], columns, rows)]

    @lists("plans")
    @api.model
    def _list_plans(self, period):
        """List the payment plans and settlements begun, signed or ended, with what became of each."""
        states = self._names("recovery.payment.plan", "state")[0]
        kinds, stages = self._names("recovery.settlement", "kind", "state")
        columns = [
            Column(self.env._("Number"), width=19, key="number"),
            Column(self.env._("Customer"), width=28, key="customer"),
            Column(self.env._("Proposed on"), "date", 11, key="proposed_on"),
            Column(self.env._("Signed on"), "date", 11, key="signed_on"),
            Column(self.env._("Covered"), "amount", 14, key="covered"),
            Column(self.env._("Agreed interest"), "amount", 14, key="agreed_interest"),
            Column(self.env._("Months"), "integer", 8, key="months"),
            Column(self.env._("Received"), "amount", 14, key="received"),
            Column(self.env._("Remaining"), "amount", 14, key="remaining"),
            Column(self.env._("State"), width=16, key="state"),
            Column(self.env._("Broken on"), "date", 11, key="broken_on"),
            Column(self.env._("Ended on"), "date", 11, key="ended_on"),
            Column(self.env._("Reason"), width=30, key="reason"),
            Column(self.env._("SHA-256"), width=66, key="sha256", is_below=True),
        ]
        days = self._in_moments("create_date", period)
        for name in ("proposed_on", "signed_on", "broken_on", "ended_on"):
            days |= self._in_days(name, period)
        plans = self._find("recovery.payment.plan", period, days, "create_date, id")
        rows = [
            (
                plan.name or "",
                plan.debtor_id.display_name,
                plan.proposed_on or None,
                plan.signed_on or None,
                (plan.amount, plan.currency_id),
                (plan.amount_interest, plan.currency_id),
                plan.month_count or None,
                (plan.amount_received, plan.currency_id),
                (plan.amount_remaining, plan.currency_id),
                states[plan.state],
                plan.broken_on or None,
                plan.ended_on or None,
                plan.state_reason or "",
                plan.signed_sha256 or plan.sha256 or "",
            )
            for plan in plans
        ]
        talks = [
            Column(self.env._("Number"), width=19, key="number"),
            Column(self.env._("Kind"), width=18, key="kind"),
            Column(self.env._("Customer"), width=28, key="customer"),
            Column(self.env._("Negotiations from"), "date", 11, key="talks_from"),
            Column(self.env._("Agreed on"), "date", 11, key="agreed_on"),
            Column(self.env._("Concerned"), "amount", 14, key="concerned"),
            Column(self.env._("Agreed"), "amount", 14, key="agreed"),
            Column(self.env._("Waived amount"), "amount", 14, key="given_up"),
            Column(self.env._("Received"), "amount", 14, key="received"),
            Column(self.env._("State"), width=16, key="state"),
            Column(self.env._("Ended on"), "date", 11, key="ended_on"),
            Column(self.env._("Reason"), width=30, key="reason"),
            Column(self.env._("Credit notes"), width=20, key="credit_notes", is_below=True),
            Column(self.env._("Accounts"), width=34, key="accounts", is_below=True),
        ]
        days = self._in_moments("create_date", period)
        for name in ("talks_from", "agreed_on", "ended_on"):
            days |= self._in_days(name, period)
        settlements = self._find("recovery.settlement", period, days, "create_date, id")
        agreed = [
            (
                settlement.name or "",
                kinds[settlement.kind],
                settlement.debtor_id.display_name,
                settlement.talks_from or None,
                settlement.agreed_on or None,
                (settlement.amount, settlement.currency_id),
                (settlement.amount_agreed, settlement.currency_id),
                (settlement.amount_waived, settlement.currency_id),
                (settlement.amount_received, settlement.currency_id),
                stages[settlement.state],
                settlement.ended_on or None,
                settlement.state_reason or "",
                ", ".join(settlement.sudo().credit_note_ids.mapped("name")),
                self._say_accounts(settlement.credit_note_ids.line_ids),
            )
            for settlement in settlements
        ]
        return [
            self._make(self.env._("Payment Plans"), columns, rows),
            self._make(self.env._("Settlements"), talks, agreed),
            self._list_accounts(self.env._("Waived, by account"), settlements.credit_note_ids),
        ]

    @lists("disputes")
    @api.model
    def _list_disputes(self, period):
        """List the disputes opened or resolved, with their reason and what became of each."""
        states, outcomes = self._names("recovery.dispute", "state", "outcome")
        days = self._in_days("opened_on", period) | self._in_days("resolved_on", period)
        columns = [
            Column(self.env._("Number"), width=19, key="number"),
            Column(self.env._("Opened on"), "date", 11, key="opened_on"),
            Column(self.env._("Customer"), width=28, key="customer"),
            Column(self.env._("Invoice"), width=20, key="invoice"),
            Column(self.env._("Reason"), width=22, key="reason"),
            Column(self.env._("Disputed"), "amount", 14, key="disputed"),
            Column(self.env._("In the company's currency"), "amount", 14, total=True, key="in_the_company_currency"),
            Column(self.env._("To be answered by"), "date", 11, key="to_answer_by"),
            Column(self.env._("State"), width=14, key="state"),
            Column(self.env._("Outcome"), width=18, key="outcome"),
            Column(self.env._("Still due"), "amount", 14, key="still_due"),
            Column(self.env._("Credit notes"), width=20, key="credit_notes", is_below=True),
            Column(self.env._("Resolved on"), "date", 11, key="resolved_on"),
            Column(self.env._("Resolved by"), width=16, key="resolved_by", is_below=True),
            Column(self.env._("Days"), "integer", 8, key="days"),
            Column(self.env._("Resolution"), width=34, key="resolution", is_below=True),
        ]
        rows = [
            (
                dispute.name or "",
                dispute.opened_on,
                dispute.debtor_id.display_name,
                dispute.move_id.sudo().name or "",
                dispute.reason_id.name,
                (dispute.amount, dispute.currency_id),
                dispute.amount_company,
                dispute.date_due,
                states[dispute.state],
                outcomes.get(dispute.outcome, ""),
                (dispute.amount_kept, dispute.currency_id),
                ", ".join(dispute.sudo().credit_note_ids.mapped("name")),
                dispute.resolved_on or None,
                dispute.resolved_by_id.sudo().name or "",
                dispute.age_days,
                dispute.resolution or "",
            )
            for dispute in self._find("recovery.dispute", period, days, "opened_on, id")
        ]
        return [self._make(self._get_subjects()["disputes"], columns, rows)]

    # ------------------------------------------------------------
    # Cases
    # ------------------------------------------------------------
    @lists("cases")
    @api.model
    def _list_cases(self, period):
        """List the cases that were open in the period: claimed, received, written off, lost, with the books beside."""
        how = self._names("recovery.case", "close_how")[0]
        columns = [
            Column(self.env._("Number"), width=19, key="number"),
            Column(self.env._("Customer"), width=26, key="customer"),
            Column(self.env._("Opened on"), "date", 11, key="opened_on"),
            Column(self.env._("Stage"), width=20, key="stage"),
            Column(self.env._("Claimed at opening"), "amount", 14, total=True, key="claimed_at_opening"),
            Column(self.env._("Received"), "amount", 14, total=True, key="received"),
            Column(self.env._("Settled otherwise"), "amount", 14, total=True, key="settled_otherwise"),
            Column(self.env._("Still open"), "amount", 14, total=True, key="still_open"),
            Column(self.env._("Doubtful (416)"), "amount", 14, total=True, key="doubtful_416"),
            Column(self.env._("Impaired (491)"), "amount", 14, total=True, key="depreciated_491"),
            Column(self.env._("Lost (654)"), "amount", 14, total=True, key="lost_654"),
            Column(self.env._("VAT recovered"), "amount", 14, total=True, key="vat_recovered"),
            Column(self.env._("Recovered after the loss"), "amount", 14, total=True, key="recovered_after_the_loss"),
            Column(self.env._("Closed on"), "date", 11, key="closed_on"),
            Column(self.env._("How"), width=18, key="how", is_below=True),
            Column(self.env._("Why"), width=28, key="why", is_below=True),
            Column(self.env._("Followed by"), width=16, key="followed_by", is_below=True),
        ]
        running = Domain("opened_on", "<=", period.last) & (
            Domain("closed_on", "=", False) | Domain("closed_on", ">=", period.first)
        )
        cases = self._find("recovery.case", period, running, "opened_on, id")
        by_case = self._find_doubtful(cases)
        rows = []
        for case in cases:
            doubtful = by_case[case]
            rows.append(
                (
                    case.name,
                    case.debtor_id.display_name,
                    case.opened_on,
                    case.stage_id.name,
                    case.amount_opening,
                    case.amount_received,
                    case.amount_other,
                    case.amount_now,
                    sum(doubtful.mapped("amount_open_company")) or None,
                    sum(doubtful.mapped("depreciated")) or None,
                    sum(doubtful.mapped("lost")) + sum(doubtful.mapped("vat_lost")) or None,
                    sum(doubtful.mapped("vat_recovered")) or None,
                    sum(doubtful.mapped("recovered")) or None,
                    case.closed_on or None,
                    how.get(case.close_how, ""),
                    case.close_reason or "",
                    case.user_id.sudo().name or "",
                )
            )
        note = self.env._(
            "Figures as they stand today. Doubtful, impaired and lost amounts are those of the claims in the case: "
            "the list of movements shows the entries they come from."
        )
        return [
            self._make(self.env._("Cases"), columns, rows, note if rows else ""),
            self._list_doubtful(cases, by_case),
            *self._list_books(period, by_case),
            self._list_titles(period),
            self._list_acts(period),
            self._list_insolvencies(period),
            self._list_documents(period),
        ]

    @api.model
    def _find_doubtful(self, cases):
        """Return ``{case: its doubtful claims}``; a claim that passed to a later case is counted there alone."""
        Doubtful = self.env["recovery.doubtful"]
        lines = cases.line_ids.filtered(lambda line: line.line_id and not line.is_final and not line.removed_on)
        owners = {line.line_id: line.case_id for line in lines}
        claims = Doubtful.search(Domain("origin_line_id", "in", lines.line_id.ids) & Domain("state", "!=", "withdrawn"))
        by_case = claims.grouped(lambda claim: owners[claim.origin_line_id])
        return {case: by_case.get(case, Doubtful) for case in cases}

    @api.model
    def _list_doubtful(self, cases, by_case):
        """List the doubtful claims of these cases, each with what the books did with it."""
        states = self._names("recovery.doubtful", "state")[0]
        columns = [
            Column(self.env._("Case"), width=19, key="case"),
            Column(self.env._("Customer"), width=26, key="customer"),
            Column(self.env._("Invoice"), width=20, key="invoice"),
            Column(self.env._("Doubtful since"), "date", 11, key="doubtful_since"),
            Column(self.env._("State"), width=14, key="state"),
            Column(self.env._("Transferred to 416"), "amount", 14, total=True, key="passed_to_416"),
            Column(self.env._("Doubtful (416)"), "amount", 14, total=True, key="doubtful_416"),
            Column(self.env._("Impaired (491)"), "amount", 14, total=True, key="depreciated_491"),
            Column(self.env._("Lost without VAT (654)"), "amount", 14, total=True, key="lost_without_vat_654"),
            Column(self.env._("VAT lost (654)"), "amount", 14, total=True, key="vat_lost_654"),
            Column(self.env._("VAT recovered"), "amount", 14, total=True, key="vat_recovered"),
            Column(self.env._("Recovered after the loss"), "amount", 14, total=True, key="recovered_after_the_loss"),
            Column(self.env._("Insurance payout"), "amount", 14, total=True, key="indemnity_of_the_insurer"),
        ]
        rows = [
            (
                case.name,
                case.debtor_id.display_name,
                claim.move_name or "",
                claim.transferred_on or None,
                states.get(claim.state, ""),
                claim.amount_company,
                claim.amount_open_company,
                claim.depreciated or None,
                claim.lost or None,
                claim.vat_lost or None,
                claim.vat_recovered or None,
                claim.recovered or None,
                claim.indemnified or None,
            )
            for case in cases
            for claim in by_case[case]
        ]
        return self._make(self.env._("Doubtful claims of the cases"), columns, rows)

    @api.model
    def _list_books(self, period, by_case):
        """List the entries of doubtful receivables of the period, their movements, what they come to per account."""
        kinds, states = self._names("recovery.doubtful.entry", "kind", "state")
        columns = [
            Column(self.env._("Number"), width=19, key="number"),
            Column(self.env._("Date of the entry"), "date", 11, key="date_of_the_entry"),
            Column(self.env._("Kind"), width=22, key="kind"),
            Column(self.env._("Customers"), width=34, key="customers"),
            Column(self.env._("Total"), "amount", 14, key="total"),
            Column(self.env._("State"), width=19, key="state"),
            Column(self.env._("Proof"), width=28, key="proof"),
            Column(self.env._("Proved on"), "date", 11, key="proven_on"),
            Column(self.env._("Journal entry"), width=22, key="journal_entry"),
            Column(self.env._("Accounts"), width=34, key="accounts", is_below=True),
            Column(self.env._("Proposed by"), width=16, key="proposed_by"),
            Column(self.env._("Posted by"), width=16, key="posted_by"),
        ]
        days = self._in_days("day", period) | self._in_days("reversed_on", period)
        domain = days & Domain("company_id", "child_of", period.company.id)
        if period.debtor:
            domain &= Domain("line_ids.doubtful_id.debtor_id", "=", period.debtor.id)
        entries = self.env["recovery.doubtful.entry"].search(domain, order="day, id")
        self._read_ahead(entries.move_id | entries.reversal_move_id)
        rows = [
            (
                entry.number,
                entry.day,
                kinds[entry.kind],
                ", ".join(entry.line_ids.debtor_id.mapped("display_name")),
                entry.amount,
                states[entry.state],
                entry.loss_proof_id.name or "",
                entry.proof_date or None,
                ", ".join(filter(None, (entry.move_id | entry.reversal_move_id).mapped("name"))),
                self._say_accounts((entry.move_id | entry.reversal_move_id).line_ids),
                entry.user_id.sudo().name,
                entry.posted_by_id.sudo().name or "",
            )
            for entry in entries
        ]
        return [
            self._make(self.env._("Entries of doubtful receivables"), columns, rows),
            self._list_movements(period, entries, by_case),
            self._list_accounts(
                self.env._("Doubtful receivables by account"), entries.move_id | entries.reversal_move_id
            ),
        ]

    @api.model
    def _list_movements(self, period, entries, by_case):
        """List what these entries did to each claim: the figures of cases and claims are sums of these rows."""
        kinds, states = self._names("recovery.doubtful.entry.line", "kind", "state")
        cases = {claim: case for case, claims in by_case.items() for claim in claims}
        columns = [
            Column(self.env._("Date of the entry"), "date", 11, key="date_of_the_entry"),
            Column(self.env._("Number"), width=19, key="number"),
            Column(self.env._("Journal entry"), width=22, key="journal_entry"),
            Column(self.env._("Case"), width=19, key="case"),
            Column(self.env._("Customer"), width=26, key="customer"),
            Column(self.env._("Invoice"), width=20, key="invoice"),
            Column(self.env._("Movement"), width=22, key="movement"),
            Column(self.env._("Amount"), "amount", 14, key="amount"),
            Column(self.env._("State"), width=19, key="state"),
            Column(self.env._("Justification"), width=34, key="justification"),
        ]
        rows = [
            (
                line.day,
                line.entry_id.number,
                line.entry_id.move_id.name or "",
                cases[line.doubtful_id].name if line.doubtful_id in cases else "",
                line.debtor_id.display_name or "",
                line.doubtful_id.move_name or "",
                kinds[line.kind],
                line.amount,
                states[line.state],
                line.reason or "",
            )
            for line in entries.line_ids.sorted(lambda line: (line.day, line.id))
            if not period.debtor or line.debtor_id == period.debtor
        ]
        return self._make(self.env._("Movements of doubtful claims"), columns, rows)

    @api.model
    def _list_titles(self, period):
        """List the enforceable titles dated, served or set aside in the period."""
        states = self._names("recovery.title", "state")[0]
        columns = [
            Column(self.env._("Dated"), "date", 11, key="dated"),
            Column(self.env._("Case"), width=19, key="case"),
            Column(self.env._("Customer"), width=26, key="customer"),
            Column(self.env._("Kind"), width=26, key="kind"),
            Column(self.env._("Number"), width=19, key="number"),
            Column(self.env._("Court"), width=26, key="court"),
            Column(self.env._("Awarded"), "amount", 14, total=True, key="awarded"),
            Column(self.env._("Served on"), "date", 11, key="served_on"),
            Column(self.env._("Final since"), "date", 11, key="final_since"),
            Column(self.env._("State"), width=16, key="state"),
            Column(self.env._("Set aside on"), "date", 11, key="set_aside_on"),
            Column(self.env._("Reason"), width=30, key="reason"),
        ]
        days = Domain.FALSE
        for name in ("date", "served_on", "annulled_on"):
            days |= self._in_days(name, period)
        rows = [
            (
                title.date,
                title.case_id.name,
                title.debtor_id.display_name,
                title.kind_id.name,
                title.name or "",
                title.court_id.sudo().name or "",
                title.amount_awarded,
                title.served_on or None,
                title.final_on or None,
                states.get(title.state, ""),
                title.annulled_on or None,
                title.annul_reason or "",
            )
            for title in self._find("recovery.title", period, days, "date, id")
        ]
        return self._make(self.env._("Enforceable titles"), columns, rows)

    @api.model
    def _list_acts(self, period):
        """List the acts of execution ordered, made, paid or closed in the period, with their result."""
        states, results = self._names("recovery.execution.act", "state", "result")
        columns = [
            Column(self.env._("Ordered on"), "date", 11, key="ordered_on"),
            Column(self.env._("Made on"), "date", 11, key="made_on"),
            Column(self.env._("Case"), width=19, key="case"),
            Column(self.env._("Customer"), width=26, key="customer"),
            Column(self.env._("Kind of act"), width=28, key="kind_of_act"),
            Column(self.env._("Commissaire de justice"), width=22, key="commissaire_de_justice"),
            Column(self.env._("In the hands of"), width=22, key="in_whose_hands"),
            Column(self.env._("Requested"), "amount", 14, total=True, key="asked"),
            Column(self.env._("Seized or frozen"), "amount", 14, total=True, key="seized_or_frozen"),
            Column(self.env._("Received"), "amount", 14, total=True, key="received"),
            Column(self.env._("State"), width=14, key="state"),
            Column(self.env._("Result"), width=18, key="result"),
            Column(self.env._("Closed on"), "date", 11, key="closed_on"),
        ]
        days = Domain.FALSE
        for name in ("ordered_on", "made_on", "paid_on", "closed_on", "annulled_on"):
            days |= self._in_days(name, period)
        rows = [
            (
                act.ordered_on or None,
                act.made_on or None,
                act.case_id.name,
                act.debtor_id.display_name,
                act.kind_id.name,
                act.bailiff_id.sudo().name or "",
                act.third_party_id.sudo().name or "",
                act.amount_asked or None,
                act.amount_seized or None,
                act.amount_received or None,
                states.get(act.state, ""),
                results.get(act.result, ""),
                act.closed_on or None,
            )
            for act in self._find("recovery.execution.act", period, days, "ordered_on, made_on, id")
        ]
        return self._make(self.env._("Enforcement Measures"), columns, rows)

    @api.model
    def _list_insolvencies(self, period):
        """List the proceedings opened, closed or declared to in the period, with what was declared and received."""
        kinds, stages = self._names("recovery.insolvency", "kind", "state")
        states = self._names("recovery.insolvency.declaration", "state")[0]
        columns = [
            Column(self.env._("Customer"), width=26, key="customer"),
            Column(self.env._("Kind of the proceedings"), width=22, key="kind_of_the_proceedings"),
            Column(self.env._("Judgment of"), "date", 11, key="judgment_of"),
            Column(self.env._("Published in the BODACC on"), "date", 11, key="published_on"),
            Column(self.env._("Stage reached"), width=18, key="how_far"),
            Column(self.env._("Declare until"), "date", 11, key="declare_until"),
            Column(self.env._("Declaration"), width=16, key="declaration"),
            Column(self.env._("Declared"), "amount", 14, total=True, key="declared"),
            Column(self.env._("Admitted"), "amount", 14, total=True, key="admitted"),
            Column(self.env._("Dividends and payments"), "amount", 14, total=True, key="received"),
            Column(self.env._("Left"), "amount", 14, total=True, key="left"),
            Column(self.env._("Closed on"), "date", 11, key="closed_on"),
        ]
        running = Domain("judgment_on", "<=", period.last) & (
            Domain("closed_on", "=", False) | Domain("closed_on", ">=", period.first)
        )
        found = self._find("recovery.insolvency", period, running, "judgment_on, id")
        declared = self.env["recovery.insolvency.declaration"].search([("insolvency_id", "in", found.ids)])
        by_insolvency = declared.grouped("insolvency_id")
        rows = [
            (
                insolvency.debtor_id.display_name,
                kinds.get(insolvency.kind, ""),
                insolvency.judgment_on,
                insolvency.published_on or None,
                stages.get(insolvency.state, ""),
                declaration.declare_until or None,
                states.get(declaration.state, ""),
                declaration.amount_declared or None,
                declaration.amount_admitted or None,
                declaration.amount_received or None,
                declaration.amount_left or None,
                insolvency.closed_on or None,
            )
            for insolvency in found
            for declaration in by_insolvency.get(insolvency) or [declared.browse()]
        ]
        return self._make(self.env._("Insolvency proceedings and declarations"), columns, rows)

    @api.model
    def _list_documents(self, period):
        """List the documents issued and the files bound in the period, each with its digest."""
        kinds = self._names("recovery.case.document", "kind")[0]
        columns = [
            Column(self.env._("Issued on"), "moment", 15, key="issued_on"),
            Column(self.env._("Case"), width=19, key="case"),
            Column(self.env._("Customer"), width=26, key="customer"),
            Column(self.env._("Kind"), width=30, key="kind"),
            Column(self.env._("Title"), width=36, key="title"),
            Column(self.env._("Addressee"), width=24, key="addressee"),
            Column(self.env._("Claimed"), width=18, key="claimed"),
            Column(self.env._("By"), width=16, key="by"),
            Column(self.env._("File"), width=22, key="file", is_below=True),
            Column(self.env._("SHA-256"), width=66, key="sha256", is_below=True),
        ]
        rows = [
            (
                self._local(period, document.issued_on),
                document.case_id.name,
                document.debtor_id.display_name,
                kinds.get(document.kind, ""),
                document.subject or "",
                document.addressee_id.sudo().name or "",
                document.amount_claimed_text or "",
                document.issued_by_id.sudo().name or "",
                document.sudo().attachment_id.name or "",
                document.sha256 or "",
            )
            for document in self._find(
                "recovery.case.document", period, self._in_moments("issued_on", period), "issued_on, id"
            )
        ]
        bundles = self._find(
            "recovery.bundle",
            period,
            self._in_moments("built_on", period),
            "built_on, id",
            Domain("state", "=", "done") & Domain("is_draft", "=", False),
        )
        rows += [
            (
                self._local(period, bundle.built_on),
                bundle.case_id.name,
                bundle.debtor_id.display_name,
                self.env._("Bundle"),
                self.env._("%(name)s: %(count)s exhibits", name=bundle.name, count=bundle.piece_count),
                "",
                "",
                bundle.user_id.sudo().name,
                bundle.sudo().whole_id.name or "",
                bundle.whole_sha256 or "",
            )
            for bundle in bundles
        ]
        return self._make(self.env._("Documents issued and bundles"), columns, sorted(rows, key=lambda row: row[0]))

    # ------------------------------------------------------------
    # Limits
    # ------------------------------------------------------------
    @lists("limits")
    @api.model
    def _list_limits(self, period):
        """List the credit limits asked and granted, and each time that one was exceeded all the same."""
        kinds, states, origins = self._names("recovery.limit.request", "kind", "state", "origin")
        columns = [
            Column(self.env._("Requested on"), "moment", 15, key="asked_on"),
            Column(self.env._("Customer"), width=28, key="customer"),
            Column(self.env._("Kind"), width=18, key="kind"),
            Column(self.env._("Before"), width=16, key="before"),
            Column(self.env._("Limit"), "amount", 14, key="limit"),
            Column(self.env._("From"), "date", 11, key="from"),
            Column(self.env._("Valid until"), "date", 11, key="valid_until"),
            Column(self.env._("Where it comes from"), width=18, key="where_it_comes_from"),
            Column(self.env._("State"), width=14, key="state"),
            Column(self.env._("Requested by"), width=16, key="asked_by"),
            Column(self.env._("Answered by"), width=16, key="answered_by"),
            Column(self.env._("Answered on"), "moment", 15, key="answered_on"),
            Column(self.env._("Reason"), width=34, key="reason"),
        ]
        days = self._in_moments("asked_on", period) | self._in_moments("answered_on", period)
        asked = self._find("recovery.limit.request", period, days, "asked_on, id")
        rows = [
            (
                self._local(period, request.asked_on),
                request.debtor_id.display_name,
                kinds[request.kind],
                request.previous or "",
                request.amount,
                request.date_from or None,
                request.date_until or None,
                origins.get(request.origin, ""),
                states[request.state],
                request.asked_by_id.sudo().name,
                request.answered_by_id.sudo().name or "",
                self._local(period, request.answered_on),
                " – ".join(filter(None, [request.reason, request.answer_reason])),
            )
            for request in asked
        ]
        exceeded = self._list_events(self.env._("Limits exceeded"), period, Domain("kind", "=", "limit_exceeded"))
        return [self._make(self.env._("Credit Limits"), columns, rows), exceeded]

    # ------------------------------------------------------------
    # The journal
    # ------------------------------------------------------------
    @api.model
    def _list_events(self, title, period, domain):
        """List entries of the journal with the number and the seal by which each is found again."""
        kinds = self._names("recovery.event", "kind")[0]
        columns = [
            Column(self.env._("No."), "integer", 8, key="number"),
            Column(self.env._("Date"), "moment", 15, key="date"),
            Column(self.env._("Kind"), width=22, key="kind"),
            Column(self.env._("Customer"), width=24, key="customer"),
            Column(self.env._("Record concerned"), width=24, key="object"),
            Column(self.env._("What happened"), width=44, key="what_happened"),
            Column(self.env._("Details"), width=50, key="details", is_below=True),
            Column(self.env._("Author"), width=18, key="author"),
            Column(self.env._("Digest of the content"), width=66, key="digest_of_the_content", is_below=True),
        ]
        events = self._find("recovery.event", period, self._in_moments("date", period), "date, id", domain)
        rows = [
            (
                event.sealed_number or None,
                self._local(period, event.date),
                kinds.get(event.kind, event.kind),
                event.debtor_name or "",
                event.object_name or "",
                event.summary,
                (event.details_text or "").replace("\n", "; "),
                event.author_name,
                event.content_sha256 or "",
            )
            for event in events
        ]
        return self._make(title, columns, rows)

    @lists("setup")
    @api.model
    def _list_setup(self, period):
        """List who changed what the program does, before and after, and who was given a role."""
        kinds = ("configured", "role", "terms_changed", "late_fee_mode", "uninstall_asked")
        whole = period._replace(debtor=None)
        return [self._list_events(self._get_subjects()["setup"], whole, Domain("kind", "in", kinds))]

    @lists("journal")
    @api.model
    def _list_journal(self, period):
        """List all that the journal holds of the period."""
        return [self._list_events(self._get_subjects()["journal"], period, Domain.TRUE)]

    # ------------------------------------------------------------
    # The books, the samples and the settings
    # ------------------------------------------------------------
    @lists("books")
    @api.model
    def _list_moves(self, period):
        """List what the books moved on doubtful receivables, entry by entry, those that we did not make included."""
        partner = period.debtor.partner_id if period.debtor else None
        return self.env["recovery.books"]._list(period.company, period.first, period.last, partner)

    @lists("samples")
    @api.model
    def _list_samples(self, period):
        """List the samples drawn of the opening or of a day of the period, and what customers answered."""
        methods, units = self._names("recovery.sample", "method", "unit")
        answers = self._names("recovery.sample.line", "answer")[0]
        days = Domain("day", ">=", shift(period.first, days=-1)) & Domain("day", "<=", period.last)
        samples = self._find("recovery.sample", period._replace(debtor=None), days, "day, id")
        columns = [
            Column(self.env._("Sample"), width=34, key="sample"),
            Column(self.env._("As of"), "date", 11, key="as_of"),
            Column(self.env._("Drawn from"), width=16, key="drawn_among"),
            Column(self.env._("Drawn"), width=20, key="drawn"),
            Column(self.env._("Number"), "integer", 9, key="number"),
            Column(self.env._("Seed"), "integer", 9, key="seed", is_below=True),
            Column(self.env._("Above"), "amount", 14, key="above", is_below=True),
            Column(self.env._("Population"), "integer", 10, key="population"),
            Column(self.env._("Amount of the population"), "amount", 16, key="amount_of_the_population"),
            Column(self.env._("Rows drawn"), "integer", 9, total=True, key="rows_drawn"),
            Column(self.env._("Amount drawn"), "amount", 16, total=True, key="amount_drawn"),
            Column(self.env._("Letters"), "integer", 9, total=True, key="letters"),
            Column(self.env._("Answers"), "integer", 9, total=True, key="answers"),
            Column(self.env._("Drawn on"), "moment", 15, key="drawn_on", is_below=True),
            Column(self.env._("Drawn by"), width=16, key="drawn_by", is_below=True),
        ]
        rows = [
            (
                sample.name,
                sample.day,
                units[sample.unit],
                methods[sample.method],
                sample.size or None,
                sample.seed if sample.method == "random" else None,
                sample.threshold or None,
                sample.population_count,
                sample.population_amount,
                sample.line_count,
                sample.amount,
                sample.sent_count,
                sample.answered_count,
                self._local(period, sample.drawn_at),
                sample.user_id.sudo().name,
            )
            for sample in samples
        ]
        drawn = [
            Column(self.env._("Sample"), width=34, key="sample"),
            Column(self.env._("No."), "integer", 7, key="no"),
            Column(self.env._("Customer"), width=28, key="customer"),
            Column(self.env._("Invoice"), width=18, key="invoice"),
            Column(self.env._("Due date"), "date", 11, key="due_date"),
            Column(self.env._("Amount"), "amount", 14, total=True, key="amount"),
            Column(self.env._("Letter of"), "date", 11, key="letter_of"),
            Column(self.env._("Reminder of"), "date", 11, key="reminder_of"),
            Column(self.env._("Answer"), width=18, key="answer"),
            Column(self.env._("Amount answered"), "amount", 14, key="amount_answered"),
            Column(self.env._("Difference"), "amount", 14, total=True, key="difference"),
            Column(self.env._("SHA-256"), width=66, key="sha256", is_below=True),
        ]
        lines = samples.line_ids
        if period.debtor:
            lines = lines.filtered(lambda line: line.partner_id == period.debtor.partner_id)
        confirmations = [
            (
                line.sample_id.name,
                line.sequence,
                line.partner_id.sudo().name or "",
                line.move_name or "",
                line.due_date or None,
                line.amount,
                line.sent_on or None,
                line.reminded_on or None,
                answers.get(line.answer, ""),
                line.amount_answered if line.answer != "none" else None,
                line.difference or None,
                line.letter_sha256 or "",
            )
            for line in lines
        ]
        return [
            self._make(self._get_subjects()["samples"], columns, rows),
            self._make(self.env._("Rows drawn"), drawn, confirmations),
        ]

    @lists("settings")
    @api.model
    def _list_settings(self, period):
        """List the settings in force on the last day of the period, with their changes in it."""
        return self.env["recovery.settings.past"]._list(period.company, period.first, period.last)
