from datetime import date
from io import BytesIO
from unittest.mock import patch

from openpyxl import load_workbook

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DoubtfulCommon


@tagged("post_install", "-at_install")
class TestTransfer(DoubtfulCommon):
    def test_an_instalment_passes_to_416_and_keeps_its_name(self):
        move = self.bill(1000.0, self.goods20)
        claim = self.transfer(move)
        line = claim.line_id
        self.assertEqual(line.account_id.account_type, "asset_receivable")
        self.assertTrue(line.account_id.code.startswith("416"))
        origin = self.receivable_of(move)
        self.assertEqual(
            (line.date_maturity, line.partner_id, line.amount_currency), (origin.date_maturity, self.customer, 1200.0)
        )
        self.assertTrue(origin.reconciled)
        self.assertEqual((self.balance("411"), self.balance("416")), (0.0, 1200.0))
        (item,) = self.env["recovery.ledger"]._read_items(self.company, partners=self.customer)
        self.assertEqual((item.line_id, item.move_id, item.residual), (origin.id, move.id, 1200.0))
        self.assertEqual((item.account_id, item.own_line_id), (line.account_id.id, line.id))
        self.assertEqual((origin.recovery_residual, origin.recovery_is_open), (1200.0, True))

    def test_the_past_is_read_before_the_transfer(self):
        move = self.bill(1000.0)
        self.transfer(move)
        (item,) = self.env["recovery.ledger"]._read_items(
            self.company, partners=self.customer, as_of=self.ago(10), day=self.ago(10)
        )
        self.assertEqual((item.line_id, item.account_id), (self.receivable_of(move).id, item.account_id))
        self.assertEqual(item.own_line_id, item.line_id)

    def test_what_is_open_is_shown_wherever_it_passed(self):
        move = self.bill(1000.0)
        self.transfer(move)
        window = self.env["recovery.resume.wizard"].with_user(self.recovery_manager).create({})
        window.action_list()
        row = window.line_ids.filtered(lambda row: row.move_line_id == self.receivable_of(move))
        self.assertEqual(row.amount_residual, move.amount_total)
        for name in ("claim_statement", "case_add", "case_takeover"):
            arch = self.env.ref(f"debt_recovery.recovery_{name}_wizard_view_form").arch_db
            self.assertIn('name="recovery_residual"', arch)
            self.assertNotIn('name="amount_residual_currency"', arch)

    def test_the_invoice_is_not_paid(self):
        move = self.bill(1000.0)
        self.transfer(move)
        self.assertEqual((move.payment_state, move.recovery_doubtful_open), ("not_paid", 1000.0))
        self.assertNotEqual(move.status_in_payment, "paid")

    def test_a_transfer_is_no_money_and_moves_no_interest(self):
        move = self.bill(1000.0)
        before = self.env["recovery.claim"]._compute(self.company, self.receivable_of(move), self.today)
        self.transfer(move, day=self.ago(60))
        self.assertFalse(self.env["recovery.ledger"]._read_settlements(self.receivable_of(move)))
        after = self.env["recovery.claim"]._compute(self.company, self.receivable_of(move), self.today)
        self.assertEqual(before.get_totals(), after.get_totals())

    def test_the_aged_balance_ties_to_the_ledger(self):
        self.bill(500.0)
        claim = self.transfer(self.bill(1000.0, self.on_receipts))
        report = self.env["recovery.ageing.report"]._get_data(self.company, self.today)
        self.assertTrue(report["control"]["is_exact"])
        codes = {line["account_id"]: line["report"] for line in report["control"]["lines"]}
        self.assertEqual(codes[claim.line_id.account_id.id], 1200.0)

    def test_vat_on_receipts_is_not_released_by_a_transfer(self):
        self.transfer(self.bill(1000.0, self.on_receipts))
        self.assertEqual(self.balance("44571"), 0.0)
        self.assertEqual(self.balance("44574"), -200.0)

    def test_what_is_paid_of_a_doubtful_claim_releases_its_vat(self):
        move = self.bill(1000.0, self.on_receipts)
        claim = self.transfer(move)
        line = self.receive(600.0)
        entries = claim._receive(line, self.today, 600.0)
        self.as_accountant(entries)
        self.assertEqual(claim.amount_open, 600.0)
        self.assertEqual((self.balance("44571"), self.balance("44574")), (-100.0, -100.0))
        (paid,) = self.env["recovery.ledger"]._read_settlements(self.receivable_of(move))
        self.assertEqual((paid.amount, paid.is_money, paid.kind), (600.0, True, "payment"))
        self.assertEqual(move.payment_state, "partial")

    def test_the_last_euro_releases_all_that_is_left_of_the_vat(self):
        move = self.bill(1000.0, self.on_receipts)
        claim = self.transfer(move)
        for amount in (333.33, 866.67):
            self.as_accountant(claim._receive(self.receive(amount), self.today, amount))
        self.assertEqual((self.balance("44571"), self.balance("44574")), (-200.0, 0.0))
        self.assertEqual((claim.state, move.payment_state), ("settled", "paid"))

    def test_a_payment_is_registered_from_the_invoice(self):
        move = self.bill(1000.0, self.on_receipts)
        claim = self.transfer(move)
        self.receive(1.0)  # sets the account on which payments wait
        action = move.with_user(self.accountant).action_register_payment()
        wizard = (
            self.env["account.payment.register"]
            .with_context(**action["context"])
            .create({"payment_date": self.today, "amount": 1200.0})
        )
        wizard.action_create_payments()
        self.assertEqual((claim.amount_open, claim.state), (0.0, "settled"))
        self.assertEqual(self.balance("44571"), -200.0)

    def test_each_instalment_passes_by_itself_in_its_currency(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Two",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 0}),
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 30}),
                ],
            }
        )
        usd = self.setup_other_currency("USD", rates=[("2020-01-01", 2.0)])
        move = self.bill(1000.0, currency=usd, term=term)
        claims = self.transfer(move)
        self.assertEqual(claims.mapped("amount"), [500.0, 500.0])
        self.assertEqual(claims.mapped("amount_company"), [250.0, 250.0])
        self.assertEqual(len(set(claims.mapped("due_date"))), 2)
        self.assertEqual(claims.line_id.currency_id, usd)
        self.lose(claims[0])
        self.assertEqual((claims[0].amount_open, claims[0].lost, self.balance("654")), (0.0, 250.0, 250.0))

    def test_a_case_goes_on_claiming_what_is_doubtful(self):
        move = self.bill(1000.0)
        case = self.env["recovery.case"]._open_for(self.debtor, self.receivable_of(move), self.today)
        self.transfer(move)
        self.assertEqual(case.line_ids.amount_now, 1000.0)
        self.assertTrue(case.is_open)

    def test_it_is_proposed_reviewed_then_posted_by_an_accountant(self):
        move = self.bill(1000.0)
        claim = self.transfer(move, post=False)
        entry = claim.entry_line_ids.entry_id
        self.assertEqual((claim.state, entry.state, entry.move_id.state), ("proposed", "draft", "draft"))
        with self.assertRaises(AccessError), self.cr.savepoint():
            entry.with_user(self.recovery_user).action_review()
        with self.assertRaises(UserError), self.cr.savepoint():
            entry.with_user(self.accountant).action_post()
        entry.with_user(self.recovery_manager).action_review()
        with self.assertRaises(AccessError), self.cr.savepoint():
            entry.with_user(self.recovery_user).action_post()
        with self.assertRaises(AccessError), self.cr.savepoint():
            entry.move_id.with_user(self.recovery_manager).action_post()
        entry.with_user(self.accountant).action_post()
        self.assertEqual((claim.state, entry.state), ("doubtful", "posted"))

    def test_it_is_proposed_once(self):
        move = self.bill(1000.0)
        self.transfer(move, post=False)
        with self.assertRaisesRegex(UserError, "already"):
            self.transfer(move)

    def test_a_closed_period_refuses_it(self):
        move = self.bill(1000.0)
        self.company.fiscalyear_lock_date = self.ago(30)
        with self.assertRaisesRegex(UserError, "closed on"):
            self.transfer(move, day=self.ago(31))

    def test_a_period_that_closed_since_refuses_the_posting(self):
        move = self.bill(1000.0)
        claim = self.transfer(move, day=self.ago(31), post=False)
        self.company.fiscalyear_lock_date = self.ago(30)
        with self.assertRaisesRegex(UserError, "closed for that date"):
            self.as_accountant(claim.entry_line_ids.entry_id)

    def test_what_was_paid_meanwhile_is_proposed_again(self):
        move = self.bill(1000.0)
        claim = self.transfer(move, post=False)
        (self.receive(400.0) | self.receivable_of(move)).reconcile()
        with self.assertRaisesRegex(UserError, "has been paid or matched"):
            self.as_accountant(claim.entry_line_ids.entry_id)
        claim.entry_line_ids.entry_id.action_cancel()
        self.assertEqual(claim.state, "withdrawn")
        self.assertEqual(self.transfer(move).amount, 600.0)

    def test_a_transfer_is_reversed_with_a_reason(self):
        move = self.bill(1000.0, self.on_receipts)
        claim = self.transfer(move)
        entry = claim.entry_line_ids.entry_id
        entry._reverse("Paid by transfer")
        self.assertEqual(entry.reversal_move_id.state, "draft")
        entry.with_user(self.accountant).action_post()
        self.assertEqual((entry.state, claim.state), ("reversed", "withdrawn"))
        self.assertEqual((self.balance("411"), self.balance("416")), (1200.0, 0.0))
        self.assertEqual(self.receivable_of(move).amount_residual, 1200.0)
        self.assertFalse(claim.line_id.amount_residual)
        self.assertEqual((self.balance("44571"), move.payment_state), (0.0, "not_paid"))

    def test_a_transfer_that_was_paid_in_part_stays(self):
        claim = self.transfer(self.bill(1000.0))
        self.as_accountant(claim._receive(self.receive(100.0), self.today, 100.0))
        with self.assertRaises(UserError):
            claim.entry_line_ids.entry_id.filtered(lambda entry: entry.kind == "transfer")._reverse("x")

    def test_the_invoice_of_a_doubtful_claim_is_not_taken_back_to_draft(self):
        move = self.bill(1000.0)
        self.transfer(move)
        with self.assertRaisesRegex(UserError, "reverse its transfer"):
            move.button_draft()

    def test_two_companies_never_mix(self):
        other = self.setup_other_company()["company"]
        theirs = self.bill(700.0, company=other)
        ours = self.bill(1000.0)
        claims = self.transfer(ours)
        self.assertEqual((self.balance("416"), self.balance("416", other)), (1000.0, 0.0))
        with self.assertRaises(AccessError), self.cr.savepoint():
            self.Doubtful.with_user(self.recovery_user)._propose(self.receivable_of(theirs), self.today, "x")
        self.assertEqual(claims.company_id, self.company)

    def test_a_branch_has_its_entry_in_its_own_books(self):
        branch = self.make_branch()
        move = self.bill(700.0, company=branch)
        entries = self.Doubtful._propose(self.receivable_of(move), self.today, "x")
        self.assertEqual((entries.company_id, entries.book_company_id), (self.company, branch))
        self.assertEqual(entries.move_id.company_id, branch)


@tagged("post_install", "-at_install")
class TestLoss(DoubtfulCommon):
    def test_a_20_percent_service_on_receipts_is_cancelled(self):
        claim = self.transfer(self.bill(1000.0, self.on_receipts))
        self.lose(claim)
        self.assertEqual((self.balance("654"), self.balance("416")), (1000.0, 200.0))
        self.assertEqual((claim.net_open, claim.vat_open, claim.state), (0.0, 200.0, "lost"))
        self.recover_vat(claim)
        self.assertEqual((self.balance("44574"), self.balance("44571"), self.balance("416")), (0.0, 0.0, 0.0))
        self.assertEqual((claim.vat_recovered, claim.amount_open), (200.0, 0.0))

    def test_a_5_5_percent_sale_on_debits_comes_back_by_the_return(self):
        claim = self.transfer(self.bill(1000.0, self.on_debits))
        self.lose(claim)
        entry = self.recover_vat(claim)
        self.assertEqual((self.balance("654"), self.balance("416")), (1000.0, 0.0))
        self.assertEqual(self.balance("44571"), 0.0)
        line = entry.move_id.line_ids.filtered("tax_tag_ids")
        self.assertEqual((line.balance, line.tax_tag_ids.mapped("name")), (55.0, ["21"]))
        self.assertIn("55", entry.mention)
        self.assertIn("article 272 du CGI", entry.mention)

    def test_a_loss_of_a_former_year_goes_to_6544(self):
        self.lose(self.transfer(self.bill(1000.0, days_overdue=400)))
        self.assertEqual((self.balance("6544"), self.balance("6541")), (1000.0, 0.0))

    def test_a_loss_of_the_year_goes_to_6541(self):
        self.lose(self.transfer(self.bill(1000.0, days_overdue=100)))
        self.assertEqual((self.balance("6544"), self.balance("6541")), (0.0, 1000.0))

    def test_a_mere_non_payment_gives_no_vat_back(self):
        claim = self.transfer(self.bill(1000.0, self.on_debits))
        self.as_accountant(claim._lose(self.today, self.proof("waiver"), self.today))
        with self.assertRaisesRegex(UserError, "not proof"):
            claim._recover_vat(self.today, self.proof("waiver"), self.today)
        self.as_accountant(claim._lose_vat(self.today, self.proof("waiver"), self.today))
        self.assertEqual((self.balance("654"), self.balance("416"), claim.vat_lost), (1055.0, 0.0, 55.0))

    def test_vat_comes_back_until_the_end_of_the_second_year(self):
        claim = self.transfer(self.bill(1000.0, self.on_debits, days_overdue=1500))
        self.lose(claim)
        with self.assertRaisesRegex(UserError, "could be reclaimed until"):
            claim._recover_vat(self.today, self.proof(), date(2023, 12, 31), self.document())
        claim._recover_vat(self.today, self.proof(), date(2024, 1, 1), self.document())

    def test_a_proof_is_dated_and_documented(self):
        claim = self.transfer(self.bill(1000.0))
        with self.assertRaises(UserError), self.cr.savepoint():
            claim._lose(self.today, self.proof(), self.today)
        with self.assertRaises(UserError), self.cr.savepoint():
            claim._lose(self.ago(1), self.proof(), self.today, self.document())

    def test_a_remission_gives_its_own_vat_back(self):
        claim = self.transfer(self.bill(1000.0, self.goods20))
        self.lose(claim, code="remission", amount=600.0)
        self.assertEqual((claim.lost, claim.amount_open), (500.0, 700.0))
        self.recover_vat(claim)
        self.assertEqual((claim.vat_recovered, claim.amount_open), (100.0, 600.0))
        self.assertEqual((claim.net_open, claim.vat_open), (500.0, 100.0))

    def test_a_dividend_then_closure(self):
        """P3: 3 000 received of 12 000, the rest lost: 7 500 net and 1 500 of VAT."""
        move = self.bill(10000.0, self.goods20, days_overdue=400)
        claim = self.transfer(move, day=self.day(2025))
        closing = self.env["recovery.doubtful.closing"].create({"day": self.day(2025), "company_id": self.company.id})
        closing.line_ids.write({"rate": 60.0, "justification": "Plan unlikely"})
        closing.action_review()
        closing.action_book()
        closing.entry_ids.with_user(self.accountant).action_post()
        self.assertEqual((self.balance("491"), self.balance("6817")), (-6000.0, 6000.0))
        self.as_accountant(claim._receive(self.receive(3000.0), self.today, 3000.0))
        self.lose(claim)
        self.recover_vat(claim)
        self.assertEqual((self.balance("6544"), self.balance("416"), self.balance("491")), (7500.0, 0.0, 0.0))
        self.assertEqual(self.balance("7817"), -6000.0)
        self.assertEqual(self.balance("44571"), -500.0)

    def test_what_comes_after_a_loss_is_income_and_its_vat_due_again(self):
        """P5: 600 received on a claim that was written off and whose VAT had come back."""
        claim = self.transfer(self.bill(1000.0, self.goods20))
        self.lose(claim)
        self.recover_vat(claim)
        self.assertEqual(self.balance("44571"), 0.0)
        line = self.receive(600.0)
        self.as_accountant(claim._receive(line, self.today, 600.0))
        self.assertEqual((self.balance("7583"), self.balance("44571")), (-500.0, -100.0))
        self.assertTrue(line.reconciled)
        self.assertEqual(claim.recovered, 500.0)
        with self.assertRaises(UserError):
            claim._receive(self.receive(601.0), self.today, 601.0)

    def test_vat_on_receipts_is_due_on_what_comes_after_the_loss(self):
        claim = self.transfer(self.bill(1000.0, self.on_receipts))
        self.lose(claim)
        self.recover_vat(claim)
        self.as_accountant(claim._receive(self.receive(600.0), self.today, 600.0))
        self.assertEqual((self.balance("7583"), self.balance("44571")), (-500.0, -100.0))

    def test_a_credit_note_after_a_loss_takes_it_back(self):
        claim = self.transfer(self.bill(1000.0, self.goods20))
        self.lose(claim)
        self.recover_vat(claim)
        note = self.make_invoice(self.customer, 500.0, post=False, move_type="out_refund")
        note.invoice_line_ids.tax_ids = [Command.set(self.goods20.ids)]
        note.action_post()
        self.as_accountant(claim._receive(self.receivable_of(note), self.today, 600.0))
        self.assertEqual((self.balance("654"), self.balance("7583"), self.balance("44571")), (500.0, 0.0, 0.0))

    def test_an_insurers_indemnity_lowers_what_comes_back_of_the_vat(self):
        claim = self.transfer(self.bill(1000.0, self.goods20))
        insurer = self.make_partner("Assurcrédit")
        self.as_accountant(claim._receive(self.receive(600.0, partner=insurer), self.today, 600.0))
        self.assertEqual((self.balance("7587"), claim.indemnified), (-600.0, 600.0))
        self.lose(claim)
        self.recover_vat(claim)
        self.assertEqual(claim.vat_recovered, 100.0)

    def test_what_a_guarantor_pays_is_taken_off_the_claim(self):
        claim = self.transfer(self.bill(1000.0, self.on_receipts))
        guarantor = self.make_partner("Caution Dupré")
        window = self.env["recovery.doubtful.receipt.wizard"].create(
            {"doubtful_id": claim.id, "line_id": self.receive(600.0, partner=guarantor).id}
        )
        self.assertEqual((window.is_of_another, window.is_indemnity), (True, True))
        window.is_indemnity = False
        window.action_confirm()
        self.as_accountant(claim.entry_line_ids.entry_id.filtered(lambda entry: entry.kind == "match"))
        self.assertEqual((claim.amount_open, claim.indemnified), (600.0, 0.0))
        self.assertEqual(self.balance("44571"), -100.0)

    def test_money_between_the_loss_and_its_vat_asks_to_reverse_the_loss(self):
        claim = self.transfer(self.bill(1000.0, self.goods20))
        loss = self.lose(claim)
        credit = self.receive(600.0)
        with self.assertRaisesRegex(UserError, "reverse the loss"), self.cr.savepoint():
            claim._receive(credit, self.today, 600.0)
        loss._reverse("The customer paid")
        loss.with_user(self.accountant).action_post()
        self.as_accountant(claim._receive(credit, self.today, 600.0))
        self.lose(claim)
        self.recover_vat(claim)
        self.assertEqual((claim.lost, claim.vat_recovered, self.balance("416")), (500.0, 100.0, 0.0))

    def test_money_no_bigger_than_the_open_vat_pays_the_price_too(self):
        """120 of 1,200: all of it set on the VAT, 100 of VAT would never come back and 100 too much be lost."""
        claim = self.transfer(self.bill(1000.0, self.goods20))
        loss = self.lose(claim)
        credit = self.receive(120.0)
        with self.assertRaisesRegex(UserError, "reverse the loss"), self.cr.savepoint():
            claim._receive(credit, self.today, 120.0)
        loss._reverse("The customer paid a part")
        loss.with_user(self.accountant).action_post()
        self.as_accountant(claim._receive(credit, self.today, 120.0))
        self.lose(claim)
        self.recover_vat(claim)
        self.assertEqual((claim.lost, claim.vat_recovered, self.balance("416")), (900.0, 180.0, 0.0))

    def test_money_on_what_was_lost_in_part_is_set_on_what_is_left(self):
        claim = self.transfer(self.bill(1000.0, self.goods20))
        self.as_accountant(claim._lose(self.today, self.proof(), self.today, self.document(), amount=600.0))
        self.as_accountant(claim._receive(self.receive(120.0), self.today, 120.0))
        self.assertEqual((claim.net_open, claim.vat_open, claim.lost), (400.0, 180.0, 500.0))

    def test_the_last_euro_after_a_loss_brings_the_last_cent_of_vat(self):
        move = self.bill(1000.0, self.on_debits)
        claim = self.transfer(move)
        self.lose(claim)
        self.recover_vat(claim)
        self.assertEqual(claim.vat_recovered, 55.0)
        for amount in (351.67, 351.67, 351.66):
            self.as_accountant(claim._receive(self.receive(amount), self.today, amount))
        self.assertEqual((self.balance("44571"), self.balance("7583")), (-55.0, -1000.0))

    def test_nothing_is_booked_before_what_it_settles(self):
        claim = self.transfer(self.bill(1000.0, self.goods20), day=self.ago(10))
        for refused in (
            lambda: claim._receive(self.receive(100.0), self.ago(5), 100.0),
            lambda: self.lose(claim, day=self.ago(11), post=False),
        ):
            with self.assertRaisesRegex(UserError, "nothing can be booked"), self.cr.savepoint():
                refused()
        self.as_accountant(claim._receive(self.receive(100.0, day=self.ago(5)), self.ago(5), 100.0))
        self.assertEqual(claim.amount_open, 1100.0)

    def test_a_loss_is_reversed_with_its_depreciation(self):
        move = self.bill(1000.0, self.goods20, days_overdue=400)
        claim = self.transfer(move, day=self.day(2025))
        self.close_on(self.day(2025))
        booked = claim.depreciated
        self.assertGreater(booked, 0)
        entry = self.lose(claim)
        self.assertEqual(claim.depreciated, 0.0)
        vat = self.recover_vat(claim)
        with self.assertRaisesRegex(UserError, "depends on"), self.cr.savepoint():
            entry._reverse("x")
        for one in (vat, entry):
            one._reverse("The plan was found")
            one.with_user(self.accountant).action_post()
        self.assertEqual((claim.state, claim.amount_open, claim.depreciated), ("doubtful", 1200.0, booked))
        self.assertEqual((self.balance("654"), self.balance("416")), (0.0, 1200.0))

    def test_vat_that_never_comes_back_is_lost_with_the_rest(self):
        claim = self.transfer(self.bill(1000.0, self.goods20))
        claim.is_vat_recoverable = False
        self.lose(claim)
        self.assertEqual((self.balance("654"), self.balance("416")), (1200.0, 0.0))


@tagged("post_install", "-at_install")
class TestClosing(DoubtfulCommon):
    def test_depreciation_is_net_of_vat_and_never_booked_twice(self):
        self.transfer(self.bill(1000.0, self.goods20, days_overdue=600), day=self.day(2025, 6, 30))
        first = self.close_on(self.day(2025))
        self.assertEqual(first.line_ids.base, 1000.0)
        self.assertEqual((first.wanted, self.balance("491")), (750.0, -750.0))
        second = self.close_on(self.day(2026, 6, 30))
        self.assertEqual((second.wanted, second.line_ids.movement), (750.0, 0.0))
        self.assertFalse(second.entry_ids)
        self.assertEqual(self.balance("491"), -750.0)

    def test_what_is_paid_is_reversed_at_the_next_closing(self):
        claim = self.transfer(self.bill(1000.0, self.goods20, days_overdue=600), day=self.day(2025, 6, 30))
        self.close_on(self.day(2025))
        self.as_accountant(claim._receive(self.receive(1200.0, day=date(2026, 3, 1)), date(2026, 3, 1), 1200.0))
        self.close_on(self.day(2026, 6, 30))
        self.assertEqual((self.balance("491"), self.balance("7817"), claim.depreciated), (0.0, -750.0, 0.0))

    def test_entries_are_dated_on_the_closing(self):
        self.transfer(self.bill(1000.0, days_overdue=600), day=self.day(2025, 6, 30))
        closing = self.close_on(self.day(2025))
        self.assertEqual(closing.entry_ids.move_id.date, self.day(2025))

    def test_what_happened_after_the_closing_does_not_count(self):
        claim = self.transfer(self.bill(1000.0, days_overdue=600), day=self.day(2025, 6, 30))
        self.as_accountant(claim._receive(self.receive(900.0), self.today, 900.0))
        self.assertEqual(self.close_on(self.day(2025)).line_ids.net, 1000.0)

    def test_a_lost_claim_says_why_nothing_is_impaired(self):
        """Its VAT ties the list to account 416; the line says so, and proposes no rate."""
        claim, other = self.transfer(self.bill(1000.0, self.on_receipts)), self.transfer(self.bill(500.0))
        self.lose(claim)
        closing = self.env["recovery.doubtful.closing"].create({"day": self.today, "company_id": self.company.id})
        line = closing.line_ids.filtered(lambda line: line.doubtful_id == claim)
        self.assertEqual((line.net, line.vat, line.base, line.rate, line.movement), (0, 200, 0, 0, 0))
        self.assertIn("only its VAT is still open", line.justification)
        self.assertIn("200", line.justification)
        self.assertNotIn("Written off", (closing.line_ids - line).justification)
        self.assertEqual(sum(closing.line_ids.mapped("net")) + sum(closing.line_ids.mapped("vat")), self.balance("416"))
        entry = other.entry_line_ids.entry_id
        self.assertEqual(entry.debtor_text, self.customer.display_name, "drafts say whose they are")

    def test_insured_cover_is_taken_off(self):
        self.env["recovery.coverage"].create(
            {"debtor_id": self.debtor.id, "amount": 800.0, "share": 90.0, "date_from": self.day(2024)}
        )
        self.transfer(self.bill(1000.0, self.goods20, days_overdue=600), day=self.day(2025, 6, 30))
        line = self.close_on(self.day(2025)).line_ids
        self.assertEqual((line.cover, line.base, line.wanted), (720.0, 280.0, 210.0))

    def test_a_person_sets_a_rate_and_it_is_kept_at_the_next_closing(self):
        self.transfer(self.bill(1000.0, days_overdue=600), day=self.day(2025, 6, 30))
        closing = self.env["recovery.doubtful.closing"].create({"day": self.day(2025), "company_id": self.company.id})
        closing.line_ids.write({"rate": 40.0, "justification": "Sells its premises", "is_deductible": False})
        self.assertEqual((closing.wanted, closing.added_back), (400.0, 400.0))
        closing.action_review()
        with self.assertRaises(UserError), self.cr.savepoint():
            closing.line_ids.rate = 50.0
        closing.action_book()
        closing.entry_ids.with_user(self.accountant).action_post()
        self.assertEqual(closing.entry_ids.line_ids.reason, "Sells its premises")
        again = self.env["recovery.doubtful.closing"].create({"day": self.today, "company_id": self.company.id})
        self.assertEqual((again.line_ids.rate, again.line_ids.justification), (40.0, "Sells its premises"))

    def test_each_line_needs_its_justification(self):
        self.transfer(self.bill(1000.0, days_overdue=600))
        closing = self.env["recovery.doubtful.closing"].create({"day": self.today, "company_id": self.company.id})
        closing.line_ids.justification = ""
        with self.assertRaisesRegex(UserError, "no justification"):
            closing.action_review()

    def test_proceedings_over_on_the_closing_day_depreciate_nothing_more(self):
        Insolvency = self.env["recovery.insolvency"]
        proceedings = Insolvency._open_for(self.debtor, "receivership", self.ago(100), self.today)
        proceedings._add_step("planned", self.ago(60), self.today)
        proceedings._add_step("closed", self.ago(20), self.today, "plan_done")
        self.transfer(self.bill(1000.0, days_overdue=120))
        closing = self.env["recovery.doubtful.closing"]
        self.assertEqual(closing._read_statuses(self.debtor.doubtful_ids, self.ago(50)).popitem()[1], "insolvency")
        self.assertEqual(closing._read_statuses(self.debtor.doubtful_ids, self.today).popitem()[1], "late")

    def test_a_safeguard_is_depreciated_by_its_own_row(self):
        self.env["recovery.insolvency"]._open_for(self.debtor, "safeguard", self.ago(5), self.today)
        self.transfer(self.bill(1000.0, days_overdue=20))
        line = self.close_on(self.today).line_ids
        self.assertEqual((line.status, line.rate, line.wanted), ("safeguard", 80.0, 800.0))

    def test_an_insolvency_is_depreciated_whole(self):
        self.debtor.sudo().insolvency_on = self.ago(5)
        self.transfer(self.bill(1000.0, days_overdue=20))
        line = self.close_on(self.today).line_ids
        self.assertEqual((line.status, line.rate, line.wanted), ("insolvency", 100.0, 1000.0))

    def test_a_closing_whose_figures_moved_is_proposed_anew(self):
        self.transfer(self.bill(1000.0, days_overdue=600))
        closing = self.env["recovery.doubtful.closing"].create({"day": self.today, "company_id": self.company.id})
        closing.action_review()
        self.transfer(self.bill(300.0, days_overdue=600))
        with self.assertRaisesRegex(UserError, "propose it again"):
            closing.action_book()

    def test_an_earlier_day_is_not_closed_after_a_later_one(self):
        self.transfer(self.bill(1000.0, days_overdue=600), day=self.day(2025, 6, 30))
        self.close_on(self.day(2025))
        with self.assertRaisesRegex(UserError, "already booked"):
            self.close_on(self.day(2025, 9, 30))

    def test_a_closing_that_is_locked_is_refused(self):
        self.transfer(self.bill(1000.0, days_overdue=600), day=self.day(2025, 6, 30))
        self.company.fiscalyear_lock_date = self.day(2025)
        with self.assertRaisesRegex(UserError, "closed on"):
            self.close_on(self.day(2025))

    def test_the_list_for_the_accountant_has_each_lines_reason(self):
        self.transfer(self.bill(1000.0, self.goods20, days_overdue=600), day=self.day(2025, 6, 30))
        closing = self.close_on(self.day(2025))
        sheet = load_workbook(BytesIO(closing._get_xlsx())).active
        cells = [cell.value for row in sheet.iter_rows() for cell in row]
        self.assertIn(closing.line_ids.justification, cells)
        self.assertIn(750, cells)


@tagged("post_install", "-at_install")
class TestTakenOver(DoubtfulCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.opening = cls.env["account.move"].create(
            {
                "move_type": "entry",
                "date": date(2026, 1, 1),
                "journal_id": cls.company_data["default_journal_misc"].id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": cls.find_account("416").id,
                            "partner_id": cls.customer.id,
                            "name": "F2024-118",
                            "debit": 1200.0,
                            "date_maturity": date(2024, 5, 31),
                        }
                    ),
                    Command.create(
                        {"account_id": cls.find_account("491").id, "credit": 400.0, "name": "Dépréciations"}
                    ),
                    Command.create({"account_id": cls.find_account("120").id, "credit": 800.0, "name": "À-nouveaux"}),
                ],
            }
        )
        cls.opening.action_post()
        cls.line = cls.opening.line_ids[0]

    @classmethod
    def find_account(cls, code):
        domain = [("code", "=like", f"{code}%"), ("company_ids", "in", cls.company.ids)]
        return cls.env["account.account"].search(domain, limit=1, order="code")

    def adopt(self, depreciated=400.0, vat=200.0):
        wizard = self.env["recovery.doubtful.adopt.wizard"].create({"company_id": self.company.id})
        own = wizard.line_ids.filtered(lambda line: line.line_id == self.line)
        (wizard.line_ids - own).selected = False
        own.write({"depreciated": depreciated, "vat": vat, "tax_id": self.goods20.id})
        wizard.action_confirm()
        return self.Doubtful.search([("line_id", "=", self.line.id)])

    def test_lines_of_416_are_taken_over_without_posting(self):
        before = self.env["account.move"].search_count([])
        claim = self.adopt()
        self.assertEqual(self.env["account.move"].search_count([]), before)
        self.assertEqual((claim.state, claim.net_open, claim.vat_open), ("doubtful", 1000.0, 200.0))
        self.assertEqual((claim.depreciated, claim.due_date), (400.0, date(2024, 5, 31)))

    def test_the_first_closing_tops_them_up(self):
        self.adopt()
        closing = self.close_on(self.day(2026, 6, 30))
        self.assertEqual((closing.line_ids.booked, closing.line_ids.movement), (400.0, 350.0))
        self.assertEqual(self.balance("491"), -750.0)

    def test_the_first_closing_may_reverse_them(self):
        self.adopt(depreciated=400.0)
        closing = self.env["recovery.doubtful.closing"].create(
            {"day": self.day(2026, 6, 30), "company_id": self.company.id}
        )
        closing.line_ids.write({"rate": 10.0, "justification": "A bank guarantees the rest"})
        closing.action_review()
        closing.action_book()
        closing.entry_ids.with_user(self.accountant).action_post()
        self.assertEqual((self.balance("491"), self.balance("7817")), (-100.0, -300.0))

    def test_what_was_taken_over_is_lost_and_its_vat_comes_back(self):
        claim = self.adopt()
        self.lose(claim)
        self.assertEqual((self.balance("654"), self.balance("491"), self.balance("7817")), (1000.0, 0.0, -400.0))
        self.recover_vat(claim)
        self.assertEqual((claim.amount_open, self.balance("416")), (0.0, 0.0))

    def test_more_than_the_balance_of_491_is_refused(self):
        with self.assertRaisesRegex(UserError, "more than the balance"):
            self.adopt(depreciated=500.0)

    def test_a_line_is_taken_over_once(self):
        self.adopt()
        with self.assertRaises(UserError):
            self.Doubtful._adopt([{"line": self.line}])


@tagged("post_install", "-at_install")
class TestSetOff(DoubtfulCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.bill(1000.0, days_overdue=30)
        cls.vendor_bill = cls.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": cls.customer.id,
                "invoice_date": cls.ago(60),
                "invoice_date_due": cls.ago(20),
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create({"name": "Transport", "price_unit": 300.0, "tax_ids": [Command.clear()]})
                ],
            }
        )
        cls.vendor_bill.action_post()

    def propose(self, amount=300.0, **options):
        return self.env["recovery.set.off"]._propose(self.debtor, self.today, amount, **options)

    def test_what_we_owe_is_shown_on_the_debtor(self):
        self.assertEqual(self.debtor.amount_owed_by_us, 300.0)

    def test_a_set_off_is_a_draft_that_somebody_validates(self):
        entry = self.propose()
        self.assertEqual((entry.state, entry.move_id.state), ("draft", "draft"))
        self.assertEqual(self.receivable_of(self.invoice).amount_residual, 1000.0)
        self.as_accountant(entry)
        self.assertEqual(self.receivable_of(self.invoice).amount_residual, 700.0)
        self.assertEqual(self.vendor_bill.payment_state, "paid")
        self.assertEqual(self.debtor.amount_owed_by_us, 0.0)

    def test_more_than_what_is_due_is_refused(self):
        with self.assertRaisesRegex(UserError, "at most"):
            self.propose(301.0)

    def test_after_a_judgment_only_connected_debts_of_a_declared_claim(self):
        self.debtor.sudo().insolvency_on = self.ago(10)
        with self.assertRaisesRegex(UserError, "only connected debts"), self.cr.savepoint():
            self.propose()
        with self.assertRaisesRegex(UserError, "has been declared"), self.cr.savepoint():
            self.propose(is_connected=True)
        self.assertTrue(self.propose(is_connected=True, is_declared=True))

    def open_proceedings(self, kind, days_ago):
        return self.env["recovery.insolvency"]._open_for(self.debtor, kind, self.ago(days_ago), self.today)

    def test_what_was_born_after_the_judgment_is_set_off_as_ever(self):
        self.open_proceedings("receivership", 10)
        later = self.make_invoice(self.customer, 200.0, date=self.ago(5), due=self.ago(1))
        with self.assertRaisesRegex(UserError, "only connected debts"), self.cr.savepoint():
            self.propose(201.0)
        entry = self.propose(200.0)
        self.assertEqual(entry.line_ids.filtered(lambda line: line.amount < 0).line_id, self.receivable_of(later))

    def test_a_judgment_of_tomorrow_forbids_nothing_today(self):
        self.open_proceedings("receivership", 10)
        self.assertFalse(self.env["recovery.set.off"]._get_proceedings(self.debtor, self.ago(11)))
        self.assertTrue(self.env["recovery.set.off"]._get_proceedings(self.debtor, self.ago(10)))

    def test_an_amicable_conciliation_forbids_nothing(self):
        self.open_proceedings("conciliation", 10)
        self.assertTrue(self.propose())

    def test_a_declaration_in_the_file_answers_for_the_person(self):
        insolvency = self.open_proceedings("receivership", 10)
        insolvency.published_on = self.ago(8)
        declaration = self.env["recovery.insolvency.declaration"]._ensure_for(insolvency)
        declaration.action_prepare()
        self.assertTrue(declaration.claim_ids.filtered(lambda claim: claim.line_id.move_id == self.invoice))
        window = self.env["recovery.set.off.wizard"].create({"debtor_id": self.debtor.id, "is_connected": True})
        self.assertFalse(window.is_declared)
        with self.assertRaisesRegex(UserError, "has been declared"), self.cr.savepoint():
            self.propose(is_connected=True, is_declared=True)
        declaration.action_begin()
        kinds = declaration.procedure_id.type_id.event_kind_ids
        kind = kinds.filtered(lambda kind: kind.code == "declared")
        self.env["recovery.procedure.event"]._record(declaration.procedure_id, kind, self.today, self.today, 0.0)
        self.assertEqual(declaration.state, "declared")
        window = self.env["recovery.set.off.wizard"].create({"debtor_id": self.debtor.id, "is_connected": True})
        self.assertTrue(window.is_declared)
        window.action_confirm()

    def test_a_law_that_changes_is_dated_on_screen(self):
        effects = self.env["recovery.insolvency.effect"].search(
            [("kind", "=", "receivership"), ("phase", "=", "open"), ("effect", "=", "set_off")]
        )
        effects.valid_to = self.ago(11)
        effects.copy({"valid_from": self.ago(10), "valid_to": False, "answer": "goes_on"})
        self.open_proceedings("receivership", 10)
        self.assertTrue(self.propose())

    def make_statement(self):
        engine, Builder = self.env["recovery.claim"], self.env["recovery.claim.statement.builder"]
        lines = engine._find_lines(self.company, self.today, self.customer)
        request = Builder._prepare_vals(
            self.debtor,
            lines,
            *[engine._compute(self.company, lines, self.today)] * 2,
            self.debtor,
            owed=self.debtor.amount_owed_by_us,
        )
        return self.env["recovery.claim.statement"].sudo().create(request)

    def test_it_is_told_on_the_letter_the_mail_the_statement_and_the_gate(self):
        self.customer.lang = "en_US"
        notice = self.make_campaign(debtors=self.debtor).notice_ids
        values = notice.with_context(lang="en_US")._get_document_values()
        self.assertIn("300.00", values["owed"])
        mail = self.env["recovery.rendering"]._render_mails(notice)[notice]
        self.assertIn("may be set off", mail)
        letter = self.env["ir.qweb"].with_context(lang="en_US")._render("debt_recovery.report_letter", {"docs": notice})
        self.assertIn("may be set off", str(letter))
        statement = self.make_statement()
        self.assertIn("may be set off", str(statement.figures["sources"]))
        case = self.env["recovery.case"]._open_for(self.debtor, self.receivable_of(self.invoice), self.today)
        checks = {code: finding for code, _name, finding in self.env["recovery.gate"]._check(case, self.today)[case]}
        self.assertEqual(checks["set_off"].state, "orange")
        self.assertIn("300.00", checks["set_off"].reason)

    def test_who_owes_us_only_reads_nothing_of_it(self):
        other = self.make_partner("Sans facture")
        self.make_invoice(other, 100.0, days_overdue=30)
        notice = self.make_campaign(debtors=self.debtor_of(other)).notice_ids
        self.assertFalse(notice._get_document_values()["owed"])

    def test_a_doubtful_claim_is_set_off_as_well_and_that_releases_its_vat(self):
        self.invoice.button_draft()
        self.invoice.button_cancel()
        move = self.bill(1000.0, self.on_receipts, days_overdue=30)
        claim = self.transfer(move)
        self.as_accountant(self.propose())
        self.assertEqual(claim.amount_open, 900.0)
        self.assertEqual(self.balance("44571"), -50.0)

    def test_a_button_with_nothing_behind_it_says_so_at_once(self):
        self.assertEqual(self.debtor.action_set_off()["res_model"], "recovery.set.off.wizard")
        entry = self.propose()
        with self.assertRaisesRegex(UserError, f"{entry.number} is waiting"):
            self.debtor.action_set_off()
        self.as_accountant(entry)
        with self.assertRaisesRegex(UserError, "we owe .* nothing that is due"):
            self.debtor.action_set_off()
        # and in the window, whose day may be changed
        window = self.env["recovery.set.off.wizard"].create({"debtor_id": self.debtor.id})
        self.assertIn("nothing that is due", window.obstacle)
        self.assertEqual(window.amount, 0.0)

    def test_a_window_of_a_day_on_which_nothing_was_due_says_so(self):
        window = self.env["recovery.set.off.wizard"].create({"debtor_id": self.debtor.id, "day": self.ago(25)})
        self.assertIn("we owe Ateliers Rivoire nothing", window.obstacle)
        window.day = self.ago(15)
        self.assertFalse(window.obstacle)
        self.assertEqual(window.amount, 300.0)
        self.pay(self.invoice)
        window.invalidate_recordset()
        self.assertIn("Ateliers Rivoire owes nothing", window.obstacle)

    def test_it_is_proposed_once(self):
        self.propose()
        with self.assertRaisesRegex(UserError, "waiting"):
            self.propose()


@tagged("post_install", "-at_install")
class TestCoreVat(DoubtfulCommon):
    def test_core_still_asks_the_entry_for_its_vat_on_receipts(self):
        """What we rest on of core's VAT on receipts: look at models/litigation/doubtful/core_vat.py."""
        move = self.bill(1000.0, self.on_receipts)
        values = move._collect_tax_cash_basis_values()
        for name in ("to_process_lines", "total_balance", "total_residual", "is_fully_paid", "currency"):
            self.assertIn(name, values)
        calls = []
        Partial = self.env.registry["account.partial.reconcile"]
        real = Partial._collect_tax_cash_basis_values
        with patch.object(Partial, "_collect_tax_cash_basis_values", lambda self: calls.append(self) or real(self)):
            (self.receive(600.0) | self.receivable_of(move)).reconcile()
        self.assertTrue(calls, "core no longer collects VAT on receipts by partial")
