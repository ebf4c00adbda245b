from datetime import date
from decimal import Decimal
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.debt_recovery.models.claim.figures import ContractTerms, Options

from ..common import RecoveryCommon

D = Decimal


@tagged("post_install", "-at_install")
class TestClaim(RecoveryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Claim = cls.env["recovery.claim"]
        cls.consumer = cls.make_partner("Jeanne Petit", is_company=False)
        cls.town = cls.make_partner("Commune de Vannes")
        cls.debtor_of(cls.town).nature = "public"

    def claim(self, moves, day=None, **options):
        lines = self.receivable_of(moves)
        return self.Claim._compute(self.company, lines, day or self.today, Options(**options))

    def terms(self, **values):
        """Give every debtor a contract with these terms."""
        terms = ContractTerms(**values)
        self.patch(type(self.Claim), "_read_contract_terms", lambda engine, company, partners: lambda *when: terms)

    def assertTotals(self, claim, currency=None, **expected):
        total = next(t for t in claim.get_totals() if t.currency_id == (currency or self.company.currency_id).id)
        found = {key: getattr(total, key) for key in expected}
        self.assertEqual(found, {key: D(value) for key, value in expected.items()})

    # ------------------------------------------------------------
    # Principal, payments, interest
    # ------------------------------------------------------------
    def test_partial_payment_at_its_date_in_both_imputations(self):
        invoice = self.make_invoice(amount=5000, due=date(2025, 12, 15))
        self.pay(invoice, 2000, date(2026, 1, 20))
        day = date(2026, 3, 10)
        claim = self.claim(invoice, day)
        self.assertTotals(claim, principal="5000", settled="2000", principal_left="3000", interest="108.85")
        self.assertTotals(claim, indemnity="40", amount="3148.85")
        claim = self.claim(invoice, day, interest_first=True)
        self.assertTotals(claim, principal_left="3059.92", interest="109.83", interest_left="49.91", amount="3149.83")
        before = self.claim(invoice, date(2026, 1, 10))
        self.assertTotals(before, settled="0", principal_left="5000")
        self.assertEqual([row.kind for row in claim.items[0].settled], ["payment"])

    def test_interest_survives_a_late_payment(self):
        late = self.make_invoice(amount=1200, due=date(2026, 2, 28))
        self.pay(late, date=date(2026, 3, 30))
        in_time = self.make_invoice(amount=900, due=date(2026, 2, 28))
        self.pay(in_time, date=date(2026, 2, 20))
        future = self.make_invoice(amount=700, days_overdue=-10)
        open_one = self.make_invoice(amount=100, days_overdue=5)
        partners = self.debtor_partner
        find = self.Claim._find_lines
        self.assertEqual(find(self.company, self.today, partners), self.receivable_of(open_one))
        lines = find(self.company, self.today, partners, with_settled=True)
        self.assertEqual(lines.move_id, late | open_one)
        self.assertEqual(find(self.company, self.today, partners, late, with_settled=True).move_id, late)
        claim = self.claim(late)
        self.assertTotals(claim, principal_left="0", interest_left="11.98", indemnity="40", amount="51.98")
        self.assertFalse(self.claim(in_time).items[0].is_late)
        self.assertTotals(self.claim(in_time | future), interest="0", indemnity="0")

    def test_credits_reduce_the_price_from_their_date_matched_or_not(self):
        invoice = self.make_invoice(amount=1000, due=date(2026, 6, 30))
        self.make_credit_note(amount=400, date=date(2026, 8, 31), reverses=invoice)
        free = self.make_credit_note(amount=100, date=date(2026, 10, 31))
        claim = self.claim(invoice, interest_first=True)
        item = claim.items[0]
        self.assertEqual([(row.kind, row.on_paper) for row in item.settled], [("credit_note", 0), ("credit_note", 1)])
        self.assertEqual(item.settled[1].name, free.name)
        self.assertEqual([line.base for line in item.account.lines], [1000, 600, 500])
        self.assertTotals(claim, principal_left="500", settled="500")

    def test_money_on_account_and_on_its_way_counts_as_payment(self):
        invoice = self.make_invoice(amount=1000, due=date(2026, 6, 30))
        self.pay(invoice, 300, date(2026, 9, 30), outstanding=False)
        claim = self.claim(invoice, interest_first=True)
        settled = claim.items[0].settled
        self.assertEqual([(row.kind, row.on_paper, row.amount) for row in settled], [("payment", True, 300)])
        self.assertTrue(claim.items[0].account.imputations[0].to_interest)

    def test_a_rate_not_known_yet_is_refused_with_what_to_do(self):
        invoice = self.make_invoice(amount=1000, days_overdue=10)
        with self.assertRaisesRegex(UserError, "ECB main refinancing rate.*Configuration / Recovery / Rates"):
            self.claim(invoice, date(2027, 1, 31))

    # ------------------------------------------------------------
    # Who owes what beside
    # ------------------------------------------------------------
    def test_one_indemnity_per_invoice_not_per_instalment(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Two halves",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days}) for days in (0, 30)
                ],
            }
        )
        invoice = self.make_invoice(amount=1000, date=date(2026, 8, 1), term=term)
        claim = self.claim(invoice)
        self.assertEqual([item.indemnity for item in claim.items], [40, 0])
        only_second = self.Claim._compute(self.company, self.receivable_of(invoice)[1], self.today)
        self.assertEqual([item.indemnity for item in only_second.items], [40])

    def test_a_consumer_owes_legal_interest_from_the_receipt_and_nothing_else(self):
        invoice = self.make_invoice(self.consumer, amount=850, due=date(2026, 7, 1))
        claim = self.claim(invoice)
        self.assertTotals(claim, interest="0", indemnity="0", amount="850")
        self.assertEqual(claim.items[0].flags, {"no_receipt"})
        claim = self.claim(invoice, received_on=date(2026, 9, 10))
        self.assertTotals(claim, interest="4.61", indemnity="0", amount="854.61")
        with self.assertRaisesRegex(UserError, "L111-8"):
            self.make_cost(self.consumer, 30)

    def test_a_public_body_owes_a_frozen_rate_and_the_indemnity(self):
        invoice = self.make_invoice(self.town, amount=30000, due=date(2026, 4, 9))
        self.pay(invoice, date=date(2026, 7, 20))
        claim = self.claim(invoice)
        self.assertTotals(claim, interest="850.93", indemnity="40")
        self.assertEqual([line.rate for line in claim.items[0].account.lines], [D("10.15")])

    def test_contract_below_the_floor_and_its_clauses(self):
        self.debtor_of()
        invoice = self.make_invoice(amount=2400, due=date(2026, 7, 31))
        day = date(2026, 10, 15)
        self.terms(interest_rate=D(5), clause_percent=D(15), clause_fixed=D(75), reference="CGV art. 9")
        claim = self.claim(invoice, day)
        self.assertTotals(claim, interest="41.23", clause="0")
        self.assertEqual(claim.items[0].flags, {"below_floor"})
        self.assertTotals(self.claim(invoice, day, apply_floor=False), interest="24.99")
        claim = self.claim(invoice, day, received_on=date(2026, 9, 1))
        self.assertTotals(claim, clause="435", amount="2916.23")
        self.assertEqual(claim.clause_reference, "CGV art. 9")

    def test_an_insolvency_stops_the_interest_and_the_later_indemnities(self):
        judgment = date(2026, 9, 1)
        partner = self.debtor_partner
        self.patch(type(self.Claim), "_get_insolvencies", lambda engine, company, partners, day: {partner.id: judgment})
        before = self.make_invoice(amount=1000, due=date(2026, 6, 30))
        after = self.make_invoice(amount=1000, due=date(2026, 9, 15))
        claim = self.claim(before | after)
        self.assertEqual(claim.items[0].account.lines[-1].end, date(2026, 8, 31))
        self.assertEqual([(len(item.account.lines), item.indemnity) for item in claim.items], [(1, 40), (0, 0)])

    def make_cost(self, partner, amount, move=None):
        return self.env["recovery.claim.cost"].create(
            {
                "debtor_id": self.debtor_of(partner).id,
                "move_id": move and move.id,
                "date": self.today,
                "name": "Courrier d'avocat",
                "amount": amount,
                "document": "cHJldXZl",
                "document_name": "facture.pdf",
            }
        )

    def test_costs_on_proof_count_beyond_the_indemnities(self):
        invoice = self.make_invoice(amount=1000, days_overdue=40)
        other = self.make_invoice(amount=500, days_overdue=40)
        self.make_cost(self.debtor_partner, 30, invoice)
        self.assertTotals(self.claim(invoice), costs="0", indemnity="40")
        self.make_cost(self.debtor_partner, 100)
        self.make_cost(self.debtor_partner, 500, other)
        self.assertTotals(self.claim(invoice), costs="90")
        self.assertTotals(self.claim(invoice | other), costs="550", indemnity="80")

    def test_each_currency_apart_and_the_indemnity_in_euros(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": dollar.id, "name": "2026-01-01", "rate": 1.25, "company_id": self.company.id}
        )
        invoice = self.make_invoice(amount=10000, due=date(2026, 6, 20), currency=dollar)
        self.make_credit_note(amount=300)
        claim = self.claim(invoice, date(2026, 7, 10))
        self.assertTotals(claim, dollar, principal_left="10000", interest="67.26", indemnity="0", amount="10067.26")
        self.assertTotals(claim, amount="40", indemnity="40")

    # ------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------
    def test_queries_do_not_grow_with_the_invoices(self):
        def measure(moves):
            lines = self.receivable_of(moves)
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            self.Claim._compute(self.company, lines.browse(lines.ids), self.today)
            return self.cr.sql_log_count - start

        moves = self.env["account.move"]
        for number in range(40):
            moves |= self.make_invoice(amount=100 + number, days_overdue=30 + number)
        self.pay(moves[0], 50)
        self.debtor_of()
        few = measure(moves[:3])
        self.assertLessEqual(measure(moves), few)
        self.assertLessEqual(few, 36)

    def test_archived_customers_and_branches_belong_to_the_claim(self):
        branch = self.env["res.company"].create({"name": "Agence de Lyon", "parent_id": self.company.id})
        self.env.user.company_ids |= branch
        self.cr.precommit.run()
        invoice = self.make_invoice(amount=1000, days_overdue=30)
        other = self.make_invoice(amount=500, days_overdue=30, company=branch)
        self.debtor_partner.active = False
        lines = self.Claim._find_lines(self.company, self.today, self.debtor_partner)
        self.assertEqual(lines.move_id, invoice | other)
        self.assertTotals(self.Claim._compute(branch, lines, self.today), principal_left="1500", indemnity="80")

    def test_documents_that_charge_interest_bear_none(self):
        invoice = self.make_invoice(amount=51.98, days_overdue=30)
        exempt = set(self.receivable_of(invoice).ids)
        with patch.object(type(self.Claim), "_get_exempt_lines", lambda engine, lines: exempt):
            self.assertTotals(self.claim(invoice), principal_left="51.98", interest="0", indemnity="0")
