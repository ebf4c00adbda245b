from datetime import date
from io import BytesIO
from unittest.mock import patch

from openpyxl import load_workbook

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import MailDeliveryException

from ...models.reporting import recovery_checkpoint
from ..common import RecoveryCommon
from ..english import InEnglish


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestCheckpoint(InEnglish, RecoveryCommon):
    """Reports leave by themselves once a month, for who may read them and for nobody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_invoice(amount=700.0, due=date(2026, 9, 15), date=date(2026, 8, 15))
        cls.make_invoice(amount=90.0, due=date(2026, 11, 12), date=date(2026, 11, 12))
        cls.readers = cls.recovery_manager | cls.recovery_auditor

    def make(self, users=None, **vals):
        return (
            self.env["recovery.checkpoint"]
            .with_user(self.recovery_manager)
            .create(
                {
                    "name": "Point mensuel",
                    "company_id": self.company.id,
                    "day_of_month": 5,
                    "user_ids": [Command.set((users or self.readers).ids)],
                    **vals,
                }
            )
        )

    def send_due(self, day):
        before = self.env["mail.mail"].sudo().search([])
        self.env["recovery.checkpoint"]._send_due(self.company, day)
        return self.env["mail.mail"].sudo().search([]) - before

    def test_it_is_sent_once_a_month_from_its_day_on(self):
        checkpoint = self.make()
        self.assertFalse(self.send_due(date(2026, 11, 4)))
        self.assertEqual(len(self.send_due(date(2026, 11, 6))), 2, "one mail for each reader")
        self.assertEqual(checkpoint.last_sent_on, date(2026, 11, 6))
        self.assertFalse(self.send_due(date(2026, 11, 7)))
        self.assertFalse(self.send_due(date(2026, 12, 4)))
        self.assertTrue(self.send_due(date(2026, 12, 5)))

    def test_the_balance_is_that_of_the_month_that_is_over(self):
        self.make(self.recovery_auditor)
        (mail,) = self.send_due(date(2026, 11, 6))
        self.assertEqual(mail.email_to, self.recovery_auditor.email_formatted)
        (file,) = mail.attachment_ids
        book = load_workbook(BytesIO(file.raw), data_only=True)
        amounts = {cell.value for row in book.worksheets[0].iter_rows() for cell in row}
        self.assertIn(700, amounts)
        self.assertNotIn(90, amounts, "an invoice of November")

    def test_each_chosen_report_is_a_file(self):
        self.make(self.recovery_auditor, has_exposures=True, has_sendings=True, has_payment_delays=True)
        (mail,) = self.send_due(date(2026, 11, 6))
        self.assertEqual(len(mail.attachment_ids), 4)
        for file in mail.attachment_ids:
            self.assertTrue(load_workbook(BytesIO(file.raw)).sheetnames, file.name)

    def test_who_may_not_read_it_any_more_is_left_out_and_named(self):
        checkpoint = self.make()
        self.recovery_auditor.sudo().group_ids -= self.env.ref("debt_recovery.group_recovery_auditor")
        (mail,) = self.send_due(date(2026, 11, 6))
        self.assertEqual(mail.email_to, self.recovery_manager.email_formatted)
        event = self.env["recovery.event"].search(
            [("kind", "=", "printed"), ("res_model", "=", "recovery.checkpoint"), ("res_id", "=", checkpoint.id)]
        )
        self.assertEqual(event.details["left out"], self.recovery_auditor.name)
        self.assertEqual(event.details["sent to"], self.recovery_manager.name)
        self.assertRegex(event.details["files"], r"\.xlsx \([0-9a-f]{64}\)")

    def test_a_stranger_to_the_company_gets_nothing(self):
        other = self.setup_other_company(name="Société Deux")["company"]
        stranger = self.user_of("etranger", other, "debt_recovery.group_recovery_manager")
        self.make(stranger)
        self.assertFalse(self.send_due(date(2026, 11, 6)))

    def test_only_managers_choose_and_send(self):
        checkpoint = self.make()
        for user in (self.recovery_user, self.recovery_auditor):
            with self.assertRaises(AccessError):
                checkpoint.with_user(user).action_send()
            with self.assertRaises(AccessError):
                checkpoint.with_user(user).write({"user_ids": [Command.link(user.id)]})
        checkpoint.action_send()
        self.assertEqual(checkpoint.last_sent_on, self.today)

    def test_what_is_chosen_leaves_a_line_in_the_journal(self):
        checkpoint = self.make()
        checkpoint.has_sendings = True
        events = self.env["recovery.event"].search(
            [("kind", "=", "configured"), ("res_model", "=", "recovery.checkpoint"), ("res_id", "=", checkpoint.id)]
        )
        self.assertEqual(len(events), 2)

    # ------------------------------------------------------------
    # Which day
    # ------------------------------------------------------------
    def test_the_last_days_of_long_months_are_the_last_day_of_short_ones(self):
        for chosen, day, is_due in (
            (29, date(2027, 2, 27), False),
            (29, date(2027, 2, 28), True),
            (29, date(2028, 2, 28), False),
            (29, date(2028, 2, 29), True),
            (30, date(2026, 11, 29), False),
            (30, date(2026, 11, 30), True),
            (31, date(2026, 11, 29), False),
            (31, date(2026, 11, 30), True),
            (31, date(2026, 12, 30), False),
            (31, date(2026, 12, 31), True),
            (28, date(2026, 12, 28), True),
        ):
            with self.subTest(chosen=chosen, day=day):
                checkpoint = self.make(self.recovery_auditor, day_of_month=chosen)
                self.assertEqual(bool(self.send_due(day)), is_due)
                if is_due:
                    self.assertFalse(self.send_due(day), "once a month")
                checkpoint.sudo().unlink()
        for day in (0, 32):
            with self.assertRaises(UserError):
                self.make(day_of_month=day)

    def test_the_month_that_is_over_is_told_on_the_last_day_too(self):
        Checkpoint = self.env["recovery.checkpoint"]
        self.assertEqual(Checkpoint._get_month(date(2028, 3, 31)), (date(2028, 2, 1), date(2028, 2, 29)))
        self.assertEqual(Checkpoint._get_month(date(2026, 1, 1)), (date(2025, 12, 1), date(2025, 12, 31)))

    # ------------------------------------------------------------
    # What goes along
    # ------------------------------------------------------------
    def test_the_head_of_the_journal_leaves_with_the_mail(self):
        self.make()
        mails = self.send_due(date(2026, 11, 6))
        (head,) = self.env["recovery.journal.head"].search([("reason", "=", "mailed")])
        for mail in mails:
            self.assertIn(head.seal, mail.body_html)
        self.assertIn(self.recovery_auditor.email, head.addressee)
        self.assertIn(self.recovery_manager.email, head.addressee)

    def test_no_head_leaves_where_nobody_reads(self):
        self.make(self.make_user("ines", "account.group_account_invoice"))
        self.assertFalse(self.send_due(date(2026, 11, 6)))
        self.assertFalse(self.env["recovery.journal.head"].search([("reason", "=", "mailed")]))

    def test_all_reports_may_go_along(self):
        fields = [name for name in self.env["recovery.checkpoint"]._get_reports(self.today)]
        self.make(self.recovery_auditor, **dict.fromkeys(fields, True))
        (mail,) = self.send_due(date(2026, 11, 6))
        subjects = self.env["recovery.activity"]._get_subjects()
        self.assertEqual(len(mail.attachment_ids), 6 + len(subjects))
        for file in mail.attachment_ids:
            self.assertTrue(load_workbook(BytesIO(file.raw)).sheetnames, file.name)

    def test_a_report_that_cannot_be_made_is_named_and_the_others_leave(self):
        checkpoint = self.make(self.recovery_auditor, has_exposures=True)

        problem = UserError("Encours illisible")  # pylint: disable=translation-required

        def fail(_window):
            raise problem

        self.patch(type(self.env["recovery.exposure.report"]), "_get_xlsx", fail)
        (mail,) = self.send_due(date(2026, 11, 6))
        self.assertEqual(len(mail.attachment_ids), 1)
        self.assertIn("Encours illisible", mail.body_html)
        event = self.env["recovery.event"].search(
            [("kind", "=", "printed"), ("res_model", "=", "recovery.checkpoint"), ("res_id", "=", checkpoint.id)]
        )
        self.assertIn("Encours illisible", event.details["missing"])

    # ------------------------------------------------------------
    # The audit file
    # ------------------------------------------------------------
    def run_pack_job(self):
        with patch("odoo.addons.base.models.ir_cron.IrCron._commit_progress", lambda *args, **kwargs: 60.0):
            self.env["recovery.audit.pack"]._cron_build()

    def test_the_audit_file_is_made_first_then_sent(self):
        checkpoint = self.make(has_audit_pack=True)
        self.assertFalse(self.send_due(date(2026, 11, 6)))
        pack = checkpoint.pack_id
        self.assertTrue(checkpoint.is_waiting)
        self.assertEqual((pack.date_from, pack.date_to), (date(2026, 10, 1), date(2026, 10, 31)))
        self.assertFalse(self.send_due(date(2026, 11, 7)), "it is not made yet")
        self.assertEqual(checkpoint.pack_id, pack)
        self.run_pack_job()
        self.assertEqual(pack.state, "done")
        mails = self.send_due(date(2026, 11, 7))
        self.assertEqual(len(mails), 2)
        for mail in mails:
            (file,) = mail.attachment_ids.filtered(lambda file: file.name.endswith(".zip"))
            self.assertEqual(file.raw, pack.sudo().archive_id.raw)
            self.assertIn(pack.archive_sha256, mail.body_html)
            self.assertNotEqual(file, pack.sudo().archive_id, "what core deletes with a sent mail is a copy")
        self.assertFalse(checkpoint.is_waiting)
        self.assertFalse(self.send_due(date(2026, 11, 8)))
        mails.unlink()
        self.assertTrue(pack.sudo().archive_id.exists())

    def test_who_is_made_to_wait_by_an_audit_file_that_fails_gets_the_rest(self):
        checkpoint = self.make(has_audit_pack=True)
        self.send_due(date(2026, 11, 6))
        checkpoint.sudo().pack_id.sudo().write({"attempt_count": 3})
        self.run_pack_job()
        self.assertEqual(checkpoint.pack_id.state, "failed")
        mails = self.send_due(date(2026, 11, 6))
        self.assertEqual(len(mails), 2)
        self.assertIn("could not be generated", mails[0].body_html)
        self.assertEqual(mails[0].attachment_ids.mapped("name")[0][-5:], ".xlsx")

    def test_a_large_audit_file_is_fetched(self):
        checkpoint = self.make(has_audit_pack=True)
        self.send_due(date(2026, 11, 6))
        self.run_pack_job()
        with patch.object(recovery_checkpoint, "LARGEST", 10):
            mails = self.send_due(date(2026, 11, 6))
        self.assertIn(f"/odoo/recovery-audit-files/{checkpoint.pack_id.id}", mails[0].body_html)
        self.assertFalse(mails.attachment_ids.filtered(lambda file: file.name.endswith(".zip")))

    def test_a_reader_who_may_not_ask_gets_no_audit_file_made(self):
        checkpoint = self.make(self.recovery_user, has_audit_pack=True)
        self.assertEqual(len(self.send_due(date(2026, 11, 6))), 1)
        self.assertFalse(checkpoint.pack_id)

    def test_the_button_waits_for_the_audit_file_too(self):
        checkpoint = self.make(has_audit_pack=True)
        self.assertIn("generated first", checkpoint.action_send()["params"]["message"])
        self.run_pack_job()
        self.assertTrue(self.send_due(self.today), "on any day")

    # ------------------------------------------------------------
    # When something goes wrong
    # ------------------------------------------------------------
    def test_one_that_fails_is_named_and_stops_no_other(self):
        bad, good = self.make(self.recovery_auditor), self.make(self.recovery_manager)
        send = type(bad)._send

        def fail(checkpoint, day):
            if checkpoint == bad:
                raise ValueError("broken")
            return send(checkpoint, day)

        self.patch(type(bad), "_send", fail)
        mails = self.send_due(date(2026, 11, 6))
        self.assertEqual(mails.email_to, self.recovery_manager.email_formatted)
        self.assertEqual((bad.last_sent_on, good.last_sent_on), (False, date(2026, 11, 6)))
        anomaly = self.env["recovery.anomaly"].search([("res_model", "=", bad._name)])
        self.assertEqual(anomaly.res_id, bad.id)

    def test_without_a_mail_server_the_manager_is_told_and_nothing_is_sent_twice(self):
        checkpoint = self.make(self.recovery_auditor)
        (mail,) = self.send_due(date(2026, 11, 6))

        def refuse(_server, *args, **kwargs):
            raise MailDeliveryException("No outgoing mail server")

        self.patch(type(self.env["ir.mail_server"]), "_connect__", refuse)
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            mail.send()
        self.assertEqual(mail.state, "exception")
        checkpoint.invalidate_recordset(["unsent_text"])
        told = checkpoint.with_user(self.recovery_manager).unsent_text
        self.assertIn(self.recovery_auditor.email, told)
        self.assertIn("No outgoing mail server", told)
        self.assertFalse(self.send_due(date(2026, 11, 7)), "it waits in the queue, it is not made again")

    def test_who_lost_the_role_between_two_months_gets_no_second_mail(self):
        self.make(self.recovery_auditor)
        self.assertTrue(self.send_due(date(2026, 11, 6)))
        self.recovery_auditor.sudo().active = False
        self.assertFalse(self.send_due(date(2026, 12, 6)))
