from datetime import timedelta

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from ...common import RecoveryCommon


@tagged("post_install", "-at_install")
class TestWording(RecoveryCommon):
    """Tone, signature, copies, and the preview of a wording."""

    def make_history(self, partner, *days_late):
        """Make one instalment settled for each delay, half a year ago."""
        for late in days_late:
            due = self.today - timedelta(days=180)
            self.pay(self.make_invoice(partner, due=due), date=due + timedelta(days=late))

    def notice_of(self, partner):
        self.make_invoice(partner, days_overdue=5)
        return self.make_campaign(debtors=self.debtor_of(partner)).notice_ids

    # ------------------------------------------------------------
    # Tone
    # ------------------------------------------------------------
    def test_history_counts_money_only_and_a_few_days_of_bank(self):
        partner = self.debtor_partner
        self.make_history(partner, 0, 3, 4)
        credited = self.make_invoice(partner, due=self.today - timedelta(days=100))
        self.make_credit_note(amount=1000, reverses=credited)
        part = self.make_invoice(partner, due=self.today - timedelta(days=90))
        self.pay(part, amount=300, date=self.today - timedelta(days=10))
        old = self.make_invoice(partner, due=self.today - timedelta(days=500))
        self.pay(old, date=self.today - timedelta(days=480))
        history = self.env["recovery.ledger.history"]._read_payment_history(self.company, partner, self.today)[
            partner.id
        ]
        self.assertEqual(history[1:], (3, 1, 4, 2))
        before = self.env["recovery.ledger.history"]._read_payment_history(
            self.company, partner, self.today - timedelta(days=179)
        )[partner.id]
        self.assertEqual(before[1:], (2, 1, 2, 1), "what was settled later is not known yet")

    def test_a_debt_settled_by_a_credit_note_in_the_end_says_nothing_of_how_somebody_pays(self):
        partner = self.make_partner("Crédité")
        invoice = self.make_invoice(partner, due=self.today - timedelta(days=60))
        self.pay(invoice, amount=10, date=self.today - timedelta(days=70))
        self.make_credit_note(partner, amount=990, date=self.today - timedelta(days=5), reverses=invoice)
        self.assertTrue(self.receivable_of(invoice).reconciled)
        self.assertFalse(self.env["recovery.ledger.history"]._read_payment_history(self.company, partner, self.today))

    def test_the_tone_follows_the_past_and_adds_its_paragraph(self):
        good, bad, new = (self.make_partner(name) for name in ("Ponctuel", "Retardataire", "Inconnu"))
        self.make_history(good, 0, 0, -2, 1)
        self.make_history(bad, 20, 0, 35)
        level = self.levels["reminder"]
        for partner, tone, field in (
            (good, "first_late", "paragraph_first_late"),
            (bad, "habitual", "paragraph_habitual"),
            (new, "neutral", None),
        ):
            notice = self.notice_of(partner)
            self.assertEqual(notice.tone, tone)
            _subject, body, _closing = self.env["recovery.rendering"]._render_wording(notice)[notice]
            paragraph = level.with_context(lang="fr_FR")[field] if field else ""
            self.assertTrue(paragraph or not field)
            self.assertTrue(str(body).replace("&nbsp;", "\N{NO-BREAK SPACE}").endswith(str(paragraph)), body)
        self.assertIn("habituellement", level.with_context(lang="fr_FR").paragraph_first_late)

    def test_what_is_not_late_yet_has_a_neutral_tone(self):
        self.make_history(self.debtor_partner, 20, 20, 35)
        self.make_invoice(days_overdue=-5)
        notice = self.make_campaign().notice_ids
        self.assertEqual((notice.kind, notice.tone), ("courtesy", "neutral"))

    def test_the_tone_stands_in_the_mail_between_opening_and_table(self):
        self.make_history(self.debtor_partner, 20, 20, 35)
        self.make_invoice(days_overdue=5)
        notice = self.send_campaign().notice_ids
        html = notice.delivery_ids.mail_id.body_html
        positions = [html.index(text) for text in ("Madame, Monsieur", "plusieurs de vos règlements", "<table")]
        self.assertEqual(positions, sorted(positions))

    def test_tones_of_many_debtors_are_one_reading(self):
        partners = [self.make_partner(f"Client {i}") for i in range(12)]
        for partner in partners:
            self.make_invoice(partner, days_overdue=5)
        notices = self.make_campaign().notice_ids
        self.env.invalidate_all()
        notices.mapped("partner_id.name")
        notices.mapped("company_id.recovery_account_ids")
        with self.assertQueryCount(8):
            notices._get_tones()

    # ------------------------------------------------------------
    # Signature and copies
    # ------------------------------------------------------------
    def test_who_signs(self):
        notice = self.notice_of(self.debtor_partner)
        level = notice.level_id
        self.assertEqual(notice._get_signatory(), ("Claire Martin", "Responsable crédit"))
        level.signer = "collector"
        self.assertEqual(notice._get_signatory()[0], "Claire Martin", "no collector: the company's signatory")
        notice.debtor_id.collector_id = self.recovery_user
        self.recovery_user.partner_id.function = "Chargée de recouvrement"
        self.assertEqual(notice._get_signatory(), ("Claire", "Chargée de recouvrement"))
        with self.assertRaises(ValidationError):
            level.write({"signer": "user", "signer_id": False})
        level.write({"signer": "user", "signer_id": self.recovery_manager.id})
        self.assertEqual(notice._get_document_values()["signatory_name"], "Marc")

    def test_who_gets_a_copy(self):
        notice = self.notice_of(self.debtor_partner)
        lawyer = self.make_partner("Avocat", is_company=False)
        silent = self.make_partner("Sans adresse", email=False)
        self.debtor_partner.user_id = self.recovery_user
        self.company.recovery_manager_id = self.recovery_manager
        self.assertFalse(notice._get_copies()[notice])
        notice.level_id.write(
            {"copy_salesperson": True, "copy_manager": True, "copy_partner_ids": [(6, 0, (lawyer | silent).ids)]}
        )
        expected = self.recovery_user.partner_id | self.recovery_manager.partner_id | lawyer
        self.assertEqual(notice._get_copies()[notice], expected)
        notice.level_id.copy_above = notice.amount + 1
        self.assertFalse(notice._get_copies()[notice])
        notice.level_id.copy_above = notice.amount
        self.assertEqual(notice._get_copies()[notice], expected)

    # ------------------------------------------------------------
    # Placeholders and preview
    # ------------------------------------------------------------
    def test_history_placeholders(self):
        self.make_history(self.debtor_partner, 0, 0, 40)
        notice = self.notice_of(self.debtor_partner)
        self.assertEqual((notice.paid_on_time_text, notice.paid_late_text), ("2", "1"))
        self.levels["reminder"].paragraph_habitual = '<p><t t-out="object.paid_late_text"/></p>'
        with self.assertRaises(ValidationError):
            self.levels["reminder"].paragraph_habitual = '<p><t t-out="object.debtor_id"/></p>'

    def test_the_preview_follows_what_is_typed_before_it_is_saved(self):
        self.make_invoice(days_overdue=12, amount=1234.5)
        debtor = self.debtor_of()
        level = self.levels["reminder"].with_context(lang="fr_FR")
        with Form(level) as form:
            form.preview_debtor_id = debtor
            self.assertIn("1\xa0234,50\xa0€", form.preview_html)
            form.body = '<p>Bonjour <t t-out="object.debtor_name"/>, un essai</p>'
            self.assertIn("Bonjour Boulangerie Dupont, un essai", form.preview_html)
            form.preview_tone = "habitual"
            self.assertIn("plusieurs de vos règlements", form.preview_html)
            form.preview_look = "letter"
            self.assertIn("Claire Martin", form.preview_html)
            self.assertIn("Boulangerie Dupont, un essai", form.preview_html)
            form.preview_lang = "en_US"
            self.assertIn("According to our records", form.preview_html)
            form.preview_lang = "fr_FR"
            form.body = '<p><t t-out="object.company_id.name"/></p>'
            self.assertIn("text-danger", form.preview_html)
            form.body = "<p>Fin</p>"
        self.assertFalse(self.env["recovery.notice"].search([("debtor_id", "=", debtor.id)]), "nothing is written")

    def test_the_preview_shows_an_example_without_a_debt(self):
        for level in self.env["recovery.level"].search([]):
            for look in ("email", "letter"):
                level.preview_look = look
                level.preview_debtor_id = False
                with self.subTest(level=level.id, look=look):
                    self.assertGreater(len(level.preview_html), 200)
                    self.assertNotIn("t-out", level.preview_html)
