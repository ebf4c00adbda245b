import ast
import re
from pathlib import Path

from odoo.tests import BaseCase, tagged

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ["common", "ledger", "risk", "dunning", "litigation"]
MAX_LINES = 400


def python_files(*folders):
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def model_names(path):
    """Return the names of the models that a file declares with ``_name``."""
    return set(re.findall(r'^    _name = "(recovery\.[a-z.]+)"', path.read_text(), re.MULTILINE))


@tagged("post_install", "-at_install")
class TestArchitecture(BaseCase):
    """The house: rooms name only what stands to their left, and a reader finds any rule in one guess."""

    def test_sql_stays_in_the_ledger(self):
        for path in python_files("models", "wizards", "controllers", "reports"):
            if path.is_relative_to(ROOT / "models" / "ledger"):
                continue
            found = re.search(r"\bSQL\(|cr\.execute\(|execute_query|_table_query", path.read_text())
            self.assertFalse(found, f"{path.relative_to(ROOT)} speaks SQL: {found and found.group()}")

    def test_a_room_never_names_one_to_its_right(self):
        owner = {}
        for position, room in enumerate(ROOMS):
            for path in python_files(f"models/{room}"):
                for name in model_names(path):
                    owner[name] = position
        self.assertIn("recovery.case", owner)
        for position, room in enumerate(ROOMS):
            for path in python_files(f"models/{room}"):
                text = path.read_text()
                for name in re.findall(r'"(recovery\.[a-z.]+)"', text):
                    self.assertLessEqual(
                        owner.get(name, position),
                        position,
                        f"{path.relative_to(ROOT)} names {name}, a room to its right",
                    )
                for right in ROOMS[position + 1 :]:
                    self.assertNotRegex(text, rf"from \.\.+{right}\b", f"{path.relative_to(ROOT)} imports {right}")

    def test_pure_calculations_know_no_orm(self):
        for name in (
            "common/calendar",
            "common/identity",
            "common/mail_headers",
            "common/legal/interest",
            "common/legal/ecb",
            "common/legal/prescription",
            "ledger/allocation",
            "ledger/ageing",
            "ledger/rows",
            "risk/cover",
            "risk/exposure",
            "ledger/history_rows",
            "risk/score/scoring",
            "risk/score/behaviour",
            "risk/terms/payment_limit",
            "risk/mentions/written",
            "dunning/scenario/ladder",
            "dunning/scenario/restraint",
            "dunning/scenario/tone",
            "dunning/campaign/addressee",
            "dunning/campaign/verdict",
            "dunning/formal/tracking",
            "dunning/desk/assignment",
            "dunning/desk/priority",
            "dunning/claim/figures",
            "dunning/charge/late_fee_mode",
            "dunning/agreements/promise_check",
            "dunning/agreements/plan_schedule",
        ):
            tree = ast.parse((ROOT / "models" / f"{name}.py").read_text())
            for node in ast.walk(tree):
                modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom) and not node.level:
                    modules.append(node.module)
                for module in modules:
                    self.assertFalse(module.startswith("odoo"), f"{name} imports {module}")

    def test_engines_take_their_day(self):
        for path in python_files("models"):
            found = re.search(r"Date\.(context_)?today|datetime\.now\(|date\.today\(", path.read_text())
            self.assertFalse(found, f"{path.relative_to(ROOT)} asks for today by itself")

    def test_records_named_by_a_context_are_checked(self):
        """``_get_active_records`` reads the selection, ``default_get`` the defaults: both ask who may read."""
        for path in python_files("models", "wizards", "reports", "controllers"):
            if path.name == "recovery_named.py":
                continue
            found = re.search(r"env\.context(\.get\(|\[)\s*f?[\"'](active_|default_)\w*", path.read_text())
            self.assertFalse(found, f"{path.relative_to(ROOT)} reads {found and found.group()} unchecked")

    def test_every_transient_model_of_ours_is_a_window(self):
        for path in python_files("models", "wizards", "reports", "demo"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ClassDef) and any(
                    getattr(b, "attr", "") == "TransientModel" for b in node.bases
                ):
                    text = ast.unparse(node)
                    if "_name = 'recovery." in text:
                        self.assertRegex(text, r"'recovery\.(window|agreement\.wizard)'", f"{path.relative_to(ROOT)}")

    def test_public_methods_are_buttons_or_orm(self):
        allowed = {"create", "write", "unlink", "copy_data", "default_get", "mail_allowed_qweb_expressions"}
        allowed |= {"onchange"}  # the form's own
        allowed |= {"button_draft", "validate_move"}  # core's own buttons
        allowed |= {"SELF_READABLE_FIELDS", "SELF_WRITEABLE_FIELDS"}  # core's own properties
        for path in python_files("models", "wizards"):
            for node in ast.walk(ast.parse(path.read_text())):
                if not isinstance(node, ast.ClassDef) or not any(
                    getattr(base, "attr", "").endswith("Model") for base in node.bases
                ):
                    continue
                for method in node.body:
                    if isinstance(method, ast.FunctionDef) and not method.name.startswith(("_", "action_")):
                        self.assertIn(method.name, allowed, f"{path.relative_to(ROOT)}: {method.name} is open to RPC")

    def test_no_god_file(self):
        for path in python_files("models", "wizards", "controllers", "reports", "demo", "tests"):
            lines = len(path.read_text().splitlines())
            limit = MAX_LINES if "tests" not in path.parts else 500
            self.assertLessEqual(lines, limit, f"{path.relative_to(ROOT)} has {lines} lines")

    def test_one_file_per_model(self):
        for path in python_files("models"):
            self.assertLessEqual(len(model_names(path)), 1, path.relative_to(ROOT))

    def test_every_test_module_is_loaded(self):
        for package in (ROOT / "tests").iterdir():
            if package.is_dir() and (package / "__init__.py").exists():
                text = (package / "__init__.py").read_text()
                for module in package.glob("test_*.py"):
                    self.assertIn(f"from . import {module.stem}", text)
                self.assertIn(f"from .{package.name} import *", (ROOT / "tests" / "__init__.py").read_text())
        for module in (ROOT / "tests").glob("test_*.py"):
            self.assertIn(f"from . import {module.stem}", (ROOT / "tests" / "__init__.py").read_text())
