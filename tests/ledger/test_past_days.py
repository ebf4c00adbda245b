import random
from collections import defaultdict
from datetime import datetime, time, timedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..portfolio import PortfolioCommon
from .common import LedgerCommon

HISTORIES = 2  # those of ``tests/reporting`` know doubtful claims too


class PastCommon(PortfolioCommon, LedgerCommon):
    """Days that pass: the database's own clock says when entries were recorded, matched and undone."""

    def at(self, day, hour=10):
        """Let it be that hour of a day, for what is written from now on."""
        self.env.flush_all()
        self.env.cr._now = datetime.combine(day, time(hour))

    def look_at(self, day, known=None):
        """Return ``{line id: (residual, in the company's currency)}`` of a day."""
        rows = self.ledger._read_items(self.company, day=day, as_of=day, known=known)
        return {row.own_line_id: (round(row.residual, 2), round(row.residual_company, 2)) for row in rows}

    def changes(self, day, since):
        """Return ``{line id: what the changes since add to what is open of it}``."""
        sums = defaultdict(float)
        for row in self.env["recovery.ledger.past"]._read_changes(self.company, day, since):
            sums[row.line_id] += row.amount
            if row.other_line_id:
                sums[row.other_line_id] -= row.amount
        return {line_id: round(amount, 2) for line_id, amount in sums.items() if round(amount, 2)}


@tagged("post_install", "-at_install")
class TestPastDays(PastCommon):
    def setUp(self):
        super().setUp()
        self.at(self.today - timedelta(days=60))
        self.invoice = self.make_invoice(amount=1000, date=self.today - timedelta(days=60), days_overdue=30)
        self.line = self.receivable_of(self.invoice)
        self.day = self.today - timedelta(days=5)
        self.evening = self.env["recovery.ledger.past"]._get_end(self.company, self.day)

    def kinds(self):
        rows = self.env["recovery.ledger.past"]._read_changes(self.company, self.day)
        return [(row.kind, row.name, row.amount) for row in rows]

    def test_a_day_ends_at_midnight_where_the_company_is(self):
        self.assertEqual(self.evening, datetime(2026, 11, 16, 23))

    def test_what_was_matched_later_with_an_earlier_date_is_not_known_that_day(self):
        self.at(self.today)
        self.pay(self.invoice, amount=400, date=self.today - timedelta(days=10))
        self.assertEqual(self.look_at(self.day)[self.line.id], (600.0, 600.0))
        self.assertEqual(self.look_at(self.day, self.evening), {self.line.id: (1000.0, 1000.0)})
        payment = self.line.matched_credit_ids.credit_move_id
        self.assertEqual(
            self.kinds(),
            [("posted", payment.move_id.name, -400.0), ("matched", self.invoice.name, -400.0)],
        )

    def test_what_was_unmatched_since_is_told_as_it_was(self):
        self.at(self.today - timedelta(days=8))
        self.pay(self.invoice, amount=400, date=self.today - timedelta(days=10))
        payment = self.line.matched_credit_ids.credit_move_id
        self.at(self.today)
        self.line.remove_move_reconcile()
        trace = self.env["recovery.unmatching"].search([])
        self.assertEqual((trace.debit_name, trace.credit_name), (self.invoice.name, payment.move_id.name))
        self.assertEqual((trace.amount, trace.date), (400.0, self.today - timedelta(days=10)))
        self.assertEqual(self.look_at(self.day), {self.line.id: (1000.0, 1000.0), payment.id: (-400.0, -400.0)})
        self.assertEqual(self.look_at(self.day, self.evening), {self.line.id: (600.0, 600.0)})
        self.assertEqual(self.kinds(), [("unmatched", self.invoice.name, 400.0)])

    def test_what_was_withdrawn_since_is_told_as_it_was(self):
        self.at(self.today - timedelta(days=8))
        self.pay(self.invoice, amount=400, date=self.today - timedelta(days=10))
        name = self.invoice.name
        self.at(self.today)
        self.invoice.button_draft()
        self.assertNotIn(self.line.id, self.look_at(self.day))
        self.assertEqual(self.look_at(self.day, self.evening), {self.line.id: (600.0, 600.0)})
        self.assertIn(("withdrawn", name, -1000.0), self.kinds())

    def test_an_entry_posted_again_with_another_amount_is_told_as_it_was(self):
        self.at(self.today)
        self.invoice.button_draft()
        self.invoice.invoice_line_ids.price_unit = 700
        self.invoice.action_post()
        line = self.receivable_of(self.invoice)
        self.assertEqual(self.look_at(self.day), {line.id: (700.0, 700.0)})
        self.assertEqual(self.look_at(self.day, self.evening), {self.line.id: (1000.0, 1000.0)})

    def test_what_was_matched_and_unmatched_since_changed_nothing(self):
        self.at(self.today)
        self.pay(self.invoice, amount=400, date=self.today)
        self.line.remove_move_reconcile()
        self.assertEqual(self.kinds(), [])
        self.assertEqual(self.look_at(self.day), {self.line.id: (1000.0, 1000.0)})

    def test_nobody_writes_these_traces_by_hand(self):
        self.pay(self.invoice, amount=400)
        self.line.remove_move_reconcile()
        trace = self.env["recovery.unmatching"].search([], limit=1).with_user(self.recovery_manager)
        for act in (lambda: trace.write({"amount": 1}), trace.unlink):
            with self.assertRaises(AccessError):
                act()


class HistoryCommon(PastCommon):
    """Random histories of a ledger, and what it said on one of their days."""

    acts = ("invoice", "invoice", "credit", "pay", "pay", "match", "unmatch", "withdraw", "write off")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_other_currency(
            "USD", rates=[(cls.today - timedelta(days=days), 1.1 + days % 7 / 20) for days in range(0, 90, 4)]
        )

    def live(self, seed, days=30, start=None):
        """Let days pass and return ``(day, its end, what was recorded on it)`` of one in the middle."""
        rng = random.Random(seed)
        start = start or self.today - timedelta(days=days)
        customers = [self.make_partner(f"Histoire {seed} {number}") for number in range(3)]
        middle = rng.randint(days // 3, 2 * days // 3)
        recorded = None
        for number in range(days):
            day = start + timedelta(days=number)
            self.at(day)
            for _time in range(rng.choice((0, 1, 1, 2))):
                self.act(rng, customers, day)
            if number == middle:
                end = self.env["recovery.ledger.past"]._get_end(self.company, day)
                recorded = day, end, self.look_at(day)
        if rng.random() < 0.5:
            customers[0].action_archive()
        return recorded

    def act(self, rng, customers, day):
        """Let one thing happen on a day, dated that day or before."""
        dated = day - timedelta(days=rng.choice((0, 0, 0, 3, 20)))
        open_lines = self.env["account.move.line"].search(
            [
                ("partner_id", "in", [customer.id for customer in customers]),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
            ]
        )
        what = rng.choice(self.acts)
        if what in ("invoice", "credit"):
            self.make_invoice(
                rng.choice(customers),
                round(rng.uniform(5, 900), 2),
                date=dated,
                due=dated + timedelta(days=rng.randint(0, 60)),
                currency=rng.choice([self.company.currency_id, self.dollar]),
                move_type="out_refund" if what == "credit" else "out_invoice",
            )
        elif what == "pay":
            debts = self.find_debts(open_lines)
            if debts:
                line = rng.choice(debts)
                part = round(abs(line.amount_residual_currency) * rng.choice((0.3, 1, 1.2)), 2)
                self.pay(line.move_id, amount=part, date=max(dated, line.date))
        elif what == "match":
            debts = open_lines.filtered(lambda line: line.amount_residual > 0)
            credits = open_lines.filtered(lambda line: line.amount_residual < 0)
            pairs = [(a, b) for a in debts for b in credits if self.may_match(a, b)]
            if pairs:
                debt, credit = rng.choice(pairs)
                (debt | credit).reconcile()
        elif what == "unmatch":
            matched = open_lines.filtered(lambda line: line.matched_debit_ids or line.matched_credit_ids)
            if matched:
                rng.choice(matched).remove_move_reconcile()
        elif what == "withdraw":
            moves = self.find_changeable(open_lines)
            if moves:
                move = rng.choice(moves)
                move.button_draft()
                if rng.random() < 0.5:
                    move.action_post()
        elif what == "write off":
            debts = self.find_debts(open_lines)
            if debts:
                self.write_off(rng.choice(debts), dated)
        else:
            self.act_too(what, rng, open_lines, day, dated)

    def act_too(self, what, rng, open_lines, day, dated):
        """Let one thing happen that only some histories know."""
        raise NotImplementedError

    def find_debts(self, open_lines):
        return open_lines.filtered(lambda line: line.amount_residual > 0 and line.move_type == "out_invoice")

    def find_changeable(self, open_lines):
        return open_lines.move_id.filtered(lambda move: move.move_type in ("out_invoice", "out_refund"))

    def may_match(self, debt, credit):
        return (debt.currency_id, debt.account_id) == (credit.currency_id, credit.account_id)

    def write_off(self, line, day):
        amount = line.amount_residual
        accounts = (line.account_id, self.company_data["default_account_expense"])
        move = self.env["account.move"].create(
            {
                "date": max(day, line.date),
                "journal_id": self.company_data["default_journal_misc"].id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": accounts[0].id,
                            "partner_id": line.partner_id.id,
                            "currency_id": line.currency_id.id,
                            "amount_currency": -line.amount_residual_currency,
                            "balance": -amount,
                        },
                    ),
                    Command.create({"account_id": accounts[1].id, "balance": amount}),
                ],
            }
        )
        move.action_post()
        (line | move.line_ids.filtered(lambda other: other.account_id == line.account_id)).reconcile()

    def check(self, seed, recorded):
        """Check that what was known that day is told again, and that the rest is what changed since."""
        day, end, then = recorded
        self.env.flush_all()
        self.assertEqual(self.look_at(day, end), then, f"seed {seed}: as it was known")
        now = self.look_at(day)
        changes = self.changes(day, end)
        for line_id in then.keys() | now.keys() | changes.keys():
            before, after = then.get(line_id, (0, 0))[1], now.get(line_id, (0, 0))[1]
            self.assertAlmostEqual(before + changes.get(line_id, 0.0), after, 2, f"seed {seed}, line {line_id}")
        for known, rows in ((None, now), (end, then)):
            balances = self.ledger._read_account_balances(self.company, self.company._recovery_accounts(), day, known)
            told = sum(amount for _residual, amount in rows.values())
            self.assertAlmostEqual(told, sum(balances.values()), 2, f"seed {seed}: the ledger's, {known}")

        self.check_together(seed, day)

    def check_together(self, seed, day):
        """Check that many past days read together are those read one by one."""
        days = [day + timedelta(days=number) for number in (-40, -9, -3, -1, 0, 1, 2, 7, 30)]
        together = self.ledger._read_past_balances(self.company, days)
        for one in days:
            alone = self.ledger._read_balances(self.company, one, as_of=one)
            told = [{row.partner_id: row[:5] for row in rows} for rows in (together[one], alone)]
            self.assertEqual(*told, f"seed {seed}: {one}")

    def live_alone(self, seed):
        """Live a history through and check it; no history knows of another one, whose days were the same."""
        self.env.flush_all()
        savepoint = self.env.cr.savepoint(flush=False)
        try:
            with self.subTest(seed=seed):
                self.check(seed, self.live(seed))
        finally:
            self.env.cr.clear()
            savepoint.close(rollback=True)
            self.env.invalidate_all(flush=False)


@tagged("post_install", "-at_install")
class TestRandomHistories(HistoryCommon):
    def test_a_balance_told_later_is_the_one_of_its_day_or_its_difference_is_named(self):
        for seed in range(1, HISTORIES + 1):
            self.live_alone(seed)
