from odoo.tests import tagged

from .common import RecoveryTourCase


@tagged("post_install", "-at_install")
class TestLimitationTour(RecoveryTourCase):
    """A collector reads and corrects the limitation on the debtor's screen."""

    def test_the_limitation_of_a_debtor(self):
        self.make_invoice(date=self.day(700), due=self.day(670), amount=1200.0)
        debtor = self.debtor_of()
        self.env["recovery.worklist"]._refresh(self.company, self.today)
        self.tour("recovery_limitation", self.recovery_user, f"/odoo/recovery.debtor/{debtor.id}")
        self.assertEqual((debtor.amount_time_barred, debtor.limitation_on), (1200.0, False))
        self.assertEqual(debtor.limitation_choice_id.reason, "Lettre de voiture")
        self.assertFalse(debtor.limitation_event_ids)
