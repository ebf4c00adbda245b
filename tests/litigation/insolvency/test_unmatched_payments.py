from datetime import timedelta
from itertools import permutations
from random import Random

from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from ....models.litigation.insolvency.distribution import Part, pair_parts
from .test_insolvency_payments import PaymentsCommon


class UnmatchedCommon(PaymentsCommon):
    """Money of the debtor that is matched with nothing, or not at once."""

    def receive(self, amount, partner=None, day=None, company=None, currency=None):
        """Post a payment of somebody that is matched with nothing, and return its credit."""
        company = company or self.company
        journal = self.company_data["default_journal_bank"]
        method_line = journal.inbound_payment_method_line_ids[:1]
        if not method_line.payment_account_id:
            method_line.payment_account_id = self.make_outstanding_account(self.company)
        payment = (
            self.env["account.payment"]
            .with_company(company)
            .create(
                {
                    "company_id": company.id,
                    "payment_type": "inbound",
                    "partner_type": "customer",
                    "partner_id": (partner or self.customer).id,
                    "amount": amount,
                    "currency_id": (currency or company.currency_id).id,
                    "date": day or self.today,
                    "journal_id": journal.id,
                    "payment_method_line_id": method_line.id,
                }
            )
        )
        payment.action_post()
        return payment.move_id.line_ids.filtered(lambda line: line.account_type == "asset_receivable")

    def receive_at_the_bank(self, amount, move=None):
        """Record a line of the bank's statement on the account of the customer."""
        account = self.receivable_of(move or self.old).account_id
        bank = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "date": self.today,
                "payment_ref": "VIR",
                "partner_id": self.customer.id,
                "amount": amount,
            }
        )
        _liquidity, suspense, _other = bank._seek_for_lines()
        suspense.account_id = account
        return suspense

    def match(self, credit, move):
        (credit | self.receivable_of(move)).reconcile()

    def make_later(self, amount=300.0):
        return self.make_invoice(
            self.customer, amount=amount, days_overdue=3, date=self.judgment_on + timedelta(days=1)
        )

    def told(self, payments):
        """Return what the journal says of payments, in order."""
        return self.events(payments, "insolvency_payment").sorted("id").mapped("summary")

    def events(self, records, kind):
        return self.env["recovery.event"].search(
            [("res_model", "=", records._name), ("res_id", "in", records.ids), ("kind", "=", kind)]
        )


@tagged("post_install", "-at_install")
class TestUnmatchedPayments(UnmatchedCommon):
    """What the debtor pays on account is looked at as what it pays on an invoice: once, until it is known."""

    def setUp(self):
        super().setUp()
        self.insolvency = self.open_proceedings()
        self.declaration = self.insolvency.declaration_ids
        self.declaration.action_prepare()

    def test_a_payment_on_account_raises_the_alert_once(self):
        credit = self.receive(400)
        payment = self.look()
        self.assertRecordValues(
            payment,
            [
                {
                    "nature": "to_check",
                    "is_alert": True,
                    "amount": 400,
                    "credit_line_id": credit.id,
                    "line_id": False,
                    "paid_text": "Not matched yet",
                    "payer_id": self.customer.id,
                    "declaration_id": self.declaration.id,
                }
            ],
        )
        task = self.tasks("after the judgment")
        self.assertIn("not matched with anything yet", task.note)
        self.assertIn("L622-7", task.note)
        self.assertEqual(self.look(), payment, "once")
        self.assertEqual(len(self.told(payment)), 1)

    def test_so_does_a_line_of_the_bank(self):
        self.receive_at_the_bank(400)
        self.assertRecordValues(self.look(), [{"is_alert": True, "amount": 400, "line_id": False}])

    def test_matched_with_an_earlier_claim_it_is_the_same_alert(self):
        credit = self.receive(400)
        payment = self.look()
        note = self.tasks("after the judgment").note
        self.match(credit, self.old)
        self.assertEqual(self.look(), payment, "no second one")
        self.assertRecordValues(
            payment,
            [{"line_id": self.receivable_of(self.old).id, "move_name": self.old.name, "amount": 400, "is_alert": True}],
        )
        self.assertEqual((self.tasks("after the judgment").note, len(self.told(payment))), (note, 1), "said once")

    def test_matched_with_a_later_claim_it_closes_itself_and_says_why(self):
        credit, later = self.receive(300), self.make_later()
        payment = self.look()
        self.match(credit, later)
        self.assertEqual(self.look(), payment)
        self.assertEqual((payment.nature, payment.is_alert), ("later", False))
        self.assertIn(later.name, payment.reason)
        self.assertIn("arisen after the judgment", payment.reason)
        self.assertFalse(payment.user_id, "nobody said it")
        self.assertFalse(self.tasks("after the judgment"), "there is nothing left to check")
        self.assertEqual(len(self.told(payment)), 2)
        self.look()
        self.assertEqual(len(self.told(payment)), 2)

    def test_matched_in_parts_each_euro_is_looked_at_once(self):
        credit, later = self.receive(1300), self.make_later()
        payment = self.look()
        self.match(credit, later)
        self.assertEqual(self.look().mapped("amount"), [1000], "300 of it pay what was born since")
        self.match(credit, self.recent)
        rows = self.look()
        self.assertIn(payment, rows)
        self.assertEqual({row.move_name: row.amount for row in rows}, {self.recent.name: 400, False: 600})
        self.match(credit, self.old)
        rows = self.look()
        self.assertEqual(
            {row.move_name: row.amount for row in rows}, {self.recent.name: 400, self.old.name: 600}, "the same two"
        )
        self.assertEqual((len(rows), set(rows.mapped("nature"))), (2, {"to_check"}))
        self.assertEqual(len(self.told(rows)), 1, "said once")

    def test_what_a_person_said_holds_for_all_of_it(self):
        credit = self.receive(1400)
        payment = self.look()
        payment.with_user(self.recovery_user)._say_authorised("Ordonnance")
        self.match(credit, self.recent)
        self.match(credit, self.old)
        rows = self.look()
        self.assertEqual({(row.nature, row.reason) for row in rows}, {("authorised", "Ordonnance")})
        self.assertEqual((len(rows), sum(rows.mapped("amount"))), (2, 1400))
        self.assertFalse(self.tasks("after the judgment"))

    def test_said_to_be_for_what_was_born_since_it_is_belied_by_the_books(self):
        credit = self.receive(300)
        payment = self.look()
        payment.with_user(self.recovery_user)._say_later("Acompte de la commande 12")
        self.assertFalse(self.tasks("after the judgment"))
        self.assertEqual(self.look().nature, "later", "the night does not ask again")
        self.match(credit, self.old)
        self.assertEqual(self.look(), payment)
        self.assertRecordValues(payment, [{"nature": "to_check", "is_alert": True, "reason": False}])
        self.assertTrue(self.tasks("after the judgment"))
        with self.assertRaisesRegex(UserError, "arose before the judgment"):
            payment.with_user(self.recovery_user)._say_later("Acompte")

    def test_a_dividend_on_account_is_known_by_itself_and_stays_one_when_it_is_matched(self):
        self.insolvency._add_step("planned", self.today - timedelta(days=5), self.today)
        dividend = self.env["recovery.insolvency.dividend"].create(
            {"declaration_id": self.declaration.id, "date": self.today, "amount": 400}
        )
        credit = self.receive(400)
        payment = self.look()
        self.assertRecordValues(payment, [{"nature": "dividend", "dividend_id": dividend.id, "is_alert": False}])
        self.assertFalse(self.tasks("after the judgment"))
        self.match(credit, self.old)
        self.assertEqual(self.look(), payment)
        self.assertRecordValues(payment, [{"nature": "dividend", "dividend_id": dividend.id, "amount": 400}])
        self.assertEqual((dividend.amount_received, self.declaration.amount_received), (400, 400))
        credit.move_id.origin_payment_id.action_draft()
        self.look()
        self.assertEqual((dividend.amount_received, self.declaration.amount_received), (0, 0), "it was not received")

    def test_a_user_looks_for_them_whatever_becomes_of_each(self):
        """The button does with a user's rights what the night does: finds, makes dividends, completes and closes."""
        self.insolvency._add_step("planned", self.today - timedelta(days=5), self.today)
        dividend = self.env["recovery.insolvency.dividend"].create(
            {"declaration_id": self.declaration.id, "date": self.today, "amount": 400}
        )
        credit, undone = self.receive(400), self.receive(70)
        button = self.declaration.with_user(self.recovery_user).action_look_for_payments
        button()
        payments = self.insolvency.payment_ids.sorted("amount")
        self.assertEqual(payments.mapped("nature"), ["to_check", "dividend"])
        self.assertEqual(payments.dividend_id, dividend)
        self.match(credit, self.old)
        undone.move_id.origin_payment_id.action_draft()
        button()
        self.assertEqual(self.insolvency.payment_ids.sorted("amount"), payments)
        self.assertEqual(payments.mapped("line_id.move_id"), self.old)
        self.assertEqual(payments.mapped("undone_on"), [self.today, False])

    def test_others_pay_on_their_own_account_until_it_is_matched(self):
        surety, brother = self.make_partner("Jean Mercier"), self.make_partner("Paul Mercier")
        self.env["recovery.coverage"].create(
            {"debtor_id": self.debtor.id, "kind": "surety", "provider_id": surety.id, "amount": 800}
        )
        credits = [self.receive(100, partner) for partner in (surety, brother, self.trustee)]
        self.assertFalse(self.look())
        for credit in credits:
            self.match(credit, self.old)
        self.assertEqual(sorted(self.look().mapped("nature")), ["dividend", "guarantor", "third_party"])
        self.assertFalse(self.tasks("after the judgment"))

    def test_neither_a_credit_note_nor_a_set_off_is_money(self):
        self.make_credit_note(self.customer, amount=100.0, date=self.today)
        account = self.receivable_of(self.old).account_id
        other = self.company_data["default_account_payable"]
        self.env["account.move"].create(
            {
                "date": self.today,
                "line_ids": [
                    Command.create({"account_id": account.id, "partner_id": self.customer.id, "credit": 200}),
                    Command.create({"account_id": other.id, "partner_id": self.customer.id, "debit": 200}),
                ],
            }
        ).action_post()
        self.assertFalse(self.look())

    def test_where_nothing_earlier_is_owed_an_advance_is_no_alert(self):
        for move in (self.old, self.recent):
            self.pay(move, date=self.judgment_on - timedelta(days=1))
        self.receive(400)
        self.assertFalse(self.look())

    def test_what_the_books_have_lost_is_owed_all_the_same(self):
        loss = self.company_data["default_account_expense"]
        lines = self.receivable_of(self.old | self.recent)
        entry = self.env["account.move"].create(
            {
                "date": self.today,
                "line_ids": [
                    Command.create({"account_id": lines.account_id.id, "partner_id": self.customer.id, "credit": 1400}),
                    Command.create({"account_id": loss.id, "debit": 1400}),
                ],
            }
        )
        entry.action_post()
        (lines | entry.line_ids.filtered("credit")).reconcile()
        self.receive(400)
        self.assertTrue(self.look().is_alert)

    def test_before_the_judgment_and_in_amicable_proceedings_nothing_is_forbidden(self):
        self.receive(400, day=self.judgment_on - timedelta(days=1))
        self.assertFalse(self.look())
        self.insolvency._annul("Erreur")
        self.open_proceedings("conciliation", user=self.recovery_manager)
        self.receive(400)
        self.assertFalse(self.look())

    def test_an_annulled_judgment_closes_what_it_had_raised(self):
        self.receive(400)
        payment = self.look()
        self.insolvency._annul("Infirmé")
        self.assertEqual((payment.nature, payment.is_alert), ("later", False))
        self.assertIn("annulled", payment.reason)
        self.assertFalse(self.tasks("after the judgment"))

    # ------------------------------------------------------------
    # Undone, given back
    # ------------------------------------------------------------
    def test_unmatched_again_it_is_the_same_alert(self):
        self.pay(self.old, 400, self.today)
        payment = self.look()
        payment.credit_line_id.remove_move_reconcile()
        self.assertEqual(self.look(), payment)
        self.assertRecordValues(payment, [{"is_alert": True, "line_id": False, "move_name": False, "amount": 400}])
        self.match(payment.credit_line_id, self.recent)
        self.assertEqual((self.look(), payment.move_name), (payment, self.recent.name))
        self.assertEqual(len(self.told(payment)), 1)

    def test_two_parts_unmatched_are_one_again(self):
        credit = self.receive(1400)
        self.match(credit, self.recent)
        self.match(credit, self.old)
        rows = self.look()
        self.assertEqual(len(rows), 2)
        credit.remove_move_reconcile()
        self.look()
        self.assertEqual(rows.filtered(lambda row: not row.undone_on).mapped("amount"), [1400])
        self.assertEqual(self.insolvency.payment_alert_count, 1)
        self.match(credit, self.recent)
        self.match(credit, self.old)
        self.assertEqual(self.look(), rows)
        self.assertEqual(sorted(rows.filtered("is_alert").mapped("amount")), [400, 1000])

    def test_a_payment_that_is_undone_closes_its_alert_and_opens_it_again_when_it_comes_back(self):
        credit = self.receive(400)
        payment = self.look()
        credit.move_id.origin_payment_id.action_draft()
        self.assertEqual(self.look(), payment)
        self.assertEqual((payment.is_alert, payment.undone_on), (False, self.today))
        self.assertFalse(self.tasks("after the judgment"))
        credit.move_id.origin_payment_id.action_post()
        self.assertEqual(self.look(), payment)
        self.assertEqual((payment.is_alert, payment.undone_on), (True, False))
        self.assertTrue(self.tasks("after the judgment"))

    def test_a_matched_payment_that_is_deleted_closes_its_alert(self):
        paid = self.pay(self.old, 400, self.today)
        payment = self.look()
        paid.action_draft()
        paid.unlink()
        self.look()
        self.assertEqual((payment.is_alert, payment.undone_on), (False, self.today))

    def test_what_is_paid_back_was_given_back(self):
        credit = self.receive(400)
        payment = self.look()
        journal = self.company_data["default_journal_bank"]
        method_line = journal.outbound_payment_method_line_ids[:1]
        method_line.payment_account_id = journal.inbound_payment_method_line_ids[:1].payment_account_id
        back = self.env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "amount": 400,
                "date": self.today,
                "journal_id": journal.id,
                "payment_method_line_id": method_line.id,
            }
        )
        back.action_post()
        debit = back.move_id.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        (credit | debit).reconcile()
        self.look()
        self.assertEqual((payment.nature, payment.is_alert), ("returned", False))
        self.assertIn(back.move_id.name, payment.reason)

    # ------------------------------------------------------------
    # Payments without an entry, branches, currencies
    # ------------------------------------------------------------
    def test_a_payment_that_waits_for_the_bank_is_the_same_once_the_bank_shows_it(self):
        self.pay(self.old, 400, outstanding=False)
        payment = self.look()
        self.assertRecordValues(payment, [{"is_alert": True, "amount": 400, "move_name": self.old.name}])
        self.assertEqual(self.look(), payment, "once")
        self.pay(self.recent, 100, self.judgment_on - timedelta(days=1), outstanding=False)
        self.assertEqual(self.look(), payment, "that one came before")

    def test_a_payment_without_an_entry_that_is_cancelled_closes_its_alert(self):
        waiting = self.pay(self.old, 1000, outstanding=False)
        payment = self.look()
        waiting.action_draft()
        self.look()
        self.assertEqual((payment.is_alert, payment.undone_on), (False, self.today))

    def test_the_bank_shows_what_waited_for_it(self):
        self.pay(self.old, 1000, outstanding=False)
        payment = self.look()
        credit = self.receive_at_the_bank(1000)
        self.match(credit, self.old)
        self.assertEqual(self.look(), payment, "the same money")
        self.assertEqual((payment.credit_line_id, payment.is_alert), (credit, True))
        self.assertEqual(len(self.told(payment)), 1)

    def test_a_branch_receives_for_the_house(self):
        branch = self.make_branch()
        credit = self.receive(400, company=branch)
        payment = self.look()
        self.assertEqual((payment.credit_line_id, payment.company_id), (credit, self.company))
        move = self.make_invoice(self.customer, amount=400.0, days_overdue=60, company=branch)
        self.match(credit, move)
        self.assertEqual((self.look(), payment.move_name), (payment, move.name))

    def test_another_currency_is_told_in_ours(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", dollar.id)]).unlink()
        self.env["res.currency.rate"].create({"currency_id": dollar.id, "name": "2020-01-01", "rate": 2.0})
        self.receive(800, currency=dollar)
        self.assertRecordValues(self.look(), [{"amount": 400, "is_alert": True}])

    def test_the_row_is_one_in_the_database_too(self):
        self.receive(400)
        payment = self.look()
        values = {"insolvency_id": self.insolvency.id, "received_on": self.today}
        with self.assertRaises(UniqueViolation), self.cr.savepoint(), mute_logger("odoo.sql_db"):
            payment.create({**values, "credit_line_id": payment.credit_line_id.id})
            self.env.flush_all()


@tagged("post_install", "-at_install")
class TestPairing(BaseCase):
    """Money beside the rows that know it: none is lost, none is had twice, each stays with its instalment."""

    def test_a_row_stays_with_its_instalment(self):
        parts = [Part(1, 10.0, "to_check"), Part(2, 20.0, "to_check"), Part(None, 5.0, "to_check")]
        pairs, left = pair_parts(parts, {"open": None, "second": 2})
        self.assertEqual(pairs, [(parts[0], "open"), (parts[1], "second"), (parts[2], None)])
        self.assertFalse(left)

    def test_whatever_is_matched_and_unmatched_rows_are_never_more_than_parts_ever_were(self):
        random = Random(622)
        for _case in range(300):
            rows, most = {}, 0
            for _night in range(8):
                lines = random.sample([1, 2, 3, None], random.randint(0, 4))
                lines.sort(key=lambda line: line is None)
                parts = [Part(line, 1.0, "to_check") for line in lines]
                pairs, left = pair_parts(parts, rows)
                keys = [key for _part, key in pairs if key is not None]
                self.assertEqual(len(keys), len(set(keys)))
                self.assertEqual(set(keys) | set(left), set(rows))
                self.assertFalse(set(keys) & set(left))
                for part, key in pairs:
                    if key is not None:
                        rows[key] = part.line_id
                    else:
                        self.assertFalse(left, "no new row while one is free")
                        rows[len(rows)] = part.line_id
                most = max(most, len(parts))
                self.assertEqual(len(rows), most)

    def test_the_order_of_rows_changes_nothing_for_those_that_have_their_instalment(self):
        parts = [Part(1, 1.0, "to_check"), Part(2, 1.0, "to_check"), Part(3, 1.0, "to_check")]
        for order in permutations([("a", 1), ("b", 2), ("c", 3)]):
            pairs, _left = pair_parts(parts, dict(order))
            self.assertEqual([key for _part, key in pairs], ["a", "b", "c"])
