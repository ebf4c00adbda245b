import logging
import time
from unittest.mock import patch

from lxml import etree

from odoo.tests import freeze_time, tagged
from odoo.tools import SQL, mute_logger
from odoo.tools.misc import split_every

from .common import RecoveryCommon
from .english import InEnglish
from .one_of_each import OneOfEach
from .test_values import RAW

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
TOGETHER = 6  # models that are poisoned at once
ANOMALIES = "odoo.addons.debt_recovery.models.common.recovery_anomaly"
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
            ("forecast", lambda t: t.env["recovery.forecast"]._refresh(t.company, t.today)),
            ("key figures", lambda t: t.env["recovery.kpi.engine"]._rebuild(t.company, t.today, 3)),
        ]

    def propose(self):
        campaign = self.env["recovery.campaign"].create({"company_id": self.company.id, "date": self.today})
        campaign._propose()
        return campaign

    def poison(self, record, values):
        """Write a poison past the fields into every number and date that people type or that we keep; return which."""
        names = {}
        for name in sorted({*ON_CORE.get(record._name, ()), *record._get_reckoned()}):
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
        """Poison some models at once, and each alone where something stops; return what stopped, and the readings."""
        stopped, tries = [], 0
        records = [self.one(name) for name in names]
        for some in split_every(TOGETHER, records):
            for kind, values in POISONS.items():
                found, count = self.read_poisoned(some, kind, values)
                tries += count
                for record in some if found and len(some) > 1 else ():
                    alone, count = self.read_poisoned([record], kind, values)
                    tries += count
                    stopped += alone
                stopped += [f"one of {len(some)}: {what}" for what in found]
        return stopped, tries

    def read_poisoned(self, records, kind, values):
        stopped, tries = [], 0
        with self.env.cr.savepoint(flush=False) as savepoint, mute_logger("odoo.sql_db", ANOMALIES):
            done = {record: columns for record in records if (columns := self.poison(record, values))}
            stopped += [f"{record} {kind} {done[record]}: is not named" for record in done if not self.is_named(record)]
            self.env.invalidate_all()
            for what, act in self.get_readings(done) if done else ():
                tries += 1
                try:
                    with self.env.cr.savepoint():
                        act()
                except Exception as error:
                    where = done if len(done) == 1 else list(done)
                    stopped.append(f"{where} {kind}: {what}: {type(error).__name__} {error}"[:600])
                self.env.invalidate_all()
            if done and self.other.figures_date != self.today:
                stopped.append(f"{list(done)} {kind}: the others are not worked out")
            self.env.cr.clear()
            savepoint.rollback()
        self.env.invalidate_all(flush=False)
        return stopped, tries

    def is_named(self, record):
        """Tell whether people who look for it are told which row is wrong, and what of it."""
        anomalies = self.env["recovery.anomaly"]
        company = self.company
        found = anomalies._find_in(record.sudo().browse().with_company(company), company)
        [named] = anomalies._name_rows(
            company, {(record._name, record.id): {"values": found.get((record._name, record.id))}}
        )
        reason = named.with_user(self.recovery_user).reason
        return bool(reason) and not RAW.search(reason)

    def get_readings(self, records):
        manager = self.env(user=self.recovery_manager)
        for record in records:
            Model = record.with_env(manager).browse()
            yield f"list of {record._name}", lambda Model=Model: Model.search([]).read()
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


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestNamedRows(InEnglish, RecoveryCommon):
    """What is wrong is said to people, once, until it is mended."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice(days_overdue=60)
        cls.other = cls.debtor_of(cls.make_invoice(cls.make_partner("Sain"), amount=450.0, days_overdue=30).partner_id)
        cls.cover = cls.env["recovery.coverage"].create(
            {"debtor_id": cls.debtor_of().id, "amount": 4000.0, "share": 90.0}
        )

    def setUp(self):
        super().setUp()
        self.Anomaly = self.env["recovery.anomaly"].with_user(self.recovery_user)

    def set_by_sql(self, record, **values):
        self.env.flush_all()
        for name, value in values.items():
            table, column = SQL.identifier(record._table), SQL.identifier(name)
            self.env.cr.execute(SQL("UPDATE %s SET %s = %s WHERE id = %s", table, column, value, record.id))
        self.env.invalidate_all()

    def open_worklist(self, user=None):
        self.env["recovery.debtor"].with_user(user or self.recovery_user).action_refresh_worklist()
        self.env.flush_all()

    def find_named(self, record):
        return self.Anomaly.search([("res_model", "=", record._name), ("res_id", "=", record.id)])

    def get_tasks(self, anomalies):
        return anomalies.sudo().activity_ids

    def test_a_guarantee_with_millions_of_days_is_named_once_until_it_is_mended(self):
        self.set_by_sql(self.cover, declare_days=4_000_000)
        self.open_worklist()
        named = self.find_named(self.cover)
        self.assertEqual(len(named), 1)
        self.assertIn("is 4,000,000: enter a number from 0 to 36,500.", named.reason)
        self.assertEqual(named.action_open_document()["res_id"], self.cover.id)
        [task] = self.get_tasks(named)
        self.assertEqual(task.user_id, self.env["recovery.decision"]._get_manager(self.company))
        self.env["recovery.worklist"]._refresh(self.company, self.today)
        self.Anomaly.action_look_again()
        self.open_worklist()
        self.assertEqual(self.find_named(self.cover), named)
        self.assertEqual(self.get_tasks(named), task)
        told = [("res_model", "=", "recovery.anomaly"), ("res_id", "=", named.id)]
        self.assertEqual(self.env["recovery.event"].search(told).mapped("kind"), ["anomaly"])
        self.cover.declare_days = 30
        self.open_worklist()
        self.assertFalse(self.find_named(self.cover))
        self.assertFalse(task.exists())
        self.assertEqual(self.env["recovery.event"].search(told).mapped("kind"), ["mended", "anomaly"])

    def test_an_amount_that_is_no_number_is_named_and_the_others_counted(self):
        self.set_by_sql(self.receivable_of(self.invoice), amount_residual=float("nan"))
        self.open_worklist()
        self.assertEqual(len(self.find_named(self.receivable_of(self.invoice))), 1)
        self.assertEqual(self.other.amount_overdue, 450.0)

    def test_a_due_date_of_the_year_9999_is_named(self):
        self.set_by_sql(self.receivable_of(self.invoice), date_maturity="9999-12-31")
        self.open_worklist()
        [named] = self.find_named(self.receivable_of(self.invoice))
        self.assertIn("9999", named.reason)

    def test_a_customer_who_makes_the_work_fail_is_named_and_the_others_worked_out(self):
        figures, poisoned = type(self.env["recovery.worklist"])._get_figures, self.debtor_partner

        def fail(engine, verdicts, *args):
            if verdicts[0].item.partner_id == poisoned.id:
                raise OverflowError("date value out of range")
            return figures(engine, verdicts, *args)

        with (
            patch.object(self.env.registry["recovery.worklist"], "_get_figures", fail),
            mute_logger(ANOMALIES),
        ):
            self.open_worklist()
        self.assertEqual(self.other.amount_overdue, 450.0)
        [named] = self.find_named(poisoned)
        self.assertNotRegex(named.reason, "out of range|Error")
        self.assertIn("done for all the others", named.reason)
        self.open_worklist()
        self.assertTrue(self.find_named(poisoned), "nothing was done again yet")
        self.env["recovery.worklist"]._compute(self.company, self.today)
        self.assertFalse(self.find_named(poisoned))

    def test_a_night_that_fails_for_a_company_is_named_there(self):
        def fail(_owner, company, day):
            if company == self.company:
                raise ValueError("cannot convert float NaN to integer")

        owner = self.env["recovery.digest"]
        with mute_logger("odoo.addons.debt_recovery.models.common.res_company"):
            self.company._recovery_try(owner, fail)
            self.company._recovery_try(owner, fail)
        [named] = self.find_named(self.company)
        self.assertNotIn("NaN", named.reason)
        self.company._recovery_try(owner, lambda owner, company, day: None)
        self.assertFalse(named.exists())

    def test_what_is_named_is_of_one_company(self):
        stranger = self.setup_other_company(name="Ailleurs")["company"]
        self.set_by_sql(self.cover, declare_days=4_000_000)
        self.env["recovery.anomaly"]._look(stranger)
        self.env["recovery.anomaly"]._look(self.company)
        self.assertEqual(self.env["recovery.anomaly"].search([]).company_id, self.company)

    def test_nothing_is_named_where_all_is_right(self):
        self.env["recovery.anomaly"]._look(self.company)
        self.assertFalse(self.Anomaly.search([]).mapped("reason"))
