from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .branches import ROLES, WORKPLACES, BranchCommon

ASKED_FOR = {"recovery.spreadsheet"}  # each is of who asked for it, and of nobody else


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 09:00:00")
class TestBranches(BranchCommon):
    """Who works in a branch alone reads nothing of what the root company follows, in any screen or call."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_rows()
        models = cls.env["ir.model"].sudo().search([("model", "=like", "recovery.%"), ("transient", "=", False)])
        cls.owned = [
            name
            for name in models.mapped("model")
            if not cls.env[name]._abstract and "company_id" in cls.env[name]._fields and name != "recovery.debtor.touch"
        ]
        cls.owned.append("recovery.exposure.line")
        cls.make_everybody_ask()

    @classmethod
    def make_everybody_ask(cls):
        """Give everybody a row of the root company of what is of who asked for it alone."""
        for name in ASKED_FOR:
            row = cls.env[name].sudo().search([("company_id", "=", cls.company.id)], limit=1)
            (values,) = row.copy_data()
            needed = {field.name: row[field.name] for field in row._fields.values() if field.required and field.store}
            values |= row._convert_to_write(needed)
            row.create([{**values, "user_id": user.id} for user in cls.people.values()])

    def find_rows(self, env, name):
        """Return the root's rows of a model that this user finds, whichever way they look."""
        Model = env[name].with_context(active_test=False)
        found = Model.search([("company_id", "=", self.company.id)]).ids
        counted = Model.search_count([("company_id", "=", self.company.id)])
        groups = Model._read_group([("company_id", "=", self.company.id)], ["company_id"], ["__count"])
        self.assertEqual((len(found), len(found)), (counted, sum(count for _company, count in groups)))
        return set(found)

    def rows_of_root(self, name, reader=None):
        """Return the root's rows of a model; of those that are of who asked for them, the reader's own."""
        Model = self.env[name].sudo().with_context(active_test=False)
        rows = Model.search([("company_id", "=", self.company.id)])
        if reader and name in ASKED_FOR:
            rows = rows.filtered(lambda row: row.user_id == reader)
        return set(rows.filtered(lambda row: not row._transient or row.create_uid == self.env.user).ids)

    def models_read_by(self, env):
        return [name for name in self.owned if env[name].has_access("read") and not env[name]._transient]

    # ------------------------------------------------------------
    # Rows
    # ------------------------------------------------------------
    def test_the_test_has_a_row_of_every_model(self):
        shared = {"recovery.scenario", "recovery.level", "recovery.scenario.rule", "recovery.case.stage"}
        shared |= {"recovery.call.result", "recovery.delay.cause", "recovery.call.tip", "recovery.file.item.type"}
        shared |= {"recovery.formal.check", "recovery.formal.wording", "recovery.case.wording"}
        shared |= {"recovery.deadline.rule", "recovery.procedure.event.kind", "recovery.procedure.type"}
        shared |= {f"recovery.procedure.type.{rows}" for rows in ("condition", "cost", "outcome")}
        shared |= {"recovery.title.kind", "recovery.title.life"}
        shared |= {"recovery.exhibit.requirement", "recovery.case.document.template"}
        shared |= {"recovery.doubtful.rate", "recovery.loss.proof"}
        shared |= {"recovery.execution.act.kind", "recovery.execution.act.limit"}
        shared |= {"recovery.retention.rule", "recovery.ageing.bucket"}
        own = {"recovery.invoice.mention"}  # each invoice is of the company that issued it
        for name in self.owned:
            with self.subTest(model=name):
                self.assertTrue(name in shared | own or self.rows_of_root(name), f"{name}: no row of the root company")
                others = (
                    self.env[name].sudo().with_context(active_test=False).search([]).company_id.filtered("parent_id")
                )
                self.assertFalse(others and name not in own, f"a row of {others.mapped('name')}")

    def test_rows_of_the_root_are_found_where_it_is_ticked_and_nowhere_else(self):
        for workplace in WORKPLACES:
            for role in ROLES:
                env = self.as_(role, workplace)
                for name in self.models_read_by(env):
                    with self.subTest(workplace=workplace, role=role, model=name):
                        expected = self.rows_of_root(name, env.user) if self.sees_root(workplace) else set()
                        self.assertEqual(self.find_rows(env, name), expected)

    def test_a_row_of_the_root_is_refused_by_its_id_with_our_words(self):
        for workplace in ("branch only", "both, branch ticked"):
            env = self.as_("manager", workplace)
            for name in self.models_read_by(env):
                rows = self.rows_of_root(name)
                if not rows:
                    continue
                record = env[name].browse(sorted(rows)[:1])
                for call in (
                    lambda record=record: record.read(["display_name"]),
                    lambda record=record: record.web_read({"display_name": {}}),
                    lambda record=record: record.export_data(["display_name"]),
                ):
                    with self.subTest(workplace=workplace, model=name), self.assertRaises(AccessError) as refusal:
                        call()
                    self.assertIn(self.company.name, str(refusal.exception))

    def test_shared_settings_are_read_in_a_branch_and_the_roots_own_are_not(self):
        shared = self.env.ref("debt_recovery.recovery_scenario_standard")
        own = shared.copy({"company_id": self.company.id, "name": "Scénario du siège"})
        env = self.as_("user", "branch only")
        found = env["recovery.scenario"].search([])
        self.assertIn(shared.id, found.ids)
        self.assertNotIn(own.id, found.ids)
        self.assertTrue(env["recovery.level"].search([("scenario_id", "=", shared.id)]))

    def test_threads_activities_and_files_of_the_roots_records_are_closed_too(self):
        debtor = self.debtor_of(self.customer)
        message = debtor.message_post(body="Appel du matin", subtype_xmlid="mail.mt_note")
        file = self.env["ir.attachment"].create(
            {"name": "courrier.pdf", "raw": b"%PDF", "res_model": debtor._name, "res_id": debtor.id}
        )
        activity = debtor.activity_schedule("mail.mail_activity_data_todo", user_id=self.recovery_manager.id)
        for workplace in WORKPLACES:
            env = self.as_("user", workplace)
            for record in (message, file, activity):
                with self.subTest(workplace=workplace, record=record._name):
                    found = env[record._name].search([("id", "=", record.id)])
                    self.assertEqual(bool(found), self.sees_root(workplace))

    def test_a_rule_that_reads_upwards_again_would_be_found(self):
        rules = self.env["ir.rule"].sudo().search([("model_id.model", "=like", "recovery.%")])
        self.assertGreater(len(rules), 50)
        rules = rules.filtered(lambda rule: "company_id" in rule.domain_force)
        for rule in rules.filtered(lambda rule: rule.model_id.model in self.owned):
            name = rule.model_id.model
            if not self.rows_of_root(name) or self.env[name]._transient:
                continue
            before = rule.domain_force
            rule.domain_force = before.replace("'in', company_ids", "'parent_of', company_ids")
            env = self.as_("manager", "branch only")
            with self.subTest(model=name):
                self.assertTrue(self.find_rows(env, name), "the hole is not found")
            rule.domain_force = before

    def test_every_model_with_a_company_has_a_rule_on_it(self):
        for name in self.owned:
            rules = self.env["ir.rule"].sudo().search([("model_id.model", "=", name), ("global", "=", True)])
            self.assertTrue(rules.filtered(lambda rule: "company_id" in rule.domain_force), name)
            for rule in rules:
                self.assertNotRegex(rule.domain_force, "parent_of|child_of", name)

    # ------------------------------------------------------------
    # Screens
    # ------------------------------------------------------------
    def get_windows(self, env):
        """Return the windows of the module that this user may open from a menu or a button."""
        data = (
            self.env["ir.model.data"]
            .sudo()
            .search([("module", "=", "debt_recovery"), ("model", "=", "ir.actions.act_window")])
        )
        windows = self.env["ir.actions.act_window"].sudo().browse(data.mapped("res_id"))
        return windows.filtered(
            lambda action: (
                action != self.env.ref("debt_recovery.recovery_override_wizard_action")  # needs a refused document
                and (not action.group_ids or action.group_ids & env.user.all_group_ids)
                and env[action.res_model].has_access("read")
            )
        )

    def check_windows(self, role, workplace):
        windows = self.get_windows(self.as_(role, workplace))
        for action in windows:
            env = self.as_(role, workplace)
            with self.subTest(window=action.xml_id, role=role, workplace=workplace), self.cr.savepoint():
                found, words = self.open_window(env, action)
                if action.res_model in self.owned and not self.sees_root(workplace):
                    self.assertFalse(found & found.browse(self.rows_of_root(action.res_model)))
                    self.assertIn(self.company.name, words or "", "the empty list says where recovery is followed")
                if not self.sees_root(workplace):
                    for name in (self.customer.name, "Accord", "Serrurerie"):
                        self.assertNotIn(name, "".join(self.shown), "a new form shows a debtor of the root")
        return windows

    def test_every_window_opens_for_who_works_in_a_branch_alone(self):
        for role in ("user", "manager", "auditor"):
            self.assertGreater(len(self.check_windows(role, "branch only")), 25)

    def test_every_window_opens_with_the_branch_ticked(self):
        self.check_windows("manager", "both, branch ticked")

    def test_every_window_opens_with_the_root_ticked_and_shows_its_rows(self):
        for role, workplace in (("manager", "root only"), ("auditor", "root only"), ("user", "both, root ticked")):
            self.check_windows(role, workplace)

    def test_every_window_opens_with_both_ticked(self):
        self.check_windows("manager", "both ticked")

    def test_menus_stay_and_those_that_work_something_out_open(self):
        menus = self.env["ir.ui.menu"].sudo()
        for workplace in WORKPLACES:
            env = self.as_("manager", workplace)
            visible = menus.browse(env["ir.ui.menu"]._visible_menu_ids())
            ours = visible.filtered(lambda menu: (menu.get_external_id()[menu.id] or "").startswith("debt_recovery."))
            self.assertGreater(len(ours), 30, workplace)
            for menu in ours.filtered(lambda menu: menu.action and menu.action._name == "ir.actions.server"):
                with self.subTest(menu=menu.name, workplace=workplace):
                    self.as_("manager", workplace)["ir.actions.server"].browse(menu.action.id).run()

    def test_the_worklist_is_left_as_it_is_by_somebody_who_does_not_see_it(self):
        for workplace in ("branch only", "both, branch ticked"):
            self.env["recovery.debtor.touch"]._touch({(self.customer.id, self.company.id)})
            self.as_("user", workplace)["recovery.debtor"].action_refresh_worklist()
            self.assertTrue(self.env["recovery.debtor.touch"].sudo().search([("company_id", "=", self.company.id)]))
        self.as_("user", "root only")["recovery.debtor"].action_refresh_worklist()
        self.assertFalse(self.env["recovery.debtor.touch"].sudo().search([("company_id", "=", self.company.id)]))

    def test_the_risk_matrix_gives_a_sentence_instead_of_figures(self):
        for workplace in WORKPLACES:
            matrix = self.as_("user", workplace)["recovery.debtor"].action_read_risk_matrix()
            self.assertEqual("lines" in matrix, self.sees_root(workplace))
            self.assertEqual("closed" in matrix, not self.sees_root(workplace))

    def test_an_empty_list_says_whom_to_ask_or_what_to_tick(self):
        def words(workplace):
            env = self.as_("user", workplace)
            action = self.env.ref("debt_recovery.recovery_campaign_action").with_env(env)
            return action.sudo().read(["help", "res_model", "context"])[0]["help"]

        self.assertIn("in which you do not work", words("branch only"))
        self.assertIn("tick this company", words("both, branch ticked"))
        self.assertNotIn(self.company.name, words("root only"))
        self.assertNotIn(self.company.name, words("both ticked"))

    # ------------------------------------------------------------
    # Reports
    # ------------------------------------------------------------
    def test_reports_show_nothing_in_a_branch_and_refuse_to_be_printed(self):
        for workplace in ("branch only", "both, branch ticked"):
            env = self.as_("auditor", workplace)
            balance = env["recovery.aged.balance"].create({})
            self.assertFalse(balance.preview)
            report = env["recovery.exposure.report"].create({"day": "2026-10-01"})
            self.assertEqual(report.changed_since, 0)
            log = env["recovery.delivery.log"].create({})
            self.assertEqual(log.delivery_count, 0)
            for wizard, call in (
                (balance, "action_print"),
                (balance, "action_export_xlsx"),
                (balance, "_get_xlsx"),
                (report, "action_show"),
                (report, "_get_xlsx"),
                (log, "action_print"),
                (log, "_get_xlsx"),
            ):
                with self.subTest(wizard=wizard._name, call=call):
                    self.assertIn(self.company.name, wizard.closed_text)
                    with self.assertRaises(AccessError) as refusal:
                        getattr(wizard, call)()
                    self.assertIn(self.company.name, str(refusal.exception))

    def test_reports_made_in_a_branch_are_the_roots_where_both_are_ticked(self):
        env = self.as_("auditor", "both ticked")
        balance = env["recovery.aged.balance"].with_company(self.branch).create({})
        self.assertFalse(balance.closed_text)
        self.assertTrue(balance.preview)
        self.assertTrue(balance._get_xlsx())
        self.assertTrue(env["recovery.exposure.report"].with_company(self.branch).create({})._get_rows())

    # ------------------------------------------------------------
    # What would be made for the root
    # ------------------------------------------------------------
    def test_what_would_be_made_for_the_root_is_refused_with_our_words(self):
        invoice = self.branch_invoice
        for workplace in ("branch only", "both, branch ticked"):
            env = self.as_("manager", workplace)
            mine = invoice.with_env(env)
            partner = self.customer.with_env(env)
            newcomer = self.make_partner("Nouveau client").with_env(env)
            refused = {
                "campaign": lambda env=env: env["recovery.campaign"].create({}),
                "hold": mine.action_recovery_hold,
                "promise": mine.action_recovery_promise,
                "dispute": mine.action_recovery_dispute,
                "statement": mine.action_recovery_claim_statement,
                "evidence": mine.action_recovery_limitation_event,
                "limit": partner.action_ask_recovery_limit,
                "limit of a newcomer": newcomer.action_ask_recovery_limit,
                "debtor": partner.action_open_recovery_debtor,
                "debtor of a newcomer": newcomer.action_open_recovery_debtor,
                "exposure": lambda partner=partner: partner.action_open_recovery_bucket("overdue"),
                "guarantee": lambda env=env: env["recovery.coverage"].create(
                    {"debtor_id": self.debtor_of(self.customer).id, "amount": 10}
                ),
                "proof": lambda env=env: env["recovery.proof"].create(
                    {"name": "BL", "date": self.today, "move_ids": [(6, 0, invoice.ids)]}
                ),
                "assignment": lambda env=env: env["recovery.assignment.wizard"].create({}).action_confirm(),
                "rule of assignment": lambda env=env: env["recovery.assignment.rule"].create({"name": "x"}),
                "late fees": lambda env=env, mine=mine: env["recovery.charge"]._charge(
                    mine.company_id, self.receivable_of(mine), self.today
                ),
            }
            for name, call in refused.items():
                with self.subTest(what=name, workplace=workplace):
                    self.env.invalidate_all()
                    with self.assertRaises(UserError) as refusal, self.cr.savepoint():
                        call()
                    self.assertIn(self.company.name, str(refusal.exception), name)
        self.assertFalse(self.env["recovery.debtor"].search([("partner_id.name", "=", "Nouveau client")]))
