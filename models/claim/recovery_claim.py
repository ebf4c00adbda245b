from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import float_is_zero

from ..common.insolvency import INTEREST, get_birth, is_deferred
from ..ledger.rows import is_received
from ..legal.interest import (
    MissingRate,
    Movement,
    RateBook,
    chained_schedule,
    compute_interest,
    contract_schedule,
    default_schedule,
    free_schedule,
    frozen_schedule,
    judgment_schedule,
    legal_schedule,
    round_half_up,
    without_days,
)
from .costs_first import Cost, Payment, pay_costs
from .figures import FIRST, NEUTRAL_TERMS, ZERO, Claim, ContractTerms, CostPaid, CostRow, Item, Options, Settled

PARAMETERS = (
    "day_denominator",
    "penalty_spread_b2b",
    "penalty_spread_public",
    "floor_multiplier",
    "flat_indemnity_b2b",
    "judgment_majoration",
    "judgment_majoration_delay",
)
BILLS = ("out_invoice", "out_receipt")
_ONE_DAY = timedelta(days=1)


class Reading(NamedTuple):
    """Everything a claim rests on, read at once."""

    settled: dict
    natures: dict
    get_terms: Callable
    insolvencies: dict
    births: dict
    receipts: dict
    exempt: set
    taken: list
    taken_interest: dict
    given_up: dict
    costs: models.BaseModel
    court_costs: list
    rulings: dict
    book: RateBook
    get: object
    euro_id: int


class RecoveryClaim(models.AbstractModel):
    """The claim on a day: principal, interest, indemnities, costs and clauses, each apart.

    Takes journal items, an explicit company and a day, and returns plain figures
    (:class:`figures.Claim`); the number of queries does not grow with the invoices.
    """

    _name = "recovery.claim"
    _description = "Recovery: calculation of a claim"

    # ------------------------------------------------------------
    # Hooks
    # ------------------------------------------------------------
    @api.model
    def _get_receipts(self, lines):
        """Return ``{line id: day}`` of the receipt of the mise en demeure that claimed each instalment; hook."""
        return {}

    @api.model
    def _get_exempt_lines(self, lines):
        """Return the ids of the instalments that bear neither interest nor indemnity; hook.

        Those of the documents that charge interest and indemnities, for instance.
        """
        return set()

    @api.model
    def _get_taken(self, company, lines):
        """Return the :class:`figures.Taken` of these instalments and their debtors; hook.

        What was charged by a document of its own or waived is claimed no more.
        """
        return []

    @api.model
    def _get_given_up(self, company, partners, day):
        """Return ``{partner id: heads}`` that are not claimed from a debtor as a rule; hook.

        Heads are ``interest`` and ``indemnity``.
        """
        return {}

    @api.model
    def _get_loss_proofs(self, lines):
        """Return ``{line id: [figures.LossProof]}`` of what proves that instalments are lost; hook.

        A judgment of liquidation, a certificate, an execution that found nothing.
        """
        return {}

    @api.model
    def _get_births(self, lines):
        """Return ``{line id: insolvency.Birth}``, when each claim was born: what a judgment splits claims by; hook.

        The delivery tells it, else the invoice; a room that asks people puts what they said in its place.
        """
        births = {}
        for line in lines.sudo():
            move = line.move_id
            births[line.id] = get_birth(move.delivery_date or None, move.invoice_date or None, line.date)
        return births

    @api.model
    def _get_court_costs(self, company, lines, day):
        """Return the :class:`figures.CourtCost` that stand beside these instalments on that day; hook.

        A court awarded them, or the law puts them at the debtor's charge once there is a title (CPCE L111-8).
        """
        return []

    @api.model
    def _get_titles(self, company, lines, day):
        """Return ``{line id: figures.Ruling}`` of the titles that are enforceable on that day; hook.

        The day typed in the options yields to them.
        """
        return {}

    # ------------------------------------------------------------
    # Which instalments
    # ------------------------------------------------------------
    @api.model
    def _is_to_come(self, debtor, line, day):
        """Tell whether a debtor's instalment may not be claimed yet: it is late from the day after its due date.

        A judgment that opens an insolvency has everything declared that was born before, due or not.
        """
        if (line.date_maturity or line.date) < day:
            return False
        insolvent_on = debtor.sudo().insolvency_on
        if not insolvent_on or insolvent_on > day:
            return True
        return self._get_births(line)[line.id].day >= insolvent_on

    @api.model
    def _find_lines(self, company, day, partners, moves=None, with_settled=False):
        """Return the instalments that a claim may bear on: late on that day, and still open then.

        :param moves: keep only these entries.
        :param with_settled: add those that were settled late: their interest survives.
        """
        root = company._recovery_root()
        items = self.env["recovery.ledger"]._read_items(root, day=day, partners=partners, as_of=day)
        wanted = [
            item.line_id
            for item in items
            if item.residual > 0 and item.due < day and (moves is None or item.move_id in moves._ids)
        ]
        lines = self.env["account.move.line"].sudo().browse(wanted)
        if with_settled:
            domain = (
                Domain("account_id", "in", root._recovery_accounts().ids)
                & Domain("company_id", "child_of", root.id)
                & Domain("parent_state", "=", "posted")
                & Domain("date", "<=", day)
                & Domain("partner_id.commercial_partner_id", "in", partners.ids)
                & Domain("amount_currency", ">", 0)
                & Domain("matched_credit_ids", "!=", False)
                & Domain("recovery_origin_line_id", "=", False)
                & (Domain("date_maturity", "<", day) | Domain("date_maturity", "=", False) & Domain("date", "<", day))
                & Domain("id", "not in", lines.ids)
            )
            if moves is not None:
                domain &= Domain("move_id", "in", moves.ids)
            others = lines.with_context(active_test=False).search(domain)
            lines |= self._filter_paid_late(others, day)
        return self._sort_lines(lines)

    @api.model
    def _filter_paid_late(self, lines, day):
        """Return the settled instalments of which something was still unpaid after the due date.

        What a credit note took back, even later, was never owed late.
        """
        in_time = defaultdict(float)
        for row in self.env["recovery.ledger"]._read_settlements(lines, date_to=day):
            line = lines.browse(row.line_id)
            if row.kind == "credit_note" or row.date <= (line.date_maturity or line.date):
                in_time[row.line_id] += row.amount
        return lines.filtered(lambda line: line.currency_id.compare_amounts(line.amount_currency, in_time[line.id]) > 0)

    # ------------------------------------------------------------
    # The computation
    # ------------------------------------------------------------
    @api.model
    def _compute(self, company, lines, day, options=None):
        """Return the :class:`figures.Claim` on these instalments at the end of that day.

        :param lines: ``account.move.line`` records; only debts count.
        :param options: see :class:`figures.Options`.
        """
        return self._compute_each(company, {0: (lines, options or Options())}, day)[0]

    @api.model
    def _compute_each(self, company, requests, day):
        """Return ``{key: Claim}`` of several claims on one day, with the queries of one.

        :param dict requests: ``{key: (lines, options)}``; the claims share no instalment.
        """
        root = company._recovery_root()
        everything = self.env["account.move.line"].sudo().union(*(lines for lines, _options in requests.values()))
        lines = self._sort_lines(everything.filtered(lambda line: line.amount_currency > 0))
        owner = {line_id: key for key, (own, _options) in requests.items() for line_id in own.ids}
        groups = lines.grouped(lambda line: owner[line.id])  # one prefetch for all of them
        requests = {key: (groups.get(key, lines.browse()), options) for key, (_own, options) in requests.items()}
        reading = self._read(root, lines, day)
        return {
            key: self._compute_one(root, lines, day, options, reading) for key, (lines, options) in requests.items()
        }

    @api.model
    def _sort_lines(self, lines):
        return lines.sorted(lambda line: (line.date_maturity or line.date, line.id))

    @api.model
    def _compute_one(self, root, lines, day, options, reading):
        """Return one claim out of what was read for all of them."""
        reading = reading._replace(taken=self._keep_taken(reading.taken, lines))
        if options.received_on and options.received_on <= day:
            received = {line.id: reading.receipts.get(line.id, options.received_on) for line in lines}
            reading = reading._replace(receipts=received)
        if options.principal_only:
            reading = reading._replace(exempt=set(lines.ids), costs=reading.costs.browse(), taken=[])
            reading = reading._replace(court_costs=[], rulings={})
            reading = reading._replace(get_terms=lambda partner_id, day: NEUTRAL_TERMS)
        if options.set_aside:
            reading = reading._replace(settled=self._set_aside(lines, options, reading))
        if any(ruling.not_awarded for ruling in reading.rulings.values()):
            reading = reading._replace(settled=self._leave_out(lines, reading))
        costs_paid = []
        if options.interest_first:
            settled, costs_paid = self._pay_costs_first(lines, reading)
            reading = reading._replace(settled=settled)
        try:
            items = [self._compute_item(line, day, options, reading) for line in lines]
        except MissingRate as error:
            raise UserError(self.env["recovery.rate"]._explain_missing(error)) from error
        claim = Claim(
            company_id=root.id,
            day=day,
            options=options,
            euro_id=reading.euro_id,
            items=items,
            denominator=reading.get("day_denominator", day),
            taken=reading.taken,
            costs_paid=costs_paid,
            rulings={line.id: reading.rulings[line.id] for line in lines if line.id in reading.rulings},
        )
        self._add_indemnities(claim, lines, reading)
        self._add_costs(claim, lines, reading)
        self._add_clauses(claim, lines, day, options, reading)
        return claim

    @api.model
    def _keep_taken(self, taken, lines):
        """Return what was charged or waived of these instalments, of their invoices or of their debtors as a whole."""
        line_ids, move_ids = set(lines.ids), set(lines.move_id.ids)
        partner_ids = set(lines.partner_id.commercial_partner_id.ids)

        def is_concerned(row):
            if row.move_id or row.line_id:
                return row.move_id in move_ids or row.line_id in line_ids
            return row.partner_id in partner_ids

        return [row for row in taken if is_concerned(row)]

    @api.model
    def _set_aside(self, lines, options, reading):
        """Return the settlements with what is not claimed for now taken off from the due date on."""
        found = dict(reading.settled)
        for line_id, amount in options.set_aside:
            line = lines.browse(line_id)
            row = Settled(line.date_maturity or line.date, amount, "set_aside", on_paper=True)
            found[line_id] = [*found.get(line_id, ()), row]
        return found

    @api.model
    def _leave_out(self, lines, reading):
        """Return the settlements with what a title did not award taken off from the due date on."""
        found = dict(reading.settled)
        for line in lines:
            ruling = reading.rulings.get(line.id)
            if ruling and ruling.not_awarded:
                row = Settled(line.date_maturity or line.date, ruling.not_awarded, "not_awarded", on_paper=True)
                found[line.id] = [*found.get(line.id, ()), row]
        return found

    @api.model
    def _pay_costs_first(self, lines, reading):
        """Return the settlements without what pays the costs, and what pays them.

        Money received pays first the costs that its debtor owes on its day, by a decision or by law, then the interest
        that a title awarded as a sum.
        """
        groups = {line.id: (line.partner_id.commercial_partner_id.id, line.currency_id.id) for line in lines}
        costs = [
            Cost((groups[row.line_id][0], row.currency_id), row.day, row.amount, FIRST.index(row.head))
            for row in reading.court_costs
            if row.is_first and row.line_id in groups
        ]
        payments = [
            Payment(groups[line.id], row.day, row.amount, (line, place))
            for line in lines
            for place, row in enumerate(reading.settled.get(line.id, ()))
            if costs and not row.reduces_price
        ]
        settled, paid, spent = dict(reading.settled), [], defaultdict(Decimal)
        for found in pay_costs(costs, payments):
            line, place = found.payment.key
            spent[line.id, place] += found.amount
            head = FIRST[found.rank]
            paid.append(CostPaid(found.payment.day, found.amount, line.currency_id.id, line.move_id.name or "", head))
        for line_id in {line_id for line_id, _place in spent}:
            rows = enumerate(settled[line_id])
            rows = [(row, row.amount - spent.get((line_id, place), ZERO)) for place, row in rows]
            settled[line_id] = [replace(row, amount=left) for row, left in rows if left]
        return settled, paid

    @api.model
    def _read(self, root, lines, day):
        partners = lines.partner_id.commercial_partner_id
        taken = self._get_taken(root, lines)
        taken_interest = defaultdict(list)
        for row in taken:
            if row.head == "interest":
                taken_interest[row.line_id].append(row)
        debtors = self.env["recovery.debtor"].sudo()._existing_for(partners, root)
        by_partner = {debtor.partner_id.id: debtor for debtor in debtors}
        insolvencies = self._get_insolvencies(root, partners, day)
        return Reading(
            settled=self._read_settled(root, lines, partners, day),
            natures={
                partner.id: by_partner[partner.id].nature
                if partner.id in by_partner
                else debtors._guess_nature(partner)
                for partner in partners
            },
            get_terms=self._read_contract_terms(root, partners),
            insolvencies=insolvencies,
            births=self._get_births(lines) if insolvencies else {},
            receipts={line_id: when for line_id, when in self._get_receipts(lines).items() if when <= day},
            exempt=self._get_exempt_lines(lines),
            taken=taken,
            taken_interest=taken_interest,
            given_up=self._get_given_up(root, partners, day),
            costs=self.env["recovery.claim.cost"].sudo()._find(lines.move_id, root.id, day),
            court_costs=self._get_court_costs(root, lines, day),
            rulings=self._get_titles(root, lines, day),
            book=self.env["recovery.rate"]._read_book(),
            get=self.env["recovery.legal.parameter"]._read_values(PARAMETERS),
            euro_id=self.env.ref("base.EUR").id,
        )

    @api.model
    def _read_settled(self, root, lines, partners, day):
        """Return ``{line id: [Settled]}``: the reconciliations at their date, then the open credits on paper."""
        ledger = self.env["recovery.ledger"]
        found = defaultdict(list)
        for row in ledger._read_settlements(lines, date_to=day):
            if row.amount:
                amount = to_decimal(row.amount, lines.browse(row.line_id).currency_id)
                found[row.line_id].append(Settled(row.date, amount, row.kind))
        items = ledger._read_items(root, day=day, partners=partners, as_of=day)
        pending = [row for row in ledger._read_pending_payments(root, partners) if row.date <= day]
        shares, _left = ledger._allocate(items, pending, day)
        names = {("line", item.line_id): item for item in items if item.residual < 0}
        names |= {("payment", row.payment_id): row for row in pending}
        money = self._get_money_ids([item.move_id for item in names.values() if hasattr(item, "move_id")])
        for line in lines:
            for share in shares.get(line.id, ()):
                credit = names[share.key]
                is_money = share.key[0] == "payment" or credit.move_id in money
                found[line.id].append(
                    Settled(
                        credit.date,
                        to_decimal(share.amount, line.currency_id),
                        "payment" if is_money else "credit_note",
                        credit.name if share.key[0] == "payment" else credit.move_name,
                        on_paper=True,
                    )
                )
        return found

    @api.model
    def _get_money_ids(self, move_ids):
        """Return which of these entries are money received: payments and bank lines."""
        moves = self.env["account.move"].sudo().browse(move_ids)
        return set(moves.filtered(is_received).ids)

    @api.model
    def _compute_item(self, line, day, options, reading):
        partner = line.partner_id.commercial_partner_id
        nature = reading.natures.get(partner.id, "consumer")
        terms = self._get_terms_of(line, reading)
        due = line.date_maturity or line.date
        insolvency = self._get_judgment(line, reading.insolvencies.get(partner.id), reading)
        until = min(day, insolvency - _ONE_DAY) if insolvency else day
        until = min(until, options.interest_until or until)
        regime, origin, schedule = self._choose_schedule(line, nature, terms, due, options, reading)
        settled = sorted(reading.settled.get(line.id, ()), key=lambda row: row.day)
        taken = reading.taken_interest.get(line.id, ())
        if schedule and taken:
            schedule = without_days(schedule, [(row.start, row.end) for row in taken if row.start])
        principal = to_decimal(line.amount_currency, line.currency_id)
        account = compute_interest(
            principal,
            origin,
            max(until, origin or until),
            schedule,
            self._get_movements(line, settled, reading),
            interest_first=options.interest_first,
            quantum=quantum_of(line.currency_id),
            denominator=reading.get("day_denominator", day),
            capitalise_from=self._get_capitalisation(line, terms, origin, reading),
        )
        taken_back = [row for row in settled if row.kind == "credit_note" and not row.on_paper]
        in_time = sum((row.amount for row in settled if row.day <= due or row in taken_back), ZERO)
        flags = {"below_floor"} if any(row.below_floor for row in account.lines) else set()
        if insolvency:
            flags.add("insolvent")
        if regime == "consumer" and not origin:
            flags.add("no_receipt")
        waived = sum((row.amount for row in taken if not row.start), ZERO)
        move = line.move_id
        return Item(
            line_id=line.id,
            move_id=move.id,
            move_name=move.name,
            reference=", ".join(dict.fromkeys(filter(None, (move.ref, move.invoice_origin)))),
            partner_id=partner.id,
            nature=nature,
            invoice_date=move.invoice_date or line.date,
            due=due,
            currency_id=line.currency_id.id,
            principal=principal,
            settled=settled,
            account=account,
            regime=regime,
            is_late=due < day and in_time < principal and not (insolvency and due >= insolvency),
            contract_rate=terms.interest_rate,
            insolvent_on=insolvency or None,
            waived=max(min(waived, account.interest_left), ZERO),
            flags=flags,
        )

    @api.model
    def _get_movements(self, line, settled, reading):
        """Return what reduces an instalment; what a title took into account already has paid the principal."""
        ruling = reading.rulings.get(line.id)
        until = ruling and ruling.settled_until
        return [
            Movement(row.day, row.amount, row.reduces_price, row, bool(until) and row.day <= until) for row in settled
        ]

    @api.model
    def _choose_schedule(self, line, nature, terms, due, options, reading):
        """Return ``(regime, day from which interest runs or None, schedule)`` of an instalment.

        From a judgment on, the legal rate and its increase take the place of the penalties (C. civ. 1231-7).
        """
        regime, origin, schedule = self._choose_penalties(line, nature, terms, due, options, reading)
        if line.id in reading.rulings:
            return self._follow_title(reading.rulings[line.id], due, reading, regime, origin, schedule)
        enforceable = options.judgment_on
        if not enforceable or regime == "exempt" or enforceable < due:
            return regime, origin, schedule
        after = judgment_schedule(
            reading.book,
            enforceable,
            reading.get("judgment_majoration", enforceable),
            int(reading.get("judgment_majoration_delay", enforceable)),
        )
        if origin is None or origin >= enforceable:
            return "judgment", enforceable, after
        return "judgment", origin, chained_schedule(schedule, after, enforceable)

    @api.model
    def _follow_title(self, ruling, due, reading, regime, origin, schedule):
        """Return the same as a title has it; the rest is what runs without one."""
        if regime == "exempt":
            return regime, origin, schedule
        start = ruling.interest_from or (ruling.enforceable_on if "interest" in ruling.fixes else None)
        if ruling.interest == "agreed" and schedule:
            return regime, start or origin, schedule
        turn = max(ruling.enforceable_on, due)
        after = self._get_awarded_schedule(ruling, reading)
        if start:
            return "judgment", start, after
        if origin is None or origin >= turn:
            return "judgment", turn, after
        return "judgment", origin, chained_schedule(schedule, after, turn)

    @api.model
    def _get_awarded_schedule(self, ruling, reading):
        """Return the rate that a title awards: a fixed one, or the legal one with its increase."""
        if ruling.interest == "fixed" and ruling.rate is not None:
            return free_schedule(ruling.rate)
        day = ruling.enforceable_on
        points = reading.get("judgment_majoration", day) if ruling.points is None else ruling.points
        return judgment_schedule(reading.book, day, points, int(reading.get("judgment_majoration_delay", day)))

    @api.model
    def _get_capitalisation(self, line, terms, origin, reading):
        """Return the day from which interest due for a year bears interest: by the judge's order, else the contract."""
        ruling = reading.rulings.get(line.id)
        if ruling and (ruling.capitalise_from or ruling.interest != "agreed"):
            return ruling.capitalise_from
        return origin if terms.capitalises else None

    @api.model
    def _choose_penalties(self, line, nature, terms, due, options, reading):
        """Return the same without a judgment: what the law or the contract gives to this debtor."""
        if line.id in reading.exempt:
            return "exempt", None, None
        if "interest" in reading.given_up.get(line.partner_id.commercial_partner_id.id, ()):
            return "given_up", None, None
        if nature == "consumer":
            if terms.interest_rate is not None:
                return "contract", due, free_schedule(terms.interest_rate)
            received = reading.receipts.get(line.id)
            return "consumer", received and max(received, due), legal_schedule(reading.book)
        if nature == "public":
            points = reading.get("penalty_spread_public", due + _ONE_DAY)
            return "public", due, frozen_schedule(reading.book, points, due)
        if terms.interest_rate is not None:
            multiplier = reading.get("floor_multiplier", due + _ONE_DAY)
            schedule = contract_schedule(reading.book, terms.interest_rate, multiplier, options.apply_floor)
            return "contract", due, schedule
        return "default", due, default_schedule(reading.book, reading.get("penalty_spread_b2b", due + _ONE_DAY))

    # ------------------------------------------------------------
    # Contract, insolvency
    # ------------------------------------------------------------
    @api.model
    def _read_contract_terms(self, company, partners):
        """Read the terms agreed over time, the customers' own and the company's, in one query."""
        get_terms = self.env["recovery.contract.terms"]._read_terms(company, partners)
        described = {}

        def get(partner_id, day):
            terms = get_terms(partner_id, day)
            if terms.id not in described:
                described[terms.id] = self._describe_terms(terms)
            return described[terms.id]

        return get

    @api.model
    def _get_terms_of(self, line, reading):
        """Return the contract terms of an instalment: those of the day on which it was invoiced, if they bind."""
        partner_id = line.partner_id.commercial_partner_id.id
        terms = reading.get_terms(partner_id, line.move_id.invoice_date or line.date)
        is_consumer = reading.natures.get(partner_id, "consumer") == "consumer"
        return NEUTRAL_TERMS if is_consumer and not terms.binds_consumers else terms

    @api.model
    def _describe_terms(self, terms):
        """Return contract terms as plain figures."""
        if not terms:
            return NEUTRAL_TERMS

        def number(value):
            return None if float_is_zero(value, precision_digits=4) else Decimal(str(round(value, 4)))

        return ContractTerms(
            interest_rate=number(terms.penalty_rate) if terms.penalty_kind == "contract" else None,
            clause_percent=number(terms.clause_percent) if terms.clause_kind == "percent" else None,
            clause_fixed=number(terms.clause_amount) if terms.clause_kind == "fixed" else None,
            capitalises=terms.has_capitalisation,
            reference=terms.cgv_version or terms.display_name,
            binds_consumers=terms._binds("consumer"),
        )

    @api.model
    def _get_insolvencies(self, company, partners, day):
        """Return ``{partner id: judgment}`` of the debtors under proceedings that stop interest on that day."""
        debtors = (
            self.env["recovery.debtor"]
            .sudo()
            .search(
                Domain("partner_id", "in", partners.ids)
                & Domain("company_id", "=", company.root_id.id)
                & Domain("insolvency_ids", "!=", False)
            )
        )
        states = self.env["recovery.insolvency"]._get_state(debtors, day)
        return {
            debtor.partner_id.id: state.judgment_on
            for debtor, state in states.items()
            if state and state.is_stopped_for_sure(INTEREST)
        }

    @api.model
    def _get_judgment(self, line, judgment, reading):
        """Return the judgment that stops the interest of an instalment, None if it goes on.

        It goes on of what was born since, and of payments deferred by a year or more (C. com. L622-28).
        """
        if not judgment:
            return None
        birth = reading.births.get(line.id)
        granted = line.move_id.invoice_date or line.date
        is_later = birth and birth.day >= judgment
        return None if is_later or is_deferred(granted, line.date_maturity or line.date) else judgment

    # ------------------------------------------------------------
    # Flat indemnities, costs on proof, penalty clauses
    # ------------------------------------------------------------
    @api.model
    def _add_indemnities(self, claim, lines, reading):
        """Give one flat indemnity to each late invoice of a professional or a public body, never of a consumer."""
        bills = set(lines.move_id.filtered(lambda move: move.move_type in BILLS).ids)
        taken = {row.move_id for row in reading.taken if row.head == "indemnity"}
        for item in claim.items:
            if not item.is_late or item.nature == "consumer" or item.move_id not in bills:
                continue
            if item.line_id in reading.exempt:
                continue
            amount = reading.get("flat_indemnity_b2b", item.due + _ONE_DAY)
            bills.discard(item.move_id)
            claim.costs_covered += amount  # claimed, charged or given up, it covers as much of the costs
            if self._is_fixed("indemnity", item, reading):
                continue
            if item.move_id not in taken and "indemnity" not in reading.given_up.get(item.partner_id, ()):
                item.indemnity = amount
                item.indemnity_article = "D2192-35 CCP" if item.nature == "public" else "D441-5 C. com."

    @api.model
    def _add_costs(self, claim, lines, reading):
        """Add what the debtor owes by a decision, and the costs on proof beyond the flat indemnities (L441-10 II)."""
        claim.court_costs = [row for row in reading.court_costs if row.line_id in lines._ids]
        replaced = {row.replaces for row in reading.court_costs}
        payers = {item.partner_id for item in claim.items if item.nature != "consumer"} - self._list_spared(reading)
        claim.costs = [
            CostRow(row.id, row.move_id.name or "", row.date, row.name, to_decimal(row.amount, row.currency_id))
            for row in reading.costs
            if row.debtor_id.partner_id.id in payers
            and (not row.move_id or row.move_id in lines.move_id)
            and row.id not in replaced
        ]
        found = {row.cost_id for row in claim.costs}
        claim.costs_taken = sum((row.amount for row in reading.taken if row.cost_id in found), ZERO)

    @api.model
    def _is_fixed(self, head, item, reading):
        """Tell whether a title awarded a sum for this head: what it awarded stands beside the debt instead."""
        ruling = reading.rulings.get(item.line_id)
        return bool(ruling) and head in ruling.fixes

    @api.model
    def _list_spared(self, reading):
        """Return the ids of the partners whose indemnities are waived as a rule: costs and clauses follow them."""
        return {partner_id for partner_id, heads in reading.given_up.items() if "indemnity" in heads}

    @api.model
    def _add_clauses(self, claim, lines, day, options, reading):
        """Add the contract's penalty clause, owed only after a mise en demeure (C. civ. 1231-5)."""
        fixed = {}
        taken = {row.line_id for row in reading.taken if row.head == "clause"}
        spared = self._list_spared(reading)
        fixed_until = {}
        for row in reading.taken:
            if row.head == "clause_fixed":
                fixed_until[row.partner_id] = max(row.end, fixed_until.get(row.partner_id, row.end))
        for item, line in zip(claim.items, lines, strict=True):
            terms = self._get_terms_of(line, reading)
            if not item.is_late or item.line_id not in reading.receipts or not item.account.principal_left:
                continue
            if item.line_id in reading.exempt or item.partner_id in spared:
                continue
            if self._is_fixed("clause", item, reading):
                continue
            if terms.clause_percent and item.line_id not in taken:
                amount = item.account.principal_left * terms.clause_percent / 100
                item.clause = round_half_up(amount, quantum_of(line.currency_id))
                claim.clause_reference = terms.reference
            if terms.clause_fixed and not item.due < fixed_until.get(item.partner_id, item.due):
                fixed[item.partner_id] = terms.clause_fixed
                claim.clause_reference = terms.reference
        claim.clauses_fixed = fixed


def to_decimal(amount, currency):
    return Decimal(f"{amount:.{currency.decimal_places}f}")


def quantum_of(currency):
    return Decimal(str(currency.rounding))
