"""The plain rows that the ledger hands out: no recordset, no lazy query behind them."""

from datetime import date, datetime
from typing import NamedTuple

# What made an entry that is money received, by the kind of settlement that it then is.
MONEY = {"payment": "origin_payment_id", "bank": "statement_line_id"}


def is_received(entry) -> bool:
    """Tell whether an entry is money received: made by a payment or a line of a bank statement."""
    return any(entry[field] for field in MONEY.values())


class OpenItem(NamedTuple):
    """One line of a receivable account that is not fully settled.

    ``residual`` is in ``currency_id``, ``residual_company`` in the company's currency;
    both are negative for a credit (credit note, payment not yet matched).

    An instalment that passed to another account (doubtful) keeps its name there: ``line_id``,
    ``move_id`` and all that follows from them are those of the invoice; ``account_id`` is the
    account on which it is open now, and ``own_line_id`` the line there. One that is open in two places
    has its own ``line_id`` in the second, where ``instalment_id`` is the line of the invoice.
    """

    line_id: int
    move_id: int
    move_name: str
    move_type: str
    ref: str | None
    invoice_date: date | None
    date: date
    due: date
    partner_id: int | None
    account_id: int
    company_id: int
    currency_id: int
    amount: float
    residual: float
    residual_company: float
    no_followup: bool
    payment_state: str | None
    reversed_move_id: int | None
    delivery_date: date | None = None
    own_line_id: int | None = None
    instalment_id: int | None = None


class PendingPayment(NamedTuple):
    """A customer payment registered without a journal entry: money on its way.

    ``move_ids`` are the invoices it was registered on; it settles nothing else.
    """

    payment_id: int
    name: str
    date: date
    partner_id: int | None
    currency_id: int
    amount: float
    move_ids: tuple


class Settlement(NamedTuple):
    """One reconciliation of an instalment: what settled it, when, for how much.

    ``is_money`` is true only for a payment or a bank statement line: a credit note, a
    write-off, an exchange difference or a netting settles without being received.
    """

    line_id: int
    date: date
    amount: float
    amount_company: float
    kind: str
    is_money: bool
    credit_line_id: int | None = None


class OrderToCome(NamedTuple):
    """What is still to come of one order, in the company's currency at the order's date.

    ``amount`` counts in the exposure. ``remainder`` is what the order still says, and
    ``reason`` why it counts nothing: ``locked``, ``cancelled`` or ``credited``.
    """

    order_id: int
    partner_id: int
    amount: float
    remainder: float
    reason: str | None = None


class Balance(NamedTuple):
    """The balance of one customer in one company, in the company's currency.

    ``penalty`` is what is open of the documents that charge late fees, less what credits
    them: it is apart, in none of the other figures.
    """

    partner_id: int | None
    not_due: float
    overdue: float
    credit: float
    oldest_due: date | None
    draft: float = 0.0
    penalty: float = 0.0


class PaymentHistory(NamedTuple):
    """The payment history of one customer: instalments settled by money in the last 12 and 24 months, and late."""

    partner_id: int
    settled_12: int
    late_12: int
    settled_24: int
    late_24: int


class PaymentDelays(NamedTuple):
    """The money received from one customer, summed by period, in the company's currency.

    Days count from the due date and never below 0: an early payment does not make up for a
    late one. ``recent`` is the last three months, ``past`` what precedes them within two
    years; ``weighted`` sums are amount × days, ``squares`` amount × days².
    """

    partner_id: int
    amount_12: float = 0.0
    weighted_12: float = 0.0
    late_12: float = 0.0
    count_12: int = 0
    amount_24: float = 0.0
    weighted_24: float = 0.0
    count_24: int = 0
    recent_amount: float = 0.0
    recent_weighted: float = 0.0
    recent_count: int = 0
    past_amount: float = 0.0
    past_weighted: float = 0.0
    past_squares: float = 0.0
    past_count: int = 0


class SalesHistory(NamedTuple):
    """What was invoiced to one customer: since when, and how much over twelve months without tax."""

    partner_id: int
    first_invoice: date | None
    billed_12: float
    invoice_count_12: int


class Change(NamedTuple):
    """What changed the picture of a past day after it: an entry posted, matched, unmatched or withdrawn since.

    ``amount`` is what it adds to the picture of that day as the books tell it now, in the company's currency: to the
    balance for an entry, to what is open of the debt for a reconciliation, whose total it does not change.
    """

    kind: str
    line_id: int | None
    name: str | None
    other_line_id: int | None
    other_name: str | None
    partner_id: int | None
    account_id: int | None
    date: date
    moment: datetime | None
    amount: float


class Depreciation(NamedTuple):
    """What is depreciated (491) of a customer's doubtful claim, by the line on which the claim is open."""

    partner_id: int
    line_id: int | None
    amount: float


class Movement(NamedTuple):
    """What one kind of entries moved of a customer's receivables on one account over a period."""

    account_id: int
    partner_id: int | None
    kind: str
    amount: float
    count: int


class InstalmentLife(NamedTuple):
    """One instalment from its issue to its settlement, in the company's currency.

    ``parts`` are what settled it, ``(day, amount, whether it is money)``, oldest first;
    ``settled_on`` is None while something is open; ``is_paid`` tells that money settled it at the last. One that
    passed to another account (doubtful) is one: what settles it there settles it, and its passage does not.
    """

    line_id: int
    partner_id: int | None
    issued: date
    due: date
    amount: float
    settled_on: date | None
    is_paid: bool
    parts: tuple
