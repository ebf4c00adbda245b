"""Which tone suits a debtor's past: plain Python, no ORM.

A good payer who is unusually late is not written to like one who always is.
"""

from ...ledger.rows import PaymentHistory

NEUTRAL = "neutral"
FIRST_LATE = "first_late"
HABITUAL = "habitual"
PROMISE_BROKEN = "promise_broken"

ENOUGH = 3  # instalments paid, below which a past says nothing
GOOD = 0.1  # at most this share of them late, over two years: a good payer
BAD = 0.5  # at least this share of them late, over one year: a habit


def get_tone(history: PaymentHistory | None) -> str:
    """Return the tone for a debtor who is late now and paid so far as ``history`` says."""
    if not history:
        return NEUTRAL
    if history.settled_12 >= ENOUGH and history.late_12 >= BAD * history.settled_12:
        return HABITUAL
    if history.settled_24 >= ENOUGH and history.late_24 <= GOOD * history.settled_24:
        return FIRST_LATE
    return NEUTRAL
