"""Tables that people import: csv or xlsx, in plain Python (no ORM)."""

import csv
import io

import openpyxl


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
