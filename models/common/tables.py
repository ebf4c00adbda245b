"""Tables that people import: csv or xlsx, in plain Python (no ORM)."""

import csv
import io
from datetime import date, datetime

import openpyxl

from .bounds import write_number

_DATE_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d.%m.%Y")


class NotReadable(ValueError):
    """A cell holds neither the number nor the date that it should: ``args[0]`` is what it holds."""


def read_table(content: bytes) -> list[list]:
    """Return the rows of a csv or xlsx file, titles included; any error says that it is neither."""
    return _read_xlsx(content) if content[:2] == b"PK" else _read_csv(content)


def find_positions(titles, columns) -> dict:
    """Return ``{name: position}`` of the columns that a row of titles has, None for those that it has not.

    :param columns: ``{name: titles that it may have, in lower case}``.
    """
    titles = [str(title or "").strip().lower() for title in titles]
    return {
        name: next((titles.index(alias) for alias in aliases if alias in titles), None)
        for name, aliases in columns.items()
    }


def get_cell(row, position):
    """Return a cell of a row as text, empty where there is none."""
    value = row[position] if position is not None and position < len(row) else None
    return str("" if value is None else value).strip()


def to_number(value) -> float | None:
    """Return a cell as a number, as people write them; None if it is empty.

    :raises NotReadable: it is none.
    """
    if value in (None, ""):
        return None
    if isinstance(value, int | float):
        return float(value)
    try:
        return float(write_number(value))
    except ValueError as error:
        raise NotReadable(value) from error


def to_day(value) -> date | None:
    """Return a cell as a date, as people and spreadsheets write them; None if it is empty.

    :raises NotReadable: it is none.
    """
    if value in (None, ""):
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    for pattern in _DATE_FORMATS:
        try:
            return datetime.strptime(str(value).strip(), pattern).date()
        except ValueError:
            continue
    raise NotReadable(value)


def _read_xlsx(content):
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]


def _read_csv(content):
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    first = text.partition("\n")[0]
    separator = max(";,\t", key=first.count)
    return list(csv.reader(io.StringIO(text), delimiter=separator))
