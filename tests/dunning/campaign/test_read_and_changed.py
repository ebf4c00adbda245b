from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ...common import RecoveryCommon
from ...english import InEnglish

BODY = '<p>Bonjour <t t-out="object.contact_name"/>, il reste {{ object.amount_text }}.</p>'


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestReadAndChanged(InEnglish, RecoveryCommon):
    """A notice is read before it leaves, and changed for itself alone: frozen, traced, never a program."""

    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice(days_overdue=10, amount=800)
        self.debtor = self.debtor_of()
        self.campaign = self.make_campaign()
        self.notice = self.campaign.notice_ids.with_user(self.recovery_user)

    def leave(self):
        self.campaign._validate(self.today)
        self.campaign._send(self.today)
        return self.notice

    def events(self, kind="changed"):
        domain = [("res_model", "=", "recovery.notice"), ("res_id", "=", self.notice.id), ("kind", "=", kind)]
        return self.env["recovery.event"].search(domain)

    def pdf(self, user=None, content=b"%PDF-1.4 bon de livraison", name="bl.pdf"):
        return self.env["ir.attachment"].with_user(user or self.recovery_user).create({"name": name, "raw": content})

    def refuse(self, words, values, error=UserError, notice=None):
        with self.assertRaisesRegex(error, words), self.env.cr.savepoint():
            (notice or self.notice).action_change(values)

    # ------------------------------------------------------------
    # The words
    # ------------------------------------------------------------
    def test_words_of_one_notice_are_filled_frozen_and_traced_and_those_of_its_level_stay(self):
        level = self.notice.level_id.with_context(lang="fr_FR")
        before = level.body
        self.notice.action_change({"subject": "Votre compte {{ object.company_name }}", "body": BODY, "closing": ""})
        self.assertFalse(self.notice.body, "they are filled when it leaves, with the figures of then")
        self.pay(self.invoice, amount=300)
        notice = self.leave()
        self.assertEqual((notice.state, notice.subject), ("sent", f"Votre compte {self.company.name}"))
        self.assertIn("Boulangerie Dupont", notice.body)
        self.assertIn("500,00", notice.body)
        self.assertFalse(notice.closing)
        self.assertIn("500,00", notice.delivery_ids.sudo().mail_id.body_html)
        self.assertEqual(level.body, before)
        event = self.events()
        self.assertEqual((len(event), event.user_id), (1, self.recovery_user))
        self.assertIn("il reste", event.details["text"])

    def test_what_is_no_placeholder_is_refused_whatever_the_text(self):
        for name in ("subject", "body", "closing"):
            for written in (
                "{{ object.env.user.login }}",
                "{{ object.partner_id.name }}",
                "{{ object.amount_text }",
                '<t t-out="object.env.user.password"/>',
                '<t t-set="x" t-value="1"/>',
                "{% for x in y %}",
            ):
                with self.subTest(name=name, written=written):
                    self.refuse("is not a placeholder", {name: f"Bonjour {written}"}, ValidationError)
        self.assertFalse(self.notice.own_body)
        self.assertFalse(self.events())

    def test_words_that_came_in_past_the_door_are_not_filled(self):
        self.notice.sudo().write({"own_subject": "x", "own_body": "<p>{{ object.env }}</p>"})
        with self.assertRaisesRegex(UserError, "object.env"):
            self.env["recovery.rendering"]._render_wording(self.notice.sudo())
        self.leave()
        self.assertEqual(self.notice.state, "failed")
        self.assertIn("object.env", self.notice.state_reason)

    def test_the_words_of_the_level_given_back_are_no_change(self):
        subject, body, closing = self.notice._get_words()
        self.notice.action_change({"subject": subject, "body": body, "closing": closing})
        self.assertFalse(self.notice.own_body)
        self.notice.action_change({"body": BODY})
        self.assertEqual(self.notice.own_subject, subject)
        self.notice.action_change({"subject": "", "body": "", "closing": ""})
        self.assertFalse(self.notice.own_body or self.notice.own_subject)

    def test_words_chosen_for_a_level_go_with_it(self):
        older = self.make_invoice(days_overdue=60, amount=900)
        self.make_campaign(self.today - timedelta(days=20))._validate(self.today - timedelta(days=20))
        campaign = self.make_campaign()
        notice = campaign.notice_ids
        self.assertNotEqual(notice.level_id, self.levels["reminder"])
        notice.action_change({"body": BODY})
        self.pay(older)
        campaign._validate(self.today)
        self.assertEqual((notice.state, notice.level_id), ("validated", self.levels["reminder"]))
        self.assertFalse(notice.own_body or notice.own_subject)

    def test_a_line_stays_a_line(self):
        self.notice.action_change({"subject": "Bonjour\nBcc: espion@example.com", "body": BODY})
        self.assertNotIn("\n", self.leave().subject)

    # ------------------------------------------------------------
    # Channel, addressee, documents
    # ------------------------------------------------------------
    def test_a_letter_instead_of_an_e_mail_is_no_stopgap(self):
        self.notice.action_change({"channel": "letter"})
        notice = self.leave()
        delivery = notice.delivery_ids
        self.assertEqual((delivery.channel, delivery.state, delivery.purpose), ("letter", "to_print", "notice"))
        self.assertFalse(self.debtor.activity_ids, "nobody is asked for an address that is known")
        self.notice.invalidate_recordset()
        self.assertEqual(self.events().details["channel"], "Letter")

    def test_a_letter_may_become_an_e_mail_and_its_level_stays(self):
        self.notice.sudo().level_id.write({"channel_letter": True, "channel_email": False})
        self.notice.action_change({"channel": "email"})
        self.assertEqual(self.leave().delivery_ids.mapped("channel"), ["email"])
        self.notice.level_id.invalidate_recordset()
        self.assertEqual(self.notice.level_id._get_channels(), ["letter"])

    def test_it_goes_to_a_contact_of_the_customer_and_to_nobody_else(self):
        contact = self.env["res.partner"].create(
            {"name": "Mme Petit", "parent_id": self.debtor_partner.id, "email": "petit@example.com", "lang": "en_US"}
        )
        self.notice.action_change({"addressee_id": contact.id})
        self.assertEqual((self.notice.addressee_id, self.notice.lang), (contact, "en_US"))
        stranger = self.make_partner("Voisin")
        self.refuse("nobody else", {"addressee_id": stranger.id})
        gone = contact.copy({"name": "Parti", "active": False})
        self.refuse("is archived", {"addressee_id": gone.id})
        self.refuse("referenced by their ids", {"addressee_id": "1 or 1"})
        self.assertIn("petit@example.com", self.leave().delivery_ids.address)

    def test_documents_leave_as_they_were_and_only_what_one_may_read(self):
        file = self.pdf()
        self.notice.action_change({"attachment_ids": file.ids})
        kept = self.notice.sudo().own_attachment_ids
        self.assertNotEqual(kept, file)
        file.unlink()
        delivery = self.leave().delivery_ids
        self.assertIn(kept, delivery.sudo().mail_id.attachment_ids)
        self.assertEqual(kept.raw, b"%PDF-1.4 bon de livraison")
        self.assertEqual(delivery.enclosure_ids, kept)

    def test_only_pdf_documents_that_the_user_may_read_are_enclosed(self):
        self.refuse("is not a PDF", {"attachment_ids": self.pdf(content=b"hello", name="x.pdf").ids})
        secret = self.pdf(user=self.recovery_manager)
        self.refuse("", {"attachment_ids": secret.ids}, AccessError)

    def test_what_the_level_attaches_may_be_left_out_and_added(self):
        self.assertFalse(self.notice._attaches("invoices"))
        self.notice.action_change({"with_invoices": True, "with_statement": False})
        self.assertEqual(self.notice.own_invoices, "with")
        self.assertFalse(self.notice.own_statement, "as the level says")
        self.notice.action_change({"with_invoices": False})
        self.assertFalse(self.notice.own_invoices)

    # ------------------------------------------------------------
    # Who, when
    # ------------------------------------------------------------
    def test_only_a_proposed_notice_is_changed_by_who_works_on_it(self):
        self.refuse("", {"channel": "letter"}, AccessError, self.notice.with_user(self.recovery_auditor))
        other = self.setup_other_company(name="Société Deux")["company"]
        stranger = self.make_user("loin", "debt_recovery.group_recovery_user", company=other)
        self.refuse("", {"channel": "letter"}, AccessError, self.notice.with_user(stranger))
        with self.assertRaises(AccessError):
            self.notice.write({"own_body": BODY})
        self.refuse("may be changed", {"state": "sent"})
        self.refuse("may be changed", ["channel"])
        self.refuse("or registered letter", {"channel": "pigeon"})
        for ids in (7, "1", [2**40], [-1], ["a"], [None]):
            self.refuse("referenced by their ids", {"attachment_ids": ids})
        self.refuse("The wording must be text", {"body": 7})
        self.campaign._validate(self.today)
        self.refuse("no longer a proposal", {"channel": "letter"})

    def test_a_mise_en_demeure_keeps_its_words_and_its_channel(self):
        level = self.levels["formal_notice"]
        self.notice.sudo().write({"level_id": level.id, "kind": "formal_notice"})
        for values in ({"channel": "email"}, {"body": BODY}, {"subject": "x"}):
            self.refuse("keeps the wording and channel", values)
        contact = self.env["res.partner"].create({"name": "Gérant", "parent_id": self.debtor_partner.id})
        self.notice.action_change({"addressee_id": contact.id})
        self.assertEqual(self.notice.addressee_id, contact)

    # ------------------------------------------------------------
    # The window
    # ------------------------------------------------------------
    def open(self, notice=None, user=None):
        action = (notice or self.notice).with_user(user or self.recovery_user).action_read()
        return self.env[action["res_model"]].with_user(user or self.recovery_user).browse(action["res_id"])

    def test_the_window_shows_the_text_as_it_will_leave_and_writes_nothing(self):
        window = self.open()
        self.assertFalse(self.notice.body)
        shown = window.preview_html
        self.assertIn("Boulangerie Dupont", shown)
        self.assertIn("800,00", shown)
        self.assertIn(self.invoice.name, shown)
        self.assertFalse(self.events())
        notice = self.leave()
        self.assertIn(str(notice.body)[:40], shown)

    def test_what_is_changed_in_the_window_leaves(self):
        window = self.open()
        window.write({"subject": "Un mot de nous", "body": BODY, "channel": "letter"})
        window.action_show()
        self.assertIn("il reste", window.preview_html)
        self.assertEqual(window.channels_text, "Letter")
        self.assertFalse(self.notice.own_body)
        window.action_confirm()
        self.assertEqual((self.notice.own_subject, self.notice.own_channel), ("Un mot de nous", "letter"))
        self.assertIn("il reste", self.leave().body)
        with self.assertRaisesRegex(UserError, "already been done"):
            window.action_confirm()

    def test_a_window_where_nothing_was_changed_changes_nothing(self):
        self.open().action_confirm()
        self.assertFalse(self.notice.own_body or self.notice.own_channel)
        self.assertFalse(self.events())

    def test_the_letter_is_seen_before_it_leaves(self):
        window = self.open()
        window.channel = "letter"
        url = window.action_print()["url"]
        self.assertIn(str(window.id), url)
        self.assertTrue(window.pdf)
        self.assertFalse(self.notice.document_id)

    def test_what_has_left_is_shown_as_it_left(self):
        self.notice.action_change({"body": BODY})
        self.leave()
        window = self.open()
        self.assertFalse(window.is_changeable)
        self.assertIn("il reste", window.preview_html)
        with self.assertRaises(AccessError):
            self.open(user=self.recovery_auditor)
