from datetime import date, timedelta

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .limitation_common import LimitationCommon


@tagged("post_install", "-at_install")
class TestLimitationAlert(LimitationCommon):
    """The collector is told before it is too late, once at each threshold."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor = cls.debtor_of()
        cls.debtor.collector_id = cls.recovery_user
        cls.limit = date(2027, 11, 30)
        cls.move = cls.make_invoice(date=date(2022, 11, 30), due=date(2022, 12, 31))

    def alert(self, day):
        return self.env["recovery.limitation.watch"]._alert(self.company, day)

    def tasks(self):
        return self.debtor.activity_ids.filtered(
            lambda task: task.activity_type_id == self.env.ref("debt_recovery.mail_activity_type_limitation")
        )

    def test_once_at_each_threshold(self):
        told = []
        for day, months in (
            (date(2026, 11, 29), None),
            (date(2026, 11, 30), 12),
            (date(2026, 12, 1), None),
            (date(2027, 5, 30), 6),
            (date(2027, 8, 29), None),
            (date(2027, 8, 30), 3),
            (date(2027, 10, 30), 1),
            (date(2027, 11, 30), None),
            (date(2027, 12, 1), None),
        ):
            found = self.alert(day).mapped("months")
            self.assertEqual(found, [months] if months else [], day)
            told += found
        self.assertEqual(told, [12, 6, 3, 1])
        tasks = self.tasks().sorted("date_deadline")
        self.assertEqual(tasks.user_id, self.recovery_user)
        self.assertEqual(
            tasks.mapped("date_deadline"), [date(2026, 12, 24), date(2027, 6, 11), date(2027, 9, 5), date(2027, 11, 1)]
        )
        self.assertIn(self.move.name, tasks[0].note)
        self.assertEqual(
            self.env["recovery.event"].search_count([("kind", "=", "limitation_alert")]), 4, "each leaves its trace"
        )

    def test_seen_late_it_is_told_of_the_nearest_only(self):
        self.assertEqual(self.alert(date(2027, 10, 1)).mapped("months"), [3])
        self.assertFalse(self.alert(date(2027, 10, 2)))
        self.assertEqual(self.alert(date(2027, 11, 1)).mapped("months"), [1])

    def test_one_task_per_debtor_and_threshold(self):
        self.make_invoice(date=date(2022, 12, 5), due=date(2022, 12, 31))
        self.make_invoice(date=date(2022, 12, 20), due=date(2022, 12, 31))
        self.assertEqual(len(self.alert(date(2026, 12, 10))), 2)
        self.assertEqual(len(self.tasks()), 1)
        self.assertEqual(len(self.alert(date(2026, 12, 20))), 1)
        self.assertEqual(len(self.tasks()), 1, "what comes later joins the task that is still open")
        self.tasks().action_done()
        self.make_invoice(date=date(2022, 12, 25), due=date(2022, 12, 31))
        self.alert(date(2026, 12, 25))
        self.assertEqual(len(self.tasks().filtered("active")), 1)

    def test_original_date_decides_whatever_the_evidence(self):
        self.record("acknowledgement", date(2026, 5, 31))
        self.assertEqual(len(self.alert(date(2026, 11, 30))), 1)

    def test_a_corrected_start_is_told_anew(self):
        self.alert(date(2026, 11, 30))
        self.choose(self.move, start_on=date(2022, 11, 23))
        alert = self.alert(date(2026, 12, 1))
        self.assertEqual((alert.months, alert.limit_on), (12, date(2027, 11, 23)))

    def test_paid_covered_or_barred_claims_are_left_alone(self):
        other = self.make_partner("Prescrit")
        self.make_invoice(other, date=date(2020, 1, 1), due=date(2020, 2, 1))
        covered = self.make_partner("Couvert")
        self.make_invoice(covered, amount=200, date=date(2022, 11, 30), due=date(2022, 12, 31))
        self.make_credit_note(covered, amount=200, date=date(2026, 1, 1))
        self.pay(self.move)
        self.assertFalse(self.alert(date(2027, 1, 1)))

    def test_without_a_collector_the_manager_is_told(self):
        self.debtor.collector_id = False
        self.alert(date(2026, 11, 30))
        self.assertTrue(self.tasks().user_id.has_group("debt_recovery.group_recovery_manager"))

    def test_ignored_alerts_go_to_the_manager(self):
        self.alert(date(2026, 11, 30))
        task = self.tasks()
        self.env["recovery.escalation"]._escalate_activities({self.company: task.date_deadline + timedelta(days=6)})
        self.assertTrue(task.user_id.has_group("debt_recovery.group_recovery_manager"))

    def test_thresholds_are_the_companys(self):
        self.company.recovery_limitation_months = "2, 24"
        self.assertEqual(self.alert(date(2026, 11, 30)).mapped("months"), [24])
        self.company.recovery_limitation_months = ""
        self.assertFalse(self.alert(date(2027, 10, 30)))
        for text in ("douze", "0", "-3", "6.5", "6;3", "500"):
            with self.subTest(text=text), self.assertRaisesRegex(ValidationError, "whole numbers"):
                self.company.recovery_limitation_months = text

    def test_each_company_hears_of_its_own(self):
        other = self.setup_other_company(name="Société Deux")["company"]
        self.make_invoice(date=date(2022, 11, 30), due=date(2022, 12, 31), company=other)
        alerts = self.alert(date(2026, 11, 30))
        self.assertEqual(alerts.company_id, self.company)
        alerts = self.env["recovery.limitation.watch"]._alert(other, date(2026, 11, 30))
        self.assertEqual(alerts.company_id, other)

    def test_nothing_new_costs_no_query_each(self):
        for number in range(6):
            self.make_invoice(self.make_partner(f"Client {number}"), date=date(2022, 12, 1), due=date(2022, 12, 31))
        self.alert(date(2026, 12, 10))
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.assertFalse(self.alert(date(2026, 12, 11)))
        first = self.env.cr.sql_log_count - before
        self.assertLess(first, 30)

    def test_the_job_runs(self):
        with self.enter_registry_test_mode():
            self.env.ref("debt_recovery.ir_cron_limitation").method_direct_trigger()
