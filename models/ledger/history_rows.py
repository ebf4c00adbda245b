"""What the books say of a customer's past, as plain rows: no recordset, no lazy query behind them."""

from datetime import date
from typing import NamedTuple


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
