"""The plain rows that the ledger hands out: no recordset, no lazy query behind them."""

from datetime import date
from typing import NamedTuple


class OpenItem(NamedTuple):
    """One line of a receivable account that is not fully settled.

    ``residual`` is in ``currency_id``, ``residual_company`` in the company's currency;
    both are negative for a credit (credit note, payment not yet matched).
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


class Balance(NamedTuple):
    """What one customer owes in one company, in the company's currency.

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
    """How many instalments one customer settled with money in the last 12 and 24 months, and how many late."""

    partner_id: int
    settled_12: int
    late_12: int
    settled_24: int
    late_24: int
