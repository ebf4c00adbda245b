from io import BytesIO

from openpyxl import load_workbook

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ....models.common.attachments import adopt
from .common import DoubtfulCommon


@tagged("post_install", "-at_install")
class TestDoubtfulRoles(DoubtfulCommon):
    """A user proposes, a manager reviews, an accountant posts, an auditor reads and prints."""

    def test_a_proof_left_on_the_window_is_read_by_whoever_reviews_posts_and_audits(self):
        claim = self.transfer(self.bill(1000.0, self.goods20))
        window = self.env["recovery.loss.wizard"].with_user(self.recovery_user)
        window = window.create({"doubtful_ids": claim.ids, "purpose": "loss"})
        window.write({"loss_proof_id": self.proof("certificate").id, "proven_on": self.ago(3)})
        with self.assertRaises(UserError), self.cr.savepoint():
            window.action_confirm()
        # the window was saved by then: what is uploaded next is its own
        file = window.env["ir.attachment"].create(
            {"name": "certificat.pdf", "raw": b"%PDF-1.4", "res_model": window._name, "res_id": window.id}
        )
        window.attachment_ids = file
        window.action_confirm()
        entry = claim.entry_line_ids.entry_id.filtered(lambda entry: entry.kind == "loss")
        self.assertEqual((file.sudo().res_model, file.sudo().res_id), (entry._name, entry.id))
        window.sudo().unlink()
        self.env.invalidate_all()
        for user in (self.recovery_manager, self.accountant, self.recovery_auditor):
            with self.subTest(user=user.name):
                self.assertEqual(entry.with_user(user).attachment_ids.read(["name"])[0]["name"], "certificat.pdf")

    def test_what_lies_on_somebody_else_s_window_stays_there(self):
        claim = self.transfer(self.bill(1000.0, self.goods20))
        window = self.env["recovery.loss.wizard"].with_user(self.recovery_user)
        window = window.create({"doubtful_ids": claim.ids, "purpose": "loss"})
        file = window.env["ir.attachment"].create(
            {"name": "certificat.pdf", "raw": b"%PDF-1.4", "res_model": window._name, "res_id": window.id}
        )
        entry = claim.entry_line_ids.entry_id[:1]
        entry.sudo().attachment_ids = file
        adopt(entry.with_user(self.recovery_manager))
        self.assertEqual((file.sudo().res_model, file.sudo().res_id), (window._name, window.id))
        adopt(entry.with_user(self.recovery_user))
        self.assertEqual((file.sudo().res_model, file.sudo().res_id), (entry._name, entry.id))

    def test_an_auditor_reads_everything_and_proposes_nothing(self):
        auditor = self.recovery_auditor
        claim = self.transfer(self.bill(1000.0, self.goods20, days_overdue=600), day=self.day(2025))
        closing = self.close_on(self.day(2025))
        as_auditor = claim.with_user(auditor)
        self.assertEqual((as_auditor.state, as_auditor.amount_open), ("doubtful", 1200.0))
        self.assertEqual(closing.with_user(auditor).line_ids.wanted, 750.0)
        self.assertTrue(closing.with_user(auditor)._get_xlsx())
        attempts = [
            lambda: as_auditor._lose(self.today, self.proof("waiver"), self.today),
            lambda: as_auditor.action_lose(),
            lambda: as_auditor.write({"note": "x"}),
            lambda: claim.entry_line_ids.entry_id.with_user(auditor).action_reverse(),
            lambda: claim.entry_line_ids.entry_id.with_user(auditor).action_post(),
            lambda: closing.with_user(auditor).action_propose(),
            lambda: closing.with_user(auditor).line_ids.write({"rate": 1.0}),
            lambda: (
                self.env["recovery.doubtful.closing"]
                .with_user(auditor)
                .create({"day": self.today, "company_id": self.company.id})
            ),
            lambda: self.env["recovery.set.off"].with_user(auditor)._propose(self.debtor, self.today, 1.0),
        ]
        for number, attempt in enumerate(attempts):
            with self.subTest(number=number), self.assertRaises(UserError), self.cr.savepoint():
                attempt()

    def test_a_user_reviews_no_closing_and_a_manager_posts_nothing(self):
        self.transfer(self.bill(1000.0, days_overdue=600), day=self.day(2025, 6, 30))
        closing = (
            self.env["recovery.doubtful.closing"]
            .with_user(self.recovery_user)
            .create({"day": self.day(2025), "company_id": self.company.id})
        )
        with self.assertRaises(AccessError), self.cr.savepoint():
            closing.action_review()
        closing.with_user(self.recovery_manager).action_review()
        closing.action_book()
        with self.assertRaises(AccessError), self.cr.savepoint():
            closing.entry_ids.with_user(self.recovery_manager).action_post()
        with self.assertRaises(AccessError), self.cr.savepoint():
            closing.entry_ids.move_id.with_user(self.recovery_manager).action_post()
        closing.entry_ids.with_user(self.accountant).action_post()
        self.assertEqual(self.balance("491"), -750.0)

    def test_who_only_invoices_sees_nothing_of_it(self):
        clerk = self.make_user("paul", "account.group_account_invoice")
        claim = self.transfer(self.bill(1000.0))
        with self.assertRaises(AccessError):
            claim.with_user(clerk).read(["state"])
        invoice = claim.move_id.with_user(clerk)
        self.assertEqual((invoice.payment_state, invoice.amount_residual), ("not_paid", 1000.0))

    def test_a_draft_that_somebody_changed_is_not_posted(self):
        claim = self.transfer(self.bill(1000.0), post=False)
        entry = claim.entry_line_ids.entry_id
        entry.with_user(self.recovery_manager).action_review()
        entry.move_id.line_ids.filtered("debit").account_id = self.company_data["default_account_expense"]
        with self.assertRaisesRegex(UserError, "no longer matches"):
            entry.with_user(self.accountant).action_post()

    def test_a_forged_context_makes_nothing_reviewed_or_posted(self):
        forged = {
            "default_state": "posted",
            "default_reviewed_by_id": self.recovery_manager.id,
            "default_kind": "loss",
            "default_amount_company": 1.0,
            "default_taken_depreciation": 999.0,
            "default_is_taken_over": True,
            "default_move_type": "out_invoice",
            "default_journal_id": self.company_data["default_journal_bank"].id,
            "default_recovery_is_penalty": True,
            "no_cash_basis": True,
            "check_move_validity": False,
        }
        move = self.bill(1000.0, self.on_receipts)
        entry = (
            self.Doubtful.with_user(self.recovery_user)
            .with_context(**forged)
            ._propose(self.receivable_of(move), self.today, "x")
        )
        claim = entry.line_ids.doubtful_id
        self.assertEqual((entry.state, entry.kind, entry.reviewed_by_id.id), ("draft", "transfer", False))
        self.assertEqual((claim.state, claim.amount_company, claim.depreciated), ("proposed", 1200.0, 0.0))
        self.assertFalse(claim.is_taken_over)
        self.assertEqual((entry.move_id.move_type, entry.move_id.state), ("entry", "draft"))
        self.assertEqual(entry.move_id.journal_id.type, "general")

    def test_a_forged_context_books_no_closing(self):
        self.transfer(self.bill(1000.0, days_overdue=600), day=self.day(2025, 6, 30))
        closing = (
            self.env["recovery.doubtful.closing"]
            .with_user(self.recovery_user)
            .with_context(default_state="booked", default_reviewed_by_id=self.recovery_manager.id)
            .create({"day": self.day(2025), "company_id": self.company.id})
        )
        self.assertEqual((closing.state, closing.reviewed_by_id.id, len(closing.line_ids)), ("draft", False, 1))
        with self.assertRaises(UserError), self.cr.savepoint():
            closing.write({"state": "reviewed"})
        with self.assertRaises(UserError), self.cr.savepoint():
            closing.line_ids.write({"booked": 0.0, "net": 5.0})

    def test_nobody_types_the_figures_of_a_claim(self):
        claim = self.transfer(self.bill(1000.0)).with_user(self.recovery_manager)
        for vals in ({"lost": 5.0}, {"state": "settled"}, {"amount": 1.0}, {"line_id": False}, {"shares": []}):
            with self.subTest(vals=vals), self.assertRaises(UserError), self.cr.savepoint():
                claim.write(vals)
        with self.assertRaises(UserError):
            claim.unlink()


@tagged("post_install", "-at_install")
class TestDoubtfulPeriods(DoubtfulCommon):
    """Closed periods refuse in words, whatever is booked and by whom."""

    def lock(self, day, tax=False):
        self.company.sudo()[("tax" if tax else "fiscalyear") + "_lock_date"] = day

    def test_each_entry_is_refused_in_a_closed_period(self):
        claim = self.transfer(self.bill(1000.0, self.goods20), day=self.ago(12))
        lost = self.transfer(self.bill(500.0, self.goods20), day=self.ago(12))
        self.lose(lost)
        credit, fresh = self.receive(100.0, day=self.ago(9)), self.bill(10.0)
        self.lock(self.ago(10))
        day = self.ago(10)
        for propose in (
            lambda: claim._lose(day, self.proof("waiver"), day),
            lambda: lost._recover_vat(day, self.proof(), day, self.document()),
            lambda: lost._lose_vat(day, self.proof("waiver"), day),
            lambda: claim._receive(credit, day, 100.0),
            lambda: self.transfer(fresh, day=day),
        ):
            with self.assertRaisesRegex(UserError, "closed on"), self.cr.savepoint():
                propose()
        self.as_accountant(claim._receive(credit, self.ago(9), 100.0))

    def test_a_return_that_left_takes_no_vat_back_in_its_month(self):
        claim = self.transfer(self.bill(1000.0, self.goods20))
        self.lose(claim)
        self.lock(self.ago(20), tax=True)
        with self.assertRaisesRegex(UserError, "closed on"), self.cr.savepoint():
            claim._recover_vat(self.ago(20), self.proof(), self.ago(30), self.document())
        self.as_accountant(claim._recover_vat(self.today, self.proof(), self.ago(30), self.document()))

    def test_a_reversal_is_dated_today_and_refused_when_today_is_closed(self):
        entry = self.transfer(self.bill(1000.0), day=self.ago(40)).entry_line_ids.entry_id
        other = self.transfer(self.bill(200.0)).entry_line_ids.entry_id
        self.lock(self.ago(30))
        entry._reverse("Paid")
        self.assertEqual(entry.reversal_move_id.date, self.today)
        self.lock(self.today)
        with self.assertRaisesRegex(UserError, "closed on"):
            other._reverse("Paid")

    def test_a_depreciation_is_reversed_with_a_reason(self):
        claim = self.transfer(self.bill(1000.0, days_overdue=600), day=self.day(2025, 6, 30))
        closing = self.close_on(self.day(2025))
        self.assertEqual(claim.depreciated, 750.0)
        closing.entry_ids._reverse("The debtor sells a building")
        closing.entry_ids.with_user(self.accountant).action_post()
        self.assertEqual((claim.depreciated, self.balance("491")), (0.0, 0.0))
        self.assertEqual(closing.entry_ids.reversal_reason, "The debtor sells a building")
        self.assertEqual(closing.entry_ids.state, "reversed")


@tagged("post_install", "-at_install")
class TestDoubtfulCompanies(DoubtfulCommon):
    """Two companies never mix; a branch keeps its own books in the closing of the whole company."""

    def test_a_closing_takes_the_claims_of_its_company_alone(self):
        other = self.setup_other_company()["company"]
        theirs = self.bill(700.0, company=other, days_overdue=600)
        entry = self.Doubtful.with_company(other)._propose(self.receivable_of(theirs), self.today, "x")
        entry.action_review()
        entry.sudo().move_id.action_post()
        self.transfer(self.bill(1000.0, days_overdue=600))
        closing = self.close_on(self.today)
        self.assertEqual(closing.line_ids.doubtful_id.company_id, self.company)
        self.assertEqual((closing.wanted, self.balance("491", other)), (750.0, 0.0))
        with self.assertRaises(AccessError):
            entry.line_ids.doubtful_id.with_user(self.recovery_manager).read(["state"])

    def test_what_one_company_owes_sets_off_nothing_of_the_other(self):
        other = self.setup_other_company()["company"]
        self.bill(1000.0, days_overdue=30)
        bill = (
            self.env["account.move"]
            .with_company(other)
            .create(
                {
                    "move_type": "in_invoice",
                    "company_id": other.id,
                    "partner_id": self.customer.id,
                    "invoice_date": self.ago(60),
                    "invoice_date_due": self.ago(20),
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": [
                        Command.create({"name": "Port", "price_unit": 300.0, "tax_ids": [Command.clear()]})
                    ],
                }
            )
        )
        bill.action_post()
        self.assertEqual(self.debtor.amount_owed_by_us, 0.0)
        with self.assertRaisesRegex(UserError, "cannot be set off"):
            self.env["recovery.set.off"]._propose(self.debtor, self.today, 300.0)

    def test_a_branch_is_closed_with_the_whole_company_in_its_own_books(self):
        branch = self.make_branch()
        move = self.bill(700.0, company=branch, days_overdue=600)
        ours = self.bill(1000.0, days_overdue=600)
        entries = self.Doubtful._propose(self.receivable_of(move) | self.receivable_of(ours), self.today, "x")
        self.assertEqual(set(entries.mapped("book_company_id")), {self.company, branch})
        entries.action_review()
        entries.sudo().move_id.action_post()
        closing = self.env["recovery.doubtful.closing"].create({"day": self.today, "company_id": self.company.id})
        self.assertEqual(closing.wanted, 1275.0)
        closing.action_review()
        closing.action_book()
        closing.sudo().entry_ids.move_id.action_post()
        self.assertEqual((self.balance("491"), self.balance("491", branch)), (-750.0, -525.0))
        claim = entries.line_ids.doubtful_id.filtered(lambda claim: claim.book_company_id == branch)
        loss = claim._lose(self.today, self.proof("waiver"), self.today)
        self.assertEqual((loss.book_company_id, loss.move_id.company_id), (branch, branch))
        with self.assertRaisesRegex(UserError, "whole company"):
            self.env["recovery.doubtful.closing"].create({"day": self.ago(1), "company_id": branch.id})

    def test_a_payment_in_the_claims_own_currency_settles_it(self):
        usd = self.setup_other_currency("USD", rates=[("2020-01-01", 2.0)])
        claim = self.transfer(self.bill(1000.0, currency=usd))
        self.assertEqual((claim.amount_open, claim.amount_open_company), (1000.0, 500.0))
        credit = self.receive_in(usd, 400.0)
        self.as_accountant(claim._receive(credit, self.today, 200.0))
        self.assertEqual((claim.amount_open, claim.amount_open_company), (600.0, 300.0))
        with self.assertRaisesRegex(UserError, "own currency"):
            claim._receive(self.receive(100.0), self.today, 100.0)

    def test_a_payment_at_another_rate_pays_the_same_sum_and_leaves_a_difference_of_exchange(self):
        usd = self.setup_other_currency("USD", rates=[("2020-01-01", 2.0), (self.ago(5), 2.5)])
        claim = self.transfer(self.bill(1000.0, currency=usd))
        self.assertEqual((claim.amount_open, claim.amount_open_company), (1000.0, 500.0))
        part, rest = (self.receive_in(usd, amount, self.today) for amount in (250.0, 750.0))
        self.assertEqual((part.amount_residual, rest.amount_residual), (-100.0, -300.0))
        self.as_accountant(claim._receive(part, self.today, 100.0))
        self.assertEqual((claim.amount_open, claim.amount_open_company, part.reconciled), (750.0, 375.0, True))
        self.as_accountant(claim._receive(rest, self.today, 300.0))
        self.assertEqual((claim.amount_open, claim.state, rest.reconciled), (0.0, "settled", True))
        self.assertEqual(self.balance("416"), 0.0)

    def test_a_payment_that_is_worth_more_than_the_claim_in_our_currency_pays_it(self):
        usd = self.setup_other_currency("USD", rates=[("2020-01-01", 2.0), (self.ago(5), 1.6)])
        claim = self.transfer(self.bill(1000.0, currency=usd))
        credit = self.receive_in(usd, 1000.0, self.today)
        self.assertEqual(credit.amount_residual, -625.0)
        self.as_accountant(claim._receive(credit, self.today, 625.0))
        self.assertEqual((claim.state, credit.reconciled, self.balance("416")), ("settled", True, 0.0))
        with self.assertRaisesRegex(UserError, "own currency"):
            other = self.transfer(self.bill(100.0, currency=usd))
            other._receive(self.receive_in(usd, 101.0, self.today), self.today, 63.13)

    def receive_in(self, currency, amount, day=None):
        note = self.make_invoice(self.customer, amount, currency=currency, date=day, move_type="out_refund")
        return self.receivable_of(note)

    def test_the_list_for_the_accountant_tells_losses_with_their_proof(self):
        claim = self.transfer(self.bill(1000.0, self.goods20))
        self.lose(claim)
        self.recover_vat(claim)
        closing = self.env["recovery.doubtful.closing"].create({"day": self.today, "company_id": self.company.id})
        book = load_workbook(BytesIO(closing._get_xlsx()))
        self.assertEqual(len(book.worksheets), 2)
        cells = [cell.value for row in book.worksheets[1].iter_rows() for cell in row]
        for value in (1000, 200, claim.move_name, self.proof().name):
            self.assertIn(value, cells)
