import io
import re
import unicodedata

from pypdf import PdfReader

from odoo.tests import freeze_time

from ...common import RecoveryCommon

NATURES = {"consumer": "consumer", "public": "public", "professional": "merchant", "guarantor": "merchant"}


def pages_of(attachment):
    """Return the text of each page of a PDF, one plain space between words."""
    reader = PdfReader(io.BytesIO(attachment.sudo().raw))
    texts = [unicodedata.normalize("NFKC", page.extract_text()) for page in reader.pages]  # ligatures
    return [re.sub(r"\s+", " ", text) for text in texts]


class FormalNoticeCommon(RecoveryCommon):
    """Debtors whose first letter is a mise en demeure."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enterClassContext(freeze_time(f"{cls.today} 10:00:00"))
        cls.formal_notices = cls.scenario.copy()
        cls.formal_notices.level_ids.filtered(lambda level: level.kind != "formal_notice").unlink()
        cls.level = cls.formal_notices.level_ids
        cls.customer = cls.make_debtor("Menuiserie Aubert").partner_id

    @classmethod
    def make_debtor(cls, name, nature="merchant", lang="fr_FR"):
        partner = cls.make_partner(name, is_company=nature != "consumer", lang=lang)
        debtor = cls.debtor_of(partner)
        debtor.write({"nature": nature, "nature_confirmed": True, "scenario_id": cls.formal_notices.id})
        return debtor

    @classmethod
    def make_invoices(cls, partner, count, amount=1234.5):
        moves = cls.env["account.move"]
        for rank in range(count):
            move = cls.make_invoice(partner, amount=amount + rank, days_overdue=100 + 9 * rank, post=False)
            move.ref = f"BC-45{rank:03d}"
            moves |= move
        moves.action_post()
        return moves

    def send(self, partner=None):
        """Send the mise en demeure of today to this customer, or to all; return the notices."""
        campaign = self.send_campaign(debtors=partner and self.debtor_of(partner))
        self.assertEqual(set(campaign.notice_ids.mapped("state")), {"sent"}, campaign.notice_ids.mapped("state_reason"))
        return campaign.notice_ids

    def make_terms(self, debtor, **vals):
        return self.env["recovery.contract.terms"].create(
            {"company_id": self.company.id, "debtor_id": debtor.id, "valid_from": "2020-01-01", **vals}
        )

    def make_surety(self, debtor, amount=5000.0, **vals):
        guarantor = self.make_partner("Paul Garant", is_company=False, lang=vals.pop("lang", "fr_FR"))
        return self.env["recovery.coverage"].create(
            {
                "debtor_id": debtor.id,
                "kind": "surety",
                "provider_id": guarantor.id,
                "reference": "acte du 3 mars 2024",
                "amount": amount,
                "date_from": "2024-03-03",
                **vals,
            }
        )

    def assertSays(self, text, *expected):
        for words in expected:
            self.assertIn(words, text)

    def assertSilent(self, text, *unwanted):
        for words in unwanted:
            self.assertNotIn(words, text)
