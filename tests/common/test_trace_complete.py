import base64
import json
from collections import defaultdict

import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..english import InEnglish
from ..one_of_each import OneOfEach
from ..test_security import RIGHTS
from .common import RecoveryCommon
from .tracing import Tracing

REFUSED = (UserError, ValueError, psycopg2.Error)
# What people write on a debtor that the thread keeps, with who and when; a note is a note.
THREAD = {"collector_id", "late_fee_reason"}


@tagged("post_install", "-at_install")
class TestTraceComplete(Tracing, InEnglish, OneOfEach, RecoveryCommon):
    """Every field by which the program does otherwise is tried, in every model, by every way: each leaves its line."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor_of()
        traced = cls.registry["recovery.traced.settings"]
        cls.settings = sorted(
            name
            for name, Model in cls.registry.items()
            if issubclass(Model, traced) and not Model._abstract and name.startswith("recovery.")
        )
        cls.refusals, cls.tried = defaultdict(list), 0

    def told(self, record, kind=None):
        of_kind = [("kind", "=", kind)] if kind else []
        return self.read_told(("res_model", "=", record._name), ("res_id", "in", record.ids), *of_kind)

    def attempt(self, act):
        """Do it and take it back; return what the journal told of it and what stood there, or None if refused."""
        savepoint = self.env.cr.savepoint()
        try:
            with mute_logger("odoo.sql_db"):
                self.mark()
                result = act()
                self.env.flush_all()
            return result
        except REFUSED:
            return None
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all(flush=False)

    def as_manager(self, record):
        mine = record.with_user(self.recovery_manager)
        return mine if mine.has_access("write") else record

    def changed(self, record, name, write):
        """Return whether writing changed the field, and the entries that tell it."""
        raw = self.raw(record, name)

        def act():
            write()
            self.env.flush_all()
            self.env.invalidate_all()
            return self.raw(record, name) != raw, self.told(record).read(["details", "author_name", "kind", "date"])

        return self.attempt(act)

    def raw(self, record, name):
        value = record.sudo().with_context(bin_size=False)[name]
        return sorted(value.ids) if record._fields[name].relational else str(value)

    def assert_told(self, record, name, entries, author=None):
        label = record._fields[name]._description_string(self.env)
        entries = [entry for entry in entries if any(key.startswith(label) for key in entry["details"] or {})]
        self.assertTrue(entries, f"{record._name}.{name} changed without a line")
        for entry in entries:
            text = next(value for key, value in entry["details"].items() if key.startswith(label))
            self.assertIn(" → ", text)
            self.assertTrue(entry["date"])
            if author:
                self.assertEqual(entry["author_name"], author)

    def get_typed(self, Model):
        return sorted(
            name
            for name in Model._get_typed_fields(creating=True)
            if name in Model._fields and Model._fields[name].store and Model._fields[name].type != "one2many"
        )

    # ------------------------------------------------------------
    # Which models
    # ------------------------------------------------------------
    def test_whatever_is_shipped_or_set_by_managers_alone_is_traced(self):
        shipped = self.env["ir.model.data"].sudo().search([("module", "=", "debt_recovery")]).mapped("model")
        shipped = {name for name in shipped if name.startswith("recovery.") and name in self.registry}
        managed = {name for name, rights in RIGHTS.items() if rights[0] == "recovery_manager"}
        self.assertEqual((shipped | managed) - set(self.settings), set())
        self.assertGreater(len(self.settings), 38)

    def test_what_hangs_on_settings_is_traced_too(self):
        """A line that is written through its settings, or goes with them, is told as itself."""
        for name in [*self.settings, "res.company"]:
            Model = self.env[name]
            typed = Model._get_typed_fields(creating=True)
            for field in Model._fields.values():
                if field.type == "one2many" and field.name in typed and not field.compute:
                    self.assertIn(field.comodel_name, self.settings, f"{name}.{field.name}")

    def test_what_the_database_deletes_with_settings_is_deleted_by_the_program_first(self):
        for name in self.settings:
            for field in self.env[name]._fields.values():
                is_held = field.type == "many2one" and field.store and field.ondelete == "cascade"
                if not is_held or not field.comodel_name.startswith("recovery."):
                    continue
                if field.comodel_name not in self.settings:
                    self.assertEqual(field.comodel_name, "recovery.debtor", f"{name}.{field.name}")
                    continue
                lines = {
                    one.comodel_name
                    for one in self.env[field.comodel_name]._fields.values()
                    if one.type == "one2many" and one.inverse_name == field.name and not one.compute
                }
                self.assertIn(name, lines, f"{name}.{field.name} goes unseen")

    # ------------------------------------------------------------
    # Every field of every model
    # ------------------------------------------------------------
    def test_every_field_of_every_setting_says_before_after_and_who(self):
        tried, refused = 0, []
        for name in self.settings:
            record = self.one(name)
            mine = self.as_manager(record)
            author = mine.env.user.name
            for field in self.get_typed(mine):
                with self.subTest(model=name, field=field):
                    value = self.sample(record, field, other_than=record[field])
                    result = self.changed(record, field, lambda m=mine, f=field, v=value: m.write({f: v}))
                    if not result or not result[0]:
                        refused.append(f"{name}.{field}")
                        continue
                    tried += 1
                    self.assert_told(record, field, result[1], author)
        self.assertGreater(tried, 260, f"refused or unchanged: {refused}")
        self.assertLess(len(refused), tried / 3, refused)

    def test_every_setting_of_the_company_says_before_and_after(self):
        company, tried, refused = self.company.sudo(), 0, []
        for field in company._get_traced_fields():
            with self.subTest(field=field):
                value = self.sample(company, field, other_than=company[field])
                result = self.changed(company, field, lambda f=field, v=value: company.write({f: v}))
                if not result or not result[0]:
                    refused.append(field)
                    continue
                tried += 1
                self.assert_told(company, field, result[1])
        self.assertGreater(tried, 50, refused)
        self.assertLess(len(refused), 12, refused)

    def test_no_setting_of_the_company_is_left_out(self):
        company = self.env["res.company"]
        left = [
            name
            for name, field in company._fields.items()
            if name.startswith("recovery_")
            and field.store
            and not field.readonly
            and field.type != "one2many"
            and name not in company._get_traced_fields()
        ]
        self.assertFalse(left)
        Settings = self.env["res.config.settings"]
        parameters = {getattr(field, "config_parameter", None) for field in Settings._fields.values()} - {None}
        ours = {key for key in parameters if key.startswith("debt_recovery.")}
        self.assertLessEqual(ours, self.env["recovery.event"]._get_parameters())
        self.assertTrue(ours)

    def test_every_word_about_a_debtor_leaves_a_line(self):
        debtor = self.debtor_of()
        mine, tried, silent = debtor.with_user(self.recovery_manager), 0, []
        for field in set(self.get_typed(mine)) - THREAD - {"note"}:
            value = self.sample(debtor.sudo(), field, other_than=debtor.sudo()[field])

            def act(field=field, value=value):
                before = self.raw(debtor, field)
                mine.write({field: value})
                self.env.flush_all()
                self.env.invalidate_all()
                told = self.env["recovery.event"].sudo().search([("id", ">", self.last)]).debtor_id
                return self.raw(debtor, field) != before, debtor in told

            changed, told = self.attempt(act) or (False, False)
            tried += changed
            if changed and not told:
                silent.append(field)
        self.assertFalse(silent)
        self.assertGreater(tried, 6)
        self.assertTrue(all(debtor._fields[field].tracking for field in THREAD))

    def test_who_receives_reminders_and_acts_in_litigation_leaves_a_line(self):
        contact = self.make_partner("Comptable", parent_id=self.debtor_partner.id, type="recovery", is_company=False)
        fields = ["recovery_kind_from", "recovery_kind_to", "recovery_party_kind", "recovery_court_kind"]
        self.assertEqual(sorted(self.env["res.partner"]._get_traced_fields()), sorted(fields))
        self.mark()
        contact.recovery_kind_from = "final"
        event = self.told(contact)
        self.assertEqual((event.debtor_id, event.company_id), (self.debtor_of(), self.company))
        self.assertIn(" → Final notice", event.details["Reminders from level"])
        lawyer = self.make_partner("Avocat")
        self.mark()
        lawyer.recovery_party_kind = "lawyer"
        self.assertFalse(self.told(lawyer).debtor_id)
        self.assertIn(self.company, self.told(lawyer).company_id, "who has no customer is told where people work")
        self.mark()
        lawyer.phone = "01 02 03 04 05"
        self.assertFalse(self.told(lawyer))

    # ------------------------------------------------------------
    # Every way
    # ------------------------------------------------------------
    def test_every_model_tells_what_is_added_copied_and_deleted(self):
        added, deleted, unable = 0, 0, []
        for name in self.settings:
            with self.subTest(model=name):

                def act(name=name):
                    Model = self.as_manager(self.env[name].sudo())
                    record = Model.create(self.values_for(name))
                    births = [event.summary for event in self.told(record)]
                    self.mark()
                    identity = record.sudo()
                    kept = bool(identity._read_settings(identity._get_traced_fields())[identity])
                    told = self.env["recovery.event"].sudo()
                    try:
                        with self.env.cr.savepoint():
                            gone = record.ids
                            record.unlink()
                            told = told.search([("id", ">", self.last), ("res_model", "=", name)])
                            told = told.filtered(lambda event: event.res_id in gone)
                            return births, kept, [(event.summary, event.details) for event in told]
                    except REFUSED:
                        return births, kept, None

                result = self.attempt(act)
                if result is None:
                    unable.append(name)
                    continue
                births, _kept, deaths = result
                added += 1
                self.assertTrue(births, name)
                self.assertTrue(births[0].startswith("Added: "), births)
                if deaths is not None:
                    deleted += 1
                    self.assertTrue(deaths, name)
                    self.assertTrue(deaths[0][0].startswith("Deleted: "), deaths)
                    self.assertTrue(deaths[0][1], "it says what stood there")
        self.assertGreater(added, 30, unable)
        self.assertGreater(deleted, 30)

    def test_an_import_leaves_its_lines(self):
        tried = 0
        for name in self.settings:
            record = self.one(name)
            mine = self.as_manager(record)
            for field in self.get_typed(mine):
                if record._fields[field].type not in ("char", "integer", "float", "boolean"):
                    continue
                value = self.sample(record, field, other_than=record[field])

                def load(mine=mine, field=field, value=value):
                    answer = mine.browse().load([".id", field], [[str(mine.id), str(value)]])
                    if not answer["ids"]:
                        raise UserError(str(answer["messages"]))

                result = self.changed(record, field, load)
                if result and result[0]:
                    tried += 1
                    self.assert_told(record, field, result[1], mine.env.user.name)
                    break
        self.assertGreater(tried, 30)

    def test_many_rows_of_one_import_have_one_line_that_names_them(self):
        self.mark()
        rows = [[f"Motif {number}"] for number in range(120)]
        answer = self.env["recovery.dispute.reason"].with_user(self.recovery_manager).load(["name"], rows)
        self.assertEqual(len(answer["ids"]), 120, answer["messages"])
        told = self.env["recovery.event"].search([("id", ">", self.last), ("company_id", "=", self.company.id)])
        self.assertEqual(len(told), 1)
        self.assertIn("120 rows", told.summary)
        self.assertIn("Motif 0, Motif 1", told.details["Rows"])
        self.assertEqual(told.author_name, self.recovery_manager.name)

    def test_every_wording_in_every_language_leaves_its_line(self):
        """By the window of translations, and by writing in another language."""
        tried, text = 0, "Autre texte"
        for name in [*self.settings, "res.company"]:
            record = self.one(name)
            for field in record._get_traced_fields():
                if not record._fields[field].translate:
                    continue
                term = {"": text} if callable(record._fields[field].translate) else text
                ways = {"in French": lambda r=record, f=field: r.with_context(lang="fr_FR").write({f: text})}
                if isinstance(term, str):
                    ways["translated"] = lambda r=record, f=field: r.update_field_translations(f, {"fr_FR": text})
                for way, write in ways.items():
                    with self.subTest(model=name, field=field, way=way):
                        before = self.raw(record.with_context(lang="fr_FR"), field)

                        def act(record=record, field=field, write=write, before=before):
                            write()
                            self.env.invalidate_all()
                            changed = self.raw(record.with_context(lang="fr_FR"), field) != before
                            return changed, self.told(record).mapped("details")

                        result = self.attempt(act)
                        if not result or not result[0]:
                            continue
                        tried += 1
                        self.assertTrue(result[1], "a wording changed without a line")
                        self.assertIn(text, json.dumps(result[1], ensure_ascii=False))
        self.assertGreater(tried, 60)

    def test_translations_read_from_a_file_leave_their_lines(self):
        reason = self.env["recovery.dispute.reason"].search([], limit=1)
        data = self.env["ir.model.data"].sudo().search([("model", "=", reason._name), ("res_id", "=", reason.id)])
        data.noupdate = False  # else core keeps what stands there
        xmlid = reason.get_external_id()[reason.id]
        source = reason.with_context(lang="en_US").name
        content = (
            'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
            f"#. module: debt_recovery\n#: model:recovery.dispute.reason,name:{xmlid}\n"
            f'msgid "{source}"\nmsgstr "Tout autre chose"\n'
        )
        self.mark()
        wizard = self.env["base.language.import"].create(
            {
                "name": "Français",
                "code": "fr_FR",
                "filename": "fr.po",
                "overwrite": True,
                "data": base64.b64encode(content.encode()),
            }
        )
        wizard.import_lang()
        self.assertEqual(reason.with_context(lang="fr_FR").name, "Tout autre chose")
        told = self.told(reason)
        self.assertEqual(len(told.filtered(lambda event: event.company_id == self.company)), 1)
        self.assertIn("→ Tout autre chose", " ".join(told[0].details.values()))

    def test_lines_written_through_their_settings_leave_their_lines(self):
        tried = 0
        for name in self.settings:
            Model = self.env[name]
            for field in Model._fields.values():
                is_own = field.type == "one2many" and not field.compute and field.comodel_name in self.settings
                if not is_own or not field.inverse_name:
                    continue
                line = self.env[field.comodel_name].sudo().with_context(active_test=False)
                line = line.search([(field.inverse_name, "!=", False)], limit=1)
                if not line or line[field.inverse_name]._name != name:
                    continue
                parent = line[field.inverse_name]
                for typed in self.get_typed(line):
                    if line._fields[typed].type not in ("char", "integer", "float", "boolean", "text"):
                        continue
                    value = self.sample(line, typed, other_than=line[typed])
                    command = {field.name: [Command.update(line.id, {typed: value})]}
                    result = self.changed(line, typed, lambda p=parent, c=command: p.write(c))
                    if result and result[0]:
                        tried += 1
                        self.assert_told(line, typed, result[1])
                        break

                def delete(parent=parent, field=field, line=line):
                    parent.write({field.name: [Command.delete(line.id)]})
                    self.env.flush_all()
                    return self.told(line).mapped("summary")

                summaries = self.attempt(delete)
                if summaries is not None:
                    self.assertTrue(any(text.startswith("Deleted") for text in summaries), f"{name}.{field.name}")
        self.assertGreater(tried, 8)

    def test_what_goes_with_its_settings_is_told(self):
        scenario = self.scenario.copy()
        levels = scenario.level_ids
        self.assertTrue(levels)
        self.mark()
        keys = [("recovery.scenario", scenario.id), *(("recovery.level", level.id) for level in levels)]
        scenario.unlink()
        told = self.env["recovery.event"].sudo().search([("id", ">", self.last), ("company_id", "=", self.company.id)])
        said = {(event.res_model, event.res_id) for event in told if event.summary.startswith("Deleted")}
        self.assertLessEqual(set(keys), said)

    def test_a_link_that_the_database_empties_is_told(self):
        """A customer's tag, a journal, a user that goes takes the value of a setting along."""
        checked = 0
        pointing = {
            comodel: self.env["recovery.traced.changes"]._get_pointing(comodel)
            for comodel in self.registry
            if not self.registry[comodel]._abstract
        }
        expected = {
            (name, field.name)
            for name in [*self.settings, "res.company"]
            for field in (self.env[name]._fields[one] for one in self.env[name]._get_traced_fields())
            if field.type == "many2many" or (field.type == "many2one" and field.ondelete == "set null")
        }
        found = {(name, field) for rows in pointing.values() for name, fields in rows for field in fields}
        self.assertLessEqual(expected, found)
        tag = self.env["res.partner.category"].create({"name": "Fragile"})
        for name, fields in pointing["res.partner.category"]:
            record = self.one(name)
            for field in fields:
                value = [Command.link(tag.id)] if record._fields[field].type == "many2many" else tag.id

                pair = (field, value)

                def act(record=record, pair=pair):
                    record.write(dict([pair]))
                    self.env.flush_all()
                    self.mark()
                    tag.unlink()
                    self.env.flush_all()
                    return self.told(record).mapped("details")

                details = self.attempt(act)
                if details is not None:
                    checked += 1
                    self.assertIn("Fragile", json.dumps(details, ensure_ascii=False))
        self.assertGreater(checked, 0)

    def test_the_usual_limit_of_customers_is_told(self):
        self.mark()
        self.env["ir.default"].set("res.partner", "credit_limit", 4321.0, company_id=self.company.id)
        self.env["ir.default"].set("res.partner", "credit_limit", 5321.0, company_id=self.company.id)
        told = (
            self.env["recovery.event"]
            .sudo()
            .search([("id", ">", self.last), ("res_model", "=", "ir.default"), ("company_id", "=", self.company.id)])
        )
        self.assertIn("4321.0 → 5321.0", json.dumps(told.mapped("details"), ensure_ascii=False))
        self.mark()
        self.env["ir.default"].set("res.partner", "phone", "01", company_id=self.company.id)
        self.assertFalse(self.env["recovery.event"].sudo().search([("id", ">", self.last)]))

    def test_core_s_set_up_of_ours_is_told_field_by_field(self):
        model = self.env["ir.model"]._get_id("recovery.debtor")
        brought = {
            "ir.cron": "debt_recovery.ir_cron_seal_journal",
            "ir.actions.report": "debt_recovery.action_report_recovery_integrity",
            "ir.sequence": "debt_recovery.ir_sequence_recovery_formal_notice",
        }
        records = [self.env.ref(xmlid).sudo() for xmlid in brought.values()]
        for name in ("report.paperformat", "mail.activity.type"):
            data = self.env["ir.model.data"].sudo().search([("module", "=", "debt_recovery"), ("model", "=", name)])
            records.append(self.env[name].sudo().browse(data[0].res_id))
        records += [
            self.env["ir.rule"].sudo().search([("model_id", "=", model)], limit=1),
            self.env["ir.model.access"].sudo().search([("model_id", "=", model)], limit=1),
            self.env["ir.actions.server"].sudo().create({"name": "Essai", "model_id": model, "state": "code"}),
        ]
        tried, refused = 0, []
        for record in records:
            for field in record._get_traced_fields():
                with self.subTest(model=record._name, field=field):
                    value = self.sample(record, field, other_than=record[field])
                    result = self.changed(record, field, lambda r=record, f=field, v=value: r.write({f: v}))
                    if not result or not result[0]:
                        refused.append(f"{record._name}.{field}")
                        continue
                    tried += 1
                    self.assertTrue(result[1], f"{record._name}.{field} changed without a line")
        self.assertGreater(tried, 35, refused)

    def test_nobody_but_readers_reads_what_is_told(self):
        stranger = self.make_user("paul", "account.group_account_invoice")
        with self.assertRaises(AccessError):
            self.env["recovery.event"].with_user(stranger).search([])
