from odoo.tests import tagged

from .common import RecoveryTourCase


@tagged("post_install", "-at_install")
class TestHoldAndDecision(RecoveryTourCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_portfolio()

    def test_suspend_and_resume_reminders_with_reasons(self):
        self.tour("recovery_hold", self.recovery_user)
        hold = self.env["recovery.hold"].search([("debtor_id", "=", self.debtor_of(self.at_letter).id)])
        self.assertEqual((hold.user_id, hold.released_by_id), (self.recovery_user, self.recovery_user))
        self.assertEqual((hold.reason, hold.release_reason), ("Virement annoncé pour vendredi", "Rien reçu vendredi"))
        self.assertEqual((hold.date_from, hold.released_on), (self.today, self.today))

    def test_the_counts_and_the_banner_follow_what_a_window_did(self):
        self.tour("recovery_banner", self.recovery_user, "/odoo/recovery-worklist")
        holds = self.env["recovery.hold"].search([("user_id", "=", self.recovery_user.id)], order="id")
        self.assertEqual(holds.mapped("reason"), ["Virement annoncé", "Chèque annoncé"])
        self.assertEqual(holds.mapped("release_reason"), [False, "Rien reçu"])

    def test_manager_answers_what_a_controller_asked(self):
        self.levels["call"].approval_required = True
        campaign = self.make_campaign(user=self.recovery_user)
        campaign._validate(self.today)
        decision = campaign.sudo().notice_ids.decision_id
        self.assertEqual(decision.state, "asked")
        self.tour("recovery_decision", self.recovery_manager)
        self.assertEqual((decision.state, decision.answered_by_id), ("granted", self.recovery_manager))
