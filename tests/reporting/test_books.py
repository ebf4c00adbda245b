from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ...models.reporting.recovery_activity import Period
from ..litigation.doubtful.common import DoubtfulCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestBooks(DoubtfulCommon):
    """What the books moved on doubtful receivables, tied to our entries; what others booked is named."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls.today.replace(month=1, day=1)

    def look_at(self, user=None, first=None, last=None, debtor=None):
        period = Period(self.company, first or self.first, last or self.today, debtor)
        return self.env["recovery.activity"].with_user(user or self.recovery_auditor)._read("books", period)

    def book(self, code, amount, day=None):
        """Post an entry by hand on the account of a code."""
        account = self.env["account.account"].search(
            [("code", "=like", f"{code}%"), ("company_ids", "in", self.company.ids)], limit=1
        )
        other = self.company_data["default_account_revenue"]
        move = self.env["account.move"].create(
            {
                "date": day or self.today,
                "journal_id": self.company_data["default_journal_misc"].id,
                "line_ids": [
                    (0, 0, {"account_id": account.id, "debit": amount, "name": "À la main"}),
                    (0, 0, {"account_id": other.id, "credit": amount}),
                ],
            }
        )
        move.action_post()
        return move

    def test_each_movement_is_tied_to_the_entry_that_made_it(self):
        claim = self.transfer(self.bill(1000.0, self.goods20))
        entry = claim.entry_line_ids.entry_id
        (table, _accounts) = self.look_at()
        (row,) = [row for row in table.rows if row[2].startswith("416")]
        self.assertEqual((row[5], row[7], row[8]), (1200.0, entry.number, "Transfer to doubtful"))
        self.assertFalse(table.note)

    def test_a_loss_and_its_reversal_are_both_ours(self):
        claim = self.transfer(self.bill(1000.0, self.goods20))
        loss = self.lose(claim)
        loss.with_user(self.recovery_manager)._reverse("Erreur")
        if loss.reversal_move_id.state == "draft":
            loss.reversal_move_id.action_post()
        numbers = {row[7] for row in self.look_at()[0].rows if row[2].startswith("654")}
        self.assertEqual(numbers, {loss.number})
        self.assertIn("Loss, reversed", {row[8] for row in self.look_at()[0].rows})

    def test_what_none_of_ours_made_is_named_with_what_it_is(self):
        self.book("654", 77.0)
        claim = self.transfer(self.bill(1000.0))
        self.as_accountant(claim._receive(self.receive(400.0), self.today, 400.0))
        table, _accounts = self.look_at()
        alone = [row for row in table.rows if row[7] == "Not one of ours"]
        self.assertEqual([(row[2][:3], row[5]) for row in alone], [("654", 77.0)])
        self.assertIn("Entry of", alone[0][8])
        self.assertIn("1 movements", table.note)

    def test_the_accounts_foot_with_the_ledger(self):
        claims = self.transfer(self.bill(1000.0, self.goods20), day=self.ago(40))
        self.transfer(self.bill(300.0))
        self.lose(claims)
        self.book("654", 77.0)
        first = self.ago(10)
        _table, accounts = self.look_at(first=first)
        self.assertGreaterEqual(len(accounts.rows), 2)
        for code, _name, opening, debit, credit, ledger, difference, ours, others in accounts.rows:
            self.assertEqual(difference, 0.0)
            self.assertAlmostEqual(opening + debit - credit, ledger, 2)
            self.assertAlmostEqual(ours + others, debit - credit, 2)
            self.assertAlmostEqual(ledger, self.balance(code), 2)
        opening = sum(row[2] for row in accounts.rows if row[0].startswith("416"))
        self.assertEqual(opening, 1200.0)

    def test_one_customer_and_one_period_alone(self):
        self.transfer(self.bill(1000.0))
        other = self.make_partner("Ailleurs")
        self.transfer(self.bill(50.0, partner=other))
        (table,) = self.look_at(debtor=self.debtor)
        self.assertEqual({row[3] for row in table.rows}, {self.customer.name})
        (empty, _accounts) = self.look_at(last=self.ago(1))
        self.assertFalse(empty.rows)

    def test_who_may_read_it(self):
        stranger = self.make_user("ines", "account.group_account_invoice")
        with self.assertRaises(AccessError):
            self.env["recovery.books"].with_user(stranger)._list(self.company, self.first, self.today)

    def test_a_branch_moves_the_books_of_its_root(self):
        branch = self.make_branch()
        both = self.user_of("lea", self.company | branch, "debt_recovery.group_recovery_auditor")
        move = self.bill(900.0, company=branch, partner=self.make_partner("Lyon"))
        self.transfer(move)
        table, accounts = self.look_at(user=both)
        self.assertIn(branch.name, {row[9] for row in table.rows})
        self.assertFalse([row for row in accounts.rows if row[6]])

    def test_a_day_before_the_period_is_no_part_of_it(self):
        self.book("654", 11.0, day=self.first - timedelta(days=1))
        self.book("654", 13.0, day=self.first)
        table, accounts = self.look_at()
        self.assertEqual([row[5] for row in table.rows], [13.0])
        (row,) = accounts.rows
        self.assertEqual((row[2], row[3], row[5]), (11.0, 13.0, 24.0))
