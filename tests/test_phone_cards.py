from lxml import etree

from odoo.tests import tagged

from .common import RecoveryCommon

#: Columns that a telephone shows side by side.
FITTING = 4
WINDOW = "ir.actions.act_window"


def find_columns(arch):
    """Return the columns that a list shows, unless its reader hides some."""
    hidden = ("1", "True")
    fields = [child for child in arch if child.tag == "field" and child.get("column_invisible") not in hidden]
    return [field for field in fields if field.get("optional") != "hide"]


@tagged("post_install", "-at_install")
class TestPhoneCards(RecoveryCommon):
    """On a telephone, whatever a list would cut is read as cards: only set-up, and what is typed in lines, is not."""

    def get_windows(self):
        """Yield ``(window, arch of its list)`` of each window of ours that opens on a list."""
        data = self.env["ir.model.data"].search([("module", "=", "debt_recovery"), ("model", "=", WINDOW)])
        for window in self.env[WINDOW].browse(data.mapped("res_id")):
            if window.view_mode.split(",")[0] == "list":
                view_id = next(view_id for view_id, mode in window.views if mode == "list")
                arch = self.env[window.res_model].get_view(view_id, "list")["arch"]
                yield window, etree.fromstring(arch)

    def is_set_up(self, window):
        """Tell whether a window is opened from the set-up alone, itself or by what opens it."""
        root = self.env.ref("account.menu_finance_configuration")
        opener = self.env.ref(f"{window.xml_id}_open", raise_if_not_found=False)
        names = [f"{action._name},{action.id}" for action in (window, opener) if action]
        menus = self.env["ir.ui.menu"].search([("action", "in", names)])
        return bool(menus) and all(f"/{root.id}/" in f"/{menu.parent_path}" for menu in menus)

    def test_each_list_that_a_telephone_would_cut_has_cards(self):
        windows = list(self.get_windows())
        self.assertGreater(len(windows), 60)
        left = set()
        for window, arch in windows:
            if len(find_columns(arch)) <= FITTING or (arch.get("editable") and "form" not in window.view_mode):
                continue
            if "kanban" not in window.view_mode.split(",") and not self.is_set_up(window):
                left.add(window.xml_id)
        self.assertEqual(left, set())

    def test_cards_say_what_it_is_and_open_it(self):
        for window, _arch in self.get_windows():
            if "kanban" not in window.view_mode.split(","):
                continue
            view_id = next(view_id for view_id, mode in window.views if mode == "kanban")
            for user in (self.recovery_user, self.recovery_auditor):
                Model = self.env[window.res_model].with_user(user)
                if not Model.has_access("read"):
                    continue
                with self.subTest(window=window.xml_id, user=user.name):
                    arch = etree.fromstring(Model.get_view(view_id, "kanban")["arch"])
                    self.assertTrue(arch.xpath("//t[@t-name='card']//field[hasclass('fw-bold')]"), "what it is")
                    wide = arch.xpath("//t[@t-name='card']/div[count(.//field) > 4]")
                    self.assertFalse(wide, "a line holds so much")

    def test_the_journal_tells_what_happened_on_its_cards(self):
        entry = self.env["recovery.event"]._log("configured", self.company, "A limit was raised", company=self.company)
        window = self.env.ref("debt_recovery.recovery_event_action")
        self.assertEqual(window.view_mode, "list,kanban,form")
        Event = self.env["recovery.event"].with_user(self.recovery_auditor)
        arch = etree.fromstring(Event.get_view(view_type="kanban")["arch"])
        names = [field.get("name") for field in arch.iter("field")]
        (row,) = Event.browse(entry.id).web_read({name: {} for name in names})
        self.assertEqual(row["summary"], "A limit was raised")
        self.assertTrue({"kind", "date", "debtor_name", "author_name"} <= set(names))
