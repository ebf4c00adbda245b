from datetime import timedelta

from odoo import Command
from odoo.tests import freeze_time, tagged

from ...models.reporting.forecast import WEEKS
from ..litigation.doubtful.common import DoubtfulCommon
from ..litigation.execution.common import ExecutionCommon
from ..litigation.insolvency.common import InsolvencyCommon


class Forecasting:
    """Reads the forecast of one instalment."""

    def line_of(self, move):
        """Return what is expected of the instalment of an invoice, made anew."""
        forecast = self.env["recovery.forecast"]._refresh(self.company, self.today, with_trial=False)
        self.env.invalidate_all()
        return forecast.line_ids.filtered(lambda line: line.line_id == self.receivable_of(move))

    def sum_weeks(self, line):
        """Return what is expected of it in the thirteen weeks."""
        return sum(line[f"week_{number}"] for number in range(1, WEEKS + 1))


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestForecastOfDoubtful(Forecasting, DoubtfulCommon):
    """What is doubtful has no date, and goes on living where it passed to."""

    def test_what_is_doubtful_has_no_date(self):
        move = self.bill(1000.0, self.goods20)
        self.transfer(move)
        line = self.line_of(move)
        self.assertFalse(line.date)
        self.assertEqual((line.amount, line.probability, self.sum_weeks(line)), (1200, 0, 0))
        self.assertEqual(line.amount_later, 600)
        self.assertEqual(line.why, "Doubtful: 50% of it is expected, at an unknown date.")

    def test_what_its_depreciation_leaves_is_expected(self):
        move = self.bill(1000.0, self.goods20, days_overdue=400)
        claim = self.transfer(move, day=self.today - timedelta(days=60))
        self.close_on(self.today.replace(day=1) - timedelta(days=1))
        left = 1 - claim.depreciated / 1000
        self.assertTrue(0 < left < 1, "its closing depreciates it in part")
        self.assertAlmostEqual(self.line_of(move).amount_later, 1200 * left, 2)

    def test_its_life_is_one_and_ends_with_the_money(self):
        move = self.bill(1000.0, self.goods20)
        transferred, paid = self.today - timedelta(days=40), self.today - timedelta(days=9)
        claim = self.transfer(move, day=transferred)
        credit = self.receive(1200.0, day=paid)
        self.as_accountant(claim._receive(credit, paid, 1200.0))
        history = self.env["recovery.ledger.history"]

        def read(day):
            rows = history._read_lives(self.company, self.today - timedelta(days=900), day)
            return [row for row in rows if row.partner_id == self.customer.id]

        (life,) = read(self.today)
        self.assertEqual((life.line_id, life.amount), (self.receivable_of(move).id, 1200))
        self.assertEqual((life.settled_on, life.is_paid), (paid, True))
        self.assertEqual(life.parts, ((paid, 1200, True),))
        for day in (transferred - timedelta(days=1), paid - timedelta(days=1)):
            (life,) = read(day)
            self.assertEqual((life.settled_on, life.parts), (None, ()))


@tagged("post_install", "-at_install")
class TestForecastOfTitle(Forecasting, ExecutionCommon):
    """A title can be carried out: nobody knows when it pays."""

    def test_what_a_title_awards_has_no_date(self):
        self.case.write({"probability": 80, "expected_reason": "Solvent"})
        move = self.case.line_ids[0].move_id
        self.assertTrue(self.line_of(move).why.startswith("In litigation: 80% of it is expected"))
        self.make_title()
        line = self.line_of(move)
        self.assertEqual(line.why, "A title can be enforced: 80% of it is expected, at an unknown date.")
        self.assertFalse(line.date)
        self.assertAlmostEqual(line.amount_later, 0.8 * line.amount, 2)
        self.assertEqual(self.sum_weeks(line), 0)


@tagged("post_install", "-at_install")
class TestForecastOfInsolvent(Forecasting, InsolvencyCommon):
    """Of insolvency proceedings the dividends are expected, of what was supplied since the judgment all."""

    def test_what_was_born_before_the_judgment_brings_nothing(self):
        self.open_proceedings()
        line = self.line_of(self.old)
        self.assertEqual((line.date, self.sum_weeks(line), line.amount_later), (False, 0, 0))
        self.assertEqual(line.why, "In insolvency proceedings: nothing is expected.")

    def test_what_was_supplied_since_is_paid_when_due(self):
        self.open_proceedings()
        day = self.judgment_on + timedelta(days=10)
        since = self.make_invoice(self.customer, 300.0, date=day, due=self.today + timedelta(days=20))
        self.assertNotIn("insolvency", self.line_of(since).why)

    def test_a_plan_brings_its_dividends_on_their_days(self):
        declaration = self.declare()
        moves = self.old | self.recent
        total = sum(moves.mapped("amount_residual"))
        days = [self.today + timedelta(days=number) for number in (30, 395)]
        declaration.dividend_ids = [Command.create({"date": day, "amount": total / 4}) for day in days]
        for move in moves:
            line = self.line_of(move)
            self.assertAlmostEqual(line.week_5, 0.5 * move.amount_residual / 4, 1)
            self.assertAlmostEqual(line.amount_later, 0.5 * move.amount_residual / 4, 1)
            self.assertEqual(self.sum_weeks(line), line.week_5)
            self.assertIn("the dividends of the plan; these are received 50 times in a hundred", line.why)
