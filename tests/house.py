"""What the sources of the house say of its rooms, read without the ORM: what each declares, and what each names."""

import ast
import re
from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from dateutil.relativedelta import relativedelta

ROOT = Path(__file__).resolve().parent.parent

#: Every leaf room, each seeing only what stands before it.
ROOMS = [
    "common",
    "legal",
    "ledger",
    "contract",
    "credit",
    "credit/score",
    "credit/file",
    "credit/review",
    "claim",
    "limitation",
    "dunning/scenario",
    "dunning/campaign",
    "dunning/formal",
    "agreements",
    "late_fees",
    "litigation/parties",
    "litigation/case",
    "litigation/procedure",
    "litigation/deadline",
    "litigation/evidence",
    "litigation/cost",
    "litigation/execution",
    "litigation/insolvency",
    "litigation/advice",
    "litigation/doubtful",
    "desk",
    "reporting",
    "settings",
]
#: Folders whose sub-folders are the rooms.
FLOORS = ["models", "wizards", "reports"]
SQL = re.compile(r"\bSQL\(|cr\.execute\(|execute_query|_table_query")

_MODULE = "debt_recovery"
_PACKAGE = f"odoo.addons.{_MODULE}."
_NAMES = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_MODEL = re.compile(r"recovery(?:\.[a-z_]+)+")
_VALUES = (
    *(str, bytes, int, float, list, tuple, dict, set, frozenset, range, property, BaseException, re.Match, re.Pattern),
    *(date, datetime, time, timedelta, relativedelta, Decimal, Fraction, BytesIO, Counter, Path, ElementTree.Element),
)
#: Attributes of what is no record: a left room may read them, whatever a right room calls its fields.
VALUE_NAMES = {name for value in _VALUES for name in dir(value)} | {"_asdict", "_fields", "_make", "_replace"}
#: Calls whose strings are words of people or of other tables.
_WORDED = ("_", "_lt", "ref", "has_group", "has_groups", "format", "SQL", "_for_xml_id", "_xmlid_to_res_id")
#: Methods of a recordset that give records of the same model.
_SAME = (
    *("browse", "search", "search_fetch", "create", "new", "copy", "filtered", "filtered_domain", "sorted", "exists"),
    *("sudo", "with_context", "with_company", "with_user", "with_env", "with_prefetch", "concat", "union"),
)
#: Methods of a recordset whose strings name its fields.
_FIELD_CALLS = (
    *("mapped", "filtered", "sorted", "grouped", "search", "search_count", "search_fetch", "search_read", "_search"),
    *("_read_group", "read", "fetch", "create", "write", "new", "update", "modified", "invalidate_recordset"),
    *("flush_recordset", "invalidate_model", "flush_model", "filtered_domain", "default_get", "copy"),
)
#: Fields of core that point at what rooms extend.
_CORE_LINKS = {
    "company_id": "res.company",
    "root_id": "res.company",
    "partner_id": "res.partner",
    "commercial_partner_id": "res.partner",
    "move_id": "account.move",
    "line_ids": "account.move.line",
    "user_id": "res.users",
    "user_ids": "res.users",
    "partner_ids": "res.partner",
    "company_ids": "res.company",
}


class Finding(NamedTuple):
    """One breach: where it stands, and where what it names is at home."""

    kind: str
    path: str
    line: int
    name: str
    home: str = ""

    def __str__(self):
        return f"{self.path}:{self.line}: {self.kind} {self.name}" + (f", of {self.home}" if self.home else "")


def get_room(path):
    """Return the room of a file of a floor: ``models/dunning/campaign/x.py`` is of ``dunning/campaign``."""
    return "/".join(path.split("/")[1:-1])


def get_model_classes(nodes):
    """Return the classes that are models."""
    return [
        node
        for node in nodes
        if isinstance(node, ast.ClassDef) and any(getattr(base, "attr", "").endswith("Model") for base in node.bases)
    ]


def read_class(node):
    """Return ``(name, models inherited)`` of a model's class; the name is empty where it only extends."""
    name, inherited = "", []
    for statement in node.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            if statement.targets[0].id == "_name":
                name = statement.value.value
            elif statement.targets[0].id == "_inherit":
                values = getattr(statement.value, "elts", [statement.value])
                inherited = [value.value for value in values if isinstance(value, ast.Constant)]
    return name, inherited


def get_extended(node):
    """Return the model that a class extends, empty where it declares one."""
    name, inherited = read_class(node)
    if not name:
        return inherited[0] if inherited else ""
    return name if name in inherited else ""


def get_members(node):
    """Return the names that a class declares: methods, fields, attributes."""
    names = set()
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            names.add(statement.name)
        elif isinstance(statement, ast.Assign):
            names |= {target.id for target in statement.targets if isinstance(target, ast.Name)}
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            names.add(statement.target.id)
    return names


class CoreNames(NamedTuple):
    """Names that core declares: on any model of the add-ons under ours, and on every record."""

    models: frozenset = frozenset()
    records: frozenset = frozenset()

    @classmethod
    def from_sources(cls):
        """Read them in the sources of Odoo that are installed."""
        import odoo.orm  # noqa: PLC0415, what stands outside this house

        import odoo.addons  # noqa: PLC0415

        orm = [file for path in odoo.orm.__path__ for file in Path(path).rglob("*.py")]
        addons = ("account", "analytic", "base", "bus", "mail", "portal", "product", "web", "web_tour")
        files = [
            file
            for path in map(Path, odoo.addons.__path__)
            for addon in addons
            for folder in ("models", "wizard", "report")
            for file in (path / addon / folder).rglob("*.py")
        ]
        mixins = re.compile(r"mail_(thread|activity_mixin|render_mixin|composer_mixin)")
        threads = [file for file in files if mixins.match(file.name)]
        records = _read_declared(orm) | _read_declared(threads)
        return cls(frozenset(records | _read_declared(files)), frozenset(records))


def _read_declared(files):
    declared = re.compile(r"^\s*(?:async )?def (\w+)|^    (\w+)(?:: [^=\n]+)? = |^\s+self\.(\w+) = ", re.MULTILINE)
    return {name for file in files for found in declared.findall(file.read_text()) for name in found if name}


class Source:
    """A Python file: its tree, its place, and what it declares."""

    def __init__(self, path, place, text):
        self.path = path
        self.place = place
        self.text = text
        self.room = get_room(place) if place.split("/")[0] in FLOORS else "common"
        self.position = ROOMS.index(self.room) if self.room in ROOMS else None
        self.stem = place.split("/")[-1].removesuffix(".py")

    @cached_property
    def tree(self):
        return ast.parse(self.text)

    @cached_property
    def nodes(self):
        return list(ast.walk(self.tree))

    @cached_property
    def models(self):
        return get_model_classes(self.nodes)

    @cached_property
    def members(self):
        """Names that its models declare."""
        return {name for node in self.models for name in get_members(node)}

    @cached_property
    def plain(self):
        """Names of what is no model: functions, attributes of plain classes, parameters of fields."""
        names = set()
        for node in self.nodes:
            if isinstance(node, ast.ClassDef) and node not in self.models:
                names |= get_members(node)
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                if isinstance(node.value, ast.Name) and node.value.id == "self" and not self.models:
                    names.add(node.attr)
            elif is_field(node):
                names |= {keyword.arg for keyword in node.keywords if keyword.arg}
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "namedtuple":
                names |= {word for arg in node.args[1:] for word in ast.unparse(arg).strip("'\"").split()}
        for node in self.tree.body:
            if isinstance(node, ast.FunctionDef):
                names.add(node.name)
            elif isinstance(node, ast.Assign):
                names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        return names

    @cached_property
    def imported(self):
        """Names that this file binds by imports of packages that are not ours: ``json.loads`` is theirs."""
        names = set()
        for node in self.nodes:
            if isinstance(node, ast.Import):
                names |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names |= {alias.asname or alias.name for alias in node.names}
        return names

    @cached_property
    def is_pure(self):
        """Whether it is a module of plain Python: it declares neither a model nor a kind of field."""
        kinds = {ast.unparse(base).split(".")[0] for node in self.nodes for base in getattr(node, "bases", ())}
        return self.place.startswith("models/") and self.stem != "__init__" and not kinds & {"models", "fields"}

    def get_imports(self):
        """Yield ``(line, path)`` of each module of this house that the file imports, with or without ``.py``."""
        for node in self.nodes:
            if isinstance(node, ast.ImportFrom):
                if node.level:
                    folder = self.path.split("/")[: -node.level]
                elif f"{node.module}.".startswith(_PACKAGE):
                    folder = []
                else:
                    continue
                module = (node.module or "").removeprefix(_PACKAGE.rstrip(".")).strip(".")
                base = "/".join([*folder, *filter(None, module.split("."))])
                yield node.lineno, base
                for alias in node.names:
                    yield node.lineno, f"{base}/{alias.name}"

    def get_names(self):
        """Yield ``(line, name)`` of what may be a field or a method, whatever it is asked of.

        A word alone may be anything: in a string, only names with an underscore count, and keys of dictionaries only
        where records are written.
        """
        words = self._get_words()
        for node in self.nodes:
            if isinstance(node, ast.Attribute):
                if not (isinstance(node.value, ast.Name) and node.value.id in self.imported):
                    yield node.lineno, node.attr
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in words:
                yield from ((node.lineno, name) for name in split_names(node.value) if "_" in name)
            elif isinstance(node, ast.Call) and _get_callee(node) in ("dict", "update", "with_context"):
                for keyword in node.keywords:
                    if keyword.arg and "_" in keyword.arg:
                        yield keyword.value.lineno, keyword.arg.removeprefix("default_")

    def get_strings(self):
        """Yield ``(line, text)`` of every string that is no docstring."""
        docs = self._docstrings
        for node in self.nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docs:
                yield node.lineno, node.value

    @cached_property
    def _docstrings(self):
        return {node.value for node in self.nodes if isinstance(node, ast.Expr)}

    def _get_words(self):
        """Return the constants that are no names: docstrings, labels, ``(word, label)``, keys of any dictionary."""
        words, written = set(self._docstrings), set()
        for node in self.nodes:
            if isinstance(node, ast.Call):
                name = _get_callee(node)
                if name in _WORDED:
                    words |= {arg for arg in node.args if isinstance(arg, ast.Constant)}
                if is_field(node):
                    words |= _get_field_words(node)
                if name in ("create", "write", "new", "update", "copy"):
                    written |= {child for arg in node.args for child in ast.walk(arg) if isinstance(child, ast.Dict)}
            elif isinstance(node, ast.FunctionDef) and node.name.endswith("_vals"):
                written |= {child for child in ast.walk(node) if isinstance(child, ast.Dict)}
            elif isinstance(node, ast.Tuple) and len(node.elts) == 2 and _is_label(node.elts[1]):
                words.add(node.elts[0])
            elif isinstance(node, ast.Subscript) and getattr(node.value, "id", "") != "vals":
                words.add(node.slice)
        for node in self.nodes:
            if isinstance(node, ast.Dict) and node not in written:
                words |= set(filter(None, node.keys))
        return words


def _get_callee(node):
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def is_field(node):
    """Tell whether a node makes a field: ``fields.Char(…)``."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and getattr(node.func.value, "id", "") == "fields"
        and node.func.attr[:1].isupper()
    )


def _get_field_words(node):
    """Return the constants in the making of a field that are no names of fields: its label, its selection, its help."""
    words = [arg for arg in node.args[:1] if node.func.attr != "Selection" or not isinstance(arg, ast.Constant)]
    for keyword in node.keywords:
        named = keyword.arg in ("related", "compute", "inverse", "search", "currency_field", "inverse_name")
        if isinstance(keyword.value, ast.Constant) and not named:
            words.append(keyword.value)
        elif keyword.arg in ("help", "ondelete", "selection", "selection_add"):
            words.append(keyword.value)
    return {child for word in words for child in ast.walk(word)}


def _is_label(node):
    """Tell whether a node is what people read: a text with capitals or spaces, translated or not."""
    if isinstance(node, ast.Call):
        return getattr(node.func, "attr", getattr(node.func, "id", "")) in ("_", "_lt")
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and not re.fullmatch(r"[\w.]*", node.value)


def split_names(text):
    """Return the names of fields or methods in a string such as ``a.b_id``, ``day:month``, ``x desc, y`` or ``-z``."""
    names = []
    for part in text.split(","):
        found = re.fullmatch(r"-?(\w+(?:\.\w+)*)(?::\w+)?(?: (?:asc|desc))?(?: nulls (?:first|last))?", part.strip())
        if not found or not _NAMES.fullmatch(found.group(1)):
            return []
        names += found.group(1).split(".")
    return [name.removeprefix("default_") for name in names]


class House:
    """All Python sources of the floors; each ``find_`` method returns what breaks one rule of the house."""

    def __init__(self, texts, core_names=None):
        """:param texts: ``{path in the repository: text}`` of the Python files."""
        self.core_names = core_names or CoreNames()
        self._returned = {}
        self.sources = [Source(path, self.place(path), text) for path, text in sorted(texts.items())]
        self.sources = [source for source in self.sources if source.place]

    @classmethod
    def from_folder(cls, root=ROOT, core_names=None):
        """Return the house that stands in a folder."""
        files = [file for floor in FLOORS for file in sorted((root / floor).rglob("*.py"))]
        files += filter(Path.exists, [root / "hooks.py"])
        texts = {file.relative_to(root).as_posix(): file.read_text() for file in files}
        return cls(texts, core_names or CoreNames.from_sources())

    def place(self, path):
        """Return where a file stands."""
        return path

    @cached_property
    def in_rooms(self):
        return [source for source in self.sources if source.position is not None and source.stem != "__init__"]

    @cached_property
    def homes(self):
        """``{model: source of its home file}`` of our models."""
        homes = {}
        for source in self.in_rooms:
            for node in source.models:
                name = read_class(node)[0]
                if name and not get_extended(node):
                    homes[name] = source
        return homes

    @cached_property
    def member_sources(self):
        """``{name of a field or method: sources whose models declare it}``."""
        found = defaultdict(list)
        for source in self.in_rooms:
            for name in source.members:
                found[name].append(source)
        return found

    @cached_property
    def plain_positions(self):
        """``{name of what is no field nor method: leftmost room that declares it}``."""
        found = {}
        for source in self.in_rooms:
            for name in source.plain:
                found[name] = min(source.position, found.get(name, source.position))
        return found

    # Rooms

    def find_outside_rooms(self):
        """Return the files that stand in no room."""
        return [
            Finding("stands in no room", source.path, 1, source.place)
            for source in self.sources
            if source.position is None and source.stem != "__init__"
        ]

    def find_models_to_the_right(self):
        """Return where a room names a model that is at home to its right."""
        return [
            Finding("names the model", source.path, line, name, self.homes[name].place)
            for source in self.in_rooms
            for line, text in source.get_strings()
            for name in _MODEL.findall(text)
            if name in self.homes and self.homes[name].position > source.position
        ]

    def find_imports_to_the_right(self):
        """Return where a room imports from one to its right."""
        places = {source.path.removesuffix(".py").removesuffix("/__init__"): source for source in self.in_rooms}
        return [
            Finding("imports", source.path, line, path, places[path].place)
            for source in self.in_rooms
            for line, path in source.get_imports()
            if path in places and places[path].position > source.position
        ]

    def find_xmlids_to_the_right(self, xml):
        """Return where a room names a view, an action or a report of a room to its right.

        :param xml: ``{path: text}`` of the XML files of the floors and of ``views``.
        """
        homes = {}
        for path, text in xml.items():
            if get_room(path) in ROOMS:
                for node in ElementTree.fromstring(text.encode()).iter():
                    if node.tag in ("record", "template", "menuitem"):
                        homes[f"{_MODULE}.{node.get('id')}"] = path
        return [
            Finding("names the XML id", source.path, line, text, homes[text])
            for source in self.in_rooms
            for line, text in source.get_strings()
            if text in homes and ROOMS.index(get_room(homes[text])) > source.position
        ]

    def find_names_to_the_right(self):
        """Return where a room names a field or a method that only rooms to its right declare.

        Where the model is known, of that model; elsewhere, of any.
        """
        found = {}
        for source in self.in_rooms:
            for line, model, name in Reader(self, source).get_names():
                home = self.get_member_home(model, name)
                if home and home.position > source.position and not self._is_core_name(model, name):
                    found[source.path, line, name] = home
            for line, name in source.get_names():
                home = self._get_right_home(source, name)
                if home:
                    found.setdefault((source.path, line, name), home)
        return [Finding("names", *place, home.place) for place, home in sorted(found.items())]

    def _is_core_name(self, model, name):
        return name in (self.core_names.records if model in self.homes else self.core_names.models)

    def _get_right_home(self, source, name):
        """Return the leftmost source that declares a name, if it stands to the right and nothing else is called so."""
        declaring = self.member_sources.get(name)
        if not declaring or name in self.core_names.models or name in VALUE_NAMES:
            return None
        home = min(declaring, key=lambda other: other.position)
        if home.position <= source.position:
            return None
        return None if self.plain_positions.get(name, home.position) <= source.position else home

    # Models

    @cached_property
    def classes(self):
        """``{model: [(source, class)]}``: the home and every extension, from left to right."""
        found = defaultdict(list)
        for source in sorted(self.in_rooms, key=lambda source: source.position):
            for node in source.models:
                found[get_extended(node) or read_class(node)[0]].append((source, node))
        return found

    @cached_property
    def members(self):
        """``{model: {field or method: leftmost source that declares it}}``, mixins included."""
        return {model: self._read_members(model, ()) for model in self.classes}

    def _read_members(self, model, seen):
        found = {}
        for source, node in self.classes.get(model, ()):
            for mixin in read_class(node)[1]:
                if mixin != model and mixin not in seen:
                    for name, home in self._read_members(mixin, (*seen, model)).items():
                        # What comes by a mixin is there once both the mixin and the inheritance are.
                        later = max(source, home, key=lambda other: other.position)
                        found[name] = min(found.get(name, later), later, key=lambda other: other.position)
            for name in get_members(node):
                found[name] = min(found.get(name, source), source, key=lambda other: other.position)
        return found

    def get_member_home(self, model, name):
        """Return the leftmost source that gives a field or a method to a model, None if none of ours does."""
        return self.members.get(model, {}).get(name)

    @cached_property
    def links(self):
        """``{(model, field): model it points at}``."""
        found = {}
        for model, classes in self.classes.items():
            for _source, node in classes:
                for statement in node.body:
                    if isinstance(statement, ast.Assign) and is_field(statement.value):
                        comodel = _get_comodel(statement.value)
                        if comodel:
                            found[model, statement.targets[0].id] = comodel
        return found

    def get_model_called(self, name):
        """Return the model of a variable called as one: ``debtor`` and ``debtors`` are of ``recovery.debtor``."""
        words = (name, name.removesuffix("s"), re.sub("ies$", "y", name))
        models = (f"recovery.{word.replace('_', '.')}" for word in words)
        return next((model for model in models if model in self.homes), "")

    def get_returned(self, model, method):
        """Return the model of the records that a method of a model returns, empty if its text does not tell."""
        if (model, method) not in self._returned:
            self._returned[model, method] = ""  # what calls itself does not tell
            self._returned[model, method] = self._read_returned(model, method)
        return self._returned[model, method]

    def _read_returned(self, model, method):
        for source, node in self.classes.get(model, ()):
            for statement in node.body:
                if isinstance(statement, ast.FunctionDef) and statement.name == method:
                    return Reader(self, source).get_returned(model, statement)
        mixins = {mixin for _source, node in self.classes.get(model, ()) for mixin in read_class(node)[1]} - {model}
        return next(filter(None, (self.get_returned(mixin, method) for mixin in sorted(mixins))), "")

    def get_link(self, model, name):
        """Return the model at which a field of a model points."""
        if (model, name) in self.links:
            return self.links[model, name]
        mixins = {mixin for _source, node in self.classes.get(model, ()) for mixin in read_class(node)[1]} - {model}
        found = next((self.links[mixin, name] for mixin in sorted(mixins) if (mixin, name) in self.links), None)
        return found or _CORE_LINKS.get(name)

    # One home per model

    def find_extensions_at_home(self):
        """Return the classes that extend a model in the folder of its home, or twice in a file."""
        found = []
        for source in self.in_rooms:
            extended = Counter(get_extended(node) for node in source.models)
            for node in source.models:
                name = get_extended(node)
                home = self.homes.get(name)
                if name and (extended[name] > 1 or (home and home.room == source.room and home.place != source.place)):
                    found.append(Finding("extends at home", source.path, node.lineno, name, home.place if home else ""))
                elif home is source:
                    found.append(Finding("extends at home", source.path, node.lineno, name, home.place))
        return found

    def find_slices(self):
        """Return the files by which a room extends a model that it extends in another one too."""
        files = defaultdict(set)
        for source in self.in_rooms:
            for node in source.models:
                if get_extended(node):
                    files[source.room, get_extended(node)].add(source.place)
        return [
            Finding("is one of several files that extend", place, 1, name, room)
            for (room, name), places in sorted(files.items())
            if len(places) > 1
            for place in sorted(places)
        ]

    def find_misnamed(self):
        """Return the files that hold two models, or one of another name.

        One of core's may be cut short, ``base_partner_merge.py``, and ``core_*.py`` meets several of them.
        """
        found = []
        for source in self.in_rooms:
            names = {get_extended(node) or read_class(node)[0] for node in source.models}
            names = {name for name in names if not name.startswith("report.")}
            if source.stem.startswith("core_") and not names & self.homes.keys():
                continue
            for name in sorted(names):
                whole = name.replace(".", "_")
                cut = name not in self.homes and f"{whole}_".startswith(f"{source.stem}_") and len(names) == 1
                if source.stem != whole and not cut:
                    found.append(Finding("is not named after", source.path, 1, name, source.place))
        return found

    def find_said_twice(self):
        """Return the constants and attributes that a file or a class binds twice: the second hides the first."""
        found = []
        for source in self.sources:
            for body in [source.tree.body, *(node.body for node in source.nodes if isinstance(node, ast.ClassDef))]:
                names = [(name.id, node.lineno) for node in body for name in _get_bound(node)]
                times = Counter(name for name, _line in names)
                found += [
                    Finding("says twice", source.path, line, name, source.place)
                    for name, line in names
                    if times[name] > 1
                ]
        return found

    # What only some rooms do

    def find_sql(self):
        """Return the SQL that neither reads the books nor writes many rows: the ledger does, and the bulk engine."""
        return [
            Finding("speaks SQL", source.path, source.text[: found.start()].count("\n") + 1, found.group())
            for source in self.sources
            if source.room != "ledger" and source.stem != "recovery_bulk"
            for found in SQL.finditer(source.text)
        ]

    def find_impure(self):
        """Return what a module without a model imports of Odoo: nothing, or tools and exceptions in ``common``."""
        found = []
        for source in self.in_rooms:
            for line, module in _get_foreign_imports(source.nodes) if source.is_pure else ():
                allowed = source.room == "common" and re.match(r"odoo\.(tools|exceptions)\b", module)
                if module.split(".")[0] == "odoo" and not allowed:
                    found.append(Finding("declares no model but imports", source.path, line, module))
        return found


def _get_bound(node):
    """Return the names that a statement of a module or a class binds by ``=``."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else ()
    names = [name for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
    return [name for name in names if isinstance(name.ctx, ast.Store)]


def _get_comodel(node):
    """Return the model at which a field points, empty for a field that points at none."""
    if node.func.attr not in ("Many2one", "One2many", "Many2many", "LooseMany2one"):
        return ""
    comodel = node.args[0] if node.args else None
    comodel = next((keyword.value for keyword in node.keywords if keyword.arg == "comodel_name"), comodel)
    return comodel.value if isinstance(comodel, ast.Constant) else ""


class Reader:
    """Read which fields and methods of which models a file names, as far as the text alone tells the model.

    ``self``, ``self.env["…"]``, fields that point at models, loops over them, lambdas given to ``filtered`` and the
    like; names that it cannot tell are left to :meth:`Source.get_names`.
    """

    def __init__(self, house, source):
        self.house = house
        self.source = source
        self.found = []
        self.returned = set()

    def get_returned(self, model, node):
        """Return the model of the records that a method returns, empty unless all its ``return`` agree."""
        self._read_body(node, {"self": model})
        return self.returned.pop() if len(self.returned) == 1 else ""

    def get_names(self):
        """Return ``[(line, model, name)]``."""
        for node in self.source.models:
            model = get_extended(node) or read_class(node)[0]
            for statement in node.body:
                if isinstance(statement, ast.FunctionDef):
                    self._read_function(model, statement)
                elif isinstance(statement, ast.Assign) and is_field(statement.value):
                    self._read_field(model, statement.value)
                    if node_has_lambda(statement.value):
                        self._visit(statement.value, {"self": model})
        return self.found

    def _read_field(self, model, node):
        names = {keyword.arg: keyword.value for keyword in node.keywords}
        for key in ("related", "compute", "inverse", "search", "currency_field"):
            if isinstance(names.get(key), ast.Constant):
                self._add_path(model, names[key])
        if node.func.attr == "One2many":
            inverse = names.get("inverse_name", node.args[1] if node.args[1:] else None)
            if isinstance(inverse, ast.Constant):
                self._add_path(_get_comodel(node), inverse)

    def _read_function(self, model, node):
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and _get_callee(decorator) in ("depends", "constrains", "onchange"):
                for arg in decorator.args:
                    if isinstance(arg, ast.Constant):
                        self._add_path(model, arg)
        self._read_body(node, {"self": model})

    def _read_body(self, node, known):
        known = dict(known)
        arguments = node.args
        for arg in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            if arg.arg != "self":
                known[arg.arg] = ""
        for statement in node.body:
            self._visit(statement, known)

    def _visit(self, node, known):
        """Read a node; ``known`` tells the models of the variables and learns."""
        visit = getattr(self, f"_visit_{type(node).__name__}", None)
        if visit:
            visit(node, known)
        else:
            for child in ast.iter_child_nodes(node):
                self._visit(child, known)

    def _visit_FunctionDef(self, node, known):
        self._read_body(node, known)

    def _visit_Lambda(self, node, known):
        self._visit(node.body, known | {arg.arg: "" for arg in node.args.args if arg.arg != "self"})

    def _visit_comprehension(self, node, known):
        self._visit(node.iter, known)
        self._bind(node.target, self.get_model(node.iter, known), known)
        for condition in node.ifs:
            self._visit(condition, known)

    def _visit_ListComp(self, node, known):
        known = dict(known)
        for generator in node.generators:
            self._visit(generator, known)
        for part in ("elt", "key", "value"):
            if hasattr(node, part):
                self._visit(getattr(node, part), known)

    _visit_SetComp = _visit_GeneratorExp = _visit_DictComp = _visit_ListComp

    def _visit_For(self, node, known):
        self._visit(node.iter, known)
        self._bind(node.target, self.get_model(node.iter, known), known)
        for statement in (*node.body, *node.orelse):
            self._visit(statement, known)

    def _visit_Assign(self, node, known):
        self._visit(node.value, known)
        for target in node.targets:
            self._bind(target, self.get_model(node.value, known), known)
            if isinstance(target, ast.Name):
                known[target.id, "value"] = None if isinstance(node.value, ast.Name) else node.value
            else:
                self._visit(target, known)

    def _visit_Return(self, node, known):
        if node.value:
            self.returned.add(self.get_model(node.value, known))
            self._visit(node.value, known)

    def _visit_NamedExpr(self, node, known):
        self._visit(node.value, known)
        self._bind(node.target, self.get_model(node.value, known), known)

    def _visit_Attribute(self, node, known):
        model = self.get_model(node.value, known)
        if model:
            self.found.append((node.end_lineno, model, node.attr))
        self._visit(node.value, known)

    def _visit_Call(self, node, known):
        if isinstance(node.func, ast.Attribute):
            self._read_call(node, known)
            return
        for child in ast.iter_child_nodes(node):
            self._visit(child, known)

    def _read_call(self, node, known):
        model = self.get_model(node.func.value, known)
        if model and node.func.attr in _FIELD_CALLS:
            for arg in (*node.args, *(keyword.value for keyword in node.keywords)):
                self._read_names(model, arg, known)
        self._visit(node.func, known)
        for arg in (*node.args, *(keyword.value for keyword in node.keywords)):
            if isinstance(arg, ast.Lambda) and node.func.attr in ("filtered", "mapped", "sorted", "grouped"):
                self._visit(arg.body, known | {parameter.arg: model for parameter in arg.args.args})
            else:
                self._visit(arg, known)

    def _read_names(self, model, node, known):
        """Read the paths of fields in an argument: a string, a list of them, leaves of a domain, keys of values."""
        if isinstance(node, ast.Name):
            node = known.get((node.id, "value"))  # what was last assigned, with names of its own at that moment
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            self._add_path(model, node)
        elif isinstance(node, ast.List | ast.Set):
            for child in node.elts:
                self._read_names(model, child, {})
        elif isinstance(node, ast.Tuple) and len(node.elts) == 3:
            self._read_names(model, node.elts[0], {})
        elif isinstance(node, ast.Dict):
            for child in filter(None, node.keys):
                self._read_names(model, child, {})
        elif isinstance(node, ast.BinOp):
            self._read_names(model, node.left, known)
            self._read_names(model, node.right, known)
        elif isinstance(node, ast.Call) and _get_callee(node) == "Domain" and len(node.args) == 3:
            self._read_names(model, node.args[0], {})

    def _add_path(self, model, node):
        for part in node.value.split(","):
            found = re.match(r"-?(\w+(?:\.\w+)*)", part.strip())
            current = model
            for name in found.group(1).split(".") if found else ():
                if not current:
                    break
                self.found.append((node.lineno, current, name))
                current = self.house.get_link(current, name)

    def _bind(self, target, model, known):
        if isinstance(target, ast.Name) and target.id != "self":
            known[target.id] = model
        elif isinstance(target, ast.Tuple | ast.List):
            for child in target.elts:
                self._bind(child, "", known)

    def get_model(self, node, known):
        """Return the model of the records that an expression gives, empty if the text does not tell."""
        if isinstance(node, ast.Name):
            return known.get(node.id) or self.house.get_model_called(node.id)
        if isinstance(node, ast.Attribute):
            return self._get_attribute_model(node, known)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            return self._get_call_model(node, known)
        if isinstance(node, ast.Subscript):
            if isinstance(node.value, ast.Attribute) and node.value.attr == "env":
                return node.slice.value if isinstance(node.slice, ast.Constant) else ""
            return self.get_model(node.value, known) if isinstance(node.slice, ast.Slice) else ""
        parts = []
        if isinstance(node, ast.BinOp):
            parts = [node.left, node.right]
        elif isinstance(node, ast.BoolOp):
            parts = node.values
        elif isinstance(node, ast.IfExp):
            parts = [node.body, node.orelse]
        return next(filter(None, (self.get_model(part, known) for part in parts)), "")

    def _get_attribute_model(self, node, known):
        if isinstance(node.value, ast.Attribute) and node.value.attr == "env":
            return {"company": "res.company", "companies": "res.company", "user": "res.users"}.get(node.attr, "")
        model = self.get_model(node.value, known)
        return model and (self.house.get_link(model, node.attr) or "")

    def _get_call_model(self, node, known):
        model = self.get_model(node.func.value, known)
        if node.func.attr == "mapped" and node.args and isinstance(node.args[0], ast.Constant):
            for name in node.args[0].value.split("."):
                model = model and self.house.get_link(model, name)
            return model or ""
        return model if node.func.attr in _SAME else model and self.house.get_returned(model, node.func.attr)


def node_has_lambda(node):
    """Tell whether an expression holds a lambda, as the defaults of fields do."""
    return any(isinstance(child, ast.Lambda) for child in ast.walk(node))


def _get_foreign_imports(nodes):
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.lineno, node.module


# Views and folders


def find_strange_folders(paths):
    """Return the folders that are no room, of files of ``views``, ``wizards``, ``reports``, ``models`` or ``tests``."""
    passages = {room.split("/")[0] for room in ROOMS}
    found = []
    for path in sorted(paths):
        room = get_room(path)
        if room in ROOMS or (room in passages | {""} and path.endswith("/__init__.py")):
            continue
        at_the_top = not room and path.split("/")[0] in ("tests", "views", "reports") and not is_roomed(path)
        if not at_the_top and not path.startswith("tests/tours/"):
            found.append(Finding("stands in no room", path, 1, room or path))
    return found


def is_roomed(path):
    """Tell whether a file at the top of its floor belongs in a room: all but tests, menus and printing."""
    name = path.split("/")[-1]
    if path.startswith("tests/"):
        return False
    return not name.endswith("_menus.xml") and not name.startswith("report_")


def find_misplaced_views(texts, homes):
    """Return the views and window actions that stand elsewhere than in ``<room>/<model>_views.xml``.

    :param texts: ``{path: text}`` of the files of ``views``, ``wizards`` and ``reports``.
    :param homes: ``{model: home file}``: a window's views stand on its own floor; none stands left of the home.
    """
    found = []
    for path, text in sorted(texts.items()):
        if not path.endswith(".xml") or not get_room(path):
            continue
        floor, room = path.split("/")[0], get_room(path)
        for record in ElementTree.fromstring(text.encode()).iter("record"):
            field = {"ir.ui.view": "model", "ir.actions.act_window": "res_model"}.get(record.get("model"))
            model = next((child.text for child in record if field and child.get("name") == field), None)
            if not model:
                continue
            home = homes.get(model, "")
            name = f"{model.replace('.', '_')}_views.xml"
            window = home.split("/")[0] in ("wizards", "reports")
            wanted = f"{home.split('/')[0] if window else 'views'}/{room}/{name}"
            left = home and ROOMS.index(get_room(home)) > ROOMS.index(room)
            if path != wanted or left or (floor != "views" and not window):
                found.append(Finding("shows", path, 1, f"{record.get('id')} ({model})", home))
    return found


def find_disorder(data):
    """Return the data files of a manifest that come after one of a room to their right, floor by floor."""
    found = []
    for floor in ("reports", "wizards", "views"):
        seen = -1
        for path in data:
            room = get_room(path)
            if path.split("/")[0] != floor or room not in ROOMS:
                continue
            if ROOMS.index(room) < seen:
                found.append(Finding("comes after", path, 1, ROOMS[seen]))
            seen = max(seen, ROOMS.index(room))
    return found


def find_unloaded_tests(texts):
    """Return the test modules that no ``__init__`` imports, on the way from ``tests`` down to them.

    Two of one name in two folders hide each other: core looks for them in ``tests`` alone, where all arrive.

    :param texts: ``{path: text}`` of the Python files of ``tests``.
    """
    found, seen = [], {}
    for path in sorted(texts):
        *folders, name = path.split("/")
        if not name.startswith("test_"):
            continue
        if seen.setdefault(name, path) != path:
            found.append(Finding("has the name of another test,", path, 1, name, seen[name]))
        wanted = [("/".join(folders), f"from . import {name.removesuffix('.py')}")]
        wanted += [("/".join(folders[:depth]), f"from .{folders[depth]} import *") for depth in range(1, len(folders))]
        for folder, line in wanted:
            if line not in texts.get(f"{folder}/__init__.py", "").splitlines():
                found.append(Finding("is not loaded: missing", path, 1, line, f"{folder}/__init__.py"))
    return found
