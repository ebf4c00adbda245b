from datetime import timedelta

from odoo.tests import tagged

from .common import RecoveryTourCase


@tagged("post_install", "-at_install")
class TestListsTour(RecoveryTourCase):
    """Lists of what was done, and what becomes of words about people, as their windows show them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_portfolio()

    def test_the_auditor_reads_a_list_before_printing_it(self):
        debtor = self.debtor_of(self.at_reminder)
        self.env["recovery.promise"]._give(debtor, self.today, 10, self.today + timedelta(days=3))
        self.tour("recovery_lists", self.recovery_auditor, timeout=120)

    def test_a_manager_lifts_a_hold_looks_and_erases(self):
        debtor = self.debtor_of(self.make_partner("Ancien client"))
        debtor.write({"nature": "professional", "nature_confirmed": True})
        delivery = (
            self.env["recovery.contact"]
            .with_user(self.recovery_user)
            ._record(debtor.with_user(self.recovery_user), "call", {"feedback": "Il est malade"}, self.today)
        )
        delivery.sudo().queued_on = "2015-03-01 10:00:00"
        self.env["recovery.retention.hold"].sudo().create({"debtor_id": debtor.id, "reason": "Procédure attendue"})
        self.tour("recovery_retention", self.recovery_manager, timeout=180)
        self.env.invalidate_all()
        self.assertFalse(delivery.sudo().feedback)
