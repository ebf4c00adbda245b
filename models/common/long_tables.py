"""Long tables on paper: printed piece by piece, then joined, with titles and page numbers drawn on each page.

The printer reads the titles and the foot of a document as two more pages for each page, and keeps all of them: a
thousand pages take gigabytes. Pieces keep the need of memory the same, however long the list is.
"""

import copy
import io

from lxml import html
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject
from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

TABLE = "o_list"
MOST = 1200  # rows of a piece; a document with fewer is printed in one
SIDE, HEAD, FOOT = 14.4 * mm, 16 * mm, 11 * mm
_INK, _GREY, _LINE = HexColor("#2f4858"), HexColor("#555555"), HexColor("#c9d2d6")
_SPACES = str.maketrans({"\u202f": "\xa0", "\u2009": "\xa0", "\u2011": "-", "\u2212": "-"})


def cut(body, most=MOST):
    """Yield the documents into which a long one is cut: between rows, each with the heads of its tables."""
    if body.count("<tr") <= most or TABLE not in body:
        yield body
        return
    root = html.document_fromstring(body)
    pages = root.xpath("//div[contains(concat(' ', normalize-space(@class), ' '), ' page ')]")
    if len(pages) != 1:
        yield body
        return
    page, blocks = pages[0], list(pages[0])
    for block in blocks:
        page.remove(block)
    place = html.Element("i", id="piece")
    page.append(place)
    doctype = root.getroottree().docinfo.doctype or None
    before, after = _write(root, doctype).split(_write(place), 1)
    for piece in _gather(blocks, most):
        yield before + "".join(map(_write, piece)) + after


def _write(element, doctype=None):
    return html.tostring(element, encoding="unicode", with_tail=False, doctype=doctype)


def _gather(blocks, most):
    """Yield lists of blocks that have so many rows at most."""
    piece, left = [], most
    for block in blocks:
        if TABLE not in (block.get("class") or "").split():
            piece.append(block)
            continue
        frame = copy.deepcopy(block)
        (body,) = frame.xpath("./tbody")
        for row in list(body):
            body.remove(row)
        shown = copy.deepcopy(frame)
        for row in block.xpath("./tbody/tr"):
            if left <= 0:
                yield [*piece, shown]
                piece, left, shown = [], most, copy.deepcopy(frame)
            shown.xpath("./tbody")[0].append(row)
            left -= sum(1 for _row in row.iter("tr"))
        piece.append(shown)
    if piece:
        yield piece


def join(pieces, header, footer):
    """Return one PDF of these ones, with the titles and the foot of the document on each page."""
    writer = PdfWriter()
    for piece in pieces:
        writer.append(io.BytesIO(piece))
    words = _read_words(header, footer)
    drawn = PdfReader(io.BytesIO(_draw(writer.pages, *words)))
    for number, (page, over) in enumerate(zip(writer.pages, drawn.pages, strict=True)):
        lay_over(writer, page, over, f"/RecoveryOver{number}")
    result = io.BytesIO()
    writer.write(result)
    return result.getvalue()


def lay_over(writer, page, over, name, is_below=False):
    """Put a drawn page over another one, or below it, as a form of its own: what stands there is not unpacked.

    :param name: of the form, its own on that page.
    """
    name = NameObject(name)
    form = _make_stream(over.get_contents().get_data())
    form[NameObject("/Type")], form[NameObject("/Subtype")] = NameObject("/XObject"), NameObject("/Form")
    form[NameObject("/BBox")] = over.mediabox
    form[NameObject("/Resources")] = over["/Resources"].clone(writer)
    forms = page["/Resources"].setdefault(NameObject("/XObject"), DictionaryObject()).get_object()
    forms[name] = writer._add_object(form)
    stored = page.raw_get("/Contents")
    under = list(stored.get_object()) if isinstance(stored.get_object(), ArrayObject) else [stored]
    drawing = b"q %s Do Q\n" % name.encode()
    before = _make_stream(drawing + b"q\n" if is_below else b"q\n")
    after = _make_stream(b"\nQ\n" if is_below else b"\nQ\n" + drawing)
    page[NameObject("/Contents")] = ArrayObject([writer._add_object(before), *under, writer._add_object(after)])


def _make_stream(content):
    stream = DecodedStreamObject()
    stream.set_data(content)
    return stream.flate_encode() if len(content) > 64 else stream


def _read_words(header, footer):
    """Return ``(left titles, right titles, words of the foot, the word for a page)`` of the layout of our reports."""
    sides = html.document_fromstring(header).xpath("//table[contains(@class, 'o_recovery_head')]//td")
    left, right = ([_clean(part.text_content()) for part in side.xpath("./div")] for side in sides[:2])
    foot = html.document_fromstring(footer).xpath("//table[contains(@class, 'o_recovery_foot')]//td")
    return left, right, _clean(foot[0].text_content()), _clean(foot[1].text)


def _clean(text):
    words = " ".join((text or "").translate(_SPACES).split())
    return words.encode("cp1252", "replace").decode("cp1252")


def _draw(pages, left, right, foot, word):
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    count = len(pages)
    for number, page in enumerate(pages, start=1):
        width, height = float(page.mediabox.width), float(page.mediabox.height)
        canvas.setPageSize((width, height))
        for place, texts, write in ((SIDE, left, canvas.drawString), (width - SIDE, right, canvas.drawRightString)):
            for rank, text in enumerate(texts[:2]):
                canvas.setFillColor(_GREY if rank else _INK)
                canvas.setFont("Helvetica" if rank else "Helvetica-Bold", 8 if rank else 13)
                write(place, height - HEAD - rank * 4.2 * mm, text)
        canvas.setStrokeColor(_INK)
        canvas.setLineWidth(1.2)
        canvas.line(SIDE, height - HEAD - 6 * mm, width - SIDE, height - HEAD - 6 * mm)
        canvas.setStrokeColor(_LINE)
        canvas.setLineWidth(0.5)
        canvas.line(SIDE, FOOT, width - SIDE, FOOT)
        canvas.setFillColor(_GREY)
        canvas.setFont("Helvetica", 7.5)
        canvas.drawString(SIDE, FOOT - 4 * mm, foot)
        canvas.drawRightString(width - SIDE, FOOT - 4 * mm, f"{word} {number} / {count}")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()
