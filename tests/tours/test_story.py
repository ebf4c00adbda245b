import io

from odoo.tests import tagged
from odoo.tools.pdf import PdfFileReader

from .common import RecoveryTourCase


@tagged("post_install", "-at_install")
class TestStory(RecoveryTourCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_portfolio()

    def test_credit_controller_runs_the_campaign_of_the_day(self):
        self.tour("recovery_story", self.recovery_user, timeout=180)
        campaign = self.env["recovery.campaign"].search(
            [("company_id", "=", self.company.id)], order="id desc", limit=1
        )
        self.assertEqual((campaign.state, campaign.date, campaign.user_id), ("sent", self.today, self.recovery_user))
        self.assertEqual(
            {notice.partner_id.name: (notice.kind, notice.state) for notice in campaign.notice_ids},
            {
                "Menuiserie Aubert": ("formal_notice", "sent"),
                "Garage Lenoir": ("final", "sent"),
                "Imprimerie Faure": ("call", "sent"),
                "Traiteur Colin": ("reminder", "sent"),
            },
        )
        self.check_letters(campaign)

    def check_letters(self, campaign):
        """All letters come as one PDF, exactly as each was stored, the mise en demeure with its décompte."""
        documents = campaign.notice_ids.document_id
        self.assertEqual(len(documents), 2)
        enclosed = campaign.notice_ids.delivery_ids.enclosure_ids
        self.assertEqual(enclosed, campaign.notice_ids.claim_statement_id.attachment_id)
        self.assertEqual(len(enclosed), 1)
        documents |= enclosed
        self.authenticate(self.recovery_user.login, self.recovery_user.login)
        answer = self.url_open(f"/debt_recovery/letters/{campaign.id}")
        self.assertEqual((answer.status_code, answer.headers["Content-Type"]), (200, "application/pdf"))
        pages = PdfFileReader(io.BytesIO(answer.content)).pages
        self.assertEqual(len(pages), sum(len(PdfFileReader(io.BytesIO(d.raw)).pages) for d in documents))
        texts = [page.extract_text() for page in pages]
        for partner in (self.at_formal_notice, self.at_letter):
            self.assertTrue(any(partner.name in text for text in texts), partner.name)
        (letter,) = [position for position, text in enumerate(texts) if "MISE EN DEMEURE" in text]
        self.assertIn(
            campaign.notice_ids.claim_statement_id.number, texts[letter + 1], "the décompte follows its letter"
        )

    def test_registering_a_payment_takes_out_of_the_next_campaign(self):
        self.tour("recovery_paid", self.recovery_user, f"/odoo/account.move/{self.formal_invoice.id}")
        campaign = self.env["recovery.campaign"].search(
            [("company_id", "=", self.company.id)], order="id desc", limit=1
        )
        self.assertEqual(campaign.notice_ids.partner_id, self.at_letter | self.at_call | self.at_reminder)
