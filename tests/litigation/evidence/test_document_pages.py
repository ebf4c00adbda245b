import re

from odoo.tests import tagged

from ....models.litigation.evidence.recovery_case_document import REPORT
from ...common.printed import WINDOW, is_within, read_places
from .common import make_pdf, read_texts
from .test_case_document import DocumentCommon


@tagged("post_install", "-at_install")
class TestDocumentPages(DocumentCommon):
    """Documents of cases on paper: at ease when short, never a signature or a head alone, whatever they list."""

    prints_documents = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.lang = "fr_FR"
        cls.bailiff.write({"street": "9 rue Édouard-Herriot", "zip": "69001", "city": "Lyon"})
        moves = [cls.make_invoice(cls.customer, amount=500 + rank, days_overdue=40 + rank) for rank in range(40)]
        cls.long_case = cls.Case._open_for(
            cls.debtor, cls.receivable_of(cls.env["account.move"].union(*moves)), cls.today
        )
        cls.long_case.write({"court_id": cls.court.id, "lawyer_id": cls.lawyer.id})
        cls.env["recovery.case.party"].create(
            {"case_id": cls.long_case.id, "partner_id": cls.bailiff.id, "role": "bailiff"}
        )

    def print_pages(self, code, case=None, **vals):
        document = self.write_document(code, case, **vals)
        return self.env["recovery.printing"]._prepare_streams(REPORT, document.ids)[document.id]

    def test_a_letter_of_one_page_is_one_and_is_read_at_ease(self):
        self.lawyer.write({"street": "14 rue de la République", "zip": "69002", "city": "Lyon"})
        content = self.print_pages("mandate")
        [words] = read_places(content)
        [subject] = [place for place in words if place.text.startswith("Objet")]
        self.assertGreaterEqual(subject.size, 9.5)
        [text] = read_texts(content)
        self.assertIn(self.case.name, text)
        shown = [place for place in words if place.text == self.lawyer.name and place.x > 90 and place.y < 90]
        self.assertEqual([is_within(place, WINDOW) for place in shown], [True])

    def test_a_signature_stands_with_the_last_rows_and_their_head(self):
        for code in ("irrecoverability", "mandate", "instruction"):
            with self.subTest(code=code):
                pages = read_texts(self.print_pages(code, self.long_case, requests="Signifier à personne."))
                self.assertGreater(len(pages), 1)
                [last] = [text for text in pages if "Responsable crédit" in text]
                self.assertEqual(pages[-1], last)
                self.assertTrue(re.search(r"^40 |\\b40 FAC|INV|/000", last), "rows before it")
                self.assertIn("Échéance", last, "below their head")

    def test_rows_are_printed_once_each_whatever_ends_the_table(self):
        self.add(*(make_pdf(f"Pièce {rank}") for rank in range(20)), kind="order")
        pages = read_texts(self.print_pages("exhibit_list"))
        numbers = re.findall(r"Piece (\d+)", " ".join(pages))
        self.assertEqual(numbers, [str(number) for number in range(1, 21)])

    def test_a_settlement_leaves_both_room_to_sign(self):
        content = self.print_pages("settlement", concessions="Chacun cède.")
        pages = read_places(content)
        words = pages[-1]
        [own] = [place for place in words if place.text == "Claire Martin"]
        [other] = [place for place in words if place.text == self.customer.name and place.x > 100]
        self.assertAlmostEqual(own.y, other.y, delta=2)
        self.assertLess(own.y, 245, "room below, in mm")

    def test_no_head_of_a_table_stands_alone_and_feet_count_the_pages(self):
        self.add(*(make_pdf(f"Pièce {rank}") for rank in range(30)), kind="order", case=self.long_case)
        for code, more in (("declaration", 0), ("declaration", 4), ("declaration", 8), ("exhibit_list", 0)):
            facts = "\n".join(f"Le débiteur a promis de payer, la fois numéro {rank}." for rank in range(more))
            with self.subTest(code=code, more=more):
                content = self.print_pages(code, self.long_case, facts=facts)
                pages = read_texts(content)
                for number, (text, words) in enumerate(zip(pages, read_places(content), strict=True), 1):
                    self.assertRegex(text, rf"Page\s*{number}\s*/\s*{len(pages)}")
                    for head in (place for place in words if place.text == "Pages"):
                        below = [place for place in words if place.text.startswith("Piece") and place.y > head.y]
                        self.assertTrue(below, "rows below their head")
                self.assertRegex("".join(pages), r"Pièce\s+Pages")
