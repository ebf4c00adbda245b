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
