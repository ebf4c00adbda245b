"""Sheets that a bundle adds to its pieces, without the ORM: cover, list, notes, always the same for the same words.

The words are given, in whatever language; letters that the standard fonts lack are written without their marks.
"""

import io
import unicodedata
from html import escape
from typing import NamedTuple

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=9.5, leading=12.5)
SMALL = ParagraphStyle("small", BODY, fontSize=8, leading=10, textColor=colors.HexColor("#555555"))
HEAD = ParagraphStyle("head", BODY, fontName="Helvetica-Bold")
TITLE = ParagraphStyle("title", BODY, fontName="Helvetica-Bold", fontSize=16, leading=21, spaceAfter=4 * mm)
CENTRE = ParagraphStyle("centre", TITLE, alignment=1, fontSize=22, leading=30)
RIGHT = ParagraphStyle("right", BODY, alignment=2)
RIGHT_HEAD = ParagraphStyle("right_head", HEAD, alignment=2)
_SPACES = str.maketrans({"\u202f": "\xa0", "\u2009": "\xa0", "\u2011": "-", "\u2212": "-", "\u200b": "", "\ufeff": ""})


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


def plain(text):
    """Return a text that the standard fonts can write."""
    written = []
    for letter in str(text or "").translate(_SPACES):
        try:
            letter.encode("cp1252")
            written.append(letter)
        except UnicodeEncodeError:
            bare = unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode()
            written.append(bare or "?")
    return "".join(written)


def _paragraph(text, style=BODY):
    return Paragraph(escape(plain(text)).replace("\n", "<br/>"), style)


def _print(story, title, footer=""):
    buffer = io.BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        invariant=1,
        title=plain(title),
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        topMargin=20 * mm,
        bottomMargin=18 * mm,
    )

    def write_footer(canvas, _document):
        canvas.saveState()
        canvas.setFont("Helvetica", 7.5)
        canvas.setFillColor(colors.HexColor("#777777"))
        canvas.drawString(18 * mm, 10 * mm, plain(footer)[:140])
        canvas.drawRightString(A4[0] - 18 * mm, 10 * mm, str(canvas.getPageNumber()))
        canvas.restoreState()

    document.build(story, onFirstPage=write_footer, onLaterPages=write_footer)
    return buffer.getvalue()


def print_cover(headings, words):
    """Return the PDF of the cover.

    :param headings: ``[(name, text)]``; empty texts are left out.
    """
    rows = [[_paragraph(name, HEAD), _paragraph(text)] for name, text in headings if text]
    table = Table(rows, colWidths=[45 * mm, 129 * mm]) if rows else Spacer(1, 1)
    if rows:
        table.setStyle(
            TableStyle(
                [
                    ("VALIGN", (0, 0), (-1, -1), "TOP"),
                    ("LINEBELOW", (0, 0), (-1, -1), 0.4, colors.HexColor("#BBBBBB")),
                    ("TOPPADDING", (0, 0), (-1, -1), 5),
                    ("BOTTOMPADDING", (0, 0), (-1, -1), 7),
                ]
            )
        )
    story = [Spacer(1, 55 * mm), _paragraph(words.title, CENTRE), Spacer(1, 18 * mm), table]
    return _print([*story, Spacer(1, 10 * mm), _paragraph(words.as_of, SMALL)], words.title)


def print_list(headings, rows, words, notes=()):
    """Return the PDF of the list of pieces.

    :param rows: :class:`Row` in order.
    :param notes: sentences under the list: what is not in the pages, numbers that stand for nothing any more.
    """
    with_place = any(row.place is not None for row in rows)
    titles = [_paragraph(title, HEAD) for title in (words.number, words.day, words.description)]
    titles += [_paragraph(title, RIGHT_HEAD) for title in (words.pages, *([words.place] if with_place else []))]
    body = [titles]
    for row in rows:
        description = [_paragraph(row.title)] + ([_paragraph(row.details, SMALL)] if row.details else [])
        cells = [_paragraph(row.number), _paragraph(row.day), description, _paragraph(row.pages or "–", RIGHT)]
        body.append(cells + ([_paragraph(row.place or "–", RIGHT)] if with_place else []))
    total = sum(row.pages for row in rows)
    body.append(["", "", _paragraph(words.total, HEAD), _paragraph(total, RIGHT), *([""] if with_place else [])])
    widths = [14 * mm, 24 * mm, 102 * mm, 16 * mm, 18 * mm] if with_place else [14 * mm, 24 * mm, 118 * mm, 18 * mm]
    table = Table(body, colWidths=widths, repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#EEEEEE")),
                ("LINEBELOW", (0, 0), (-1, -1), 0.3, colors.HexColor("#BBBBBB")),
                ("LINEABOVE", (0, -1), (-1, -1), 0.8, colors.black),
                ("NOSPLIT", (0, max(1, len(body) - 3)), (-1, -1)),  # the total never stands alone on a page
            ]
        )
    )
    heading = [_paragraph(f"{name} : {text}", SMALL) for name, text in headings if text]
    story = [_paragraph(words.list_title, TITLE), *heading, _paragraph(words.as_of, SMALL), Spacer(1, 5 * mm), table]
    if notes:
        story += [Spacer(1, 4 * mm), *(_paragraph(note, SMALL) for note in notes)]
    return _print(story, words.list_title, words.list_title)


def print_sheet(title, sentences, footer=""):
    """Return the PDF of a sheet of text: a note of a call, or what stands in the place of a piece."""
    story = [_paragraph(title, TITLE)]
    for sentence in sentences:
        story += [_paragraph(sentence), Spacer(1, 2.5 * mm)]
    return _print(story, title, footer)
