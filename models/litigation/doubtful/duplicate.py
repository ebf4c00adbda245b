"""Duplicates of unpaid invoices whose VAT is taken back (CGI ann. IV art. 48), without the ORM.

The mention of the law is French, whoever reads it. It stands above the invoice, which is drawn a little smaller, so
that it hides nothing.
"""

import io
from html import escape
from typing import NamedTuple

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Frame, KeepInFrame, Paragraph, Spacer, Table, TableStyle

from ...common.paper import GREY, HEAD, LINE, RIGHT, RIGHT_HEAD, TITLE, plain, print_pages, write
from ..evidence.reading import open_pdf, pypdf

SCALE = 0.87
RED = colors.HexColor("#B00020")
LOUD = ParagraphStyle(
    "loud", fontName="Helvetica-Bold", fontSize=11.5, leading=14.5, textColor=RED, alignment=TA_CENTER
)


class Mention(NamedTuple):
    """What the mention says of one invoice: net price and VAT are finished strings."""

    name: str
    day: str
    net: str
    vat: str

    @property
    def text(self) -> str:
        return (
            f"Facture demeurée impayée pour la somme de {self.net} (prix net) et pour la somme de {self.vat} "
            "(TVA correspondante) qui ne peut faire l’objet d’une déduction (article 272 du CGI)"
        )


class Summary(NamedTuple):
    """The sums of several invoices of one customer, as finished strings, with the words around them."""

    title: str
    sentences: tuple
    columns: tuple
    total: str
    net: str
    vat: str


def print_summary(mentions, summary):
    """Return the PDF of the list of the invoices of one customer: number, date, net price, VAT and the mention."""
    number, day, net, vat = summary.columns
    rows = [[write(number, HEAD), write(day, HEAD), write(net, RIGHT_HEAD), write(vat, RIGHT_HEAD)]]
    for mention in mentions:
        figures = write(mention.net, RIGHT), write(mention.vat, RIGHT)
        rows.append([write(mention.name), write(mention.day), *figures])
    rows.append([write(summary.total, HEAD), "", write(summary.net, RIGHT_HEAD), write(summary.vat, RIGHT_HEAD)])
    table = Table(rows, colWidths=[64 * mm, 30 * mm, 40 * mm, 40 * mm], repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("BACKGROUND", (0, 0), (-1, 0), GREY),
                ("LINEBELOW", (0, 0), (-1, -1), 0.3, LINE),
                ("LINEABOVE", (0, -1), (-1, -1), 0.8, colors.black),
            ]
        )
    )
    text = Mention("", "", summary.net, summary.vat).text
    if len(mentions) > 1:
        text = text.replace("Facture demeurée impayée", "Factures demeurées impayées")
    story = [write(summary.title, TITLE), *(write(sentence) for sentence in summary.sentences)]
    story += [Spacer(1, 6 * mm), table, Spacer(1, 8 * mm), write(text, LOUD)]
    return print_pages(story, summary.title)


def overprint(content, mention, word):
    """Return the PDF of an invoice with the mention above each of its pages.

    :param word: what says that it is a duplicate.
    :raises Unreadable: the invoice cannot be opened.
    """
    writer = pypdf.PdfWriter()
    for page in open_pdf(content).pages:
        if hasattr(page, "transfer_rotation_to_content"):
            page.transfer_rotation_to_content()
        width, height = float(page.mediabox.width), float(page.mediabox.height)
        left, bottom = float(page.mediabox.left), float(page.mediabox.bottom)
        sheet = writer.add_blank_page(width, height)
        place = pypdf.Transformation().translate(-left, -bottom).scale(SCALE, SCALE)
        sheet.merge_transformed_page(page, place.translate(width * (1 - SCALE) / 2, 0))
        band = _draw_band(width, height, mention.text, f"{word} – {mention.name}")
        sheet.merge_page(open_pdf(band).pages[0])
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _draw_band(width, height, text, title):
    """Return a page that has the mention in the strip that the smaller invoice leaves free."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(width, height), invariant=1)
    margin, room = 9 * mm, height * (1 - SCALE) - 8 * mm
    canvas.setStrokeColor(RED)
    canvas.setLineWidth(1.5)
    canvas.rect(margin, height - room - 5 * mm, width - 2 * margin, room)
    frame = Frame(margin, height - room - 5 * mm, width - 2 * margin, room, 6, 4, 6, 4)
    words = [Paragraph(escape(plain(title)).upper(), LOUD), Paragraph(escape(plain(text)), LOUD)]
    frame.addFromList([KeepInFrame(width - 2 * margin - 12, room - 8, words, vAlign="MIDDLE")], canvas)
    canvas.save()
    return buffer.getvalue()


def bind(contents):
    """Return one PDF of several, in their order."""
    writer = pypdf.PdfWriter()
    for content in contents:
        for page in open_pdf(content).pages:
            writer.add_page(page)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()
