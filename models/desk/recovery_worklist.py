from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain

from ..dunning.campaign.verdict import BLOCKING, DUE
from ..dunning.scenario.ladder import FORMAL_NOTICE, HANDOVER
from ..ledger.allocation import in_company_currency
from .priority import UNANSWERED, Debt, cash_score, risk_score

SERIOUS = ("final", FORMAL_NOTICE, HANDOVER)
FIGURES = [
    "amount_open",
    "amount_overdue",
    "amount_to_claim",
    "oldest_due",
    "overdue_count",
    "next_level_id",
    "next_action_date",
    "next_action_code",
    "priority_cash",
    "priority_risk",
    "risk_weight",
    "prescription_on",
    "amount_time_barred",
    "figures_date",
]
CLEARED = (0.0, 0.0, 0.0, None, 0, None, None, None, 0.0, 0.0, 1.0, None, 0.0)


class RecoveryWorklist(models.AbstractModel):
    """Keep the figures by which the worklist sorts: what each debtor owes, what comes next and why.

    They are stored, so that ten thousand debtors sort in the database; the books note
    whose they moved (``recovery.debtor.touch``), and only those are worked out again.
    """

    _name = "recovery.worklist"
    _description = "Recovery: figures of the worklist"

    @api.model
    def _refresh(self, company, day):
        """Bring the figures up to date: everybody's once a day, then only whose books moved.

        In this order: what was agreed is judged by the books; the limits of whose books moved are looked at; the
        figures follow from both; what there is to do follows from the figures.

        :return: the number of debtors worked out.
        """
        company = company._recovery_root()
        self.env["recovery.agreement"]._check_all(company, day, self._get_moved(company, day))
        touched = self.env["recovery.debtor.touch"]._take(company)
        if touched:
            self.env["recovery.credit.watch"]._run(company, company._recovery_today(), touched)
        if company.sudo().recovery_worklist_date != day:
            company.sudo().recovery_worklist_date = day
            count = self._compute(company, day)
        else:
            count = self._compute(company, day, touched) if touched else 0
        self.env["recovery.todo"]._refresh(company, day)
        return count

    @api.model
    def _get_moved(self, company, day):
        """Return the customers whose books moved since the figures of that day; None for all: it has none yet."""
        if company.sudo().recovery_worklist_date != day:
            return None
        return self.env["recovery.debtor.touch"].sudo().search([("company_id", "=", company.id)]).partner_id

    @api.model
    def _refresh_for_reader(self, company, day):
        """Bring the figures up to date and nothing else: whose books moved is still to be judged by who works."""
        company = company._recovery_root()
        partners = self._get_moved(company, day)
        if partners is None or partners:
            self._compute(company, day, partners)
        self.env["recovery.todo"]._refresh(company, day)

    @api.model
    def _compute(self, company, day, partners=None):
        """Work out and store the figures of these customers, or of all.

        :param partners: commercial partners; None for everybody with a debt or figures.
        """
        verdicts, _left = self.env["recovery.selection"]._evaluate(company, day, partners)
        by_partner = defaultdict(list)
        for verdict in verdicts:
            if verdict.item.partner_id:
                by_partner[verdict.item.partner_id].append(verdict)
        debtors = self.env["recovery.debtor"].sudo()._ensure_for(self.env["res.partner"].browse(by_partner), company)
        weights = self._get_extra_weights(debtors)
        currency = company.currency_id
        limits = self._get_limits(company, day, by_partner)
        rows = [
            (
                debtor.id,
                *self._get_figures(by_partner[debtor.partner_id.id], day, currency, weights.get(debtor, 0.0)),
                *limits.get(debtor.partner_id.id, (None, 0.0)),
                day,
            )
            for debtor in debtors
        ]
        cleared = self._get_cleared(company, partners, debtors)
        rows += [(debtor.id, *CLEARED, day) for debtor in cleared]
        self.env["recovery.bulk"]._update("recovery.debtor", FIGURES, rows)
        if partners is not None:
            self.env["recovery.todo"]._refresh(company, day, debtors | cleared)
        return len(rows)

    @api.model
    def _get_extra_weights(self, debtors):
        """Let the risk of those who broke their word weigh more: half again per broken promise, twice at most."""
        return {debtor: min(debtor.promise_broken_count, 2) * 0.5 for debtor in debtors if debtor.promise_broken_count}

    @api.model
    def _get_limits(self, company, day, by_partner):
        """Return ``{partner id: (next limitation, amount time-barred)}``.

        :param dict by_partner: the verdicts of all customers at once, per partner id; read set-based.
        """
        limits = {}
        currency = company.currency_id
        originals = self.env["recovery.prescription"]._read_originals(
            company, [verdict.item for verdicts in by_partner.values() for verdict in verdicts]
        )
        for partner_id, verdicts in by_partner.items():
            upcoming, barred = None, 0.0
            for verdict in verdicts:
                limit = originals.get(verdict.item.line_id)
                amount = limit and currency.round(self._get_unsettled(verdict))
                if not amount or amount < 0:
                    continue
                if limit < day:
                    barred += amount
                elif not upcoming or limit < upcoming:
                    upcoming = limit
            limits[partner_id] = (upcoming, currency.round(barred))
        return limits

    @api.model
    def _get_cleared(self, company, partners, debtors):
        """Return the debtors whose stored figures say that something is open, where nothing is any more."""
        domain = Domain("company_id", "=", company.id) & Domain("id", "not in", debtors.ids)
        domain &= Domain("next_action_code", "!=", False) | Domain("amount_open", "!=", 0)
        if partners is not None:
            domain &= Domain("partner_id", "in", partners.ids)
        return self.env["recovery.debtor"].sudo().search(domain)

    @api.model
    def _get_figures(self, verdicts, day, currency, extra_weight=0.0):
        """Return the figures of one debtor, in the order of ``FIGURES``, less the limitation and the date."""
        net = {v.item.line_id: currency.round(self._get_unsettled(v)) for v in verdicts}
        overdue = [v for v in verdicts if v.item.due < day and net[v.item.line_id] > 0]
        amount_overdue = currency.round(sum(net[v.item.line_id] for v in overdue))
        oldest = min((v.item.due for v in overdue), default=None)
        groups = self.env["recovery.selection"]._group_claims([v for v in verdicts if v.code == DUE])
        due = [verdict for group in groups for part in group for verdict in part]  # what a campaign would tell today
        upcoming = [v for v in verdicts if v.code not in (DUE, *BLOCKING) and v.when and v.when > day and v.net]
        if due:
            subject = [verdict for group in groups for verdict in group.subject]
            top = max(subject, key=lambda v: (v.step.position, v.item.residual_company))
            level_id, when, code = top.step.level_id, day, DUE
        elif upcoming:
            first = min(upcoming, key=lambda v: (v.when, -v.item.residual_company))
            level_id, when, code = first.step.level_id, first.when, first.code
        else:
            level_id, when, code = None, None, max(verdicts, key=lambda v: v.item.residual_company).code
        debts = [Debt(net[v.item.line_id], (day - v.item.due).days) for v in overdue]
        is_serious = any(v.reached and v.reached.kind in SERIOUS for v in overdue)
        weight = 1.0 + (UNANSWERED if is_serious else 0.0) + extra_weight
        return (
            currency.round(sum(net.values())),
            amount_overdue,
            currency.round(sum(v.net_company for group in groups for v in group.claimed)),
            oldest,
            len(overdue),
            level_id,
            when,
            code,
            round(cash_score(debts), 2),
            round(risk_score(debts, weight), 2),
            weight,
        )

    @api.model
    def _get_unsettled(self, verdict):
        """Return what an instalment still owes in company currency: credits off, suspensions included."""
        item = verdict.item
        return in_company_currency(item, item.residual - verdict.credit)

    @api.model
    def _cron_refresh(self):
        """Prepare the morning's worklist of every company, give new debtors a collector, call the manager."""

        def work(company, day):
            self._refresh(company, day)
            self.env["recovery.assignment"]._assign(company)
            self.env["recovery.escalation"]._alert_large_or_old(company, day)
            self.env["recovery.todo"]._refresh(company, day)

        self.env["res.company"]._recovery_for_each_company(work)
