"""How far numbers, dates and texts that people type may go, in plain Python (no ORM).

Within these bounds no sum, no date reckoned from them and no index of the database overflows.
"""

import binascii
import math
import re
from base64 import b64decode
from datetime import date, datetime, time

FIRST_DAY, LAST_DAY = date(1800, 1, 1), date(2199, 12, 31)
AMOUNT = 10**12
COUNT = 36_500  # days, months, parts: a hundred years in days
ORDER = 10**6  # a place in a list
SIGNED = (-AMOUNT, AMOUNT)
UNRECKONABLE = 10**14  # no sum of amounts in any currency comes near it
BIG = (0, 2**31 - 1)  # people, notices: as many as a column holds
# In the words of Python: days, numbers, and an amount in no currency.
_SIGNS = ("out of range", "NaN", "infinity", "res.currency()")
LENGTHS = {"char": 2000, "text": 100_000, "html": 1_000_000}


RECKONED = ("integer", "float", "monetary", "date", "datetime")


class OutOfBounds(ValueError):
    """A value lies outside its bounds."""


def get_bounds(field_type, name, declared=None, digits=None):
    """Return the lowest and the highest value of a field.

    :param digits: how many the column holds, and how many of them after the point.
    """
    if isinstance(digits, tuple) and declared is None:
        return 0, min(AMOUNT, 10 ** (digits[0] - digits[1]) - 1)
    if declared:
        return declared
    if field_type in ("date", "datetime"):
        return FIRST_DAY, LAST_DAY
    if field_type == "integer":
        return (-ORDER, ORDER) if name == "sequence" else (0, COUNT)
    return 0, AMOUNT


def get_widest(field_type):
    """Return the lowest and the highest value of what is worked out: there is no reckoning beyond."""
    if field_type in ("date", "datetime"):
        return FIRST_DAY, LAST_DAY
    return -UNRECKONABLE, UNRECKONABLE


def get_moments(low, high):
    """Return the first and the last moment of these days."""
    return datetime.combine(low, time.min), datetime.combine(high, time.max)


_BLANKS = re.compile(r"[\s\u2009\u202f\xa0'’]+")
_UNIT = re.compile(r"(?:€|eur|euros?|%)$", re.IGNORECASE)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+|[+-]?\d{1,3}(?:,\d{3})+")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)")


def write_number(text):
    """Return a number that was typed as people write it, with a dot and nothing else: ``1 234,56 €`` is ``1234.56``.

    One comma is the decimal one, as in France. Of a comma and a dot, the last one is.

    :raises ValueError: it is no number.
    """
    bare = _UNIT.sub("", _BLANKS.sub("", str(text)))
    comma, dot = bare.rfind(","), bare.rfind(".")
    if comma >= 0 and dot >= 0:
        bare = bare.replace("." if comma > dot else ",", "").replace(",", ".")
    elif (bare.count(",") > 1 or bare.count(".") > 1) and _GROUPED.fullmatch(bare):
        bare = bare.replace(",", "").replace(".", "")
    else:
        bare = bare.replace(",", ".")
    if not _NUMBER.fullmatch(bare):
        raise ValueError(text)
    return bare


def to_number(value):
    """Return what was given as a number, whether a program or a person wrote it; nothing is zero.

    :raises ValueError, TypeError, OverflowError: it is none.
    """
    try:
        return float(value or 0.0)
    except ValueError:
        return float(write_number(value))


def read_number(value, low, high):
    """Return a value as a number between two others.

    :raises OutOfBounds: it is one, but too small or too large, or none at all.
    :raises ValueError, TypeError, OverflowError: it is no number.
    """
    if isinstance(value, dict | list | tuple):
        raise TypeError(value)
    number = to_number(value)
    if not math.isfinite(number) or not low <= number <= high:
        raise OutOfBounds(value)
    return number


def is_jump(before, after, least=0):
    """Tell whether a number is ten times another, or a tenth of it, as one whose comma was lost would be.

    :param least: how far apart they must be besides; from zero, what is at least that far is looked at.
    """
    low, high = sorted((abs(before), abs(after)))
    return high >= 10 * low and high - low >= least and (low > 0 or 0 < 10 * least <= high)


def read_day(value, to_date, low=FIRST_DAY, high=LAST_DAY):
    """Return a value as a date between two others; None if it is empty.

    :param to_date: what converts the value.
    :raises OutOfBounds: it is too early or too late.
    """
    day = to_date(value)
    if isinstance(day, datetime):
        day = day.date()
    if day and not low <= day <= high:
        raise OutOfBounds(value)
    return day


def read_text(value, longest):
    """Return a value as a text that the database can hold.

    :raises OutOfBounds: it is too long.
    """
    if isinstance(value, bytes):
        value = value.decode()
    if not isinstance(value, str | int | float | None):
        raise TypeError(value)
    text = str(value or "")
    if len(text) > longest:
        raise OutOfBounds(len(text))
    if "\x00" in text:
        raise ValueError(text)
    text.encode()
    return text


def is_unreckonable(error):
    """Tell whether an error is what reckoning with a number or a date out of bounds ends in."""
    return isinstance(error, ArithmeticError) or any(sign in str(error) for sign in _SIGNS)


def get_finite(number):
    """Return a number to reckon with: none at all counts for nothing."""
    return number if math.isfinite(number) else 0.0


def get_content(value, is_encoded):
    """Return the content that a value gives to a file; None if it is none."""
    try:
        return read_file(value) if is_encoded else value.encode() if isinstance(value, str) else value or b""
    except (TypeError, ValueError):
        return None


def read_file(value):
    """Return the content of an uploaded file.

    :raises ValueError: it is no base64.
    """
    if not value:
        return b""
    if not isinstance(value, str | bytes):
        raise TypeError(value)
    try:
        return b64decode(value)
    except binascii.Error as error:
        raise ValueError(value) from error
