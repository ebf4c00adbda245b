from collections import defaultdict
from functools import partial
from operator import add

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import float_round, format_date
from odoo.tools.misc import formatLang

from ..common.bounds import UNRECKONABLE
from ..common.calendar import shift
from ..common.formatting import say_percent
from ..common.insolvency import classify, is_declared
from ..common.recovery_bulk import no_cycle_search
from ..common.roles import require_user
from ..common.saying import narrow, say
from ..ledger.allocation import in_company_currency
from . import backtest
from .forecast import WEEKS, Agreed, History, Life, Open, Past, shrink_rate, sum_weeks, widen

YEARS = 3  # of the past are learnt from


class RecoveryForecast(models.Model):
    """The receipts that a company may expect of what is open: per week with a band, and how well it did before.

    One per company, made again every night. The trial on past months is made once a
    month, and on request: it takes the longest.
    """

    _name = "recovery.forecast"
    _description = "Receipts Forecast"
    _inherit = ["recovery.guarded"]
    _order = "company_id"
    _rec_name = "company_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    day = fields.Date("As of", readonly=True)
    line_ids = fields.One2many("recovery.forecast.line", "forecast_id", string="Instalments", readonly=True)
    amount = fields.Monetary(
        "Open",
        currency_field="company_currency_id",
        readonly=True,
        help="What is open, less credits and payments in transit not yet matched.",
    )
    amount_expected = fields.Monetary("Expected within 13 weeks", currency_field="company_currency_id", readonly=True)
    weeks = fields.Json(readonly=True)
    trial = fields.Json("Back-test on past months", readonly=True)
    trial_day = fields.Date("Tested on", readonly=True)
    scale = fields.Float("Width of the band", readonly=True, default=1.0)
    is_trusted = fields.Boolean("Beats both naive rules", readonly=True)
    trust_text = fields.Text("Reliability", compute="_compute_trust_text")
    read_text = fields.Char("Data read up to", compute="_compute_read_text")
    screen = fields.Json("Weeks, back-test and cash released", compute="_compute_screen")

    _company_uniq = models.UniqueIndex("(company_id)", "This company already has its forecast of receipts.")

    @api.depends("trial", "is_trusted", "trial_day")
    @api.depends_context("lang")
    def _compute_trust_text(self):
        for forecast in self:
            forecast.trust_text = forecast._describe_trust()

    @api.depends_context("lang")
    def _compute_read_text(self):
        for forecast in self:
            forecast.read_text = self.env["recovery.ledger"]._say_moment(forecast.company_id)

    def _describe_trust(self):
        """Return whether the forecast did better on past months than rules that anybody could apply."""
        trial = self.trial or {}
        if not trial.get("months"):
            return self.env._(
                "Not tested: the accounts contain no past month with enough instalments. Treat it as what it is, a "
                "guess."
            )
        scores = trial["scores"]
        found = self.env._(
            "Over %(months)s past months it was off by %(days)s days and %(amount)s%% of the weekly receipts; due "
            "dates alone %(due_days)s days and %(due_amount)s%%; due dates plus the usual delay %(average_days)s "
            "days and %(average_amount)s%%. Its band contained %(coverage)s%% of the weeks.",
            months=len(trial["months"]),
            days=self._format(scores["forecast"]["days"], 1),
            amount=self._format(100 * scores["forecast"]["amount"]),
            due_days=self._format(scores["due"]["days"], 1),
            due_amount=self._format(100 * scores["due"]["amount"]),
            average_days=self._format(scores["average"]["days"], 1),
            average_amount=self._format(100 * scores["average"]["amount"]),
            coverage=self._format(100 * trial["coverage"]),
        )
        if self.is_trusted:
            return found
        if not trial["is_enough"]:
            return self.env._("Too few months were tested to rely on it. %s", found)
        labels = self._get_rule_labels()
        measures = {"days": self.env._("in days"), "amount": self.env._("in amounts")}
        lost = [f"{labels[rule]} ({measures[measure]})" for rule, measure in trial["lost"]]
        return self.env._(
            "It did not do better than: %(lost)s. Rely on those instead. %(found)s",
            lost=", ".join(lost),
            found=found,
        )

    def _format(self, number, digits=0):
        return formatLang(self.env, number, digits=digits)

    @api.model
    def _get_rule_labels(self):
        """Return what each rule of the trial is called."""
        return {
            "forecast": self.env._("This forecast"),
            "due": self.env._("Due date"),
            "average": self.env._("Due date plus the usual delay"),
        }

    # ------------------------------------------------------------
    # Doors
    # ------------------------------------------------------------
    def action_open_lines(self):
        """Open the instalments of the forecast."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_forecast_line_action")
        return narrow(action, domain=[("forecast_id", "=", self.id)])

    def action_refresh(self):
        """Make the forecast again, its trial included."""
        require_user(self.env)
        self.check_access("read")
        for forecast in self:
            forecast._refresh(forecast.company_id, forecast.company_id._recovery_today(), with_trial=True)
        return say(self.env, self.env._("The forecast was recalculated."))

    @api.model
    def _cron_refresh(self):
        """Make the forecast of each company again, for the night's job."""
        self.env["res.company"]._recovery_for_each_company(self, lambda mine, company, day: mine._refresh(company, day))

    # ------------------------------------------------------------
    # Engine
    # ------------------------------------------------------------
    @api.model
    def _refresh(self, company, day, with_trial=None):
        """Make a company's forecast again as of a day, and return it.

        :param with_trial: try it on past months too; None tries it where the last trial is of another month.
        """
        company = company._recovery_root()
        forecast = self.sudo().search([("company_id", "=", company.id)]) or self.sudo().create(
            {"company_id": company.id}
        )
        if with_trial is None:
            with_trial = not forecast.trial_day or forecast.trial_day.replace(day=1) != day.replace(day=1)
        segments = self._get_segments(company)
        with no_cycle_search():
            past = Past(self._read_lives(company, day, segments))
            if with_trial:
                forecast._keep_trial(backtest.run(past, day), day)
            items = self._read_open(company, day, segments)
            history = History(past, day)
            forecast._keep([history.forecast(item) for item in items], items, day)
        return forecast

    @api.model
    def _read_lives(self, company, day, segments):
        """Return the instalments of the past and the open ones, each with the segment of its customer."""
        rows = self.env["recovery.ledger.history"]._read_lives(company, shift(day, years=-YEARS), day)
        return [Life(row[0], row[1], segments.get(row[1]), *row[2:]) for row in rows]

    @api.model
    def _get_segments(self, company):
        """Return the segment of each customer, towards which its own history is shrunk: what it is by law.

        A public body and a consumer do not pay as a company does.
        """
        rows = (
            self.env["recovery.debtor"]
            .sudo()
            .with_context(active_test=False)
            ._read_group([("company_id", "=", company.id)], ["nature", "partner_id"])
        )
        return {partner.id: nature for nature, partner in rows}

    def _keep_trial(self, trial, day):
        """Keep what a trial on past months found."""
        self.write(
            {
                "trial_day": day,
                "scale": trial.scale,
                "is_trusted": trial.wins,
                "trial": {
                    "is_enough": trial.is_enough,
                    "coverage": trial.coverage,
                    "lost": trial.lost,
                    "scores": {rule: score._asdict() for rule, score in trial.scores.items()},
                    "months": [
                        {
                            "day": month.day.isoformat(),
                            "count": month.count,
                            "scores": {rule: score._asdict() for rule, score in month.scores.items()},
                            "said": round(sum(week.likely for week in month.weeks), 2),
                            "received": round(sum(month.received), 2),
                            "held": month.held,
                        }
                        for month in trial.months
                    ],
                },
            }
        )

    def _keep(self, expected, items, day):
        """Keep the lines of a forecast; the weeks are the sums of the lines, to the cent."""
        currency = self.company_id.currency_id
        bulk = self.env["recovery.bulk"]
        bulk._delete("recovery.forecast.line", [("forecast_id", "=", self.id)])
        debtors = self._get_debtor_ids()
        forecast_id, company_id = self.id, self.company_id.id
        by_key = {item.key: item for item in items}
        names = ["forecast_id", "company_id", "line_id", "debtor_id", "due", "amount", "date", "probability"]
        names += [*(f"week_{number}" for number in range(1, WEEKS + 1)), "amount_later", "reason"]
        rows, sums = [], [0.0] * WEEKS
        # as the currency rounds, without asking it for its rounding a million times
        rounded = partial(float_round, precision_rounding=currency.rounding)
        for row in expected:
            item = by_key[row.key]
            weeks = [rounded(item.amount * share) if share else 0.0 for share in row.weeks]
            sums = list(map(add, sums, weeks))
            rows.append(
                (
                    forecast_id,
                    company_id,
                    row.key,
                    debtors.get(item.partner_id),
                    item.due,
                    item.amount,
                    row.date,
                    round(100 * row.probability, 1),
                    *weeks,
                    rounded(item.amount * row.later),
                    self._encode_why(row.why),
                )
            )
        bulk._insert("recovery.forecast.line", names, rows, with_ids=False)
        scale = self.scale if 0 < self.scale <= backtest.WIDEST else 1.0
        weeks = widen(sum_weeks(expected, day), scale)
        kept = [
            {
                "start": week.start.isoformat(),
                "low": currency.round(min(week.low, likely)),
                "likely": currency.round(likely),
                "high": currency.round(max(week.high, likely)),
            }
            for week, likely in zip(weeks, sums, strict=True)
        ]
        self.write({"day": day, "weeks": kept})
        # whatever stands there: a sum that is no number cannot be compared with the new one
        row = (self.id, currency.round(sum(item.amount for item in items)), currency.round(sum(sums)))
        bulk._update(self._name, ["amount", "amount_expected"], [row])

    def _get_debtor_ids(self):
        """Return the debtor of each customer of the company, archived ones included."""
        Debtor = self.env["recovery.debtor"].sudo().with_context(active_test=False)
        rows = Debtor._read_group([("company_id", "=", self.company_id.id)], ["partner_id", "id"])
        return {partner.id: debtor.id for partner, debtor in rows}

    @api.model
    def _encode_why(self, why):
        """Return a :class:`forecast.Why` as a short text, that :meth:`RecoveryForecastLine._compute_why` words."""
        return "|".join("" if value is None else str(value) for value in why)

    # ------------------------------------------------------------
    # What is open, and what people agreed of it
    # ------------------------------------------------------------
    @api.model
    def _read_open(self, company, day, segments):
        """Return the open instalments to forecast, in the company's currency, less the credits not matched yet."""
        ledger = self.env["recovery.ledger"]
        items = ledger._leave_out_exchange(ledger._read_items(company, day=day))
        shares, _left = ledger._allocate(items, ledger._read_pending_payments(company), day)
        agreed = self._read_agreed(company, day, items)
        fees = self._read_fees(company)
        found = []
        for item in items:
            if item.residual <= 0 or item.move_id in fees:
                continue
            left = item.residual - sum(share.amount for share in shares.get(item.line_id, ()))
            amount = company.currency_id.round(in_company_currency(item, left))
            if amount <= 0:
                continue
            known = agreed.get(item.line_id)
            if known and not known.is_sound:
                known = None
            found.append(Open(item.line_id, item.partner_id, segments.get(item.partner_id), item.due, amount, known))
        return found

    @api.model
    def _read_fees(self, company):
        """Return the documents that charge late fees: outside the forecast, as they are outside DSO."""
        domain = Domain("company_id", "child_of", company.id) & Domain("recovery_is_penalty", "=", True)
        return set(self.env["account.move"].sudo().search(domain).ids)

    @api.model
    def _read_agreed(self, company, day, items):
        """Return what is agreed or known of instalments, by journal item.

        What was decided last in the order of the law comes first: proceedings before what is
        doubtful, that before a case, a case before a dispute, a dispute before a settlement, a
        settlement before a plan, a plan before a promise.

        :param items: the open items, as the ledger reads them.
        """
        cases = self._read_cases(company)
        return {
            **self._read_promises(company, day),
            **self._read_plans(company, day),
            **self._read_settlements(company, day),
            **self._read_disputes(company, day),
            **cases,
            **self._read_doubtful(company, items, cases),
            **self._read_insolvent(company, day, items),
        }

    @api.model
    def _read_doubtful(self, company, items, cases):
        """Return what is doubtful: what its depreciation leaves, no more than its case expects, and nobody knows when.

        Without depreciation nor an opinion on its case, half.
        """
        accounts = set(self.env["recovery.ledger.status"]._get_doubtful_accounts(company).ids)
        doubtful = {item.line_id: item.own_line_id for item in items if item.account_id in accounts}
        claims = self.env["recovery.doubtful"].sudo().search([("line_id", "in", list(doubtful.values()))])
        left = {
            claim.line_id.id: min(max(1.0 - claim.depreciated / claim.net_open, 0.0), 1.0)
            for claim in claims
            if 0 < claim.net_open < UNRECKONABLE and claim.depreciated > 0
        }
        found = {}
        for line_id, own_line_id in doubtful.items():
            shares = [left[own_line_id]] if own_line_id in left else []
            shares += [cases[line_id].share] if line_id in cases else []
            found[line_id] = Agreed("doubtful", share=min(shares, default=0.5), is_dated=False)
        return found

    @api.model
    def _read_insolvent(self, company, day, items):
        """Return the claims of proceedings: nothing but the dividends of a plan, on their days.

        Individual recovery stops (C. com. L622-21). What was born after the judgment and is of
        use to the proceedings is paid when it falls due (L622-17): its customer's history goes on.
        """
        debtors = (
            self.env["recovery.debtor"]
            .sudo()
            .with_context(active_test=False)
            .search([("company_id", "=", company.id), ("insolvency_on", "<=", day)])
        )
        states = self.env["recovery.insolvency"]._get_state(debtors, day)
        of_partner = {debtor.partner_id.id: debtor for debtor, state in states.items() if state}
        own = [item for item in items if item.partner_id in of_partner and item.residual > 0]
        if not own:
            return {}
        lines = self.env["account.move.line"].sudo().browse([item.line_id for item in own])
        births = self.env["recovery.claim"]._get_births(lines)
        useless = self.env["recovery.insolvency.payment"]._read_useless(lines)
        claims = defaultdict(list)
        for item in own:
            debtor = of_partner[item.partner_id]
            born = births[item.line_id].day
            if is_declared(classify(born, states[debtor].judgment_on, item.line_id not in useless)):
                claims[debtor].append(item)
        plans = self._read_dividends(company, claims, day)
        nothing = Agreed("insolvency", share=0.0, is_dated=False)
        return {item.line_id: plans.get(debtor, nothing) for debtor, rows in claims.items() for item in rows}

    @api.model
    def _read_dividends(self, company, claims, day):
        """Return what a plan distributes to each debtor's earlier claims, as shares of what is open of them.

        How likely a dividend comes is what became of those that fell due.
        """
        Dividend = self.env["recovery.insolvency.dividend"].sudo()
        dividends = Dividend.search([("company_id", "=", company.id)], order="date")
        due = dividends.filtered(lambda row: row.state in ("received", "partly", "late") and row.date <= day)
        chance = shrink_rate(len(due.filtered(lambda row: row.state == "received")), len(due), 0, 0)
        found = {}
        for debtor, rows in claims.items():
            coming = [
                (max(row.date, day), row.amount - row.amount_received)
                for row in dividends
                if row.debtor_id == debtor and row.state in ("expected", "partly", "late")
            ]
            coming = [(on, amount) for on, amount in coming if 0 < amount < UNRECKONABLE]
            total = max(sum(item.residual_company for item in rows), sum(amount for _on, amount in coming))
            if coming:
                dates = tuple((on, amount / total) for on, amount in coming)
                found[debtor] = Agreed("estate", dates, chance, share=0.0)
        return found

    @api.model
    def _read_promises(self, company, day):
        """Return the promises in force, with the chance that this customer keeps one."""
        Promise = self.env["recovery.promise"].sudo()
        chance = self._get_kept_rates(Promise, company, "kept", ("kept", "partly", "broken"))
        found = {}
        for promise in Promise.search([("company_id", "=", company.id), ("state", "=", "open")]):
            on, rate = max(promise.date, day), chance(promise.debtor_id.id)
            for line in promise.line_ids.filtered(lambda line: line.amount_now > 0):
                part = min(line.amount / line.amount_now, 1.0)
                found[line.line_id.id] = Agreed("promise", ((on, part),), rate, promise.deadline)
        return found

    @api.model
    def _read_plans(self, company, day):
        """Return the payment plans in force, as shares of what they cover."""
        Plan = self.env["recovery.payment.plan"].sudo()
        chance = self._get_kept_rates(Plan, company, "fulfilled", ("fulfilled", "broken"))
        found = {}
        for plan in Plan.search([("company_id", "=", company.id), ("state", "=", "running")]):
            coming = [(max(line.due, day), line.remaining) for line in plan.line_date_ids if line.remaining > 0]
            covered = max(sum(plan.line_ids.mapped("amount_now")), sum(amount for _day, amount in coming))
            if not coming or covered <= 0:
                continue
            dates = tuple((on, amount / covered) for on, amount in coming)
            for line in plan.line_ids:
                found[line.line_id.id] = Agreed("plan", dates, chance(plan.debtor_id.id), dates[-1][0])
        return found

    @api.model
    def _read_settlements(self, company, day):
        """Return the settlements that were agreed: what was agreed on its day, the rest is given up."""
        Settlement = self.env["recovery.settlement"].sudo()
        chance = self._get_kept_rates(Settlement, company, "fulfilled", ("fulfilled", "failed"))
        found = {}
        for settlement in Settlement.search([("company_id", "=", company.id), ("state", "=", "agreed")]):
            covered = settlement.amount_agreed + settlement.amount_waived
            left = settlement.amount_agreed - settlement.amount_received
            if not settlement.date_due or not 0 < left <= covered < UNRECKONABLE:
                continue
            on, rate = max(settlement.date_due, day), chance(settlement.debtor_id.id)
            part = left / covered
            # of the rest so much that the whole comes to no more than what was agreed
            share = part * (1.0 - rate) / (1.0 - part * rate) if part * rate < 1.0 else 0.0
            known = Agreed("settlement", ((on, part),), rate, settlement.deadline, share)
            found.update(dict.fromkeys(settlement.line_ids.line_id.ids, known))
        return found

    @api.model
    def _get_kept_rates(self, Model, company, kept, ended):
        """Return a function that tells how likely a debtor keeps its word: shrunk, when it gave it seldom."""
        counts = defaultdict(lambda: [0, 0])
        total = [0, 0]
        for debtor, state, count in Model._read_group(
            [("company_id", "=", company.id), ("state", "in", ended)], ["debtor_id", "state"], ["__count"]
        ):
            for tally in (counts[debtor.id], total):
                tally[0] += count if state == kept else 0
                tally[1] += count
        return lambda debtor_id: shrink_rate(*counts[debtor_id], *total)

    @api.model
    def _read_disputes(self, company, day):
        """Return the open disputes: nothing comes before the answer, and then what disputes usually leave due."""
        Dispute = self.env["recovery.dispute"].sudo()
        own = Domain("company_id", "=", company.id)
        ended = Dispute.search_fetch(own & Domain("state", "=", "resolved"), ["outcome", "amount", "amount_kept"])
        rate = shrink_rate(sum(map(self._get_kept_part, ended)), len(ended), 0, 0)
        found = {}
        for dispute in Dispute.search(own & Domain("state", "=", "open")):
            lines = dispute.line_id or dispute.move_id.line_ids.filtered(
                lambda line: line.account_type == "asset_receivable"
            )
            left = sum(lines.mapped("amount_residual_currency"))
            part = min(dispute.amount / left, 1.0) if left > 0 else 1.0
            start = max(dispute.date_due, day) if part >= 1.0 else None
            known = Agreed("dispute", not_before=start, share=1.0 - part * (1.0 - rate))
            found.update(dict.fromkeys(lines.ids, known))
        return found

    @api.model
    def _get_kept_part(self, dispute):
        """Return which part of what was disputed stayed due."""
        if dispute.outcome in ("rejected", "withdrawn"):
            return 1.0
        return min(dispute.amount_kept / dispute.amount, 1.0) if dispute.amount > 0 else 0.0

    @api.model
    def _read_cases(self, company):
        """Return the claims in court: what those who follow the case expect of it, and nobody knows when.

        Nor does a title tell when: it can be carried out, that is all.
        """
        lines = (
            self.env["recovery.case.line"]
            .sudo()
            .search([("company_id", "=", company.id), ("is_running", "=", True), ("line_id", "!=", False)])
        )
        titles = self.env["recovery.title"].sudo().search([("case_id", "in", lines.case_id.ids)])
        with_title = titles.filtered("enforceable_on").case_id
        return {
            line.line_id.id: Agreed(
                "title" if line.case_id in with_title else "case",
                share=line.case_id.probability / 100 if line.case_id.expected_reason else 0.5,
                is_dated=False,
            )
            for line in lines
        }

    # ------------------------------------------------------------
    # For screens
    # ------------------------------------------------------------
    @api.depends("weeks", "trial")
    @api.depends_context("lang", "uid")
    def _compute_screen(self):
        for forecast in self:
            forecast.screen = {
                "weeks": forecast._prepare_weeks(),
                "trial": forecast._prepare_trial(),
                "released": forecast._prepare_released(),
            }

    def _prepare_weeks(self):
        """Return the chart of the weeks with their band; each week opens its instalments."""
        return {
            "kind": "cash",
            "title": self.env._("Expected by week"),
            "items": [
                {
                    "label": week["label"],
                    "value": week["likely"],
                    "low": week["low"],
                    "high": week["high"],
                    "text": self._say_money(week["likely"]),
                    "low_text": self._say_money(week["low"]),
                    "high_text": self._say_money(week["high"]),
                    "is_past": False,
                    "open": {
                        "xmlid": "debt_recovery.recovery_forecast_line_action",
                        "domain": week["domain"],
                        "name": self.env._("Expected in the week of %s", week["label"]),
                        "context": {"forecast_week": week["field"]},
                    },
                }
                for week in self._describe_weeks()
            ],
        }

    def _prepare_trial(self):
        """Return the table of the trial: each month, and over all of them, how far each rule was off."""
        trial = self.trial or {}
        labels, months = self._get_rule_labels(), trial.get("months") or []
        rows = [
            {
                "label": format_date(self.env, month["day"], date_format="d MMM yyyy"),
                "count": str(month["count"]),
                "said": self._say_money(month["said"]),
                "received": self._say_money(month["received"]),
                "scores": self._say_scores(month["scores"]),
                "held": self.env._("%(held)s of %(weeks)s", held=month["held"], weeks=WEEKS),
            }
            for month in months
        ]
        if rows:
            rows.append(
                {
                    "label": self.env._("All months"),
                    "count": str(sum(month["count"] for month in months)),
                    "said": self._say_money(sum(month["said"] for month in months)),
                    "received": self._say_money(sum(month["received"] for month in months)),
                    "scores": self._say_scores(trial["scores"]),
                    "held": say_percent(self.env, self._format(100 * trial["coverage"])),
                    "is_total": True,
                }
            )
        return {"rules": [labels[rule] for rule in backtest.RULES], "rows": rows}

    def _say_scores(self, scores):
        """Return how far each rule was off, in days and in per cent of what came, and whether it was the nearest."""
        nearest = [min(score[measure] for score in scores.values()) for measure in backtest.Score._fields]
        return [
            {
                "days": self._format(scores[rule]["days"], 1),
                "amount": say_percent(self.env, self._format(100 * scores[rule]["amount"])),
                "is_nearest_days": scores[rule]["days"] <= nearest[0],
                "is_nearest_amount": scores[rule]["amount"] <= nearest[1],
            }
            for rule in backtest.RULES
        ]

    def _prepare_released(self):
        """Return the chart of the cash that the DSO released, or tied up, in each of the last twelve months."""
        domain = [
            ("company_id", "=", self.company_id.id),
            ("kpi_id.code", "=", "cash_released"),
            ("dimension", "=", "all"),
        ]
        values = self.env["recovery.kpi.value"].search(domain, order="month desc", limit=12)[::-1]
        return {
            "kind": "bar",
            "title": values.kpi_id.name or "",
            "help": values.kpi_id.formula or "",
            "items": [
                {
                    "label": format_date(self.env, value.month, date_format="MMM yy"),
                    "value": value.value,
                    "text": self._say_money(value.value),
                    "tone": "good" if value.value >= 0 else 3,
                }
                for value in values
            ],
            "total": self._say_money(sum(values.mapped("value"))),
        }

    def _say_money(self, amount):
        currency = self.company_currency_id
        return formatLang(self.env, currency.round(amount), currency_obj=currency, rounding_unit="units")

    def _describe_weeks(self):
        """Return the weeks with what is needed to show them and to open their instalments."""
        self.ensure_one()
        return [
            {
                **week,
                "label": format_date(self.env, week["start"], date_format="d MMM"),
                "domain": [("forecast_id", "=", self.id), (f"week_{number}", "!=", 0)],
                "field": f"week_{number}",
            }
            for number, week in enumerate(self.weeks or [], start=1)
        ]
