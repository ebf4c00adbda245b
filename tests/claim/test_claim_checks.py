import re
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

from pypdf import PdfReader

from odoo.tests import tagged

from odoo.addons.debt_recovery.models.claim.figures import Options

from ..common import RecoveryCommon

D = Decimal


@tagged("post_install", "-at_install")
class TestClaimChecks(RecoveryCommon):
    """What an accountant or a judge would find wrong in a statement of the claim."""

    prints_documents = True

    def claim(self, moves, day=None, **options):
        return self.env["recovery.claim"]._compute(
            self.company, self.receivable_of(moves), day or self.today, Options(**options)
        )

    def issue(self, moves, **options):
        Statement = self.env["recovery.claim.statement"]
        debtor = self.debtor_of(moves.partner_id)
        return Statement._issue(
            debtor, self.receivable_of(moves), self.today, Options(**{"interest_first": True, **options})
        )

    def text(self, statement):
        reader = PdfReader(BytesIO(statement.sudo().attachment_id.raw))
        return re.sub(r"[\s\u00a0\u202f]+", " ", " ".join(page.extract_text() for page in reader.pages))

    def make_terms(self, partner, **vals):
        return self.env["recovery.contract.terms"].create(
            {
                "company_id": self.company.id,
                "debtor_id": self.debtor_of(partner).id,
                "valid_from": date(2024, 1, 1),
                "penalty_kind": "contract",
                **vals,
            }
        )

    # ------------------------------------------------------------
    # An invoice taken back was never owed late
    # ------------------------------------------------------------
    def test_a_cancelled_invoice_bears_no_indemnity(self):
        find = self.env["recovery.claim"]._find_lines
        cancelled = self.make_invoice(amount=1000, days_overdue=60)
        self.make_credit_note(amount=1000, reverses=cancelled)
        rest_paid_in_time = self.make_invoice(amount=1000, days_overdue=40)
        self.pay(rest_paid_in_time, 600, date(2026, 10, 1))
        self.make_credit_note(amount=400, reverses=rest_paid_in_time)
        rest_paid_late = self.make_invoice(amount=1000, days_overdue=40)
        self.make_credit_note(amount=400, reverses=rest_paid_late)
        self.pay(rest_paid_late, 600)
        lines = find(self.company, self.today, self.debtor_partner, with_settled=True)
        self.assertEqual(lines.move_id, rest_paid_late)
        self.assertEqual(
            [item.indemnity for item in self.claim(cancelled | rest_paid_in_time | rest_paid_late).items], [0, 0, 40]
        )

    # ------------------------------------------------------------
    # As of a day
    # ------------------------------------------------------------
    def test_an_invoice_keeps_the_terms_under_which_it_was_issued(self):
        old = self.make_invoice(amount=1000, due=date(2026, 6, 30), date=date(2026, 5, 31))
        new = self.make_invoice(amount=1000, due=date(2026, 8, 31), date=date(2026, 8, 1))
        self.make_terms(self.debtor_partner, penalty_rate=12, valid_to=date(2026, 6, 30))
        self.make_terms(self.debtor_partner, penalty_rate=15, valid_from=date(2026, 7, 1), has_capitalisation=True)
        items = self.claim(old | new).items
        self.assertEqual([{line.rate for line in item.account.lines} for item in items], [{D(12)}, {D(15)}])
        self.assertEqual([item.contract_rate for item in items], [D(12), D(15)])

    def test_the_companys_terms_bind_a_customer_who_has_no_debtor_yet(self):
        self.env["recovery.contract.terms"].create(
            {
                "company_id": self.company.id,
                "valid_from": date(2024, 1, 1),
                "penalty_kind": "contract",
                "penalty_rate": 12,
            }
        )
        stranger = self.make_partner("Nouveau client")
        [item] = self.claim(self.make_invoice(stranger, amount=1000, days_overdue=40)).items
        self.assertFalse(self.env["recovery.debtor"].search([("partner_id", "=", stranger.id)]))
        self.assertEqual({line.rate for line in item.account.lines}, {D(12)})

    def test_general_terms_bind_a_consumer_only_if_made_for_consumers(self):
        terms = self.env["recovery.contract.terms"].create(
            {
                "company_id": self.company.id,
                "valid_from": date(2024, 1, 1),
                "penalty_kind": "contract",
                "penalty_rate": 12,
                "clause_kind": "percent",
                "clause_percent": 10,
            }
        )
        consumer = self.make_partner("Jeanne Petit", is_company=False)
        invoices = self.make_invoice(consumer, amount=1000, days_overdue=40) | self.make_invoice(days_overdue=40)

        def get_regimes(**options):
            return [item.regime for item in self.claim(invoices, **options).items]

        def get_clauses():
            return [item.clause for item in self.claim(invoices, received_on=self.today - timedelta(days=9)).items]

        self.assertEqual((get_regimes(), get_clauses()), (["consumer", "contract"], [0, 100]))
        terms.for_consumers = True
        self.assertEqual((get_regimes(), get_clauses()), (["contract", "contract"], [100, 100]))
        terms.for_consumers = False
        self.make_terms(consumer, penalty_rate=8)
        self.assertEqual((get_regimes(), get_clauses()), (["contract", "contract"], [0, 100]))

    def test_a_clause_is_not_owed_on_a_day_before_the_receipt(self):
        self.make_terms(self.debtor_partner, penalty_rate=12, clause_kind="percent", clause_percent=10)
        invoice = self.make_invoice(amount=1000, due=date(2026, 7, 31))
        lines = self.receivable_of(invoice)
        receipts = {lines.id: date(2026, 9, 10)}
        self.patch(type(self.env["recovery.claim"]), "_get_receipts", lambda engine, lines: receipts)
        before, after = (self.claim(invoice, date(2026, 9, number)) for number in (9, 10))
        self.assertEqual([claim.items[0].clause for claim in (before, after)], [0, 100])
        options = {"received_on": date(2026, 9, 10)}
        receipts.clear()
        before, after = (self.claim(invoice, date(2026, 9, number), **options) for number in (9, 10))
        self.assertEqual([claim.items[0].clause for claim in (before, after)], [0, 100])

    def test_an_invoice_booked_after_the_day_is_not_claimed_on_it(self):
        late = self.make_invoice(amount=1000, due=date(2026, 4, 30), date=date(2026, 7, 2))
        self.pay(late, 400, date(2026, 7, 16))
        find = self.env["recovery.claim"]._find_lines
        days = (date(2026, 7, 1), date(2026, 7, 20))
        found = [find(self.company, day, self.debtor_partner, with_settled=True) for day in days]
        self.assertEqual([lines.move_id for lines in found], [late.browse(), late])

    # ------------------------------------------------------------
    # After a judgment
    # ------------------------------------------------------------
    def test_after_a_judgment_the_legal_rate_and_its_increase(self):
        consumer = self.make_partner("Jeanne Petit", is_company=False)
        invoice = self.make_invoice(consumer, amount=8000, due=date(2026, 1, 15))
        claim = self.claim(invoice, judgment_on=date(2026, 3, 15))
        self.assertEqual([line.amount for line in claim.items[0].account.lines], [D("35.03"), D("76.83"), D("244.60")])
        self.assertEqual((claim.items[0].account.interest, claim.items[0].flags), (D("356.46"), set()))

    def test_penalties_until_the_judgment(self):
        invoice = self.make_invoice(amount=8000, due=date(2026, 1, 15))
        later = self.make_invoice(amount=500, due=date(2026, 6, 30))
        claim = self.claim(invoice | later, judgment_on=date(2026, 3, 15))
        lines = claim.items[0].account.lines
        self.assertEqual([line.source.code for line in lines], ["default", "judgment", "judgment", "judgment"])
        self.assertEqual(
            (lines[0].start, lines[0].end, lines[0].amount), (date(2026, 1, 16), date(2026, 3, 15), D("157.12"))
        )
        self.assertEqual(sum(line.amount for line in lines[1:]), D("356.46"))
        self.assertEqual([line.source.code for line in claim.items[1].account.lines], ["default"])
        statement = self.issue(invoice, judgment_on=date(2026, 3, 15))
        self.assertEqual(statement.judgment_on, date(2026, 3, 15))
        self.assertIn("15/03/2026", self.text(statement))

    # ------------------------------------------------------------
    # What the document says
    # ------------------------------------------------------------
    def test_capitalised_interest_is_told_line_by_line(self):
        english = self.make_partner("Acme Ltd", lang="en_US")
        self.make_terms(english, penalty_rate=12, has_capitalisation=True)
        invoice = self.make_invoice(english, amount=20000, due=date(2024, 12, 31), date=date(2024, 12, 1))
        statement = self.issue(invoice)
        lines = statement.line_ids.filtered(lambda line: line.kind == "interest")
        told = lines.filtered(lambda line: "capitalised" in line.name)
        self.assertEqual(told.mapped("base"), [22400.0] * len(told))
        self.assertEqual(set((lines - told).mapped("base")), {20000.0})
        text = self.text(statement)
        self.assertIn("base with 2,400.00 of capitalised interest", text)
        self.assertIn("C. civ. 1343-2", text)

    def test_floor_and_insolvency_are_told_with_their_figures(self):
        english = self.make_partner("Acme Ltd", lang="en_US")
        self.make_terms(english, penalty_rate=5)
        self.debtor_of(english).insolvency_on = date(2026, 9, 1)
        invoice = self.make_invoice(english, amount=2400, due=date(2026, 7, 31))
        text = self.text(self.issue(invoice))
        self.assertIn("the contract rate of 5.00% is below the legal minimum", text)
        self.assertIn("Insolvency proceedings were opened on Sep 1, 2026", text)
        self.assertIn("Interest up to Aug 31, 2026 included", text)
        self.assertNotIn("FR76", text)  # what arose before is declared, not paid
