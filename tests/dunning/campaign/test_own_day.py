from datetime import timedelta

from odoo.tests import freeze_time, tagged

from ...common import RecoveryCommon


@tagged("post_install", "-at_install")
class TestOwnDay(RecoveryCommon):
    """Lists over several companies are of today where each company is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.recovery_timezone = "America/New_York"
        cls.paris = cls.setup_other_company(name="Société Deux")["company"]
        cls.invoice = cls.make_invoice(amount=1000, days_overdue=60)
        cls.debtor = cls.debtor_of()
        # already tomorrow in Paris, still today in New York
        cls.moment = f"{cls.today} 23:30:00"

    def test_a_suspension_runs_until_the_end_of_the_companys_last_day(self):
        Hold = self.env["recovery.hold"]
        vals = {"debtor_id": self.debtor.id, "reason": "Virement annoncé"}
        last, next_one = Hold.create(
            [
                {**vals, "date_from": self.today, "date_until": self.today},
                {**vals, "date_from": self.today + timedelta(days=1)},
            ]
        )
        with freeze_time(self.moment):
            found = Hold.with_context(allowed_company_ids=(self.paris | self.company).ids).search(
                [("is_running", "=", True), ("debtor_id", "=", self.debtor.id)]
            )
            self.assertTrue(last.is_running)
            self.assertEqual(found, last)
            others = Hold.with_context(allowed_company_ids=(self.paris | self.company).ids).search(
                [("is_running", "=", False), ("debtor_id", "=", self.debtor.id)]
            )
            self.assertEqual(others, next_one)

    def test_a_date_of_a_plan_is_late_from_the_companys_next_day_on(self):
        plan = self.env["recovery.payment.plan"]._make(
            self.debtor, self.today, lambda total, currency: [("part", self.today, total)]
        )
        domain = [("is_late", "=", True), ("plan_id", "=", plan.id)]
        Line = self.env["recovery.payment.plan.line"].with_context(allowed_company_ids=(self.paris | self.company).ids)
        with freeze_time(self.moment):
            self.assertFalse(plan.line_date_ids.is_late)
            self.assertFalse(Line.search(domain))
        with freeze_time(f"{self.today + timedelta(days=1)} 12:00:00"):
            self.assertEqual(Line.search(domain), plan.line_date_ids)
