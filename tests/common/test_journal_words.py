import ast
from pathlib import Path

from odoo.tests import tagged

from ...models.common.trace_labels import describe
from ...models.dunning.formal.recovery_registered_letter import TRACKED
from .common import RecoveryCommon

ROOT = Path(__file__).parents[2]
# What writes figures: into the journal, into it and a thread, into a question to a manager.
DOORS = ("_log", "_trace", "_ask")
VARIABLES = {"details", "figures", "trace"}
METHODS = ("_get_trace", "_get_figures", "_get_details")


class Figures(ast.NodeVisitor):
    """The keys of the figures that one file gives to the journal or to a decision.

    They stand in a call of a door, in a variable that it names or in a method that it calls.
    """

    def __init__(self, tree):
        self.keys = set()
        self.function = None
        self.visit(tree)

    def visit_FunctionDef(self, function):
        self.function = function
        if function.name in METHODS:
            self.add(function)
        self.generic_visit(function)

    def visit_Call(self, call):
        if isinstance(call.func, ast.Attribute) and call.func.attr in DOORS:
            for argument in [*call.args, *(keyword.value for keyword in call.keywords)]:
                self.add(argument)
                for variable in VARIABLES & {node.id for node in ast.walk(argument) if isinstance(node, ast.Name)}:
                    self.add_variable(variable)
        self.generic_visit(call)

    def add_variable(self, name):
        for node in ast.walk(self.function):
            if isinstance(node, ast.Assign) and any(getattr(target, "id", None) == name for target in node.targets):
                self.add(node.value)

    def add(self, tree):
        for node in ast.walk(tree):
            if isinstance(node, ast.Dict):
                self.keys.update(key.value for key in node.keys if isinstance(key, ast.Constant))


@tagged("post_install", "-at_install")
class TestJournalWords(RecoveryCommon):
    def test_whatever_the_journal_keeps_has_a_name(self):
        words = self.env["recovery.event"]._get_words()
        files = [path for room in ("models", "wizards", "reports") for path in (ROOT / room).rglob("*.py")]
        found = {key for path in files for key in Figures(ast.parse(path.read_text())).keys}
        self.assertLessEqual(
            {"amount", "agreed", "at opening", "from", "orders", "sender", "missing", "feedback"}, found, "it looks"
        )
        self.assertFalse(found - words.keys())
        self.assertFalse(TRACKED - words.keys(), "a letter's tracking is kept by the names of its fields")

    def test_no_word_is_declared_for_nothing(self):
        files = [path for room in ("models", "wizards", "reports") for path in (ROOT / room).rglob("*.py")]
        text = "".join(path.read_text() for path in files)
        for key in self.env["recovery.event"]._get_words():
            with self.subTest(key=key):
                self.assertGreater(text.count(f'"{key}"'), 1)

    def test_kept_figures_are_written_as_the_reader_writes_them(self):
        def show(value, lang="fr_FR"):
            return describe(self.env(context={"lang": lang}), {"agreed": value})

        self.assertEqual(show(900.0).split()[-1], "900,00")
        self.assertEqual(show(900.0, "en_US").split()[-1], "900.00")
        self.assertEqual(show("2026-03-09").split()[-1], "09/03/2026")
        self.assertEqual(show(["2026-03-09", 1.5]).split(" : ", 1)[-1].split(": ", 1)[-1], "09/03/2026, 1,50")
        self.assertEqual(show(True).split()[-1], "oui")
        self.assertEqual(show(3).split()[-1], "3", "a number of things has no decimals")
        self.assertEqual(show("FAC/2026/00012").split()[-1], "FAC/2026/00012")
