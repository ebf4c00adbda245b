"""How days, shares, places, phrases and files are written in our documents, in the environment's language."""

import re

from markupsafe import Markup

from odoo.tools import format_date, formatLang

NAMED = 6  # documents that a sentence names one by one
_PARAGRAPH = re.compile(r"(<p\b(?:(?!<p\b).)*</p>)\s*$", re.DOTALL | re.IGNORECASE)


def format_day(env, day, style=None):
    """Return a day as text that no line break cuts.

    :param style: ``long`` for the month in full, as in letters.
    """
    if not day:
        return ""
    text = format_date(env, day, date_format=style)
    if style == "long" and day.day == 1 and (env.lang or "").startswith("fr"):
        text = text.replace("1 ", "1er ", 1)  # CLDR has no ordinal for the first of the month
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def format_letter_day(env, day, style="medium"):
    """Return a day as a letter writes it: in figures, but in English the month in words, since 11/12 is two days there.

    :param style: how English writes it: ``medium`` for tables, ``long`` for sentences.
    """
    return format_day(env, day, style if (env.lang or "").startswith("en") else None)


def say_percent(env, text):
    """Return the text of a number with its percent sign, which only English writes without a space."""
    return f"{text}%" if (env.lang or "").startswith("en") else f"{text}\N{NO-BREAK SPACE}%"


def format_share(env, number, digits=2):
    """Return a percentage as text: ``12.40%``."""
    return say_percent(env, formatLang(env, float(number), digits=digits))


def format_place_and_day(env, company, day):
    """Return what stands on top of a letter: ``Lyon, 1 March 2026``."""
    text = format_day(env, day, "long")
    return env._("%(city)s, %(date)s", city=company.city, date=text) if company.city else text


def enumerate_phrases(env, phrases):
    """Return phrases as one: ``a, b and c``."""
    if len(phrases) < 2:
        return "".join(phrases)
    return env._("%(first)s and %(last)s", first=", ".join(phrases[:-1]), last=phrases[-1])


def list_phrases(env, phrases):
    """Return phrases that hold commas of their own as one: ``a, b; c``."""
    phrases = list(phrases)
    listed = "".join(phrases[:1])
    for phrase in phrases[1:]:
        listed = env._("%(listed)s; %(next)s", listed=listed, next=phrase)
    return listed


def say_of(env, what, text):
    """Return what is said of something: ``Dépens: €120``; a language sets its colon as it does."""
    return env._("%(what)s: %(text)s", what=what, text=text)


def name_invoices(env, names):
    """Return invoices by name, or how many there are where a sentence cannot name them all."""
    if len(names) <= NAMED:
        return ", ".join(names)
    return env._("%(count)s invoices, from %(first)s to %(last)s", count=len(names), first=names[0], last=names[-1])


def name_run(env, names):
    """Return invoices by name, or the first and the last where a sentence cannot name them all."""
    if len(names) <= NAMED:
        return ", ".join(names)
    return env._("%(first)s to %(last)s (%(count)s invoices)", first=names[0], last=names[-1], count=len(names))


def split_last_paragraph(text):
    """Return a text in HTML and its last paragraph apart; all of it and nothing where it has only one."""
    found = _PARAGRAPH.search(text or "")
    if not found or not text[: found.start()].strip():
        return text, Markup()
    return Markup(text[: found.start()]), Markup(found[1])


def name_file(day, customer, document, extension="pdf"):
    """Return a file name that a person can sort: date, customer, document."""
    return f"{day} {customer} {document}.{extension}".replace("/", "-")
