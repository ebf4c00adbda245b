from collections import defaultdict
from datetime import timedelta
from math import isfinite
from typing import Any, NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..common.bounds import UNRECKONABLE
from ..common.calendar import shift
from ..common.undisturbed import undisturbed
from ..ledger.recovery_ledger_history import BANK_DAYS
from .kpi import DAYS_AFTER, OF_BOOKS, Month, Ratio, Sales, exhaust, measure, received_within
from .kpi_books import (
    ALL,
    CUSTOMER,
    Balance,
    Books,
    Disputed,
    Tally,
    by_customer,
    by_portfolio,
    get_end,
    is_same,
)
from .recovery_kpi import AFTER, LONGEST, MONTHS

RECENT = 2  # months that are made again every night, and those in which actions still bear fruit: entries come late
BACK = 15  # months of sales that the DSO by exhaustion may look back
LOSSES = "654"  # pertes sur créances irrécouvrables
LOSS_KINDS = ("loss", "vat_lost")  # of the movements of doubtful claims
SUMS = ("disputed_amount",)  # of what people did; the others are shares or means
MEANS = ("dispute_age", "case_days", "procedure_days")
NAMES = (
    *("company_id", "kpi_id", "month", "dimension", "user_id", "label", "numerator", "denominator", "value"),
    *("target", "has_target", "is_reached", "is_partial", "day"),
)


class Part(NamedTuple):
    """One row behind a figure: of a customer, of a record, or what a label says."""

    part: float
    whole: float
    partner_id: int | None = None
    label: str | None = None
    record: Any = None


class RecoveryKpiEngine(models.AbstractModel):
    """Reckon the key figures of past months from the books, and of what was done meanwhile.

    Of whom a debtor was in the past is not known: portfolios are those of today.
    """

    _name = "recovery.kpi.engine"
    _description = "Recovery: key figures"

    @api.model
    def _cron_refresh(self):
        """Bring the key figures of each company up to date, for the night's job."""
        self.env["res.company"]._recovery_for_each_company(self, lambda mine, company, day: mine._refresh(company, day))

    @api.model
    def _refresh(self, company, day):
        """Make the last months again, all of them where there is none yet."""
        company = company._recovery_root()
        known = self.env["recovery.kpi.value"].sudo().search_count([("company_id", "=", company.id)], limit=1)
        longest = max(self._get_days_after(self._get_kpis()).values())
        self._rebuild(company, day, RECENT + longest // DAYS_AFTER if known else MONTHS)

    @api.model
    @undisturbed()
    def _rebuild(self, company, day, count):
        """Make the last months again, the current one included.

        :return: the number of figures kept.
        """
        company = company._recovery_root()
        self = self._speak_for(company)
        earlier, *months = [shift(day.replace(day=1), months=-ago) for ago in reversed(range(count + 1))]
        kpis = self._get_kpis()
        books = self._read_books(company, [earlier, *months], day, by_portfolio(self._get_collectors(company)))
        rows, before = [], {}
        for month in (month for month in (earlier, *months) if books.first and month >= books.first):
            end = min(get_end(month), day)
            figures = self._measure_books(books, month, end, before)
            before = {scope: ratios["dso"].value for scope, ratios in figures.items()}
            if month == earlier:  # made for the change since it alone
                continue
            for scope, ratios in self._measure_actions(company, books, month, end, kpis).items():
                figures.setdefault(scope, {}).update(ratios)
            targets = self.env["recovery.kpi"].union(*kpis.values())._get_targets(company, end)
            rows += self._prepare_rows(company, kpis, month, day, figures, targets)
        bulk = self.env["recovery.bulk"]
        bulk._delete("recovery.kpi.value", [("company_id", "=", company.id), ("month", ">=", months[0])])
        bulk._insert("recovery.kpi.value", NAMES, rows, with_ids=False)
        return len(rows)

    @api.model
    def _speak_for(self, company):
        """Return the engine in the company's language: labels of portfolios are kept in it, whoever makes them."""
        return self.with_context(lang=company.sudo().partner_id.lang or self.env.lang)

    @api.model
    def _get_kpis(self):
        return self.env["recovery.kpi"].sudo()._get_by_code()

    @api.model
    def _get_days_after(self, kpis):
        """Return within how many days money is put down to an action, by the code of the figure."""
        found = {code: kpis[code].days_after for code in AFTER if code in kpis}
        return {code: days if 0 < (days := found.get(code, 0)) <= LONGEST else DAYS_AFTER for code in AFTER}

    @api.model
    def _prepare_rows(self, company, kpis, month, day, figures, targets):
        """Return the rows to keep; a figure without a value is left out."""
        end, days_after = get_end(month), self._get_days_after(kpis)
        rows = []
        for (dimension, user_id, label), ratios in figures.items():
            for code, ratio in ratios.items():
                kpi = kpis.get(code)
                # what is no number in the rows of people is no figure
                if not kpi or ratio.value is None or not isfinite(ratio.value):
                    continue
                value = round(ratio.value, 2)
                target = targets.get(kpi.id)
                rows.append(
                    (
                        *(company.id, kpi.id, month, dimension, user_id, label),
                        *(round(ratio.numerator, 2), round(ratio.denominator, 2), value),
                        *(target or 0.0, target is not None, kpi._is_reached(value, target)),
                        *(day < end + timedelta(days=days_after.get(code, 0)), day),
                    )
                )
        return rows

    @api.model
    def _refresh_targets(self, companies, kpis):
        """Judge the months that were made by the targets of now: a target may be set for a past day."""
        Value, rows = self.env["recovery.kpi.value"].sudo(), []
        for company in companies:
            values = Value.search([("company_id", "=", company.id), ("kpi_id", "in", kpis.ids)])
            dated = values.filtered(lambda value: value.month and value.day)
            for (month, day), group in dated.grouped(lambda value: (value.month, value.day)).items():
                targets = kpis.sudo()._get_targets(company, min(get_end(month), day))
                for value in group:
                    target = targets.get(value.kpi_id.id)
                    is_reached = value.kpi_id._is_reached(value.value, target)
                    rows.append((value.id, target or 0.0, target is not None, is_reached))
        self.env["recovery.bulk"]._update(Value._name, ["target", "has_target", "is_reached"], rows)

    # ------------------------------------------------------------
    # The rows behind a figure
    # ------------------------------------------------------------
    @api.model
    def _read_parts(self, value):
        """Return the rows that a figure that was kept is the sum of, reckoned again from the books.

        What does not foot any more, because something was posted, matched or given to somebody else since, is a row
        of its own.

        :return: list of :class:`Part`.
        """
        value = value.sudo()
        company = value.company_id
        speaker = self._speak_for(company)  # in whose words the label was kept; the rows are in the reader's
        asked = (value.dimension, value.user_id.id or None, value.label or None)
        kpis, code = self._get_kpis(), value.kpi_id.code
        end = min(get_end(value.month), value.day)
        collectors = self._get_collectors(company)
        is_whole = code in ("dso_exhaustion", "cash_released")
        scopes = by_portfolio(collectors) if is_whole else by_customer(collectors, asked)
        parts = []
        if code in OF_BOOKS:
            parts = self._read_parts_of_books(company, value, asked, end, scopes, is_whole)
        else:
            books = speaker._read_books(company, [value.month], value.day, by_portfolio(collectors))
            tally = speaker._tally_actions(company, books, value.month, end, kpis, (asked, code))
            parts = [
                Part(part, whole, record.debtor_id.partner_id.id, record=record.with_env(value.env))
                for record, part, whole in tally.rows
            ]
        return [*parts, *self._get_difference(value, parts)]

    @api.model
    def _read_parts_of_books(self, company, value, asked, end, scopes, is_whole):
        """Return the rows behind a figure of the books: per customer, or what the whole is reckoned from."""
        code, month = value.kpi_id.code, value.month
        before = shift(month, months=-1)
        months = [before, month] if is_whole else [month]
        books = self._read_books(company, months, value.day, scopes)
        if code == "dso_exhaustion":
            facts = next(
                (facts for scope, facts in self._get_facts(books, month, end) if is_same(scope, asked)), Month(1)
            )
            starts = [shift(month, months=-ago) for ago in range(BACK)]
            return [
                Part(days, amount, label=format_date(self.env, start, date_format="MMMM yyyy"))
                for start, (amount, days) in zip(starts, exhaust(facts.closing, facts.sales) or (), strict=False)
            ]
        if code == "cash_released":
            return self._read_parts_of_release(books, month, before, end, asked)
        return [
            Part(ratios[code].numerator, ratios[code].denominator, scope[1])
            for scope, ratios in self._measure_books(books, month, end, {}).items()
            if scope[0] == CUSTOMER and (ratios[code].numerator or ratios[code].denominator)
        ]

    @api.model
    def _read_parts_of_release(self, books, month, before, end, asked):
        """Return the cash that both DSO tie up, at the sales of a day of this month."""
        parts = []
        (_start, sold), *_rest = [
            (facts, facts.quarter) for scope, facts in self._get_facts(books, month, end) if is_same(scope, asked)
        ] or [(None, Sales(0.0, 1))]
        for one, day, sign in ((before, get_end(before), 1), (month, end, -1)):
            for scope, facts in self._get_facts(books, one, day):
                if is_same(scope, asked):
                    found = measure(facts)["dso"].value or 0.0
                    label = self.env._(
                        "DSO of %(month)s: %(days)s days × daily sales",
                        month=format_date(self.env, one, date_format="MMMM yyyy"),
                        days=f"{found:.1f}",
                    )
                    parts.append(Part(sign * found * sold.amount / sold.days, 0.0, label=label))
        return parts

    @api.model
    def _get_difference(self, value, parts):
        """Return the row of what changed since the figure was kept, if anything did."""
        part = round(value.numerator - sum(row.part for row in parts), 2)
        whole = 0.0 if value.kpi_id._is_plain() else round(value.denominator - sum(row.whole for row in parts), 2)
        if not part and not whole:
            return []
        label = self.env._("Posted, matched or reassigned since %s", format_date(self.env, value.day))
        return [Part(part, whole, label=label)]

    # ------------------------------------------------------------
    # The books
    # ------------------------------------------------------------
    @api.model
    def _read_books(self, company, months, day, get_scopes):
        """Return all that the months need of the books, in a few readings whatever their number."""
        first = months[0]
        since = shift(first, months=-BACK)
        books = Books(get_scopes)
        lives = self.env["recovery.ledger.history"]._read_lives(company, since, day, touched_since=first)
        books.lives = {life.line_id: life for life in lives}
        ends = [shift(first, days=-1), *(min(get_end(month), day) for month in months)]
        for end, balances in self.env["recovery.ledger"]._read_past_balances(company, ends).items():
            books.keep_balances(end, balances)
        for life in books.lives.values():
            books.keep_life(life)
        for row in self._read_sales(company, since, day):
            books.keep_sales(*row)
        self._read_losses(books, company, since, day)
        books.disputes = self._read_disputes(company, first, get_scopes)
        books.rate = company.sudo().recovery_borrowing_rate
        known = [life.issued for life in books.lives.values()] + [
            month for one in books.sales.values() for month in one
        ]
        books.first = min(known).replace(day=1) if known else None
        return books

    @api.model
    def _get_collectors(self, company):
        """Return the collector's scope of each customer of the company."""
        rows = (
            self.env["recovery.debtor"]
            .sudo()
            .with_context(active_test=False)
            ._read_group(
                [("company_id", "=", company.id), ("collector_id", "!=", False)], ["collector_id", "partner_id"]
            )
        )
        return {partner.id: ("collector", user.id, user.name) for user, partner in rows}

    @api.model
    def _read_sales(self, company, since, day):
        """Return ``(month, customer's id, with tax, without tax)`` of the sales, credit notes deducted."""
        domain = (
            Domain("company_id", "child_of", company.id)
            & Domain("state", "=", "posted")
            & Domain("move_type", "in", ("out_invoice", "out_refund", "out_receipt"))
            & Domain("recovery_is_penalty", "=", False)
            & Domain("amount_total_signed", "<", UNRECKONABLE)
            & Domain("amount_untaxed_signed", "<", UNRECKONABLE)
            & Domain("date", ">=", since)
            & Domain("date", "<=", day)
        )
        sums = ["amount_total_signed:sum", "amount_untaxed_signed:sum"]
        groups = ["date:month", "commercial_partner_id"]
        rows = self.env["account.move"].sudo()._read_group(domain, groups, sums)
        return [(month, partner.id, taxed, untaxed) for month, partner, taxed, untaxed in rows]

    @api.model
    def _read_losses(self, books, company, since, day):
        """Count what the accounts of losses say is lost, and by customer what was written off as doubtful.

        An account of losses names no customer: what was written off elsewhere counts for the whole company only.
        """
        accounts = self.env["account.account"].sudo().with_company(company).with_context(active_test=False)
        lost = accounts.search([("code", "=like", f"{LOSSES}%"), ("company_ids", "child_of", company.id)])
        lost |= company.sudo().recovery_doubtful_loss_account_id | company.sudo().recovery_doubtful_past_loss_account_id
        rows = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                Domain("account_id", "in", lost.ids)
                & Domain("company_id", "child_of", company.id)
                & Domain("parent_state", "=", "posted")
                & Domain("balance", "<", UNRECKONABLE)
                & Domain("date", ">=", since)
                & Domain("date", "<=", day),
                ["date:month"],
                ["balance:sum"],
            )
        )
        whole = dict(rows)
        for line in (
            self.env["recovery.doubtful.entry.line"]
            .sudo()
            .search(
                [("company_id", "=", company.id), ("kind", "in", LOSS_KINDS), ("state", "in", ("posted", "reversed"))]
            )
        ):
            moments = [(line.day, line.amount)]
            if line.state == "reversed":
                moments.append((line.entry_id.reversed_on, -line.amount))
            for on, amount in moments:
                if not on or not since <= on <= day or not abs(amount) < UNRECKONABLE:
                    continue
                month = on.replace(day=1)
                for scope in books.get_scopes(line.debtor_id.partner_id.id):
                    if scope != ALL:
                        books.losses[scope][month] += amount
                    if scope[0] == CUSTOMER:
                        whole[month] = whole.get(month, 0.0) - amount
        for scope in books.get_scopes(None):  # everybody's, or what names no customer
            for month, amount in whole.items():
                books.losses[scope][month] += amount

    @api.model
    def _read_disputes(self, company, first, get_scopes):
        """Return the disputes open on some day since then."""
        disputes = (
            self.env["recovery.dispute"]
            .sudo()
            .search(
                Domain("company_id", "=", company.id)
                & (Domain("resolved_on", "=", False) | Domain("resolved_on", ">=", first))
            )
        )
        return [
            Disputed(
                get_scopes(dispute.debtor_id.partner_id.id),
                dispute.reason_id.name or "",
                dispute.opened_on,
                dispute.resolved_on,
                dispute.amount_company,
                dispute,
            )
            for dispute in disputes
        ]

    @api.model
    def _get_facts(self, books, month, end):
        """Return ``(portfolio, Month)`` of each portfolio of the books."""
        opening = books.balances[shift(month, days=-1)]
        closing = books.balances[end]
        year = [shift(month, months=-ago) for ago in range(12)]
        disputed = defaultdict(float)
        for dispute in books.disputes:
            if dispute.is_open(end) and abs(dispute.amount) < UNRECKONABLE:
                for scope in dispute.scopes:
                    disputed[scope] += dispute.amount
        due = {scope for scope, one in books.due if one == month} | {
            scope for scope, one in books.payments if one == month
        }
        facts = []
        for scope in {ALL, *opening, *closing, *books.sales, *books.losses, *disputed, *due}:
            start, state = opening.get(scope, Balance()), closing.get(scope, Balance())
            own, lost = books.sales.get(scope, {}), books.losses.get(scope, {})
            facts.append(
                (
                    scope,
                    Month(
                        days=(end - month).days + 1,
                        opening=start.total,
                        closing=state.total,
                        current=state.not_due,
                        overdue=state.overdue,
                        overdue_before=start.overdue,
                        sales=tuple(
                            Sales(own.get(one, (0.0, 0.0))[0], (min(get_end(one), end) - one).days + 1)
                            for one in (shift(month, months=-ago) for ago in range(BACK))
                        ),
                        untaxed=sum(own.get(one, (0.0, 0.0))[1] for one in year),
                        losses=sum(lost.get(one, 0.0) for one in year),
                        due=books.due.get((scope, month), 0.0),
                        payments=tuple(books.payments.get((scope, month), ())),
                        disputed=disputed.get(scope, 0.0),
                        rate=books.rate,
                        grace=BANK_DAYS,
                    ),
                )
            )
        return facts

    @api.model
    def _measure_books(self, books, month, end, before):
        """Return ``{portfolio: {code: ratio}}`` of what the books say of a month."""
        return {scope: measure(facts, before.get(scope)) for scope, facts in self._get_facts(books, month, end)}

    # ------------------------------------------------------------
    # What was done, and what it brought
    # ------------------------------------------------------------
    @api.model
    def _measure_actions(self, company, books, month, end, kpis):
        """Return ``{portfolio: {code: ratio}}`` of what people did in a month."""
        tally = self._tally_actions(company, books, month, end, kpis)
        figures = defaultdict(dict)
        for (scope, code), (part, whole) in tally.sums.items():
            factor = 1.0 if code in MEANS or code in SUMS else 100.0
            figures[scope][code] = Ratio(part, 1.0 if code in SUMS else whole, factor)
        return figures

    @api.model
    def _tally_actions(self, company, books, month, end, kpis, asked=None):
        """Return the :class:`Tally` of what people did in a month: a hook for rooms with more to tell."""
        tally = Tally(asked)
        self._count_promises(company, books, month, end, tally)
        self._count_notices(company, books, month, end, tally, self._get_days_after(kpis))
        self._count_disputes(books, end, tally)
        self._count_cases(company, books, month, end, tally)
        self._count_procedures(company, books, month, end, tally)
        return tally

    @api.model
    def _count_promises(self, company, books, month, end, tally):
        """Count the promises and the plans that ended in the month, kept or not."""
        inside = [("company_id", "=", company.id)]
        promises = (
            self.env["recovery.promise"]
            .sudo()
            .search(
                [
                    *inside,
                    ("decided_on", ">=", month),
                    ("decided_on", "<=", end),
                    ("state", "in", ("kept", "partly", "broken")),
                ]
            )
        )
        for promise in promises:
            scopes = books.get_scopes(promise.debtor_id.partner_id.id)
            tally.add(scopes, "promise_kept", promise.state == "kept", 1, promise)
        Plan = self.env["recovery.payment.plan"].sudo()
        for plan in Plan.search([*inside, ("state", "in", ("fulfilled", "broken"))]):
            ended = plan.broken_on if plan.state == "broken" else plan.ended_on
            if ended and month <= ended <= end:
                scopes = books.get_scopes(plan.debtor_id.partner_id.id)
                tally.add(scopes, "plan_kept", plan.state == "fulfilled", 1, plan)

    @api.model
    def _count_notices(self, company, books, month, end, tally, days_after):
        """Count what was claimed in the month, and the money that came within some days after."""
        lines = (
            self.env["recovery.notice.line"]
            .sudo()
            .search_fetch(
                [
                    ("company_id", "=", company.id),
                    ("engaged", "=", True),
                    ("role", "=", "claimed"),
                    ("claimed_on", ">=", month),
                    ("claimed_on", "<=", end),
                    ("move_line_id", "!=", False),
                ],
                ["notice_id", "move_line_id", "claimed_on", "level_id", "amount_due_company"],
            )
        )
        channels = self._get_channels(lines.notice_id)
        for line in lines:
            life = books.lives.get(line.move_line_id.id)
            claimed = line.amount_due_company
            if not life or not 0 < claimed < UNRECKONABLE:
                continue
            level = line.level_id
            code = "formal_paid" if level.kind == "formal_notice" else "reminder_paid"
            came = min(received_within(life.parts, line.claimed_on, days_after[code]), claimed)
            scopes = [
                *books.get_scopes(life.partner_id),
                ("level", None, level.name),
                ("scenario", None, level.scenario_id.name),
                *(("channel", None, channel) for channel in channels.get(line.notice_id.id, ())),
            ]
            tally.add(scopes, code, came, claimed, line)

    @api.model
    def _get_channels(self, notices):
        """Return the names of the channels by which each notice left."""
        Delivery = self.env["recovery.delivery"].sudo()
        labels = dict(Delivery._fields["channel"]._description_selection(self.env))
        found = defaultdict(list)
        domain = [("notice_id", "in", notices.ids), ("state", "not in", ("failed", "cancelled"))]
        for notice, channel in Delivery._read_group(domain, ["notice_id", "channel"]):
            found[notice.id].append(labels[channel])
        return found

    @api.model
    def _count_disputes(self, books, end, tally):
        """Count the disputes that are open at the end of the month: how much, and since when they wait."""
        Dispute = self.env["recovery.dispute"]
        ages = dict(Dispute._fields["age"]._description_selection(self.env))
        for dispute in books.disputes:
            if not dispute.is_open(end) or not abs(dispute.amount) < UNRECKONABLE:
                continue
            age = ages[dispute.record._get_age_vals(end)["age"]]
            scopes = [*dispute.scopes, ("reason", None, dispute.reason), ("age", None, age)]
            tally.add(scopes, "disputed_amount", dispute.amount, 0, dispute.record)
            tally.add(scopes[:-1], "dispute_age", (end - dispute.opened).days, 1, dispute.record)

    @api.model
    def _count_cases(self, company, books, month, end, tally):
        """Count the cases closed in the month: how long, what they brought, what they cost."""
        cases = (
            self.env["recovery.case"]
            .sudo()
            .search([("company_id", "=", company.id), ("closed_on", ">=", month), ("closed_on", "<=", end)])
        )
        costs = self._read_costs("case_id", cases)
        for case in cases:
            if case.close_how in ("merged", "mistaken"):
                continue
            providers = case.party_ids.filtered("mandate_id").partner_id
            scopes = [
                *books.get_scopes(case.debtor_id.partner_id.id),
                *(("provider", None, provider.name) for provider in providers),
            ]
            received = self._get_sane(case.amount_received)
            tally.add(scopes, "case_days", (case.closed_on - case.opened_on).days, 1, case)
            tally.add(scopes, "case_recovered", received, self._get_sane(case.amount_opening), case)
            tally.add(scopes, "case_success", case.close_how in ("paid", "settlement"), 1, case)
            tally.add(scopes, "case_cost", costs.get(case.id, 0.0), received, case)

    @api.model
    def _count_procedures(self, company, books, month, end, tally):
        """Count the procedures that ended in the month: how long, what they brought, what they cost."""
        inside = Domain("company_id", "=", company.id)
        ended = Domain("state", "=", "ended") & Domain("ended_on", ">=", month) & Domain("ended_on", "<=", end)
        given_up = Domain("state", "=", "abandoned")
        given_up &= Domain("abandoned_on", ">=", month) & Domain("abandoned_on", "<=", end)
        procedures = self.env["recovery.procedure"].sudo().search(inside & (ended | given_up))
        costs = self._read_costs("procedure_id", procedures)
        for procedure in procedures:
            last = procedure.abandoned_on if procedure.state == "abandoned" else procedure.ended_on
            claims = procedure.line_ids or procedure.case_id.line_ids
            received = self._get_sane(sum(claims.mapped("received_company")))
            claimed = self._get_sane(sum(claims.mapped("amount_opening_company")))
            scopes = [
                *books.get_scopes(procedure.debtor_id.partner_id.id),
                ("procedure", None, procedure.type_id.name),
            ]
            is_won = procedure.state == "ended" and procedure.outcome_id.is_success
            tally.add(scopes, "procedure_days", max((last - procedure.opened_on).days, 0), 1, procedure)
            tally.add(scopes, "procedure_recovered", received, claimed, procedure)
            tally.add(scopes, "procedure_success", is_won, 1, procedure)
            tally.add(scopes, "procedure_title", procedure.has_title, 1, procedure)
            tally.add(scopes, "procedure_cost", costs.get(procedure.id, 0.0), received, procedure)

    @api.model
    def _read_costs(self, field, records):
        """Return what was engaged or paid for each record, without tax."""
        domain = Domain(field, "in", records.ids) & Domain("state", "in", ("engaged", "paid"))
        domain &= Domain("amount", "<", UNRECKONABLE)
        rows = self.env["recovery.cost"].sudo()._read_group(domain, [field], ["amount:sum"])
        return {record.id: amount for record, amount in rows}

    @api.model
    def _get_sane(self, amount):
        """Return an amount, none where it is no number."""
        return amount if abs(amount) < UNRECKONABLE else 0.0
