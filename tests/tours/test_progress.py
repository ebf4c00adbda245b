from unittest.mock import patch

from odoo.tests import tagged

from ...models.dunning.campaign import recovery_dispatch
from .common import RecoveryTourCase


@tagged("post_install", "-at_install")
class TestProgress(RecoveryTourCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for position in range(25):
            cls.make_invoice(cls.make_partner(f"Client {position}", email=f"c{position}@example.com"), days_overdue=10)
        cls.campaign = cls.make_campaign()
        cls.campaign._validate(cls.today)

    def show(self, name):
        with patch.object(recovery_dispatch, "SHORT_SENDING", 1):
            self.tour(name, self.recovery_user, f"/odoo/recovery-campaigns/{self.campaign.id}", timeout=120)
        deliveries = self.campaign.notice_ids.delivery_ids
        self.assertEqual((len(deliveries), len(deliveries.notice_id), self.campaign.sent_count), (25, 25, 25))

    def test_a_long_sending_shows_how_far_it_is(self):
        self.show("recovery_progress")

    def test_who_leaves_the_bar_comes_back_to_it(self):
        self.show("recovery_progress_left")

    # ------------------------------------------------------------
    # Ranges that failed
    # ------------------------------------------------------------
    def fail_a_range(self):
        with patch.object(type(self.env["recovery.dispatch"]), "_get_batch_size", lambda _self: 10):
            self.campaign.with_user(self.recovery_user).sudo()._leave_to_job("sending")
        work = self.campaign.sudo().work_id
        work.range_ids[0].write({"state": "failed", "reason": "L'imprimante ne répond pas", "attempts": 1})
        return work

    def test_a_range_that_failed_is_done_again_or_cancelled_from_the_campaign(self):
        work = self.fail_a_range()
        url = f"/odoo/recovery-campaigns/{self.campaign.id}"
        self.tour("recovery_work_failed", self.recovery_user, url, timeout=120)
        self.assertEqual((work.state, set(work.range_ids.mapped("state"))), ("cancelled", {"cancelled"}))

    def test_a_long_spreadsheet_waits_for_who_asked_for_it(self):
        env = self.env(user=self.recovery_auditor)
        window = env["recovery.delivery.log"].create({"company_id": self.company.id})
        env["recovery.spreadsheet"]._ask(window)
        with patch("odoo.addons.base.models.ir_cron.IrCron._commit_progress", lambda *args, **kwargs: 60.0):
            self.env["recovery.spreadsheet"]._cron_build()
        self.tour("recovery_spreadsheets", self.recovery_auditor, timeout=120)

    def test_the_long_works_are_looked_at_in_their_list(self):
        work = self.fail_a_range()
        work.range_ids[1:].write({"state": "done"})
        work.write({"state": "incomplete"})
        self.tour("recovery_works", self.recovery_user, timeout=120)
        self.assertEqual(work.state, "cancelled")
