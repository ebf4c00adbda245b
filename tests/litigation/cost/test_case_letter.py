from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import CostCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestCaseLetter(CostCommon):
    """From a case one writes to the debtor, or to the counsel named: outside the ladder, kept, counted in history."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write({"email": "compta@mercier.example.com", "lang": "fr_FR"})
        cls.company.email = "compta@example.com"
        cls.counsel = cls.make_partner("Me Garnier", recovery_party_kind="lawyer", lang="fr_FR")
        cls.offer, cls.costs, cls.summary = (
            cls.env.ref(f"debt_recovery.recovery_case_wording_{name}") for name in ("offer", "costs", "summary")
        )

    def open_window(self, case, user=None, **vals):
        action = case.with_user(user or self.recovery_user).action_write_letter()
        Window = self.env[action["res_model"]].with_user(user or self.recovery_user)
        return Window.with_context(**action["context"]).create(vals)

    def deliveries(self, case):
        return self.env["recovery.delivery"].search([("case_id", "=", case.id)])

    def test_it_is_written_to_the_debtor_with_the_figures_of_the_case(self):
        case = self.open_case()
        window = self.open_window(case, wording_id=self.offer.id)
        self.assertEqual((window.addressed_to, window.addressee_id, window.channel), ("debtor", self.customer, "email"))
        self.assertIn(case.name, window.subject)
        for text in (self.old.name, self.recent.name, self.customer.name):
            self.assertIn(text, window.body)
        self.assertNotIn("object.", window.body)

    def test_once_a_counsel_is_named_one_writes_to_this_lawyer(self):
        self.debtor.counsel_id = self.counsel
        case = self.open_case()
        window = self.open_window(case, wording_id=self.summary.id)
        self.assertEqual((window.addressed_to, window.addressee_id), ("counsel", self.counsel))
        self.assertFalse(window.warning)
        window.addressed_to = "debtor"
        self.assertIn("Me Garnier", window.warning)
        self.assertEqual(window.addressee_id, self.customer)

    def test_a_mail_leaves_is_kept_and_counts_as_a_contact(self):
        case = self.open_case()
        window = self.open_window(case, wording_id=self.offer.id)
        window.body = window.body + "<p>Un mot de plus.</p>"
        window.action_send()
        delivery = self.deliveries(case)
        self.assertEqual((delivery.channel, delivery.state, delivery.purpose), ("email", "queued", "case"))
        self.assertEqual((delivery.debtor_id, delivery.user_id), (self.debtor, self.recovery_user))
        self.assertFalse(delivery.notice_id, "it is no reminder")
        self.assertIn("Un mot de plus", delivery.mail_id.body_html)
        self.assertEqual(self.debtor.last_notice_on, self.today)
        contacts = self.env["recovery.selection"]._read_contacts(self.company, self.today, 7, self.customer.ids)
        self.assertEqual(contacts[self.customer.id], [self.today])
        self.assertTrue(self.events(case, "case_letter"))
        self.assertIn(window.subject, case.message_ids[0].body)

    def test_it_moves_no_level_of_the_ladder(self):
        self.open_window(self.open_case(), wording_id=self.offer.id).action_send()
        self.assertFalse(self.env["recovery.notice"].search([("debtor_id", "=", self.debtor.id)]))

    def test_a_letter_is_kept_as_it_is_printed(self):
        self.customer.email = False
        case = self.open_case()
        window = self.open_window(case, wording_id=self.offer.id)
        self.assertEqual(window.channel, "letter")
        window.action_send()
        delivery = self.deliveries(case)
        self.assertEqual((delivery.channel, delivery.state), ("letter", "to_print"))
        self.assertEqual((delivery.attachment_id.res_model, delivery.attachment_id.res_id), ("recovery.case", case.id))
        self.assertTrue(delivery.sha256)
        text = delivery.attachment_id.raw.decode(errors="replace")
        self.assertIn("Mercier", text)

    def test_a_registered_letter_waits_to_be_printed(self):
        case = self.open_case()
        self.open_window(case, wording_id=self.offer.id, channel="registered").action_send()
        self.assertEqual(self.deliveries(case).state, "to_print")

    def test_the_reminder_of_costs_tells_what_is_owed_and_never_what_stays_with_us(self):
        case = self.open_case()
        self.add_cost(case, 321, name="Honoraires", recoverable="art_700")
        window = self.open_window(case, wording_id=self.costs.id)
        self.assertNotIn("321", window.body)
        self.assertIn("owes none", window.warning)
        self.assertNotIn("owes none", self.open_window(case, wording_id=self.offer.id).warning or "")
        self.add_cost(
            case, 72, name="Signification", recoverable="costs", amount_owed=72, owed_on=self.today, owed_by="RG 26/123"
        )
        window = self.open_window(case, wording_id=self.costs.id)
        self.assertIn("72", window.costs_text)
        self.assertIn("RG 26/123", window.body)
        self.assertNotIn("321", window.body)
        self.assertNotIn("owes none", window.warning or "")

    def test_it_goes_to_nobody_else(self):
        window = self.open_window(self.open_case(), wording_id=self.offer.id)
        window.addressee_id = self.lawyer
        with self.assertRaisesRegex(UserError, "thread of the case"):
            window.action_send()

    def test_an_address_or_a_text_that_is_missing_is_told_before_anything_leaves(self):
        self.customer.email = False
        case = self.open_case()
        window = self.open_window(case, wording_id=self.offer.id, channel="email")
        self.assertIn("no e-mail", window.warning)
        with self.assertRaisesRegex(UserError, "no e-mail"):
            window.action_send()
        window.write({"channel": "letter", "subject": " "})
        with self.assertRaisesRegex(UserError, "subject"):
            window.action_send()
        self.assertFalse(self.deliveries(case))

    def test_enclosures_belong_to_the_case_from_then_on(self):
        case = self.open_case()
        paper = (
            self.env["ir.attachment"].with_user(self.recovery_user).create({"name": "offre.pdf", "raw": b"%PDF-1.4"})
        )
        window = self.open_window(case, wording_id=self.offer.id, attachment_ids=[Command.set(paper.ids)])
        window.action_send()
        self.assertEqual((paper.sudo().res_model, paper.sudo().res_id), ("recovery.case", case.id))
        self.assertEqual(self.deliveries(case).enclosure_ids.ids, paper.ids)

    def test_a_manager_changes_the_words_and_a_user_does_not(self):
        self.customer.lang = "en_US"
        self.offer.with_user(self.recovery_manager).subject = "Une proposition – {{ object.case_name }}"
        case = self.open_case()
        self.assertEqual(self.open_window(case, wording_id=self.offer.id).subject, f"Une proposition – {case.name}")
        with self.assertRaises(AccessError):
            self.offer.with_user(self.recovery_user).subject = "x"
        for text in ("{{ object.case_id.name }}", "{{ object.env }}", "{{ object.notice }}"):
            with self.assertRaises(ValidationError):
                self.offer.subject = text

    def test_every_shipped_text_is_filled_in_both_languages(self):
        case = self.open_case()
        self.debtor.counsel_id = self.counsel
        for wording in self.env["recovery.case.wording"].search([]):
            for lang in ("fr_FR", "en_US"):
                self.counsel.lang = self.customer.lang = lang
                window = self.open_window(case, wording_id=wording.id)
                self.assertEqual(window.lang, lang)
                self.assertTrue(window.subject)
                self.assertNotIn("object.", f"{window.subject} {window.body}")

    def test_what_waits_and_names_who_left_is_taken_back(self):
        case = self.open_case()
        for channel in ("email", "letter"):
            sophie = self.make_user(f"sophie_{channel}", "debt_recovery.group_recovery_user")
            case.sudo().user_id = sophie
            window = self.open_window(case, wording_id=self.offer.id, channel=channel)
            self.assertEqual(window.owner_name, sophie.name)
            before = self.deliveries(case)
            window.action_send()
            delivery = self.deliveries(case) - before
            self.assertEqual(delivery.named_user_id, sophie)
            sophie.action_archive()
            self.assertEqual(delivery.state, "cancelled")
            self.assertIn(sophie.name, delivery.error)
            self.assertNotEqual(self.open_window(case, wording_id=self.offer.id).owner_name, sophie.name)

    def test_an_archived_counsel_is_written_to_no_more(self):
        self.debtor.counsel_id = self.counsel
        case = self.open_case()
        before = self.open_window(case, wording_id=self.summary.id, channel="letter")
        before.action_send()
        late = self.open_window(case, wording_id=self.summary.id, channel="letter")
        self.counsel.action_archive()
        self.assertEqual(self.deliveries(case).state, "cancelled", "it waited for the printer")
        with self.assertRaisesRegex(UserError, "Me Garnier is archived"):
            late.action_send()
        window = self.open_window(case, wording_id=self.summary.id)
        self.assertEqual((window.addressed_to, window.addressee_id), ("debtor", self.customer))
        self.assertIn("Me Garnier is archived", window.warning)

    def test_it_ends_with_a_sentence(self):
        case = self.open_case()
        for channel, text in (("email", "mail queue"), ("registered", "ready to print")):
            said = self.open_window(case, wording_id=self.offer.id, channel=channel).action_send()
            self.assertIn(text, said["params"]["message"])

    def test_an_auditor_writes_to_nobody(self):
        case = self.open_case()
        with self.assertRaises(AccessError):
            case.with_user(self.recovery_auditor).action_write_letter()
