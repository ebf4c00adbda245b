from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..english import InEnglish
from .common import RecoveryCommon

OLD = "2019-03-01 10:00:00"


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestRetention(InEnglish, RecoveryCommon):
    """Words go when their time is over, digests stay, and nothing goes of what is still of use."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Purge = cls.env["recovery.purge"]
        cls.customer = cls.make_partner("Ancien client")
        cls.debtor = cls.debtor_of(cls.customer)
        cls.debtor.write({"nature": "professional", "nature_confirmed": True})

    def log(self, moment=OLD, debtor=None, feedback="Il dit avoir perdu son emploi"):
        """Log a call as a collector did at that moment."""
        with freeze_time(moment):
            delivery = (
                self.env["recovery.contact"]
                .with_user(self.recovery_user)
                ._record(
                    (debtor or self.debtor).with_user(self.recovery_user),
                    "call",
                    {"feedback": feedback, "address": "06 12 34 56 78", "is_inbound": True},
                    self.today,
                )
            )
        delivery.sudo().queued_on = moment
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE recovery_event SET date = %s WHERE res_model = %s AND res_id = %s",
            (moment, delivery._name, delivery.id),
        )
        self.env.invalidate_all()
        return delivery.sudo()

    def run_purge(self, reason="Effacement annuel"):
        purge = self.Purge.with_user(self.recovery_manager)._run(self.company, self.today, reason)
        self.env.invalidate_all()
        return purge.sudo()

    def test_words_go_and_digests_stay(self):
        call, fresh = self.log(), self.log("2026-10-01 10:00:00", feedback="Rappeler lundi")
        words = {"address": call.address, "feedback": call.feedback}
        purge = self.run_purge()
        self.assertFalse(call.feedback or call.address)
        self.assertEqual(fresh.feedback, "Rappeler lundi")
        line = purge.line_ids.filtered(lambda line: line.res_id == call.id and line.res_model == call._name)
        self.assertEqual(line.debtor_id, self.debtor)
        kept = {name: value for name, value in words.items() if value}
        self.assertEqual(line.sha256, self.Purge._digest(kept), "who has the words can prove them")
        event = self.env["recovery.event"].search([("kind", "=", "purged")], limit=1)
        self.assertEqual((event.user_id, event.details["reason"]), (self.recovery_manager, "Effacement annuel"))
        self.assertEqual(self.env["recovery.journal"]._check(self.company).found, [])
        told = self.env["recovery.event"].search([("res_model", "=", call._name), ("res_id", "=", call.id)])
        self.assertTrue(told.filtered("blanked_on"))
        self.assertFalse(any("emploi" in str(entry.details or "") + entry.summary for entry in told))
        self.assertFalse(self.run_purge(), "there is nothing more")

    def test_what_a_consumer_said_goes_sooner(self):
        consumer = self.debtor_of(self.make_partner("Particulier", is_company=False))
        consumer.write({"nature": "consumer", "nature_confirmed": True})
        moment = "2024-01-15 10:00:00"
        ours, theirs = self.log(moment, consumer), self.log(moment)
        self.run_purge()
        self.assertFalse(ours.feedback)
        self.assertTrue(theirs.feedback)

    def test_nothing_goes_of_who_owes_of_what_is_under_way_or_is_held(self):
        call = self.log()
        invoice = self.make_invoice(self.customer, days_overdue=30)
        self.assertFalse(self.run_purge(), "he owes something")
        invoice._reverse_moves([{"invoice_date": self.today}], cancel=True)
        hold = (
            self.env["recovery.retention.hold"]
            .with_user(self.recovery_manager)
            .create({"debtor_id": self.debtor.id, "date_from": self.today, "reason": "Procédure attendue"})
        )
        self.assertFalse(self.run_purge(), "a legal hold")
        due = self.Purge._find_due(self.company, self.today)
        self.assertIn("Legal hold", due["recovery.delivery"].kept.values())
        hold._lift("Procédure abandonnée")
        self.assertEqual((hold.lift_reason, hold.is_running), ("Procédure abandonnée", False))
        self.assertTrue(self.run_purge())
        self.assertFalse(call.feedback)
        kinds = self.env["recovery.event"].search([("debtor_id", "=", self.debtor.id)]).mapped("kind")
        self.assertEqual(kinds.count("legal_hold"), 2)

    def test_what_was_received_in_the_thread_goes_and_what_we_sent_stays(self):
        words = "Je suis malade"
        message = self.debtor.sudo().message_post(
            body=words, message_type="comment", attachments=[("certificat.txt", b"secret")]
        )
        file = message.attachment_ids
        self.env.flush_all()
        self.env.cr.execute("UPDATE mail_message SET date = %s WHERE id = %s", (OLD, message.id))
        self.env.invalidate_all()
        purge = self.run_purge()
        self.assertFalse(message.body)
        self.assertFalse(file.exists())
        self.assertEqual(purge.line_ids.filtered(lambda line: line.res_id == message.id).res_model, "mail.message")

    def test_a_document_logged_by_hand_goes_and_the_check_of_files_knows(self):
        call = self.log()
        file = self.env["ir.attachment"].sudo().create({"name": "note.pdf", "raw": b"%PDF-1.4 note"})
        call.write({"attachment_id": file.id, "sha256": file._recovery_digest()})
        self.run_purge()
        self.assertFalse(call.attachment_id)
        self.assertTrue(call.sha256)
        self.assertFalse(file.exists())
        _count, wrong = self.env["recovery.integrity"]._check_files(self.company)
        self.assertFalse(wrong)

    def test_managers_alone_erase_hold_and_lift(self):
        self.log()
        with self.assertRaises(AccessError):
            self.Purge.with_user(self.recovery_user)._run(self.company, self.today, "x")
        for user in (self.recovery_user, self.recovery_auditor):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.env["recovery.purge.wizard"].with_user(user).create({"reason": "x"})
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.env["recovery.retention.hold"].with_user(user).create(
                    {"debtor_id": self.debtor.id, "reason": "x", "date_from": self.today}
                )
        hold = self.env["recovery.retention.hold"].sudo().create({"debtor_id": self.debtor.id, "reason": "x"})
        with self.assertRaises(AccessError):
            hold.with_user(self.recovery_user)._lift("x")
        with self.assertRaises(UserError):
            hold.unlink()
        window = self.env["recovery.purge.wizard"].with_user(self.recovery_manager).create({})
        self.assertIn("Ancien client", window.preview)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            window.action_confirm()

    def test_by_itself_only_where_a_rule_says_so(self):
        call = self.log()
        self.assertFalse(self.Purge._run(self.company, self.today, "x", automatic=True))
        rules = self.env["recovery.retention.rule"].search([("kind", "=", "contacts")])
        rules.with_user(self.recovery_manager).write({"is_automatic": True})
        self.assertTrue(self.Purge._run(self.company, self.today, "x", automatic=True))
        self.env.invalidate_all()
        self.assertFalse(call.feedback)

    def test_a_company_s_own_time_stands_for_all_s(self):
        rule = self.env["recovery.retention.rule"].create(
            {"name": "Court", "kind": "contacts", "months": 6, "company_id": self.company.id}
        )
        call = self.log("2026-01-10 10:00:00")
        self.run_purge()
        self.assertFalse(call.feedback)
        rule.months = 120
        kept = self.log("2020-01-10 10:00:00")
        self.run_purge()
        self.assertTrue(kept.feedback, "longer than the shipped rule says")

    def test_a_closed_case_forgets_its_words_after_ten_years(self):
        line = self.receivable_of(self.make_invoice(self.customer, days_overdue=60))
        case = self.env["recovery.case"]._open_for(self.debtor, line, self.today)
        case.description = "<p>Monsieur X est malade</p>"
        case.expected_reason = "Il est malade"
        title, procedure, document, party = self.make_case_children(case)
        stage = self.env["recovery.case.stage"].search([("kind", "=", "abandoned")], limit=1)
        line.move_id._reverse_moves([{"invoice_date": self.today}], cancel=True)
        case.sudo().write({"stage_id": stage.id})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE recovery_case SET closed_on = %s, is_open = FALSE, close_reason = 'Malade' WHERE id = %s",
            (self.today - timedelta(days=3700), case.id),
        )
        self.env.cr.execute(
            "UPDATE recovery_hold SET released_on = %s WHERE debtor_id = %s", (self.today, self.debtor.id)
        )
        self.env.invalidate_all()
        self.run_purge()
        self.assertFalse(case.description)
        self.assertFalse(case.close_reason)
        self.assertFalse(procedure.note or title.note or document.facts or party.note)
        self.assertFalse(self.find_words("malade"), "nor in what core noted of the changes, nor in the threads")
        self.assertEqual(self.env["recovery.journal"]._check(self.company).found, [])

    def make_case_children(self, case):
        """Return a title, a procedure, a document and a party of the case, each with a word about the person."""
        kind = self.env.ref("debt_recovery.recovery_procedure_type_payment_order_commerce")
        procedure = self.env["recovery.procedure"]._open_for(case, kind, self.today, {})
        procedure.note = "<p>Malade</p>"
        words = "Toujours malade"
        procedure.message_post(body=words, message_type="comment")
        title = self.env["recovery.title"].create(
            {
                "case_id": case.id,
                "kind_id": self.env.ref("debt_recovery.recovery_title_kind_notarial").id,
                "date": self.today,
                "enforceable_on": self.today,
                "note": "Malade",
                "head_ids": [Command.create({"kind": "principal", "amount": 5})],
            }
        )
        template = self.env.ref("debt_recovery.recovery_case_document_template_instruction")
        document = self.env["recovery.case.document"].create(
            {"case_id": case.id, "template_id": template.id, "facts": "Il est malade"}
        )
        lawyer = self.make_partner("Cabinet Roux", recovery_party_kind="lawyer")
        party = self.env["recovery.case.party"].create(
            {"case_id": case.id, "partner_id": lawyer.id, "note": "Dit que le client est malade"}
        )
        self.env.flush_all()
        return title, procedure, document, party

    def find_words(self, word):
        """Return the places of the database where a word still stands."""
        found = []
        self.env.cr.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND data_type IN ('character varying', 'text', 'jsonb')"
            " AND (table_name LIKE 'recovery_%' OR table_name LIKE 'mail_%')"
        )
        for table, column in self.env.cr.fetchall():
            self.env.cr.execute(f'SELECT count(*) FROM "{table}" WHERE "{column}"::text ILIKE %s', (f"%{word}%",))
            if self.env.cr.fetchone()[0]:
                found.append(f"{table}.{column}")
        return found

    def test_a_manager_chooses_whom_and_what_and_sees_it_before(self):
        other = self.debtor_of(self.make_partner("Autre ancien"))
        other.write({"nature": "professional", "nature_confirmed": True})
        ours, theirs = self.log(), self.log(debtor=other)
        Window = self.env["recovery.purge.wizard"].with_user(self.recovery_manager)
        self.assertEqual(Window.create({"kind": "cases"}).due_count, 0)
        window = Window.create({"debtor_ids": [Command.set(self.debtor.ids)], "reason": "À sa demande"})
        self.assertEqual(window.due_count, 1)
        self.assertIn("Ancien client", window.preview)
        self.assertIn("Feedback", window.preview)
        self.assertNotIn("Autre ancien", window.preview)
        window.action_confirm()
        self.env.invalidate_all()
        self.assertFalse(ours.feedback)
        self.assertTrue(theirs.feedback)

    def test_a_mail_that_nobody_filed_goes_by_the_shorter_time(self):
        mail = (
            self.env["recovery.case.mail"]
            .sudo()
            .create(
                {
                    "name": "Je suis malade",
                    "email_from": "x@example.com",
                    "company_id": self.company.id,
                    "received_on": "2024-01-15 10:00:00",
                }
            )
        )
        words = "Malade"
        mail.message_post(body=words, message_type="comment")
        self.assertTrue(self.run_purge())
        self.assertEqual((mail.name, mail.email_from), ("Erased", False))
        self.assertFalse(self.find_words("malade"))
        self.assertFalse(self.run_purge(), "there is nothing more")

    def test_another_company_and_a_branch_are_left_alone(self):
        """Words of one company go by its own button; whoever works in a branch alone erases nothing."""
        self.log()
        branch = self.make_branch()
        person = self.user_of("paul", branch, "debt_recovery.group_recovery_manager")
        with self.assertRaises(AccessError):
            self.Purge.with_user(person)._run(branch.with_user(person), self.today, "x")
        other = self.env["res.company"].sudo().create({"name": "Autre maison"})
        with self.assertRaises(AccessError):
            self.Purge.with_user(self.recovery_manager)._run(other.with_user(self.recovery_manager), self.today, "x")
        self.assertFalse(self.Purge._run(other, self.today, "x"))

    def test_what_was_erased_is_never_told_otherwise(self):
        self.log()
        purge = self.run_purge()
        for record in (purge, purge.line_ids):
            for act in (lambda record=record: record.write({"sha256": "x"}), record.unlink):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    act()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            purge.with_user(self.recovery_manager).write({"line_ids": [Command.clear()]})
