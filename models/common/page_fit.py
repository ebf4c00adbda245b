"""How large a letter is set so that it stands on one page, reckoned from its words: nothing is printed for it.

Sizes are in points, heights in lines of the letter. A letter that no size brings on one page is set in the size of
long ones: small letters would spare it nothing.
"""

import math
import re
from html import unescape
from typing import NamedTuple

#: From the largest one down: what a reader expects, then what a table may ask for.
SIZES = (10.75, 10.37, 9.98, 9.6, 9.22, 8.83, 8.45)
LONG = 9.98  # of a letter that takes several pages
ROOM = 478.0  # for the words of a letter on its first page, below the head: a tenth is kept for what is not reckoned
WIDTH = 527.0  # of the words on the page
LEADING = 1.3  # of a line, in sizes
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
        return sum(count_lines(piece, size) for piece in pieces) * size * LEADING <= room

    return next((size for size in sizes if fits(size)), long)
