from lxml import etree

from odoo.tests import tagged

from .common import RecoveryCommon


@tagged("post_install", "-at_install")
class TestViewWidgets(RecoveryCommon):
    """What a widget of core adds or leaves out on our screens is what our users need there."""

    def get_fields(self, widget):
        """Yield ``(view, field element)`` of each field that our views show by this widget."""
        data = self.env["ir.model.data"].search(
            [("module", "=like", "debt_recovery%"), ("model", "=", "ir.ui.view")], order="id"
        )
        for view in self.env["ir.ui.view"].browse(data.mapped("res_id")):
            for element in etree.fromstring(view.arch_db).iterfind(f".//field[@widget='{widget}']"):
                yield view, element

    def test_an_amount_says_its_currency_on_the_buttons_of_figures(self):
        fields = list(self.get_fields("statinfo"))
        self.assertGreater(len(fields), 10)
        bare = [
            (view.xml_id, element.get("name"))
            for view, element in fields
            if self.env[view.model]._fields[element.get("name")].type == "monetary"
        ]
        self.assertFalse(bare, "that widget leaves the currency out")

    def test_no_message_leaves_by_telephone_beside_the_history_and_the_cap(self):
        fields = list(self.get_fields("phone"))
        self.assertTrue(fields)
        loose = [view.xml_id for view, element in fields if "'enable_sms': False" not in element.get("options", "")]
        self.assertFalse(loose, "core's SMS would be counted nowhere")
