from collections import defaultdict
from datetime import date
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain

from ..common.roles import USER
from ..common.standing import CALL, DEADLINE, rank_standings
from ..dunning.campaign.verdict import BLOCKING, DUE
from ..dunning.scenario.ladder import COURTESY, FORMAL_NOTICE, HANDOVER, RUNNING
from ..ledger.allocation import in_company_currency
from .priority import UNANSWERED, Debt, cash_score, risk_score

SERIOUS = ("final", FORMAL_NOTICE, HANDOVER)
CODES = {DEADLINE: RUNNING}  # of what holds without a suspension, where the verdicts have a word for it


class Figures(NamedTuple):
    """The figures of one debtor, as they are stored; by default, those of who owes nothing any more."""

    amount_open: float = 0.0
    amount_overdue: float = 0.0
    amount_to_claim: float = 0.0
    oldest_due: date | None = None
    overdue_count: int = 0
    next_level_id: int | None = None
    next_action_date: date | None = None
    next_action_code: str | None = None
    priority_cash: float = 0.0
    priority_risk: float = 0.0
    risk_weight: float = 1.0
    limitation_on: date | None = None
    amount_time_barred: float = 0.0
    figures_date: date | None = None


FIGURES = Figures._fields


class RecoveryWorklist(models.AbstractModel):
    """Keep the figures by which the worklist sorts: what each debtor owes, what comes next and why.

    They are stored, so that ten thousand debtors sort in the database; the books note
    whose they moved (``recovery.debtor.touch``), and only those are worked out again.
    """

    _name = "recovery.worklist"
    _description = "Recovery: figures of the worklist"
    _inherit = ["recovery.ranged"]

    @api.model
    def _refresh(self, company, day, later=False):
        """Bring the figures up to date: everybody's once a day, then only whose books moved.

        In this order: what was agreed is judged by the books; the limits of whose books moved are looked at; what
        waits for a person follows the books; the figures follow from all that; what there is to do follows from the
        figures.

        Where very many moved, after a large campaign or an import, all that is left to a long work, whoever asks: its
        ranges take the notes of their customers, and who opens one of them before has that one brought up to date.

        :param later: leave everybody's figures to a long work, in ranges.
        :return: the number of debtors worked out.
        """
        company = company._recovery_root()
        Touch = self.env["recovery.debtor.touch"]
        if self._leave_to_work(company, day):
            self.env["recovery.todo"]._refresh(company, day)
            return 0
        self.env["recovery.agreement"]._check_all(company, day, self._get_moved(company, day))
        touched, is_everybody = Touch._take(company)
        if touched:
            self.env["recovery.credit.watch"]._run(company, company._recovery_today(), touched)
        if company.sudo().recovery_worklist_date != day:
            company.sudo().recovery_worklist_date = day
            is_everybody = True
        count = 0
        if is_everybody or touched:
            self.env["recovery.waiting"]._refresh(company, day, None if is_everybody else touched)
            touched |= Touch._take(company)[0]  # whom the lines above moved
            if is_everybody and later:
                self.env["recovery.work"]._launch(self, "figures", company, day)
            else:
                count = self._compute(company, day, None if is_everybody else touched)
            self.env["recovery.thanks"]._run(company, day)
        self.env["recovery.todo"]._refresh(company, day)
        return count

    @api.model
    def _leave_to_work(self, company, day):
        """Leave it to a long work to bring up to date whose books moved, if they are very many; tell whether it is."""
        if company.sudo().recovery_worklist_date != day or not self.env["recovery.debtor.touch"]._are_many(company):
            return False
        self.env["recovery.work"]._launch(self, "figures", company, day)
        return True

    @api.model
    def _catch_up(self, debtors):
        """Bring the figures of these debtors up to date where they are stale: what a screen that opens asks for.

        Who works has what was agreed and what waits looked at by the books too; for who only reads, the notes stay.
        """
        for company, group in debtors.sudo().exists().grouped("company_id").items():
            day = company._recovery_today()
            stale = self._find_stale(company, day, group)
            if not stale:
                continue
            partners = stale.partner_id
            if self.env.user.has_group(USER):
                self._judge(company, day, partners)
            self._compute(company, day, partners)
            self.env["recovery.todo"]._refresh(company, day, stale)

    @api.model
    def _judge(self, company, day, partners):
        """Judge what was agreed, look at the limits and at what waits, of customers whose books moved."""
        self.env["recovery.agreement"]._check_all(company, day, partners)
        touched, _is_everybody = self.env["recovery.debtor.touch"]._take(company, partners)
        if touched:
            self.env["recovery.credit.watch"]._run(company, day, touched)
        self.env["recovery.waiting"]._refresh(company, day, partners)
        self.env["recovery.debtor.touch"]._take(company, partners)

    @api.model
    def _find_stale(self, company, day, debtors):
        """Return those of these debtors whose figures are of another day, or whose books or rules moved since."""
        touches = self.env["recovery.debtor.touch"]._find(company, debtors.partner_id)
        if touches._concern_everybody():
            return debtors
        is_of_today = company.sudo().recovery_worklist_date == day
        return debtors.filtered(
            lambda debtor: debtor.partner_id in touches.partner_id or (not is_of_today and debtor.figures_date != day)
        )

    @api.model
    def _get_moved(self, company, day):
        """Return the customers whose figures are stale since those of that day; None for all: it has none yet."""
        if company.sudo().recovery_worklist_date != day:
            return None
        touches = self.env["recovery.debtor.touch"]._find(company)
        return None if touches._concern_everybody() else touches.partner_id

    @api.model
    def _refresh_for_reader(self, company, day):
        """Bring the figures up to date and nothing else: whose books moved is still to be judged by who works."""
        company = company._recovery_root()
        if self._leave_to_work(company, day):
            return
        partners = self._get_moved(company, day)
        if partners is None or partners:
            self._compute(company, day, partners)
        if partners is None:
            self.env["recovery.debtor.touch"]._take_everybodys(company)
        self.env["recovery.todo"]._refresh(company, day)

    @api.model
    def _compute(self, company, day, partners=None):
        """Work out and store the figures of these customers, or of all.

        Those that cannot be are left as they were, and named.

        :param partners: commercial partners; None for everybody with a debt or figures.
        :return: the number of debtors worked out.
        """
        counts = self.env["recovery.ledger"]._do_for_customers(
            self, company, lambda some: self._compute_together(company, day, some), partners
        )
        return sum(counts)

    @api.model
    def _compute_together(self, company, day, partners):
        """Work the figures out, some customers at a time: memory follows these, and not the ledger."""
        Debtor, bulk = self.env["recovery.debtor"].sudo(), self.env["recovery.bulk"]
        ids = []
        for number, batch in enumerate(self.env["recovery.selection"]._evaluate_in_batches(company, day, partners)):
            if number:
                self.env.invalidate_all()
            rows = self._prepare_rows(company, day, batch.verdicts)
            bulk._update("recovery.debtor", FIGURES, rows)
            ids += [row[0] for row in rows]
        debtors = Debtor.browse(ids)
        cleared = self._get_cleared(company, partners, debtors)
        bulk._update("recovery.debtor", FIGURES, [(debtor.id, *Figures(figures_date=day)) for debtor in cleared])
        Debtor.invalidate_model(["banner", "next_action_text"])
        if partners is not None:
            self.env["recovery.todo"]._refresh(company, day, debtors | cleared)
        return len(ids) + len(cleared)

    @api.model
    def _prepare_rows(self, company, day, verdicts):
        """Return the figures of the customers of these verdicts, as ``(debtor id, *Figures)``."""
        by_partner = defaultdict(list)
        for verdict in verdicts:
            if verdict.item.partner_id:
                by_partner[verdict.item.partner_id].append(verdict)
        debtors = self.env["recovery.debtor"].sudo()._ensure_for(self.env["res.partner"].browse(by_partner), company)
        debtors.fetch(["partner_id", "company_id", "promise_broken_count"])  # of very many: nothing else is read
        weights = self._get_extra_weights(debtors)
        standings = debtors._read_standings(day)
        currency = company.currency_id
        unsettled = self._get_unsettled_amounts(verdicts, currency)
        limits = self._get_limits(company, day, by_partner, unsettled)
        rows = []
        for debtor in debtors:
            partner_id = debtor.partner_id.id
            holding = rank_standings(standings.get(debtor, []))
            weight = weights.get(debtor, 0.0)
            figures = self._get_figures(by_partner[partner_id], day, currency, unsettled, weight, holding)
            upcoming, barred = limits.get(partner_id, (None, 0.0))
            figures = figures._replace(limitation_on=upcoming, amount_time_barred=barred, figures_date=day)
            rows.append((debtor.id, *figures))
        return rows

    @api.model
    def _get_extra_weights(self, debtors):
        """Let the risk of those who broke their word weigh more: half again per broken promise, twice at most."""
        return {debtor: min(debtor.promise_broken_count, 2) * 0.5 for debtor in debtors if debtor.promise_broken_count}

    @api.model
    def _get_limits(self, company, day, by_partner, unsettled):
        """Return ``{partner id: (next limitation, amount time-barred)}``.

        :param dict by_partner: the verdicts of all customers at once, per partner id; read set-based.
        :param dict unsettled: see :meth:`_get_unsettled_amounts`.
        """
        limits = {}
        currency = company.currency_id
        originals = self.env["recovery.limitation"]._read_originals(
            company, [verdict.item for verdicts in by_partner.values() for verdict in verdicts]
        )
        for partner_id, verdicts in by_partner.items():
            upcoming, barred = None, 0.0
            for verdict in verdicts:
                limit = originals.get(verdict.item.line_id)
                amount = limit and unsettled[verdict.item.line_id]
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
    def _get_figures(self, verdicts, day, currency, net, extra_weight=0.0, standings=()):
        """Return the :class:`Figures` of one debtor, less the limitation and the date.

        :param dict net: see :meth:`_get_unsettled_amounts`.
        :param standings: what holds of the debtor, what weighs most first.
        """
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
        else:
            first = min(upcoming, key=lambda v: (v.when, -v.item.residual_company), default=None)
            if standing := self._find_next_standing(first, standings):
                level_id, when, code = None, self._get_day_of(standing, day), self._get_code_of(standing)
            elif first:
                level_id, when, code = first.step.level_id, first.when, first.code
            else:
                level_id, when, code = None, None, max(verdicts, key=lambda v: v.item.residual_company).code
        debts = [Debt(net[v.item.line_id], (day - v.item.due).days) for v in overdue]
        is_serious = any(v.reached and v.reached.kind in SERIOUS for v in overdue)
        weight = 1.0 + (UNANSWERED if is_serious else 0.0) + extra_weight
        return Figures(
            amount_open=currency.round(sum(net[v.item.line_id] for v in verdicts)),
            amount_overdue=amount_overdue,
            amount_to_claim=currency.round(sum(v.net_company for group in groups for v in group.claimed)),
            oldest_due=oldest,
            overdue_count=len(overdue),
            next_level_id=level_id,
            next_action_date=when,
            next_action_code=code,
            priority_cash=round(cash_score(debts), 2),
            priority_risk=round(risk_score(debts, weight), 2),
            risk_weight=weight,
        )

    @api.model
    def _find_next_standing(self, first, standings):
        """Return what comes before the next level, or None: what holds where nothing is claimed, or a planned call.

        A courtesy is not announced to who promised, is left alone or is in litigation.

        :param first: the verdict of the next level, None without one.
        """
        holding = [standing for standing in standings if standing.kind != CALL]
        if holding and not (first and first.step.kind != COURTESY):
            return holding[0]
        calls = [standing for standing in standings if standing.kind == CALL]
        return next((call for call in calls if not first or call.until <= first.when), None)

    @api.model
    def _get_day_of(self, standing, day):
        """Return the day that what holds announces; a call that is late is for today."""
        return max(standing.until, day) if standing.kind == CALL else standing.until

    @api.model
    def _get_code_of(self, standing):
        """Return the code of the next action while something holds: a suspension's is that of its verdict."""
        if standing.kind in dict(self.env["recovery.hold"]._fields["origin"].selection):
            return self.env["recovery.selection"]._get_hold_code(standing.kind)
        return CODES.get(standing.kind, standing.kind)

    @api.model
    def _get_unsettled_amounts(self, verdicts, currency):
        """Return ``{line id: what it still owes in company currency}``: credits off, suspensions included.

        What has no credit is what the books say, which is round already as a rule.
        """
        places, is_decimal = currency.decimal_places, currency.rounding == 10**-currency.decimal_places
        amounts = {}
        for verdict in verdicts:
            item, amount = verdict.item, verdict.item.residual_company
            if verdict.credit or not is_decimal or round(amount, places) != amount:
                amount = currency.round(in_company_currency(item, item.residual - verdict.credit))
            amounts[item.line_id] = amount
        return amounts

    @api.model
    def _cron_refresh(self):
        """Prepare the morning's worklist of every company, give debtors who follows them, call the manager."""

        def work(mine, company, day):
            mine.env["recovery.responsible"]._watch(company)
            works = mine.env["recovery.work"]
            mine._refresh(company, day, later=works._has_workers() or mine._has_many(company))
            if not works._find(mine, "figures", company):
                mine._end_night(company, day)

        self.env["res.company"]._recovery_for_each_company(self, work)

    @api.model
    def _end_night(self, company, day):
        """Do what rests on everybody's figures: look for values to correct, give debtors away, call the manager."""
        self.env["recovery.anomaly"]._look(company)
        self.env["recovery.assignment"]._assign(company)
        self.env["recovery.escalation"]._alert_large_or_old(company, day)
        self.env["recovery.todo"]._refresh(company, day)

    # ------------------------------------------------------------
    # Everybody's figures, in ranges
    # ------------------------------------------------------------
    def _find_ranges(self, work):
        return self._cut(work, self.env["recovery.ledger"]._find_customers(work.company_id))

    def _do_range(self, work, part):
        company, day, partners = work.company_id, work.day, part._get_partners()
        if moved := self.env["recovery.debtor.touch"]._find(company, partners).partner_id:
            self._judge(company, day, moved)
        self._compute(company, day, partners)

    def _finish_work(self, work):
        """End the night; where something failed, whoever opens the worklist has the figures worked out again."""
        if work.state != "done":
            work.company_id.sudo().recovery_worklist_date = False
        self._end_night(work.company_id, work.day)

    def _stop_work(self, work):
        work.company_id.sudo().recovery_worklist_date = False
