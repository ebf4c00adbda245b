from odoo.modules.module import get_manifest
from odoo.tests import tagged

from .common import RecoveryCommon

WORDS = ("relance", "recouvrement", "impayés", "dunning", "credit control")
CONFIGURATION_GROUPS = ("text", "risk", "law", "organisation")


@tagged("post_install", "-at_install")
class TestMenus(RecoveryCommon):
    """The way that each role finds in the Invoicing application."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        administrator = cls.make_user("menus_admin", "base.group_system", "debt_recovery.group_recovery_manager")
        cls.invoicing_user = cls.make_user("menus_invoicing", "account.group_account_invoice")
        cls.salesperson = cls.make_user("menus_sales", "base.group_user")
        cls.staff = cls.recovery_user | cls.recovery_manager | cls.recovery_auditor | administrator
        cls.people = cls.staff | cls.invoicing_user | cls.salesperson

    def menu(self, name):
        return self.env.ref(f"debt_recovery.{name}")

    def see(self, user):
        """Return the menus of ours that this user sees: those whose parents, too, are shown."""
        menus = self.env["ir.ui.menu"].sudo()
        visible = menus.browse(self.env["ir.ui.menu"].with_user(user)._visible_menu_ids())
        names = visible.get_external_id()
        ours = visible.filtered(lambda menu: names[menu.id].startswith("debt_recovery."))
        return ours.filtered(lambda menu: menus.search([("id", "parent_of", menu.id)]) <= visible)

    def open(self, menu):
        """Return the action that an entry leads to in the end."""
        if menu.action._name == "ir.actions.server":
            return menu.action.with_user(self.recovery_manager).with_context(active_model=None).run()
        return menu.action.sudo().read()[0]

    def test_at_most_nine_entries_at_the_first_level(self):
        for user in self.staff:
            with self.subTest(user=user.login):
                first = self.see(user).filtered(lambda menu: menu.parent_id == self.menu("recovery_menu"))
                self.assertLessEqual(len(first), 9)
                self.assertGreater(len(first), 5)

    def test_the_first_three_are_those_of_every_day(self):
        entries = self.menu("recovery_menu").child_id.sorted("sequence")[:3]
        names = ("recovery_dashboard_menu", "recovery_debtor_menu", "recovery_campaign_menu")
        self.assertEqual(entries.mapped("id"), [self.menu(name).id for name in names])

    def test_the_configuration_stands_in_four_groups(self):
        """Before them stands what one begins with."""
        groups = self.menu("recovery_configuration_menu").child_id
        self.assertEqual(groups[0], self.menu("recovery_setup_menu"))
        groups -= self.menu("recovery_setup_menu")
        ours = self.env["ir.ui.menu"].browse(
            self.menu(f"recovery_configuration_{name}_menu").id for name in CONFIGURATION_GROUPS
        )
        self.assertEqual(groups, ours.sorted("sequence"))
        for group in ours:
            self.assertFalse(group.action)
            self.assertTrue(all(entry.action for entry in group.child_id))

    def test_nobody_sees_an_empty_group(self):
        for user in self.people:
            seen = self.see(user)
            for menu in seen.filtered(lambda menu: not menu.action):
                with self.subTest(user=user.login, menu=menu.complete_name):
                    self.assertTrue(seen & menu.child_id)

    def test_whoever_has_no_role_sees_nothing_of_it(self):
        for user in self.invoicing_user | self.salesperson:
            self.assertFalse(self.see(user), user.login)

    def test_each_window_has_an_address(self):
        for menu in self.see(self.recovery_manager).filtered("action"):
            action = self.open(menu)
            if action.get("target") != "new":
                with self.subTest(menu=menu.complete_name):
                    self.assertTrue(action.get("path"))

    def test_it_is_an_application_without_a_root_menu_of_its_own(self):
        self.assertTrue(get_manifest("debt_recovery")["application"])
        self.assertEqual(self.menu("recovery_menu").parent_id, self.env.ref("account.menu_finance"))
        self.assertTrue(all(menu.parent_id for menu in self.see(self.recovery_manager)))

    def test_it_is_found_among_the_applications_by_the_words_of_its_trade(self):
        search = self.env.ref("base.view_module_filter").arch_db
        self.assertIn("('summary', 'ilike', self)", search)
        module = self.env["ir.module.module"].search([("name", "=", "debt_recovery")])
        summary = get_manifest("debt_recovery")["summary"]
        self.assertEqual(module.summary, summary)
        for word in WORDS:
            self.assertIn(word, summary.lower())
