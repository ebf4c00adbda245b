import re

from odoo.tests import tagged

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
