from odoo.tests import tagged

from .common import RecoveryTourCase

WORKLIST = "/odoo/recovery-worklist"


@tagged("post_install", "-at_install")
class TestCounted(RecoveryTourCase):
    """The commonest tasks, click by click; what leaves is read and changed on the screen; the keyboard alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_portfolio()

    def test_one_debtor_is_reminded_in_three_clicks(self):
        self.tour("recovery_counted_remind", self.recovery_user, WORKLIST)
        notice = self.env["recovery.notice"].search([("partner_id", "=", self.at_reminder.id), ("state", "=", "sent")])
        self.assertEqual(notice.kind, "reminder")

    def test_a_call_with_a_promise_takes_four_clicks(self):
        self.tour("recovery_counted_call", self.recovery_user, WORKLIST)
        promise = self.env["recovery.promise"].search([("debtor_id", "=", self.debtor_of(self.at_call).id)])
        self.assertEqual((promise.state, promise.amount), ("open", 960))

    def test_a_mise_en_demeure_is_printed_in_three_clicks_and_posted_in_three(self):
        self.tour("recovery_counted_print", self.recovery_manager, WORKLIST)
        notice = self.env["recovery.notice"].search([("partner_id", "=", self.at_formal_notice.id)], limit=1)
        self.assertEqual((notice.kind, notice.state), ("formal_notice", "sent"))
        self.assertEqual({*notice.delivery_ids.mapped("state")}, {"to_print"})
        self.tour("recovery_counted_post", self.recovery_user, WORKLIST)
        self.assertEqual({*notice.delivery_ids.mapped("state")}, {"posted"})

    def test_a_case_is_opened_in_three_clicks(self):
        self.tour("recovery_counted_case", self.recovery_user, WORKLIST)
        case = self.env["recovery.case"].search([("debtor_id", "=", self.debtor_of(self.at_letter).id)])
        self.assertEqual(len(case), 1)

    def test_the_worklist_and_a_call_by_the_keyboard_alone(self):
        self.tour("recovery_by_keyboard", self.recovery_user, WORKLIST)
        promise = self.env["recovery.promise"].search([("debtor_id", "=", self.debtor_of(self.at_call).id)])
        self.assertEqual(promise.state, "open")

    def test_what_leaves_is_read_and_changed_before(self):
        self.tour("recovery_read_before", self.recovery_user, WORKLIST, timeout=120)
        notice = self.env["recovery.notice"].search([("partner_id", "=", self.at_reminder.id), ("state", "=", "sent")])
        self.assertEqual(notice.subject, "Un oubli sans doute")
        delivery = self.env["recovery.delivery"].search([("subject", "=", "Comme convenu")])
        self.assertEqual((delivery.channel, delivery.notice_id.id), ("email", False))

    def test_the_calendar_shows_what_falls_due(self):
        self.make_invoice(self.at_reminder, amount=250, due=self.today)  # of this month, whatever its day
        self.tour("recovery_agenda", self.recovery_auditor, WORKLIST)

    def test_the_lines_of_a_campaign_are_read_and_changed(self):
        campaign = self.make_campaign(user=self.recovery_user)
        self.tour("recovery_read_in_campaign", self.recovery_user, f"/odoo/recovery-campaigns/{campaign.id}")
        notice = campaign.notice_ids.filtered(lambda notice: notice.partner_id == self.at_letter)
        self.assertEqual((notice.own_subject, notice.state), ("Dernier mot", "draft"))
