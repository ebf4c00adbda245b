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
        message = self.debtor.sudo().message_post(
            body="Je suis malade", message_type="comment", attachments=[("certificat.txt", b"secret")]
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
        self.assertIn("Ancien client", window.kept_text)
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
        self.assertEqual(self.env["recovery.journal"]._check(self.company).found, [])

    def test_what_was_erased_is_never_told_otherwise(self):
        self.log()
        purge = self.run_purge()
        for record in (purge, purge.line_ids):
            for act in (lambda record=record: record.write({"sha256": "x"}), record.unlink):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    act()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            purge.with_user(self.recovery_manager).write({"line_ids": [Command.clear()]})
