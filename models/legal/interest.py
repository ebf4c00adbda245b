"""Interest for late payment, in plain Python (no ORM), to the cent.

Conventions (C. com. L441-10, C. civ. 1231-6, 1343-1 and 1343-2, CCP R2192-31):

- interest runs from the day after the origin (due date, receipt of the mise en demeure,
  day a judgment became enforceable) to the end date included, and each day bears the
  rate of its own semester;
- one line per constant base and constant rate: base × rate × days / 365, rounded half up
  to the cent, so that the lines printed add up to the total printed;
- a payment is end-of-day: its day still bears interest on the old base;
- interest already run is not lost when the principal is paid.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from ..common.calendar import shift

CENT = Decimal("0.01")
ZERO = Decimal(0)
ONE_DAY = timedelta(days=1)

ECB, LEGAL_PRO, LEGAL_PART = "ecb_mro", "legal_pro", "legal_part"


class MissingRate(LookupError):
    """No rate is known for that day: nothing is extrapolated."""

    def __init__(self, kind: str, day: date):
        super().__init__(f"{kind} {day}")
        self.kind = kind
        self.day = day


class RateRow(NamedTuple):
    """A published rate in percent, known from ``start`` to ``end`` included."""

    kind: str
    start: date
    end: date
    value: Decimal


class Source(NamedTuple):
    """Where the rate of a line comes from: what a reader needs to check it.

    ``code`` is default, legal, judgment, public, contract or floor; ``semester`` is empty
    when the rate does not follow the semesters; ``reference`` is the published rate and
    ``points`` what the law adds to it, or multiplies it by for a floor.
    """

    code: str
    semester: str = ""
    reference: Decimal | None = None
    points: Decimal | None = None


class Span(NamedTuple):
    """Days that bear one rate. ``below_floor`` marks a contractual rate under the legal minimum."""

    start: date
    end: date
    rate: Decimal
    source: Source
    below_floor: bool = False


class Movement(NamedTuple):
    """What reduces a debt. A credit note or a write-off ``reduces_price``: it never pays interest.

    ``principal_first``: this one pays the principal, whatever the order of the others.
    """

    day: date
    amount: Decimal
    reduces_price: bool = False
    key: object = None
    principal_first: bool = False


class Line(NamedTuple):
    """Interest on one constant base at one constant rate; ``capitalised`` is the part of the base that is interest."""

    base: Decimal
    start: date
    end: date
    days: int
    rate: Decimal
    source: Source
    amount: Decimal
    below_floor: bool
    capitalised: Decimal = ZERO


class Imputation(NamedTuple):
    """The imputation of one movement: what it was set against; ``excess`` is what was left of it."""

    day: date
    amount: Decimal
    to_principal: Decimal
    to_interest: Decimal
    excess: Decimal
    key: object


class Account(NamedTuple):
    """A claim with its interest: ``interest`` is all that ran, ``interest_left`` what is unpaid of it."""

    lines: tuple
    imputations: tuple
    interest: Decimal
    interest_left: Decimal
    principal_left: Decimal
    capitalised: Decimal


# ------------------------------------------------------------
# Semesters and published rates
# ------------------------------------------------------------
def semester_start(day: date) -> date:
    """Return the first day of the semester of ``day``."""
    return date(day.year, 1 if day.month < 7 else 7, 1)


def semester_end(day: date) -> date:
    """Return the last day of the semester of ``day``."""
    return date(day.year, 6, 30) if day.month < 7 else date(day.year, 12, 31)


def semester_code(day: date) -> str:
    """Return the semester as ``2026-S1``."""
    return f"{day.year}-S{1 if day.month < 7 else 2}"


def cut_by_semester(start: date, end: date):
    """Yield the (first, last) days of each semester's part of a period."""
    while start <= end:
        last = min(end, semester_end(start))
        yield start, last
        start = last + ONE_DAY


class RateBook:
    """The published rates: asked for a day that no row covers, it refuses."""

    def __init__(self, rows: Iterable[RateRow]):
        self._rows = {}
        for row in sorted(rows, key=lambda row: (row.kind, row.start)):
            self._rows.setdefault(row.kind, []).append(row)

    def get(self, kind: str, day: date) -> Decimal:
        """Return the rate published for ``day``, in percent."""
        for row in reversed(self._rows.get(kind, ())):
            if row.start <= day <= row.end:
                return row.value
        raise MissingRate(kind, day)

    def get_semester(self, kind: str, day: date) -> Decimal:
        """Return the rate that the law uses during the semester of ``day``: the one in force on its first day."""
        return self.get(kind, semester_start(day))

    def has_semester(self, kind: str, day: date) -> bool:
        """Tell whether the rate of the semester of ``day`` is known."""
        try:
            self.get_semester(kind, day)
        except MissingRate:
            return False
        return True


# ------------------------------------------------------------
# Which rate each day bears
# ------------------------------------------------------------
Schedule = Callable[[date, date], list[Span]]


def default_schedule(book: RateBook, points: Decimal) -> Schedule:
    """Return the default rate between professionals: the ECB's of each semester plus ``points`` (L441-10 II)."""

    def spans(start, end):
        found = []
        for first, last in cut_by_semester(start, end):
            reference = book.get_semester(ECB, first)
            source = Source("default", semester_code(first), reference, points)
            found.append(Span(first, last, reference + points, source))
        return found

    return spans


def frozen_schedule(book: RateBook, points: Decimal, origin: date) -> Schedule:
    """Return the rate owed by a public body: frozen at the semester in which interest starts (CCP R2192-31)."""
    first_day = origin + ONE_DAY

    def spans(start, end):
        reference = book.get_semester(ECB, first_day)
        source = Source("public", semester_code(first_day), reference, points)
        return [Span(start, end, reference + points, source)] if start <= end else []

    return spans


def legal_schedule(
    book: RateBook, kind: str = LEGAL_PRO, majoration: Decimal | None = None, majoration_after: date | None = None
) -> Schedule:
    """Return the legal rate of each semester, with ``majoration`` points after a day (CMF L313-2, L313-3).

    :param kind: the category follows the creditor: a company uses ``legal_pro``, even
        against a consumer.
    """

    def spans(start, end):
        found = []
        for first, last in cut_by_semester(start, end):
            reference = book.get_semester(kind, first)
            plain = Source("legal" if majoration is None else "judgment", semester_code(first), reference)
            if majoration is None or last <= majoration_after:
                found.append(Span(first, last, reference, plain))
                continue
            if first <= majoration_after:
                found.append(Span(first, majoration_after, reference, plain))
                first = majoration_after + ONE_DAY
            found.append(Span(first, last, reference + majoration, plain._replace(points=majoration)))
        return found

    return spans


def judgment_schedule(book: RateBook, enforceable_on: date, majoration: Decimal, months: int) -> Schedule:
    """Return the legal rate after a judgment, ``majoration`` points more once ``months`` have passed (L313-3).

    No points: the judge has removed the increase, or the title is one that the law does not increase.
    """
    return legal_schedule(book, LEGAL_PRO, majoration, shift(enforceable_on, months=months) if majoration else date.max)


def contract_schedule(book: RateBook, rate: Decimal, multiplier: Decimal, apply_floor: bool = True) -> Schedule:
    """Return a contractual rate, and mark the semesters in which it is below the legal floor.

    :param multiplier: the floor is this many times the legal rate (L441-10 II).
    :param apply_floor: no text says what replaces a rate below the floor: the floor
        (default), or the contract's rate as it stands; it is marked either way.
    """

    def spans(start, end):
        found = []
        for first, last in cut_by_semester(start, end):
            reference = book.get_semester(LEGAL_PRO, first)
            below = rate < reference * multiplier
            if below and apply_floor:
                source = Source("floor", semester_code(first), reference, multiplier)
                found.append(Span(first, last, reference * multiplier, source, True))
                continue
            span = Span(first, last, rate, Source("contract"), below)
            previous = found[-1] if found else None
            if previous and previous[2:] == span[2:]:
                found[-1] = previous._replace(end=last)
            else:
                found.append(span)
        return found

    return spans


def free_schedule(rate: Decimal) -> Schedule:
    """Return a contractual rate that no floor binds (a consumer's contract)."""
    return lambda start, end: [Span(start, end, rate, Source("contract"))] if start <= end else []


# ------------------------------------------------------------
# The account of one claim
# ------------------------------------------------------------
def round_half_up(amount: Decimal, quantum: Decimal = CENT) -> Decimal:
    """Return the amount rounded half up to the currency's smallest unit."""
    return (amount / quantum).quantize(Decimal(1), rounding=ROUND_HALF_UP) * quantum


def compute_interest(
    principal: Decimal,
    origin: date | None,
    until: date,
    schedule: Schedule | None,
    movements: Iterable[Movement] = (),
    interest_first: bool = False,
    quantum: Decimal = CENT,
    denominator: Decimal = Decimal(365),
    capitalise_from: date | None = None,
) -> Account:
    """Return the account of one claim on a day.

    :param origin: interest runs from the day after; None: no interest runs.
    :param until: last day that bears interest (the date of the account, or the eve of an
        insolvency: movements may be later).
    :param interest_first: payments go to the interest first (C. civ. 1343-1), else to
        the principal.
    :param capitalise_from: at each anniversary of this day, interest unpaid joins the
        base (C. civ. 1343-2: by contract or judgment only, for whole years).
    """
    ledger = _Ledger(principal, schedule, interest_first, quantum, denominator)
    if origin is None or schedule is None:
        origin = until
    cursor = origin + ONE_DAY
    for day, rank, movement in _order_steps(movements, capitalise_from, origin, until):
        ledger.accrue(cursor, min(day, until))
        cursor = max(cursor, min(day, until) + ONE_DAY)
        if rank:
            ledger.capitalise()
        else:
            ledger.settle(movement)
    ledger.accrue(cursor, until)
    return ledger.close()


def _order_steps(movements, capitalise_from, origin, until):
    """Return the movements and the anniversaries in order: on one day, what is paid is not capitalised."""
    steps = [(movement.day, 0, movement) for movement in movements]
    years = 1
    while capitalise_from and (day := shift(max(capitalise_from, origin), years=years)) < until:
        steps.append((day, 1, None))
        years += 1
    return sorted(steps, key=lambda step: step[:2])


class _Ledger:
    """The running state of one claim: principal, interest unpaid, interest capitalised."""

    def __init__(self, principal, schedule, interest_first, quantum, denominator):
        self.principal = principal
        self.unpaid = ZERO
        self.capitalised = ZERO
        self.schedule = schedule
        self.interest_first = interest_first
        self.quantum = quantum
        self.denominator = denominator
        self.lines = []
        self.imputations = []

    def accrue(self, start, end):
        base = self.principal + self.capitalised
        if base <= 0 or start > end:
            return
        for span in self.schedule(start, end):
            days = (span.end - span.start).days + 1
            amount = round_half_up(base * span.rate * days / (100 * self.denominator), self.quantum)
            period = (span.start, span.end, days, span.rate, span.source)
            self.lines.append(Line(base, *period, amount, span.below_floor, self.capitalised))
            self.unpaid += amount

    def capitalise(self):
        self.capitalised += self.unpaid
        self.unpaid = ZERO

    def settle(self, movement):
        left = movement.amount
        paid = {"principal": ZERO, "unpaid": ZERO, "capitalised": ZERO}
        if movement.reduces_price:
            order = ("principal",)
        elif self.interest_first and not movement.principal_first:
            order = ("unpaid", "capitalised", "principal")
        else:
            order = ("principal", "capitalised", "unpaid")
        for pot in order:
            part = min(left, getattr(self, pot))
            setattr(self, pot, getattr(self, pot) - part)
            paid[pot] = part
            left -= part
        self.imputations.append(
            Imputation(
                movement.day,
                movement.amount,
                paid["principal"],
                paid["unpaid"] + paid["capitalised"],
                left,
                movement.key,
            )
        )

    def close(self):
        return Account(
            lines=tuple(self.lines),
            imputations=tuple(self.imputations),
            interest=sum((line.amount for line in self.lines), ZERO),
            interest_left=self.unpaid + self.capitalised,
            principal_left=self.principal,
            capitalised=self.capitalised,
        )


def chained_schedule(before: Schedule, after: Schedule, last_day: date) -> Schedule:
    """Return one schedule until ``last_day`` included and another from the day after."""

    def spans(start, end):
        found = before(start, min(end, last_day)) if start <= last_day else []
        return found + (after(max(start, last_day + ONE_DAY), end) if end > last_day else [])

    return spans


def without_days(schedule: Schedule, taken: Iterable[tuple]) -> Schedule:
    """Return the schedule without the days taken: they bear nothing more.

    :param taken: (first, last) days included, in any order.
    """

    def spans(start, end):
        found = []
        for first, last in sorted(taken):
            if first <= end and last >= start:
                found += schedule(start, first - ONE_DAY) if start < first else []
                start = last + ONE_DAY
        return found + (schedule(start, end) if start <= end else [])

    return spans
