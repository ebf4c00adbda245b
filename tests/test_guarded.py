import logging
import time
from itertools import takewhile
from unittest.mock import patch

from lxml import etree

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import RecoveryCommon
from .one_of_each import OneOfEach

_logger = logging.getLogger(__name__)

CORE = ("account.move", "account.move.line", "mail.activity", "res.company", "res.partner", "res.users")
# Read-only once the record is there, and given when it is made.
GIVEN_ONCE = {
    ("recovery.case", "debtor_id"),
    ("recovery.case.line", "case_id"),
    ("recovery.debtor", "company_id"),
    ("recovery.debtor", "partner_id"),
    ("recovery.proof", "company_id"),  # the door from the invoices gives it
    ("recovery.campaign", "mode"),  # a simulation; an automatic campaign is refused
}
# Nobody creates one; or what is sent of it is read in the books instead, which has its own test.
# Core copies no company.
ANSWERS_ITSELF = {"recovery.event", "recovery.case.line", "res.company"}
# Models of which no record can be made here, with the reason.
NO_RECORD = {}


@tagged("post_install", "-at_install")
class TestGuardedFields(OneOfEach, RecoveryCommon):
    """What a model does not leave to people nobody writes, whoever they are and whatever way they take."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = cls.make_user(
            "anne", "account.group_account_manager", "base.group_system", "base.group_multi_company"
        )
        cls.made_by_people = set()
        cls.people = [cls.recovery_user, cls.recovery_manager, cls.recovery_auditor, cls.administrator]

    # ------------------------------------------------------------
    # The matrix
    # ------------------------------------------------------------
    def get_models(self):
        """Return the names of all models that keep fields of ours."""
        ours = [
            name
            for name, Model in self.env.registry.items()
            if name.startswith("recovery.") and not Model._abstract and not Model._transient
        ]
        return sorted(ours) + list(CORE)

    def get_closed(self, Model, creating):
        """Return the fields that nobody may write: not declared, or read-only by their own definition."""
        declared = Model._get_typed_fields(creating)
        closed = []
        for name, field in Model._fields.items():
            if name in models.MAGIC_COLUMNS or field.inherited or not (field.store or field.inverse):
                continue
            if Model._name in CORE and not name.startswith("recovery_"):
                continue
            if name.startswith(("message_", "activity_")) and name != "message_ids":
                continue  # core's own rules
            given = creating and (Model._name, name) in GIVEN_ONCE
            if name not in declared or (field.readonly and not given):
                closed.append(name)
        return closed

    def find_holes(self, names):
        """Return what should have been refused and was not, the number of tries, and the models without a record."""
        holes, tries, unmade = [], 0, {}
        for name in names:
            try:
                with mute_logger("odoo.sql_db"):
                    self.one(name).ensure_one()
            except Exception as error:  # named by the test: no model is left out in silence
                unmade[name] = str(error)
        for name in [name for name in names if name not in unmade]:
            record = self.one(name)
            for way in (self.try_writing, self.try_creating, self.try_copying, self.try_context):
                for user in self.people:
                    found, count = way(record.with_user(user))
                    holes += [f"{name}.{field}, {way.__name__} as {user.name}: {what}" for field, what in found]
                    tries += count
        return holes, tries, unmade

    def may_create(self, name, user):
        return self.env[name].with_user(user).has_access("create")

    def find_accepted(self, record, creating, act):
        """Return the closed fields for which a value was not refused as such.

        :param act: takes ``{field: value}``.
        """
        found = []
        closed = self.get_closed(record, creating)
        allowed = (AccessError, UserError) if record._name in ANSWERS_ITSELF else AccessError
        for field in closed:
            value = self.sample(record.sudo(), field, record.sudo()[field])
            try:
                with self.env.cr.savepoint(flush=False), mute_logger("odoo.sql_db"):
                    act({field: value})
                    raise AssertionError("accepted")  # which takes it back
            except allowed:
                continue
            except Exception as error:
                self.env.invalidate_all()
                found.append((field, f"{type(error).__name__} {error}"))
        return found, len(closed)

    def try_writing(self, record):
        return self.find_accepted(record, False, record.write)

    def try_creating(self, record):
        needed = {"move_id": self.invoice.id} if record._name == "account.move.line" else {}
        return self.find_accepted(record, True, lambda vals: record.browse().create({**needed, **vals}))

    def try_copying(self, record):
        return self.find_accepted(record, True, record.copy)

    def try_context(self, record):
        """Look at what a new record begins with, and is stored with, under forged values in the context."""
        closed = self.get_closed(record, True)
        values = {field: self.sample(record.sudo(), field, record.sudo()[field]) for field in closed}
        forged = {f"default_{field}": value for field, value in values.items()}
        New = record.browse()
        plain, tried = New.default_get(closed), New.with_context(**forged).default_get(closed)
        found = [(field, f"begins with {value!r}") for field, value in tried.items() if value != plain.get(field)]
        if record._name in CORE or not New.has_access("create"):
            return found, len(closed)
        typed = New._get_typed_fields(creating=True)
        needed = {name: value for name, value in self.values_for(record._name).items() if name in typed}
        if self.create_and_forget(New, needed):
            return found, len(closed)  # this person makes none, whatever the context
        self.made_by_people.add(record._name)
        error = self.create_and_forget(
            New.with_context(**forged),
            needed,
            lambda new: found.extend(
                (field, f"stored {new[field]!r}")
                for field, value in values.items()
                if self.is_held(new, field, value) and value != plain.get(field)
            ),
        )
        return found + [("create", error)] * bool(error), 2 * len(closed)

    def create_and_forget(self, Model, vals, look=lambda new: None):
        """Return why a record cannot be made; it is looked at and taken back otherwise."""
        error = None
        try:
            with self.env.cr.savepoint() as savepoint, mute_logger("odoo.sql_db"):
                look(Model.create(vals).sudo())
                savepoint.rollback()
        except Exception as problem:
            error = f"{type(problem).__name__} {problem}"
        self.env.invalidate_all()
        return error

    def is_held(self, record, name, value):
        """Tell whether the field holds that value; lines of the record are judged by their own model."""
        field = record._fields[name]
        if field.type in ("one2many", "many2many") or not value:
            return False
        return record[name] == field.convert_to_record(field.convert_to_cache(value, record), record)

    def test_nobody_writes_what_the_module_keeps(self):
        start = time.monotonic()
        holes, tries, unmade = self.find_holes(self.get_models())
        _logger.info("%s tries in %.1f s", tries, time.monotonic() - start)
        self.assertEqual(set(unmade), set(NO_RECORD), unmade)
        self.assertFalse(holes, "\n".join(holes))
        open_to_some = {name for name in self.get_models() if any(self.may_create(name, user) for user in self.people)}
        self.assertFalse(open_to_some - self.made_by_people - set(CORE), "nobody could make one of these")
        self.assertGreater(tries, 5000)

    def test_a_planted_hole_of_each_kind_is_found(self):
        hold, campaign = type(self.env["recovery.hold"]), type(self.env["recovery.campaign"])
        for model, name, value, expected in (
            (hold, "_typed_once", ("released_on",), "released_on, try_creating"),
            (campaign, "_typed", ("state",), "state, try_writing"),
            (campaign, "_check_typed", lambda *args, **kwargs: None, "state, try_copying"),
            (campaign, "default_get", models.BaseModel.default_get, "state, try_context"),
        ):
            with self.subTest(model=model._name, name=name), patch.object(model, name, value, create=True):
                holes, _tries, _unmade = self.find_holes([model._name])
                self.assertIn(f"{model._name}.{expected}", " ".join(holes))

    def test_every_model_of_ours_says_what_people_write(self):
        guarded = self.env.registry["recovery.guarded"]
        unguarded = [name for name in self.get_models() if not issubclass(self.env.registry[name], guarded)]
        self.assertFalse(unguarded)
        for name in self.get_models():
            declared = self.env[name]._get_typed_fields(creating=True)
            self.assertLessEqual(declared, self.env[name]._fields.keys(), f"{name} declares what it has not")

    # ------------------------------------------------------------
    # Screens
    # ------------------------------------------------------------
    def test_screens_let_people_type_what_the_model_takes_only(self):
        self.recovery_manager.group_ids += self.env.ref("base.group_multi_company")
        views = self.env["ir.ui.view"].search(
            [("type", "in", ("form", "list", "kanban")), ("mode", "=", "primary"), ("model", "=like", "recovery.%")]
        )
        refused = set()
        for view in views:
            Model = self.env[view.model].with_user(self.recovery_manager)
            if Model._abstract or Model._transient:
                continue
            arch = etree.fromstring(Model.get_view(view.id, view.type)["arch"])
            if view.type != "list" or arch.get("editable") or arch.get("multi_edit"):
                refused |= {f"{view.xml_id}: {where}" for where in self.find_refused(Model, arch)}
        self.assertFalse(refused)

    def find_refused(self, Model, arch):
        """Yield the fields that a screen offers to fill in and that the model would refuse."""
        if not (Model.has_access("write") or Model.has_access("create")):
            return
        typed = Model._get_typed_fields(creating=True)
        for node in arch.iter("field"):
            inner = takewhile(lambda parent: parent is not arch, node.iterancestors())
            if any(parent.tag == "field" for parent in inner):
                continue  # of a list inside: looked at with its own model
            field = Model._fields.get(node.get("name"))
            if field is None or not (field.store or field.inverse) or field.name.startswith(("activity_", "message_")):
                continue
            readonly = node.get("readonly", "1" if field.readonly else "")
            if readonly in ("1", "True") and not node.get("force_save"):
                continue
            if field.name not in typed:
                yield f"{Model._name}.{field.name}"
            elif field.relational:
                for sub in node:
                    if sub.tag in ("list", "form", "kanban"):
                        yield from self.find_refused(Model.env[field.comodel_name], sub)
