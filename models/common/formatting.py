"""How days, shares, places, phrases and files are written in our documents, in the environment's language."""

from odoo.tools import format_date, formatLang


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


def name_file(day, customer, document, extension="pdf"):
    """Return a file name that a person can sort: date, customer, document."""
    return f"{day} {customer} {document}.{extension}".replace("/", "-")
