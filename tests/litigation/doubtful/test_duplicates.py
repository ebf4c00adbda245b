import hashlib
import io

from reportlab.pdfgen.canvas import Canvas

from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, tagged
from odoo.tools.pdf import PdfFileReader

from ....models.litigation.doubtful.duplicate import Mention, Summary, bind, overprint, print_summary
from ....models.litigation.evidence.reading import Unreadable
from .common import DoubtfulCommon


def text_of(content):
    pages = [page.extract_text() for page in PdfFileReader(io.BytesIO(content)).pages]
    return [" ".join(page.split()) for page in pages]


def make_pdf(*pages, size=(595, 842)):
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size)
    for text in pages:
        canvas.drawString(40, size[1] - 60, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


@tagged("post_install", "-at_install")
class TestDuplicatePages(BaseCase):
    mention = Mention("FAC/2026/0001", "12/03/2026", "1 000,00 €", "200,00 €")

    def test_the_mention_stands_on_each_page_and_hides_nothing(self):
        pages = text_of(overprint(make_pdf("premier feuillet", "second feuillet"), self.mention, "Duplicata"))
        self.assertEqual(len(pages), 2)
        for page, own in zip(pages, ("premier feuillet", "second feuillet"), strict=True):
            self.assertIn(own, page)
            self.assertIn("Facture demeurée impayée pour la somme de 1 000,00 € (prix net)", page)
            self.assertIn("(article 272 du CGI)", page)

    def test_a_page_keeps_its_size(self):
        content = overprint(make_pdf("large", size=(842, 595)), self.mention, "Duplicata")
        (page,) = PdfFileReader(io.BytesIO(content)).pages
        self.assertEqual([round(float(side)) for side in page.mediabox[2:]], [842, 595])

    def test_what_is_no_pdf_says_so(self):
        with self.assertRaises(Unreadable):
            overprint(b"nothing", self.mention, "Duplicata")

    def test_many_invoices_make_one_list_with_one_mention(self):
        mentions = [Mention(f"FAC/{n:04d}", "12/03/2026", "10,00 €", "2,00 €") for n in range(80)]
        words = Summary("État", ("De nous",), ("Facture", "Date", "Net", "TVA"), "Total", "800,00 €", "160,00 €")
        pages = text_of(print_summary(mentions, words))
        self.assertGreater(len(pages), 1)
        whole = " ".join(pages)
        self.assertEqual(whole.count("article 272"), 1)
        self.assertIn("Factures demeurées impayées pour la somme de 800,00 €", whole)
        for mention in mentions:
            self.assertIn(mention.name, whole)

    def test_bound_in_their_order(self):
        self.assertEqual(text_of(bind([make_pdf("un"), make_pdf("deux", "trois")])), ["un", "deux", "trois"])


@tagged("post_install", "-at_install")
class TestDuplicates(DoubtfulCommon):
    prints_documents = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.lang = "fr_FR"

    def make_entry(self, *moves):
        claims = self.transfer(*moves)
        self.lose(claims)
        return self.recover_vat(claims)

    def test_each_invoice_is_printed_again_with_what_it_lost(self):
        first, second = self.bill(1000.0, self.goods20), self.bill(200.0, self.on_debits)
        entry = self.make_entry(first, second)
        action = entry.with_user(self.recovery_user).action_print_duplicates()
        file = entry.duplicate_id
        self.assertIn(f"/web/content/{file.id}", action["url"])
        self.assertEqual(entry.duplicate_sha256, hashlib.sha256(file.raw).hexdigest())
        pages = text_of(file.raw)
        self.assertIn(first.name, pages[0])
        self.assertIn("1 200,00", pages[0])
        self.assertIn("211,00", pages[0])
        whole = " ".join(pages[1:])
        self.assertNotIn("Payé le", whole, "losses paid nothing")
        self.assertIn("1 000,00 € (prix net) et pour la somme de 200,00 € (TVA correspondante)", whole)
        self.assertIn("200,00 € (prix net) et pour la somme de 11,00 € (TVA correspondante)", whole)

    def test_it_is_made_once_and_kept(self):
        entry = self.make_entry(self.bill(1000.0, self.goods20))
        entry.with_user(self.recovery_user).action_print_duplicates()
        file = entry.duplicate_id
        entry.with_user(self.recovery_auditor).action_print_duplicates()
        self.assertEqual(entry.duplicate_id, file)
        self.assertTrue(self.env["recovery.event"].search([("kind", "=", "doubtful_duplicates")]))
        with self.assertRaises(AccessError), self.cr.savepoint():
            file.with_user(self.recovery_manager).unlink()

    def test_an_auditor_makes_nothing(self):
        entry = self.make_entry(self.bill(1000.0, self.goods20))
        with self.assertRaises(AccessError):
            entry.with_user(self.recovery_auditor).action_print_duplicates()

    def test_vat_on_receipts_was_never_deducted(self):
        entry = self.make_entry(self.bill(1000.0, self.on_receipts))
        self.assertFalse(entry.mention)
        with self.assertRaisesRegex(UserError, "no duplicate"):
            entry.action_print_duplicates()

    def test_a_part_lost_later_is_mentioned_by_itself(self):
        claim = self.transfer(self.bill(1000.0, self.goods20))
        self.lose(claim, code="remission", amount=600.0)
        first = self.recover_vat(claim)
        self.assertIn("500", first.mention)
        self.lose(claim)
        second = self.recover_vat(claim)
        for entry in (first, second):
            self.assertRegex(entry.mention, r"500\.00.*\(prix net\).*100\.00.*\(TVA")

    def test_what_an_insurer_paid_is_not_mentioned(self):
        claim = self.transfer(self.bill(1000.0, self.goods20))
        insurer = self.make_partner("Assurcrédit")
        self.as_accountant(claim._receive(self.receive(600.0, partner=insurer), self.today, 600.0))
        self.lose(claim)
        self.assertRegex(self.recover_vat(claim).mention, r"500\.00.*\(prix net\).*100\.00.*\(TVA")

    def test_a_draft_gives_none(self):
        claim = self.transfer(self.bill(1000.0, self.goods20))
        self.lose(claim)
        entry = self.recover_vat(claim, post=False)
        with self.assertRaisesRegex(UserError, "once the entry is posted"):
            entry.action_print_duplicates()
