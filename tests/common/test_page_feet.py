from io import BytesIO

from lxml import html
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from odoo.tests import BaseCase, tagged

from ...models.common import page_feet

FOOTER = """<html><body><div id="minimal_layout_report_footers">
<div class="footer"><td>Page <span class="page"/> / <span class="topage"/></td></div>
<div class="footer"><div>Seite <span class="page"/> von <span class="topage"/></div></div></div></body></html>"""


def make_pdf(feet):
    """Return a PDF with a page for each of these feet."""
    buffer = BytesIO()
    canvas = Canvas(buffer)
    for foot in feet:
        canvas.drawString(100, 500, "Note 3 / 7 de l'ouvrage")
        canvas.drawString(100, 40, foot)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


@tagged("post_install", "-at_install")
class TestPageFeet(BaseCase):
    """Feet that tell how many pages there are: told apart from wrong ones, and mended."""

    def setUp(self):
        super().setUp()
        self.numbering = page_feet.find_numbering(FOOTER)

    def are_true(self, *feet, documents=1):
        return page_feet.are_true(make_pdf(feet), documents, self.numbering)

    def test_feet_are_read_in_each_language(self):
        self.assertTrue(self.are_true("Page 1 / 2", "Page 2 / 2"))
        self.assertTrue(self.are_true("Seite 1 von 1"))
        self.assertTrue(self.are_true("Page 1 / 2", "Page 2 / 2", "Seite 1 von 1", documents=2))
        self.assertTrue(self.are_true("sans pied"), "nothing is told")
        self.assertIsNone(page_feet.find_numbering("<html><body><div>Édité le 3</div></body></html>"))

    def test_another_number_of_pages_is_found(self):
        self.assertFalse(self.are_true("Page 1 / 3", "Page 2 / 3"))
        self.assertFalse(self.are_true("Page 1 / 1", ""), "a page that was not counted has no foot")
        self.assertFalse(self.are_true("Page 1 / 1", "Page 1 / 2", documents=2))
        self.assertFalse(self.are_true("Page 1 / 1", "Page 1 / 1", documents=1))

    def test_the_feet_of_one_document_are_taken_out_of_several(self):
        taken = html.document_fromstring(page_feet.take(FOOTER, 1))
        self.assertEqual([foot.text_content().split() for foot in taken.find_class("footer")], [["Seite", "von"]])

    def test_sheets_are_empty_as_many_as_there_are_pages_and_lie_below(self):
        sheets = page_feet.make_sheets("<html><head><style>p{}</style></head><body><p>Texte</p></body></html>", 3)
        root = html.document_fromstring(sheets)
        self.assertEqual((len(root.body), root.body.text_content().split()), (3, []))
        self.assertTrue(root.xpath("//style"))
        content = page_feet.lay_below(make_pdf(["corps", "corps"]), make_pdf(["Page 1 / 2", "Page 2 / 2"]))
        texts = [page.extract_text() for page in PdfReader(BytesIO(content)).pages]
        for number, text in enumerate(texts, 1):
            self.assertIn("corps", text)
            self.assertIn(f"Page {number} / 2", text)
        self.assertIsNone(page_feet.lay_below(make_pdf(["corps"]), make_pdf(["a", "b"])))
