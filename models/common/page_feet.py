"""The feet of printed pages: what they say of the number of pages is true, and each page has one.

The printer lays a document out once to count its pages and once more to draw them, and now and then not alike: its feet
then tell another number, and a page that it did not count has neither head nor foot. Such a document is printed once
more without them; they are printed on empty sheets, as many as there are pages, and laid below.
"""

import io
import re

from lxml import html
from pypdf import PdfReader, PdfWriter

from .long_tables import lay_over

HEADERS, FOOTERS = "minimal_layout_report_headers", "minimal_layout_report_footers"
_GAP = r"[\s\xa0]*"


def find_numbering(footer):
    """Return the pattern of what the feet say, ``page`` and ``count``, or None where they tell no number of pages."""
    words = set()
    for count in html.document_fromstring(footer).find_class("topage"):
        page = next(iter(count.getparent().find_class("page")), None)
        if page is not None:
            before = page.getprevious()
            said = (page.getparent().text if before is None else before.tail) or ""
            words.add((said.strip(), (page.tail or "").strip()))
    if not words:
        return None
    ways = "|".join(
        rf"{re.escape(said)}{_GAP}(\d+){_GAP}{re.escape(between)}{_GAP}(\d+)" for said, between in sorted(words)
    )
    return re.compile(ways)


def are_true(content, documents, numbering):
    """Tell whether the feet of a PDF number the pages of so many documents as they are."""
    pages, place, found = PdfReader(io.BytesIO(content)).pages, 0, 0
    while place < len(pages):
        told = _read_foot(pages[place], numbering)
        if told is None and not place:
            return True  # nothing is told that we can read
        if told is None or told[0] != 1 or told[1] < 1:
            return False
        place, found = place + told[1], found + 1
    return place == len(pages) and found == documents


def _read_foot(page, numbering):
    found = list(numbering.finditer(page.extract_text()))
    return tuple(int(number) for number in found[-1].groups() if number) if found else None


def take(part, rank):
    """Return the heads, or the feet, of several documents with nothing but those of one of them."""
    root = html.document_fromstring(part)
    for name in (HEADERS, FOOTERS):
        block = root.get_element_by_id(name, None)
        if block is not None and rank < len(block):
            for place, child in enumerate(list(block)):
                if place != rank:
                    block.remove(child)
    return _write(root)


def make_sheets(body, count):
    """Return a document of so many empty pages with the styles of this one."""
    root = html.document_fromstring(body)
    (inside,) = root.xpath("//body")
    for child in list(inside):
        inside.remove(child)
    inside.text = None
    for number in range(count):
        sheet = html.Element("div", style="page-break-after: always;" if number + 1 < count else "")
        sheet.text = "\N{NO-BREAK SPACE}"
        inside.append(sheet)
    return _write(root)


def _write(root):
    return html.tostring(root, encoding="unicode", doctype=root.getroottree().docinfo.doctype or None)


def lay_below(content, sheets):
    """Return a PDF with these sheets below its pages, or None where they are not as many."""
    writer, heads = PdfWriter(), PdfReader(io.BytesIO(sheets)).pages
    writer.append(io.BytesIO(content))
    if len(writer.pages) != len(heads):
        return None
    for number, (page, sheet) in enumerate(zip(writer.pages, heads, strict=True)):
        lay_over(writer, page, sheet, f"/RecoveryHead{number}", is_below=True)
    return _save(writer)


def bind(contents):
    """Return one PDF of several, one after the other, with their bookmarks."""
    writer = PdfWriter()
    for content in contents:
        writer.append(io.BytesIO(content))
    return _save(writer)


def _save(writer):
    result = io.BytesIO()
    writer.write(result)
    return result.getvalue()


def count_pages(content):
    """Return the number of pages of a PDF."""
    return len(PdfReader(io.BytesIO(content)).pages)
