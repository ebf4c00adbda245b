from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import InsolvencyCommon


@tagged("post_install", "-at_install")
class TestInsolvencyPayments(InsolvencyCommon):
    """Money that comes in since the judgment for an earlier claim is looked at (C. com. L622-7)."""

    def setUp(self):
        super().setUp()
        self.insolvency = self.open_proceedings()
        self.declaration = self.insolvency.declaration_ids
        self.declaration.action_prepare()

    def look(self):
        self.env["recovery.insolvency.watch"]._watch(self.company, self.today)
        return self.declaration.payment_ids

    def test_a_payment_of_the_debtor_raises_an_alert_once(self):
        self.pay(self.old, 400, self.today - timedelta(days=2))
        payment = self.look()
        self.assertEqual((payment.nature, payment.amount, payment.is_alert), ("to_check", 400, True))
        self.assertEqual(self.declaration.payment_alert_count, 1)
        self.assertTrue(self.debtor.activity_ids.filtered(lambda task: "after the judgment" in (task.summary or "")))
        self.assertEqual(self.look(), payment, "once")

    def test_what_came_before_the_judgment_is_none(self):
        self.pay(self.old, 400, self.judgment_on - timedelta(days=1))
        self.assertFalse(self.look())

    def test_what_was_born_since_is_paid_when_due(self):
        later = self.make_invoice(
            self.customer, amount=300.0, days_overdue=3, date=self.judgment_on + timedelta(days=1)
        )
        self.declaration.action_prepare()
        self.pay(later, 300, self.today)
        self.assertFalse(self.look())

    def test_a_credit_note_is_no_payment(self):
        self.make_credit_note(self.customer, amount=100.0, date=self.today, reverses=self.old)
        self.assertFalse(self.look())

    def test_a_person_says_what_it_is(self):
        self.pay(self.old, 400, self.today - timedelta(days=2))
        payment = self.look()
        payment.with_user(self.recovery_user)._say_guarantor("Payé par la caution")
        self.assertEqual((payment.nature, payment.is_alert), ("guarantor", False))
        self.assertEqual((payment.reason, payment.user_id), ("Payé par la caution", self.recovery_user))

    def test_a_dividend_received_counts_for_the_plan(self):
        dividend = self.env["recovery.insolvency.dividend"].create(
            {"declaration_id": self.declaration.id, "date": self.today, "amount": 400}
        )
        self.pay(self.old, 400, self.today)
        payment = self.look()
        payment.with_user(self.recovery_user).dividend_id = dividend
        self.assertEqual((payment.nature, dividend.state, dividend.amount_received), ("dividend", "received", 400))
        self.assertEqual(self.declaration.amount_received, 400)
        with self.assertRaisesRegex(UserError, "not deleted"):
            dividend.unlink()

    def test_proceedings_that_were_annulled_forbid_nothing(self):
        self.insolvency._annul("Infirmé")
        self.pay(self.old, 400, self.today)
        self.assertFalse(self.look())

    def test_a_late_dividend_makes_a_task(self):
        self.env["recovery.insolvency.dividend"].create(
            {"declaration_id": self.declaration.id, "date": self.today - timedelta(days=40), "amount": 50}
        )
        self.look()
        self.assertTrue(self.debtor.activity_ids.filtered(lambda task: "Dividend" in (task.summary or "")))
