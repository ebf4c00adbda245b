from datetime import date, timedelta

from odoo.tests import tagged

from .test_charge import ChargeCommon


@tagged("post_install", "-at_install")
class TestChargeMarks(ChargeCommon):
    """A document of late fees is claimed as the rest, and counts nowhere else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.account_use_credit_limit = True
        cls.debtor_partner.credit_limit = 2000
        cls.invoice = cls.make_invoice(amount=1900, due=date(2026, 9, 30))

    def make_document(self, day=None, post=True):
        charge = self.charge(self.invoice, day or date(2026, 10, 31))
        if post:
            charge.move_id.action_post()
        return charge.move_id

    def exposure(self):
        return self.env["recovery.exposure"]._read(self.company, self.debtor_partner, self.today)[
            self.debtor_partner.id
        ]

    def test_it_bears_neither_interest_nor_indemnity(self):
        document = self.make_document()
        claim = self.claim(document)
        self.assertEqual([(i.regime, i.interest_left, i.indemnity) for i in claim.items], [("exempt", 0, 0)])
        self.assertEqual(claim.get_totals()[0].amount, claim.get_totals()[0].principal_left)
        lines = self.env["recovery.claim"]._find_lines(self.company, self.today, self.debtor_partner)
        self.assertEqual(lines.move_id, self.invoice | document)
        later = self.charge(self.invoice | document)
        self.assertEqual(later.fee_ids.move_id, self.invoice)

    def test_it_announces_no_penalty_of_its_own(self):
        self.company.sudo().write({"recovery_mentions": True, "recovery_mentions_from": self.today})
        draft = self.charge(self.invoice).move_id
        self.assertFalse(draft.sudo().recovery_mentions)
        draft.action_post()
        self.assertFalse(draft.sudo().recovery_mentions)
        sale = self.make_invoice(amount=100, date=self.today)
        self.assertIn("L441-10", sale.sudo().recovery_mentions)

    def test_it_is_dunned_as_the_rest(self):
        document = self.make_document()
        self.assertIn(self.receivable_of(document).id, self.verdicts())

    def test_it_is_outside_the_use_of_the_limit(self):
        before = self.exposure()
        document = self.make_document(post=False)
        self.assertEqual((self.exposure().total, self.exposure().draft), (before.total, 0))
        document.action_post()
        after = self.exposure()
        self.assertEqual((after.total, after.usage, after.oldest_due), (before.total, before.usage, before.oldest_due))
        self.assertEqual((after.overdue, after.penalty), (1900, document.amount_total))
        gauge = self.env["recovery.exposure"]._prepare_gauge(after, self.company.currency_id)
        self.assertEqual([s["share"] for s in gauge["segments"] if s["key"] == "penalty"], [0.0])
        action = self.env["recovery.exposure"]._open_bucket(self.company, self.debtor_partner, "penalty")
        self.assertEqual(self.env["account.move.line"].search(action["domain"]).move_id, document)
        action = self.env["recovery.exposure"]._open_bucket(self.company, self.debtor_partner, "overdue")
        self.assertEqual(self.env["account.move.line"].search(action["domain"]).move_id, self.invoice)

    def test_the_credit_control_does_not_count_it(self):
        self.make_document()
        small = self.make_invoice(amount=90, due=self.today + timedelta(days=30), post=False)
        self.assertFalse(small.partner_credit_warning)
        document = self.make_document(self.today, post=False)
        self.assertFalse(document.partner_credit_warning)
        self.assertFalse(document._recovery_gives_credit())

    def test_its_payment_says_nothing_of_how_the_customer_pays(self):
        document = self.make_document()
        self.pay(document, date=self.today)
        ledger = self.env["recovery.ledger.history"]
        self.assertFalse(ledger._read_payment_delays(self.company, self.today, self.debtor_partner))
        self.assertFalse(ledger._read_payment_history(self.company, self.debtor_partner, self.today))
        sales = ledger._read_sales_history(self.company, self.today, self.debtor_partner)
        self.assertEqual(sales[self.debtor_partner.id].billed_12, 1900)

    def test_the_document_of_a_plan_s_interest_bears_the_mark(self):
        document = self.make_invoice(amount=100, due=self.today)
        dates = [("part", self.today + timedelta(days=30), 1900.0)]
        plan = self.env["recovery.payment.plan"]._make(
            self.debtor_of(),
            self.today,
            lambda total, currency: dates,
            lines=self.receivable_of(self.invoice),
            interest=(self.today + timedelta(days=60), 100.0),
        )
        row = plan.line_date_ids.filtered(lambda row: row.kind == "interest")
        row.with_user(self.recovery_user).move_id = document
        self.assertTrue(document.recovery_is_penalty)
        row.with_user(self.recovery_user).move_id = False
        self.assertFalse(document.recovery_is_penalty)
