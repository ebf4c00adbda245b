"""The claim as plain figures, without the ORM: what the engine returns and a statement freezes."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ..legal.interest import Account

ZERO = Decimal(0)
#: The heads that money received pays before the interest that runs and the principal, in this order (C. civ. 1343-1).
FIRST = ("costs", "interest")


class ContractTerms(NamedTuple):
    """What a contract adds to the law; neutral by default.

    ``clause_percent`` bears on each invoice's principal left, ``clause_fixed`` counts once
    for the whole claim; ``reference`` is what a reader needs to find the clause. General
    terms made for professionals do not bind a consumer.
    """

    interest_rate: Decimal | None = None
    clause_percent: Decimal | None = None
    clause_fixed: Decimal | None = None
    capitalises: bool = False
    reference: str = ""
    binds_consumers: bool = True


NEUTRAL_TERMS = ContractTerms()


class Asked(NamedTuple):
    """What other letters in force ask for already: it is asked once.

    ``indemnities``: ``((invoice id, amount), …)``; ``costs``: ids of costs on proof;
    ``covered``: what the flat indemnities covered of these costs, in euros.
    """

    indemnities: tuple = ()
    costs: frozenset = frozenset()
    covered: Decimal = ZERO


class Options(NamedTuple):
    """The options of a claim's computation.

    ``interest_first``: payments go to the interest first (C. civ. 1343-1).
    ``received_on``: when the mise en demeure was received, for what depends on it.
    ``apply_floor``: what replaces a contractual rate below the legal floor.
    ``judgment_on``: day on which a judgment became enforceable, even provisionally.
    ``interest_until``: last day of interest, when the rates of what follows are not known.
    ``principal_only``: neither interest, nor indemnity, nor costs, nor clause.
    ``set_aside``: ``((line id, amount), …)`` of what is disputed or promised: it is not claimed.
    ``asked``: the flat indemnities and the costs that are left out, other letters asking for them.
    """

    interest_first: bool = False
    received_on: date | None = None
    apply_floor: bool = True
    judgment_on: date | None = None
    interest_until: date | None = None
    principal_only: bool = False
    set_aside: tuple = ()
    asked: Asked = Asked()


class Ruling(NamedTuple):
    """What a title says of one instalment: the claim rests on it, and on no day that somebody types.

    ``name``: the title, as a reader knows it, and what it says of interest.
    ``interest``: ``legal`` (increased by ``points``), ``fixed`` (``rate``), or ``agreed`` (the penalties or the
    contract's rate go on, and nothing increases them).
    ``points``: those of the increase; None for those of the law (CMF L313-3), 0 for none.
    ``interest_from``: the awarded interest runs from the day after; None: penalties ran until the title.
    ``capitalise_from``: the judge ordered that interest due for a year bears interest, from that day on.
    ``not_awarded``: the part of the instalment that it did not grant: it is claimed no more.
    ``fixes``: the heads (``interest``, ``indemnity``, ``clause``) that it awarded as a sum: none is reckoned.
    ``principal_first``: another order than costs, interest, principal was agreed.
    ``settled_until``: the principal that it awarded is what the books had left after the payments until that day.
    """

    name: str
    enforceable_on: date
    interest: str = "legal"
    rate: Decimal | None = None
    points: Decimal | None = None
    interest_from: date | None = None
    capitalise_from: date | None = None
    not_awarded: Decimal = ZERO
    fixes: frozenset = frozenset()
    principal_first: bool = False
    settled_until: date | None = None


def get_order(rulings):
    """Return the options by which money received is set: as the titles say, else as the books do, principal first."""
    rulings = list(rulings)
    return Options(interest_first=bool(rulings) and not all(ruling.principal_first for ruling in rulings))


class Taken(NamedTuple):
    """What was charged by a document of its own, or waived: the claim asks no more for it.

    ``charged`` tells which; ``name`` is the charge or the waiver. Interest is taken by
    whole days, from ``start`` to ``end``, or for an ``amount`` without days. A fixed clause
    is taken for the instalments due before ``end``.
    """

    head: str
    amount: Decimal
    currency_id: int
    charged: bool
    name: str
    line_id: int | None = None
    move_id: int | None = None
    cost_id: int | None = None
    partner_id: int | None = None
    start: date | None = None
    end: date | None = None


@dataclass
class Settled:
    """What reduced an instalment: money, credit note, other entry, or an open credit set against it on paper."""

    day: date
    amount: Decimal
    kind: str
    name: str = ""
    on_paper: bool = False

    @property
    def reduces_price(self):
        return self.kind not in ("payment", "bank")

    @property
    def is_set_aside(self):
        return self.kind == "set_aside"

    @property
    def is_not_awarded(self):
        return self.kind == "not_awarded"


@dataclass
class Item:
    """One instalment with its account. ``indemnity`` is in euros, the rest in its own currency.

    ``waived`` is the part of the interest that was given up without naming its days: it is
    deducted from the interest left.
    """

    line_id: int
    move_id: int
    move_name: str
    reference: str
    partner_id: int | None
    nature: str
    invoice_date: date
    due: date
    currency_id: int
    principal: Decimal
    settled: list
    account: Account
    regime: str
    is_late: bool
    indemnity: Decimal = ZERO
    indemnity_article: str = ""
    clause: Decimal = ZERO
    contract_rate: Decimal | None = None
    insolvent_on: date | None = None
    waived: Decimal = ZERO
    flags: set = field(default_factory=set)

    @property
    def settled_amount(self):
        return sum((row.amount for row in self.settled), ZERO)

    @property
    def interest_left(self):
        """The interest unpaid, less what was given up of it."""
        return self.account.interest_left - self.waived


class LossProof(NamedTuple):
    """What proves that an instalment is lost: the code of the kind of proof, its day, and a sentence."""

    code: str
    day: date
    text: str


class CostRow(NamedTuple):
    """A recovery cost on proof, in euros."""

    cost_id: int
    move_name: str
    day: date
    name: str
    amount: Decimal


class CourtCost(NamedTuple):
    """A cost that the debtor owes by a decision, or by law: no flat indemnity covers any of it.

    ``line_id`` is the instalment beside which it is claimed, so that it is claimed once; ``replaces`` the cost on
    proof that it was before. ``head`` is the total under which it stands, and so the turn in which it is paid:
    ``costs``, then ``interest``, before the principal; ``indemnity``, ``clause`` and ``other`` after it.
    """

    day: date
    name: str
    amount: Decimal
    currency_id: int
    line_id: int
    replaces: int | None = None
    head: str = "costs"

    @property
    def is_first(self):
        """Tell whether money received pays it before the interest that runs and the principal."""
        return self.head in FIRST


class CostPaid(NamedTuple):
    """What a payment paid of the costs, or of the interest awarded as a sum, before the interest and the principal."""

    day: date
    amount: Decimal
    currency_id: int
    name: str
    head: str = "costs"


@dataclass
class Total:
    """The total claimed in one currency."""

    currency_id: int
    principal: Decimal = ZERO
    settled: Decimal = ZERO
    principal_left: Decimal = ZERO
    interest: Decimal = ZERO
    interest_left: Decimal = ZERO
    indemnity: Decimal = ZERO
    costs: Decimal = ZERO
    clause: Decimal = ZERO
    other: Decimal = ZERO

    @property
    def amount(self):
        return self.costs + self.interest_left + self.principal_left + self.last

    @property
    def last(self):
        """What money received pays after the principal: compensation, penalty clauses, other sums awarded."""
        return self.indemnity + self.clause + self.other


@dataclass
class Claim:
    """The claim of one or several debtors on a day.

    ``clauses_fixed`` are amounts by partner id, in euros; ``taken`` is what is left out; ``rulings`` are those of
    the titles, by instalment.
    """

    company_id: int
    day: date
    options: Options
    euro_id: int
    items: list
    denominator: Decimal
    costs: list = field(default_factory=list)
    court_costs: list = field(default_factory=list)
    costs_paid: list = field(default_factory=list)
    costs_covered: Decimal = ZERO
    costs_taken: Decimal = ZERO
    clauses_fixed: dict = field(default_factory=dict)
    clause_reference: str = ""
    taken: list = field(default_factory=list)
    rulings: dict = field(default_factory=dict)

    @property
    def judgment_on(self):
        """The day after which an award runs in the place of the penalties: the first title's, else the typed one."""
        days = [ruling.enforceable_on for ruling in self.rulings.values() if ruling.interest != "agreed"]
        return min(days, default=None if self.rulings else self.options.judgment_on)

    @property
    def clause_fixed(self):
        """The fixed clauses of all debtors, in euros."""
        return sum(self.clauses_fixed.values(), ZERO)

    @property
    def complementary_costs(self):
        """Costs on proof beyond the flat indemnities (L441-10 II), charged or waived ones left out."""
        return max(self.costs_uncovered - self.costs_taken, ZERO)

    @property
    def costs_uncovered(self):
        """Costs on proof beyond the flat indemnities, whether they were charged already or not."""
        return max(sum((row.amount for row in self.costs), ZERO) - self.costs_covered, ZERO)

    @staticmethod
    def _add_to(total, head, amount):
        """Add an amount to what is left of one head of a total."""
        name = "interest_left" if head == "interest" else head
        setattr(total, name, getattr(total, name) + amount)

    def get_totals(self):
        """Return one :class:`Total` per currency, the euro's first when it has one."""
        totals = {}
        for item in self.items:
            total = totals.setdefault(item.currency_id, Total(item.currency_id))
            total.principal += item.principal
            total.settled += item.settled_amount
            total.principal_left += item.account.principal_left
            total.interest += item.account.interest
            total.interest_left += item.interest_left
            total.clause += item.clause
            if item.indemnity:
                totals.setdefault(self.euro_id, Total(self.euro_id)).indemnity += item.indemnity
        for row in self.court_costs:
            total = totals.setdefault(row.currency_id, Total(row.currency_id))
            if row.head == "interest":
                total.interest += row.amount
            self._add_to(total, row.head, row.amount)
        for row in self.costs_paid:
            self._add_to(totals.setdefault(row.currency_id, Total(row.currency_id)), row.head, -row.amount)
        if self.complementary_costs:
            totals.setdefault(self.euro_id, Total(self.euro_id)).costs += self.complementary_costs
        if self.clause_fixed:
            totals.setdefault(self.euro_id, Total(self.euro_id)).clause += self.clause_fixed
        return sorted(totals.values(), key=lambda total: (total.currency_id != self.euro_id, total.currency_id))
