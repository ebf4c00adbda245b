import ast
import inspect
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from .branches import BranchCommon
from .common import RecoveryCommon
from .test_architecture import ROOT, python_files
from .trying import Trying

ARGUMENTS = {"bucket": "overdue", "priority": "risk"}
TITLES = ("name", "display_name")


def find_half_titled(source):
    """Yield the line of each window that a source gives one title alone: ``entitle`` gives both."""
    for node in ast.walk(ast.parse(source)):
        given = set()
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "dict" and node.args:
            given = {keyword.arg for keyword in node.keywords} if "action" in ast.unparse(node.args[0]) else set()
        elif isinstance(node, ast.Dict) and None in node.keys and "action" in ast.unparse(node):
            given = {getattr(key, "value", None) for key in node.keys}
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            target = node.targets[0]
            given = {getattr(target.slice, "value", None)} if "action" in ast.unparse(target.value) else set()
        if given & set(TITLES):
            yield node.lineno


def find_windows(action):
    """Yield a window that a button returns, and those that come after what it says."""
    while isinstance(action, dict):
        if action.get("type") == "ir.actions.act_window":
            yield action
        action = action.get("params", {}).get("next") if isinstance(action.get("params"), dict) else None


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 09:00:00")
class TestTitles(Trying, BranchCommon):
    """A window that a button opens under a title of its own shows that title: every button, on a row of every model."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_rows()

    def get_buttons(self):
        """Yield ``(record or model, method name)`` of each button of ours."""
        env = self.env(user=self.recovery_manager, context={"allowed_company_ids": self.company.ids})
        for model in env.values():
            names = [name for name in dir(type(model)) if name.startswith("action_") and self.is_ours(model, name)]
            if model._abstract or not names or not model.has_access("read"):
                continue
            record = model.with_context(active_test=False).search([], limit=1)
            for name in names:
                if getattr(getattr(type(model), name), "_api_model", False):
                    yield model, name
                elif record:
                    yield record, name

    def is_ours(self, model, name):
        classes = type(model).__mro__
        return any(name in vars(cls) and cls.__module__.startswith("odoo.addons.debt_recovery") for cls in classes)

    def find_untitled(self, buttons):
        """Return the windows whose title is not shown, and how many windows have one of their own."""
        untitled, titled = [], 0
        with self.trying():
            for record, name in buttons:
                button = getattr(record, name)
                parameters = inspect.signature(button).parameters.values()
                try:
                    action = button(*[ARGUMENTS.get(p.name) for p in parameters if p.default is p.empty])
                except Exception:  # noqa: BLE001
                    action = None  # what it needs is not there: other tests press it
                for window in find_windows(action):
                    stored = window.get("id") and self.env["ir.actions.act_window"].sudo().browse(window["id"])
                    shown, dialog = window.get("display_name"), window.get("name")
                    if not stored or {shown, dialog} <= {stored.with_env(record.env).name, None}:
                        continue
                    titled += 1
                    if shown != dialog:
                        untitled.append(f"{record._name}.{name}: “{dialog}” stands there as “{shown}”")
                self.undo_if_touched()
        return untitled, titled

    def test_a_window_with_a_title_of_its_own_shows_it(self):
        untitled, titled = self.find_untitled(self.get_buttons())
        self.assertFalse(untitled, "\n".join(untitled))
        self.assertGreater(titled, 5)

    def test_a_title_that_is_not_shown_is_found(self):
        def action_promise(debtors):
            action = debtors.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_event_action")
            return dict(action, name="Tout autre chose")

        with patch.object(self.env.registry["recovery.debtor"], "action_promise", action_promise):
            debtors = self.env["recovery.debtor"].search([("company_id", "=", self.company.id)], limit=1)
            untitled, _titled = self.find_untitled([(debtors, "action_promise")])
        self.assertTrue(any("Tout autre chose" in problem for problem in untitled), untitled)


@tagged("post_install", "-at_install")
class TestTitlesInTheSource(RecoveryCommon):
    def test_no_window_is_given_one_title_alone(self):
        found = [
            f"{path.relative_to(ROOT)}:{line}"
            for path in python_files("models", "wizards", "reports", "controllers", "bridges")
            if "tests" not in path.parts and path.name != "saying.py"
            for line in find_half_titled(path.read_text())
        ]
        self.assertFalse(found)

    def test_a_planted_one_is_found(self):
        for source in (
            "def f(action): return dict(action, name='x', domain=[])",
            "def f(action): return dict(action, display_name='x')",
            "def f(action): return {**action, 'name': 'x'}",
            "action['name'] = 'x'",
        ):
            with self.subTest(source=source):
                self.assertEqual(list(find_half_titled(source)), [1])
        self.assertFalse(list(find_half_titled("entitle(action, 'x', domain=[])\nvals = dict(vals, name='x')")))
