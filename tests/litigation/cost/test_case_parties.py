from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged

from ....models.common.core_mail import AUTOMATIC_MAIL
from .common import CostCommon

ANSWER = "debt_recovery.mail_activity_type_party_answer"
SILENT = "debt_recovery.mail_activity_type_party_silent"

WRITTEN = "Où en est l'assignation ?"
RECEIVED = "<p>Voici l'acte.</p>"
NOTED = "À relancer"


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestCaseParties(CostCommon):
    """Who acts in a case is named with a role and a mandate; what they write stays in it; their silence is a task."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls.make_partner(
            "Me Anne Roux", parent_id=cls.lawyer.id, is_company=False, email="anne@roux.example.com"
        )

    def make_case(self):
        case = self.open_case(user=self.recovery_user)
        case.lawyer_id = self.lawyer
        return case

    def party_of(self, case, partner=None):
        return case.party_ids.filtered(lambda party: party.partner_id == (partner or self.lawyer))

    def write_to(self, case, *partners, **kwargs):
        case.message_post(
            body=WRITTEN,
            partner_ids=[partner.id for partner in partners],
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            **kwargs,
        )

    def receive(self, case, author=None, email="inconnu@example.com", subject="Assignation signifiée"):
        case.sudo().message_post(
            body=RECEIVED,
            subject=subject,
            message_type="email",
            author_id=author.id if author else False,
            email_from=author.email_formatted if author else email,
            subtype_xmlid="mail.mt_comment",
        )

    def tasks(self, case, xmlid):
        return case.activity_ids.filtered(lambda activity: activity.activity_type_id == self.env.ref(xmlid))

    def after(self, days):
        """Let days pass: the company's today is later."""
        day = self.today + timedelta(days=days)
        return patch.object(self.env.registry["res.company"], "_recovery_today", lambda company: day)

    def watch(self, days):
        day = self.today + timedelta(days=days)
        return self.env["recovery.case.party"]._chase_silent(self.company, day)

    # ------------------------------------------------------------
    # Naming
    # ------------------------------------------------------------
    def test_the_lawyer_and_the_court_of_a_case_are_parties_of_it(self):
        court = self.make_partner("TC de Brest", recovery_party_kind="court", recovery_court_kind="commerce")
        case = self.make_case()
        case.with_user(self.recovery_user).court_id = court
        self.assertEqual(
            {party.partner_id: party.role for party in case.party_ids}, {self.lawyer: "lawyer", court: "court"}
        )
        self.assertEqual(self.party_of(case, court).silent_days, 0, "a court is not chased")
        case.lawyer_id = False
        self.assertTrue(self.party_of(case), "who acted stays named")

    def test_a_user_names_a_party_with_its_own_mandate(self):
        mandate = self.env["recovery.mandate"].create({"partner_id": self.bailiff.id, "silent_days": 4})
        case = self.make_case()
        Party = self.env["recovery.case.party"].with_user(self.recovery_user)
        party = Party.create({"case_id": case.id, "partner_id": self.bailiff.id, "reference": "2026/0456"})
        self.assertEqual((party.role, party.mandate_id, party.silent_days), ("bailiff", mandate, 4))
        with self.assertRaises(ValidationError):
            self.party_of(case).mandate_id = mandate
        with self.assertRaises(AccessError):
            party.heard_on = self.today
        events = self.env["recovery.event"].search([("kind", "=", "case_party"), ("res_id", "=", party.id)])
        self.assertIn("2026/0456", events.details_text)

    def test_a_provider_that_takes_no_more_cases_says_so(self):
        mandate = self.env["recovery.mandate"].create({"partner_id": self.lawyer.id, "capacity": 1})
        self.assertFalse(mandate.is_full)
        case = self.make_case()
        mandate.invalidate_recordset()
        self.assertEqual((mandate.open_case_count, mandate.is_full), (1, True))
        self.assertIn("the maximum it takes", mandate.warning)
        self.assertEqual(self.env["recovery.case"].search(mandate.action_view_cases()["domain"]), case)

    # ------------------------------------------------------------
    # Mails
    # ------------------------------------------------------------
    def test_a_mail_to_a_party_and_its_answer_are_noted(self):
        case = self.make_case()
        self.write_to(case, self.clerk)
        party = self.party_of(case)
        self.assertTrue(party.written_on, "somebody of the firm is the firm")
        self.assertFalse(party.heard_on)
        self.receive(case, self.clerk)
        self.assertEqual(party.heard_on, party.written_on)
        task = self.tasks(case, ANSWER)
        self.assertEqual(task.user_id, self.recovery_user)
        self.assertIn("Assignation signifiée", task.summary)
        event = self.events(case, "party_heard")
        self.assertIn("Cabinet Roux", event.summary)

    def test_a_note_of_ours_is_no_mail(self):
        case = self.make_case()
        case.message_post(body=NOTED, subtype_xmlid="mail.mt_note")
        self.assertFalse(self.party_of(case).written_on)
        case.message_subscribe(self.lawyer.ids)
        self.write_to(case)
        self.assertTrue(self.party_of(case).written_on, "who follows the case gets what is sent from it")

    def test_a_mail_of_somebody_unknown_makes_a_task_and_is_nobody_s_answer(self):
        case = self.make_case()
        self.write_to(case, self.lawyer)
        self.receive(case)
        self.assertFalse(self.party_of(case).heard_on)
        self.assertEqual(len(self.tasks(case, ANSWER)), 1)

    def test_a_mail_of_a_colleague_is_no_answer(self):
        case = self.make_case()
        self.write_to(case, self.lawyer)
        self.receive(case, self.recovery_manager.partner_id)
        self.assertFalse(self.tasks(case, ANSWER))

    def test_an_automatic_answer_is_no_answer(self):
        case = self.make_case()
        self.write_to(case, self.lawyer)
        with AUTOMATIC_MAIL.say():
            self.receive(case, self.lawyer, subject="Absence du bureau")
        self.assertFalse(self.party_of(case).heard_on)
        self.assertFalse(self.tasks(case, ANSWER))

    def test_the_chronology_shows_what_was_written_and_what_came_in(self):
        case = self.make_case()
        self.write_to(case, self.lawyer)
        self.receive(case, self.lawyer)
        rows = self.env["recovery.chronology"]._read_rows(case._get_chronology_scope())
        self.assertTrue([row for row in rows if "Assignation signifiée" in row.text])
        [sent] = [row for row in rows if "E-mail to" in row.text]
        self.assertIn("Cabinet Roux", sent.text)
        self.assertIn("assignation", sent.details)

    # ------------------------------------------------------------
    # Silence
    # ------------------------------------------------------------
    def make_silent(self, case):
        party = self.party_of(case)
        party.sudo().write({"written_on": self.today, "silent_days": 10})
        return party

    def test_who_does_not_answer_for_too_long_makes_one_task(self):
        case = self.make_case()
        party = self.make_silent(case)
        self.assertFalse(self.watch(10), "the last day is still theirs")
        self.assertEqual(self.watch(11), party)
        task = self.tasks(case, SILENT)
        self.assertEqual((task.user_id, len(task)), (self.recovery_user, 1))
        self.assertIn("11", task.summary)
        self.assertFalse(self.watch(12), "asked once for each silence")
        self.assertEqual(len(self.tasks(case, SILENT)), 1)
        self.assertTrue(self.env["recovery.event"].search([("kind", "=", "party_silent"), ("res_id", "=", party.id)]))

    def test_an_answer_ends_the_silence_and_its_task(self):
        case = self.make_case()
        party = self.make_silent(case)
        self.watch(11)
        with self.after(11):
            self.assertTrue(party.is_silent)
            self.assertIn("Cabinet Roux", case.silent_text)
        self.receive(case, self.lawyer)
        self.assertFalse(self.tasks(case, SILENT))
        party.invalidate_recordset()
        with self.after(40):
            self.assertFalse(party.is_silent)

    def test_an_answer_by_telephone_counts_too(self):
        case = self.make_case()
        party = self.make_silent(case)
        self.watch(11)
        with self.after(12):
            party.with_user(self.recovery_user).action_mark_heard()
        self.assertFalse(self.tasks(case, SILENT))
        self.assertFalse(self.watch(30))

    def test_nobody_is_chased_in_a_closed_case_nor_once_they_act_no_more(self):
        case = self.make_case()
        party = self.make_silent(case)
        party.date_until = self.today
        self.assertFalse(self.watch(20))
        party.date_until = False
        party.silent_days = 0
        self.assertFalse(self.watch(20))
        party.silent_days = 10
        case.sudo()._close("abandoned", "Geste commercial", "commercial")
        self.assertFalse(self.watch(20))

    def test_the_owner_hears_that_a_party_is_archived(self):
        case = self.make_case()
        case.party_ids.create({"case_id": case.id, "partner_id": self.bailiff.id})
        self.bailiff.action_archive()
        told = (
            self.env["mail.activity"]
            .sudo()
            .search([("user_id", "=", self.recovery_user.id), ("res_model", "=", False)])
        )
        self.assertEqual(len(told), 1)
        self.assertIn(case.name, told.note)
        self.assertIn("Étude Vidal", told.summary)

    def test_silent_parties_are_found(self):
        case = self.make_case()
        party = self.make_silent(case)
        Party = self.env["recovery.case.party"]
        mine = [("case_id", "=", case.id)]
        with self.after(11):
            self.assertEqual(Party.search([*mine, ("is_silent", "=", True)]), party)
        self.assertFalse(Party.search([*mine, ("is_silent", "=", True)]))
        self.assertEqual(Party.search([*mine, ("is_silent", "=", False)]), party)

    def test_the_nightly_watch_goes_through_every_company(self):
        case = self.make_case()
        self.make_silent(case)
        with self.after(11), self.enter_registry_test_mode():
            self.env.ref("debt_recovery.ir_cron_watch_parties").method_direct_trigger()
        self.env.invalidate_all()
        self.assertTrue(self.tasks(case, SILENT))
