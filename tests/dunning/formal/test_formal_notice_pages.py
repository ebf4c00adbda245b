import re

from odoo.tests import tagged

from ...common.printed import SLIPPING, WINDOW, is_within, read_places
from .formal_notice import NATURES, FormalNoticeCommon, pages_of


@tagged("post_install", "-at_install")
class TestFormalNoticePages(FormalNoticeCommon):
    """One page for up to twelve invoices with the texts quoted; clean pages beyond."""

    prints_documents = True

    def print_letters(self, variant, lang, counts):
        """Return the pages of one letter per number of invoices, all sent together."""
        partners = {}
        for count in counts:
            debtor = self.make_debtor(f"Client {count}", NATURES[variant], lang)
            self.make_terms(debtor, cgv_version="V2025", clause_kind="percent", clause_percent=10)
            self.make_invoices(debtor.partner_id, count)
            partners[debtor.partner_id] = count
        notices = self.send()
        if variant == "guarantor":
            for notice in notices:
                self.make_surety(notice.debtor_id, lang=lang)
                notice.with_user(self.recovery_user).action_write_to_guarantors()
            notices = notices.guarantor_notice_ids
            notices.with_user(self.recovery_user).action_send_to_guarantor()
        return {partners[notice.partner_id]: pages_of(notice.document_id) for notice in notices}

    def check(self, variant, lang, quoted):
        pages = self.print_letters(variant, lang, (1, 2, 5, 12, 13, 60))
        header, total = ("Montant TTC", "Total (EUR)") if lang == "fr_FR" else ("Amount incl. tax", "Total (EUR)")
        self.assertEqual([len(pages[count]) for count in (1, 2, 5, 12)], [1, 1, 1, 1])
        self.assertLessEqual(len(pages[13]), 2)
        self.assertLessEqual(len(pages[60]), 3)
        for count, texts in pages.items():
            everything = " ".join(texts)
            printed = re.findall(r"BC-45\d{3}", everything)
            self.assertEqual(len(printed), count, f"one row each: {printed}")
            self.assertEqual(everything.count("MISE EN DEMEURE"), 1)
            self.assertIn(quoted, everything)
            self.assertNotRegex(everything, "(?i)d.assurance|insurance", "the compensation is nobody's insurance")
            for text in texts:
                rows = len(re.findall(r"BC-45\d{3}", text))
                self.assertEqual(bool(rows), header in text, "headers repeat with the rows, and only there")
                if total in text:
                    self.assertTrue(rows, "a total never stands alone on its page")

    def test_professional(self):
        self.check("professional", "fr_FR", "Sauf inexécution définitive")

    def test_consumer(self):
        self.check("consumer", "fr_FR", "1344-1")

    def test_public_body(self):
        self.check("public", "fr_FR", "R2192-36")

    def test_guarantor(self):
        self.check("guarantor", "fr_FR", "2296")

    def test_english(self):
        self.check("professional", "en_US", "manifestly excessive")

    def test_a_few_invoices_are_set_at_ease_and_many_tighten_the_letter(self):
        partners = {}
        for count in (1, 3, 12, 60):
            debtor = self.make_debtor(f"Client {count}")
            self.make_invoices(debtor.partner_id, count)
            partners[debtor.partner_id] = count
        sizes, reach = {}, {}
        for notice in self.send():
            words = read_places(notice.document_id.raw)[0]
            [opening] = [line for line in words if line.text.startswith("Madame, Monsieur")]
            sizes[partners[notice.partner_id]] = opening.size
            reach[partners[notice.partner_id]] = max(line.y for line in words if line.y < 275)
        self.assertGreaterEqual(sizes[1], 10.5)
        self.assertGreaterEqual(sizes[3], 10.5)
        self.assertGreater(reach[1], 200, "the page is used")
        self.assertGreaterEqual(sizes[12], 8.4)
        self.assertLess(sizes[12], sizes[1])
        self.assertGreater(sizes[60], 9.5, "what takes two pages anyway is not tightened")

    def test_the_address_alone_stands_in_the_window_of_the_envelope(self):
        debtor = self.make_debtor("Établissements Garnier-Vasseur et Compagnie")
        self.env["res.partner"].create(
            {
                "name": "Service comptabilité fournisseurs",
                "parent_id": debtor.partner_id.id,
                "type": "invoice",
                "street": "4 rue des Forges",
                "street2": "Bâtiment C",
                "zip": "69007",
                "city": "Lyon",
            }
        )
        self.make_invoices(debtor.partner_id, 2)
        notice = self.send()
        words = read_places(notice.document_id.raw)[0]
        lines = notice._get_postal_lines()
        self.assertGreaterEqual(len(lines), 4)
        for line in lines:
            with self.subTest(line=line):
                shown = [place for place in words if place.text == line and place.x > 90]
                near = [place for place in words if place.x > 90 and place.y < 90]
                self.assertEqual([is_within(place, WINDOW) for place in shown], [True], f"{line}: {near}")
        others = [place.text for place in words if is_within(place, SLIPPING) and place.text not in lines]
        self.assertEqual(others, [])

    def test_it_has_its_subject_its_legal_mentions_once_and_room_to_sign(self):
        self.company.report_footer = False
        debtor = self.make_debtor("Atelier du Chêne")
        self.make_invoices(debtor.partner_id, 1)
        notice = self.send()
        [text] = pages_of(notice.document_id)
        self.assertSays(text, re.sub(r"\s+", " ", notice.subject))
        self.assertEqual(text.count("RCS"), 1)
        words = read_places(notice.document_id.raw)[0]
        [title] = [place for place in words if place.text == "Responsable crédit"]
        below = [place.y for place in words if place.x > 115 and place.y > title.y + 1]
        self.assertGreater(min(below) - title.y, 12, "room for a signature, in mm")
        self.company.report_footer = "<p>SAS au capital de 50 000 €, 732829320 RCS Paris, www.example.com</p>"
        other = self.make_debtor("Atelier du Frêne")
        self.make_invoices(other.partner_id, 1)
        [text] = pages_of(self.send(other.partner_id).document_id)
        self.assertEqual(text.count("RCS"), 1, "what the company's own foot tells is not told again")
        self.assertSays(text, "www.example.com")

    def test_a_draft_says_so_above_its_title(self):
        debtor = self.make_debtor("Atelier du Hêtre")
        self.make_invoices(debtor.partner_id, 1)
        notice = self.make_campaign(debtors=debtor).notice_ids
        content = self.env["recovery.printing"]._prepare_streams("debt_recovery.action_report_letter", notice.ids)
        [words] = read_places(content[notice.id])
        [draft] = [place for place in words if place.text.startswith("PROJET")]
        [title] = [place for place in words if place.text == "MISE EN DEMEURE"]
        self.assertGreater(title.y - draft.y, 5)
        self.assertGreater(draft.y, 90)
