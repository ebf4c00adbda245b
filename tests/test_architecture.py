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

    def test_the_root_company_is_read_in_one_place(self):
        """Whoever works in a branch alone may not read the root: ``_recovery_root`` does it for the engines."""
        reads = re.compile(r"root_id\.(?!ids?\b)\w+|= [\w.()]*\broot_id$", re.MULTILINE)
        for text in ("company.root_id.currency_id", "root = company.root_id\n", "a = self.company_id.root_id"):
            self.assertRegex(text, reads)
        for path in python_files("models", "wizards", "controllers", "reports", "bridges"):
            if path.relative_to(ROOT) == Path("models/common/res_company.py") or "tests" in path.parts:
                continue
            found = reads.search(path.read_text())
            self.assertFalse(found, f"{path.relative_to(ROOT)} reads the root company by itself: {found}")

    def test_public_methods_are_buttons_or_orm(self):
        allowed = {"create", "write", "unlink", "copy_data", "default_get", "mail_allowed_qweb_expressions"}
        allowed |= {"button_draft", "validate_move"}  # core's own buttons
        allowed |= {"get_empty_list_help"}  # core's own words above an empty list
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
