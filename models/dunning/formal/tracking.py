"""Registered letters: what their numbers and tracking files look like. Plain Python, no ORM."""

import codecs
import csv
import io
import re
import unicodedata
from datetime import date, datetime
from typing import NamedTuple

# La Poste: two characters (1A, 2C, LR…), then eleven digits, the last one a key; other carriers differ
USUAL_NUMBER = re.compile(r"^[0-9A-Z]{2}\d{11}$")
DATE_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d/%m/%y", "%d.%m.%Y")
# the best known first: what our own list is headed by beside what carriers write
HEADERS = {
    "number": (
        "numero", "number", "numero d'envoi", "n° d'envoi", "numero de suivi", "n° de suivi", "tracking number",
        "suivi", "tracking",
    ),
    "event": ("evenement", "event", "issue", "outcome", "statut", "status", "etat", "state"),
    "date": ("date", "date de l'evenement", "date evenement", "issue le", "outcome on"),
}  # fmt: skip
# columns of our list that hold the day of one event each
DAYS = {
    "posted": ("postee le", "poste le", "deposee le", "depose le", "posted on"),
    "presented": (
        "presentee", "presentee le", "presente le", "premiere presentation", "presented", "presented on",
        "first presentation",
    ),
}  # fmt: skip
EVENTS = {
    "posted": (
        "posted", "poste", "depose", "depot", "pris en charge", "envoye", "handed to the post", "in the post",
        "remise a la poste",
    ),
    "presented": ("presented", "presente", "premiere presentation", "avise", "avis de passage"),
    "delivered": ("delivered", "distribue", "remis", "livre", "recu", "handed over"),
    "refused": ("refused", "refuse", "pli refuse"),
    "unclaimed": ("unclaimed", "non reclame", "pli avise et non reclame", "pli non reclame", "not collected"),
    "wrong_address": (
        "wrong address", "npai", "destinataire inconnu", "inconnu a l'adresse", "adresse inconnue", "adresse erronee",
    ),
}  # fmt: skip
DENIED = re.compile(r"\b(non|not|pas|pas (encore|pu etre|ete)|sera|seront)\s+$")  # what has not happened, or not yet


class TrackingRow(NamedTuple):
    """One line of a tracking file: ``error`` is ``number``, ``event`` or ``date`` when that cell is not understood."""

    position: int
    number: str
    event: str | None
    day: date | None
    error: str | None


def normalize_number(text: str | None) -> str:
    """Return a number without spaces, dots or dashes, in capitals: as two people would type it alike."""
    return re.sub(r"[^0-9A-Za-z]", "", text or "").upper()


def is_usual_number(text: str | None) -> bool:
    """Tell whether a number looks like those of La Poste."""
    return bool(USUAL_NUMBER.match(normalize_number(text)))


def _plain(text):
    decomposed = unicodedata.normalize("NFKD", (text or "").strip().lower())
    return "".join(char for char in decomposed if not unicodedata.combining(char)).replace("’", "'")


def _parse_event(text):
    plain = _plain(text).replace("_", " ")
    exact = next((code for code, names in EVENTS.items() if plain in names or plain == code.replace("_", " ")), None)
    if exact or not plain:
        return exact
    # "Pli distribué contre signature": the longest name found in the sentence decides; "non distribué" says nothing
    found = [
        (len(name), code)
        for code, names in EVENTS.items()
        for name in names
        for match in re.finditer(rf"\b{re.escape(name)}e?s?\b", plain)
        if not DENIED.search(plain[: match.start()])
    ]
    return max(found)[1] if found else None


def _parse_day(text):
    text = re.split(r"[\sT]", (text or "").strip())[0]  # the hour is left out
    for pattern in DATE_FORMATS:
        try:
            return datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    return None


def _decode(content):
    if content[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):  # "Unicode text" of Excel
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _find_column(headings, names):
    """Return where the best known of these names heads a column, or None."""
    return next((headings.index(name) for name in names if name in headings), None)


def _find_columns(headings):
    """Return ``({number, event, date: column}, {event: column of its day})`` of a line of headings; empty if none.

    :raises ValueError: a column is missing.
    """
    headings = [_plain(heading).replace("_", " ") for heading in headings]
    columns = {key: _find_column(headings, names) for key, names in HEADERS.items()}
    days = {event: _find_column(headings, names) for event, names in DAYS.items()}
    columns = {key: column for key, column in columns.items() if column is not None}
    days = {event: column for event, column in days.items() if column is not None}
    if "number" in columns and days and len(columns) < len(HEADERS):
        return {"number": columns["number"]}, days
    if columns and len(columns) < len(HEADERS):
        raise ValueError("columns")
    return columns, days if columns else {}


def _read_line(line, columns, days):
    """Yield ``(event, day, error)`` of each thing that a line tells."""

    def cell(column):
        return line[column].strip() if column < len(line) else ""

    for known, column in days.items():
        if text := cell(column):
            day = _parse_day(text)
            yield known, day, None if day else "date"
    if "event" not in columns:
        return
    told = cell(columns["event"]), cell(columns["date"])
    if any(told) or not days:
        event, day = _parse_event(told[0]), _parse_day(told[1])
        yield event, day, "event" if not event else "date" if not day else None


def read_tracking_file(content: bytes) -> list:
    """Return the :class:`TrackingRow` of a CSV file: number, event, date, in any order when it has headings.

    Comma, semicolon or tabulation; UTF-8, or what Excel writes; ISO or French dates. A line of our own
    list, exported and filled in, tells several events: each has its row.

    :raises ValueError: it is no such file, there is no line to read, or a column is missing.
    """
    text = _decode(content)
    if "\0" in text:
        raise ValueError("a spreadsheet or a picture")
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(";\t,", key=first.count)
    try:
        table = list(csv.reader(io.StringIO(text, newline=None), delimiter=delimiter))
    except csv.Error as error:
        raise ValueError("unreadable") from error
    lines = [line for line in table if any(cell.strip() for cell in line)]
    if not lines:
        raise ValueError("empty")
    columns, days = _find_columns(lines[0])
    start = 1 if columns else 0
    columns = columns or {"number": 0, "event": 1, "date": 2}
    rows = []
    for position, line in enumerate(lines[start:], start=start + 1):
        number = normalize_number(line[columns["number"]] if columns["number"] < len(line) else "")
        for event, day, error in _read_line(line, columns, days):
            rows.append(TrackingRow(position, number, event, day, error if number else "number"))
    return rows
