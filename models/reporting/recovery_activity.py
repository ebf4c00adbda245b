from datetime import date, datetime, time
from functools import partial
from typing import NamedTuple

import pytz

from odoo import api, models
from odoo.fields import Domain

from ..common.calendar import shift
from ..common.marks import get_marked, mark
from ..common.recovery_table_window import Table
from ..common.recovery_xlsx_mixin import Column

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
    _description = "Recovery: lists of what was done"

    @api.model
    def _get_subjects(self):
        """Return ``{code: name}`` of the lists, in their order; hook."""
        return {
            "sendings": self.env._("Sendings"),
            "decisions": self.env._("Decisions and overrides"),
            "fees": self.env._("Late fees charged and waived"),
            "promises": self.env._("Promises"),
            "plans": self.env._("Payment plans and settlements"),
            "disputes": self.env._("Disputes"),
            "cases": self.env._("Cases and losses"),
            "limits": self.env._("Credit limits granted and exceeded"),
            "setup": self.env._("Changes of the set-up and of roles"),
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
        return getattr(self, get_marked(self, "activity")[subject])(period)

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
    def _say_accounts(self, lines):
        """Return what journal items come to per account, in words."""
        sums = {}
        for line in lines:
            code = line.account_id.with_company(line.company_id.root_id).sudo().code or line.account_id.sudo().name
            sums[code] = sums.get(code, 0.0) + line.balance
        return "; ".join(f"{code}: {lines.company_id[:1].currency_id.round(sums[code]):.2f}" for code in sorted(sums))

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
            Column(self.env._("Launched on"), "moment", 15),
            Column(self.env._("Left on"), "moment", 15),
            Column(self.env._("Customer"), width=24),
            Column(self.env._("Addressee"), width=20),
            Column(self.env._("Channel"), width=12),
            Column(self.env._("Number"), width=16),
            Column(self.env._("Subject"), width=30),
            Column(self.env._("Invoices"), width=26),
            Column(self.env._("Claimed"), "amount", 14, total=True),
            Column(self.env._("Address"), width=28),
            Column(self.env._("State"), width=14),
            Column(self.env._("Registered letter"), width=20),
            Column(self.env._("Presented on"), "date", 11),
            Column(self.env._("Outcome"), width=14),
            Column(self.env._("Receipts"), "integer", 8),
            Column(self.env._("Error"), width=18),
            Column(self.env._("By"), width=16),
            Column(self.env._("File"), width=22),
            Column(self.env._("SHA-256"), width=66),
        ]
        deliveries = self._find("recovery.delivery", period, self._in_moments("queued_on", period), "queued_on, id")
        rows, told = [], set()
        for delivery in deliveries:
            notice, letter = delivery.notice_id, delivery.letter_ids[:1]
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
                    len(letter.receipt_ids) or None,
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
            Column(self.env._("Channel"), width=24),
            Column(self.env._("State"), width=24),
            Column(self.env._("Number"), "integer", 12, total=True),
        ]
        note = self.env._("A notice that left by several ways tells its amount once.")
        return [
            self._make(self._get_subjects()["sendings"], columns, rows, note),
            self._make(
                self.env._("Sendings by state"), totals, [(*key, count) for key, count in sorted(counts.items())]
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
            Column(self.env._("Asked on"), "moment", 15),
            Column(self.env._("Kind"), width=20),
            Column(self.env._("About"), width=34),
            Column(self.env._("Customer"), width=24),
            Column(self.env._("Amount"), "amount", 14),
            Column(self.env._("Asked by"), width=16),
            Column(self.env._("Why"), width=30),
            Column(self.env._("Answer"), width=14),
            Column(self.env._("Answered by"), width=16),
            Column(self.env._("Answered on"), "moment", 15),
            Column(self.env._("Reason"), width=30),
            Column(self.env._("Up to"), "amount", 14),
            Column(self.env._("Valid until"), "date", 11),
            Column(self.env._("Figures then"), width=40),
        ]
        asked = self._find("recovery.decision", period, self._in_moments("asked_on", period), "asked_on, id")
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
        return [self._make(self._get_subjects()["decisions"], columns, rows)]

    # ------------------------------------------------------------
    # Late fees
    # ------------------------------------------------------------
    @lists("fees")
    @api.model
    def _list_fees(self, period):
        """List the late fees charged, with their entry and its accounts, and those that were waived."""
        states, waived = self._names("recovery.charge", "state")[0], self._names("recovery.waiver", "state")[0]
        charged = [
            Column(self.env._("Number"), width=16),
            Column(self.env._("Until the day"), "date", 11),
            Column(self.env._("Customer"), width=26),
            Column(self.env._("Interest"), "amount", 14),
            Column(self.env._("Indemnities, costs and clauses"), "amount", 16),
            Column(self.env._("Total"), "amount", 14),
            Column(self.env._("State"), width=14),
            Column(self.env._("Document"), width=18),
            Column(self.env._("Accounts"), width=34),
            Column(self.env._("Made by"), width=16),
            Column(self.env._("Cancelled or reversed on"), "date", 12),
        ]
        charges = self._find("recovery.charge", period, self._in_days("day", period), "day, id")
        rows = [
            (
                charge.number,
                charge.day,
                charge.debtor_id.display_name,
                (charge.amount_interest, charge.currency_id),
                (charge.amount_indemnity, charge.currency_id),
                (charge.amount, charge.currency_id),
                states[charge.state],
                charge.move_name or "",
                self._say_accounts(charge.move_id.line_ids) if charge.move_id.state == "posted" else "",
                charge.user_id.sudo().name,
                charge.freed_on or None,
            )
            for charge in charges
        ]
        given_up = [
            Column(self.env._("Number"), width=16),
            Column(self.env._("Until the day"), "date", 11),
            Column(self.env._("Customer"), width=26),
            Column(self.env._("Amount waived"), "amount", 14, total=True),
            Column(self.env._("What is waived"), width=34),
            Column(self.env._("Why"), width=34),
            Column(self.env._("State"), width=14),
            Column(self.env._("Asked by"), width=16),
            Column(self.env._("Granted by"), width=16),
            Column(self.env._("Granted on"), "moment", 15),
        ]
        waivers = self._find("recovery.waiver", period, self._in_days("day", period), "day, id")
        gone = [
            (
                waiver.number,
                waiver.day,
                waiver.debtor_id.display_name,
                waiver.amount,
                waiver.amount_text or "",
                waiver.reason,
                waived[waiver.state],
                waiver.user_id.sudo().name,
                waiver.granted_by_id.sudo().name or "",
                self._local(period, waiver.granted_on),
            )
            for waiver in waivers
        ]
        note = self.env._("What is waived was never posted: it has no account.")
        return [
            self._make(self.env._("Late fees charged"), charged, rows),
            self._make(self.env._("Late fees waived"), given_up, gone, note),
            self._list_accounts(self.env._("Late fees by account"), charges.move_id),
        ]

    @api.model
    def _list_accounts(self, title, moves):
        """List what posted entries come to per account: what the ledger shows of them."""
        columns = [
            Column(self.env._("Account"), width=16),
            Column(self.env._("Name"), width=40),
            Column(self.env._("Debit"), "amount", 16, total=True),
            Column(self.env._("Credit"), "amount", 16, total=True),
            Column(self.env._("Entries"), "integer", 10),
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
        """List the promises given, with what became of each."""
        states, channels = self._names("recovery.promise", "state", "channel")
        columns = [
            Column(self.env._("Given on"), "date", 11),
            Column(self.env._("Customer"), width=28),
            Column(self.env._("Given by"), width=20),
            Column(self.env._("How"), width=14),
            Column(self.env._("Promised for"), "date", 11),
            Column(self.env._("Promised"), "amount", 14),
            Column(self.env._("Received in time"), "amount", 14),
            Column(self.env._("State"), width=16),
            Column(self.env._("Decided on"), "date", 11),
            Column(self.env._("Reason"), width=30),
            Column(self.env._("Followed by"), width=18),
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
            for promise in self._find("recovery.promise", period, self._in_days("given_on", period), "given_on, id")
        ]
        return [self._make(self._get_subjects()["promises"], columns, rows)]

    @lists("plans")
    @api.model
    def _list_plans(self, period):
        """List the payment plans and settlements begun, with what became of each."""
        states = self._names("recovery.payment.plan", "state")[0]
        kinds, stages = self._names("recovery.settlement", "kind", "state")
        columns = [
            Column(self.env._("Number"), width=16),
            Column(self.env._("Customer"), width=28),
            Column(self.env._("Proposed on"), "date", 11),
            Column(self.env._("Signed on"), "date", 11),
            Column(self.env._("Covered"), "amount", 14),
            Column(self.env._("Agreed interest"), "amount", 14),
            Column(self.env._("Months"), "integer", 8),
            Column(self.env._("Received"), "amount", 14),
            Column(self.env._("Remaining"), "amount", 14),
            Column(self.env._("State"), width=16),
            Column(self.env._("Broken on"), "date", 11),
            Column(self.env._("Ended on"), "date", 11),
            Column(self.env._("Reason"), width=30),
            Column(self.env._("SHA-256"), width=66),
        ]
        plans = self._find("recovery.payment.plan", period, self._in_moments("create_date", period), "create_date, id")
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
            Column(self.env._("Number"), width=16),
            Column(self.env._("Kind"), width=18),
            Column(self.env._("Customer"), width=28),
            Column(self.env._("Talks from"), "date", 11),
            Column(self.env._("Agreed on"), "date", 11),
            Column(self.env._("Concerned"), "amount", 14),
            Column(self.env._("Agreed"), "amount", 14),
            Column(self.env._("Given up"), "amount", 14),
            Column(self.env._("Received"), "amount", 14),
            Column(self.env._("State"), width=16),
            Column(self.env._("Reason"), width=30),
        ]
        settlements = self._find(
            "recovery.settlement", period, self._in_moments("create_date", period), "create_date, id"
        )
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
                settlement.state_reason or "",
            )
            for settlement in settlements
        ]
        return [
            self._make(self.env._("Payment plans"), columns, rows),
            self._make(self.env._("Settlements"), talks, agreed),
        ]

    @lists("disputes")
    @api.model
    def _list_disputes(self, period):
        """List the disputes opened, with their reason and what became of each."""
        states, outcomes = self._names("recovery.dispute", "state", "outcome")
        columns = [
            Column(self.env._("Number"), width=16),
            Column(self.env._("Opened on"), "date", 11),
            Column(self.env._("Customer"), width=28),
            Column(self.env._("Invoice"), width=18),
            Column(self.env._("Reason"), width=22),
            Column(self.env._("Disputed"), "amount", 14),
            Column(self.env._("In the company's currency"), "amount", 14, total=True),
            Column(self.env._("To answer by"), "date", 11),
            Column(self.env._("State"), width=14),
            Column(self.env._("Outcome"), width=18),
            Column(self.env._("Still due"), "amount", 14),
            Column(self.env._("Credit notes"), width=20),
            Column(self.env._("Resolved on"), "date", 11),
            Column(self.env._("Resolved by"), width=16),
            Column(self.env._("Days"), "integer", 8),
            Column(self.env._("Resolution"), width=34),
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
            for dispute in self._find("recovery.dispute", period, self._in_days("opened_on", period), "opened_on, id")
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
            Column(self.env._("Number"), width=14),
            Column(self.env._("Customer"), width=26),
            Column(self.env._("Opened on"), "date", 11),
            Column(self.env._("Stage"), width=20),
            Column(self.env._("Claimed at opening"), "amount", 14, total=True),
            Column(self.env._("Received"), "amount", 14, total=True),
            Column(self.env._("Settled otherwise"), "amount", 14, total=True),
            Column(self.env._("Still open"), "amount", 14, total=True),
            Column(self.env._("Doubtful (416)"), "amount", 14, total=True),
            Column(self.env._("Depreciated (491)"), "amount", 14, total=True),
            Column(self.env._("Lost (654)"), "amount", 14, total=True),
            Column(self.env._("VAT recovered"), "amount", 14, total=True),
            Column(self.env._("Closed on"), "date", 11),
            Column(self.env._("How"), width=18),
            Column(self.env._("Why"), width=28),
            Column(self.env._("Followed by"), width=16),
        ]
        running = Domain("opened_on", "<=", period.last) & (
            Domain("closed_on", "=", False) | Domain("closed_on", ">=", period.first)
        )
        cases = self._find("recovery.case", period, running, "opened_on, id")
        claims = self.env["recovery.doubtful"].search(
            Domain("origin_line_id", "in", cases.line_ids.line_id.ids) & Domain("state", "!=", "withdrawn")
        )
        by_line = claims.grouped("origin_line_id")
        rows = []
        for case in cases:
            doubtful = self.env["recovery.doubtful"].union(
                *(by_line[line] for line in case.line_ids.line_id if line in by_line)
            )
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
                    sum(doubtful.mapped("lost")) or None,
                    sum(doubtful.mapped("vat_recovered")) or None,
                    case.closed_on or None,
                    how.get(case.close_how, ""),
                    case.close_reason or "",
                    case.user_id.sudo().name or "",
                )
            )
        return [self._make(self.env._("Cases"), columns, rows), *self._list_books(period)]

    @api.model
    def _list_books(self, period):
        """List the entries of doubtful receivables of the period, and what they come to per account."""
        kinds, states = self._names("recovery.doubtful.entry", "kind", "state")
        columns = [
            Column(self.env._("Number"), width=16),
            Column(self.env._("Date of the entry"), "date", 11),
            Column(self.env._("Kind"), width=22),
            Column(self.env._("Customers"), width=34),
            Column(self.env._("Total"), "amount", 14),
            Column(self.env._("State"), width=14),
            Column(self.env._("Proof"), width=28),
            Column(self.env._("Proven on"), "date", 11),
            Column(self.env._("Journal entry"), width=18),
            Column(self.env._("Accounts"), width=34),
            Column(self.env._("Proposed by"), width=16),
            Column(self.env._("Posted by"), width=16),
        ]
        domain = self._in_days("day", period) & Domain("company_id", "child_of", period.company.id)
        if period.debtor:
            domain &= Domain("line_ids.doubtful_id.debtor_id", "=", period.debtor.id)
        entries = self.env["recovery.doubtful.entry"].search(domain, order="day, id")
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
                entry.move_id.name or "",
                self._say_accounts(entry.move_id.line_ids) if entry.move_id.state == "posted" else "",
                entry.user_id.sudo().name,
                entry.posted_by_id.sudo().name or "",
            )
            for entry in entries
        ]
        return [
            self._make(self.env._("Entries of doubtful receivables"), columns, rows),
            self._list_accounts(
                self.env._("Doubtful receivables by account"), entries.move_id | entries.reversal_move_id
            ),
        ]

    # ------------------------------------------------------------
    # Limits
    # ------------------------------------------------------------
    @lists("limits")
    @api.model
    def _list_limits(self, period):
        """List the credit limits asked and granted, and each time that one was exceeded all the same."""
        kinds, states, origins = self._names("recovery.limit.request", "kind", "state", "origin")
        columns = [
            Column(self.env._("Asked on"), "moment", 15),
            Column(self.env._("Customer"), width=28),
            Column(self.env._("Kind"), width=18),
            Column(self.env._("Before"), width=16),
            Column(self.env._("Limit"), "amount", 14),
            Column(self.env._("From"), "date", 11),
            Column(self.env._("Valid until"), "date", 11),
            Column(self.env._("Where it comes from"), width=18),
            Column(self.env._("State"), width=14),
            Column(self.env._("Asked by"), width=16),
            Column(self.env._("Answered by"), width=16),
            Column(self.env._("Answered on"), "moment", 15),
            Column(self.env._("Reason"), width=34),
        ]
        asked = self._find("recovery.limit.request", period, self._in_moments("asked_on", period), "asked_on, id")
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
        return [self._make(self.env._("Credit limits"), columns, rows), exceeded]

    # ------------------------------------------------------------
    # The journal
    # ------------------------------------------------------------
    @api.model
    def _list_events(self, title, period, domain):
        """List entries of the journal with the number and the seal by which each is found again."""
        kinds = self._names("recovery.event", "kind")[0]
        columns = [
            Column(self.env._("No."), "integer", 8),
            Column(self.env._("Date"), "moment", 15),
            Column(self.env._("Kind"), width=22),
            Column(self.env._("Customer"), width=24),
            Column(self.env._("Object"), width=24),
            Column(self.env._("What happened"), width=44),
            Column(self.env._("Details"), width=50),
            Column(self.env._("Author"), width=18),
            Column(self.env._("Digest of the content"), width=66),
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
    def _list_movements(self, period):
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
            Column(self.env._("Sample"), width=34),
            Column(self.env._("As of"), "date", 11),
            Column(self.env._("Drawn among"), width=16),
            Column(self.env._("Drawn"), width=20),
            Column(self.env._("Number"), "integer", 9),
            Column(self.env._("Seed"), "integer", 9),
            Column(self.env._("Above"), "amount", 14),
            Column(self.env._("Population"), "integer", 10),
            Column(self.env._("Amount of the population"), "amount", 16),
            Column(self.env._("Rows drawn"), "integer", 9, total=True),
            Column(self.env._("Amount drawn"), "amount", 16, total=True),
            Column(self.env._("Letters"), "integer", 9, total=True),
            Column(self.env._("Answers"), "integer", 9, total=True),
            Column(self.env._("Drawn on"), "moment", 15),
            Column(self.env._("Drawn by"), width=16),
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
            Column(self.env._("Sample"), width=34),
            Column(self.env._("No."), "integer", 7),
            Column(self.env._("Customer"), width=28),
            Column(self.env._("Invoice"), width=18),
            Column(self.env._("Due date"), "date", 11),
            Column(self.env._("Amount"), "amount", 14, total=True),
            Column(self.env._("Letter of"), "date", 11),
            Column(self.env._("Reminder of"), "date", 11),
            Column(self.env._("Answer"), width=18),
            Column(self.env._("Amount answered"), "amount", 14),
            Column(self.env._("Difference"), "amount", 14, total=True),
            Column(self.env._("SHA-256"), width=66),
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
