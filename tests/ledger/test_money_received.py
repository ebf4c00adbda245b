from datetime import timedelta

from odoo import Command
from odoo.tests import tagged

from .common import LedgerCommon


@tagged("post_install", "-at_install")
class TestMoneyReceived(LedgerCommon):
    def settlements(self, invoice, **kwargs):
        rows = self.ledger._read_settlements(self.receivable_of(invoice), **kwargs)
        return [(row.kind, row.amount, row.is_money) for row in rows]

    def test_a_payment_is_money(self):
        invoice = self.make_invoice()
        self.pay(invoice, amount=400)
        self.assertEqual(self.settlements(invoice), [("payment", 400.0, True)])

    def test_a_line_of_the_bank_statement_is_money(self):
        invoice = self.make_invoice()
        statement_line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank_journal.id,
                "date": self.today,
                "payment_ref": "Transfer",
                "partner_id": self.debtor_partner.id,
                "amount": 1000,
            }
        )
        _liquidity, suspense, _other = statement_line._seek_for_lines()
        suspense.account_id = self.receivable_of(invoice).account_id
        (suspense | self.receivable_of(invoice)).reconcile()
        self.assertEqual(self.settlements(invoice), [("bank", 1000.0, True)])

    def test_a_credit_note_settles_but_is_no_money(self):
        invoice = self.make_invoice()
        self.make_credit_note(amount=300, reverses=invoice)
        self.assertEqual(self.settlements(invoice), [("credit_note", 300.0, False)])

    def test_a_write_off_is_no_money(self):
        invoice = self.make_invoice()
        entry = self.env["account.move"].create(
            {
                "date": self.today,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": self.receivable_of(invoice).account_id.id,
                            "partner_id": self.debtor_partner.id,
                            "credit": 1000,
                        }
                    ),
                    Command.create({"account_id": self.company_data["default_account_expense"].id, "debit": 1000}),
                ],
            }
        )
        entry.action_post()
        (
            self.receivable_of(invoice) | entry.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        ).reconcile()
        self.assertEqual(self.settlements(invoice), [("entry", 1000.0, False)])

    def test_an_exchange_difference_is_no_money(self):
        dollar = self.setup_other_currency("USD", rates=[("2026-01-01", 1.25), ("2026-11-15", 1.6)])
        invoice = self.make_invoice(amount=1000, currency=dollar, date=self.today - timedelta(days=40))
        self.pay(invoice, date=self.today)
        kinds = {kind: is_money for kind, _amount, is_money in self.settlements(invoice)}
        self.assertEqual(kinds, {"payment": True, "exchange": False})

    def test_only_the_period_asked_for_is_read(self):
        invoice = self.make_invoice(days_overdue=40)
        self.pay(invoice, amount=100, date=self.today - timedelta(days=20))
        self.pay(invoice, amount=200, date=self.today - timedelta(days=5))
        self.assertEqual(
            self.settlements(invoice, date_from=self.today - timedelta(days=10)), [("payment", 200.0, True)]
        )
        self.assertEqual(self.settlements(invoice, date_to=self.today - timedelta(days=10)), [("payment", 100.0, True)])

    # Payments on their way
    def test_a_payment_without_entry_is_on_its_way_to_its_invoice(self):
        invoice = self.make_invoice(amount=1000)
        payment = self.pay(invoice, amount=400, outstanding=False)
        self.assertFalse(payment.move_id)
        (row,) = self.ledger._read_pending_payments(self.env.company, self.debtor_partner)
        self.assertEqual((row.payment_id, row.amount, row.move_ids), (payment.id, 400.0, (invoice.id,)))
        (item,) = self.ledger._read_items(self.env.company, partners=self.debtor_partner)
        self.assertEqual(item.residual, 1000.0, "the books still say that it is due")
        shares, left = self.ledger._allocate([item], [row])
        self.assertEqual([share.amount for share in shares[item.line_id]], [400.0])
        self.assertEqual(left, {("payment", payment.id): 0.0})

    def test_a_cancelled_or_draft_payment_is_not_on_its_way(self):
        payment = self.pay(self.make_invoice(), outstanding=False)
        payment.action_cancel()
        self.assertEqual(self.ledger._read_pending_payments(self.env.company), [])
        payment.action_draft()
        self.assertEqual(self.ledger._read_pending_payments(self.env.company), [])

    def test_a_payment_to_a_supplier_is_no_money_on_its_way(self):
        self.env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "supplier",
                "partner_id": self.debtor_partner.id,
                "amount": 10,
                "journal_id": self.bank_journal.id,
            }
        )
        self.assertEqual(self.ledger._read_pending_payments(self.env.company), [])

    # What imputes on what
    def test_a_credit_note_dated_later_does_not_count_yet(self):
        invoice = self.make_invoice(amount=1000, days_overdue=10)
        self.make_loose_credit_note(invoice, 300, date=self.today + timedelta(days=3))
        items = self.ledger._read_items(self.env.company)
        self.assertEqual(self.ledger._allocate(items, day=self.today)[0], {})
        shares, _left = self.ledger._allocate(items, day=self.today + timedelta(days=3))
        self.assertEqual([share.amount for parts in shares.values() for share in parts], [300.0])

    def test_a_credit_note_is_set_against_the_invoice_that_it_corrects(self):
        self.make_invoice(amount=500, days_overdue=100)
        invoice = self.make_invoice(amount=1000, days_overdue=10)
        self.make_loose_credit_note(invoice, 300)
        items = self.ledger._read_items(self.env.company)
        shares, _left = self.ledger._allocate(items)
        self.assertEqual(list(shares), [self.receivable_of(invoice).id])

    def test_balances_say_what_is_due_overdue_and_in_credit(self):
        self.make_invoice(amount=500, days_overdue=100)
        self.make_invoice(amount=300, days_overdue=0)
        self.make_invoice(amount=200, days_overdue=-5)
        self.make_credit_note(amount=50)
        (balance,) = self.ledger._read_balances(self.env.company, self.today, self.debtor_partner)
        self.assertEqual(
            balance[:6], (self.debtor_partner.id, 500.0, 500.0, -50.0, self.today - timedelta(days=100), 0.0)
        )

    def test_drafts_are_the_draft_invoices_less_the_draft_credit_notes(self):
        self.make_invoice(amount=500, post=False)
        self.make_invoice(amount=120, post=False, move_type="out_refund")
        read = self.ledger._read_balances
        (balance,) = read(self.env.company, self.today, self.debtor_partner, with_drafts=True)
        self.assertEqual((balance.draft, balance.overdue, balance.oldest_due), (380.0, 0.0, None))
        self.assertEqual(read(self.env.company, self.today, self.debtor_partner), [])
        self.assertEqual(read(self.env.company, self.today, self.partner_b, with_drafts=True), [])
