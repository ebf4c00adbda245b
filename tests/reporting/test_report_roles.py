from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..branches import BranchCommon

READERS = ("user", "manager", "auditor")


@tagged("post_install", "-at_install")
class TestReportsByRole(BranchCommon):
    """Each role on each report of the receivables, in the root company, in its branch and in another company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.make_partner("Menuiserie Aubert")
        cls.make_invoice(cls.customer, amount=4200.0, days_overdue=40)
        cls.make_invoice(cls.customer, amount=150.0, days_overdue=40, company=cls.branch)
        cls.other = cls.setup_other_company(name="Autre maison")["company"]
        cls.make_invoice(cls.customer, amount=77.0, days_overdue=40, company=cls.other)

    # ------------------------------------------------------------
    # What is asked of each report
    # ------------------------------------------------------------
    def on_screen(self, env):
        (part,) = env["recovery.ageing.report"].action_read({"day": str(self.today)})["parts"]
        return part["totals"]["total"]

    def in_the_window(self, env):
        window = env["recovery.aged.balance"].create({"day": self.today})
        window.action_print()
        return window._get_data()["totals"]["total"]

    def as_spreadsheet(self, env):
        self.assertTrue(env["recovery.aged.balance"].create({"day": self.today})._get_xlsx())
        return self.in_the_window(env)

    def rolled_forward(self, env):
        period = {"date_from": self.today - timedelta(days=400), "date_to": self.today}
        window = env["recovery.roll.forward"].create(period)
        self.assertTrue(window._get_xlsx())
        return window._get_data()["totals"]["closing"]

    def drawn(self, env):
        window = env["recovery.sample.wizard"].create({"method": "top", "size": 5, "day": self.today})
        return env["recovery.sample"].browse(window.action_draw()["res_id"]).population_amount

    def kept(self, env):
        env["recovery.aged.balance"].create({"day": self.today}).action_keep()
        snapshot = env["recovery.ageing.snapshot"].search([], limit=1)
        snapshot.action_compare()
        snapshot.action_check()
        return snapshot.amount

    def reports(self):
        return (
            self.on_screen,
            self.in_the_window,
            self.as_spreadsheet,
            self.rolled_forward,
            self.drawn,
            self.kept,
        )

    # ------------------------------------------------------------
    # Roles and places
    # ------------------------------------------------------------
    def test_readers_of_the_root_read_root_and_branch_together(self):
        for role in READERS:
            for workplace in ("root only", "both, root ticked", "both ticked"):
                for read in self.reports():
                    with self.subTest(role=role, workplace=workplace, report=read.__name__):
                        self.assertEqual(read(self.as_(role, workplace)), 4350.0)

    def test_whoever_works_in_a_branch_is_told_where_recovery_is_followed(self):
        for role in READERS:
            for workplace in ("branch only", "both, branch ticked"):
                env = self.as_(role, workplace)
                told = env["recovery.ageing.report"].action_read({})
                self.assertIn(self.company.name, told["closed"])
                for read in self.reports()[1:]:
                    with self.subTest(role=role, workplace=workplace, report=read.__name__):
                        with self.assertRaises(UserError):
                            read(self.as_(role, workplace))

    def test_invoicing_alone_reads_none_of_them(self):
        for read in self.reports():
            with self.subTest(report=read.__name__), self.assertRaises(AccessError):
                read(self.as_("invoicing", "root only"))

    def test_another_company_is_read_where_it_is_ticked_alone(self):
        both = self.user_of("deux", self.company | self.other, "debt_recovery.group_recovery_auditor")
        for ticked, total in ((self.other, 77.0), (self.company, 4350.0)):
            for read in self.reports():
                with self.subTest(ticked=ticked.name, report=read.__name__):
                    self.assertEqual(read(self.cold(both, ticked)), total)

    def test_two_companies_ticked_have_two_balances_and_one_sum(self):
        both = self.user_of("deux", self.company | self.other, "debt_recovery.group_recovery_auditor")
        env = self.cold(both, self.company | self.other)
        data = env["recovery.ageing.report"].action_read({"company_ids": (self.company | self.other).ids})
        self.assertEqual([part["totals"]["total"] for part in data["parts"]], [4350.0, 77.0])
        self.assertEqual((data["together"]["total"], data["together"]["is_converted"]), (4427.0, False))

    def test_no_report_is_made_for_a_company_in_which_one_does_not_work(self):
        for role in READERS:
            env = self.as_(role, "root only")
            calls = (
                lambda env=env: env["recovery.ageing.report"].action_read({"company_ids": self.other.ids}),
                lambda env=env: env["recovery.ageing.report"].action_read_items({"company_ids": self.other.ids}),
                lambda env=env: env["recovery.ageing.report"].action_read_changes({"company_ids": self.other.ids}),
                lambda env=env: env["recovery.aged.balance"].create({"company_id": self.other.id})._get_xlsx(),
                lambda env=env: env["recovery.aged.balance"].create({"company_id": self.other.id}).action_keep(),
                lambda env=env: env["recovery.roll.forward"].create({"company_id": self.other.id})._get_xlsx(),
                lambda env=env: (
                    env["recovery.sample.wizard"].create({"company_id": self.other.id, "size": 5}).action_draw()
                ),
            )
            for number, call in enumerate(calls):
                with self.subTest(role=role, number=number), self.assertRaises(AccessError):
                    call()

    def test_what_was_kept_or_drawn_in_a_company_is_seen_there_alone(self):
        auditor = self.as_("auditor", "root only")
        self.drawn(auditor)
        self.kept(auditor)
        stranger = self.user_of("ailleurs", self.other, "debt_recovery.group_recovery_manager")
        for model in ("recovery.sample", "recovery.sample.line", "recovery.ageing.snapshot"):
            with self.subTest(model=model):
                self.assertTrue(auditor[model].search([]))
                self.assertFalse(self.cold(stranger, self.other)[model].search([]))
                record = auditor[model].search([], limit=1)
                with self.assertRaises(AccessError):
                    record.with_env(self.cold(stranger, self.other)).read(["company_id"])

    def test_only_managers_set_the_columns(self):
        for role in ("user", "auditor", "invoicing"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.as_(role, "root only")["recovery.ageing.bucket"].create({"days": 15})
        self.as_("manager", "root only")["recovery.ageing.bucket"].create({"days": 15, "company_id": self.company.id})
        board = self.env["recovery.ageing.report"]._get_data(
            self.company, self.today, bounds=self.env["recovery.ageing.bucket"]._get_bounds_of(self.company)
        )
        self.assertEqual(len(board["columns"]), 3)

    # ------------------------------------------------------------
    # Every window of a report
    # ------------------------------------------------------------
    def get_windows(self):
        """Return the models of all windows that print or export something of a company."""
        Window = self.registry["recovery.report.window"]
        return sorted(
            name for name, Model in self.registry.items() if issubclass(Model, Window) and not Model._abstract
        )

    def fill(self, env, name, company):
        """Return the window of a report as a program would make it: with what it must have."""
        fields = env[name]._fields
        vals = {"company_id": company.id} if not fields["company_id"].related else {}
        if "partner_id" in fields and fields["partner_id"].required:
            vals["partner_id"] = self.customer.id
        if "debtor_id" in fields and fields["debtor_id"].required:
            vals["debtor_id"] = self.debtor_of(self.customer).id
            vals |= {"day": self.today} if "day" in fields else {}
        if name == "recovery.account.statement":
            vals["debtor_id"] = self.debtor_of(self.customer).id
        if "res_model" in fields:
            vals |= {"res_model": "recovery.event", "domain_text": "[]"}
        if "campaign_id" in fields and fields["campaign_id"].required:
            vals["campaign_id"] = self.env["recovery.campaign"].create({"company_id": self.company.id}).id
        return env[name].create(vals)

    def get_doors(self, window):
        """Return every way to the figures of a window: its buttons, and what the doors for files call."""
        buttons = [name for name in dir(type(window)) if name.startswith("action_")]
        return [*buttons, "_check_reader"]

    def test_no_window_gives_a_company_in_which_one_does_not_work(self):
        secret = self.make_partner("Client de l'autre maison")
        self.make_invoice(secret, amount=98765.0, days_overdue=40, company=self.other)
        self.env["recovery.debtor"]._ensure_for(secret, self.other)
        tried = 0
        for role in READERS:
            env = self.as_(role, "root only")
            for name in self.get_windows():
                if env[name]._fields["company_id"].related:
                    continue  # it is its record's, which the rules close
                try:
                    window = self.fill(env, name, self.other)
                except AccessError:
                    tried += 1
                    continue
                for door in self.get_doors(window):
                    with self.subTest(role=role, window=name, door=door), self.assertRaises(UserError):
                        with self.env.cr.savepoint():
                            getattr(window, door)()
                tried += 1
                shown = str(window.read())
                with self.subTest(role=role, window=name):
                    self.assertNotIn("Client de l'autre maison", shown)
                    self.assertNotIn("98765", shown.replace("\u202f", "").replace("\xa0", "").replace(" ", ""))
        self.assertGreater(tried, 20)

    def test_who_only_invoices_opens_no_window(self):
        env = self.as_("invoicing", "root only")
        for name in self.get_windows():
            with self.subTest(window=name), self.assertRaises(AccessError):
                self.fill(env, name, self.company)

    def test_nobody_reads_or_downloads_the_window_of_somebody_else(self):
        other = self.as_("manager", "root only")
        for name in self.get_windows():
            window = self.fill(self.as_("auditor", "root only"), name, self.company)
            for door in self.get_doors(window):
                with self.subTest(window=name, door=door), self.assertRaises(UserError):
                    with self.env.cr.savepoint():
                        getattr(window.with_env(other), door)()
            with self.subTest(window=name), self.assertRaises(AccessError):
                window.with_env(other).read(["company_id"])
