from datetime import timedelta

from odoo.tests import tagged

from ..common import RecoveryCommon


@tagged("post_install", "-at_install")
class TestCampaign(RecoveryCommon):
    prints_documents = True

    def test_late_invoice_enters_at_the_first_reminder_whatever_its_age(self):
        self.make_invoice(days_overdue=200)
        run = self.make_run()
        self.assertEqual(run.notice_ids.level_id, self.levels["reminder"])

    def test_full_story_from_courtesy_to_handover(self):
        due = self.today
        self.make_invoice(due=due)
        seen = []
        for offset in range(-10, 90):
            day = due + timedelta(days=offset)
            run = self.send_run(day)
            seen += [(offset, notice.kind, notice.state) for notice in run.notice_ids]
        self.assertEqual(
            seen,
            [
                (-7, "courtesy", "sent"),
                (1, "reminder", "sent"),
                (15, "call", "sent"),
                (30, "final", "sent"),
                (45, "formal_notice", "sent"),
                (64, "handover", "sent"),
            ],
        )
