from datetime import date

from odoo import Command
from odoo.tests import freeze_time, tagged

from ..litigation.doubtful.common import DoubtfulCommon
from .test_key_figures_of_work import Figures
from .test_key_figures_slowly import RATE, Slow

MONTHS = [date(2023, 10, 1), date(2023, 11, 1), date(2023, 12, 1)] + [date(2024, number, 1) for number in (1, 2, 3)]
FEBRUARY = date(2024, 2, 1)  # of a leap year


@tagged("post_install", "-at_install")
@freeze_time("2024-03-20 10:00:00")
class TestKeyFiguresOfHardBooks(Figures, DoubtfulCommon):
    """Books as they are: parts, credits, currencies, doubt, losses, a branch, last days of months, a 29 February."""

    today = date(2024, 3, 20)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.recovery_borrowing_rate = RATE
        cls.names = {name: cls.make_partner(name) for name in ("Lenoir", "Colin", "Dollar", "Perret")}
        cls.lenoir, cls.colin, cls.dollar, cls.perret = cls.names.values()
        cls.own = cls.colin | cls.dollar
        for partner in cls.own:
            cls.debtor_of(partner).collector_id = cls.recovery_user
        cls.make_last_days()
        cls.make_old_debt()
        cls.make_currencies()
        cls.make_credits()
        cls.make_branch_sales()
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.make_doubt()
        self.rebuild(months=7)

    @classmethod
    def sell(cls, partner, amount, on, due, **kwargs):
        return cls.make_invoice(partner, amount, date=date(*on), due=date(*due), **kwargs)

    @classmethod
    def make_last_days(cls):
        """Due, sold and paid on the last days of months, in parts, before and after the due date."""
        invoice = cls.sell(cls.lenoir, 1000.0, (2024, 1, 31), (2024, 2, 29))
        cls.pay(invoice, 600.0, date(2024, 2, 29))
        cls.pay(invoice, 400.0, date(2024, 3, 4))
        cls.pay(cls.sell(cls.lenoir, 500.0, (2023, 12, 31), (2023, 12, 31)), date=date(2024, 1, 3))
        cls.pay(cls.sell(cls.perret, 400.0, (2024, 2, 15), (2024, 4, 15)), date=date(2024, 3, 1))
        cls.sell(cls.perret, 640.0, (2023, 9, 30), (2023, 10, 31))
        term = cls.env["account.payment.term"].create(
            {
                "name": "Moitié, moitié",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days}) for days in (30, 91)
                ],
            }
        )
        halves = cls.make_invoice(cls.colin, 900.0, date=date(2023, 11, 30), term=term)
        cls.pay(halves, 450.0, date(2024, 2, 1))

    @classmethod
    def make_old_debt(cls):
        """Sold more than two years ago, paid in two parts these weeks; due these weeks, paid a year ago."""
        cls.old = cls.sell(cls.colin, 1200.0, (2022, 1, 15), (2022, 2, 15))
        cls.pay(cls.old, 700.0, date(2024, 2, 10))
        cls.pay(cls.old, 500.0, date(2024, 3, 1))
        early = cls.sell(cls.lenoir, 1500.0, (2022, 6, 1), (2024, 2, 15))
        cls.pay(early, date=date(2023, 6, 30))

    @classmethod
    def make_currencies(cls):
        """Sold at one rate, paid in parts at two others: a gain, then a loss of exchange."""
        rates = [("2023-01-01", 1.25), ("2024-02-01", 1.0), ("2024-03-01", 1.6)]
        usd = cls.setup_other_currency("USD", rates=rates)
        cls.exported = cls.sell(cls.dollar, 1000.0, (2023, 12, 10), (2024, 1, 10), currency=usd)
        cls.pay(cls.exported, 400.0, date(2024, 2, 5))
        cls.pay(cls.exported, 600.0, date(2024, 3, 5))
        cls.sell(cls.dollar, 300.0, (2024, 3, 2), (2024, 4, 30), currency=usd)

    @classmethod
    def make_credits(cls):
        """Credited in part, credited for nothing, paid on account, written off by an entry; late fees."""
        invoice = cls.sell(cls.perret, 800.0, (2023, 11, 30), (2023, 12, 30))
        cls.make_credit_note(cls.perret, 200.0, date(2024, 1, 15), reverses=invoice)
        cls.pay(invoice, 600.0, date(2024, 2, 28))
        cls.make_credit_note(cls.colin, 150.0, date(2024, 2, 29))
        lost = cls.sell(cls.perret, 300.0, (2023, 10, 15), (2023, 11, 15))
        receivable = cls.receivable_of(lost)
        entry = cls.env["account.move"].create(
            {
                "date": date(2024, 2, 20),
                "line_ids": [
                    Command.create({"account_id": cls.find_account("6541").id, "debit": 300.0}),
                    Command.create(
                        {"account_id": receivable.account_id.id, "partner_id": cls.perret.id, "credit": 300.0}
                    ),
                ],
            }
        )
        entry.action_post()
        (receivable | entry.line_ids.filtered("credit")).reconcile()
        fee = cls.sell(cls.lenoir, 40.0, (2024, 2, 1), (2024, 2, 1))
        fee.sudo().recovery_is_penalty = True

    @classmethod
    def make_branch_sales(cls):
        branch = cls.make_branch()
        invoice = cls.sell(cls.lenoir, 700.0, (2024, 2, 10), (2024, 3, 10), company=branch)
        payment = cls.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_id": cls.lenoir.id,
                "amount": 200.0,
                "date": date(2024, 3, 12),
                "company_id": branch.id,
                "journal_id": cls.company_data["default_journal_bank"].id,
            }
        )
        method = payment.payment_method_line_id
        method.payment_account_id = method.payment_account_id or cls.make_outstanding_account(cls.company)
        payment.action_post()
        credit = payment.move_id.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        (credit | cls.receivable_of(invoice)).reconcile()

    def make_doubt(self):
        """Doubtful since the last day of January, paid in part there, lost in part."""
        self.doubtful = self.bill(2000.0, self.goods20, days_overdue=(self.today - date(2023, 10, 31)).days)
        claim = self.transfer(self.doubtful, day=date(2024, 1, 31))
        self.as_accountant(claim._receive(self.receive(500.0, day=date(2024, 3, 2)), date(2024, 3, 2), 500.0))
        self.lose(claim, date(2024, 3, 15), amount=300.0)
        self.receive(250.0, self.lenoir, date(2024, 3, 10))  # on account

    @classmethod
    def find_account(cls, code):
        return cls.env["account.account"].search(
            [("code", "=like", f"{code}%"), ("company_ids", "in", cls.company.id)], limit=1
        )

    def values(self, *codes):
        """Return ``{(code, month, dimension, collector): value}`` of the figures kept, of all codes or of some."""
        domain = [("company_id", "=", self.company.id), ("month", ">=", MONTHS[0])]
        kept = self.env["recovery.kpi.value"].search(domain)
        return {
            (value.kpi_id.code, value.month, value.dimension, value.user_id, value.label): value.value
            for value in kept
            if not codes or value.kpi_id.code in codes
        }

    def compare(self, value, expected):
        """Compare a figure with what was found slowly; without anything to divide by there is none."""
        if expected is None:
            self.assertFalse(value)
        else:
            self.assertAlmostEqual(value.value, expected, delta=0.02)

    def test_each_figure_is_what_a_slow_reckoning_finds(self):
        compared = 0
        for dimension, partners in {"all": None, "collector": self.own}.items():
            slow = Slow(self, partners)
            for month in MONTHS:
                figures, last = slow.reckon(month)
                figures["dso_exhaustion"] = slow.walk_back(last)
                for code, expected in figures.items():
                    with self.subTest(code=code, month=month, dimension=dimension):
                        self.compare(self.get(code, dimension, month), expected)
                        compared += 1
        self.assertGreater(compared, 110)

    def test_february_by_hand(self):
        """What an accountant finds with paper and pencil, at the end of a 29 February."""
        open_on = {
            "Lenoir": 1000 - 600 + 700,  # due that very day, and in March
            "Perret": 400 + 640,  # April; October
            "Colin": 450 + 500 - 150,  # the second half, due that day; what is left of 2022; a credit
            "Dollar": 800 - 400 * 0.8,  # at the rate of the sale
            "Rivoire": 2400,
        }
        closing = sum(open_on.values())
        current = 400 + 700 + 400 + 450
        overdue = closing + 150 - current
        self.assertAlmostEqual(self.get("cash_tied", month=FEBRUARY).value, overdue, 2)
        quarter = 500 + 800 + 1000 + 400 + 700 - 200 - 150  # December, January, February
        figures = {
            "dso": closing * 91 / quarter,
            "dso_best": current * 91 / quarter,
            "dso_delinquent": (closing - current) * 91 / quarter,
            "overdue_share": 100 * overdue / (overdue + current),
            # 600 on the day; 450 after 33 days; 700 after 725; 400 USD after 26; 600 after 60
            "days_late": (450 * 33 + 700 * 725 + 320 * 26 + 600 * 60) / (600 + 450 + 700 + 320 + 600),
            "on_time": 100 * 600 / (600 + 450 + 700 + 320 + 600),
        }
        for code, expected in figures.items():
            with self.subTest(code=code):
                self.assertAlmostEqual(self.get(code, month=FEBRUARY).value, expected, 2)

    def test_losses_of_twelve_months_to_sales_without_tax(self):
        sales = 1000 + 500 + 400 + 640 + 900 + 800 + 187.5 + 800 - 200 - 150 + 300 + 700 + 2000
        self.assertAlmostEqual(self.get("irrecoverable", month=date(2024, 3, 1)).denominator, sales, 2)
        self.assertAlmostEqual(self.get("irrecoverable", month=date(2024, 3, 1)).numerator, 300 + 300 / 1.2, 2)
        self.assertAlmostEqual(self.get("irrecoverable", month=FEBRUARY).numerator, 300, 2)

    def test_a_difference_of_exchange_is_no_instalment(self):
        """What a rate that moved adds to the books was neither sold nor due, and nobody paid it on time."""
        lives = self.env["recovery.ledger.history"]._read_lives(self.company, date(2023, 1, 1), self.today)
        own = [life for life in lives if life.partner_id == self.dollar.id]
        self.assertEqual([life.amount for life in own], [800.0, 187.5])
        self.assertEqual([part[0] for part in own[0].parts if part[2]], [date(2024, 2, 5), date(2024, 3, 5)])
        self.assertEqual((own[0].settled_on, own[0].is_paid), (date(2024, 3, 5), True), "money settled it")
        self.assertAlmostEqual(sum(part[1] for part in own[0].parts), 800, 2)
        History = self.env["recovery.ledger.history"]
        (history,) = History._read_payment_history(self.company, self.dollar, self.today).values()
        self.assertEqual(history[1:], (1, 1, 1, 1), "one instalment, paid late")
        (delays,) = History._read_payment_delays(self.company, self.today, self.dollar).values()
        self.assertEqual(delays[5], sum(part[1] for part in own[0].parts if part[2]))

    def test_what_is_made_every_night_is_what_a_rebuilding_makes(self):
        """An invoice of years ago that is paid this month counts, however few months are made again."""
        self.rebuild(months=24)
        whole = self.values()
        self.assertTrue(self.get("recovery_rate", month=FEBRUARY).numerator)
        for months in (1, 2, 3):
            self.rebuild(months=months)
            self.assertEqual(self.values(), whole, f"{months} months")

    def test_past_days_read_together_are_those_read_one_by_one(self):
        days = [date(2023, month, 28) for month in range(1, 13)] + [date(2024, 2, 29), date(2024, 3, 1), self.today]
        ledger = self.env["recovery.ledger"]
        together = ledger._read_past_balances(self.company, days)
        self.assertEqual(list(together), days)
        for day in days:
            alone = ledger._read_balances(self.company, day, as_of=day)
            with self.subTest(day=day):
                self.assertEqual(
                    {row.partner_id: row[:5] for row in together[day]}, {row.partner_id: row[:5] for row in alone}
                )

    def test_each_figure_is_the_sum_of_the_rows_behind_it(self):
        domain = [("company_id", "=", self.company.id), ("month", ">=", FEBRUARY), ("dimension", "=", "all")]
        for value in self.env["recovery.kpi.value"].search(domain):
            with self.subTest(figure=value.display_name):
                self.assertFalse([row.label for row in self.rows_of(value) if "since" in (row.label or "")])
