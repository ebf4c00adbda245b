from datetime import timedelta
from io import BytesIO

from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..english import InEnglish
from ..portfolio import PortfolioCommon

BUCKETS = ("overdue", "not_due", "credit", "draft")


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestExposureReport(InEnglish, PortfolioCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.engine = cls.env["recovery.exposure"]

    def report(self, user=None, **vals):
        report = self.env["recovery.exposure.report"].with_user(user or self.recovery_user)
        return report.create({"company_id": self.company.id, **vals})

    def lines(self, report):
        action = report.action_show()
        return self.env[action["res_model"]].with_user(report.env.user).search(action["domain"])

    def test_a_past_day_equals_a_slow_computation_from_the_reconciliations(self):
        self.make_portfolio(7, with_future=True)
        for ago in (0, 40, 120):
            day = self.today - timedelta(days=ago)
            expected = self.exposure_slowly(day)
            exposures = self.engine._read(self.company, None, day, as_of=day)
            with self.subTest(day=day):
                found = {
                    partner_id: [exposure.not_due, exposure.overdue, exposure.credit]
                    for partner_id, exposure in exposures.items()
                }
                for partner, sums in expected.items():
                    for value, wanted in zip(found.pop(partner.id, [0.0] * 3), sums, strict=True):
                        self.assertAlmostEqual(value, wanted, 2)
                self.assertFalse([sums for sums in found.values() if any(sums)])

    def test_each_part_opens_exactly_the_documents_that_it_adds_up(self):
        customers = self.make_portfolio(8)
        exposures = self.engine._read(self.company, customers, self.today)
        for partner in customers:
            debtor = self.debtor_of(partner).with_user(self.recovery_user)
            for bucket in BUCKETS:
                action = debtor.action_open_recovery_bucket(bucket)
                found = self.env[action["res_model"]].search(action["domain"])
                amount = sum(found.mapped("amount_total_signed" if bucket == "draft" else "amount_residual"))
                with self.subTest(customer=partner.name, bucket=bucket):
                    self.assertAlmostEqual(amount, getattr(exposures[partner.id], bucket), 2)

    def test_parts_open_for_who_follows_debts_only(self):
        debtor = self.debtor_of()
        debtor.with_user(self.recovery_auditor).action_open_recovery_bucket("overdue")
        with self.assertRaises(UserError):
            debtor.action_open_recovery_bucket("orders")
        with self.assertRaises(UserError):
            debtor.action_open_recovery_bucket("nothing")
        user = self.make_user("ines", "account.group_account_invoice")
        with self.assertRaises(AccessError):
            self.debtor_partner.with_user(user).action_open_recovery_bucket("overdue")

    def test_a_group_is_the_parent_and_its_subsidiaries_at_any_depth(self):
        holding = self.make_partner("Holding")
        sister = self.make_partner("Filiale A", parent_id=holding.id)
        small = self.make_partner("Petite-fille", parent_id=sister.id)
        contact = self.env["res.partner"].create({"name": "Compta", "parent_id": small.id})
        alone = self.make_partner("Autre")
        self.assertEqual(contact.commercial_partner_id, small)
        for partner, amount in ((holding, 100), (sister, 20), (contact, 3), (alone, 5000)):
            self.make_invoice(partner, amount=amount, days_overdue=5)
        exposures = self.engine._read_of_groups(self.company, holding | small | alone, self.today)
        self.assertEqual([exposures[p.id].total for p in (holding, small, alone)], [123, 123, 5000])
        debtor = self.debtor_of(small)
        self.debtor_of(holding)
        self.assertEqual((debtor.exposure_group, debtor.exposure_group_count), (123, 3))
        action = debtor.action_view_group()
        self.assertEqual(self.env["recovery.debtor"].search(action["domain"]).partner_id, holding | small)
        lines = self.lines(self.report())
        self.assertEqual(lines.filtered(lambda line: line.partner_id == small).group_id, holding)
        self.assertEqual(sum(lines.filtered(lambda line: line.group_id == holding).mapped("total")), 123)

    def test_the_list_and_its_spreadsheet_hold_everybody_with_totals(self):
        self.company.account_use_credit_limit = True
        customers = self.make_portfolio(9)
        customers[0].credit_limit = 500
        exposures = self.engine._read(self.company, None, self.today)
        report = self.report()
        lines = self.lines(report)
        self.assertAlmostEqual(sum(lines.mapped("total")), sum(e.total for e in exposures.values()), 2)
        line = lines.filtered(lambda line: line.partner_id == customers[0])
        self.assertEqual((line.has_limit, line.limit_amount), (True, 500))
        self.assertEqual(lines.sorted("total", reverse=True).ids, lines.ids)
        sheet = load_workbook(BytesIO(report._get_xlsx())).active
        cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
        self.assertEqual(len([row for row in cells if row[0]]) - 4, len(lines))
        other = self.recovery_manager
        with self.assertRaises(AccessError):
            report.with_user(other).action_show()
        self.assertFalse(self.env["recovery.exposure.line"].with_user(other).search([("id", "in", lines.ids)]))
        self.assertTrue(lines[0].action_open_debtor()["res_id"])

    def test_a_past_list_says_what_it_does_not_know(self):
        self.make_invoice(amount=700, days_overdue=30)
        report = self.report(self.recovery_auditor, day=self.today - timedelta(days=10))
        self.assertTrue(report.is_past)
        self.assertEqual(report.changed_since, 1, "recorded since, with an earlier date")
        self.assertIn("Rebuilt from the entries", report._get_subtitles()[-1])
        self.assertEqual(self.lines(report).mapped("total"), [700])
        with self.assertRaisesRegex(UserError, "future date"):
            self.report(day=self.today + timedelta(days=1)).action_show()

    def test_two_companies_that_share_customers_are_read_apart(self):
        other = self.setup_other_company(name="Other house")["company"]
        customers = self.make_portfolio(10)
        self.make_invoice(customers[0], amount=321, company=other, days_overdue=3)
        expected = self.exposure_slowly(self.today)[customers[0]]
        here = self.engine._read(self.company, customers, self.today)[customers[0].id]
        there = self.engine._read(other, customers, self.today)
        self.assertEqual([here.not_due, here.overdue, here.credit], expected)
        self.assertEqual([e.total for e in there.values() if e.total], [321])
