from uuid import uuid4

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CostCommon

ANSWER = "debt_recovery.mail_activity_type_party_answer"


@tagged("post_install", "-at_install")
class TestCaseMailbox(CostCommon):
    """What a party writes of itself reaches its case; what nobody known wrote waits for a person."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        domain = cls.env["mail.alias.domain"].create({"name": "recouvrement.example.com"})
        cls.company.alias_domain_id = domain
        cls.company.recovery_case_mailbox = "contentieux"
        cls.lawyer.email = "cabinet@roux.example.com"
        cls.clerk = cls.make_partner(
            "Me Roux", parent_id=cls.lawyer.id, is_company=False, email="anne@roux.example.com"
        )

    def setUp(self):
        super().setUp()
        self.case = self.open_case(user=self.recovery_user)
        self.case.lawyer_id = self.lawyer

    def send(self, subject, sender="anne@roux.example.com", headers="", body="Voici l'acte.", reply_to=None):
        """Hand a mail to the mailbox over to Odoo, with a file attached; return what it became."""
        before = self.env["recovery.case.mail"].search([])
        reply = f"In-Reply-To: {reply_to}\n" if reply_to else ""
        raw = (
            f"From: {sender}\nTo: contentieux@recouvrement.example.com\nSubject: {subject}\n{reply}"
            f"Message-Id: <{uuid4().hex}@roux.example.com>\n{headers}MIME-Version: 1.0\n"
            'Content-Type: multipart/mixed; boundary="LIMIT"\n\n--LIMIT\n'
            f"Content-Type: text/plain; charset=utf-8\n\n{body}\n\n--LIMIT\n"
            'Content-Type: application/pdf; name="acte.pdf"\nContent-Disposition: attachment; filename="acte.pdf"\n\n'
            "%PDF-1.4 acte\n--LIMIT--\n"
        )
        self.env["mail.thread"].sudo().message_process(False, raw.encode())
        return self.env["recovery.case.mail"].search([]) - before

    def received(self, case):
        return case.message_ids.filtered(lambda message: message.message_type == "email")

    def tasks(self, record):
        return record.activity_ids.filtered(lambda activity: activity.activity_type_id == self.env.ref(ANSWER))

    def test_what_a_party_sends_with_the_number_of_the_case_enters_it(self):
        mail = self.send(f"Signification faite [{self.case.name}]")
        self.assertRecordValues(mail, [{"state": "filed", "case_id": self.case.id, "company_id": self.company.id}])
        message = self.received(self.case)
        self.assertIn("Voici l'acte", message.body)
        self.assertEqual(message.author_id, self.clerk)
        self.assertEqual((message.attachment_ids.name, message.attachment_ids.res_id), ("acte.pdf", self.case.id))
        party = self.case.party_ids.filtered(lambda party: party.partner_id == self.lawyer)
        self.assertEqual(party.heard_on, self.company._recovery_local_datetime(message.date).date())
        self.assertEqual(self.tasks(self.case).user_id, self.recovery_user)
        self.assertFalse(self.tasks(mail))
        told = " ".join(entry["title"] + entry.get("details", "") for entry in self.case.chronology)
        self.assertIn("Signification faite", told)

    def test_their_reference_names_the_case_too(self):
        self.case.party_ids.reference = "2026/0456"
        self.assertEqual(self.send("Dossier 2026/0456 : audience").case_id, self.case)
        self.assertEqual(len(self.received(self.case)), 1)
        other = self.send("Dossier 2026/04567 : audience")
        self.assertEqual(other.state, "to_file", "it is another reference")
        self.case.reference = "RG 26/01234"
        self.assertEqual(self.send("Votre affaire RG  26/01234").state, "filed")

    def test_who_does_not_act_in_the_case_never_enters_it_unseen(self):
        self.case.party_ids.reference = "2026/0456"
        subjects = (f"Re: {self.case.name}", "Dossier 2026/0456")
        for sender in ("inconnu@example.com", "cabinet@roux.example.com.evil.test", self.customer.email or "x@y.fr"):
            for subject in subjects:
                with self.subTest(sender=sender, subject=subject):
                    mail = self.send(subject, sender)
                    self.assertEqual(mail.state, "to_file")
                    self.assertTrue(self.tasks(mail))
        self.assertFalse(self.received(self.case))
        self.assertEqual(mail.search([("case_id", "=", self.case.id)], limit=1).activity_user_id, self.recovery_user)

    def test_who_acts_no_more_waits_too(self):
        self.case.party_ids.write({"date_from": "2026-01-01", "date_until": "2026-01-31"})
        self.assertEqual(self.send(self.case.name).state, "to_file")

    def test_a_party_that_names_no_case_is_asked_about(self):
        mail = self.send("Une question")
        self.assertEqual((mail.state, mail.case_id), ("to_file", self.case), "its only case is proposed")
        move = self.make_invoice(self.make_partner("Autre"), days_overdue=30)
        other = self.Case._open_for(self.debtor_of(move.partner_id), self.receivable_of(move), self.today)
        other.lawyer_id = self.lawyer
        self.assertFalse(self.send("Une autre question").case_id, "it acts in two")
        both = self.send(f"{self.case.name} et {other.name}")
        self.assertEqual(both.state, "to_file", "one of them, but which?")

    def test_a_case_of_another_company_is_not_reached(self):
        other = self.setup_other_company(name="Société Deux")["company"]
        self.env["mail.alias"].search([("alias_name", "=", "contentieux")]).alias_defaults = repr(
            {"company_id": other.id}
        )
        mail = self.send(self.case.name)
        self.assertEqual((mail.company_id, mail.state), (other, "to_file"))
        self.assertFalse(mail.case_id)

    def test_an_absence_is_kept_and_asks_for_nothing(self):
        mail = self.send("Absence du bureau", headers="Auto-Submitted: auto-replied\n")
        self.assertFalse(self.tasks(mail))
        self.send(f"Absence du bureau {self.case.name}", headers="Auto-Submitted: auto-replied\n")
        self.assertFalse(self.case.party_ids.filtered("heard_on"))

    def test_a_user_files_it_in_the_case_that_was_meant(self):
        mail = self.send("Assignation", "greffe@tc.example.com").with_user(self.recovery_user)
        with self.assertRaisesRegex(UserError, "choose the case"):
            mail.action_file()
        mail.case_id = self.case
        mail.action_file()
        self.assertEqual((mail.state, len(self.received(self.case))), ("filed", 1))
        self.assertFalse(self.tasks(mail))
        for refused in (mail.action_file, mail.action_leave_out, lambda: mail.write({"case_id": False})):
            with self.assertRaises(UserError):
                refused()

    def test_what_follows_a_filed_mail_is_looked_at_anew(self):
        mail = self.send(f"Acte {self.case.name}")
        first = mail.message_ids.filtered(lambda message: message.message_type == "email")
        self.send("Re: la suite", reply_to=first.message_id)
        self.assertEqual((mail.state, len(self.received(self.case))), ("filed", 2))
        self.send("Re: la suite", "inconnu@example.com", reply_to=first.message_id)
        self.assertEqual((mail.state, len(self.received(self.case))), ("to_file", 2))
        mail.with_user(self.recovery_user).action_file()
        self.assertEqual(len(self.received(self.case)), 3, "each of them once")

    def test_a_mail_is_left_out_and_taken_up_again(self):
        mail = self.send("Publicité", "vendeur@example.com").with_user(self.recovery_user)
        mail.action_leave_out()
        self.assertEqual(mail.state, "left_out")
        self.assertFalse(self.tasks(mail))
        mail.action_take_up()
        self.assertEqual(mail.state, "to_file")
        with self.assertRaises(AccessError):
            mail.with_user(self.recovery_auditor).action_leave_out()
        with self.assertRaises(AccessError):
            mail.with_user(self.recovery_auditor).action_file()

    def test_the_mailbox_is_chosen_renamed_and_given_up_in_the_settings(self):
        self.assertIn("contentieux@recouvrement.example.com", self.case.mailbox_text)
        settings = self.env["res.config.settings"].create({"recovery_case_mailbox": "dossiers"})
        settings.execute()
        self.assertEqual(self.company.recovery_case_address, "dossiers@recouvrement.example.com")
        settings = self.env["res.config.settings"].create({"recovery_case_mailbox": False})
        settings.execute()
        self.assertFalse(self.company.recovery_case_alias_id)
        self.case.invalidate_recordset(["mailbox_text"])
        self.assertFalse(self.case.mailbox_text)
