"""Sheets of paper that we write ourselves, without the ORM, always the same for the same words.

The words are given, in whatever language; letters that the standard fonts lack are written without their marks.
"""

import io
import unicodedata
from html import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, SimpleDocTemplate

BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=9.5, leading=12.5)
SMALL = ParagraphStyle("small", BODY, fontSize=8, leading=10, textColor=colors.HexColor("#555555"))
HEAD = ParagraphStyle("head", BODY, fontName="Helvetica-Bold")
TITLE = ParagraphStyle("title", BODY, fontName="Helvetica-Bold", fontSize=16, leading=21, spaceAfter=4 * mm)
RIGHT = ParagraphStyle("right", BODY, alignment=2)
RIGHT_HEAD = ParagraphStyle("right_head", HEAD, alignment=2)
GREY, LINE = colors.HexColor("#EEEEEE"), colors.HexColor("#BBBBBB")
_SPACES = str.maketrans({"\u202f": "\xa0", "\u2009": "\xa0", "\u2011": "-", "\u2212": "-", "\u200b": "", "\ufeff": ""})


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


def write(text, style=BODY):
    """Return a text as a paragraph; its line breaks stay."""
    return Paragraph(escape(plain(text)).replace("\n", "<br/>"), style)


def print_pages(story, title, footer=None, first=1):
    """Return the PDF of what is told, on A4 sheets.

    :param footer: stands below each page, with its number; without one the pages bear no number either.
    :param first: number of the first page, of sheets that stand in a file with others.
    """
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
        if footer is None:
            return
        canvas.saveState()
        canvas.setFont("Helvetica", 7.5)
        canvas.setFillColor(colors.HexColor("#777777"))
        canvas.drawString(18 * mm, 10 * mm, plain(footer)[:140])
        canvas.drawRightString(A4[0] - 18 * mm, 10 * mm, str(canvas.getPageNumber() + first - 1))
        canvas.restoreState()

    document.build(story, onFirstPage=write_footer, onLaterPages=write_footer)
    return buffer.getvalue()
