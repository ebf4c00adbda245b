"""The figures of one customer's exposure: plain Python, no ORM."""

from datetime import date
from typing import NamedTuple


class Limit(NamedTuple):
    """The credit limit in force on a day.

    ``amount`` is None when nothing limits the customer. ``origin`` says why, or whose it
    is: ``off`` (the company uses no limits), ``none`` (no limit), ``company`` (its
    default), ``customer`` (the customer's own), ``zero`` (no credit at all), ``expired``
    (its validity is over: no credit until it is renewed). ``increase`` is the part of the
    amount that ends by itself on ``increase_until``.
    """

    amount: float | None = None
    origin: str = "off"
    increase: float = 0.0
    increase_until: date | None = None
    valid_until: date | None = None


class Exposure(NamedTuple):
    """The exposure of one customer: what it could cost one company, in the company's currency.

    ``credit`` is negative: it is set against the debt in ``total``. ``cover`` is what
    guarantees and insurance would pay of the total. ``penalty`` is what is open of the
    late fees charged: claimed, but no use of the limit, so outside ``total``.
    """

    draft: float = 0.0
    not_due: float = 0.0
    overdue: float = 0.0
    orders: float = 0.0
    credit: float = 0.0
    limit: float | None = None
    limit_origin: str = "off"
    oldest_due: date | None = None
    cover: float = 0.0
    limit_detail: Limit = Limit()
    penalty: float = 0.0

    @property
    def posted(self):
        """What the books say: without drafts and orders."""
        return self.not_due + self.overdue + self.credit

    @property
    def total(self):
        """Everything that is given on credit, or is about to be."""
        return self.posted + self.draft + self.orders

    @property
    def own_risk(self):
        """What no guarantee would pay."""
        return max(self.total, 0.0) - self.cover

    @property
    def usage(self):
        """The total in percent of the limit; 0 without a limit."""
        return max(100.0 * self.total / self.limit, 0.0) if self.limit and self.limit > 0 else 0.0
