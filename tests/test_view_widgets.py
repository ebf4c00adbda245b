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

    def test_no_window_opens_under_the_calendar_of_a_day_that_is_filled_already(self):
        """A window gives its first field the focus, and a date in focus opens its calendar over the buttons."""
        covered, read = [], 0
        data = self.env["ir.model.data"].search(
            [("module", "=like", "debt_recovery%"), ("model", "=", "ir.ui.view")], order="id"
        )
        for view in self.env["ir.ui.view"].browse(data.mapped("res_id")):
            model = self.env.get(view.model)
            if view.type != "form" or view.inherit_id or model is None or not model._transient:
                continue
            form = etree.fromstring(model.get_view(view.id, "form")["arch"])
            first = self.find_focused(form, model)
            if first and model._fields[first].type == "date" and model._fields[first].default:
                read += 1
                if form.get("disable_autofocus") != "1":
                    covered.append((view.xml_id, first))
        self.assertGreater(read, 3)
        self.assertFalse(covered)

    def find_focused(self, form, model):
        """Return the name of the field that gets the focus when a window opens, if any."""
        if chosen := form.xpath(".//field[@default_focus='1']"):
            return chosen[0].get("name")
        for field in form.iter("field"):
            is_hidden = field.get("invisible") in ("1", "True") or field.get("readonly") in ("1", "True")
            is_inside = any(parent.tag == "field" for parent in field.iterancestors())
            is_fixed = model._fields[field.get("name")].readonly if not is_inside else True
            if not is_hidden and not is_inside and not is_fixed:
                return field.get("name")
        return None
