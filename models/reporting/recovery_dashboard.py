from datetime import timedelta

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ..common.bounds import UNRECKONABLE
from ..common.calendar import shift
from ..common.roles import MANAGER, require_reader
from ..ledger.ageing import bucket_of, bucket_ranges, days_late
from .asked import WEEKS_BEFORE, Asked

PERIODS = (3, 6, 12, 24)
PANELS = ("headlines", "ageing", "dso", "changes", "cash", "promises", "risk", "deadlines", "debtors", "disputes")
AHEAD = 30  # days that are looked ahead for promises and time limits
FEW = 8  # rows of a list
TONES = 5  # shades of what is late, from the first days to the last column


class RecoveryDashboard(models.AbstractModel):
    """What the manager looks at first: figures that each open the list they are the sum of.

    Everything is read with the rights of who looks, by the very domain that the list is opened with: the sum is the
    same because the question is.
    """

    _name = "recovery.dashboard"
    _description = "Recovery: dashboard"

    # ------------------------------------------------------------
    # Doors
    # ------------------------------------------------------------
    @api.model
    @api.readonly
    def action_read_frame(self, company_id=False, collector=False, months=False):
        """Return the switches of the dashboard with what they stand at, and the panels to ask for.

        :param company_id: one of the companies ticked; the current one by default.
        :param collector: ``all``, or the id of a collector; by default one's own portfolio, if one has any.
        """
        require_reader(self.env)
        company = self._get_company(company_id)
        if not company._recovery_is_open():
            return {"closed": company._recovery_get_closed_text()}
        root = company._recovery_root()
        collectors = self._get_collectors(root)
        chosen = self._get_collector(root, collector, collectors)
        roots = self.env.companies.filtered(lambda one: one.id == one.root_id.id)
        return {
            "company_id": root.id,
            "companies": [{"id": one.id, "name": one.name} for one in roots],
            "collector": chosen.id or "all",
            "collectors": [{"id": user.id, "name": user.name} for user in collectors],
            "months": months if months in PERIODS else 12,
            "periods": [{"id": count, "name": self.env._("%s months", count)} for count in PERIODS],
            "panels": list(PANELS),
            "day": format_date(self.env, root._recovery_today()),
            "read_text": self.env["recovery.ledger"]._say_moment(root),
        }

    @api.model
    @api.readonly
    def action_read_panel(self, panel, company_id, collector, months):
        """Return one panel of the dashboard."""
        require_reader(self.env)
        if panel not in PANELS:
            raise UserError(self.env._("There is no such panel."))
        company = self._get_company(company_id)
        company._recovery_check_open()
        root = company._recovery_root()
        user = self._get_collector(root, collector, self._get_collectors(root))
        asked = Asked(root, root._recovery_today(), user, months if months in PERIODS else 12)
        return getattr(self, f"_read_{panel}")(asked)

    @api.model
    def _get_company(self, company_id):
        """Return the company asked for, one in which the user works now."""
        company = self.env.companies.filtered(lambda one: one.id == company_id) if company_id else self.env.company
        if not company:
            raise AccessError(self.env._("This belongs to a company in which you do not work."))
        return company

    @api.model
    def _get_collectors(self, root):
        """Return those who have a portfolio in the company."""
        rows = self.env["recovery.debtor"]._read_group(
            [("company_id", "=", root.id), ("collector_id", "!=", False)], ["collector_id"]
        )
        return self.env["res.users"].union(*(user for (user,) in rows)).sorted("name")

    @api.model
    def _get_collector(self, root, collector, collectors):
        """Return whose portfolio is shown: nobody's means everybody's."""
        none = self.env["res.users"]
        if not collector:
            is_own = self.env.user in collectors and not self.env.user.has_group(MANAGER)
            return self.env.user if is_own else none
        return none if collector == "all" else collectors.filtered(lambda user: user.id == collector)

    # ------------------------------------------------------------
    # What every panel is made of
    # ------------------------------------------------------------
    @api.model
    def _get_debtor_domain(self, asked):
        domain = Domain("company_id", "=", asked.company.id)
        return domain & Domain("collector_id", "=", asked.user.id) if asked.user else domain

    @api.model
    def _get_lines_domain(self, asked):
        """Return the domain of the journal items of customers on the followed accounts."""
        domain = (
            Domain("company_id", "child_of", asked.company.id)
            & Domain("account_id", "in", asked.company._recovery_accounts().ids)
            & Domain("parent_state", "=", "posted")
        )
        return domain & Domain("recovery_collector_id", "=", asked.user.id) if asked.user else domain

    @api.model
    def _open(self, xmlid, domain, name, **context):
        """Return what opens the list behind a figure."""
        return {"xmlid": f"debt_recovery.{xmlid}", "domain": list(domain), "name": name, "context": context}

    @api.model
    def _say_money(self, asked, amount):
        currency = asked.company.currency_id
        return formatLang(self.env, currency.round(amount), currency_obj=currency, rounding_unit="units")

    @api.model
    def _say_number(self, number, digits=1):
        return formatLang(self.env, number, digits=digits)

    @api.model
    def _prepare_item(self, asked, label, amount, opens, count=None, **more):
        """Return one figure: its label, its amount as a number and as a text, and the list that it opens."""
        return {
            "label": label,
            "value": asked.company.currency_id.round(amount),
            "text": self._say_money(asked, amount),
            "count": count,
            "open": opens,
            **more,
        }

    # ------------------------------------------------------------
    # What counts most
    # ------------------------------------------------------------
    @api.model
    def _read_headlines(self, asked):
        """Return the few figures that are looked at first."""
        items = [*self._read_owed(asked), *self._read_first_figures(asked), *self._read_flows(asked)]
        return {
            "kind": "tiles",
            "title": self.env._("Today"),
            "items": items,
            "rows": [],
            "is_empty": not any(item.get("value") for item in items),
            "empty": self.env._("Nothing is open, and nothing was received."),
        }

    @api.model
    def _read_owed(self, asked):
        """Return what is open, what of it is overdue, and what is disputed."""
        debts = self._get_debts_domain(asked)
        late = debts & self._get_due_domain(None, asked.day - timedelta(days=1))
        disputes = self._get_disputes_domain(asked)
        (fresh, fresh_count), (overdue, late_count) = self._read_ages(asked, debts, ())
        total, count = fresh + overdue, fresh_count + late_count
        disputed, dispute_count = self._sum_up("recovery.dispute", disputes, "amount_company")
        return [
            self._prepare_tile(
                asked,
                "money",
                self.env._("All debts"),
                total,
                self._open_lines(debts, self.env._("All debts")),
                self.env._("%s instalments", count),
            ),
            self._prepare_tile(
                asked,
                "clock-o",
                self.env._("Overdue"),
                overdue,
                self._open_lines(late, self.env._("Overdue")),
                self.env._(
                    "%(share)s%% of the debts, %(count)s instalments",
                    share=self._say_number(100 * overdue / total if total else 0.0, 0),
                    count=late_count,
                ),
            ),
            self._prepare_tile(
                asked,
                "gavel",
                self.env._("Disputed"),
                disputed,
                self._open("recovery_dispute_action", disputes, self.env._("All open disputes")),
                self.env._("%s open disputes", dispute_count),
            ),
        ]

    @api.model
    def _read_first_figures(self, asked):
        """Return the DSO of the last month with its target, and what the cash tied up cost."""
        months = (asked.day.replace(day=1), shift(asked.day.replace(day=1), months=-1))
        domain = self._get_values_domain(asked._replace(months=3)) & Domain("kpi_id.code", "=", "dso")
        value = self.env["recovery.kpi.value"].search(
            domain & Domain("month", "in", months), order="month desc", limit=1
        )
        if not value:
            return []
        opens = self._open("recovery_kpi_value_action_months", [("id", "=", value.id)], value.kpi_id.name)
        verdict = {}
        if value.has_target:
            verdict = {
                "sign": self.env._("reached") if value.is_reached else self.env._("not reached"),
                "tone": "good" if value.is_reached else "bad",
            }
        note = format_date(self.env, value.month, date_format="MMMM yyyy")
        if value.has_target:
            target = value.kpi_id._tell(value.target, asked.company)
            note = self.env._("%(month)s, target: %(target)s", month=note, target=target)
        return [
            {
                "icon": "calendar-check-o",
                "label": value.kpi_id.name,
                "value": value.value,
                "text": value.value_text,
                "note": note,
                "help": value.kpi_id.formula,
                "open": opens,
                **verdict,
            }
        ]

    @api.model
    def _read_flows(self, asked):
        """Return what came this month, and what is expected."""
        first = asked.day.replace(day=1)
        before = shift(first, months=-1)
        domain = self._get_received_domain(asked, first, asked.day)
        amount, count = self._sum_up("account.move.line", domain, "credit")
        then, _count = self._sum_up(
            "account.move.line", self._get_received_domain(asked, before, first - timedelta(days=1)), "credit"
        )
        tiles = [
            self._prepare_tile(
                asked,
                "bank",
                self.env._("Received this month"),
                amount,
                self._open("account_move_line_action_recovery_received", domain, self.env._("Received this month")),
                self.env._(
                    "%(amount)s in %(month)s",
                    amount=self._say_money(asked, then),
                    month=format_date(self.env, before, date_format="MMMM"),
                ),
            )
        ]
        forecast = self.env["recovery.forecast"].search([("company_id", "=", asked.company.id)])
        if forecast:
            items = self._read_expected(asked, forecast)
            label = self.env._("Expected within 13 weeks")
            lines = self._get_forecast_domain(asked, forecast)
            tiles.append(
                self._prepare_tile(
                    asked,
                    "line-chart",
                    label,
                    sum(item["value"] for item in items),
                    self._open("recovery_forecast_line_action", lines, self.env._("Expected Receipts")),
                    self.env._("%s of them in 4 weeks", self._say_money(asked, sum(i["value"] for i in items[:4]))),
                )
            )
        return tiles

    @api.model
    def _sum_up(self, model, domain, field):
        """Return ``(sum, number)`` of the records of a list."""
        ((amount, count),) = self.env[model]._read_group(domain, [], [f"{field}:sum", "__count"])
        return amount or 0.0, count

    @api.model
    def _prepare_tile(self, asked, icon, label, amount, opens, note):
        return {**self._prepare_item(asked, label, amount, opens), "icon": icon, "note": note}

    # ------------------------------------------------------------
    # Debts by age
    # ------------------------------------------------------------
    @api.model
    def _get_open_domain(self, asked):
        """Return the domain of what is not matched yet, debts and credits."""
        return self._get_lines_domain(asked) & Domain("reconciled", "=", False)

    @api.model
    def _get_debts_domain(self, asked):
        """Return the domain of the debts: what is no number is above every number."""
        debts = Domain("amount_residual", ">", 0) & Domain("amount_residual", "<", UNRECKONABLE)
        return self._get_open_domain(asked) & debts

    @api.model
    def _read_ages(self, asked, debts, bounds):
        """Return ``[amount, number]`` of the debts per column: what is not due first, then between the bounds."""
        Line = self.env["account.move.line"]
        sums = [[0.0, 0] for _bucket in range(len(bounds) + 2)]
        for field in ("date_maturity", "date"):
            domain = debts & (Domain("date_maturity", "=", False) if field == "date" else Domain(field, "!=", False))
            for due, amount, count in Line._read_group(domain, [f"{field}:day"], ["amount_residual:sum", "__count"]):
                bucket = sums[bucket_of(days_late(due, asked.day), bounds)]
                bucket[0] += amount
                bucket[1] += count
        return sums

    @api.model
    def _read_ageing(self, asked):
        """Return what is open by days late: credits apart."""
        base, debts = self._get_open_domain(asked), self._get_debts_domain(asked)
        bounds = self.env["recovery.ageing.bucket"]._get_bounds_of(asked.company)
        sums = self._read_ages(asked, debts, bounds)
        items = []
        for position, (label, low, high) in enumerate(self._get_buckets(asked.day, bounds)):
            amount, count = sums[position]
            inside = debts & self._get_due_domain(low, high)
            items.append(
                self._prepare_item(
                    asked,
                    label,
                    amount,
                    self._open_lines(inside, label),
                    count,
                    tone="good" if not position else 1 + (position - 1) * (TONES - 1) // max(len(bounds), 1),
                )
            )
        credits = base & Domain("amount_residual", "<", 0)
        amount, count = self._sum_up("account.move.line", credits, "amount_residual")
        label = self.env._("Unmatched credits")
        total = sum(item["value"] for item in items)
        overdue = sum(item["value"] for item in items[1:])
        late = debts & self._get_due_domain(None, asked.day - timedelta(days=1))
        return {
            "kind": "bar",
            "title": self.env._("Debts by age"),
            "items": items,
            "rows": [
                self._prepare_item(
                    asked, self.env._("Overdue"), overdue, self._open_lines(late, self.env._("Overdue")), is_strong=True
                ),
                self._prepare_item(
                    asked, self.env._("All debts"), total, self._open_lines(debts, self.env._("All debts"))
                ),
                self._prepare_item(asked, label, amount or 0.0, self._open_lines(credits, label), count),
            ],
            "is_empty": not total and not amount,
            "empty": self.env._("Nothing is open."),
        }

    @api.model
    def _get_buckets(self, day, bounds):
        """Return ``(label, first due date, last due date)`` of each column of the aged balance."""
        buckets = [(self.env._("Not due"), day, None)]
        for start, end in bucket_ranges(bounds):
            low = day - timedelta(days=end) if end else None
            label = (
                self.env._("%(start)s to %(end)s days", start=start, end=end)
                if end
                else self.env._("Over %(days)s days", days=start - 1)
            )
            buckets.append((label, low, day - timedelta(days=start)))
        return buckets

    @api.model
    def _get_due_domain(self, low, high):
        """Return the domain of what is due between two days; without a due date, by the entry's own."""

        def between(field):
            domain = Domain(field, ">=", low) if low else Domain.TRUE
            return domain & Domain(field, "<=", high) if high else domain

        undated = Domain("date_maturity", "=", False)
        return (~undated & between("date_maturity")) | (undated & between("date"))

    @api.model
    def _open_lines(self, domain, name):
        return self._open("account_move_line_action_recovery_open_items", domain, name)

    # ------------------------------------------------------------
    # DSO
    # ------------------------------------------------------------
    @api.model
    def _get_values_domain(self, asked):
        """Return the domain of the key figures of the months asked for, of everybody's portfolio or of one."""
        domain = Domain("company_id", "=", asked.company.id) & Domain("month", ">=", asked.since)
        if asked.user:
            return domain & Domain("dimension", "=", "collector") & Domain("user_id", "=", asked.user.id)
        return domain & Domain("dimension", "=", "all")

    @api.model
    def _read_dso(self, asked):
        """Return the DSO month by month against its target."""
        domain = self._get_values_domain(asked) & Domain("kpi_id.code", "in", ("dso", "dso_best"))
        values = self.env["recovery.kpi.value"].search(domain, order="month")
        months = sorted(set(values.mapped("month")))
        found = {(value.kpi_id.code, value.month): value for value in values}

        def series(code, read):
            return [read(found[code, month]) if (code, month) in found else None for month in months]

        last = values.filtered(lambda value: value.kpi_id.code == "dso")[-1:]
        kpi = last.kpi_id
        rows = []
        if last:
            opens = self._open("recovery_kpi_value_action_months", domain & Domain("kpi_id", "=", kpi.id), kpi.name)
            text = last.value_text
            if last.is_partial:
                text = self.env._("%s (month in progress)", text)
            told = {"label": kpi.name, "value": last.value, "text": text, "open": opens}
            rows.append({**told, "is_strong": True, "help": kpi.formula})
        if last.has_target:
            is_reached = last.is_reached
            rows.append(
                {
                    "label": self.env._("Target"),
                    "text": last.target_text,
                    "sign": self.env._("reached") if is_reached else self.env._("not reached"),
                    "tone": "good" if is_reached else "bad",
                }
            )
        return {
            "kind": "line",
            "title": self.env._("DSO"),
            "labels": [format_date(self.env, month, date_format="MMM yy") for month in months],
            "series": [
                {"label": self.env._("DSO"), "values": series("dso", lambda v: v.value), "tone": "main"},
                {"label": self.env._("Best possible"), "values": series("dso_best", lambda v: v.value), "tone": "soft"},
                {
                    "label": self.env._("Target"),
                    "values": series("dso", lambda v: v.target if v.has_target else None),
                    "tone": "target",
                },
            ],
            "rows": rows,
            "unit": self.env._("days"),
            "is_empty": not months,
            "empty": self.env._("No month calculated yet: key figures are calculated every night."),
        }

    # ------------------------------------------------------------
    # Cash received and expected
    # ------------------------------------------------------------
    @api.model
    def _read_cash(self, asked):
        """Return the money received in the last weeks and expected in the next ones, with its band."""
        received = self._read_received(asked)
        forecast = self.env["recovery.forecast"].search([("company_id", "=", asked.company.id)])
        expected = self._read_expected(asked, forecast)
        rows = [
            self._prepare_item(
                asked,
                self.env._("Received in %s weeks", WEEKS_BEFORE),
                sum(week["value"] for week in received),
                self._open(
                    "account_move_line_action_recovery_received",
                    self._get_received_domain(asked, asked.first_week, asked.day),
                    self.env._("Received"),
                ),
            )
        ]
        if forecast:
            domain = self._get_forecast_domain(asked, forecast)
            rows.append(
                self._prepare_item(
                    asked,
                    self.env._("Expected within 13 weeks"),
                    sum(week["value"] for week in expected),
                    self._open("recovery_forecast_line_action", domain, self.env._("Expected Receipts")),
                    is_strong=True,
                )
            )
        return {
            "kind": "cash",
            "title": self.env._("Cash by week"),
            "items": [*received, *expected],
            "rows": rows,
            "note": forecast.trust_text or "",
            "is_trusted": forecast.is_trusted,
            "has_band": bool(forecast) and not asked.user,
            "is_empty": not forecast and not any(week["value"] for week in received),
            "empty": self.env._("Nothing received and no forecast yet: it is calculated every night."),
        }

    @api.model
    def _get_received_domain(self, asked, start, end):
        """Return the domain of the money that came between two days: payments and lines of bank statements."""
        is_money = Domain("payment_id", "!=", False) | Domain("statement_line_id", "!=", False)
        period = Domain("date", ">=", start) & Domain("date", "<=", end)
        reckonable = Domain("credit", ">", 0) & Domain("credit", "<", UNRECKONABLE)
        return self._get_lines_domain(asked) & reckonable & is_money & period

    @api.model
    def _read_received(self, asked):
        """Return the money received week by week, Mondays first, the current week included."""
        domain = self._get_received_domain(asked, asked.first_week, asked.day)
        rows = self.env["account.move.line"]._read_group(domain, ["date:day"], ["credit:sum"])
        sums = [0.0] * (WEEKS_BEFORE + 1)
        for day, amount in rows:
            sums[(day - asked.first_week).days // 7] += amount
        items = []
        for week, amount in enumerate(sums):
            start = asked.first_week + timedelta(days=7 * week)
            end = min(start + timedelta(days=6), asked.day)
            label = format_date(self.env, start, date_format="d MMM")
            opens = self._open(
                "account_move_line_action_recovery_received",
                self._get_received_domain(asked, start, end),
                self.env._("Received in the week of %s", label),
            )
            items.append(self._prepare_item(asked, label, amount, opens, is_past=True))
        return items

    @api.model
    def _get_forecast_domain(self, asked, forecast):
        domain = Domain("forecast_id", "=", forecast.id)
        return domain & Domain("debtor_id.collector_id", "=", asked.user.id) if asked.user else domain

    @api.model
    def _read_expected(self, asked, forecast):
        """Return what is expected week by week; the band is that of the whole company only."""
        weeks = forecast._describe_weeks() if forecast else []
        if not weeks:
            return []
        base = self._get_forecast_domain(asked, forecast)
        sums = [f"{week['field']}:sum" for week in weeks]
        (amounts,) = self.env["recovery.forecast.line"]._read_group(base, [], sums)
        items = []
        for week, amount in zip(weeks, amounts, strict=True):
            opens = self._open(
                "recovery_forecast_line_action",
                base & Domain(week["field"], "!=", 0),
                self.env._("Expected in the week of %s", week["label"]),
                forecast_week=week["field"],
            )
            band = {} if asked.user else {"low": week["low"], "high": week["high"]}
            if band:
                band["band"] = self.env._(
                    "from %(low)s to %(high)s",
                    low=self._say_money(asked, week["low"]),
                    high=self._say_money(asked, week["high"]),
                )
            items.append(self._prepare_item(asked, week["label"], amount or 0.0, opens, is_past=False, **band))
        return items

    # ------------------------------------------------------------
    # What is ahead
    # ------------------------------------------------------------
    @api.model
    def _read_promises(self, asked):
        """Return the promises that are awaited, the nearest first."""
        domain = Domain("company_id", "=", asked.company.id) & Domain("state", "=", "open")
        if asked.user:
            domain &= Domain("debtor_id.collector_id", "=", asked.user.id)
        domain &= Domain("date", "<=", asked.day + timedelta(days=AHEAD))
        Promise = self.env["recovery.promise"]
        promises = Promise.search(domain, order="date, id", limit=FEW)
        count = Promise.search_count(domain)
        title = self.env._("Promises due within %s days", AHEAD)
        return self._prepare_list(
            title,
            [
                {
                    "label": promise.debtor_id.display_name,
                    "value": promise.amount,
                    "text": formatLang(self.env, promise.amount, currency_obj=promise.currency_id),
                    "note": format_date(self.env, promise.date),
                    "sign": self.env._("late") if promise.date < asked.day else "",
                    "tone": "bad" if promise.date < asked.day else "",
                    "open": self._open("recovery_promise_action", [("id", "=", promise.id)], promise.display_name),
                }
                for promise in promises
            ],
            count,
            self._open("recovery_promise_action", domain, title),
            self.env._("No promise is due."),
        )

    @api.model
    def _read_deadlines(self, asked):
        """Return the procedural time limits that are near or missed, ours only."""
        domain = (
            Domain("company_id", "=", asked.company.id)
            & Domain("is_current", "=", True)
            & Domain("whose", "=", "ours")
            & Domain("state", "in", ("running", "missed"))
            & Domain("date", "<=", asked.day + timedelta(days=AHEAD))
        )
        if asked.user:
            domain &= Domain("user_id", "=", asked.user.id)
        Deadline = self.env["recovery.deadline"]
        deadlines = Deadline.search(domain, order="date, id", limit=FEW)
        title = self.env._("Procedural deadlines within %s days", AHEAD)
        return self._prepare_list(
            title,
            [
                {
                    "label": deadline.display_name,
                    "text": format_date(self.env, deadline.date),
                    "note": deadline.debtor_id.display_name,
                    "sign": self.env._("missed") if deadline.state == "missed" else "",
                    "tone": "bad" if deadline.state == "missed" else "",
                    "open": self._open("recovery_deadline_action", [("id", "=", deadline.id)], deadline.display_name),
                }
                for deadline in deadlines
            ],
            Deadline.search_count(domain),
            self._open("recovery_deadline_action", domain, title),
            self.env._("No time limit is approaching."),
        )

    @api.model
    def _prepare_list(self, title, rows, count, opens, empty):
        """Return a panel that is a short list, with its number and the door to all of it."""
        return {
            "kind": "list",
            "title": title,
            "lines": rows,
            "rows": [
                {
                    "label": self.env._("All of them"),
                    "value": count,
                    "text": str(count),
                    "open": opens,
                    "is_number": True,
                    "is_strong": True,
                }
            ],
            "is_empty": not count,
            "empty": empty,
        }

    # ------------------------------------------------------------
    # Risk, debtors, disputes
    # ------------------------------------------------------------
    @api.model
    def _read_risk(self, asked):
        """Return the risk matrix: class against exposure."""
        within = Domain("collector_id", "=", asked.user.id) if asked.user else Domain.TRUE
        matrix = self.env["recovery.risk.matrix"]._read(asked.company, within)
        for line in matrix["lines"]:
            for cell, column in zip(line["cells"], matrix["columns"], strict=True):
                name = f"{line['label']}, {column['label']}"
                cell["open"] = self._open("recovery_debtor_action_risk", cell.pop("domain"), name)
                cell["name"] = name
        return {
            "kind": "matrix",
            "title": self.env._("Risk: class against exposure"),
            "columns": matrix["columns"],
            "lines": matrix["lines"],
            "rows": [],
            "is_empty": not matrix["count"],
            "empty": self.env._("No customer is scored yet: the calculation runs every night."),
        }

    @api.model
    def _read_debtors(self, asked):
        """Return the debtors who are most overdue."""
        domain = self._get_debtor_domain(asked) & Domain("amount_overdue", ">", 0)
        Debtor = self.env["recovery.debtor"]
        ((total, count),) = Debtor._read_group(domain, [], ["amount_overdue:sum", "__count"])
        xmlid = "recovery_debtor_action_dashboard"
        title = self.env._("Most overdue")
        return {
            "kind": "bars",
            "title": title,
            "items": [
                self._prepare_item(
                    asked,
                    debtor.display_name,
                    debtor.amount_overdue,
                    self._open(xmlid, [("id", "=", debtor.id)], debtor.display_name),
                    note=self.env._("%s days late", debtor.days_late),
                    res_id=debtor.id,
                )
                for debtor in Debtor.search(domain, order="amount_overdue desc, id", limit=FEW)
            ],
            "rows": [
                self._prepare_item(
                    asked,
                    self.env._("All overdue debtors"),
                    total or 0.0,
                    self._open(xmlid, domain, title),
                    count,
                    is_strong=True,
                )
            ],
            "is_empty": not count,
            "empty": self.env._("Nobody is overdue."),
        }

    @api.model
    def _get_disputes_domain(self, asked):
        domain = Domain("company_id", "=", asked.company.id) & Domain("state", "=", "open")
        return domain & Domain("debtor_id.collector_id", "=", asked.user.id) if asked.user else domain

    @api.model
    def _read_disputes(self, asked):
        """Return the open disputes by reason."""
        domain = self._get_disputes_domain(asked)
        groups = self.env["recovery.dispute"]._read_group(
            domain, ["reason_id"], ["amount_company:sum", "__count", "age_days:avg"], order="amount_company:sum desc"
        )
        items = [
            self._prepare_item(
                asked,
                reason.display_name or self.env._("No reason"),
                amount,
                self._open(
                    "recovery_dispute_action", domain & Domain("reason_id", "=", reason.id), reason.display_name
                ),
                count,
                note=self.env._("%s days old on average", self._say_number(age or 0, 0)),
            )
            for reason, amount, count, age in groups
        ]
        title = self.env._("Open disputes by reason")
        return {
            "kind": "bars",
            "title": title,
            "items": items,
            "rows": [
                self._prepare_item(
                    asked,
                    self.env._("All open disputes"),
                    sum(item["value"] for item in items),
                    self._open("recovery_dispute_action", domain, title),
                    sum(item["count"] for item in items),
                    is_strong=True,
                )
            ],
            "is_empty": not items,
            "empty": self.env._("Nothing is disputed."),
        }

    # ------------------------------------------------------------
    # What changed
    # ------------------------------------------------------------
    @api.model
    def _read_changes(self, asked):
        """Return the key figures of the last month that is over beside those of the month before."""
        last, before = (shift(asked.day.replace(day=1), months=-ago) for ago in (1, 2))
        everything = asked._replace(months=3)
        domain = self._get_values_domain(everything)
        values = self.env["recovery.kpi.value"].search(domain & Domain("month", "in", (last, before)))
        found = {(value.kpi_id, value.month): value for value in values}
        lines = []
        for kpi in values.kpi_id.sorted("sequence"):
            now, then = found.get((kpi, last)), found.get((kpi, before))
            if not now or not then:
                continue
            change = now.value - then.value
            lines.append(
                {
                    "label": kpi.name,
                    "help": kpi.formula,
                    "value": now.value,
                    "text": now.value_text,
                    "note": then.value_text,
                    **self._judge(kpi, change),
                    "open": self._open(
                        "recovery_kpi_value_action_months",
                        self._get_values_domain(asked) & Domain("kpi_id", "=", kpi.id),
                        kpi.name,
                    ),
                }
            )
        return {
            "kind": "changes",
            "title": self.env._("Since last month"),
            "heads": [
                format_date(self.env, last, date_format="MMMM yyyy"),
                format_date(self.env, before, date_format="MMMM yyyy"),
            ],
            "lines": lines,
            "rows": [],
            "is_empty": not lines,
            "empty": self.env._("Two completed months are needed for a comparison."),
        }

    @api.model
    def _judge(self, kpi, change):
        """Return in words and as a tone whether a change is good."""
        if abs(change) < 0.005:
            return {"sign": self.env._("unchanged"), "tone": ""}
        if (change < 0) == kpi.is_lower_better:
            return {"sign": self.env._("better"), "tone": "good", "arrow": "up" if change > 0 else "down"}
        return {"sign": self.env._("worse"), "tone": "bad", "arrow": "up" if change > 0 else "down"}
