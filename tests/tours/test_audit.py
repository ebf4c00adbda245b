from datetime import timedelta

from odoo.tests import tagged

from .common import RecoveryTourCase


@tagged("post_install", "-at_install")
class TestAuditTours(RecoveryTourCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pass_hours(-1)
        cls.make_portfolio()
        cls.pass_hours(0)

    @classmethod
    def pass_hours(cls, hours):
        """Let what is written from now on be recorded so many hours after the transaction began."""
        cls.env.flush_all()
        cls.env.cr._now = None
        cls.env.cr._now = cls.env.cr.now() + timedelta(hours=hours)

    def test_a_user_rolls_forward_draws_writes_letters_and_notes_the_answers(self):
        self.tour("recovery_audit", self.recovery_user, timeout=180)
        sample = self.env["recovery.sample"].search([])
        self.assertEqual((sample.line_count, sample.sent_count, sample.answered_count), (3, 3, 1))
        (answer,) = sample.line_ids.filtered(lambda line: line.answer == "differs")
        self.assertEqual(answer.difference, 100 - answer.amount)

    def test_a_balance_kept_is_verified_and_compared_with_the_books(self):
        self.tour("recovery_balance_issued", self.recovery_auditor, timeout=120)
        snapshot = self.env["recovery.ageing.snapshot"].search([])
        self.assertEqual(snapshot.user_id, self.recovery_auditor)
        self.pass_hours(1)
        self.reminder_invoice.button_draft()
        self.make_invoice(self.at_letter, amount=77.0, days_overdue=2)
        self.tour("recovery_balance_changed", self.recovery_auditor, timeout=120)
