"""Write all that the add-ons register in a database, one fact per line: ``make register``.

    make register ARGS="--out before.txt"                    # a new database with the add-on
    python3 tools/dev.py script tools/house/register.py --database NAME --out before.txt

The file is sorted and holds no number of a record, so that two installations of the same files write the same
bytes, and so that two versions can be compared once the first was put through the renames (``compare.py``).
A line is ``kind | key | fact``. Kinds that begin with ``file`` say where the code stands; they inform, and are not
compared. What depends on the day of the installation (next calls of crons) is left out.
"""

import argparse
import hashlib
import inspect
import json
import os
import re
import sys
from collections import defaultdict

import odoo
from odoo import SUPERUSER_ID, api, models
from odoo.http import _generate_routing_rules
from odoo.modules.module import Manifest
from odoo.modules.registry import Registry
from odoo.orm.fields import Field
from odoo.orm.table_objects import TableObject
from odoo.tools import config
from odoo.tools.translate import code_translations

ADDONS = (
    "debt_recovery",
    *(f"debt_recovery_{name}" for name in ("automation", "calendar", "credit_control", "queue", "sale")),
)
LANGUAGE = "fr_FR"

#: What core keeps for itself in a class, or what the registry says better.
CLASS_NOISE = {"_module", "_register", "_field_definitions", "_table_object_definitions", "_inherit"}
#: Declared by each class that extends a model, and read together.
DECLARED_TOGETHER = {"_typed", "_typed_once"}
MODEL_ATTRIBUTES = (
    "_description _order _rec_name _rec_names_search _table _inherits _auto _abstract _transient _transient_max_hours "
    "_transient_max_count _log_access _parent_name _parent_store _active_name _fold_name _check_company_auto _depends "
    "_allow_sudo_commands _mail_post_access _mail_thread_customer _mail_flat_thread _primary_email"
).split()
FIELD_ATTRIBUTES = (
    "string help comodel_name inverse_name relation column1 column2 domain context ondelete delegate check_company "
    "bypass_search_access compute compute_sudo inverse search related store index readonly required groups copy "
    "company_dependent translate currency_field size trim digits aggregator precompute recursive group_expand tracking "
    "change_default exportable default_export_compatible export_string_translation prefetch falsy_value_label "
    "model_field definition sanitize sanitize_overridable sanitize_tags sanitize_attributes sanitize_style "
    "sanitize_form strip_style strip_classes attachment max_width max_height"
).split()
#: Models of core that say again what is read from the registry: their external identifiers are enough.
META = {
    "ir.model",
    "ir.model.inherit",
    "ir.model.fields",
    "ir.model.fields.selection",
    "ir.model.constraint",
    "ir.model.relation",
}
#: Columns that depend on the installation, or that another line says better.
RECORD_NOISE = {
    *models.MAGIC_COLUMNS,
    *("parent_path", "nextcall", "lastcall", "arch_db", "arch_prev", "arch_fs", "arch_updated", "warning_info"),
    *("display_name", "complete_name"),
}


class Register:
    """The facts of one database."""

    def __init__(self, env):
        self.env = env
        self.cr = env.cr
        self.lines = set()
        self.xmlids = self._read_xmlids()
        self.models = sorted(name for name in env.registry if self._get_own_classes(name))
        self.own_models = [name for name in self.models if env.registry[name]._original_module in ADDONS]

    def add(self, kind, key, fact):
        """Note one fact, on one line."""
        text = fact if isinstance(fact, str) else json.dumps(fact, ensure_ascii=False)
        self.lines.add(f"{kind} | {key} | {text}".replace("\n", "\\n").replace("\t", "\\t"))

    def collect(self):
        """Note everything; return the lines, sorted."""
        self.add_manifests()
        for name in self.models:
            self.add_model(name)
            self.add_class_attributes(name)
            self.add_methods(name)
            self.add_fields(name)
            self.add_table_objects(name)
        self.add_database()
        self.add_field_translations()
        self.add_records()
        self.add_code_translations()
        self.add_routes()
        return sorted(self.lines)

    # ------------------------------------------------------------
    # Values as text
    # ------------------------------------------------------------
    def _read_xmlids(self):
        """Return the external identifier of each record that has one, ours when it has several."""
        self.cr.execute("SELECT model, res_id, module, name FROM ir_model_data ORDER BY module, name")
        xmlids = {}
        for model, res_id, module, name in self.cr.fetchall():
            if (model, res_id) not in xmlids or (module in ADDONS and not xmlids[model, res_id].startswith(ADDONS)):
                xmlids[model, res_id] = f"{module}.{name}"
        return xmlids

    def name_record(self, model, res_id):
        """Return how a record is named here: by its external identifier, else by what it shows."""
        if not res_id:
            return None
        if (model, res_id) in self.xmlids:
            return self.xmlids[model, res_id]
        record = self.env[model].browse(res_id)
        return f"{model}: {record.display_name}" if record.exists() else f"{model}: lost"

    def describe(self, value):
        """Return any value in a form that JSON can write and that is the same at each installation."""
        if value is None or isinstance(value, str | bool | int | float):
            return value
        if isinstance(value, models.BaseModel):
            return [self.name_record(value._name, res_id) for res_id in value.ids]
        if isinstance(value, list | tuple):
            return [self.describe(item) for item in value]
        if isinstance(value, set | frozenset):
            return ["<set>", *sorted((self.describe(item) for item in value), key=str)]
        if isinstance(value, dict):
            pairs = ((str(self.describe(key)), self.describe(item)) for key, item in value.items())
            return dict(sorted(pairs))
        if isinstance(value, re.Pattern):
            return value.pattern
        if callable(value):
            return self._describe_function(value)
        if type(value).__module__.startswith("odoo.") or type(value).__repr__ is object.__repr__:
            return f"<{type(value).__name__}>"
        return str(value)

    def _describe_function(self, function):
        """Return the name of a function, or of a lambda the names and constants that its code uses."""
        code = getattr(function, "__code__", None)
        if code is None or function.__name__ != "<lambda>":
            return f"<{getattr(function, '__name__', type(function).__name__)}>"
        return f"<lambda {' '.join(self._read_code(code))}>"

    def _read_code(self, code):
        yield from code.co_names
        for constant in code.co_consts:
            if inspect.iscode(constant):
                yield from self._read_code(constant)
            elif constant is not None:
                yield repr(sorted(constant, key=str) if isinstance(constant, frozenset) else constant)

    # ------------------------------------------------------------
    # Models
    # ------------------------------------------------------------
    def _get_own_classes(self, name):
        """Return our definitions of a model, those of the mixins left out, in the order of resolution."""
        return [
            cls
            for cls in self.env.registry[name]._model_classes__
            if getattr(cls, "_module", None) in ADDONS and self._get_model_of(cls) == name
        ]

    @staticmethod
    def _get_model_of(cls):
        """Return the model that a definition is for."""
        inherit = cls.__dict__.get("_inherit")
        return cls.__dict__.get("_name") or (inherit if isinstance(inherit, str) else (inherit or [""])[0])

    def _get_origins(self, classes):
        """Return ``module:model`` of these definitions, each once, in the order of resolution."""
        return list(dict.fromkeys(f"{cls._module}:{self._get_model_of(cls) or cls.__name__}" for cls in classes))

    def add_model(self, name):
        Model = self.env.registry[name]
        definitions = [cls for cls in Model._model_classes__ if hasattr(cls, "_module") and cls._module]
        if name in self.own_models:
            self.add("model", name, f"module {Model._original_module}")
            self.add("model", name, f"resolution {' '.join(self._get_origins(definitions))}")
            for attribute in MODEL_ATTRIBUTES:
                if hasattr(Model, attribute):
                    value = self.describe(getattr(Model, attribute))
                    self.add("model", name, f"{attribute} = {json.dumps(value, ensure_ascii=False)}")
        else:
            self.add("model", name, f"extended, of {Model._original_module}")
        for cls in self._get_own_classes(name):
            self.add("file of model", name, f"{cls.__module__} {cls.__name__}")

    def add_class_attributes(self, name):
        """Note the attributes of our classes: what applies in the end, and what all of them declare together."""
        Model = self.env.registry[name]
        declared = defaultdict(list)
        for cls in self.env.registry[name]._model_classes__:
            if getattr(cls, "_module", None) not in ADDONS:
                continue
            for attribute, value in cls.__dict__.items():
                if not self._is_noise(attribute, value):
                    declared[attribute].append(value)
        for attribute, values in declared.items():
            if attribute not in DECLARED_TOGETHER:
                self.add("attribute", f"{name}.{attribute}", self.describe(getattr(Model, attribute)))
            if len(values) > 1 or attribute in DECLARED_TOGETHER:
                if all(isinstance(value, tuple | list | set | frozenset) for value in values):
                    union = {json.dumps(self.describe(item), ensure_ascii=False) for value in values for item in value}
                    self.add("attribute together", f"{name}.{attribute}", f"[{', '.join(sorted(union))}]")
        if hasattr(Model, "_get_typed_fields"):
            for creating in (False, True):
                typed = sorted(self.env[name]._get_typed_fields(creating))
                self.add("typed", f"{name}{' at creation' if creating else ''}", typed)

    @staticmethod
    def _is_noise(attribute, value):
        return (
            attribute in CLASS_NOISE
            or attribute in MODEL_ATTRIBUTES
            or attribute == "_name"
            or (attribute.startswith("__") and attribute.endswith("__"))
            or isinstance(value, Field | TableObject | classmethod | staticmethod | property)
            or inspect.isroutine(value)
        )

    # ------------------------------------------------------------
    # Methods
    # ------------------------------------------------------------
    def add_methods(self, name):
        """Note each method of our definitions of a model, how often it is defined, and where from it is resolved."""
        Model = self.env.registry[name]
        found = defaultdict(list)
        for cls in self._get_own_classes(name):
            for method, value in cls.__dict__.items():
                if inspect.isroutine(value) or isinstance(value, property | classmethod | staticmethod):
                    found[method].append(cls)
        for method, classes in found.items():
            key = f"{name}.{method}"
            self.add("method", key, self._describe_method(Model, method))
            definers = [cls for cls in Model.__mro__ if method in cls.__dict__ and getattr(cls, "_module", None)]
            definers = [cls for cls in definers if getattr(cls, "pool", None) is None]
            self.add("method resolution", key, " ".join(self._get_origins(definers)))
            self.add("method definitions", key, f"{len(classes)}")
            for cls in classes:
                self.add("file of method", key, cls.__module__)

    def _describe_method(self, Model, method):
        value = inspect.getattr_static(Model, method)
        if isinstance(value, property):
            return "property"
        kind = f"{type(value).__name__} " if isinstance(value, classmethod | staticmethod) else ""
        function = inspect.unwrap(getattr(value, "__func__", value))
        try:
            signature = re.sub(
                r"odoo\.addons\.debt_recovery\w*\.[\w.]*\b(\w+)", r"\1", str(inspect.signature(function))
            )
            signature = re.sub(r" at 0x[0-9a-f]+", "", signature)
        except (TypeError, ValueError):
            signature = "(…)"
        marks = []
        for mark in ("_api_model", "_api_private", "_autovacuum", "_readonly", "_onchange", "_constrains", "_ondelete"):
            marked = getattr(value, mark, getattr(function, mark, None))
            if marked is not None:
                marks.append(f"{mark}={self.describe(marked)}")
        for mark in ("_depends", "_depends_context"):
            marked = getattr(value, mark, getattr(function, mark, None))
            if marked:
                marks.append(f"{mark}={self.describe(marked)}")
        return f"{kind}{signature} {' '.join(marks)}".rstrip()

    # ------------------------------------------------------------
    # Fields
    # ------------------------------------------------------------
    def add_fields(self, name):
        own = name in self.own_models
        for field in self.env.registry[name]._fields.values():
            if set(field._modules) & set(ADDONS):
                self.add_field(field)
            elif own and field.name not in models.MAGIC_COLUMNS:
                self.add("field of core", f"{name}.{field.name}", f"{field.type}, {' '.join(sorted(field._modules))}")

    def add_field(self, field):
        """Note the attributes of a field that are not those of every field of its type."""
        key = f"{field.model_name}.{field.name}"
        pool = self.env.registry
        self.add("field", key, f"type {field.type}")
        for attribute in FIELD_ATTRIBUTES:
            value = self._read_attribute(field, attribute)
            plain = getattr(type(field), attribute, None)
            if value is not None and (callable(plain) or isinstance(plain, property) or value != plain):
                self.add("field", key, f"{attribute} = {json.dumps(self.describe(value), ensure_ascii=False)}")
        if field.type in ("selection", "reference"):
            selection = self.describe(field._description_selection(self.env))
            self.add("field", key, f"selection = {json.dumps(selection, ensure_ascii=False)}")
            if not isinstance(field.selection, list):
                self.add("field", key, f"selection from {json.dumps(self.describe(field.selection))}")
        if field.default is not None:
            self.add("field", key, f"default = {json.dumps(self._read_default(field), ensure_ascii=False)}")
        for what, collected in (("depends", pool.field_depends), ("depends_context", pool.field_depends_context)):
            if collected[field]:
                self.add("field", key, f"{what} = {json.dumps(sorted(collected[field]), ensure_ascii=False)}")
        self.add("field", key, f"modules = {' '.join(sorted(field._modules))}")

    @staticmethod
    def _read_attribute(field, attribute):
        value = field.__dict__.get("_digits") if attribute == "digits" else getattr(field, attribute, None)
        return value if attribute != "related" or not value else str(value)

    def _read_default(self, field):
        """Return a default: the value when it is constant, else the function that gives it."""
        default = field.default
        code = getattr(default, "__code__", None)
        if code and code.co_filename.endswith(os.path.join("orm", "fields.py")) and default.__closure__:
            return self.describe(default.__closure__[0].cell_contents)
        return self.describe(default)

    def add_field_translations(self):
        """Note the labels and helps of our fields, the labels of selections and names of models in French."""
        ours = {
            f"{field.model_name}.{field.name}"
            for name in self.models
            for field in self.env.registry[name]._fields.values()
            if set(field._modules) & set(ADDONS)
        }
        for column in ("field_description", "help"):
            self.cr.execute(f"SELECT model || '.' || name, {column}->>%s FROM ir_model_fields", [LANGUAGE])
            for key, value in self.cr.fetchall():
                if key in ours and value:
                    self.add(f"field {LANGUAGE}", key, f"{column} = {json.dumps(value, ensure_ascii=False)}")
        self.cr.execute(
            """SELECT f.model || '.' || f.name, s.value, s.name->>%s, s.name->>'en_US'
                 FROM ir_model_fields_selection s JOIN ir_model_fields f ON f.id = s.field_id""",
            [LANGUAGE],
        )
        for key, value, label, english in self.cr.fetchall():
            if key in ours:
                self.add(f"selection {LANGUAGE}", f"{key}.{value}", label or english)
        self.cr.execute("SELECT model, name->>%s FROM ir_model", [LANGUAGE])
        for name, label in self.cr.fetchall():
            if name in self.own_models and label:
                self.add(f"model {LANGUAGE}", name, label)

    # ------------------------------------------------------------
    # Database
    # ------------------------------------------------------------
    def add_table_objects(self, name):
        """Note the constraints and indexes that our classes declare."""
        Model = self.env[name]
        for key, item in sorted(Model._table_objects.items()):
            if item._module in ADDONS:
                message = self.describe(item.message) if item.message else ""
                definition = " ".join((item.get_definition(self.env.registry) or "").split())
                self.add("table object", f"{name}.{key}", f"{type(item).__name__} {definition} → {message}")
        self.cr.execute(
            """SELECT c.name, c.type, c.message->>%s FROM ir_model_constraint c
                 JOIN ir_model m ON m.id = c.model JOIN ir_module_module a ON a.id = c.module
                WHERE m.model = %s AND a.name IN %s AND c.type != 'f'""",
            [LANGUAGE, name, ADDONS],
        )
        for key, kind, message in self.cr.fetchall():
            self.add("constraint", f"{name}.{key}", f"{kind} {message or ''}".rstrip())

    def add_database(self):
        """Note what PostgreSQL's catalogue says of our tables, and of our columns in core's tables."""
        registry = self.env.registry
        tables, columns, named = set(), defaultdict(set), set()
        for name in self.models:
            Model = self.env[name]
            if name in self.own_models and Model._auto and not Model._abstract:
                tables.add(Model._table)
            for field in Model._fields.values():
                if not set(field._modules) & set(ADDONS) or not field.store or Model._abstract:
                    continue
                if field.type == "many2many":
                    tables.add(field.relation)
                elif field.column_type:
                    columns[Model._table].add(field.name)
            named |= {item.full_name(Model) for item in Model._table_objects.values() if item._module in ADDONS}
        self.cr.execute(
            """SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                      pg_get_expr(d.adbin, d.adrelid)
                 FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                 LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
                WHERE c.relkind IN ('r', 'p', 'v', 'm') AND c.relnamespace = current_schema::regnamespace
                  AND a.attnum > 0 AND NOT a.attisdropped"""
        )
        for table, column, kind, not_null, default in self.cr.fetchall():
            if table in tables or column in columns[table]:
                fact = f"{kind}{' not null' if not_null else ''}{f' default {default}' if default else ''}"
                self.add("column", f"{table}.{column}", fact)
        # Where PostgreSQL or Odoo make a name, cut to 63 letters: the definition says enough.
        self.cr.execute(
            """SELECT c.relname, n.conname, pg_get_constraintdef(n.oid),
                      ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = c.oid AND attnum = ANY(n.conkey))
                 FROM pg_constraint n JOIN pg_class c ON c.oid = n.conrelid
                WHERE n.contype != 'n' AND c.relnamespace = current_schema::regnamespace
             UNION ALL
               SELECT t.relname, i.relname, pg_get_indexdef(i.oid),
                      ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = t.oid AND attnum = ANY(x.indkey))
                 FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
                WHERE t.relnamespace = current_schema::regnamespace"""
        )
        for table, name, definition, used in self.cr.fetchall():
            if table in tables or name in named or columns[table] & set(used):
                definition = re.sub(r"^(CREATE (?:UNIQUE )?INDEX) \S+", r"\1", definition)
                shown = "(automatic)" if re.search(r"_(fkey|pkey)\d*$", name) or len(name) > 62 else name
                self.add("catalogue", f"{table}: {shown}", definition)
        self.cr.execute(
            """SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid)
                 FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal"""
        )
        for table, name, definition in self.cr.fetchall():
            if table in tables:
                self.add("trigger", f"{table}: {name}", definition)
        for table in sorted(tables):
            self.cr.execute(f'SELECT count(*) FROM "{table}"')
            self.add("rows", table, str(self.cr.fetchone()[0]))
        registry.clear_cache()

    # ------------------------------------------------------------
    # Records
    # ------------------------------------------------------------
    def add_records(self):
        """Note every record that has an external identifier of ours, with the values that it stores."""
        self.cr.execute(
            "SELECT module || '.' || name, model, res_id, noupdate FROM ir_model_data WHERE module IN %s", [ADDONS]
        )
        for xmlid, model, res_id, noupdate in self.cr.fetchall():
            self.add("identifier", xmlid, f"{model}{' noupdate' if noupdate else ''}")
            if model in META or model not in self.env:
                continue
            self.add_record(xmlid, self.env[model].with_context(lang=None, active_test=False).browse(res_id))
        self.cr.execute("SELECT key, value FROM ir_config_parameter WHERE key LIKE '%recovery%'")
        for key, value in self.cr.fetchall():
            self.add("parameter", key, value)

    def add_record(self, xmlid, record):
        if not record.exists():
            self.add(f"record {record._name}", xmlid, "lost")
            return
        kind = f"record {record._name}"
        for field in record._fields.values():
            if field.name in RECORD_NOISE or not field.store or field.type == "one2many":
                continue
            value = self._read_value(record, field)
            if value not in (None, False, "", [], {}):
                self.add(kind, xmlid, f"{field.name} = {json.dumps(value, ensure_ascii=False)}")
        if record._name == "ir.ui.view":
            self.add_arch(xmlid, record)

    def _read_value(self, record, field):
        if field.column_type and (field.translate or field.company_dependent):
            self.cr.execute(f'SELECT "{field.name}" FROM "{record._table}" WHERE id = %s', [record.id])
            return self.describe(self.cr.fetchone()[0])
        value = record[field.name]
        if field.type == "many2one_reference":
            return self.name_record(record[field.model_field], value) if value else None
        if field.type == "many2one":
            return self.name_record(field.comodel_name, value.id)
        if field.type == "many2many":
            return sorted(self.name_record(field.comodel_name, res_id) for res_id in value.ids)
        if field.type == "reference":
            return self.name_record(value._name, value.id) if value else None
        if isinstance(value, bytes):
            return hashlib.sha256(value).hexdigest()
        if isinstance(value, models.BaseModel):
            return self.describe(value)
        return str(value) if value and not isinstance(value, int | float | bool) else value

    def add_arch(self, xmlid, view):
        """Note the arch that a view stores, line by line, and the lines that French changes."""
        self.cr.execute("SELECT arch_db, arch_fs FROM ir_ui_view WHERE id = %s", [view.id])
        arch, file = self.cr.fetchone()
        english = self._split_arch(arch["en_US"])
        for number, line in enumerate(english):
            self.add("arch", xmlid, f"{number:04} {line}")
        for number, line in enumerate(self._split_arch(arch.get(LANGUAGE, ""))):
            if number >= len(english) or line != english[number]:
                self.add(f"arch {LANGUAGE}", xmlid, f"{number:04} {line}")
        self.add("file of view", xmlid, file or "")

    def _split_arch(self, arch):
        """Return the lines of an arch without their indentation, actions named by their identifiers."""

        def name_action(found):
            number = int(found[2])
            for model in ("ir.actions.act_window", "ir.actions.server", "ir.actions.report", "ir.actions.client"):
                if (model, number) in self.xmlids:
                    return f"{found[1]}%({self.xmlids[model, number]})d{found[3]}"
            return found[0]

        arch = re.sub(r'(\bname=")(\d+)(")', name_action, arch)
        return [" ".join(line.split()) for line in arch.splitlines() if line.strip()]

    # ------------------------------------------------------------
    # The rest
    # ------------------------------------------------------------
    def add_manifests(self):
        """Note the manifests, without the list of the data files."""
        for addon in self._get_installed():
            for key, value in Manifest.for_addon(addon).items():
                if key not in ("data", "description", "description_html", "static_path", "addons_path"):
                    kind = "file of manifest" if key == "demo" else "manifest"
                    self.add(kind, f"{addon}.{key}", self.describe(value))

    def _get_installed(self):
        return [addon for addon in ADDONS if addon in self.env.registry._init_modules]

    def add_code_translations(self):
        """Note the French of the texts that Python and JavaScript show."""
        for addon in self._get_installed():
            for source, value in code_translations.get_python_translations(addon, LANGUAGE).items():
                self.add("text of python", f"{addon}: {source}", value)
            for message in code_translations.get_web_translations(addon, LANGUAGE).get("messages", ()):
                self.add("text of javascript", f"{addon}: {message['id']}", message["string"])
        counts = defaultdict(int)
        for line in self.lines:
            if (kind := line.partition(" | ")[0]).startswith("text of"):
                counts[kind] += 1
        for kind, count in counts.items():
            self.add("count", kind, str(count))

    def add_routes(self):
        """Note the addresses that our controllers answer."""
        for url, endpoint in _generate_routing_rules(self._get_installed(), nodb_only=False):
            routing = {key: value for key, value in endpoint.routing.items() if key != "routes"}
            self.add("route", url, self.describe(routing))


def main():
    """Read the command line and write the register of one database."""
    parser = argparse.ArgumentParser(prog="make register ARGS=…", description=__doc__.splitlines()[0])
    parser.add_argument("--database", help="by default the one that ODOO_RC names")
    parser.add_argument("--out", help="the file to write; by default it is printed")
    options = parser.parse_args()
    config.parse_config(["-c", os.environ["ODOO_RC"], "--log-level=error", "--no-http"])
    odoo.modules.module.initialize_sys_path()
    with Registry(options.database or config["db_name"][0]).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"lang": None})
        lines = Register(env).collect()
        cr.rollback()
    text = "".join(f"{line}\n" for line in lines)
    if options.out:
        with open(options.out, "w", encoding="utf-8") as file:
            file.write(text)
        print(f"{len(lines)} facts in {options.out}")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
