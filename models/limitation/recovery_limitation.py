from datetime import date
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain

from ..common.recovery_debtor import NATURE_FIELDS
from ..legal.limitation import Event, Period, add, choose_start, read_limit


class Claimed(NamedTuple):
    """What the limitation of one instalment hangs on."""

    line_id: int
    move_id: int
    partner_id: int | None
    performed: date
    due: date


class Term(NamedTuple):
    """Which period runs against an instalment, and from when; ``choice`` is the correction that says so."""

    kind: object
    start: date
    period: Period
    article: str
    origin: str  # performance, due or hand
    born: date
    choice: object
    is_contract: bool


class Evidence(NamedTuple):
    """What happened to the limitation of one instalment: what ``_limitation_events`` returns.

    :param cause: ``recovery.limitation.cause`` record.
    :param until: the end of what lasts; None while it goes on.
    :param void: as if it had never been.
    :param document_ids: ``ir.attachment`` ids; without any, it is shown and does not count.
    """

    line_id: int
    cause: object
    day: date
    until: date | None = None
    void: bool = False
    text: str = ""
    model: str = ""
    res_id: int = 0
    document_ids: tuple = ()


class Position(NamedTuple):
    """Where the limitation of one instalment stands on a day.

    ``original_until`` is the last day to act without any evidence: the hard limit of
    alerts and gates. ``extended_until`` is what the evidence would make of it, None while
    the clock stands still.
    """

    line_id: int
    term: Term
    original_until: date
    extended_until: date | None
    is_time_barred: bool
    is_expired: bool
    is_capped: bool
    counted: tuple
    ignored: tuple

    @property
    def kind(self):
        return self.term.kind

    @property
    def start(self):
        return self.term.start

    @property
    def is_extended(self):
        return bool(self.counted) and self.extended_until != self.original_until


class RecoveryLimitation(models.AbstractModel):
    """Say, set-based, when each claim is time-barred, and what the evidence may change to that.

    The original date is the hard limit: nothing that is recorded moves it, only a
    correction of the kind, of the start or of the contract does. The extended date stands
    beside it until a lawyer has confirmed it.
    """

    _name = "recovery.limitation"
    _description = "Recovery: limitation of claims"

    # ------------------------------------------------------------
    # What others ask
    # ------------------------------------------------------------
    @api.model
    def _read_positions(self, lines, day):
        """Return ``{line id: Position}`` of these instalments, in a number of queries that does not depend on them.

        :param lines: ``account.move.line`` records, debts; read with elevated rights.
        """
        positions = {}
        lines = lines.sudo()
        found = {}
        for evidence in self._limitation_events(lines, day) if lines else ():
            found.setdefault(evidence.line_id, []).append(evidence)
        get_row = self._get_parameters()
        for root, own in self._group_by_root(lines).items():
            get_term = self._get_terms(root, self._read_claimed(own), get_row)
            for row in self._read_claimed(own):
                positions[row.line_id] = self._get_position(
                    row, get_term(row), found.get(row.line_id, ()), day, get_row
                )
        return positions

    @api.model
    def _read_originals(self, company, items):
        """Return ``{line id: last day to act}`` of open items, original dates only, for lists of any length.

        :param items: rows of ``recovery.ledger._read_items`` of that company; credits are left out.
        """
        rows = [
            Claimed(
                item.line_id,
                item.move_id,
                item.partner_id,
                item.delivery_date or item.invoice_date or item.date,
                item.due,
            )
            for item in items
            if item.residual_company > 0
        ]
        get_term = self._get_terms(company._recovery_root(), rows, self._get_parameters())
        known = {}
        limits = {}
        for row in rows:
            term = get_term(row)
            key = (term.start, term.period)
            if key not in known:
                known[key] = add(*key)
            limits[row.line_id] = known[key]
        return limits

    @api.model
    def _get_time_barred(self, lines, day):
        """Return the ids of the instalments whose original limit has passed, whatever the evidence.

        What a gate asks: mise en demeure, opening of a case.
        """
        return {line_id for line_id, limit in self._read_line_limits(lines).items() if limit < day}

    @api.model
    def _read_line_limits(self, lines):
        """Return ``{line id: last day to act}`` of these journal items, original dates only."""
        limits = {}
        get_row = self._get_parameters()
        for root, own in self._group_by_root(lines.sudo()).items():
            rows = self._read_claimed(own)
            get_term = self._get_terms(root, rows, get_row)
            for row in rows:
                term = get_term(row)
                limits[row.line_id] = add(term.start, term.period)
        return limits

    # ------------------------------------------------------------
    # Which period, and from when
    # ------------------------------------------------------------
    @api.model
    def _group_by_root(self, lines):
        return lines.grouped(lambda line: line.company_id.root_id)

    @api.model
    def _read_claimed(self, lines):
        return [
            Claimed(
                line.id,
                line.move_id.id,
                line.partner_id.commercial_partner_id.id or None,
                line.move_id.delivery_date or line.move_id.invoice_date or line.date,
                line.date_maturity or line.date,
            )
            for line in lines
        ]

    @api.model
    def _get_parameters(self):
        """Return a function ``(key, day) -> legal parameter``, remembered: lists are long and dates few."""
        Kind = self.env["recovery.limitation.kind"].sudo().with_context(active_test=False)
        Cause = self.env["recovery.limitation.cause"].sudo().with_context(active_test=False)
        keys = {
            *Kind.search([("parameter_key", "!=", False)]).mapped("parameter_key"),
            *Cause.search([("period_key", "!=", False)]).mapped("period_key"),
            "limitation_longstop",
        }
        read = self.env["recovery.legal.parameter"]._read_rows(keys)
        known = {}

        def get(key, day):
            if (key, day) not in known:
                row = read(key, day)
                known[key, day] = (row._as_period(), row.article)
            return known[key, day]

        return get

    @api.model
    def _get_terms(self, root, rows, get_row):
        """Return a function from a :class:`Claimed` to its :class:`Term`."""
        Kind = self.env["recovery.limitation.kind"].sudo()
        partners = self.env["res.partner"].sudo().browse({row.partner_id for row in rows if row.partner_id})
        natures = self._read_natures(root, partners)
        by_move, by_partner = self._read_choices(root, partners)
        defaults = Kind._get_defaults()
        terms = {}  # of those about whom nothing was corrected: lists are long, natures and dates few

        def get(row):
            nature = natures.get(row.partner_id, "consumer")  # nobody known: the shortest is the prudent one
            account, own = by_partner.get(row.partner_id), by_move.get(row.move_id)
            if account or own:
                return self._get_term(row, nature, account, own, defaults, get_row)
            key = nature, row.performed, row.due
            term = terms.get(key)
            if term is None:
                term = terms[key] = self._get_term(row, nature, None, None, defaults, get_row)
            return term

        return get

    @api.model
    def _get_term(self, row, nature, account, own, defaults, get_row):
        """Return the :class:`Term` of a claim.

        :param account: the correction of all of the customer's claims, if any; ``own`` that of this one.
        :param defaults: ``{nature: kind}``.
        """
        choices = [choice for choice in (own, account) if choice]
        kind = next((choice.kind_id for choice in choices if choice.kind_id), None) or defaults[nature]
        start, origin = self._choose_start(kind, row)
        if own and own.start_on:
            start, origin = own.start_on, "hand"
        period, article = get_row(kind.parameter_key, start)
        months = next((choice.contract_months for choice in choices if choice.contract_months), 0)
        is_contract = bool(months) and nature != "consumer"
        if is_contract:
            period, article = Period(months, "months"), "C. civ. 2254"
        born = min(start, row.performed, row.due)
        return Term(kind, start, period, article, origin, born, own or account, is_contract)

    @api.model
    def _choose_start(self, kind, row):
        if kind.start_rule == "performance":
            return row.performed, "performance"
        if kind.start_rule == "due":
            return row.due, "due"
        start = choose_start(row.performed, row.due)
        return start, "performance" if start < row.due else "due"

    @api.model
    def _read_natures(self, root, partners):
        """Return ``{commercial partner id: nature}``, guessed for those who are no debtor yet."""
        Debtor = self.env["recovery.debtor"].sudo()
        debtors = Debtor.search_fetch(
            [("partner_id", "in", partners.ids), ("company_id", "=", root.id)], ["partner_id", "nature"]
        )
        natures = {debtor.partner_id.id: debtor.nature for debtor in debtors}
        unknown = partners.filtered(lambda partner: partner.id not in natures)
        unknown.fetch(NATURE_FIELDS)
        for partner in unknown:
            natures[partner.id] = Debtor._guess_nature(partner)
        return natures

    @api.model
    def _read_choices(self, root, partners):
        """Return the corrections in force, ``({move id: choice}, {partner id: choice})``."""
        choices = (
            self.env["recovery.limitation.choice"]
            .sudo()
            .search(
                [
                    ("company_id", "=", root.id),
                    ("is_current", "=", True),
                    ("debtor_id.partner_id", "in", partners.ids),
                ]
            )
        )
        by_move = {choice.move_id.id: choice for choice in choices if choice.move_id}
        return by_move, {choice.debtor_id.partner_id.id: choice for choice in choices if not choice.move_id}

    # ------------------------------------------------------------
    # What the evidence makes of it
    # ------------------------------------------------------------
    @api.model
    def _limitation_events(self, lines, day):
        """Return the :class:`Evidence` known until that day on these instalments, cancelled ones left out.

        Hook: a room extends it with what it knows by itself (an agreement signed here, later
        an act of proceedings), set-based and with the documents that prove it. What a mise en
        demeure, a reminder or an e-mail are, is no evidence (Cass. com. 18 May 2022, 20-23.204).
        """
        return self._read_recorded(lines, day)

    @api.model
    def _get_position(self, row, term, evidences, day, get_row):
        events, unproved = [], []
        for evidence in evidences:
            if not evidence.document_ids:
                unproved.append((evidence, "unproved"))
            elif evidence.cause.kind_id and evidence.cause.kind_id != term.kind:
                unproved.append((evidence, "other_kind"))
            elif evidence.cause.effect != "none":
                events.append(self._make_event(evidence, get_row))
        long_stop, _article = get_row("limitation_longstop", term.start)
        reading = read_limit(term.start, term.period, events, day, long_stop, term.born)
        return Position(
            row.line_id,
            term,
            reading.original,
            reading.extended,
            reading.original < day,
            reading.extended is not None and reading.extended < day,
            reading.capped,
            tuple(event.source for event in reading.counted),
            (*((event.source, why) for event, why in reading.ignored), *unproved),
        )

    @api.model
    def _make_event(self, evidence, get_row):
        cause = evidence.cause
        period = get_row(cause.period_key, evidence.until or evidence.day)[0] if cause.period_key else None
        is_title = cause.effect == "title"
        return Event(
            cause.effect,
            evidence.day,
            evidence.until,
            lasts=cause.lasts,
            void=evidence.void,
            period=period if is_title else None,
            minimum=None if is_title else period,
            passes_long_stop=cause.passes_long_stop,
            source=evidence,
        )

    # ------------------------------------------------------------
    # Where the evidence comes from
    # ------------------------------------------------------------
    @api.model
    def _read_recorded(self, lines, day):
        """Return what people recorded, on these instalments, their invoices or the whole account."""
        partners = lines.partner_id.commercial_partner_id
        events = (
            self.env["recovery.limitation.event"]
            .sudo()
            .search(
                Domain("debtor_id.partner_id", "in", partners.ids)
                & Domain("company_id", "in", lines.company_id.root_id.ids)
                & Domain("cancelled_on", "=", False)
                & Domain("date", "<=", day)
            )
        )
        by_debtor = events.grouped(lambda event: (event.debtor_id.partner_id, event.company_id))
        found = []
        for line in lines if events else ():
            for event in by_debtor.get((line.partner_id.commercial_partner_id, line.company_id.root_id), ()):
                if event.line_ids and line not in event.line_ids:
                    continue
                if event.move_ids and not event.line_ids and line.move_id not in event.move_ids:
                    continue
                found.append(
                    Evidence(
                        line.id,
                        event.cause_id,
                        event.date,
                        event.date_until or None,
                        event.state == "void",
                        event.display_name,
                        event._name,
                        event.id,
                        tuple(event.attachment_ids.ids),
                    )
                )
        return found
