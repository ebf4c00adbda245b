"""How large a letter is set so that it stands on one page, reckoned from its words.

Sizes are in points, heights in sizes: those of the words that they belong to. A letter that no size brings on one
page is set in the size of long ones: small letters would spare it nothing. Those that were to stand on one page and
took two all the same are printed once more, smaller: see :func:`print_on_one_page`.
"""

import io
import math
import re
from html import unescape
from typing import NamedTuple

from odoo.tools.pdf import PdfFileReader

from .aside import Aside

#: From the largest one down: what a reader expects, then what a table may ask for.
SIZES = (10.75, 10.37, 9.98, 9.6, 9.22, 8.83, 8.45)
#: Those of documents that are read at length.
AT_EASE = (10.75, 10.37, 9.98, 9.6)
LONG = 9.98  # of a letter that takes several pages
ROOM = 520.0  # for the words of a letter on its first page, below the address
ROOM_WITHOUT_ADDRESS = 634.0
STEPS = 2  # down, for a letter that the printer made longer than it was reckoned
WIDTH = 527.0  # of the words on the page
REM = 13.056  # points of one rem on paper: the printer shrinks pages to their width
PIXEL = REM / 16
_LETTER = 0.465  # mean width of a letter, in sizes, as they are drawn: measured on paper
_HEAD, _MARGINS, _DENSE_MARGINS = 2.8, 1.2, 0.8  # of a table: its head on two lines, what is above and below
_ENDS = re.compile(r"</(?:p|li|div|h\d)>|<br\s*/?>", re.IGNORECASE)
_TAGS = re.compile(r"<[^>]*>")


class Style(NamedTuple):
    """How the words of a sheet are led.

    :param leading: height of a line, in sizes.
    :param gap: below a paragraph, or around a row of a table, in sizes.
    """

    leading: float = 1.3
    gap: float = 0.57


LETTER, ROW = Style(), Style(1.25, 0.27)
DENSE, DENSE_ROW = Style(1.25, 0.37), Style(1.2, 0.08)


class Piece(NamedTuple):
    """Something that stands on the page.

    :param text: words, in HTML or plain: paragraphs that break where the page ends.
    :param rows: paragraphs of one line, whatever they say: rows of a table.
    :param height: what is as high whatever the words, in sizes of its own: room to sign.
    :param scale: size of its words beside that of the letter.
    :param width: part of the page that it has.
    :param style: how its words are led, by default as those of the letter.
    """

    text: str = ""
    rows: int = 0
    height: float = 0.0
    scale: float = 1.0
    width: float = 1.0
    style: Style | None = None


class Setting:
    """How the letters that are being printed are set.

    :param lowered: sizes of those that took more pages than they were to, by id: they are set smaller.
    """

    def __init__(self, lowered=None):
        self.lowered = lowered or {}
        self.expected = {}  # sizes of those that are to stand on one page

    def find_size(self, record, pieces, style=LETTER):
        """Return the size of a record's letter as style sheets have it, and keep it where one page is to hold it."""
        before = self.lowered.get(record.id)
        if before:
            return write_size(SIZES[min(SIZES.index(before) + STEPS, len(SIZES) - 1)])
        size = find_size(pieces, style=style, long=None)
        if size:
            self.expected[record.id] = size
        return write_size(size or LONG)


#: The :class:`Setting` of the letters that are being printed.
SETTING = Aside("setting_of_letters")


def print_on_one_page(printing, records):
    """Return ``{record: PDF bytes}`` of letters, those that took more pages than they were to printed once more.

    :param printing: prints records: ``{record: PDF bytes}``.
    """
    setting = Setting()
    with SETTING.say(setting):
        printed = printing(records)
    sizes = {key: size for key, size in setting.expected.items() if size != SIZES[-1]}
    longer = records.filtered(lambda record: record.id in sizes and count_pages(printed[record]) > 1)
    if longer:
        with SETTING.say(Setting(sizes)):
            again = printing(longer)
        printed |= {record: content for record, content in again.items() if count_pages(content) == 1}
    return printed


def count_pages(content):
    """Return the number of pages of a PDF that we printed; one where core handed out a page in HTML."""
    if not content.startswith(b"%PDF"):
        return 1
    return len(PdfFileReader(io.BytesIO(content)).pages)


def _list_paragraphs(text):
    words = (" ".join(unescape(_TAGS.sub(" ", part)).split()) for part in _ENDS.split(str(text or "")))
    return [part for part in words if part]


def _draw(points):
    """Return a size as the printer lays its letters and lines out: in whole pixels."""
    return max(round(points / PIXEL), 1)


def count_height(piece, size, style=LETTER):
    """Return how high a piece stands, in points, in a letter of that size."""
    own, style = size * piece.scale, piece.style or style
    drawn = _draw(own)
    letters = max(WIDTH * piece.width / (drawn * PIXEL * _LETTER), 1.0)
    lines = [math.ceil(len(part) / letters) for part in _list_paragraphs(piece.text)]
    line = round(style.leading * drawn - 0.2) * PIXEL
    return (sum(lines) + piece.rows) * line + own * ((len(lines) + piece.rows) * style.gap + piece.height)


def make_table(count, scale=0.93, more=0.0, style=ROW):
    """Return a table as a piece: rows of one line, a heading and a total.

    :param more: lines of cells that are long.
    """
    margins = _MARGINS if style is not DENSE_ROW else _DENSE_MARGINS
    return Piece(rows=count + 1, height=_HEAD + margins + style.leading * more, scale=scale, style=style)


def write_size(size):
    """Return a size as style sheets have it."""
    return f"{size / REM:.3f}rem"


def find_size(pieces, room=ROOM, sizes=SIZES, style=LETTER, long=LONG):
    """Return the largest size at which the pieces stand on the page, or that of long letters.

    :param room: height for the words, in points.
    """
    pieces = list(pieces)
    return next((size for size in sizes if sum(count_height(piece, size, style) for piece in pieces) <= room), long)
