from io import BytesIO

from lxml import html
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from odoo.tests import BaseCase, tagged

from ...models.common import long_tables

HEADER = """<html><body><table class="o_recovery_head w-100"><tr><td><div class="o_title">Envois de l’été</div>
<div class="o_small">Du 1er au 31</div></td><td><div>Atelier Lumière</div><div>SIREN 1</div></td></tr></table>
</body></html>"""
FOOTER = """<html><body><table class="o_recovery_foot"><tr><td>Édité le 3</td>
<td>Page <span class="page"/> / <span class="topage"/></td></tr></table></body></html>"""


def make_body(count, below=True):
    """Return a document of two tables, the first with so many rows, each with what is told below it."""
    row = "<tr><td>r%(number)s</td></tr>"
    if below:
        told = '<tr class="o_below"><td>b%(number)s</td></tr>'
        row = f'<tr class="o_together"><td><table class="o_inner"><tbody>{row}{told}</tbody></table></td></tr>'
    rows = "".join(row % {"number": number} for number in range(count))
    tables = "".join(
        f'<h5>{title}</h5><table class="o_recovery_table o_list"><thead><tr><th>{title}</th></tr></thead>'
        f"<tbody>{body}</tbody></table>"
        for title, body in (("Un", rows), ("Deux", "<tr><td>dernier</td></tr>"))
    )
    return f'<html><body><div class="article"><div class="page">{tables}</div></div></body></html>'


@tagged("post_install", "-at_install")
class TestLongTables(BaseCase):
    """A long list is cut between its rows and joined again: nothing is lost, nothing is told twice."""

    def test_a_short_document_and_any_other_stay_whole(self):
        for body in (make_body(5), "<html><body><table>" + "<tr><td/></tr>" * 900 + "</table></body></html>"):
            self.assertEqual(list(long_tables.cut(body, 300)), [body])

    def test_no_row_is_lost_nor_parted_from_what_is_told_below_it(self):
        for count, most in ((50, 7), (50, 8), (7, 7), (120, 1)):
            with self.subTest(count=count, most=most):
                pieces = list(long_tables.cut(make_body(count), most))
                self.assertGreater(len(pieces), 1)
                told = [html.document_fromstring(piece).xpath("//td/text()") for piece in pieces]
                expected = [f"{letter}{number}" for number in range(count) for letter in "rb"]
                self.assertEqual([text for texts in told for text in texts], [*expected, "dernier"])
                for texts in told[1:]:
                    self.assertFalse(texts[0].startswith("b"))
                for piece in pieces:
                    self.assertIn("<th>", piece)

    def test_pages_are_numbered_over_the_whole(self):
        pieces = []
        for count in (2, 1):
            buffer = BytesIO()
            canvas = Canvas(buffer, pagesize=(842, 595))
            for _number in range(count):
                canvas.drawString(100, 300, "ligne")
                canvas.showPage()
            canvas.save()
            pieces.append(buffer.getvalue())
        pages = PdfReader(BytesIO(long_tables.join(pieces, HEADER, FOOTER))).pages
        self.assertEqual(len(pages), 3)
        for number, page in enumerate(pages, start=1):
            text = page.extract_text()
            for words in ("ligne", "Envois de l’été", "Du 1er au 31", "Atelier Lumière", f"Page {number} / 3", "Édité"):
                self.assertIn(words, text)
