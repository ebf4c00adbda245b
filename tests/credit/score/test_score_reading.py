from collections import defaultdict
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.tests import tagged

from ...portfolio import PortfolioCommon


@tagged("post_install", "-at_install")
class TestScoreReading(PortfolioCommon):
    """What the ledger says of the past equals a slow reading, line by line."""

    def payments_slowly(self, company):
        """Return the receipts as ``{partner: [(day, amount, days late)]}``, from the records."""
        receipts = defaultdict(list)
        lines = self.env["account.move.line"].search(
            [
                ("account_id.account_type", "=", "asset_receivable"),
                ("company_id", "child_of", company.id),
                ("parent_state", "=", "posted"),
                ("move_id.origin_payment_id", "=", False),
                ("move_id.statement_line_id", "=", False),
            ]
        )
        for line in lines:
            for part in line.matched_credit_ids:
                other = part.credit_move_id.move_id
                if not (other.origin_payment_id or other.statement_line_id) or part.amount <= 0:
                    continue
                late = max((part.max_date - (line.date_maturity or line.date)).days, 0)
                receipts[line.partner_id.commercial_partner_id.id].append((part.max_date, part.amount, late))
        return receipts

    def check_histories(self, company, day, partners=None):
        months = {n: day - relativedelta(months=n) for n in (3, 12, 24)}
        found = self.env["recovery.ledger.history"]._read_payment_delays(company, day, partners)
        expected = {}
        for partner_id, rows in self.payments_slowly(company).items():
            rows = [row for row in rows if months[24] < row[0] <= day]
            if rows and (partners is None or partner_id in partners.ids):
                expected[partner_id] = rows
        self.assertEqual(set(found), set(expected))
        for partner_id, rows in expected.items():
            year = [row for row in rows if row[0] > months[12]]
            recent = [row for row in rows if row[0] > months[3]]
            past = [row for row in rows if row[0] <= months[3]]
            for name, value in {
                "amount_12": sum(r[1] for r in year),
                "weighted_12": sum(r[1] * r[2] for r in year),
                "late_12": sum(r[1] for r in year if r[2]),
                "count_12": len(year),
                "amount_24": sum(r[1] for r in rows),
                "weighted_24": sum(r[1] * r[2] for r in rows),
                "count_24": len(rows),
                "recent_amount": sum(r[1] for r in recent),
                "recent_weighted": sum(r[1] * r[2] for r in recent),
                "recent_count": len(recent),
                "past_amount": sum(r[1] for r in past),
                "past_weighted": sum(r[1] * r[2] for r in past),
                "past_squares": sum(r[1] * r[2] ** 2 for r in past),
                "past_count": len(past),
            }.items():
                with self.subTest(partner=partner_id, figure=name):
                    self.assertAlmostEqual(getattr(found[partner_id], name), value, 2)

    def test_payment_histories_equal_a_slow_reading(self):
        partners = self.make_portfolio(11, invoices=26, with_future=True)
        for day in (self.today, self.today - timedelta(days=70), self.today + timedelta(days=40)):
            self.check_histories(self.company, day)
        self.check_histories(self.company, self.today, partners[:2])

    def test_sales_and_oldest_debts_equal_a_slow_reading(self):
        self.make_portfolio(5, invoices=20)
        since = self.today - relativedelta(months=12)
        found = self.env["recovery.ledger.history"]._read_sales_history(self.company, self.today)
        moves = self.env["account.move"].search(
            [
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("state", "=", "posted"),
                ("company_id", "=", self.company.id),
                ("date", "<=", self.today),
            ]
        )
        for partner, own in moves.grouped("commercial_partner_id").items():
            row = found[partner.id]
            billed = sum(own.filtered(lambda m: m.date > since).mapped("amount_untaxed_signed"))
            dates = own.filtered(lambda m: m.move_type == "out_invoice").mapped("invoice_date")
            self.assertAlmostEqual(row.billed_12, billed, 2)
            self.assertEqual(row.first_invoice, min(dates, default=None))
        oldest = defaultdict(list)
        for line, residual in self.open_lines_slowly(self.today + timedelta(days=9999)):
            if residual > 0:
                oldest[line.partner_id.commercial_partner_id.id].append(line.date_maturity)
        expected = {
            partner_id: min((due for due in dues if due < self.today), default=None)
            for partner_id, dues in oldest.items()
        }
        self.assertEqual(self.env["recovery.ledger.history"]._read_oldest_due(self.company, self.today), expected)

    def test_only_money_counts(self):
        partner = self.make_partner("Avoirs et compensations")
        invoice = self.make_invoice(partner, 500, days_overdue=50)
        self.make_credit_note(partner, 500, date=self.today, reverses=invoice)
        self.assertEqual(invoice.payment_state, "reversed")
        self.assertNotIn(partner.id, self.env["recovery.ledger.history"]._read_payment_delays(self.company, self.today))

    def test_an_early_payment_does_not_make_up_for_a_late_one(self):
        partner = self.make_partner("Tôt et tard")
        self.pay(self.make_invoice(partner, 100, days_overdue=30), date=self.today - timedelta(days=10))
        self.pay(self.make_invoice(partner, 300, days_overdue=10), date=self.today - timedelta(days=25))
        row = self.env["recovery.ledger.history"]._read_payment_delays(self.company, self.today, partner)[partner.id]
        self.assertEqual((row.amount_12, row.weighted_12, row.late_12, row.count_12), (400, 2000, 100, 2))

    def test_companies_are_apart_and_branches_together(self):
        partner = self.make_partner("Partagé")
        other = self.setup_other_company(name="Société Deux")["company"]
        branch = self.env["res.company"].create({"name": "Agence Lyon", "parent_id": self.company.id})
        self.env.user.company_ids = [Command.link(other.id), Command.link(branch.id)]
        self.make_invoice(partner, 100, days_overdue=10)
        self.make_invoice(partner, 999, days_overdue=300, company=other)
        ledger = self.env["recovery.ledger.history"]
        self.assertEqual(
            ledger._read_oldest_due(self.company, self.today, partner)[partner.id], self.today - timedelta(days=10)
        )
        self.assertEqual(
            ledger._read_oldest_due(other, self.today, partner)[partner.id], self.today - timedelta(days=300)
        )
        self.assertEqual(ledger._read_sales_history(branch, self.today, partner)[partner.id].billed_12, 100)
        self.assertEqual(ledger._read_payment_delays(self.company, self.today, partner.browse()), {})

    def test_archived_and_merged_customers_keep_their_past(self):
        kept, lost = self.make_partner("Gardé"), self.make_partner("Absorbé")
        for partner in (kept, lost):
            self.pay(self.make_invoice(partner, 100, days_overdue=20), date=self.today)
            self.debtor_of(partner)
        self.env["recovery.scoring"]._compute(self.company, self.today, kept | lost)
        self.env["base.partner.merge.automatic.wizard"]._merge((kept | lost).ids, kept)
        kept.action_archive()
        row = self.env["recovery.ledger.history"]._read_payment_delays(self.company, self.today, kept)[kept.id]
        self.assertEqual((row.amount_12, row.count_12), (200, 2))
        self.assertEqual(self.env["recovery.score"].search_count([("debtor_id.partner_id", "=", kept.id)]), 1)
        self.env["recovery.scoring"]._compute(self.company, self.today, kept)
        self.assertEqual(self.debtor_of(kept).score_date, self.today)
