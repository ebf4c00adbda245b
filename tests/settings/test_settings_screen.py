from lxml import etree

from odoo.tests import tagged

from ..common import RecoveryCommon

ESSENTIAL = (
    *("recovery_legal_form", "recovery_share_capital", "recovery_company_registry", "recovery_rcs_city"),
    *("recovery_bank_id", "recovery_scenario_id", "recovery_account_ids", "recovery_auto", "recovery_auto_weekday"),
    *("recovery_contact_id", "recovery_signatory_name", "recovery_manager_id"),
)
ROWS = {
    "recovery_exposure_bands": "1000; 10000",
    "recovery_size_bands": "1000; 2000; 3000",
    "recovery_limit_alerts": "50, 90",
    "recovery_limitation_months": "6, 1",
}


@tagged("post_install", "-at_install")
class TestSettingsScreen(RecoveryCommon):
    """What an administrator sees of the settings first, and what waits until it is looked for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Settings = cls.env["res.config.settings"]
        view = cls.env.ref("account.res_config_settings_view_form")
        arch = etree.fromstring(cls.Settings.get_view(view.id, "form")["arch"])
        cls.blocks = arch.xpath("//app[@name='account']//block[starts-with(@name, 'recovery_')]")

    def find_fields(self, path):
        nodes = [node for block in self.blocks for node in block.xpath(path)]
        return [node.get("name") for node in nodes if node.get("invisible") not in ("1", "True")]

    def test_what_most_need_is_not_folded_and_the_rest_is(self):
        shown = self.find_fields(".//field[not(ancestor::details)]")
        self.assertLessEqual(set(ESSENTIAL), set(shown))
        self.assertLessEqual(len(shown), 30)
        self.assertGreater(len(self.find_fields(".//details//field")), 50)

    def test_every_field_has_a_label_that_the_search_reads(self):
        for block in self.blocks:
            labels = set(block.xpath(".//label/@for"))
            for name in block.xpath(".//div[contains(@class, 'row')]/field/@name"):
                field = self.Settings._fields[name]
                if not field.readonly or field.related:
                    with self.subTest(field=name):
                        self.assertIn(name, labels)

    def test_the_scenario_in_force_stands_where_none_is_chosen(self):
        self.company.recovery_scenario_id = False
        settings = self.Settings.create({})
        self.assertFalse(settings.recovery_scenario_id)
        in_force = self.env["recovery.scenario"]._get_default(self.company)
        self.assertEqual(settings.recovery_scenario_in_force, in_force.display_name)
        self.assertTrue(settings.recovery_scenario_in_force)

    def test_lists_of_numbers_are_rows_and_the_model_still_reads_them(self):
        widgets = {
            node.get("name"): node.get("widget")
            for block in self.blocks
            for node in block.xpath(".//field")
            if node.get("name") in ROWS
        }
        self.assertEqual(widgets, dict.fromkeys(ROWS, "recovery_numbers"))
        self.Settings.create(ROWS).execute()
        for name, text in ROWS.items():
            self.assertEqual(self.company[name], text)
