"""Sheets that a bundle adds to its pieces, without the ORM: cover, list, notes, always the same for the same words."""

from typing import NamedTuple

from reportlab.lib import colors
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Spacer, Table, TableStyle

from ...common.paper import GREY, HEAD, LINE, RIGHT, RIGHT_HEAD, SMALL, TITLE, print_pages, write

CENTRE = ParagraphStyle("centre", TITLE, alignment=1, fontSize=22, leading=30)


class Words(NamedTuple):
    """The words of the sheets; ``piece`` and ``page_of`` are formats of what is stamped."""

    title: str
    list_title: str
    number: str
    day: str
    description: str
    pages: str
    place: str
    total: str
    piece: str
    page_of: str
    missing: str
    problems: dict
    as_of: str


class Row(NamedTuple):
    """One row of the list of pieces: ``place`` is its first page in the whole file, None if it stands elsewhere."""

    number: int
    day: str
    title: str
    details: str
    pages: int
    place: int | None = None


def print_cover(headings, words):
    """Return the PDF of the cover.

    :param headings: ``[(name, text)]``; empty texts are left out.
    """
    rows = [[write(name, HEAD), write(text)] for name, text in headings if text]
    table = Table(rows, colWidths=[45 * mm, 129 * mm]) if rows else Spacer(1, 1)
    if rows:
        table.setStyle(
            TableStyle(
                [
                    ("VALIGN", (0, 0), (-1, -1), "TOP"),
                    ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
                    ("TOPPADDING", (0, 0), (-1, -1), 5),
                    ("BOTTOMPADDING", (0, 0), (-1, -1), 7),
                ]
            )
        )
    story = [Spacer(1, 55 * mm), write(words.title, CENTRE), Spacer(1, 18 * mm), table]
    return print_pages([*story, Spacer(1, 10 * mm), write(words.as_of, SMALL)], words.title, "")


def print_list(headings, rows, words, notes=(), first=1):
    """Return the PDF of the list of pieces.

    :param rows: :class:`Row` in order.
    :param notes: sentences under the list: what is not in the pages, numbers that stand for nothing any more.
    :param first: number of its first page.
    """
    with_place = any(row.place is not None for row in rows)
    titles = [write(title, HEAD) for title in (words.number, words.day, words.description)]
    titles += [write(title, RIGHT_HEAD) for title in (words.pages, *([words.place] if with_place else []))]
    body = [titles]
    for row in rows:
        description = [write(row.title)] + ([write(row.details, SMALL)] if row.details else [])
        cells = [write(row.number), write(row.day), description, write(row.pages or "–", RIGHT)]
        body.append(cells + ([write(row.place or "–", RIGHT)] if with_place else []))
    total = sum(row.pages for row in rows)
    body.append(["", "", write(words.total, HEAD), write(total, RIGHT), *([""] if with_place else [])])
    widths = [14 * mm, 24 * mm, 102 * mm, 16 * mm, 18 * mm] if with_place else [14 * mm, 24 * mm, 118 * mm, 18 * mm]
    table = Table(body, colWidths=widths, repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("BACKGROUND", (0, 0), (-1, 0), GREY),
                ("LINEBELOW", (0, 0), (-1, -1), 0.3, LINE),
                ("LINEABOVE", (0, -1), (-1, -1), 0.8, colors.black),
                ("NOSPLIT", (0, max(1, len(body) - 3)), (-1, -1)),  # the total never stands alone on a page
            ]
        )
    )
    heading = [write(f"{name} : {text}", SMALL) for name, text in headings if text]
    story = [write(words.list_title, TITLE), *heading, write(words.as_of, SMALL), Spacer(1, 5 * mm), table]
    if notes:
        story += [Spacer(1, 4 * mm), *(write(note, SMALL) for note in notes)]
    return print_pages(story, words.list_title, words.list_title, first)


def print_sheet(title, sentences, footer=""):
    """Return the PDF of a sheet of text: a note of a call, or what stands in the place of a piece."""
    story = [write(title, TITLE)]
    for sentence in sentences:
        story += [write(sentence), Spacer(1, 2.5 * mm)]
    return print_pages(story, title, footer)
