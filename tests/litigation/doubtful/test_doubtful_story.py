from datetime import date

from odoo import Command
from odoo.tests import tagged

from .common import DoubtfulCommon


class StoryCommon(DoubtfulCommon):
    """A story of the books: at each step the aged balance and accounts 411 and 416 tie to the ledger."""

    def tie(self, good, doubtful):
        """Say what stands on 411 and on 416, and that the aged balance and the claims say the same."""
        self.env.flush_all()
        self.assertEqual((self.balance("411"), self.balance("416")), (good, doubtful))
        report = self.env["recovery.ageing.report"]._get_data(self.company, self.today)
        self.assertTrue(report["control"]["is_exact"])
        read = {line["account_id"]: line for line in report["control"]["lines"]}
        accounts = self.env["account.account"].browse(read).with_company(self.company)
        told = {"411": 0.0, "416": 0.0}
        for account in accounts:
            self.assertAlmostEqual(read[account.id]["report"], read[account.id]["ledger"], 2)
            if account.code[:3] in told:
                told[account.code[:3]] += read[account.id]["report"]
        self.assertAlmostEqual(told["411"], good, 2)
        claims = self.Doubtful.search([("company_id", "=", self.company.id), ("state", "!=", "withdrawn")])
        self.assertAlmostEqual(sum(claims.mapped("amount_open_company")), doubtful, 2)
        self.assertAlmostEqual(sum(claims.mapped("depreciated")), -self.balance("491"), 2)
        others = claims.filtered(lambda claim: claim.line_id.account_type != "asset_receivable")
        self.assertAlmostEqual(told["416"] + sum(others.mapped("amount_open_company")), doubtful, 2)


@tagged("post_install", "-at_install")
class TestLiquidationStory(StoryCommon):
    def test_from_the_bodacc_to_the_loss_and_the_vat(self):
        move = self.bill(1000.0, self.goods20, days_overdue=150)
        line = self.receivable_of(move)
        case = self.env["recovery.case"]._open_for(self.debtor, line, self.ago(60))
        self.tie(1200.0, 0.0)
        # the announcement: the judgment of a liquidation, ten days before it was published
        insolvency = self.env["recovery.insolvency"]._open_for(
            self.debtor,
            "liquidation",
            self.ago(40),
            self.today,
            published_on=self.ago(30),
            announcement="A202601765232",
        )
        declaration = insolvency.declaration_ids
        declaration.action_prepare()
        declaration.action_begin()
        kind = declaration.procedure_id.type_id.event_kind_ids.filtered(lambda kind: kind.code == "declared")
        self.env["recovery.procedure.event"]._record(declaration.procedure_id, kind, self.ago(20), self.today, 0.0)
        self.assertEqual(declaration.state, "declared")
        # doubtful, then depreciated for all of its net price
        claim = self.transfer(move, day=self.ago(40))
        self.tie(0.0, 1200.0)
        closing = self.close_on(self.ago(10))
        self.assertEqual((closing.line_ids.status, closing.line_ids.wanted), ("insolvency", 1000.0))
        self.tie(0.0, 1200.0)
        # the loss: the file proves it, no certificate is needed
        window = self.env["recovery.loss.wizard"].create({"doubtful_ids": claim.ids, "purpose": "loss"})
        self.assertEqual((window.loss_proof_id.code, window.proven_on), ("liquidation", self.ago(40)))
        self.assertEqual(window.vat_until, date(2028, 12, 31))
        window.attachment_ids = self.document()
        window.action_confirm()
        loss = claim.entry_line_ids.entry_id.filtered(lambda entry: entry.kind == "loss")
        self.as_accountant(loss)
        self.tie(0.0, 200.0)
        self.assertEqual((self.balance("654"), self.balance("6817"), self.balance("7817")), (1000.0, 1000.0, -1000.0))
        self.assertEqual((move.payment_state, move.amount_residual), ("partial", 200.0))
        self.assertEqual(claim.vat_until, date(2028, 12, 31))
        # its VAT
        window = self.env["recovery.loss.wizard"].create({"doubtful_ids": claim.ids, "purpose": "vat"})
        window.attachment_ids = self.document()
        window.action_confirm()
        vat = claim.entry_line_ids.entry_id.filtered(lambda entry: entry.kind == "vat")
        self.as_accountant(vat)
        self.tie(0.0, 0.0)
        self.assertEqual(self.balance("44571"), 0.0)
        tagged_line = vat.move_id.line_ids.filtered("tax_tag_ids")
        self.assertEqual((tagged_line.date, tagged_line.balance), (self.today, 200.0))
        self.assertFalse(claim.vat_until)
        # the case is closed: nothing is left without a word
        case._give_up("Clôture pour insuffisance d'actif", "insolvency")
        self.assertFalse(case._get_unpaid_claims())
        self.assertIn("written off", case.books_text)
        self.assertEqual(move.recovery_doubtful_state, "lost")


@tagged("post_install", "-at_install")
class TestUnexpectedPaymentStory(StoryCommon):
    def test_a_loss_then_a_payment_nobody_expected_any_more(self):
        move = self.bill(1000.0, self.goods20, days_overdue=400)
        claim = self.transfer(move)
        self.lose(claim)
        self.recover_vat(claim)
        self.tie(0.0, 0.0)
        credit = self.receive(600.0)
        self.assertEqual(self.balance("411"), -600.0)
        window = self.env["recovery.doubtful.receipt.wizard"].create({"doubtful_id": claim.id, "line_id": credit.id})
        self.assertEqual(window.amount, 600.0)
        window.action_confirm()
        recovery = claim.entry_line_ids.entry_id.filtered(lambda entry: entry.kind == "recovery")
        self.as_accountant(recovery)
        self.tie(0.0, 0.0)
        self.assertEqual((self.balance("7583"), self.balance("44571")), (-500.0, -100.0))
        self.assertEqual((claim.recovered, claim.lost, claim.vat_recovered), (500.0, 1000.0, 200.0))
        # it was somebody else's money: one button takes it back, with a reason
        recovery._reverse("The payment was that of another customer")
        recovery.with_user(self.accountant).action_post()
        self.assertEqual((self.balance("7583"), self.balance("44571"), claim.recovered), (0.0, 0.0, 0.0))
        self.assertEqual(credit.amount_residual, -600.0)

    def test_a_payment_of_more_than_was_lost_leaves_the_rest_to_the_customer(self):
        claim = self.transfer(self.bill(1000.0, self.goods20))
        self.lose(claim)
        self.recover_vat(claim)
        credit = self.receive(1500.0)
        self.as_accountant(claim._receive(credit, self.today, 1200.0))
        self.assertEqual((credit.amount_residual, self.balance("7583")), (-300.0, -1000.0))
        self.tie(-300.0, 0.0)


@tagged("post_install", "-at_install")
class TestTwoTaxesStory(StoryCommon):
    def test_a_service_on_receipts_and_a_sale_on_debits(self):
        service = self.bill(1000.0, self.on_receipts, days_overdue=250)
        sale = self.bill(1000.0, self.on_debits, days_overdue=250)
        self.assertEqual((self.balance("44574"), self.balance("44571")), (-200.0, -55.0))
        claims = self.transfer(service, sale)
        self.tie(0.0, 2255.0)
        self.assertEqual((self.balance("44574"), self.balance("44571")), (-200.0, -55.0), "a transfer pays nothing")
        # a part of the service is paid: its VAT becomes due, that of the sale was due already
        of_service = claims.filtered(lambda claim: claim.move_id == service)
        of_sale = claims - of_service
        self.as_accountant(of_service._receive(self.receive(600.0), self.today, 600.0))
        self.tie(0.0, 1655.0)
        self.assertEqual((self.balance("44574"), self.balance("44571")), (-100.0, -155.0))
        closing = self.close_on(self.ago(0))
        bases = {line.doubtful_id: line.base for line in closing.line_ids}
        self.assertEqual((bases[of_service], bases[of_sale]), (500.0, 1000.0))
        self.lose(claims)
        self.tie(0.0, 155.0)
        self.assertEqual(self.balance("491"), 0.0)
        entry = self.recover_vat(claims)
        self.tie(0.0, 0.0)
        # on receipts: what waited is cancelled, the part that was paid stays due; on debits: it comes back
        self.assertEqual((self.balance("44574"), self.balance("44571")), (0.0, -100.0))
        tags = {line.balance: line.tax_tag_ids.mapped("name") for line in entry.move_id.line_ids if line.balance > 0}
        self.assertEqual(tags, {100.0: [], 55.0: ["21"]})
        self.assertIn(sale.name, entry.mention)
        self.assertNotIn(service.name, entry.mention)


@tagged("post_install", "-at_install")
class TestTakenOverStory(StoryCommon):
    """A ledger taken over in mid-life: 416 and 491 hold what others booked."""

    def account(self, code):
        domain = [("code", "=like", f"{code}%"), ("company_ids", "in", self.company.ids)]
        return self.env["account.account"].search(domain, limit=1, order="code")

    def make_opening(self):
        lines = [
            ("416", "F2024-118", 1200.0, date(2024, 5, 31)),
            ("416", "F2025-007", 527.5, date(2025, 2, 28)),
        ]
        opening = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": date(2026, 1, 1),
                "journal_id": self.company_data["default_journal_misc"].id,
                "line_ids": [
                    *(
                        Command.create(
                            {
                                "account_id": self.account(code).id,
                                "partner_id": self.customer.id,
                                "name": name,
                                "debit": amount,
                                "date_maturity": due,
                            }
                        )
                        for code, name, amount, due in lines
                    ),
                    Command.create({"account_id": self.account("491").id, "credit": 650.0, "name": "Dépréciations"}),
                    Command.create({"account_id": self.account("120").id, "credit": 1077.5, "name": "À-nouveaux"}),
                ],
            }
        )
        opening.action_post()
        return opening

    def test_opening_balances_then_a_first_closing_a_payment_and_a_loss(self):
        opening = self.make_opening()
        count = self.env["account.move"].search_count([])
        window = self.env["recovery.doubtful.adopt.wizard"].create({"company_id": self.company.id})
        own = window.line_ids.filtered(lambda row: row.line_id.move_id == opening)
        self.assertEqual(window.ledger_depreciation, 650.0)
        for row, depreciated, vat, tax in zip(
            own.sorted("amount_open"), (50.0, 600.0), (27.5, 200.0), (self.on_debits, self.goods20), strict=True
        ):
            row.write({"depreciated": depreciated, "vat": vat, "tax_id": tax.id})
        self.assertEqual(window.gap, 0.0)
        window.action_confirm()
        self.assertEqual(self.env["account.move"].search_count([]), count, "nothing is posted")
        first, second = self.Doubtful.search([("is_taken_over", "=", True)], order="due_date")
        self.assertEqual((first.net_open, first.vat_open, first.depreciated), (1000.0, 200.0, 600.0))
        self.tie(0.0, 1727.5)
        # the first closing tops one up and takes the other back
        closing = self.env["recovery.doubtful.closing"].create(
            {"day": date(2026, 6, 30), "company_id": self.company.id}
        )
        lines = {line.doubtful_id: line for line in closing.line_ids}
        lines[second].write({"rate": 0.0, "justification": "A bank guarantees it now"})
        self.assertEqual((lines[first].movement, lines[second].movement), (150.0, -50.0))
        closing.action_review()
        closing.action_book()
        closing.entry_ids.with_user(self.accountant).action_post()
        self.tie(0.0, 1727.5)
        self.assertEqual((self.balance("6817"), self.balance("7817")), (150.0, -50.0))
        # one is paid, the other is lost
        self.as_accountant(second._receive(self.receive(527.5), self.today, 527.5))
        self.tie(0.0, 1200.0)
        self.assertEqual(second.state, "settled")
        self.lose(first)
        self.tie(0.0, 200.0)
        self.recover_vat(first)
        self.tie(0.0, 0.0)
        self.assertEqual((self.balance("654"), self.balance("44571")), (1000.0, 200.0))

    def test_what_was_taken_over_by_mistake_is_let_go_and_taken_over_again(self):
        opening = self.make_opening()
        line = opening.line_ids.filtered(lambda row: row.name == "F2024-118")
        claim = self.Doubtful._adopt([{"line": line, "depreciated": 600.0}])
        claim._release("Wrong depreciation")
        self.assertEqual((claim.state, claim.depreciated), ("withdrawn", 0.0))
        again = self.Doubtful._adopt([{"line": line, "depreciated": 500.0}])
        self.assertEqual(again.depreciated, 500.0)
