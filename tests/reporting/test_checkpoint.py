from datetime import date
from io import BytesIO

from openpyxl import load_workbook

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

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
