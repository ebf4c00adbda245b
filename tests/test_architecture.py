import ast
import re
from functools import cache
from pathlib import Path

import polib

from odoo.tests import BaseCase, tagged

from .house import (
    FLOORS,
    ROOMS,
    ROOT,
    CoreNames,
    House,
    find_disorder,
    find_misplaced_views,
    find_strange_folders,
    find_unloaded_tests,
)

#: What may be read of a context, which any client can send: what is shown, and of what.
PRESENTATION_KEYS = {
    "disable_abnormal_invoice_detection": "the invoice's form shows the warning that others find in the journal",
    "recovery_with_scenario": "a level is named with its scenario where one chooses among those of all",
    "allowed_company_ids": "the companies ticked: core refuses those in which the user does not work",
}
#: Where what a client sends is judged or dropped, whatever its name.
JUDGES = {
    "models/common/recovery_named.py": {"*", "active_model", "active_ids", "active_id"},
    "models/common/own_values.py": {"*"},
    "models/common/recovery_guarded.py": {"*"},
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


def texts_told(tree):
    """Return the texts of a tree that are given to a translator, as the file of terms names them."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    return {
        call.args[0].value
        for call in calls
        if getattr(call.func, "attr", getattr(call.func, "id", "")) in ("_", "_lt")
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }


def hidden_texts(source):
    """Return the texts given to a translator within an f-string: what reads terms from the code passes them over."""
    found = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.JoinedStr)]
    return set().union(*map(texts_told, found))


@cache
def read_house():
    return House.from_folder()


def read_texts(pattern, *folders):
    """Return ``{path in the repository: text}`` of the files of some folders."""
    files = [path for folder in folders for path in sorted((ROOT / folder).rglob(pattern))]
    return {path.relative_to(ROOT).as_posix(): path.read_text() for path in files}


@tagged("post_install", "-at_install")
class TestArchitecture(BaseCase):
    """The house: rooms name only what stands to their left, and a reader finds any rule in one guess."""

    def assertNothing(self, findings):
        if findings:
            self.fail(f"{len(findings)} found:\n" + "\n".join(map(str, findings)))

    # Rooms see what stands to their left

    def test_every_file_stands_in_a_room(self):
        self.assertGreater(len(read_house().in_rooms), 200)
        self.assertIn("recovery.case", read_house().homes)
        self.assertNothing(read_house().find_outside_rooms())

    def test_a_room_never_names_a_model_to_its_right(self):
        self.assertNothing(read_house().find_models_to_the_right())

    def test_a_room_never_imports_one_to_its_right(self):
        self.assertNothing(read_house().find_imports_to_the_right())

    def test_a_room_never_names_a_field_or_method_to_its_right(self):
        self.assertNothing(read_house().find_names_to_the_right())

    def test_a_room_never_opens_a_view_to_its_right(self):
        self.assertNothing(read_house().find_xmlids_to_the_right(read_texts("*.xml", "views", *FLOORS)))

    # One home per model

    def test_no_model_is_extended_in_the_folder_of_its_home(self):
        self.assertNothing(read_house().find_extensions_at_home())

    def test_a_room_extends_a_model_in_one_file(self):
        self.assertNothing(read_house().find_slices())

    def test_a_file_holds_one_model_and_is_named_after_it(self):
        self.assertNothing(read_house().find_misnamed())

    def test_nothing_is_said_twice_in_a_file(self):
        self.assertNothing(read_house().find_said_twice())

    # What only some rooms do

    def test_sql_reads_the_books_or_writes_many_rows(self):
        self.assertNothing(read_house().find_sql())
        self.assertNothing(House(read_texts("*.py", "controllers")).find_sql())

    def test_pure_calculations_know_no_orm(self):
        pure = [source for source in read_house().in_rooms if source.is_pure]
        self.assertGreater(len(pure), 25)
        self.assertNothing(read_house().find_impure())

    # Views, windows, reports, tests and the manifest

    def test_every_floor_has_the_same_rooms(self):
        files = [path for folder in ("views", "tests", *FLOORS) for path in (ROOT / folder).rglob("*")]
        paths = [path.relative_to(ROOT).as_posix() for path in files if path.suffix in (".py", ".xml")]
        self.assertNothing(find_strange_folders(paths))

    def test_views_of_a_model_stand_in_one_file_per_room(self):
        homes = {model: source.place for model, source in read_house().homes.items()}
        self.assertNothing(find_misplaced_views(read_texts("*.xml", "views", "wizards", "reports"), homes))

    def test_the_manifest_lists_the_rooms_in_order(self):
        data = ast.literal_eval((ROOT / "__manifest__.py").read_text())["data"]
        self.assertNothing(find_disorder(data))
        self.assertEqual(set(read_texts("*.xml", "views", "wizards", "reports")) - set(data), set())

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
                        windows = (
                            r"'recovery\.(window|agreement\.wizard|writing|report\.window|table\.import|table\.window)'"
                        )
                        self.assertRegex(text, windows, f"{path.relative_to(ROOT)}")

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

    def test_a_stored_window_on_some_rows_has_no_address(self):
        """Its own address would open it on all rows, once it is read again: ``saying.narrow`` takes it off."""
        wide = re.compile(r"dict\(\s*action,[^)]*\bdomain=|path=False")
        self.assertRegex("dict(action, context={}, domain=[])", wide)
        for path in python_files("models", "wizards", "reports"):
            self.assertNotRegex(path.read_text(), wide, path.relative_to(ROOT))

    def test_no_text_hides_in_an_f_string(self):
        for path in python_files("models", "wizards", "controllers", "reports", "bridges"):
            self.assertFalse(hidden_texts(path.read_text()), path.relative_to(ROOT))
        self.assertEqual(hidden_texts("f'1-{name(self.env._(\"opening\"))}'"), {"opening"})
        self.assertFalse(hidden_texts("title = self.env._('opening')\nf'1-{title}'"))

    def test_every_text_of_the_code_is_in_french(self):
        terms = {entry.msgid for entry in polib.pofile(str(ROOT / "i18n" / "fr.po")) if entry.translated()}
        for path in python_files("models", "wizards", "controllers", "reports"):
            told = texts_told(ast.parse(path.read_text()))
            self.assertFalse(told - terms, f"{path.relative_to(ROOT)}: no French of these texts")

    def test_public_methods_are_buttons_or_orm(self):
        allowed = {"create", "write", "unlink", "copy_data", "default_get", "mail_allowed_qweb_expressions"}
        allowed |= {"export_data", "load", "onchange", "get_empty_list_help"}  # the form's own, words of an empty list
        allowed |= {"fields_get"}  # the description that every form asks for
        allowed |= {"web_save_multi", "toggle_active"}  # the list's own, refused in words
        allowed |= {"button_draft", "validate_move", "import_lang"}  # core's own buttons
        allowed |= {"button_uninstall", "button_uninstall_wizard", "module_uninstall"}  # core's own ways out
        allowed |= {f"activity_{verb}" for verb in ("schedule", "search", "reschedule", "feedback", "unlink")}  # core's
        allowed |= {"SELF_READABLE_FIELDS", "SELF_WRITEABLE_FIELDS"}  # core's own properties
        for path in python_files("models", "wizards"):
            for node in ast.walk(ast.parse(path.read_text())):
                if not isinstance(node, ast.ClassDef) or not any(
                    getattr(base, "attr", "").endswith("Model") for base in node.bases
                ):
                    continue
                for method in node.body:
                    if not isinstance(method, ast.FunctionDef) or method.name.startswith(("_", "action_")):
                        continue
                    if "api.private" not in map(ast.unparse, method.decorator_list):
                        self.assertIn(method.name, allowed, f"{path.relative_to(ROOT)}: {method.name} is open to RPC")

    def test_every_test_module_is_loaded(self):
        texts = read_texts("*.py", "tests")
        self.assertGreater(len(texts), 80)
        self.assertNothing(find_unloaded_tests(texts))

    def test_bridges_and_demo_see_the_whole_house(self):
        """They stand to the right of every room: nothing in a room names them."""
        for path, text in read_texts("*.py", *FLOORS).items():
            named = r"from \.+(demo|bridges|controllers)\b|debt_recovery_(automation|calendar|credit|queue|sale)"
            self.assertNotRegex(text, named, path)


HOME = """
class RecoveryNotice(models.Model):
    _name = "recovery.notice"
    _inherit = ["mail.thread"]
    debtor_id = fields.Many2one("recovery.debtor")
    line_ids = fields.One2many("recovery.notice.line", "notice_id")
    state = fields.Selection([("letter_lost", "Lost")])
    def _cancel_it(self): pass
"""
DEBTOR = """
class RecoveryDebtor(models.Model):
    _name = "recovery.debtor"
    note = fields.Char()
    day = fields.Date()
"""
RIGHT = """
class RecoveryDebtor(models.Model):
    _inherit = "recovery.debtor"
    notice_ids = fields.One2many("recovery.notice", "debtor_id")
    worth = fields.Float()
    day = fields.Datetime()
    def write(self, vals): return super().write(vals)
    def _remind_me(self): pass
"""
COMMON, CAMPAIGN = "models/common/recovery_debtor.py", "models/dunning/campaign/"
CORE = CoreNames(frozenset({"write", "state", "name", "create"}), frozenset({"write", "create"}))


@tagged("post_install", "-at_install")
class TestPlantedViolations(BaseCase):
    """Each rule of the house finds what is planted against it, and nothing in what is allowed."""

    def make_house(self, texts):
        house = {COMMON: DEBTOR, f"{CAMPAIGN}recovery_debtor.py": RIGHT, f"{CAMPAIGN}recovery_notice.py": HOME}
        return House(house | texts, CORE)

    def in_method(self, line, model="recovery.review", path="models/credit/review/recovery_review.py", head=""):
        name = "".join(word.title() for word in model.split("."))
        source = f"{head}\nclass {name}(models.Model):\n    _name = {model!r}\n"
        source += "    debtor_id = fields.Many2one('recovery.debtor')\n"
        return {path: f"{source}    def _do(self, vals, debtor=None, record=None):\n        {line}\n"}

    def in_class(self, line):
        source = self.in_method("pass")
        return {path: text.replace("    def _do", f"    {line}\n    def _do") for path, text in source.items()}

    def test_a_planted_model_is_found(self):
        for line in (
            "self.env['recovery.notice'].search([])",
            "x = {'res_model': 'recovery.notice'}",
            "x = f'recovery.notice,{self.id}'",
        ):
            with self.subTest(line=line):
                found = self.make_house(self.in_method(line)).find_models_to_the_right()
                self.assertEqual([finding.name for finding in found], ["recovery.notice"])
        for line in ("x = fields.Many2one('recovery.notice')", "x = fields.One2many(comodel_name='recovery.notice')"):
            with self.subTest(line=line):
                self.assertTrue(self.make_house(self.in_class(line)).find_models_to_the_right())
        extension = "class A(models.Model):\n    _inherit = 'recovery.notice'\n"
        self.assertTrue(self.make_house({"models/claim/recovery_notice.py": extension}).find_models_to_the_right())
        hooks = {"hooks.py": "def uninstall_hook(env):\n    env['recovery.notice'].search([]).unlink()\n"}
        self.assertTrue(self.make_house(hooks).find_models_to_the_right())
        for line in ("self.env['recovery.debtor'].search([])", "'''Say recovery.notice.'''"):
            with self.subTest(line=line):
                self.assertFalse(self.make_house(self.in_method(line)).find_models_to_the_right())

    def test_a_planted_import_is_found(self):
        for head in (
            "from ...dunning.campaign import verdict",
            "from ...dunning.campaign.verdict import Judge",
            "from odoo.addons.debt_recovery.models.dunning.campaign.verdict import Judge",
        ):
            for verdict in ("class Judge: pass\n", "Judge = 1\n"):
                with self.subTest(head=head):
                    house = self.make_house(self.in_method("pass", head=head) | {f"{CAMPAIGN}verdict.py": verdict})
                    self.assertTrue(house.find_imports_to_the_right())
        left = {"models/legal/interest.py": "RATE = 1\n"}
        house = self.make_house(self.in_method("pass", head="from ...legal.interest import RATE") | left)
        self.assertFalse(house.find_imports_to_the_right())
        inside = {f"{CAMPAIGN}recovery_verdict.py": "from ..scenario.ladder import Step\nfrom .verdict import Judge\n"}
        others = {"models/dunning/scenario/ladder.py": "Step = 1\n", f"{CAMPAIGN}verdict.py": "Judge = 1\n"}
        self.assertFalse(self.make_house(inside | others).find_imports_to_the_right())
        wizard = {"wizards/claim/recovery_x.py": "from ...models.dunning.campaign.verdict import Judge\n"}
        self.assertTrue(self.make_house(wizard | others).find_imports_to_the_right())

    def test_a_planted_field_or_method_is_found(self):
        for line, name in (
            ("debtor._remind_me()", "_remind_me"),
            ("x = record.notice_ids", "notice_ids"),
            ("x = getattr(record, '_remind_me')", "_remind_me"),
            ("x = hasattr(record, '_remind_me')", "_remind_me"),
            ("x = record.mapped('debtor_id.notice_ids')", "notice_ids"),
            ("x = [('debtor_id.notice_ids', '!=', False)]", "notice_ids"),
            ("x = Domain('notice_ids', '!=', False)", "notice_ids"),
            ("x = dict(vals, notice_ids=[])", "notice_ids"),
            ("record.create({'notice_ids': []})", "notice_ids"),
            ("x = self.with_context(default_notice_ids=[])", "notice_ids"),
            ("x = ['note', 'notice_ids']", "notice_ids"),
            ("x = ('_remind_me', '_other')", "_remind_me"),
            ("x = self.debtor_id.worth", "worth"),
            ("x = sum(d.worth for d in self.debtor_id)", "worth"),
            ("x = self.mapped('debtor_id').filtered(lambda d: d.worth)", "worth"),
            ("x = self.debtor_id.sudo().filtered('worth')", "worth"),
            ("x = self.env['recovery.debtor'].search([('worth', '>', 0)], order='worth desc')", "worth"),
            ("x = self.env['recovery.debtor'].search(Domain('note', '=', 1) & Domain('worth', '>', 0))", "worth"),
            ("x = [('worth', '>', 0)]; self.env['recovery.debtor'].search(x)", "worth"),
            ("x = self.env['recovery.debtor']._read_group([], ['day:month'], ['worth:sum'])", "worth"),
            ("self.debtor_id.write({'worth': 1.0})", "worth"),
            ("for d in self.debtor_id: d.worth = 1.0", "worth"),
            ("x = debtor.worth", "worth"),
        ):
            with self.subTest(line=line):
                found = self.make_house(self.in_method(line)).find_names_to_the_right()
                self.assertEqual({finding.name for finding in found}, {name})
        for line in (
            "x = fields.Float(related='debtor_id.worth')",
            "x = fields.Float(compute='_remind_me')",
            "x = fields.Selection('_remind_me')",
            "x = fields.Float(default=lambda self: self.env['recovery.debtor'].browse(1).worth)",
            "@api.depends('debtor_id.worth')",
            "@api.constrains('debtor_id.worth')",
            "_typed = ('note', 'notice_ids')",
        ):
            with self.subTest(line=line):
                self.assertTrue(self.make_house(self.in_class(line)).find_names_to_the_right())

    def test_what_is_no_field_to_the_right_is_left_alone(self):
        """Words, what core declares, plain objects, and what is declared to the left as well."""
        head = "import notice_ids\nclass Row(NamedTuple):\n    _remind_me: int\n"
        for line in (
            "self.debtor_id.write({'note': 1})",
            "x = record.state",
            "x = record.worthy",
            "x = record.day",
            "x = self.debtor_id.day",
            "x = record._remind_me",
            "x = notice_ids.loads()",
            "x = {'notice_ids': 1}['notice_ids']",
            "x = self.env._('notice_ids')",
            "x = [('notice_ids', 'Notices of the debtor')]",
            "'''notice_ids'''",
            "x = 'worth'",
        ):
            with self.subTest(line=line):
                self.assertFalse(self.make_house(self.in_method(line, head=head)).find_names_to_the_right())
        for line in (
            "x = fields.Selection([('letter_lost', 'Lost'), ('notice_ids', 'Notices')], default='notice_ids')",
        ):
            self.assertFalse(self.make_house(self.in_class(line)).find_names_to_the_right())
        right = self.in_method("x = debtor.worth", "recovery.desk", "models/desk/recovery_desk.py")
        self.assertFalse(self.make_house(right).find_names_to_the_right())

    def test_a_planted_xml_id_is_found(self):
        view = '<odoo><record id="recovery_notice_action" model="ir.actions.act_window"/></odoo>'
        house = self.make_house(self.in_method("x = self.env.ref('debt_recovery.recovery_notice_action')"))
        path = "views/{}/recovery_notice_views.xml"
        self.assertTrue(house.find_xmlids_to_the_right({path.format("dunning/campaign"): view}))
        self.assertFalse(house.find_xmlids_to_the_right({path.format("legal"): view}))

    def test_a_planted_slice_is_found(self):
        extension = "class A(models.Model):\n    _inherit = 'recovery.notice'\n"
        mixin = "class A(models.Model):\n    _name = 'recovery.other'\n    _inherit = ['recovery.notice']\n"
        for path in (f"{CAMPAIGN}recovery_notice_rest.py", "wizards/dunning/campaign/recovery_notice.py"):
            self.assertTrue(self.make_house({path: extension}).find_extensions_at_home(), path)
        self.assertTrue(self.make_house({f"{CAMPAIGN}recovery_notice.py": HOME + extension}).find_extensions_at_home())
        for path in ("models/dunning/formal/recovery_notice.py", "models/desk/recovery_notice.py"):
            self.assertFalse(self.make_house({path: extension}).find_extensions_at_home(), path)
        self.assertFalse(self.make_house({f"{CAMPAIGN}recovery_other.py": mixin}).find_extensions_at_home())
        twice = {f"models/desk/recovery_{name}.py": extension for name in ("notice", "notice_screen")}
        self.assertEqual(len(self.make_house(twice).find_slices()), 2)
        core = {f"models/desk/{name}.py": extension.replace("recovery.notice", "res.partner") for name in "ab"}
        self.assertEqual(len(self.make_house(core).find_slices()), 2)
        self.assertFalse(self.make_house({"models/desk/recovery_notice.py": extension}).find_slices())

    def test_what_is_planted_twice_is_found(self):
        for text in ("BATCH = 50\nBATCH = 500\n", "BATCH: int = 50\nBATCH = 500\n", "A = 1\nA, B = 2, 3\n"):
            with self.subTest(text=text):
                self.assertEqual(len(self.make_house({"models/claim/claim.py": text}).find_said_twice()), 2)
        order = self.in_class("_order = 'id'\n    _order = 'name'")
        self.assertEqual([finding.name for finding in self.make_house(order).find_said_twice()], ["_order"] * 2)
        once = "A = 1\nclass B:\n    A = 2\n    B = A\ndef c():\n    x = 1\n    x = 2\n"
        self.assertFalse(self.make_house({"models/claim/claim.py": once}).find_said_twice())

    def test_a_planted_name_of_a_file_is_found(self):
        for path, text in (
            ("models/desk/recovery_screen.py", "class A(models.Model):\n    _inherit = 'recovery.notice'\n"),
            ("models/desk/partner.py", "class A(models.Model):\n    _inherit = 'res.partner'\n"),
            ("models/desk/core_desk.py", "class A(models.Model):\n    _inherit = 'recovery.notice'\n"),
            ("models/desk/recovery_a.py", "class A(models.Model):\n    _name = 'recovery.b'\n"),
            ("wizards/desk/recovery_a.py", "class A(models.TransientModel):\n    _name = 'recovery.b'\n"),
            (
                "models/desk/recovery_a.py",
                "class A(models.Model):\n    _name = 'recovery.a'\nclass B(models.Model):\n    _name = 'recovery.b'\n",
            ),
        ):
            with self.subTest(path=path, text=text):
                self.assertTrue(self.make_house({path: text}).find_misnamed())
        for path, text in (
            ("models/desk/res_partner.py", "class A(models.Model):\n    _inherit = 'res.partner'\n"),
            ("models/desk/core_mail.py", "class A(models.Model):\n    _inherit = 'mail.mail'\n"),
            ("models/desk/mail_merge.py", "class A(models.Model):\n    _inherit = 'mail.merge.automatic.wizard'\n"),
        ):
            with self.subTest(path=path, text=text):
                self.assertFalse(self.make_house({path: text}).find_misnamed())

    def test_planted_sql_is_found(self):
        for text in ("env.cr.execute('SELECT 1')", "x = SQL('SELECT 1')", "env.execute_query(x)", "_table_query = ''"):
            with self.subTest(text=text):
                self.assertTrue(House({"models/desk/recovery_worklist.py": text}).find_sql())
                self.assertTrue(House({"controllers/export.py": text}).find_sql())
                self.assertFalse(House({"models/ledger/recovery_ledger.py": text}).find_sql())
                self.assertFalse(House({"models/common/recovery_bulk.py": text}).find_sql())

    def test_planted_orm_in_a_calculation_is_found(self):
        for text in ("from odoo import models", "import odoo", "import odoo.tools", "from odoo.fields import Domain"):
            with self.subTest(text=text):
                self.assertTrue(House({"models/claim/figures.py": text}).find_impure())
        self.assertTrue(House({"models/common/roles.py": "from odoo import fields"}).find_impure())
        self.assertFalse(House({"models/common/roles.py": "from odoo.exceptions import AccessError"}).find_impure())
        self.assertFalse(House({"models/claim/figures.py": "from datetime import date"}).find_impure())
        model = "from odoo import models\nclass A(models.Model): pass\n"
        self.assertFalse(House({"models/claim/recovery_claim.py": model}).find_impure())

    def test_a_planted_folder_is_found(self):
        for path in (
            "models/recovery_x.py",
            "models/risk/recovery_x.py",
            "models/dunning/recovery_x.py",
            "wizards/recovery_x.py",
            "reports/recovery_x_templates.xml",
            "views/recovery_x_views.xml",
            "views/screens/recovery_x_views.xml",
            "tests/dunning/test_x.py",
        ):
            with self.subTest(path=path):
                self.assertTrue(find_strange_folders([path]))
        for path in (
            "models/dunning/__init__.py",
            "models/dunning/campaign/recovery_x.py",
            "views/recovery_menus.xml",
            "reports/report_actions.xml",
            "tests/test_security.py",
            "tests/tours/test_day.py",
            "tests/dunning/formal/test_x.py",
        ):
            with self.subTest(path=path):
                self.assertFalse(find_strange_folders([path]))
        self.assertTrue(House({"models/risk/recovery_x.py": ""}).find_outside_rooms())

    def test_a_planted_view_is_found(self):
        homes = {
            "recovery.notice": f"{CAMPAIGN}recovery_notice.py",
            "recovery.send.wizard": "wizards/desk/recovery_send_wizard.py",
        }
        view = '<odoo><record id="x" model="ir.ui.view"><field name="model">{}</field></record></odoo>'
        action = '<odoo><record id="x" model="ir.actions.act_window"><field name="res_model">{}</field></record></odoo>'
        for text in (view, action):
            for path, model in (
                ("views/dunning/campaign/recovery_sending_views.xml", "recovery.notice"),
                ("views/claim/recovery_notice_views.xml", "recovery.notice"),
                ("views/desk/recovery_send_wizard_views.xml", "recovery.send.wizard"),
                ("wizards/claim/recovery_send_wizard_views.xml", "recovery.send.wizard"),
                ("wizards/desk/recovery_notice_views.xml", "recovery.notice"),
                ("views/claim/partner_views.xml", "res.partner"),
            ):
                with self.subTest(path=path, model=model):
                    self.assertTrue(find_misplaced_views({path: text.format(model)}, homes))
            for path, model in (
                ("views/dunning/campaign/recovery_notice_views.xml", "recovery.notice"),
                ("views/desk/recovery_notice_views.xml", "recovery.notice"),
                ("wizards/desk/recovery_send_wizard_views.xml", "recovery.send.wizard"),
                ("views/claim/res_partner_views.xml", "res.partner"),
            ):
                with self.subTest(path=path, model=model):
                    self.assertFalse(find_misplaced_views({path: text.format(model)}, homes))

    def test_a_planted_disorder_of_the_manifest_is_found(self):
        ordered = ["reports/desk/a_templates.xml", "wizards/common/a_views.xml", "views/common/a_views.xml"]
        ordered += ["views/credit/a_views.xml", "views/credit/score/a_views.xml", "views/desk/a_views.xml"]
        self.assertFalse(find_disorder(ordered))
        self.assertTrue(find_disorder([*ordered, "views/claim/a_views.xml"]))

    def test_a_planted_test_that_is_not_loaded_is_found(self):
        texts = {
            "tests/__init__.py": "from . import test_a\nfrom .dunning import *\n",
            "tests/test_a.py": "",
            "tests/dunning/__init__.py": "from .formal import *\n",
            "tests/dunning/formal/__init__.py": "from . import test_b\n",
            "tests/dunning/formal/test_b.py": "",
            "tests/dunning/formal/demand.py": "",
        }
        self.assertFalse(find_unloaded_tests(texts))
        for path in ("tests/test_c.py", "tests/dunning/formal/test_c.py", "tests/desk/test_c.py"):
            with self.subTest(path=path):
                self.assertTrue(find_unloaded_tests({**texts, path: ""}))
        twice = {
            "tests/dunning/__init__.py": "from . import test_a\nfrom .formal import *",
            "tests/dunning/test_a.py": "",
        }
        self.assertTrue(find_unloaded_tests(texts | twice))
        for path in ("tests/__init__.py", "tests/dunning/__init__.py", "tests/dunning/formal/__init__.py"):
            with self.subTest(path=path):
                self.assertTrue(find_unloaded_tests({**texts, path: ""}))

    def test_the_rooms_are_told_once_and_in_order(self):
        self.assertEqual(len(set(ROOMS)), len(ROOMS))
        self.assertEqual((ROOMS[0], ROOMS[-1]), ("common", "settings"))
