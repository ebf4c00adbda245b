"""What amounts in other currencies are worth in the company's: one rate, that of the document's day, and one sentence.

Whatever says an equivalent says it through here. Figures that the books hold (an open item's own value, exposure,
the worklist) are no equivalents: they are worth what was entered.
"""

from odoo.tools import formatLang

from .formatting import format_day


def convert_totals(company, day, totals):
    """Return what ``(currency, amount)`` pairs are worth together in the company's currency on that day."""
    own = company.currency_id
    return own.round(sum(currency._convert(amount, own, company, day) for currency, amount in totals))


def get_rate(company, currency, day):
    """Return how much of a currency one unit of the company's is worth on that day."""
    return currency._get_conversion_rate(company.currency_id, currency, company, day)


def say_equivalent(env, company, day, totals, amount=None):
    """Return the sentence that says what a document's totals are worth; empty when none is in a foreign currency.

    :param day: the document's own date, whose rate it is; the sentence names it.
    :param totals: ``(currency, amount)`` of the document, one per currency.
    :param amount: the equivalent that was frozen with the document, if there is one.
    """
    totals = list(totals)
    own = company.currency_id
    if all(currency == own for currency, _amount in totals):
        return ""
    if amount is None:
        amount = convert_totals(company, day, totals)
    return env._(
        "Total at the rate of %(day)s: %(amount)s; payment is due in the currency of each invoice.",
        day=format_day(env, day),
        amount=formatLang(env, amount, currency_obj=own),
    )
