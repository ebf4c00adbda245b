from datetime import timedelta

from odoo import Command
from odoo.tests import freeze_time, tagged

from .common import LedgerCommon


@tagged("post_install", "-at_install")
class TestOpenItems(LedgerCommon):
    def items(self, partner=None, **kwargs):
        return self.ledger._read_items(self.env.company, partners=partner or self.debtor_partner, **kwargs)

    def residuals(self, **kwargs):
        return [item.residual for item in self.items(**kwargs)]

    def test_an_unpaid_invoice_is_open_for_its_whole_amount(self):
        invoice = self.make_invoice(amount=1234.56, days_overdue=12)
        (item,) = self.items()
        self.assertEqual(
            (item.move_id, item.move_name, item.residual, item.residual_company, item.due, item.partner_id),
            (invoice.id, invoice.name, 1234.56, 1234.56, self.today - timedelta(days=12), self.debtor_partner.id),
        )
        self.assertFalse(item.no_followup)

    def test_drafts_and_cancelled_invoices_are_not_open(self):
        self.make_invoice(post=False)
        cancelled = self.make_invoice()
        cancelled.button_draft()
        cancelled.button_cancel()
        self.assertEqual(self.items(), [])

    def test_each_instalment_is_open_on_its_own_date(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Two halves",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days}) for days in (0, 60)
                ],
            }
        )
        date = self.today - timedelta(days=30)
        self.make_invoice(amount=1000, date=date, term=term)
        self.assertEqual(
            [(item.due, item.residual) for item in self.items()],
            [(date, 500.0), (date + timedelta(days=60), 500.0)],
        )

    def test_an_entry_without_due_date_is_due_on_its_own_date(self):
        invoice = self.make_invoice(days_overdue=3)
        self.receivable_of(invoice).date_maturity = False
        self.env.flush_all()
        self.assertEqual(self.items()[0].due, invoice.date)

    def test_a_part_payment_leaves_the_rest_open_at_once(self):
        invoice = self.make_invoice(amount=1000)
        self.pay(invoice, amount=400)
        self.assertEqual(self.residuals(), [600.0])

    def test_a_paid_invoice_disappears_at_once(self):
        self.pay(self.make_invoice())
        self.assertEqual(self.items(), [])

    def test_a_credit_note_not_matched_yet_stands_beside_its_invoice(self):
        invoice = self.make_invoice(amount=1000, days_overdue=10)
        note = self.make_loose_credit_note(invoice, 300)
        rows = {item.move_id: (item.residual, item.reversed_move_id) for item in self.items()}
        self.assertEqual(rows, {invoice.id: (1000.0, None), note.id: (-300.0, invoice.id)})

    def test_a_matched_credit_note_reduces_its_invoice(self):
        invoice = self.make_invoice(amount=1000, days_overdue=10)
        self.make_credit_note(amount=300, reverses=invoice)
        self.assertEqual(self.residuals(), [700.0])

    def test_the_invoices_of_a_contact_are_those_of_its_company(self):
        contact = self.env["res.partner"].create({"name": "Accounts", "parent_id": self.debtor_partner.id})
        self.make_invoice(contact, amount=70)
        entry = self.env["account.move"].create(
            {
                "date": self.today,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": self.company_data["default_account_receivable"].id,
                            "partner_id": contact.id,
                            "debit": 30,
                        }
                    ),
                    Command.create({"account_id": self.company_data["default_account_revenue"].id, "credit": 30}),
                ],
            }
        )
        entry.action_post()
        self.assertEqual(sorted(self.residuals()), [30.0, 70.0])
        self.assertEqual({item.partner_id for item in self.items()}, {self.debtor_partner.id})

    def test_an_archived_customer_still_owes(self):
        self.make_invoice()
        self.debtor_partner.action_archive()
        self.assertEqual(self.residuals(), [1000.0])

    def test_an_entry_without_customer_is_read_apart_and_never_lost(self):
        self.env["account.move"].create(
            {
                "date": self.today,
                "line_ids": [
                    Command.create({"account_id": self.company_data["default_account_receivable"].id, "debit": 55}),
                    Command.create({"account_id": self.company_data["default_account_revenue"].id, "credit": 55}),
                ],
            }
        ).action_post()
        rows = self.ledger._read_items(self.env.company)
        self.assertEqual([(row.partner_id, row.residual) for row in rows], [(None, 55.0)])
        self.assertTrue(rows[0].no_followup, "core marks entries of general journals so")

    def test_a_debt_in_foreign_currency_keeps_its_own_amount(self):
        dollar = self.setup_other_currency("USD", rates=[("2026-01-01", 1.25)])
        self.make_invoice(amount=1000, currency=dollar)
        (item,) = self.items()
        self.assertEqual((item.currency_id, item.residual, item.residual_company), (dollar.id, 1000.0, 800.0))

    def test_two_companies_that_share_a_customer_never_mix(self):
        other = self.setup_other_company(name="Other house")["company"]
        self.make_invoice(amount=100)
        self.debtor_partner.with_company(other).property_account_receivable_id = self.env["account.account"].search(
            [("company_ids", "=", other.id), ("account_type", "=", "asset_receivable"), ("non_trade", "=", False)],
            limit=1,
        )
        self.make_invoice(amount=900, company=other)
        self.assertEqual([item.residual for item in self.ledger._read_items(self.env.company)], [100.0])
        self.assertEqual([item.residual for item in self.ledger._read_items(other)], [900.0])

    def test_a_branch_is_read_with_its_root(self):
        root = self.env.company
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": root.id})
        self.env.user.company_ids |= branch
        self.make_invoice(amount=40)
        self.debtor_partner.with_company(branch).property_account_receivable_id = self.company_data[
            "default_account_receivable"
        ]
        self.make_invoice(amount=60, company=branch)
        for company in (root, branch):
            rows = self.ledger._read_items(company)
            self.assertEqual(sorted(row.residual for row in rows), [40.0, 60.0])
        self.assertEqual({row.company_id for row in rows}, {root.id, branch.id})

    def test_holdback_and_point_of_sale_accounts_are_not_followed(self):
        holdback = self.env["account.account"].create(
            {"name": "Retenues de garantie", "code": "411700X", "account_type": "asset_receivable", "reconcile": True}
        )
        invoice = self.make_invoice(post=False)
        self.receivable_of(invoice).account_id = holdback
        invoice.action_post()
        self.assertEqual(self.items(), [])
        self.assertEqual([item.residual for item in self.items(accounts=holdback)], [1000.0])
        self.env.company.sudo().recovery_account_ids = holdback
        self.assertEqual(self.residuals(), [1000.0])

    def test_a_change_of_the_chart_counts_at_once(self):
        self.make_invoice(amount=100)
        self.assertEqual(self.residuals(), [100.0])
        account = self.company_data["default_account_receivable"]
        account.non_trade = True
        self.assertEqual(self.residuals(), [])
        account.non_trade = False
        self.assertEqual(self.residuals(), [100.0])
        account.code = "411710"
        self.assertEqual(self.residuals(), [], "a holdback account by its code")
        other = self.env["account.account"].create(
            {"name": "Clients export", "code": "411900", "account_type": "asset_receivable", "reconcile": True}
        )
        invoice = self.make_invoice(amount=40, post=False)
        self.receivable_of(invoice).account_id = other
        invoice.action_post()
        self.assertEqual(self.residuals(), [40.0])

    def test_a_ledger_already_read_asks_for_nothing_but_the_items(self):
        self.make_invoice()
        self.items()
        with self.assertQueryCount(1):
            self.items()

    def test_nobody_is_not_everybody(self):
        self.make_invoice()
        self.assertEqual(self.ledger._read_items(self.env.company, partners=self.env["res.partner"]), [])

    # Rebuilt as of a past day
    def residuals_on(self, day):
        rows = self.ledger._read_items(self.env.company, day=day, as_of=day, partners=self.debtor_partner)
        return {row.move_name: row.residual for row in rows}

    def test_a_payment_does_not_count_before_its_day(self):
        invoice = self.make_invoice(amount=1000, date=self.today - timedelta(days=60), days_overdue=30)
        self.pay(invoice, amount=400, date=self.today - timedelta(days=10))
        self.pay(invoice, date=self.today - timedelta(days=5))
        days = {60: 1000.0, 11: 1000.0, 10: 600.0, 6: 600.0}
        for age, residual in days.items():
            self.assertEqual(self.residuals_on(self.today - timedelta(days=age)), {invoice.name: residual}, age)
        self.assertEqual(self.residuals_on(self.today - timedelta(days=5)), {})

    def test_an_invoice_does_not_exist_before_its_date(self):
        self.make_invoice(date=self.today, due=self.today)
        self.assertEqual(self.residuals_on(self.today - timedelta(days=1)), {})

    def test_a_payment_dated_in_the_future_has_not_been_received_today(self):
        invoice = self.make_invoice(amount=1000, days_overdue=30)
        self.pay(invoice, date=self.today + timedelta(days=10))
        self.assertEqual(self.residuals_on(self.today), {invoice.name: 1000.0})
        self.assertEqual(self.residuals_on(self.today + timedelta(days=10)), {})

    def test_a_payment_received_before_it_was_matched_is_a_credit_until_the_invoice_exists(self):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.debtor_partner.id,
                "amount": 250,
                "date": self.today - timedelta(days=20),
                "journal_id": self.bank_journal.id,
            }
        )
        payment.action_post()
        invoice = self.make_invoice(amount=1000, date=self.today - timedelta(days=10), due=self.today)
        lines = payment.move_id.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        (lines | self.receivable_of(invoice)).reconcile()
        self.assertEqual(list(self.residuals_on(self.today - timedelta(days=15)).values()), [-250.0])
        self.assertEqual(self.residuals_on(self.today), {invoice.name: 750.0})

    def test_a_foreign_debt_paid_later_at_another_rate_is_rebuilt_in_both_currencies(self):
        dollar = self.setup_other_currency("USD", rates=[("2026-01-01", 1.25), ("2026-11-15", 1.6)])
        invoice = self.make_invoice(amount=1000, currency=dollar, date=self.today - timedelta(days=40))
        self.pay(invoice, date=self.today)
        day = self.today - timedelta(days=1)
        (row,) = self.ledger._read_items(self.env.company, day=day, as_of=day, partners=self.debtor_partner)
        self.assertEqual((row.residual, row.residual_company), (1000.0, 800.0))
        self.assertEqual(self.residuals_on(self.today + timedelta(days=60)), {})

    @freeze_time("2026-12-05 10:00:00")
    def test_an_exchange_loss_booked_at_the_end_of_the_month_stays_in_the_books_but_is_not_owed(self):
        dollar = self.setup_other_currency("USD", rates=[("2026-01-01", 1.25), ("2026-11-15", 1.6)])
        invoice = self.make_invoice(amount=1000, currency=dollar, date=self.today - timedelta(days=40))
        self.pay(invoice, date=self.today)
        (row,) = self.ledger._read_items(
            self.env.company, day=self.today, as_of=self.today, partners=self.debtor_partner
        )
        self.assertEqual((row.residual, row.residual_company), (0.0, 175.0))

    def test_todays_picture_is_the_same_read_or_rebuilt(self):
        invoice = self.make_invoice(amount=1000, days_overdue=30)
        self.pay(invoice, amount=123.45, date=self.today - timedelta(days=3))
        self.make_credit_note(amount=50)
        read = self.ledger._read_items(self.env.company)
        self.assertEqual(self.ledger._read_items(self.env.company, day=self.today, as_of=self.today), read)
