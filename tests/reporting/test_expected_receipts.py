from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ...models.reporting.forecast import WEEKS
from ..common import RecoveryCommon
from ..english import InEnglish


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestExpectedReceipts(InEnglish, RecoveryCommon):
    """The forecast of what is open in the books: overridden by what people agreed, and told line by line."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.slow = cls.make_partner("Lents et fils")
        for number in range(6):
            due = cls.today - timedelta(days=60 + 30 * number)
            invoice = cls.make_invoice(cls.slow, due=due)
            cls.pay(invoice, date=due + timedelta(days=20))
        cls.invoice = cls.make_invoice(cls.slow, 600.0, due=cls.today - timedelta(days=5))
        cls.other = cls.make_invoice(amount=400.0, days_overdue=-10)

    def refresh(self, **kwargs):
        forecast = self.env["recovery.forecast"]._refresh(self.company, self.today, **kwargs)
        self.env.invalidate_all()
        return forecast

    def line_of(self, move, forecast=None):
        forecast = forecast or self.refresh()
        return forecast.line_ids.filtered(lambda line: line.line_id == self.receivable_of(move))

    def weeks_of(self, line):
        return [line[f"week_{number}"] for number in range(1, WEEKS + 1)]

    def test_lives_tell_what_money_settled_and_what_did_not(self):
        invoice = self.make_invoice(amount=100.0, days_overdue=40)
        self.pay(invoice, amount=30.0, date=self.today - timedelta(days=20))
        self.make_credit_note(amount=70.0, date=self.today - timedelta(days=10), reverses=invoice)
        history = self.env["recovery.ledger.history"]
        line = self.receivable_of(invoice)

        def read(day):
            rows = history._read_lives(self.company, self.today - timedelta(days=900), day)
            return {row.line_id: row for row in rows}[line.id]

        life = read(self.today)
        self.assertEqual([part[1:] for part in life.parts], [(30.0, True), (70.0, False)])
        self.assertEqual((life.settled_on, life.is_paid), (self.today - timedelta(days=10), False))
        self.assertEqual((life.due, life.amount), (self.today - timedelta(days=40), 100.0))
        life = read(self.today - timedelta(days=15))
        self.assertEqual((life.settled_on, len(life.parts)), (None, 1))

    def test_a_slow_payer_is_expected_late_and_the_line_says_why(self):
        line = self.line_of(self.invoice)
        self.assertAlmostEqual((line.date - self.today).days, 15, delta=6)
        self.assertIn("6 of its 7 instalments were paid, half of them within 20 days", line.why)
        self.assertIn("Already 5 days late.", line.why)
        self.assertEqual(line.amount, 600)
        self.assertAlmostEqual(sum(self.weeks_of(line)), 600 * line.probability / 100, delta=1)

    def test_the_reason_is_said_as_people_say_it(self):
        """One payment, payments before the due date or on it, a day late: no «1 days», no «-3 days after»."""
        describe = self.env["recovery.forecast.line"]._describe_history
        self.assertTrue(describe(1, 2, "1", "0.2").startswith("One of its 2 instalments was paid, within a day after"))
        for median, when in (
            ("-4", "half of them at least 4 days before the due date"),
            ("-1", "half of them at least a day before the due date"),
            ("0", "half of them by the due date"),
            ("1", "half of them within a day after the due date"),
            ("9", "half of them within 9 days after the due date"),
        ):
            self.assertIn(when, describe(5, 6, median, "0.5"))
        line = self.line_of(self.invoice)
        line.reason = "3|2|4|0.1|1|company||"
        self.assertTrue(line.why.endswith("Already a day late."))

    def test_the_weeks_are_the_sums_of_their_lines(self):
        forecast = self.refresh()
        self.assertEqual(len(forecast.weeks), WEEKS)
        Line = self.env["recovery.forecast.line"].with_user(self.recovery_user)
        for week in forecast._describe_weeks():
            lines = Line.search([(name, operator, value) for name, operator, value in week["domain"]])
            self.assertAlmostEqual(sum(lines.mapped(week["field"])), week["likely"], 2)
            self.assertLessEqual(week["low"], week["likely"])
            self.assertGreaterEqual(week["high"], week["likely"])
        self.assertAlmostEqual(forecast.amount, 1000, 2)
        self.assertAlmostEqual(forecast.amount_expected, sum(week["likely"] for week in forecast.weeks), 2)
        self.assertAlmostEqual(forecast.amount_expected, sum(forecast.line_ids.mapped("amount_expected")), 2)

    def test_made_again_it_replaces_itself(self):
        first = self.refresh()
        count = len(first.line_ids)
        self.assertEqual(self.refresh(), first)
        self.assertEqual(len(first.line_ids), count)
        self.assertEqual(self.env["recovery.forecast.line"].search_count([("forecast_id", "=", first.id)]), count)

    def test_money_that_came_and_is_not_matched_is_not_expected_again(self):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_id": self.slow.id,
                "amount": 200.0,
                "date": self.today,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        method = payment.payment_method_line_id
        method.payment_account_id = method.payment_account_id or self.make_outstanding_account(self.company)
        payment.action_post()
        self.assertEqual(self.line_of(self.invoice).amount, 400)

    def test_an_insolvent_customer_brings_nothing(self):
        self.debtor_of(self.slow).insolvency_on = self.today
        line = self.line_of(self.invoice)
        self.assertFalse(line.date)
        self.assertEqual(self.weeks_of(line), [0] * WEEKS)
        self.assertEqual(line.why, "In insolvency proceedings: nothing is expected.")

    def test_a_promise_moves_its_instalment(self):
        day = self.today + timedelta(days=25)
        debtor = self.debtor_of(self.slow)
        before = self.line_of(self.invoice)
        self.assertFalse(before.why.startswith("Promised"))
        promise = self.env["recovery.promise"].with_user(self.recovery_user)._give(debtor, self.today, 600, day)
        line = self.line_of(self.invoice)
        self.assertEqual(line.date, promise.date)
        self.assertTrue(line.why.startswith("Promised; such promises are kept 50 times in a hundred."))
        self.assertGreaterEqual(line.week_4, 300)
        self.assertEqual(line.week_1, 0)

    def test_a_dispute_comes_before_a_promise(self):
        """A dispute of the whole invoice waits for its answer, whatever was promised of it."""
        debtor = self.debtor_of(self.slow)
        self.env["recovery.promise"].with_user(self.recovery_user)._give(
            debtor, self.today, 600, self.today + timedelta(days=25)
        )
        reason = self.env["recovery.dispute.reason"].search([], limit=1)
        self.env["recovery.dispute"]._open(debtor, self.today, self.invoice, reason)
        line = self.line_of(self.invoice)
        self.assertTrue(line.why.startswith("Disputed: waiting for the answer."))
        self.assertEqual(line.week_1, 0)

    def test_a_settlement_brings_what_was_agreed(self):
        settlement = self.make_settlement()
        self.assertEqual((settlement.state, settlement.amount), ("agreed", 600))
        line = self.line_of(self.invoice)
        self.assertEqual(line.week_1 + line.week_2, 0)
        self.assertGreaterEqual(line.week_3, 0.5 * 450)
        self.assertLessEqual(sum(self.weeks_of(line)) + line.amount_later, 450)
        self.assertTrue(line.why.startswith("Settled by agreement; such agreements are kept 50 times in a hundred."))

    def make_settlement(self):
        """Return a settlement of 450 for the 600, to be paid in twenty days."""
        Settlement = self.env["recovery.settlement"].with_user(self.recovery_manager)
        debtor, line = self.debtor_of(self.slow).with_env(Settlement.env), self.receivable_of(self.invoice)
        settlement = Settlement._make(debtor, self.today, "transaction", lines=line.with_env(Settlement.env))
        settlement.write({"amount_agreed": 450, "date_due": self.today + timedelta(days=20)})
        settlement._propose(self.today)
        return settlement

    def test_the_screen_shows_the_weeks_and_each_month_of_the_trial(self):
        forecast = self.refresh(with_trial=True)
        scores = {
            rule: {"days": days, "amount": days / 10} for rule, days in (("forecast", 4), ("due", 3), ("average", 9))
        }
        month = {"day": "2026-07-31", "count": 30, "said": 900.0, "received": 1000.0, "held": 11, "scores": scores}
        trial = {"is_enough": True, "coverage": 0.8, "months": [month] * 12, "scores": scores, "lost": []}
        forecast.trial = trial
        screen = forecast.with_user(self.recovery_auditor).screen
        self.assertEqual(
            [week["value"] for week in screen["weeks"]["items"]], [week["likely"] for week in forecast.weeks]
        )
        rows = screen["trial"]["rows"]
        self.assertEqual(len(rows), 13)
        self.assertEqual((rows[0]["count"], rows[0]["held"], rows[-1]["held"]), ("30", "11 of 13", "80%"))
        self.assertEqual([score["is_nearest_days"] for score in rows[0]["scores"]], [False, True, False])

    def test_cash_released_is_that_of_the_key_figures(self):
        self.env["recovery.kpi.engine"]._rebuild(self.company, self.today, 6)
        values = self.env["recovery.kpi.value"].search(
            [("company_id", "=", self.company.id), ("kpi_id.code", "=", "cash_released"), ("dimension", "=", "all")],
            order="month",
        )
        self.assertTrue(values)
        released = self.refresh().screen["released"]
        self.assertEqual([item["value"] for item in released["items"]], values.mapped("value"))

    def test_a_fee_is_not_forecast(self):
        self.other.sudo().recovery_is_penalty = True
        self.assertFalse(self.line_of(self.other))

    def test_without_a_past_it_says_that_it_was_not_tried(self):
        forecast = self.refresh(with_trial=True)
        self.assertFalse(forecast.is_trusted)
        self.assertTrue(forecast.trust_text.startswith("Not tested"))

    def test_a_trial_is_told_with_its_figures_and_what_it_lost(self):
        forecast = self.refresh(with_trial=True)
        scores = {rule: {"days": days, "amount": 0.2} for rule, days in (("forecast", 4), ("due", 3), ("average", 9))}
        trial = {"is_enough": True, "coverage": 0.8, "months": [{}] * 12, "scores": scores, "lost": [["due", "days"]]}
        forecast.write({"trial": trial, "is_trusted": False})
        self.assertIn("It did not do better than: Due date (in days).", forecast.trust_text)
        forecast.write({"trial": {**trial, "lost": []}, "is_trusted": True})
        self.assertIn("Over 12 past months it was off by 4.0 days and 20%", forecast.trust_text)

    def test_the_trial_is_made_once_a_month(self):
        forecast = self.refresh()
        self.assertEqual(forecast.trial_day, self.today)
        forecast.trial_day = self.today - timedelta(days=2)
        self.refresh()
        self.assertEqual(forecast.trial_day, self.today - timedelta(days=2))
        forecast.trial_day = self.today - timedelta(days=40)
        self.refresh()
        self.assertEqual(forecast.trial_day, self.today)

    def test_only_users_make_it_again(self):
        forecast = self.refresh()
        with self.assertRaises(AccessError):
            forecast.with_user(self.recovery_auditor).action_refresh()
        forecast.with_user(self.recovery_user).action_refresh()
        action = forecast.with_user(self.recovery_auditor).action_open_lines()
        self.assertEqual(action["res_model"], "recovery.forecast.line")

    def test_the_forecast_of_another_company_is_not_seen(self):
        forecast = self.refresh()
        stranger = self.user_of(
            "etranger", self.setup_other_company(name="Société Deux")["company"], "debt_recovery.group_recovery_user"
        )
        self.assertFalse(self.env["recovery.forecast"].with_user(stranger).search([("id", "=", forecast.id)]))
        self.assertFalse(self.env["recovery.forecast.line"].with_user(stranger).search([]))
