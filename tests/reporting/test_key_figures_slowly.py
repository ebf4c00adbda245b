import random
from calendar import monthrange
from datetime import date, timedelta

from odoo.tests import freeze_time, tagged

from ..common import RecoveryCommon
from ..english import InEnglish

TODAY = date(2026, 11, 21)
RATE = 5.0


class Slow:
    """The key figures as a patient person would reckon them: line by line, and day after day."""

    def __init__(self, test, partners=None):
        self.today = test.today
        self.exchange = test.company.currency_exchange_journal_id
        lines = test.env["account.move.line"].search(
            [
                ("account_id", "in", test.company._recovery_accounts().ids),
                ("parent_state", "=", "posted"),
                ("move_id.recovery_is_penalty", "=", False),
            ]
        )
        self.lines = lines.filtered(lambda line: partners is None or line.partner_id in partners)
        self.instalments = self.lines.filtered(self.is_instalment)
        self.invoices = self.lines.move_id.filtered(lambda move: move.move_type.startswith("out_"))

    def is_instalment(self, line):
        """Tell whether a line was sold: no difference of exchange, no refund, nothing carried on from elsewhere."""
        is_sold = not line.move_id.origin_payment_id and line.move_id.journal_id != self.exchange
        return line.balance > 0 and is_sold and not line.recovery_origin_line_id

    def settle(self, line):
        """Return ``(day, amount, whether it is money)`` of all that settled a line, here or where it was carried on."""
        found = []
        for part in line.matched_credit_ids:
            credit = part.credit_move_id
            there = credit.move_id.line_ids.filtered(
                lambda one: one.recovery_origin_line_id == line and one.balance > 0
            )
            entry = (credit.recovery_origin_line_id or credit).move_id
            is_money = bool(entry.origin_payment_id or entry.statement_line_id)
            found += self.settle(there) if there else [(part.max_date, part.amount, is_money)]
        return found

    def left(self, line, day):
        """Return what is open of a line at the end of a day."""
        if line.date > day:
            return 0.0
        paid = sum(part.amount for part in line.matched_credit_ids if part.max_date <= day)
        used = sum(part.amount for part in line.matched_debit_ids if part.max_date <= day)
        return round(line.balance - paid + used, 2)

    def open(self, day):
        """Return what is owed, not due and overdue, credits in the first only."""
        total = current = overdue = 0.0
        for line in self.lines:
            left = self.left(line, day)
            total += left
            if left > 0 and (line.date_maturity or line.date) >= day:
                current += left
            elif left > 0:
                overdue += left
        return total, current, overdue

    def sold(self, first, last):
        moves = [move for move in self.invoices if first <= move.date <= last]
        return sum(move.amount_total_signed for move in moves)

    def receipts(self, first, last):
        """Return ``(amount, days after the due date)`` of the money that came."""
        return [
            (amount, (on - line.date_maturity).days)
            for line in self.instalments
            for on, amount, is_money in self.settle(line)
            if is_money and first <= on <= last
        ]

    def fell_due(self, first, last):
        return sum(line.balance for line in self.instalments if first <= line.date_maturity <= last)

    def walk_back(self, day):
        """Return how many days of sales the balance is, one day after the other, fifteen months back.

        What is older counts at the pace of the last month in which something was sold.
        """
        left, days, pace = self.open(day)[0], 0.0, None
        if left <= 0:
            return 0.0
        earliest = day.year * 12 + day.month - 15
        while left > 0.005 and day.year * 12 + day.month > earliest:
            first, last = day.replace(day=1), min(day.replace(day=monthrange(day.year, day.month)[1]), self.today)
            daily = self.sold(first, last) / last.day
            if daily > 0:
                days += min(1.0, left / daily)
                left -= daily
                pace = daily
            else:
                days += 1
            day -= timedelta(days=1)
        return days + max(left, 0.0) / pace if pace else None

    def reckon(self, first):
        """Return the figures of a month that begins on that day."""
        last = min(first.replace(day=monthrange(first.year, first.month)[1]), self.today)
        total, current, overdue = self.open(last)
        opening, _current, overdue_before = self.open(first - timedelta(days=1))
        quarter = (first - timedelta(days=1)).replace(day=1)
        quarter = (quarter - timedelta(days=1)).replace(day=1)
        sales, days = self.sold(quarter, last), (last - quarter).days + 1
        month_sales, receipts = self.sold(first, last), self.receipts(first, last)
        received = sum(amount for amount, _late in receipts)
        # what falls due later in a month that is not over belongs to that month too
        due = self.fell_due(first, first.replace(day=monthrange(first.year, first.month)[1]))
        figures = {
            "dso": (total * days, sales),
            "dso_best": (current * days, sales),
            "dso_delinquent": ((total - current) * days, sales),
            "cei": (100 * (opening + month_sales - total), opening + month_sales - current),
            "overdue_share": (100 * overdue, current + overdue),
            "days_late": (sum(amount * max(late, 0) for amount, late in receipts), received),
            "on_time": (100 * sum(amount for amount, late in receipts if late <= 3), received),
            "recovery_rate": (100 * received, overdue_before + due),
            "cash_tied": (overdue, 1),
            "cash_cost": ((overdue + overdue_before) / 2 * RATE / 100 * ((last - first).days + 1) / 365, 1),
        }
        return {code: part / whole for code, (part, whole) in figures.items() if whole}, last


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestKeyFiguresSlowly(InEnglish, RecoveryCommon):
    """A year of a ledger drawn at random: each figure is what a slow reckoning finds, and what its rows add up to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.recovery_borrowing_rate = RATE
        rng = random.Random(9)
        cls.partners = [cls.make_partner(f"Client {number}") for number in range(4)]
        for _number in range(36):
            partner = rng.choice(cls.partners)
            issued = date(2026, 3, 1) + timedelta(days=rng.randrange(260))
            due = issued + timedelta(days=rng.choice((0, 15, 30, 45)))
            amount = round(rng.uniform(50, 4000), 2)
            invoice = cls.make_invoice(partner, amount, due=due, date=issued)
            for _part in range(rng.choice((0, 1, 1, 2))):
                on = due + timedelta(days=rng.randrange(-10, 60))
                if on <= TODAY and invoice.amount_residual > 1:
                    cls.pay(invoice, round(invoice.amount_residual * rng.choice((0.4, 1)), 2), max(on, issued))
            if rng.random() < 0.15 and invoice.amount_residual > 1 and issued + timedelta(days=9) <= TODAY:
                share = round(invoice.amount_residual / 3, 2)
                cls.make_credit_note(partner, share, issued + timedelta(days=9), reverses=invoice)
        cls.make_credit_note(cls.partners[0], 120.0, date(2026, 9, 3))
        fee = cls.make_invoice(cls.partners[1], 40.0, due=date(2026, 8, 1), date=date(2026, 8, 1))
        fee.sudo().recovery_is_penalty = True
        cls.own = cls.partners[:2]
        for partner in cls.own:
            cls.debtor_of(partner).collector_id = cls.recovery_user
        cls.env["recovery.kpi.engine"]._rebuild(cls.company, TODAY, 7)
        cls.values = cls.env["recovery.kpi.value"].search([("company_id", "=", cls.company.id)])

    def get(self, code, month, dimension):
        return self.values.filtered(
            lambda value: (value.kpi_id.code, value.month, value.dimension) == (code, month, dimension)
        )

    def test_each_figure_is_what_a_slow_reckoning_finds(self):
        portfolios = {"all": None, "collector": self.env["res.partner"].union(*self.own)}
        compared = 0
        for dimension, partners in portfolios.items():
            slow = Slow(self, partners)
            for month in (date(2026, number, 1) for number in range(6, 12)):
                figures, last = slow.reckon(month)
                figures["dso_exhaustion"] = slow.walk_back(last)
                for code, expected in figures.items():
                    with self.subTest(code=code, month=month, dimension=dimension):
                        self.assertAlmostEqual(self.get(code, month, dimension).value, expected, delta=0.02)
                        compared += 1
        self.assertGreater(compared, 120)

    def test_cash_released_is_the_change_of_the_dso_at_the_sales_of_a_day(self):
        slow = Slow(self)
        before, _last = slow.reckon(date(2026, 9, 1))
        now, last = slow.reckon(date(2026, 10, 1))
        daily = slow.sold(date(2026, 8, 1), last) / 92
        expected = (before["dso"] - now["dso"]) * daily
        self.assertAlmostEqual(self.get("cash_released", date(2026, 10, 1), "all").value, expected, delta=0.02)

    def test_each_figure_is_the_sum_of_the_rows_behind_it(self):
        engine = self.env["recovery.kpi.engine"]
        values = self.values.filtered(lambda value: value.month >= date(2026, 10, 1))
        self.assertGreater(len(values), 40)
        for value in values:
            with self.subTest(figure=value.display_name, dimension=value.dimension):
                parts = engine._read_parts(value)
                self.assertFalse([part.label for part in parts if "since" in (part.label or "")])
                self.assertAlmostEqual(sum(part.part for part in parts), value.numerator, delta=0.02)
                if not value.kpi_id._is_plain():
                    self.assertAlmostEqual(sum(part.whole for part in parts), value.denominator, delta=0.02)

    def test_what_changed_since_is_a_row_of_its_own(self):
        value = self.get("cash_tied", date(2026, 10, 1), "all")
        self.make_invoice(self.partners[2], 333.0, due=date(2026, 10, 10), date=date(2026, 10, 1))
        action = value.with_user(self.recovery_auditor).action_open_parts()
        rows = self.env["recovery.kpi.part"].with_user(self.recovery_auditor).search(action["domain"])
        self.assertAlmostEqual(sum(rows.mapped("part")), value.numerator, 2)
        changed = rows.filtered(lambda row: "since" in (row.name or ""))
        self.assertAlmostEqual(changed.part, -333.0, 2)
        self.assertEqual(rows.partner_id & self.partners[2], self.partners[2])

    def test_a_row_opens_its_customer_for_who_follows_it(self):
        value = self.get("cash_tied", date(2026, 10, 1), "all").with_user(self.recovery_user)
        rows = self.env["recovery.kpi.part"].with_user(self.recovery_user).search(value.action_open_parts()["domain"])
        row = rows.filtered(lambda row: row.partner_id in self.own)[:1]
        self.assertFalse(row.name, "its customer says it all")
        action = row.action_show()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("recovery.debtor", self.debtor_of(row.partner_id).id)
        )
        self.assertFalse(
            self.env["recovery.kpi.part"].with_user(self.recovery_manager).search([("id", "in", rows.ids)])
        )
