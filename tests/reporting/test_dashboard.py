from datetime import timedelta

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools.safe_eval import safe_eval

from ...models.reporting.recovery_dashboard import PANELS
from ..common import RecoveryCommon
from ..english import InEnglish

#: What a list adds up, by the action that a figure opens.
SUMS = {
    "account_move_line_action_recovery_open_items": "amount_residual",
    "account_move_line_action_recovery_received": "credit",
    "recovery_debtor_action_dashboard": "amount_overdue",
    "recovery_debtor_action_risk": "exposure_amount",
    "recovery_dispute_action": "amount_company",
    "recovery_promise_action": "amount",
}


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestDashboard(InEnglish, RecoveryCommon):
    """Each figure opens the list that it is the sum of, for whoever looks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine = cls.make_partner("Garage Lenoir")
        for days, amount in (
            (-10, 100.0),
            (0, 50.0),
            (1, 200.0),
            (45, 400.0),
            (75, 800.0),
            (100, 1600.0),
            (300, 3200.0),
        ):
            cls.make_invoice(amount=amount, days_overdue=days)
            cls.make_invoice(cls.mine, amount + 1, days_overdue=days)
        paid = cls.make_invoice(cls.mine, 500.0, days_overdue=40)
        cls.pay(paid, date=cls.today - timedelta(days=20))
        cls.make_credit_note(amount=30.0, date=cls.today - timedelta(days=3))
        cls.debtor_of(cls.mine).collector_id = cls.recovery_user
        cls.make_dispute()
        cls.env["recovery.worklist"]._refresh(cls.company, cls.today)
        cls.env["recovery.kpi.engine"]._rebuild(cls.company, cls.today, 6)
        cls.env["recovery.forecast"]._refresh(cls.company, cls.today)
        cls.env["recovery.scoring"]._compute(cls.company, cls.today)

    @classmethod
    def make_dispute(cls):
        move = cls.env["account.move"].search([("partner_id", "=", cls.mine.id), ("amount_total", "=", 401)])
        reason = cls.env["recovery.dispute.reason"].search([], limit=1)
        cls.env["recovery.dispute"].with_user(cls.recovery_user)._open(cls.debtor_of(cls.mine), cls.today, move, reason)

    def board(self, user=None):
        user = user or self.recovery_manager
        return self.env["recovery.dashboard"].with_user(user).with_company(self.company)

    def look_at(self, panel, user=None, collector="all", months=12):
        return self.board(user).action_read_panel(panel, self.company.id, collector, months)

    def rows_of(self, opens, user=None):
        """Return the records of the list that a figure opens."""
        action = self.env.ref(opens["xmlid"])
        return self.env[action.res_model].with_user(user or self.recovery_manager).search(opens["domain"])

    def add_up(self, figure, user=None):
        """Return the sum, or the number, that the list behind a figure says."""
        opens = figure["open"]
        records, name = self.rows_of(opens, user), opens["xmlid"].partition(".")[2]
        if figure.get("is_number"):
            return len(records)
        if name == "recovery_forecast_line_action":
            return sum(records.mapped(opens["context"].get("forecast_week", "amount_expected")))
        if records._name == "recovery.kpi.value":  # months of one figure, this one among them
            self.assertEqual(len(records.kpi_id), 1)
            return min(records.mapped("value"), key=lambda value: abs(value - figure["value"]))
        return sum(records.mapped(SUMS[name]))

    def figures_of(self, panel):
        """Return all that a panel shows and that opens a list."""
        lines = panel.get("lines", ())
        cells = [cell for line in lines for cell in line.get("cells", ())]
        return [item for item in (*panel.get("items", ()), *panel["rows"], *lines, *cells) if "open" in item]

    def make_more(self):
        """Promise, and open a case whose time limit is near: no panel but one stays empty."""
        debtor = self.debtor_of(self.mine)
        soon = self.today + timedelta(days=2)
        self.env["recovery.promise"].with_user(self.recovery_user)._give(debtor, self.today, 100, soon)
        case = self.env["recovery.case"]._open_for(self.debtor_of(), self.late_line(), self.today)
        self.env["recovery.deadline"].create(
            {"case_id": case.id, "name": "Conclusions", "date": soon, "user_id": self.recovery_user.id}
        )

    def late_line(self):
        move = self.env["account.move"].search(
            [("partner_id", "=", self.debtor_partner.id), ("amount_total", "=", 3200)]
        )
        return self.receivable_of(move)

    def test_every_figure_is_the_sum_of_the_list_that_it_opens(self):
        self.make_more()
        for user in (self.recovery_manager, self.recovery_user, self.recovery_auditor):
            for collector in ("all", self.recovery_user.id):
                for name in PANELS:
                    panel = self.look_at(name, user, collector)
                    self.assertFalse(panel["is_empty"], name)
                    self.assertTrue(self.figures_of(panel), name)
                    for item in self.figures_of(panel):
                        title = item.get("label") or item["open"]["name"]
                        with self.subTest(panel=name, figure=title, user=user.name, collector=collector):
                            if "value" in item:
                                self.assertAlmostEqual(self.add_up(item, user), item["value"], 2)
                            else:
                                self.assertEqual(len(self.rows_of(item["open"], user)), 1)
                            if item.get("count"):
                                self.assertEqual(len(self.rows_of(item["open"], user)), item["count"])

    def test_debts_are_aged_as_the_aged_balance_has_them(self):
        panel = self.look_at("ageing")
        self.assertEqual([item["value"] for item in panel["items"]], [302, 401, 801, 1601, 3201, 6401])
        totals = self.env["recovery.ageing.report"]._get_data(self.company, self.today)["totals"]
        self.assertEqual([item["value"] for item in panel["items"]], totals["buckets"])
        self.assertEqual(panel["rows"][2]["value"], totals["credit"])

    def test_columns_are_those_of_the_aged_balance(self):
        Bucket = self.env["recovery.ageing.bucket"].with_user(self.recovery_manager)
        Bucket.search([("company_id", "in", (False, self.company.id))]).unlink()
        Bucket.create([{"days": days, "company_id": self.company.id} for days in (15, 60)])
        items = self.look_at("ageing")["items"]
        self.assertEqual(
            [item["label"] for item in items], ["Not due", "1 to 15 days", "16 to 60 days", "Over 60 days"]
        )
        self.assertEqual([item["value"] for item in items], [302, 401, 801, 11203])
        data = self.env["recovery.ageing.report"].with_user(self.recovery_manager).with_company(self.company)
        part = data.action_read({"company_ids": self.company.ids})["parts"][0]
        self.assertEqual([item["value"] for item in items], part["totals"]["buckets"])
        for item in items:
            self.assertAlmostEqual(self.add_up(item), item["value"], 2)

    def test_each_panel_is_read_and_says_what_it_is(self):
        for name in PANELS:
            with self.subTest(panel=name):
                panel = self.look_at(name)
                self.assertTrue(panel["title"])
                self.assertTrue(panel["empty"])
                self.assertIsInstance(panel["rows"], list)

    def test_an_empty_company_says_so_everywhere(self):
        other = self.setup_other_company(name="Société Deux")["company"]
        user = self.user_of("vide", other, "debt_recovery.group_recovery_user")
        board = self.env["recovery.dashboard"].with_user(user).with_company(other)
        for name in PANELS:
            with self.subTest(panel=name):
                self.assertTrue(board.action_read_panel(name, other.id, "all", 12)["is_empty"])

    def test_a_collector_sees_the_own_portfolio_first(self):
        frame = self.board(self.recovery_user).action_read_frame()
        self.assertEqual(frame["collector"], self.recovery_user.id)
        self.assertEqual(self.board().action_read_frame()["collector"], "all")
        self.assertEqual(self.board(self.recovery_auditor).action_read_frame()["collector"], "all")
        self.assertEqual(self.board(self.recovery_user).action_read_frame(collector="all")["collector"], "all")
        panel = self.look_at("ageing", self.recovery_user, self.recovery_user.id)
        self.assertEqual(panel["items"][2]["value"], 401)

    def test_a_portfolio_is_that_of_the_company_asked_for(self):
        other = self.setup_other_company(name="Société Deux")["company"]
        self.recovery_manager.company_ids |= other
        self.make_invoice(self.mine, 777.0, days_overdue=5, company=other)
        self.debtor_of(self.mine, other).collector_id = self.recovery_manager
        self.debtor_of().collector_id = self.recovery_manager
        board = self.board().with_context(allowed_company_ids=(self.company | other).ids)
        for company, user, values in (
            (other, self.recovery_manager, [0, 777, 0, 0, 0, 0]),
            (self.company, self.recovery_user, [152, 201, 401, 801, 1601, 3201]),
            (self.company, self.recovery_manager, [150, 200, 400, 800, 1600, 3200]),
        ):
            panel = board.action_read_panel("ageing", company.id, user.id, 12)
            self.assertEqual([item["value"] for item in panel["items"]], values)
            self.assertLess(len(str(panel)), 20_000, "a list is asked for by a question, not by the names of thousands")

    def test_the_collector_of_an_entry_is_shown_to_who_follows_debts(self):
        lines = self.env["account.move.line"].with_user(self.recovery_user)
        found = lines.search([("recovery_collector_id", "=", self.recovery_user.id), ("balance", ">", 0)])
        self.assertEqual(found.partner_id, self.mine)
        self.assertEqual(found.recovery_collector_id, self.recovery_user)
        with self.assertRaises(AccessError):
            lines.with_user(self.make_user("vendeur", "account.group_account_invoice")).search(
                [("recovery_collector_id", "=", self.recovery_user.id)]
            )

    def test_a_portfolio_has_no_band(self):
        self.assertTrue(self.look_at("cash")["has_band"])
        panel = self.look_at("cash", collector=self.recovery_user.id)
        self.assertFalse(panel["has_band"])
        self.assertFalse([item for item in panel["items"] if "low" in item])

    def test_weeks_go_from_the_past_to_the_future(self):
        items = self.look_at("cash")["items"]
        self.assertEqual([item["is_past"] for item in items], [True] * 9 + [False] * 13)
        self.assertEqual(sum(item["value"] for item in items if item["is_past"]), 500)

    def test_the_trend_has_its_target_in_words(self):
        panel = self.look_at("dso")
        self.assertEqual([one["label"] for one in panel["series"]], ["DSO", "Best possible", "Target"])
        self.assertEqual(set(map(len, (one["values"] for one in panel["series"]))), {len(panel["labels"])})
        self.assertEqual(panel["rows"][1]["text"], "44.0 days")
        self.assertIn(panel["rows"][1]["sign"], ("reached", "not reached"))
        opened = self.rows_of(panel["rows"][0]["open"])
        self.assertEqual(opened.kpi_id, self.env.ref("debt_recovery.recovery_kpi_dso"))

    def test_changes_are_judged_in_words(self):
        panel = self.look_at("changes")
        self.assertTrue(panel["lines"])
        for line in panel["lines"]:
            self.assertIn(line["sign"], ("better", "worse", "unchanged"))
            self.assertTrue(line["help"], "the formula")

    def test_a_promise_that_is_late_says_so(self):
        promise = (
            self.env["recovery.promise"]
            .with_user(self.recovery_user)
            ._give(self.debtor_of(self.mine), self.today, 100, self.today + timedelta(days=2))
        )
        panel = self.look_at("promises")
        self.assertEqual(panel["rows"][0]["text"], "1")
        self.assertEqual(self.rows_of(panel["rows"][0]["open"]), promise)
        self.assertEqual(panel["lines"][0]["sign"], "")
        with freeze_time("2026-11-24 10:00:00"):
            self.assertEqual(self.look_at("promises")["lines"][0]["sign"], "late")

    def test_the_matrix_of_a_portfolio_holds_its_debtors_only(self):
        def count(panel):
            return sum(cell["count"] for line in panel["lines"] for cell in line["cells"])

        self.assertEqual(count(self.look_at("risk", collector=self.recovery_user.id)), 1)
        self.assertEqual(count(self.look_at("risk")), 2)

    def test_it_is_for_who_follows_debts_in_the_own_companies(self):
        other = self.setup_other_company(name="Société Deux")["company"]
        stranger = self.user_of("etranger", other, "debt_recovery.group_recovery_user")
        board = self.env["recovery.dashboard"].with_user(stranger).with_company(other)
        for method, args in (
            ("action_read_frame", (self.company.id,)),
            ("action_read_panel", ("ageing", self.company.id, "all", 12)),
        ):
            with self.assertRaises(AccessError):
                getattr(board, method)(*args)
        salesperson = self.make_user("vendeur", "base.group_user")
        with self.assertRaises(AccessError):
            self.board(salesperson).action_read_frame()
        with self.assertRaises(UserError):
            self.look_at("write")

    def test_who_works_in_a_branch_alone_gets_a_sentence(self):
        branch = self.make_branch()
        user = self.user_of("branche", branch, "debt_recovery.group_recovery_user")
        frame = self.env["recovery.dashboard"].with_user(user).with_company(branch).action_read_frame()
        self.assertEqual(list(frame), ["closed"])

    def test_queries_do_not_grow_with_the_debtors(self):
        def count(name):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.look_at(name)
            return self.cr.sql_log_count - before

        names = ("ageing", "cash", "debtors", "disputes", "risk", "changes", "dso")
        for name in names:
            count(name)
        few = {name: count(name) for name in names}
        for number in range(10):
            self.make_invoice(self.make_partner(f"Client {number}"), days_overdue=30 + number)
        self.env["recovery.worklist"]._refresh(self.company, self.today)
        for name in names:
            with self.subTest(panel=name):
                self.assertLessEqual(count(name), few[name] + 2)

    def test_what_a_figure_adds_up_stands_in_its_list(self):
        """The foot of a list says the sum only of what the list shows."""
        for xmlid, name in (SUMS | {"recovery_forecast_line_action": "amount_expected"}).items():
            with self.subTest(action=xmlid):
                action = self.env.ref(f"debt_recovery.{xmlid}")
                view = action.view_ids.filtered(lambda one: one.view_mode == "list").view_id[:1]
                arch = self.env[action.res_model].get_views([(view.id, "list")])["views"]["list"]["arch"]
                (field,) = etree.fromstring(arch).xpath(f"//field[@name='{name}']")
                self.assertTrue(field.get("sum"))
                self.assertNotEqual(field.get("optional"), "hide")

    def test_names_of_key_figures_are_read_on_a_phone(self):
        for xmlid in ("recovery_kpi_action", "recovery_kpi_value_action", "recovery_forecast_line_action"):
            action = self.env.ref(f"debt_recovery.{xmlid}")
            self.assertIn("kanban", action.view_mode.split(","), "cards are what a phone shows")

    def test_actions_behind_the_figures_have_views(self):
        for xmlid in (
            "account_move_line_action_recovery_received",
            "recovery_debtor_action_dashboard",
            "recovery_forecast_line_action",
            "recovery_kpi_value_action",
        ):
            action = self.env.ref(f"debt_recovery.{xmlid}")
            self.assertTrue(self.env[action.res_model].get_views([(False, "list")])["views"]["list"]["arch"])
            self.assertIsInstance(safe_eval(action.domain or "[]"), list)
