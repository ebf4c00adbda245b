import logging
import time

from lxml import etree

from odoo.tests import freeze_time, tagged
from odoo.tools import SQL, mute_logger

from .common import RecoveryCommon
from .one_of_each import OneOfEach

_logger = logging.getLogger(__name__)

#: What a row may hold that got in by SQL, or before its fields had bounds: too much, too little, no number.
POISONS = {
    "high": {
        "integer": 4_000_000,
        "float": 1e15,
        "monetary": 1e15,
        "date": "9999-12-31",
        "datetime": "9999-12-31 23:59:59",
    },
    "low": {
        "integer": -4_000_000,
        "float": -1e15,
        "monetary": -1e15,
        "date": "0001-01-01",
        "datetime": "0001-01-01 00:00:00",
    },
    "none": {"float": float("nan"), "monetary": float("nan")},
}
RELATIONAL = ("many2one", "one2many", "many2many")
ON_CORE = {
    "account.move": ("invoice_date", "invoice_date_due"),
    "account.move.line": ("date_maturity", "date"),
    "res.partner": (),
}


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestPoisonedRows(OneOfEach, RecoveryCommon):
    """A row that nobody can reckon with is left empty and named; lists, worklist and night go on for all others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_invoice = cls.make_invoice(cls.make_partner("Sain"), amount=450.0, days_overdue=30)
        cls.other = cls.debtor_of(cls.other_invoice.partner_id)
        cls.nightly = [
            ("worklist", lambda t: t.env["recovery.worklist"]._refresh(t.company, t.today)),
            ("watch", lambda t: t.env["recovery.credit.watch"]._run(t.company, t.today)),
            ("todo", lambda t: t.env["recovery.todo"]._refresh(t.company, t.today)),
            ("campaign", lambda t: t.propose()),
            ("scores", lambda t: t.env["recovery.scoring"]._compute(t.company, t.today)),
            ("review", lambda t: t.env["recovery.review"]._generate(t.company, t.today)),
            ("file", lambda t: t.env["recovery.file.item"]._tell_expiring(t.company, t.today)),
            ("limitation", lambda t: t.env["recovery.limitation.watch"]._alert(t.company, t.today)),
        ]

    def propose(self):
        campaign = self.env["recovery.campaign"].create({"company_id": self.company.id, "date": self.today})
        campaign._propose()
        return campaign

    def poison(self, record, values):
        """Write a poison past the fields into every number and date that people type; return which."""
        names = {}
        typed = ON_CORE.get(record._name) or record._get_typed_fields(creating=True)
        for name in typed:
            field = record._fields[name]
            if field.store and field.column_type and field.type in values:
                names[name] = values[field.type]
        done = []
        self.env.flush_all()
        for name, value in names.items():
            with mute_logger("odoo.sql_db"):
                try:
                    with self.env.cr.savepoint(flush=False):
                        self.env.cr.execute(
                            SQL(
                                "UPDATE %s SET %s = %s WHERE id = %s",
                                SQL.identifier(record._table),
                                SQL.identifier(name),
                                value,
                                record.id,
                            )
                        )
                    done.append(name)
                except Exception:  # the database itself refuses it
                    continue
        self.env.invalidate_all()
        return done

    def find_stopped(self, names):
        stopped, tries = [], 0
        for name in names:
            record = self.one(name)
            for kind, values in POISONS.items():
                with self.env.cr.savepoint(flush=False) as savepoint, mute_logger("odoo.sql_db"):
                    done = self.poison(record, values)
                    for what, act in self.get_readings(record) if done else ():
                        tries += 1
                        try:
                            with self.env.cr.savepoint():
                                act()
                        except Exception as error:
                            stopped.append(f"{name} {kind} {done}: {what}: {type(error).__name__} {error}"[:300])
                        self.env.invalidate_all()
                    self.env.cr.clear()
                    savepoint.rollback()
                self.env.invalidate_all(flush=False)
        return stopped, tries

    def get_readings(self, record):
        manager = self.env(user=self.recovery_manager)
        Model = record.with_env(manager).browse()
        yield "list", lambda: Model.search([]).read()
        yield "debtors", lambda: manager["recovery.debtor"].search([]).read()
        for what, act in self.nightly:
            yield what, lambda act=act: act(self)

    def test_one_row_stops_nobody(self):
        start = time.monotonic()
        names = [
            name
            for name, Model in sorted(self.env.registry.items())
            if name.startswith("recovery.") and not Model._abstract and not Model._transient
        ]
        stopped, tries = self.find_stopped([*names, "res.company", "account.move", "account.move.line"])
        _logger.info("%s readings in %.1f s", tries, time.monotonic() - start)
        self.assertFalse(stopped, "\n".join(stopped))
        self.assertGreater(tries, 300)

    # ------------------------------------------------------------
    # Somebody else's customer
    # ------------------------------------------------------------
    def get_lists(self):
        """Yield ``(view, model, specification)`` of each list, kanban and form of ours."""
        views = self.env["ir.ui.view"].search(
            [
                ("type", "in", ("list", "kanban", "form", "pivot")),
                ("mode", "=", "primary"),
                ("model", "=like", "recovery.%"),
            ]
        )
        for view in views:
            Model = self.env[view.model].with_user(self.recovery_manager)
            if Model._abstract or Model._transient:
                continue
            arch = etree.fromstring(Model.get_view(view.id, view.type)["arch"])
            names = {
                node.get("name")
                for node in arch.iter("field")
                if not any(parent.tag == "field" for parent in node.iterancestors())
            }
            spec = {
                name: {"fields": {"display_name": {}}} if Model._fields[name].type in RELATIONAL else {}
                for name in names & Model._fields.keys()
                if Model._has_field_access(Model._fields[name], "read")
            }
            yield view, Model, spec

    def is_read(self, Model, spec):
        self.env.invalidate_all()
        try:
            with self.env.cr.savepoint():
                return Model.web_search_read([], spec) is not None
        except Exception:
            return False

    def test_a_customer_given_to_another_company_stops_no_list(self):
        for name in sorted(self.env.registry):
            if name.startswith("recovery.") and not (self.env[name]._abstract or self.env[name]._transient):
                self.one(name)
        stranger = self.setup_other_company(name="Ailleurs")["company"]
        for partner in (self.debtor_partner, *self.debtor_partner.child_ids):
            self.env.cr.execute("UPDATE res_partner SET company_id = %s WHERE id = %s", (stranger.id, partner.id))
        self.env.cr.execute("UPDATE recovery_delivery SET addressee_id = %s", (self.debtor_partner.id,))
        stopped, tries = [], 0
        for view, Model, spec in self.get_lists():
            tries += 1
            self.env.invalidate_all()
            try:
                with self.env.cr.savepoint():
                    self.assertTrue(Model.web_search_read([], spec) is not None)
            except Exception as error:
                names = [name for name in spec if not self.is_read(Model, {name: spec[name]})]
                stopped.append(f"{view.xml_id or view.name} {names}: {type(error).__name__} {error}"[:300])
        self.assertFalse(stopped, "\n".join(stopped))
        self.assertGreater(tries, 60)
