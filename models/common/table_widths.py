"""How wide the columns of a list are on paper: no word of theirs is cut in two, heads first.

Letters are measured in the font in which the printer writes them. What no width can hold is told below its row, as
digests are.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from PIL import ImageFont

from odoo.tools import file_path

#: Of the letters of a list, in pixels, from those that are read at ease to the smallest ones.
SIZES = (10, 9, 8)
HEAD = 9
FONTS = "web/static/fonts/lato/"
REGULAR, BOLD = f"{FONTS}Lato-Reg-webfont.ttf", f"{FONTS}Lato-Bol-webfont.ttf"
#: Longest word that a column makes room for, in letters: an address of mail or a digest goes over several lines.
LONGEST = 22
_SCALE = 16 / 15  # the printer zooms our pages of 90 dots, then rounds letters to whole dots
_PAGE = 993.0  # dots of a landscape page
_BESIDE, _AFTER = 10.0, 4.5  # dots left and right of what stands in a cell, and more where a number stands before it
_MEASURE = 1000
_BREAKS = re.compile(r"[ \t\r\n]+")  # no-break spaces are none
_JOINTS = str.maketrans({"\u202f": "\xa0"})


class Layout(NamedTuple):
    """Where the columns of a list stand.

    :param size: of its letters, in pixels.
    :param shares: width of each column that stands beside the others, in % of the page.
    :param below: places of those that are told below their row, beside those that are so anyway.
    """

    size: int
    shares: list
    below: list


@lru_cache(4)
def _get_font(path):
    return ImageFont.truetype(file_path(path), _MEASURE, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(4096)
def measure(word, size, is_bold=False):
    """Return the width of a word on paper, in dots."""
    font = _get_font(BOLD if is_bold else REGULAR)
    return font.getlength(word.translate(_JOINTS)) / _MEASURE * round(size * _SCALE)


def find_words(texts, is_whole=False):
    """Return the widest candidates among what no line cuts in these texts.

    :param is_whole: each text stands on one line, as amounts do.
    """
    found = {}
    for text in texts:
        for word in (text,) if is_whole else _BREAKS.split(text):
            if len(word) <= LONGEST or is_whole:
                found[word] = len(word)
    return sorted(found, key=found.get, reverse=True)[:12]


def lay_out(widths, titles, words, is_whole):
    """Return the :class:`Layout` of a list whose columns have these weights.

    :param titles: of the columns; their words are not cut either.
    :param words: of each column, those that :func:`find_words` found.
    :param is_whole: whether each column is of numbers: those stay beside their row.
    """
    beside = list(range(len(widths)))
    while True:
        for size in SIZES if len(beside) == len(widths) else SIZES[1:]:
            least = [
                _find_least(titles[place], words[place], size, bool(rank) and is_whole[beside[rank - 1]])
                for rank, place in enumerate(beside)
            ]
            if sum(least) <= 100:
                shares = share_out([widths[place] for place in beside], least)
                return Layout(size, shares, [place for place in range(len(widths)) if place not in beside])
        movable = [place for place in beside[1:] if not is_whole[place]] or beside[1:]
        if not movable:
            return Layout(SIZES[-1], [100.0], [place for place in range(len(widths)) if place not in beside])
        beside.remove(max(movable, key=lambda place: (least[beside.index(place)], place)))


def _find_least(title, words, size, is_after_number):
    """Return the width that a column needs, in % of the page."""
    head = max(measure(word, HEAD, True) for word in _BREAKS.split(title))
    cell = max((measure(word, size) for word in words), default=0)
    return 100 * (max(head, cell) + _BESIDE + is_after_number * _AFTER) / _PAGE


def share_out(widths, least):
    """Return the width of each column in % of the page: what some need at least is taken from the others."""
    whole = sum(widths) or 1
    shares = [100 * width / whole for width in widths]
    lack = sum(max(need - share, 0) for share, need in zip(shares, least, strict=True))
    spare = sum(max(share - need, 0) for share, need in zip(shares, least, strict=True))
    kept = 1 - min(lack / spare, 1) if spare else 1
    return [
        round(need + (share - need) * kept if share > need else need, 2)
        for share, need in zip(shares, least, strict=True)
    ]
