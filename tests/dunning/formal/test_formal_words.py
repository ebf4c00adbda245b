from odoo.tests import tagged

from ...english import InEnglish
from .formal_notice import FormalNoticeCommon


@tagged("post_install", "-at_install")
class TestFormalWords(InEnglish, FormalNoticeCommon):
    """One rule chooses the words of a mise en demeure; each screen and each letter says what it gave."""

    def words(self, variant, level=None):
        return self.env["recovery.formal.wording"].search(
            [("variant", "=", variant), ("level_id", "=", level.id if level else False)]
        )

    def notice_of(self, nature):
        debtor = self.make_debtor(f"Client {nature}", nature)
        self.make_invoices(debtor.partner_id, 1)
        return self.make_campaign(debtors=debtor).notice_ids

    def test_words_for_all_say_which_levels_do_not_take_them(self):
        self.assertIn("Not by: ", self.words("professional").use_text)
        self.assertIn(self.level.name, self.words("professional").use_text)
        self.assertIn("Used by: ", self.words("consumer").use_text)
        self.level.wording_for = "consumer"
        general = self.words("professional")
        general.invalidate_recordset()
        self.assertIn(f"Used by: {self.formal_notices.name} – {self.level.name}", general.use_text)

    def test_a_level_says_per_addressee_where_its_words_come_from(self):
        text = self.level.wording_source_text
        self.assertIn(f"Professional: The level's own wording: {self.level.name}", text)
        self.assertIn("Consumer: Wording of every mise en demeure", text)

    def test_a_notice_says_it_before_and_keeps_it_after_it_left(self):
        own, general = self.notice_of("merchant"), self.notice_of("consumer")
        self.assertIn("The level's own wording", own.wording_text)
        self.assertIn("Wording of every mise en demeure: Consumer", general.wording_text)
        self.env["recovery.formal.wording"].create(
            {"variant": "consumer", "level_id": self.level.id, "subject": "S", "body": "<p>B</p>"}
        )
        general.invalidate_recordset(["wording_text"])
        self.assertIn("Wording of this level for this addressee", general.wording_text)

    def test_each_of_the_words_has_a_preview(self):
        self.make_invoices(self.customer, 1)
        for wording in self.env["recovery.formal.wording"].search([]):
            with self.subTest(variant=wording.variant):
                self.assertTrue(wording.preview_html)
        words = self.words("professional")
        words.body = "<p>Bonjour à tous</p>"
        self.assertIn("Bonjour à tous", words.preview_html)
        self.assertTrue(self.level.preview_html)
