import ast
import re
from pathlib import Path

from odoo.tests import BaseCase, tagged

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ["common", "ledger", "risk", "dunning", "litigation"]
MAX_LINES = 400

#: What may be read of a context, which any client can send: what is shown, and of what.
PRESENTATION_KEYS = {
    "disable_abnormal_invoice_detection": "the invoice's form shows the warning that others find in the journal",
    "allowed_company_ids": "the companies ticked: core refuses those in which the user does not work",
}
#: Where what a client sends is judged or dropped, whatever its name.
JUDGES = {
    "models/common/recovery_named.py": {"*", "active_model", "active_ids", "active_id"},
    "models/common/own_values.py": {"*"},
}


def python_files(*folders):
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def context_keys(source):
    """Return what a source reads of contexts: a key's name, or ``*`` where it takes more than one key."""
    tree = ast.parse(source)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    keys = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute) or node.attr not in ("context", "_context"):
            continue
        if node.attr == "context" and getattr(node.value, "attr", getattr(node.value, "id", "")) != "env":
            continue
        parent, key = parents[node], None
        if isinstance(parent, ast.Attribute) and parent.attr == "get" and isinstance(parents[parent], ast.Call):
            key = parents[parent].args[0]
        elif isinstance(parent, ast.Subscript):
            key = parent.slice
        keys.add(key.value if isinstance(key, ast.Constant) else "*")
    for name in re.findall(r"depends_context\((.*?)\)", source):
        keys |= {key for key in re.findall(r"[\"'](\w+)[\"']", name) if key not in ("lang", "company", "uid")}
    return keys


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
            "common/aside",
            "common/calendar",
            "common/identity",
            "common/mail_headers",
            "common/placeholders",
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

    def test_no_context_grants_spares_or_silences(self):
        files = list(python_files("models", "wizards", "controllers", "reports", "demo"))
        files += [ROOT / "hooks.py"]
        files += [path for path in python_files("bridges") if "tests" not in path.parts]
        self.assertGreater(len(files), 300)
        for path in files:
            judged = JUDGES.get(str(path.relative_to(ROOT)), set())
            found = context_keys(path.read_text()) - PRESENTATION_KEYS.keys() - judged
            self.assertFalse(found, f"{path.relative_to(ROOT)} reads {sorted(found)} of a context: anybody can send it")
        for path in sorted((ROOT / "reports").glob("*.xml")):
            keys = set(re.findall(r"context\.get\(['\"](\w+)", path.read_text()))
            self.assertLessEqual(keys, {"lang"}, path.name)

    def test_a_planted_reading_of_a_context_is_found(self):
        for source, key in (
            ("if self.env.context.get('spare'): pass", "spare"),
            ("x = env.context['spare']", "spare"),
            ("x = 'spare' in self.env.context", "*"),
            ("context = self.env.context", "*"),
            ("x = {**record.env.context}", "*"),
            ("x = self._context.get('spare')", "spare"),
            ("x = self.with_context(a=1).env.context.get(name)", "*"),
            ("@api.depends_context('lang', 'spare')\ndef f(): pass", "spare"),
        ):
            with self.subTest(source=source):
                self.assertEqual(context_keys(source), {key})
        self.assertFalse(context_keys("self.with_context(lang=x)\naction['context'] = {}\ncontext = {}"))

    def test_public_methods_are_buttons_or_orm(self):
        allowed = {"create", "write", "unlink", "copy_data", "default_get", "mail_allowed_qweb_expressions"}
        allowed |= {"onchange", "get_empty_list_help"}  # the form's own, and core's words above an empty list
        allowed |= {"button_draft", "validate_move", "import_lang"}  # core's own buttons
        allowed |= {f"activity_{verb}" for verb in ("schedule", "search", "reschedule", "feedback", "unlink")}  # core's
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
