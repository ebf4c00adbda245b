"""How large a letter is set so that it stands on one page, reckoned from its words.

Sizes are in points, heights in lines of the letter. A letter that no size brings on one page is set in the size of
long ones: small letters would spare it nothing. Those that were to stand on one page and took two are printed once
more, smaller: see :func:`print_on_one_page`.
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
LONG = 9.98  # of a letter that takes several pages
ROOM = 520.0  # for the words of a letter on its first page, below the head
STEPS = 2  # down, for a letter that the printer made longer than it was reckoned
WIDTH = 527.0  # of the words on the page
LEADING = 1.3  # of a line, in sizes
#: What the printer makes of a reckoned height, measured on letters: lines hold more words in small sizes.
PRINTED, PRINTED_BY_POINT = 0.572, 0.031
REM = 13.056  # points of one rem on paper: the printer shrinks pages to their width
_LETTER = 0.45  # mean width of a letter, in sizes: a little more than that of our fonts
_GAP = 0.45  # below a paragraph, in lines
_ENDS = re.compile(r"</(?:p|li|div|h\d)>|<br\s*/?>", re.IGNORECASE)
_TAGS = re.compile(r"<[^>]*>")


class Piece(NamedTuple):
    """Something that stands on the page.

    :param text: words, in HTML or plain: paragraphs that break where the page ends.
    :param lines: what is as high whatever the words: rows of a table, room to sign.
    :param scale: size of its words beside that of the letter.
    :param width: part of the page that it has.
    """

    text: str = ""
    lines: float = 0.0
    scale: float = 1.0
    width: float = 1.0


class Setting:
    """How the letters that are being printed are set.

    :param lowered: sizes of those that took more pages than they were to, by id: they are set smaller.
    """

    def __init__(self, lowered=None):
        self.lowered = lowered or {}
        self.expected = {}  # sizes of those that are to stand on one page

    def find_size(self, record, pieces):
        """Return the size of a record's letter as style sheets have it, and keep it where one page is to hold it."""
        before = self.lowered.get(record.id)
        if before:
            return write_size(SIZES[min(SIZES.index(before) + STEPS, len(SIZES) - 1)])
        size = find_size(pieces, long=None)
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


def count_lines(piece, size):
    """Return how high a piece stands, in lines of the letter of that size."""
    letters = max(WIDTH * piece.width / (size * piece.scale * _LETTER), 1.0)
    height = sum(math.ceil(len(part) / letters) + _GAP for part in _list_paragraphs(piece.text))
    return (height + piece.lines) * piece.scale


def make_table(count, scale=0.93, more=0.0):
    """Return a table as a piece: rows of one line, a heading and a total; ``more`` lines of cells that are long."""
    return Piece(lines=1.07 * (count + 2) + 1.5 + more, scale=scale)


def write_size(size):
    """Return a size as style sheets have it."""
    return f"{size / REM:.3f}rem"


def find_size(pieces, room=ROOM, sizes=SIZES, long=LONG):
    """Return the largest size at which the pieces stand on the page, or that of long letters.

    :param room: height for the words, in points.
    """
    pieces = list(pieces)

    def fits(size):
        height = sum(count_lines(piece, size) for piece in pieces) * size * LEADING
        return height * (PRINTED + PRINTED_BY_POINT * size) <= room

    return next((size for size in sizes if fits(size)), long)
