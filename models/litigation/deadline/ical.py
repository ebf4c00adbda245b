"""Whole days as a calendar that other programs subscribe to (RFC 5545), in plain Python (no ORM)."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})
_LONGEST = 75  # bytes of a line


class Day(NamedTuple):
    """What stands on one day.

    :param changed: when it was last changed (UTC).
    :param alarms: so many days before, at nine in the morning of the reader.
    """

    uid: str
    day: date
    title: str
    text: str
    url: str
    changed: datetime
    alarms: tuple = ()


def write_calendar(name: str, days: Iterable[Day]) -> str:
    """Return a calendar of whole days."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//debt_recovery//deadlines//FR",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escape(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
    ]
    for row in days:
        lines += _write_day(row)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _fold(line))


def _write_day(row):
    stamp = row.changed.strftime("%Y%m%dT%H%M%SZ")
    yield "BEGIN:VEVENT"
    yield f"UID:{row.uid}"
    yield f"DTSTAMP:{stamp}"
    yield f"LAST-MODIFIED:{stamp}"
    yield f"DTSTART;VALUE=DATE:{row.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{row.day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_escape(row.title)}"
    yield f"DESCRIPTION:{_escape(row.text)}"
    yield f"URL:{row.url}"
    yield "TRANSP:TRANSPARENT"
    for days in row.alarms:
        yield "BEGIN:VALARM"
        yield "ACTION:DISPLAY"
        yield f"DESCRIPTION:{_escape(row.title)}"
        yield f"TRIGGER:-P{days - 1}DT15H" if days > 1 else "TRIGGER:-PT15H"
        yield "END:VALARM"
    yield "END:VEVENT"


def _escape(text):
    return str(text or "").translate(_ESCAPES)


def _fold(line):
    """Cut a line that is too long: what follows begins with a space; no character is cut in two."""
    part = ""
    for character in line:
        if len((part + character).encode()) > _LONGEST:
            yield part
            part = " "
        part += character
    yield part
