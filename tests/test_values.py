import inspect
import logging
import math
import re
import time
import traceback
from contextlib import suppress
from datetime import date, datetime
from unittest.mock import patch

import psycopg2

from odoo import models
from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tests import freeze_time, tagged

from ..models.common.shapes import SHAPES
from .common import RecoveryCommon
from .one_of_each import OneOfEach
from .trying import Trying

_logger = logging.getLogger(__name__)

LONG = "a" * 1_000_000
HOSTILE = {
    "integer": ("douze", [1], {"id": 3}, math.nan, math.inf, 1e308, 2**40, -(2**40), "nan", False),
    "float": ("douze", [1], {"a": 1}, math.nan, -math.inf, 1e308, -1e308, "nan", "1e308", 10**400, False),
    "monetary": ("douze", [1], {"a": 1}, math.nan, math.inf, 1e308, -1e308, "inf", 10**400, -5, False),
    "date": ("demain", 7, [1], "0001-01-01", "9999-12-31", date(1, 1, 1), date(9999, 12, 31), "2026-02-30", False),
    "datetime": ("demain", 7, "0001-01-01 00:00:00", "9999-12-31 23:59:59", datetime(9999, 12, 31), False),
    "char": (LONG, ["a"], {"a": 1}, "a\x00b", "\ud800", 7, False),
    "text": (LONG, ["a"], {"a": 1}, "a\x00b", "\ud800", False),
    "html": (LONG * 2, ["a"], {"a": 1}, "a\x00b", "\ud800", False),
    "selection": ("n'existe pas", 7, ["a"], {"a": 1}, LONG, False),
    "boolean": ("oui", [1], 7, False),
    "binary": ("abcde", 7, ["a"], "é", False),
    "many2one": ("Dupont", 2**40, 10**8, -1, 1.5, [1, 2], {"a": 1}, False),
    "one2many": ("Dupont", 7, [7], [(0, 0, {"n'existe pas": 1})], [("x",)], [(1, 10**8, {})], False),
    "many2many": ("Dupont", 7, [10**8], [(6, 0, "x")], [("x",)], [(4, 2**40)], False),
    "json": ("x", False),
    "reference": ("x", "res.partner,x", 7, False),
    "many2one_reference": ("x", 2**40, False),
}
# What people never read: words of Python, of the database or of the ORM.
RAW = re.compile(
    r"Error\b|Traceback|NoneType|could not convert|invalid literal|time data|out of range|<class|__|psycopg|"
    r"\bnan\b|\binf\b|singleton|not supported|object has|Wrong value|Invalid field|'str'"
)
#: What somebody may send to the methods that every model has.
CALLS = {
    "default_get": [(7,), (None,), ([7],), ("nom",)],
    "create": [({"nom": 1},)],
    "name_search": [("x",), (7,), ("x", [], "=")],
    "onchange": [([], {"nom": 1}, ["nom"], {}), ([], 7, [], {}), ([10**8], {}, [], {})],
    "read": [(["abc"], ["id"]), ([2**40], ["id"]), ([10**8], ["id"])],
    "unlink": [(["abc"],), ([10**8],), ("abc",)],
    "export_data": [([10**8], ["id"]), (["abc"], ["id"])],
    "load": [(["nom"], [["x"]]), (7, 7), (["id"], 7)],
    "web_save": [([], {"nom": 1}, {}), ([10**8], {}, {})],
}
#: What is no values of a record, where somebody sends some.
SHAPELESS = (7, 1.5, True, "nom", [7], ["nom"], [[]], [None], {7: 1})
UNKNOWN = {"n'existe pas": 1}
ARCHIVING = ("action_archive", "action_unarchive", "toggle_active")
OUTSIDE = {"action_sync_ecb"}  # asks the European Central Bank
# Core turns these into sentences once they leave the server, with the words of our constraints.
OF_THE_DATABASE = (
    psycopg2.errors.NotNullViolation,
    psycopg2.errors.CheckViolation,
    psycopg2.errors.UniqueViolation,
    psycopg2.errors.ExclusionViolation,
)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestValues(Trying, OneOfEach, RecoveryCommon):
    """Whatever is typed, imported or sent ends in a right value or in a sentence of the user's language."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = cls.make_user(
            "anne", "debt_recovery.group_recovery_manager", "account.group_account_manager", "base.group_system"
        )
        cls.ours = [
            name for name, Model in cls.env.registry.items() if name.startswith("recovery.") and not Model._abstract
        ]

    # ------------------------------------------------------------
    # One try
    # ------------------------------------------------------------
    def judge(self, what, act):
        """Return what is wrong with the answer to what was sent."""
        self.tries += 1
        try:
            wrong = act()
            self.env.flush_all()
            return [f"{what}: {wrong}"] if wrong else []
        except OF_THE_DATABASE:
            return []
        except UserError as error:
            found = RAW.search(str(error))
            return [f"{what}: says {found[0]!r}: {str(error)[:200]}"] if found else []
        except Exception as error:
            return [f"{what}: {type(error).__name__} {str(error)[:200]}"]
        finally:
            self.undo_if_touched()

    def setUp(self):
        super().setUp()
        self.tries = 0
        self.started = time.monotonic()

    def assertAnswered(self, problems, least):
        _logger.info("%s tries in %.1f s", self.tries, time.monotonic() - self.started)
        self.assertFalse(problems, "\n".join(problems))
        self.assertGreater(self.tries, least)

    # ------------------------------------------------------------
    # Fields of our models
    # ------------------------------------------------------------
    def get_typed(self, Model):
        if Model._transient:
            return [name for name, field in Model._fields.items() if not field.readonly and field.store]
        return sorted(Model._get_typed_fields(creating=True))

    def find_raw(self, names):
        """Return what is answered in raw words or stored wrongly."""
        problems = []
        for name in names:
            Model = self.env[name].with_user(self.administrator)
            record = Model if Model._transient else self.one(name).with_user(self.administrator)
            needed = {}
            if Model._transient:
                with suppress(Exception):
                    needed = self.values_for(name)
            with self.trying():
                for field in self.get_typed(Model):
                    for value in HOSTILE[Model._fields[field].type]:
                        for way, act in self.get_ways(Model, record, needed, field, value):
                            problems += self.judge(f"{name}.{field} = {str(value)[:30]!r} by {way}", act)
        return problems

    def get_ways(self, Model, record, needed, field, value):
        spec = {name: {} for name in Model._fields}

        def write():
            if Model._transient:
                held = Model.create({**needed, field: value})
            else:
                held = record
                held.write({field: value})
            stored = held.sudo()[field]
            return isinstance(stored, float) and not math.isfinite(stored) and f"stored {stored}"

        yield ("create" if Model._transient else "write"), write
        yield "onchange", lambda: Model.onchange({field: value}, [field], spec) and None
        if value is not False:
            yield (
                "context",
                lambda: Model.with_context(**{f"default_{field}": value}).default_get([field]) and None,
            )

    def test_every_field_answers_in_words_or_with_a_right_value(self):
        self.assertAnswered(self.find_raw(self.ours), 5000)

    # ------------------------------------------------------------
    # Our fields of core's models
    # ------------------------------------------------------------
    def find_raw_on_core(self, names):
        problems = []
        for name in names:
            Model = self.env[name].with_user(self.administrator)
            record = {"res.company": self.company, "res.partner": self.debtor_partner}.get(name, Model)
            with self.trying():
                for field_name, field in Model._fields.items():
                    is_ours = field_name.startswith("recovery_") or field_name in Model._bounded_too
                    if not is_ours or field.readonly or field.type not in HOSTILE or field.relational:
                        continue
                    for value in HOSTILE[field.type]:

                        def write(vals, Model=Model, record=record):
                            if Model._transient:
                                Model.create(vals)
                            else:
                                record.with_user(self.administrator).write(vals)

                        shown = f"{name}.{field_name} = {str(value)[:30]!r}"
                        problems += self.judge(shown, lambda vals={field_name: value}, write=write: write(vals))
        return problems

    def test_our_fields_on_core_s_records_too(self):
        self.assertAnswered(self.find_raw_on_core(("res.company", "res.partner", "res.config.settings")), 400)

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------
    def find_raw_buttons(self, names):
        problems = []
        for name in names:
            Model = self.env[name].with_user(self.administrator)
            buttons = [
                method
                for method in dir(type(Model))
                if method.startswith("action_") and method not in OUTSIDE and self.is_ours(Model, method)
            ]
            takes = [method for method in buttons if self.get_parameters(Model, method)]
            some = self.find_some(name) if takes else []
            with self.trying():
                for method in buttons:
                    problems += self.press(Model, method, some)
        return [problem for problem in problems if "positional argument" not in problem]

    def press(self, Model, method, some):
        button = getattr(type(Model), method)
        if getattr(button, "_api_model", False):
            return []
        problems, missing = [], 10**8
        parameters = self.get_parameters(Model, method)
        for ids in (
            [],
            [missing],
            [missing, missing + 1],
            *([some] if parameters and some else ()),
            *(("abc", ["abc"], [2**40], [1.5], {"a": 1}, [None]) if Model._name in self.ours else ()),
        ):
            for args in ([math.nan], ["n'existe pas"], [{}], [2**40], [-1]) if parameters else ([],):
                problems += self.judge(
                    f"{Model._name}.{method}({ids}, {args})",
                    lambda ids=ids, args=args: call_kw(Model, method, [ids, *args], {}) and None,
                )
        return problems

    def get_parameters(self, Model, method):
        return list(inspect.signature(getattr(type(Model), method)).parameters)[1:]

    def find_some(self, name):
        record = {"res.partner": self.debtor_partner, "account.move": self.invoice}.get(name)
        return (record if record is not None else self.one(name)).ids

    def is_ours(self, Model, method):
        return any(
            method in vars(cls) and cls.__module__.startswith("odoo.addons.debt_recovery")
            for cls in type(Model).__mro__
        )

    def test_every_button_answers_in_words_whatever_it_is_called_on(self):
        self.assertAnswered(self.find_raw_buttons((*self.ours, "res.partner", "account.move")), 1000)

    # ------------------------------------------------------------
    # The ORM's own methods
    # ------------------------------------------------------------
    def find_raw_calls(self, names):
        problems = []
        for name in names:
            Model = self.env[name].with_user(self.administrator)
            with self.trying():
                for method, calls in CALLS.items():
                    for args in calls:
                        problems += self.judge(
                            f"{name}.{method}{args}",
                            lambda Model=Model, method=method, args=args: (
                                call_kw(Model, method, list(args), {}) and None
                            ),
                        )
        return problems

    def test_the_orm_s_own_methods_answer_in_words_too(self):
        self.assertAnswered(self.find_raw_calls(self.ours), 1500)

    # ------------------------------------------------------------
    # Whole values
    # ------------------------------------------------------------
    def get_shapeless(self, ids):
        """Yield ``(method, arguments)`` of each call that sends no values where some are needed."""
        for some in (ids, [], ["abc"], [10**8]):
            for values in (*SHAPELESS, None, [], UNKNOWN):
                yield "write", [some, values]
            for values in (*SHAPELESS, *(([], UNKNOWN) if some == ids else ())):
                yield "copy", [some, values]
        for values in (*SHAPELESS, None, UNKNOWN):
            yield "create", [values]
            yield "create", [[values]]
        for method in ("web_save", "web_save_multi"):
            for values in (7, "nom", [7], UNKNOWN):
                yield method, [ids, values, {}]

    def refuse(self, Model, method, args):
        call_kw(Model, method, list(args), {})
        return "accepted"

    def find_shapeless(self, names):
        """Return where no values at all are answered in raw words, or not refused."""
        problems = []
        for name in names:
            Model = self.env[name].with_user(self.administrator)
            ids = [] if Model._transient else self.one(name).ids
            with self.trying():
                for method, args in self.get_shapeless(ids):
                    problems += self.judge(
                        f"{name}.{method}{str(args)[:60]}",
                        lambda Model=Model, method=method, args=args: self.refuse(Model, method, args),
                    )
        return problems

    def test_what_is_no_values_is_refused_in_words_by_every_model(self):
        self.assertAnswered(self.find_shapeless(self.ours), 5000)

    def find_ours_in_core(self):
        """Return the models of core whose creation, change or copy we extend."""
        return [
            name
            for name, Model in self.env.items()
            if not (name in self.ours or Model._abstract)
            and any(self.is_ours(Model, method) for method in ("create", "write", "copy_data"))
        ]

    def find_shapeless_in_core(self, names):
        """Return where code of ours stumbles over what is no values, before core says what it thinks of it."""
        problems = []
        for name in names:
            Model = self.env[name].sudo()
            record = Model.search([], limit=1)
            with self.trying():
                for method in ("write", "create", "copy_data"):
                    for values in (*SHAPELESS, None, []):
                        problems += self.judge(
                            f"{name}.{method}({values!r})",
                            lambda record=record, method=method, values=values: self.stumble(record, method, values),
                        )
        return problems

    def stumble(self, record, method, values):
        try:
            getattr(record, method)(values)
        except UserError:
            raise
        except Exception as error:
            frame = list(traceback.walk_tb(error.__traceback__))[-1][0]
            if "debt_recovery" in frame.f_code.co_filename:
                return f"{frame.f_code.co_qualname}: {type(error).__name__} {error}"
        return None

    def test_our_code_stumbles_on_no_model_of_core(self):
        names = self.find_ours_in_core()
        for name in ("res.partner", "res.company", "res.users", "res.groups", "account.move", "mail.activity"):
            self.assertIn(name, names)
        self.assertAnswered(self.find_shapeless_in_core(names), 500)

    def find_unseen(self):
        """Return the methods of ours that take values without looking at them first."""
        return {
            f"{cls.__module__}.{cls.__qualname__}.{name}"
            for Model in self.env.registry.values()
            for cls in Model.__mro__
            for name in SHAPES
            if cls.__module__.startswith("odoo.addons.debt_recovery")
            and name in vars(cls)
            and not hasattr(vars(cls)[name], "looks_first")
        }

    def test_every_method_of_ours_that_takes_values_looks_at_them_first(self):
        self.assertFalse(self.find_unseen())
        model_def = next(cls for cls in type(self.env["recovery.case"]).__mro__ if "write" in vars(cls))
        with patch.object(model_def, "write", lambda records, vals: True):
            self.assertTrue(self.find_unseen(), "one that does not is found")

    # ------------------------------------------------------------
    # Archives
    # ------------------------------------------------------------
    def find_raw_archiving(self, names):
        """Return where archiving ends in raw words, or in silence where nothing is archived."""
        problems = []
        for name in names:
            Model = self.env[name].with_user(self.administrator)
            act = self.refuse if not Model._active_name else lambda *call: self.refuse(*call) and None
            some = [] if Model._transient else self.one(name).ids
            with self.trying():
                for method in ARCHIVING:
                    for ids in (some, [], [10**8], ["abc"]):
                        problems += self.judge(
                            f"{name}.{method}({ids})",
                            lambda Model=Model, method=method, ids=ids, act=act: act(Model, method, [ids]),
                        )
        return problems

    def test_what_has_no_archives_says_so(self):
        self.assertAnswered(self.find_raw_archiving(self.ours), 800)

    # ------------------------------------------------------------
    # Planted holes
    # ------------------------------------------------------------
    def test_a_planted_hole_of_each_kind_is_found(self):
        registry = self.env.registry
        for name in ("recovery.coverage", "recovery.promise.wizard"):
            with patch.object(registry[name], "_check_bounds", lambda *args, **kwargs: None):
                problems = " ".join(self.find_raw([name]))
            made = "create" if "wizard" in name else "write"
            for way in (made, "onchange", "context"):
                self.assertRegex(problems, rf"by {way}: \w+Error", name)
        with patch.object(registry["recovery.coverage"], "_get_advice", lambda *args: "could not convert to float"):
            self.assertIn("says 'could not convert'", " ".join(self.find_raw(["recovery.coverage"])))
        with patch.object(registry["res.company"], "_check_bounds", lambda *args, **kwargs: None):
            self.assertIn("Error", " ".join(self.find_raw_on_core(["res.company"])))
        with patch.object(registry["recovery.campaign"], "browse", models.Model.browse):
            self.assertIn("InvalidText", " ".join(self.find_raw_buttons(["recovery.campaign"])))
        with patch.object(registry["recovery.coverage"], "write", lambda records, vals: vals.keys()):
            self.assertIn("AttributeError", " ".join(self.find_shapeless(["recovery.coverage"])))
        with patch.object(registry["recovery.coverage"], "write", lambda records, vals: True):
            self.assertIn("write[[], 7]: accepted", " ".join(self.find_shapeless(["recovery.coverage"])))
        with patch.object(registry["res.groups"], "write", lambda records, vals: vals.keys()):
            self.assertIn("AttributeError", " ".join(self.find_shapeless_in_core(["res.groups"])))
        with patch.object(registry["recovery.hold"], "_check_is_archived", lambda records: None):
            self.assertIn("AssertionError", " ".join(self.find_raw_archiving(["recovery.hold"])))
        with patch.object(registry["recovery.campaign"], "ensure_one", models.Model.ensure_one):
            self.assertIn("ValueError", " ".join(self.find_raw_buttons(["recovery.campaign"])))
