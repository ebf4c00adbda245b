from lxml import html

from odoo.tests import TransactionCase, tagged

from ...models.common.page_fit import SIZES, write_size
from ...models.common.typesetting import hold, typeset

KEPT = "page-break-inside: avoid"


@tagged("post_install", "-at_install")
class TestTypesetting(TransactionCase):
    """What belongs together is printed on one line, or on one page, whoever wrote it."""

    def typeset(self, content, classes="o_recovery_letter"):
        """Return what is printed of a sheet, as a tree."""
        body = f"<!DOCTYPE html><html><body><div class='page {classes}'>{content}</div></body></html>"
        return html.document_fromstring(typeset(body))

    def test_words_before_bold_ones_are_spread_and_say_the_same(self):
        content = (
            "<p>Vous devez la somme de <strong>7\u202f185,60\xa0€</strong> au titre de la facture <b>F1</b>, échue.</p>"
        )
        root = self.typeset(content)
        written = html.tostring(root, encoding="unicode")
        self.assertIn("<span>somme </span><span>de </span><strong>7\u202f185,60\xa0€</strong>", written)
        self.assertIn("<span>facture </span><b>F1,</b> échue.", written, "the mark goes with the word before it")
        self.assertEqual(root.text_content(), html.fromstring(content).text_content())
        other = "<html><body><div class='page o_other'>" + content + "</div></body></html>"
        self.assertIs(typeset(other), other)

    def test_what_is_one_thing_stands_on_one_line(self):
        for text in (
            *("+33 4 65 71 20 31", "04 65 71 20 31", "C. com. L441-10 II", "D441-5 C. com.", "CPC 1408", "n° 12"),
            *("article 2240", "C. civ. 1343-1", "no. 3"),
        ):
            with self.subTest(text=text):
                self.assertEqual(hold(f"Voir {text} et la suite"), f"Voir {text.replace(' ', chr(160))} et la suite")
        self.assertEqual(hold("12 factures, 3 rappels"), "12 factures, 3 rappels")

    def test_an_address_is_not_cut_at_its_hyphen(self):
        text = "Écrire à <em>Claire</em>, claire@a-b.example ou marc@a-b.example."
        root = self.typeset(f"<p>{text}</p>")
        held = [part.text for part in root.iter("span") if "nowrap" in (part.get("style") or "")]
        self.assertEqual(held, ["claire@a-b.example", "marc@a-b.example"])
        self.assertEqual(root.find(".//p").text_content(), html.fromstring(f"<p>{text}</p>").text_content())

    def test_a_short_paragraph_is_not_cut_by_a_page_and_a_long_one_is(self):
        short, long = self.typeset(f"<p>{'mot ' * 40}</p><p>{'mot ' * 400}</p>").iter("p")
        self.assertIn(KEPT, short.get("style"))
        self.assertIsNone(long.get("style"))

    def test_a_heading_goes_with_what_it_heads(self):
        root = self.typeset("<p><strong>Le débiteur</strong></p><p>Menuiserie Aubert.</p><p>La suite.</p>")
        frame = root.find(".//strong").getparent().getparent()
        self.assertEqual((frame.tag, len(frame)), ("div", 2))
        self.assertIn(KEPT, frame.get("style"))

    def test_a_signature_takes_the_last_paragraph_along(self):
        sign = "<div style='page-break-inside: avoid;'>%s<div class='o_recovery_sign'>Claire Martin</div></div>"
        root = self.typeset("<div><p>Un.</p><p>Salutations.</p></div>" + sign % "")
        block = root.find_class("o_recovery_sign")[0].getparent()
        self.assertEqual([part.text_content() for part in block], ["Salutations.", "Claire Martin"])
        root = self.typeset("<div><p>Un.</p></div>" + sign % "<p>Salutations.</p>")
        block = root.find_class("o_recovery_sign")[0].getparent()
        self.assertEqual(len(block), 2, "it has a companion already")

    def test_a_sheet_is_set_as_large_as_its_page_allows(self):
        def size(count):
            text = f"<p>{'Un paragraphe de deux lignes environ. ' * 4}</p>" * count
            root = self.typeset(text, "o_recovery_letter o_recovery_fit")
            [page] = root.find_class("o_recovery_fit")
            return page.get("style") or ""

        self.assertIn(write_size(SIZES[0]), size(3))
        sizes = [size(count) for count in range(3, 40)]
        self.assertGreater(len(set(sizes)), 2, "it tightens")
        self.assertEqual(sizes[-1], "", "what takes several pages keeps its own size")
