from datetime import timedelta
from io import BytesIO

from lxml import etree
from openpyxl import load_workbook

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import CostCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestProviders(CostCommon):
    """What came of the cases that each provider had: how many, how long, at what cost, what came in."""

    def make_case(self, provider, amount, paid=0.0, cost=0.0, closed_after=None):
        """Return a case of a provider on an invoice of its own."""
        partner = self.make_partner(f"Client {amount}")
        move = self.make_invoice(partner, amount=amount, days_overdue=60)
        case = self.Case._open_for(self.debtor_of(partner), self.receivable_of(move), self.today)
        case.lawyer_id = provider
        if cost:
            self.add_cost(case, cost, state="paid", partner_id=provider.id)
            self.add_cost(case, 999, state="planned", partner_id=provider.id)
        if paid:
            self.pay(move, paid)
        if closed_after is not None:
            case.sudo()._close("abandoned", "Fin", "commercial")
            case.sudo().closed_on = self.today + timedelta(days=closed_after)
        return case

    def open_report(self, user=None, **vals):
        Report = self.env["recovery.provider.report"].with_user(user or self.recovery_user)
        return Report.create({"company_id": self.company.id, **vals})

    def rows(self, **vals):
        return {row[0]: row[2] for row in self.open_report(**vals)._get_rows()}

    def test_cases_duration_cost_and_money_are_summed_up_per_provider(self):
        agency = self.make_partner("Recouvra", recovery_party_kind="agency")
        self.make_case(self.lawyer, 1000, paid=600, cost=100, closed_after=30)
        self.make_case(self.lawyer, 3000, closed_after=90)
        self.make_case(self.lawyer, 500)
        self.make_case(agency, 800, paid=200)
        found = self.rows()
        mine = found[self.lawyer]
        self.assertEqual((mine.case_count, mine.open_count, mine.days), (3, 1, 60))
        self.assertEqual((mine.amount_opening, mine.amount_received, mine.cost), (4500, 600, 100))
        self.assertAlmostEqual(mine.share, 13.33, 2)
        self.assertEqual(mine.net, 500)
        self.assertEqual((found[agency].case_count, found[agency].days, found[agency].cost), (1, None, 0))
        self.assertEqual([*self.rows(role="agency")], [agency])

    def test_only_cases_opened_in_the_period_count(self):
        case = self.make_case(self.lawyer, 1000)
        case.sudo().opened_on = self.today - timedelta(days=400)
        self.assertIn(self.lawyer, self.rows())
        self.assertNotIn(self.lawyer, self.rows(date_from=self.today - timedelta(days=30)))
        with self.assertRaises(UserError):
            self.rows(date_from=self.today, date_to=self.today - timedelta(days=1))

    def test_the_list_leads_to_the_cases(self):
        case = self.make_case(self.lawyer, 1000)
        report = self.open_report()
        action = report.action_show()
        line = self.env[action["res_model"]].with_user(self.recovery_user).search(action["domain"])
        self.assertEqual((line.partner_id, line.case_count), (self.lawyer, 1))
        self.assertEqual(self.env["recovery.case"].search(line.action_open_cases()["domain"]), case)
        self.assertTrue(report._get_xlsx())

    def test_the_spreadsheet_has_the_rows_and_the_totals_of_the_screen(self):
        case = self.make_case(self.lawyer, 1000, paid=250, cost=100)
        bailiff = self.make_partner("Étude Vasseur", recovery_party_kind="bailiff")
        case.party_ids = [Command.create({"partner_id": bailiff.id, "role": "bailiff"})]
        self.add_cost(case, 40, state="paid", partner_id=bailiff.id)
        self.make_case(self.lawyer, 500)
        report = self.open_report()
        action = report.action_show()
        arch = etree.fromstring(self.env.ref("debt_recovery.recovery_provider_line_view_list").arch)
        names = [field.get("name") for field in arch.iter("field") if not field.get("column_invisible")]
        summed = [field.get("name") for field in arch.iter("field") if field.get("sum")]
        lines = self.env[action["res_model"]].with_user(self.recovery_user).search(action["domain"])
        self.assertEqual(len(lines), 2)
        shown = [
            [round(line[name], 2) for name in names if name not in ("partner_id", "role", "days")] for line in lines
        ]
        sheet = load_workbook(BytesIO(report._get_xlsx())).active
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        head = next(number for number, row in enumerate(rows) if row[0] == "Provider")
        self.assertEqual(len(rows[head]), len(names))
        written = [[*row[2:4], *row[5:]] for row in rows[head + 1 : head + 1 + len(lines)]]
        self.assertEqual(written, shown)
        self.assertEqual(
            [line.partner_id.display_name for line in lines], [row[0] for row in rows[head + 1 : head + 1 + len(lines)]]
        )
        # the money of the case in which two act is told of each, and summed up for nobody
        totals = rows[head + 1 + len(lines)]
        self.assertEqual([name for name, total in zip(names, totals, strict=True) if total], summed)
        self.assertEqual(summed, ["cost"])

    def test_a_provider_in_two_roles_has_each_euro_once(self):
        case = self.make_case(self.lawyer, 1000, paid=250, cost=100)
        case.party_ids = [
            Command.create({"partner_id": self.lawyer.id, "role": role}) for role in ("bailiff", "foreign_agency")
        ]
        self.add_cost(case, 40, state="paid", partner_id=self.lawyer.id, kind="bailiff")
        self.add_cost(case, 60, state="engaged", partner_id=self.lawyer.id, kind="agency")
        self.add_cost(case, 25, state="paid", partner_id=self.lawyer.id, kind="other")
        other = self.make_case(self.lawyer, 500, cost=7)
        costs = (case | other).cost_ids.filtered(lambda cost: cost.state in ("engaged", "paid"))
        by_role = {row[1]: row[2].cost for row in self.open_report()._get_rows()}
        self.assertEqual(sum(by_role.values()), sum(costs.mapped("amount")), "no euro twice, none lost")
        self.assertEqual((by_role["bailiff"], by_role["foreign_agency"], by_role["lawyer"]), (140, 60, 32))
        for role, cost in by_role.items():
            with self.subTest(role=role):
                ((_partner, _role, result),) = self.open_report(role=role)._get_rows()
                self.assertEqual(result.cost, cost, "alone, it shows what it shows among the others")
        report = self.open_report()
        action = report.action_show()
        lines = self.env[action["res_model"]].with_user(self.recovery_user).search(action["domain"])
        self.assertEqual(sum(lines.mapped("cost")), sum(costs.mapped("amount")))
        sheet = load_workbook(BytesIO(report._get_xlsx())).active
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        head = next(number for number, row in enumerate(rows) if row[0] == "Provider")
        column = rows[head].index("Paid to the provider")
        written = [row[column] for row in rows[head + 1 : head + 1 + len(lines)]]
        self.assertEqual(sum(written), sum(costs.mapped("amount")))

    def test_the_queries_do_not_grow_with_the_cases(self):
        for amount in (100, 200):
            self.make_case(self.lawyer, amount, cost=10)

        def count():
            report = self.open_report()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            report._get_rows()
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        for amount in range(300, 900, 100):
            self.make_case(self.lawyer, amount, cost=10)
        self.assertLessEqual(count(), few)

    def test_an_auditor_reads_it_and_an_employee_does_not(self):
        self.make_case(self.lawyer, 1000)
        self.assertTrue(self.open_report(self.recovery_auditor)._get_rows())
        with self.assertRaises(AccessError):
            self.open_report(self.make_user("emile", "base.group_user"))
