from collections import defaultdict
from datetime import timedelta
from math import isfinite

from odoo import api, models
from odoo.fields import Domain

from ..common.bounds import UNRECKONABLE
from ..common.calendar import shift
from ..ledger.recovery_ledger_history import BANK_DAYS
from .kpi import DAYS_AFTER, Month, Paid, Ratio, Sales, measure, received_within
from .recovery_kpi import MONTHS

RECENT = 3  # months that are made again every night: entries come late
BACK = 15  # months of sales that the DSO by exhaustion may look back
LOSSES = "654"  # pertes sur créances irrécouvrables
ALL = ("all", None, None)
NAMES = (
    *("company_id", "kpi_id", "month", "dimension", "user_id", "label", "numerator", "denominator", "value"),
    *("target", "has_target", "is_reached", "is_partial", "day"),
)


class RecoveryKpiEngine(models.AbstractModel):
    """Reckon the key figures of past months from the books, and of what was done meanwhile.

    Of whom a debtor was in the past is not known: portfolios are those of today.
    """

    _name = "recovery.kpi.engine"
    _description = "Recovery: key figures"

    @api.model
    def _cron_refresh(self):
        """Bring the key figures of each company up to date, for the night's job."""
        self.env["res.company"]._recovery_for_each_company(self, self._refresh)

    @api.model
    def _refresh(self, company, day):
        """Make the last months again, all of them where there is none yet."""
        company = company._recovery_root()
        known = self.env["recovery.kpi.value"].sudo().search_count([("company_id", "=", company.id)], limit=1)
        self._rebuild(company, day, RECENT if known else MONTHS)

    @api.model
    def _rebuild(self, company, day, count):
        """Make the last months again, the current one included.

        :return: the number of figures kept.
        """
        company = company._recovery_root()
        months = [shift(day.replace(day=1), months=-ago) for ago in reversed(range(count))]
        books = self._read_books(company, months, day)
        months = [month for month in months if books.first and month >= books.first]
        kpis = self.env["recovery.kpi"].sudo()._get_by_code()
        rows, before = [], {}
        for month in months:
            end = min(_get_end(month), day)
            figures = self._measure_books(books, month, end, before)
            before = {scope: ratios["dso"].value for scope, ratios in figures.items()}
            for scope, ratios in self._measure_actions(company, books, month, end).items():
                figures.setdefault(scope, {}).update(ratios)
            targets = self.env["recovery.kpi"].union(*kpis.values())._get_targets(company, end)
            rows += self._prepare_rows(company, kpis, month, day, figures, targets)
        bulk = self.env["recovery.bulk"]
        since = months[0] if months else shift(day.replace(day=1), months=1 - count)
        bulk._delete("recovery.kpi.value", [("company_id", "=", company.id), ("month", ">=", since)])
        bulk._insert("recovery.kpi.value", NAMES, rows, with_ids=False)
        return len(rows)

    @api.model
    def _prepare_rows(self, company, kpis, month, day, figures, targets):
        """Return the rows to keep; a figure without a value is left out."""
        end = _get_end(month)
        rows = []
        for (dimension, user_id, label), ratios in figures.items():
            for code, ratio in ratios.items():
                kpi = kpis.get(code)
                # what is no number in the rows of people is no figure
                if not kpi or ratio.value is None or not isfinite(ratio.value):
                    continue
                value = round(ratio.value, 2)
                target = targets.get(kpi.id)
                is_reached = target is not None and (value <= target if kpi.is_lower_better else value >= target)
                is_partial = day < end + timedelta(days=DAYS_AFTER if code in ("reminder_paid", "formal_paid") else 0)
                rows.append(
                    (
                        *(company.id, kpi.id, month, dimension, user_id, label),
                        *(round(ratio.numerator, 2), round(ratio.denominator, 2), value),
                        *(target or 0.0, target is not None, is_reached, is_partial, day),
                    )
                )
        return rows

    # ------------------------------------------------------------
    # The books
    # ------------------------------------------------------------
    @api.model
    def _read_books(self, company, months, day):
        """Return all that the months need of the books, in a few readings whatever their number."""
        first = months[0]
        history = self.env["recovery.ledger.history"]
        lives = history._read_lives(company, shift(first, months=-BACK), day)
        collectors = self._get_collectors(company)
        books = Books(collectors)
        books.lives = {life.line_id: life for life in lives}
        ends = [shift(first, days=-1), *(min(_get_end(month), day) for month in months)]
        for end in ends:
            books.keep_balances(end, self.env["recovery.ledger"]._read_balances(company, end, as_of=end))
        for life in lives:
            books.keep_life(life)
        since = shift(first, months=-BACK)
        books.sales = self._read_sales(company, since, day, books.get_scopes)
        books.losses = self._read_losses(company, since, day)
        books.disputes = self._read_disputes(company, first, books.get_scopes)
        books.rate = company.sudo().recovery_borrowing_rate
        known = [life.issued for life in lives] + [month for scope in books.sales.values() for month in scope]
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
    def _read_sales(self, company, since, day, get_scopes):
        """Return ``{scope: {month: (with tax, without tax)}}`` of the sales, credit notes deducted."""
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
        sales = defaultdict(dict)
        sums = ["amount_total_signed:sum", "amount_untaxed_signed:sum"]
        groups = ["date:month", "commercial_partner_id"]
        for month, partner, total, untaxed in self.env["account.move"].sudo()._read_group(domain, groups, sums):
            for scope in get_scopes(partner.id):
                before = sales[scope].get(month, (0.0, 0.0))
                sales[scope][month] = (before[0] + total, before[1] + untaxed)
        return sales

    @api.model
    def _read_losses(self, company, since, day):
        """Return ``{month: amount}`` of what the accounts 654 say is lost."""
        accounts = self.env["account.account"].sudo().with_company(company).with_context(active_test=False)
        lost = accounts.search([("code", "=like", f"{LOSSES}%"), ("company_ids", "child_of", company.id)])
        rows = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                Domain("account_id", "in", lost.ids)
                & Domain("company_id", "child_of", company.id)
                & Domain("parent_state", "=", "posted")
                & Domain("date", ">=", since)
                & Domain("date", "<=", day),
                ["date:month"],
                ["balance:sum"],
            )
        )
        return dict(rows)

    @api.model
    def _read_disputes(self, company, first, get_scopes):
        """Return the disputes open on some day since then: ``(scopes, reason, opened, resolved, amount)``."""
        disputes = (
            self.env["recovery.dispute"]
            .sudo()
            .search(
                Domain("company_id", "=", company.id)
                & (Domain("resolved_on", "=", False) | Domain("resolved_on", ">=", first))
            )
        )
        return [
            (
                get_scopes(dispute.debtor_id.partner_id.id),
                dispute.reason_id.name or "",
                dispute.opened_on,
                dispute.resolved_on,
                dispute.amount_company,
            )
            for dispute in disputes
        ]

    @api.model
    def _measure_books(self, books, month, end, before):
        """Return ``{scope: {code: ratio}}`` of what the books say of a month."""
        opening = books.balances[shift(month, days=-1)]
        closing = books.balances[end]
        year = [shift(month, months=-ago) for ago in range(12)]
        figures = {}
        for scope in {ALL, *opening, *closing, *books.sales}:
            start, state = opening.get(scope, Balance()), closing.get(scope, Balance())
            own = books.sales.get(scope, {})
            facts = Month(
                days=(end - month).days + 1,
                opening=start.total,
                closing=state.total,
                current=state.not_due,
                overdue=state.overdue,
                overdue_before=start.overdue,
                sales=tuple(
                    Sales(own.get(one, (0.0, 0.0))[0], (min(_get_end(one), end) - one).days + 1)
                    for one in (shift(month, months=-ago) for ago in range(BACK))
                ),
                untaxed=sum(own.get(one, (0.0, 0.0))[1] for one in year),
                losses=sum(books.losses.get(one, 0.0) for one in year) if scope == ALL else 0.0,
                due=books.due.get((scope, month), 0.0),
                payments=tuple(books.payments.get((scope, month), ())),
                disputed=sum(
                    amount
                    for scopes, _reason, opened, resolved, amount in books.disputes
                    if scope in scopes and opened <= end and (not resolved or resolved > end)
                ),
                rate=books.rate,
                grace=BANK_DAYS,
            )
            figures[scope] = measure(facts, before.get(scope))
            if scope != ALL:
                figures[scope].pop("irrecoverable")  # the accounts of losses have no customer
        return figures

    # ------------------------------------------------------------
    # What was done, and what it brought
    # ------------------------------------------------------------
    @api.model
    def _measure_actions(self, company, books, month, end):
        """Return ``{scope: {code: ratio}}`` of what people did in a month: a hook for rooms with more to tell."""
        sums = defaultdict(lambda: defaultdict(lambda: [0.0, 0.0]))

        def count(scopes, code, part, whole):
            for scope in scopes:
                tally = sums[scope][code]
                tally[0] += part
                tally[1] += whole

        self._count_promises(company, books, month, end, count)
        self._count_notices(company, books, month, end, count)
        self._count_disputes(books, end, count)
        self._count_cases(company, month, end, count)
        factors = {"dispute_age": 1.0, "case_days": 1.0}
        return {
            scope: {code: Ratio(*tally, factors.get(code, 100.0)) for code, tally in codes.items()}
            for scope, codes in sums.items()
        }

    @api.model
    def _count_promises(self, company, books, month, end, count):
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
            count(books.get_scopes(promise.debtor_id.partner_id.id), "promise_kept", promise.state == "kept", 1)
        Plan = self.env["recovery.payment.plan"].sudo()
        for plan in Plan.search([*inside, ("state", "in", ("fulfilled", "broken"))]):
            ended = plan.broken_on if plan.state == "broken" else plan.ended_on
            if ended and month <= ended <= end:
                count(books.get_scopes(plan.debtor_id.partner_id.id), "plan_kept", plan.state == "fulfilled", 1)

    @api.model
    def _count_notices(self, company, books, month, end, count):
        """Count what was claimed in the month, and the money that came within thirty days after."""
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
            came = min(received_within(life.parts, line.claimed_on), claimed)
            level = line.level_id
            code = "formal_paid" if level.kind == "formal_notice" else "reminder_paid"
            scopes = [
                *books.get_scopes(life.partner_id),
                ("level", None, level.name),
                ("scenario", None, level.scenario_id.name),
                *(("channel", None, channel) for channel in channels.get(line.notice_id.id, ())),
            ]
            count(scopes, code, came, claimed)

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
    def _count_disputes(self, books, end, count):
        """Count the days since which the disputes that are open at the end of the month wait for an answer."""
        for scopes, reason, opened, resolved, _amount in books.disputes:
            if opened <= end and (not resolved or resolved > end):
                count([*scopes, ("reason", None, reason)], "dispute_age", (end - opened).days, 1)

    @api.model
    def _count_cases(self, company, month, end, count):
        """Count the cases closed in the month: how long, what they brought, what they cost."""
        cases = (
            self.env["recovery.case"]
            .sudo()
            .search([("company_id", "=", company.id), ("closed_on", ">=", month), ("closed_on", "<=", end)])
        )
        costs = (
            self.env["recovery.cost"]
            .sudo()
            ._read_group([("case_id", "in", cases.ids), ("state", "!=", "planned")], ["case_id"], ["amount:sum"])
        )
        cost_of = {case.id: amount for case, amount in costs}
        procedures = self.env["recovery.procedure"].sudo().search([("case_id", "in", cases.ids)])
        types = {case: own.type_id for case, own in procedures.grouped("case_id").items()}
        for case in cases:
            if case.close_how in ("merged", "mistaken"):
                continue
            scopes = [ALL, *(("procedure", None, kind.name) for kind in types.get(case, ()))]
            count(scopes, "case_days", (case.closed_on - case.opened_on).days, 1)
            count(scopes, "case_recovered", case.amount_received, case.amount_opening)
            count(scopes, "case_success", case.close_how in ("paid", "settlement"), 1)
            count(scopes, "case_cost", cost_of.get(case.id, 0.0), case.amount_received)


class Balance:
    """What one portfolio owes on a day."""

    __slots__ = ("credit", "not_due", "overdue")

    def __init__(self):
        self.not_due = self.overdue = self.credit = 0.0

    @property
    def total(self):
        """The balance, credits deducted."""
        return self.not_due + self.overdue + self.credit


class Books:
    """What was read of the books for some months, summed by portfolio: ``(dimension, user id, label)``."""

    def __init__(self, collectors):
        self.collectors = collectors
        self.lives, self.sales, self.losses, self.disputes = {}, {}, {}, []
        self.balances = {}
        self.due = defaultdict(float)
        self.payments = defaultdict(list)
        self.rate = 0.0
        self.first = None

    def get_scopes(self, partner_id):
        """Return the portfolios to which a customer belongs: everybody's, and its collector's."""
        own = self.collectors.get(partner_id)
        return (ALL, own) if own else (ALL,)

    def keep_balances(self, day, rows):
        """Sum the balances of the customers on a day."""
        sums = self.balances[day] = defaultdict(Balance)
        for row in rows:
            for scope in self.get_scopes(row.partner_id):
                balance = sums[scope]
                balance.not_due += float(row.not_due)
                balance.overdue += float(row.overdue)
                balance.credit += float(row.credit)

    def keep_life(self, life):
        """Count an instalment in the month in which it fell due, and its money in the month in which it came."""
        for scope in self.get_scopes(life.partner_id):
            self.due[scope, life.due.replace(day=1)] += life.amount
            for on, amount, is_money in life.parts:
                if is_money:
                    self.payments[scope, on.replace(day=1)].append(Paid(amount, (on - life.due).days))


def _get_end(month):
    """Return the last day of a month given by its first one."""
    return shift(month, months=1, days=-1)
