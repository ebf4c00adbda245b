import json
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import formatLang

from ...common.calendar import shift
from .behaviour import Behaviour, band_of, months_between, parse_bounds, read_behaviour, regularity_of
from .scoring import is_worse, rate

FIGURES = [
    "score",
    "risk_class",
    "score_date",
    "class_since",
    "previous_class",
    "behaviour_break",
    "review_due",
    "exposure_amount",
    "limit_usage",
    "billed_amount",
    "first_invoice_date",
    "seniority_months",
    "regularity",
    "size",
    "industry_id",
]
SIZES = ("small", "medium", "large", "major")
STAFF_BOUNDS = (10, 250, 5000)  # micro-enterprise, PME, ETI, grande entreprise (décret 2008-1354)
TURNOVER_BOUNDS = (2e6, 50e6, 1.5e9)


class Facts(NamedTuple):
    """What was read once for a whole calculation: dicts by commercial partner id."""

    exposures: dict
    oldest: dict
    sales: dict
    behaviours: dict


ALERT = "debt_recovery.mail_activity_type_risk_alert"


class RecoveryScoring(models.AbstractModel):
    """Give each debtor its score, class and segment, set-based: some queries whatever their number.

    A score never decides for a natural person (RGPD art. 22): it is a reason that a person
    weighs, and the screens say so.
    """

    _name = "recovery.scoring"
    _description = "Recovery: scores"
    _inherit = ["recovery.ranged"]

    # ------------------------------------------------------------
    # What is known
    # ------------------------------------------------------------
    @api.model
    def _read_facts(self, company, day, partners, everybody=False):
        """Return the :class:`Facts` of these commercial partners.

        :param bool everybody: read the books without a list of partners: quicker for all of them.
        """
        history = self.env["recovery.ledger.history"]
        scope = None if everybody else partners
        payments = history._read_payment_delays(company, day, scope)
        return Facts(
            exposures=self.env["recovery.exposure"]._read(company, partners, day),
            oldest=history._read_oldest_due(company, day, scope),
            sales=history._read_sales_history(company, day, scope),
            behaviours={partner_id: read_behaviour(row) for partner_id, row in payments.items()},
        )

    @api.model
    def _score_factors(self, company, day, partners, facts):
        """Return what is known for each factor: ``{factor code: {commercial partner id: number}}``.

        Hook: rooms to the right call ``super()`` and add theirs (``broken_promises``,
        ``lost_disputes``), set-based. A partner left out of a factor's dict is
        "not known" and weighs nothing there: a room that knows gives 0 explicitly. A code
        without a ``recovery.score.factor`` record is ignored.

        :param facts: see :class:`Facts`: what was read already.
        """
        values = {
            "external": self.env["recovery.external.score"]._read_values(company, day, partners),
            "signals": self.env["recovery.risk.signal"]._read_values(company, day, partners),
            "oldest_overdue": {},
            "limit_use": {},
            "seniority": {},
            "insolvency": self._read_insolvencies(company, partners, day),
        }
        behaviours = {partner_id: facts.behaviours.get(partner_id) for partner_id in partners.ids}
        for code, name in (
            ("delay_12", "delay_12"),
            ("delay_24", "delay_24"),
            ("late_share", "late_share"),
            ("delay_trend", "trend"),
        ):
            values[code] = {
                partner_id: getattr(behaviour, name)
                for partner_id, behaviour in behaviours.items()
                if behaviour and getattr(behaviour, name) is not None
            }
        for partner_id in partners.ids:
            oldest = facts.oldest.get(partner_id)
            if oldest:
                values["oldest_overdue"][partner_id] = (day - oldest).days
            elif behaviours[partner_id]:
                values["oldest_overdue"][partner_id] = 0
            exposure = facts.exposures.get(partner_id)
            if exposure and exposure.limit:
                values["limit_use"][partner_id] = exposure.usage
            sales = facts.sales.get(partner_id)
            if sales and sales.first_invoice:
                values["seniority"][partner_id] = months_between(sales.first_invoice, day)
        return values

    @api.model
    def _read_insolvencies(self, company, partners, day):
        """Return ``{commercial partner id: 1}`` of the customers under insolvency proceedings on that day."""
        debtors = self.env["recovery.debtor"].sudo()._existing_for(partners, company)
        states = self.env["recovery.insolvency"]._get_state(debtors, day)
        return {debtor.partner_id.id: 1 for debtor, state in states.items() if state}

    # ------------------------------------------------------------
    # Calculation
    # ------------------------------------------------------------
    @api.model
    def _compute(self, company, day, partners=None):
        """Work out and store the scores of these customers, or of all that are followed or owe something.

        Those that cannot be are left as they were, and named.

        :param partners: commercial partners; None for everybody.
        :return: the number of debtors scored.
        """
        counts = self.env["recovery.ledger"]._do_for_customers(
            self, company, lambda some: self._compute_together(company, day, some), partners
        )
        return sum(counts)

    @api.model
    def _compute_together(self, company, day, partners):
        company = company._recovery_root()
        everybody = partners is None
        partners = self._get_partners(company, day) if everybody else partners
        debtors = self.env["recovery.debtor"].sudo()._ensure_for(partners.sudo(), company)
        if not debtors:
            return 0
        partners = debtors.partner_id
        facts = self._read_facts(company, day, partners, everybody)
        values = self._score_factors(company, day, partners, facts)
        factors = (
            self.env["recovery.score.factor"]
            .sudo()
            .with_context(active_test=True)
            .search([("code", "!=", False)])
            ._get_factors()
        )
        thresholds = company._recovery_class_thresholds()
        context = {
            "company": company.sudo(),
            "day": day,
            "facts": facts,
            "size_bounds": parse_bounds(company.sudo().recovery_size_bands),
            "months": company.sudo().recovery_review_months,
        }
        debtors.fetch(
            [
                "partner_id",
                "risk_class",
                "class_since",
                "previous_class",
                "behaviour_break",
                "review_due",
                "employee_count",
                "annual_turnover",
                "score_date",
            ]
        )
        rows, snapshots, before = [], [], {}
        for debtor in debtors:
            partner_id = debtor.partner_id.id
            known = {factor.code: values.get(factor.code, {}).get(partner_id) for factor in factors}
            result = rate(factors, known, thresholds)
            before[debtor.id] = (debtor.risk_class, debtor.behaviour_break, bool(debtor.score_date))
            rows.append((debtor.id, *self._get_figures(debtor, result, context)))
            snapshots.append(self._get_snapshot(debtor, result, context))
        self._store_snapshots(company, day, snapshots)
        self.env["recovery.bulk"]._update("recovery.debtor", FIGURES, rows)
        debtors.invalidate_recordset(FIGURES)
        self._raise_alerts(company, day, debtors, before, facts)
        return len(debtors)

    @api.model
    def _get_partners(self, company, day):
        """Return the customers to score: those who are followed, and those who owe something."""
        followed = self.env["recovery.debtor"].sudo().search_fetch([("company_id", "=", company.id)], ["partner_id"])
        owing = self.env["recovery.ledger.history"]._read_oldest_due(company, day)
        partner_ids = dict.fromkeys([*followed.partner_id.ids, *owing])
        return self.env["res.partner"].sudo().browse(partner_ids)

    @api.model
    def _get_figures(self, debtor, result, context):
        """Return what is stored on the debtor, in the order of ``FIGURES``."""
        day, facts, partner_id = context["day"], context["facts"], debtor.partner_id.id
        exposure = facts.exposures[partner_id]
        sales = facts.sales.get(partner_id)
        behaviour = facts.behaviours.get(partner_id, Behaviour())
        is_same = debtor.risk_class == result.risk_class
        first = sales.first_invoice if sales else None
        billed = sales.billed_12 if sales else 0.0
        currency = context["company"].currency_id
        return (
            result.score,
            result.risk_class,
            day,
            (debtor.class_since or day) if is_same else day,
            (debtor.previous_class or None) if is_same else (debtor.risk_class or None),
            behaviour.is_break,
            debtor.review_due or shift(day, months=context["months"]),
            currency.round(exposure.total),
            round(exposure.usage, 2),
            billed,
            first,
            months_between(first, day) if first else 0,
            regularity_of(behaviour),
            self._get_size(debtor, billed, context["size_bounds"]),
            debtor.partner_id.industry_id.id or None,
        )

    @api.model
    def _get_size(self, debtor, billed, bounds):
        """Return the size of a customer: by its staff or turnover if known, else by what it was billed."""
        if debtor.employee_count or debtor.annual_turnover:
            ranks = [band_of(debtor.employee_count, STAFF_BOUNDS), band_of(debtor.annual_turnover, TURNOVER_BOUNDS)]
            return SIZES[max(ranks)]
        return SIZES[band_of(billed, bounds)] if billed > 0 else None

    # ------------------------------------------------------------
    # Snapshots
    # ------------------------------------------------------------
    @api.model
    def _get_snapshot(self, debtor, result, context):
        """Return one row of ``recovery.score`` less its keys."""
        partner_id = debtor.partner_id.id
        exposure = context["facts"].exposures[partner_id]
        behaviour = context["facts"].behaviours.get(partner_id, Behaviour())
        detail = {
            "marks": [
                mark._replace(value=None if mark.value is None else round(mark.value, 2))._asdict()
                for mark in result.marks
            ],
            "capped_by": result.capped_by,
            "trend": {
                name: None if getattr(behaviour, name) is None else round(getattr(behaviour, name), 1)
                for name in ("recent", "past", "spread", "limit")
            }
            | {
                "recent_count": behaviour.recent_count,
                "past_count": behaviour.past_count,
                "is_break": behaviour.is_break,
            },
        }
        return (
            debtor.id,
            result.score,
            result.risk_class,
            exposure.total,
            exposure.overdue,
            None if behaviour.delay_12 is None else round(behaviour.delay_12, 1),
            json.dumps(detail),
        )

    @api.model
    def _store_snapshots(self, company, day, snapshots):
        """Write the rows of this month: anew for who has none yet, over it for the others."""
        month = day.replace(day=1)
        names = ["score", "risk_class", "exposure_amount", "overdue_amount", "delay_12", "detail"]
        Score = self.env["recovery.score"].sudo()
        existing = {
            row.debtor_id.id: row.id
            for row in Score.search_fetch([("company_id", "=", company.id), ("month", "=", month)], ["debtor_id"])
        }
        bulk = self.env["recovery.bulk"]
        bulk._update(
            "recovery.score",
            ["date", *names],
            [(existing[row[0]], day, *row[1:]) for row in snapshots if row[0] in existing],
        )
        bulk._insert(
            "recovery.score",
            ["debtor_id", "company_id", "active", "month", "date", *names],
            [(row[0], company.id, True, month, day, *row[1:]) for row in snapshots if row[0] not in existing],
            ignore_conflicts=True,
        )

    @api.model
    def _cron_compute(self):
        """Score the debtors of every company; not of one in simple mode, where nobody reads scores."""

        def work(mine, company, day):
            return None if company.sudo().recovery_simple else mine._compute(company, day)

        self._do_nightly("scores", work, is_cut=True)

    def _find_ranges(self, work):
        if work.company_id.sudo().recovery_simple:
            return []
        return self._cut(work, self._get_partners(work.company_id, work.day))

    def _do_range(self, work, part):
        self._compute(work.company_id, work.day, part._get_partners())

    # ------------------------------------------------------------
    # Alerts: a class that fell, a debtor that no longer pays as it used to
    # ------------------------------------------------------------
    @api.model
    def _raise_alerts(self, company, day, debtors, before, facts):
        """Log what changed since the last calculation, and open one task per debtor at risk.

        The task is for a class that got worse or a new break in behaviour, when something is at
        stake (an exposure above 0) and no such task is open; a better class is only logged.

        :param dict before: per debtor id ``(class, is a break, was scored)`` before this calculation.
        """
        changed, worse, broken = debtors.browse(), debtors.browse(), debtors.browse()
        for debtor in debtors:
            old_class, old_break, was_scored = before[debtor.id]
            if was_scored and old_class != debtor.risk_class:
                changed |= debtor
                if is_worse(debtor.risk_class, old_class):
                    worse |= debtor
            if debtor.behaviour_break and not old_break:
                broken |= debtor
        event = self.env["recovery.event"]
        labels = dict(debtors._fields["risk_class"]._description_selection(self.env))
        event._log(
            "class_changed",
            changed,
            lambda d: self.env._(
                "Class %(before)s, now %(now)s",
                before=labels.get(before[d.id][0], before[d.id][0]),
                now=labels.get(d.risk_class, d.risk_class),
            ),
        )
        event._log("behaviour_break", broken, lambda d: self._describe_break(facts.behaviours[d.partner_id.id]))
        to_tell = (worse | broken).filtered(lambda debtor: debtor.exposure_amount > 0)
        self._open_alerts(company, day, to_tell, worse, before, facts)

    @api.model
    def _open_alerts(self, company, day, debtors, worse, before, facts):
        """Open one task per debtor that has none of this kind, in the language of who gets it."""
        alert_type = self.env.ref(ALERT)
        Activity = self.env["mail.activity"].sudo()
        open_ids = set(
            Activity.search(
                Domain("res_model", "=", "recovery.debtor")
                & Domain("res_id", "in", debtors.ids)
                & Domain("activity_type_id", "=", alert_type.id)
            ).mapped("res_id")
        )
        model_id = self.env["ir.model"]._get_id("recovery.debtor")
        vals_list = []
        for debtor in debtors.filtered(lambda d: d.id not in open_ids):
            user = debtor._get_responsible()
            reader = self.with_context(lang=user.lang or self.env.lang)
            lines = []
            if debtor in worse:
                lines.append(
                    reader.env._("Risk class %(before)s → %(now)s", before=before[debtor.id][0], now=debtor.risk_class)
                )
            if debtor.behaviour_break and not before[debtor.id][1]:
                lines.append(reader._describe_break(facts.behaviours[debtor.partner_id.id]))
            vals_list.append(
                {
                    "activity_type_id": alert_type.id,
                    "res_model_id": model_id,
                    "res_id": debtor.id,
                    "user_id": user.id,
                    "date_deadline": day,
                    "summary": lines[0] if debtor in worse else reader.env._("Pays later than before"),
                    "note": "\n".join(lines),
                }
            )
        Activity.with_context(mail_activity_quick_update=True).create(vals_list)

    @api.model
    def _describe_break(self, behaviour):
        """Return in words how the recent months compare with the customer's own past."""

        def number(value):
            return formatLang(self.env, value, digits=0)

        if behaviour.recent is None or behaviour.past is None:
            return ""
        values = {
            "recent": number(behaviour.recent),
            "past": number(behaviour.past),
            "recent_count": behaviour.recent_count,
            "past_count": behaviour.past_count,
            "limit": number(behaviour.limit),
        }
        if behaviour.is_break:
            return self.env._(
                "Pays %(recent)s days late on average over the last three months (receipts: %(recent_count)s) "
                "against %(past)s days before (receipts: %(past_count)s): a gap of more than %(limit)s days breaks "
                "with its past behaviour.",
                **values,
            )
        return self.env._(
            "Pays %(recent)s days late on average over the last three months (receipts: %(recent_count)s) against "
            "%(past)s days before (receipts: %(past_count)s); only a gap of more than %(limit)s days breaks with "
            "its past behaviour.",
            **values,
        )
