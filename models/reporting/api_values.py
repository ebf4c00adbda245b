"""What another program sends with a question, read strictly (no ORM).

JSON has fewer kinds of values than Python, and programs send what they have: a day is ISO text and nothing else,
a number is no text, a truth value is no number. Nothing at all is None.
"""

import math
import re
from datetime import date

from ..common.bounds import AMOUNT, FIRST_DAY, LAST_DAY, LENGTHS

LARGEST_ID = 2**31 - 1
MOST_IDS = 1000
MOST_ROWS = 500
LONGEST_KEY = 200
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class NotUnderstood(ValueError):
    """A value is not what was asked for; ``kind`` says what that was."""

    def __init__(self, kind, allowed=()):
        super().__init__(kind)
        self.kind = kind
        self.allowed = tuple(allowed)


def is_missing(value) -> bool:
    """Tell whether nothing was given: JSON says ``null``, clients of Odoo say ``false``."""
    return value is None or value is False or value == ""


def read_day(value):
    """Return a day written ``YYYY-MM-DD``."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise NotUnderstood("day")
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise NotUnderstood("day") from error
    if not FIRST_DAY <= day <= LAST_DAY:
        raise NotUnderstood("day")
    return day


def read_id(value):
    """Return the id of a record."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= LARGEST_ID:
        raise NotUnderstood("id")
    return value


def read_ids(value):
    """Return the ids of records, each once."""
    if not isinstance(value, list | tuple) or len(value) > MOST_IDS:
        raise NotUnderstood("ids")
    try:
        return list(dict.fromkeys(map(read_id, value)))
    except NotUnderstood as error:
        raise NotUnderstood("ids") from error


def read_amount(value):
    """Return an amount of money above zero."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or not 0 < value <= AMOUNT:
        raise NotUnderstood("amount")
    return float(value)


def read_choice(value, allowed):
    """Return one of the values of a list."""
    if not isinstance(value, str) or value not in allowed:
        raise NotUnderstood("choice", allowed)
    return value


def read_choices(value, allowed):
    """Return several values of a list, each once."""
    if not isinstance(value, list | tuple):
        raise NotUnderstood("choices", allowed)
    try:
        return list(dict.fromkeys(read_choice(item, allowed) for item in value))
    except NotUnderstood as error:
        raise NotUnderstood("choices", allowed) from error


def read_text(value):
    """Return a text that the database can hold."""
    if not isinstance(value, str) or len(value) > LENGTHS["char"] or "\x00" in value:
        raise NotUnderstood("text")
    return value


def read_key(value):
    """Return the key that a program gives to its question."""
    if not isinstance(value, str) or len(value) > LONGEST_KEY or "\x00" in value:
        raise NotUnderstood("key")
    return value


def read_truth(value):
    """Return true or false."""
    if not isinstance(value, bool):
        raise NotUnderstood("truth")
    return value


def read_count(value):
    """Return how many rows are wanted."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= MOST_ROWS:
        raise NotUnderstood("count")
    return value


def read_place(value):
    """Return how many rows are left out first."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST_ID:
        raise NotUnderstood("place")
    return value
