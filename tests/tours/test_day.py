from odoo.tests import tagged

from .common import RecoveryTourCase


@tagged("post_install", "-at_install")
class TestCollectorDay(RecoveryTourCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_portfolio()

    def test_worklist_call_and_send_now(self):
        self.tour("recovery_day", self.recovery_user, timeout=180)
        called = self.debtor_of(self.at_letter)
        delivery = self.env["recovery.delivery"].search([("debtor_id", "=", called.id)])
        self.assertEqual((delivery.channel, delivery.state, delivery.feedback), ("call", "done", "Sonne dans le vide"))
        self.assertTrue(called.activity_ids.date_deadline > self.today)
        sent = self.env["recovery.notice"].search([("debtor_id", "=", self.debtor_of(self.at_reminder).id)])
        self.assertEqual((sent.state, sent.kind), ("sent", "reminder"))
        letters = self.env["recovery.delivery"].search(
            [("debtor_id", "=", self.debtor_of(self.at_reminder).id), ("channel", "=", "letter")]
        )
        self.assertEqual((letters.subject, letters.is_manual), ("Copie des factures", True))
        self.assertEqual(self.recovery_user.recovery_priority, "risk")

    def test_the_list_is_fresh_however_one_comes_to_it(self):
        self.tour("recovery_worklist_by_address", self.recovery_user, "/odoo/recovery-worklist")
        self.pay(self.formal_invoice)
        self.tour("recovery_worklist_by_address_later", self.recovery_auditor, "/odoo/recovery-worklist-cash")
