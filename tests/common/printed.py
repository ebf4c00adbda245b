"""Where words stand on a printed page, and how large they are."""

import io
import unicodedata
from typing import NamedTuple

from pypdf import PdfReader

MM = 25.4 / 72
#: What shows of a sheet folded in three through the window of a DL envelope, however it slips: mm from its corner.
WINDOW = (100, 190), (45, 79)
#: What shows at least once as it slips.
SLIPPING = (90, 200), (34, 90)


class Words(NamedTuple):
    """Words of one line: where they begin, in mm from the left and the top, and their size in points."""

    text: str
    x: float
    y: float
    size: float


def read_places(content):
    """Return the :class:`Words` of each page of a PDF, page by page."""
    return [_read_page(page) for page in PdfReader(io.BytesIO(content)).pages]


def _read_page(page):
    height, found = float(page.mediabox.height), []

    def visit(text, cm, tm, _font, size):
        text = " ".join(unicodedata.normalize("NFKC", text).split())
        if text:
            x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
            y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            found.append(Words(text, x * MM, (height - y) * MM, size * abs(tm[0] * cm[0])))

    page.extract_text(visitor_text=visit)
    return found


def is_within(words, zone):
    """Tell whether words begin within a zone of the sheet."""
    (left, right), (top, bottom) = zone
    return left <= words.x <= right and top <= words.y <= bottom
