import base64
import json
from copy import deepcopy

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...models.settings.configuration_file import BadFile, read, shorten, write
from ..common import RecoveryCommon
from ..english import InEnglish

PERSON = "Hildegarde Wolfsburg"


class ConfigurationCommon(InEnglish, RecoveryCommon):
    """One database that plays both: what goes out of it comes in again after it was set up otherwise."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.director = cls.make_user("denis", "debt_recovery.group_recovery_manager", "base.group_erp_manager")
        cls.director.lang = "en_US"
        cls.engine = cls.env["recovery.configuration"].with_user(cls.director)
        cls.extra = cls.make_extra()

    @classmethod
    def make_extra(cls):
        """Make a scenario of the house, with its levels and a rule that leads to it."""
        scenario = cls.env["recovery.scenario"].create({"name": "Filiales", "company_id": cls.company.id})
        cls.env["recovery.level"].create(
            {
                "scenario_id": scenario.id,
                "name": "First reminder",
                "kind": "reminder",
                "delay": 12,
                "channel_email": True,
                "subject": "Your account",
                "body": "<p>Dear customer,</p><p>You owe <t t-out='object.amount_text'/>.</p>",
            }
        )
        scenario.level_ids.with_context(
            lang="fr_FR"
        ).body = "<p>Cher client,</p><p>Vous devez <t t-out='object.amount_text'/>.</p>"
        scenario.level_ids.with_context(lang="fr_FR").name = "Première relance"
        cls.env["recovery.scenario.rule"].create(
            {
                "name": "Abroad",
                "company_id": cls.company.id,
                "scenario_id": scenario.id,
                "abroad": True,
                "country_ids": [Command.set([cls.env.ref("base.be").id, cls.env.ref("base.de").id])],
            }
        )
        return scenario

    def collect(self):
        self.env.invalidate_all()
        content = self.engine._collect(self.company)
        for rows in content["settings"].values():
            rows.sort(key=lambda row: row["ref"])
        return content

    def window(self, content=None, data=None, user=None, **vals):
        data = write(content) if data is None else data
        return (
            self.env["recovery.configuration.wizard"]
            .with_user(user or self.director)
            .create({"company_id": self.company.id, "file": base64.b64encode(data), "filename": "siege.json", **vals})
        )

    def take_over(self, content):
        window = self.window(content)
        window.action_show()
        window.action_apply()
        return self.env["recovery.configuration.change"].search([], limit=1)

    def row_of(self, content, model, title):
        (row,) = [row for row in content["settings"][model] if row["title"] == title]
        return row

    def set_up_otherwise(self):
        """Change a bit of everything, as somebody of another house would have."""
        level = self.levels["reminder"]
        level.delay = 99
        level.with_context(lang="fr_FR").subject = "Autre objet"
        level.with_context(lang="en_US").body = "<p>Something else</p>"
        self.scenario.cap_contacts = 7
        self.env["recovery.score.factor"].search([], limit=1).weight = 55
        self.env["recovery.dispute.reason"].search([], limit=1).active = False
        self.env["recovery.case.stage"].search([("kind", "=", "preparing")], limit=1).rotting_threshold_days = 77
        self.env["recovery.legal.parameter"].search([("unit", "=", "days")], limit=1).value = "123"
        self.env["recovery.procedure.event.kind"].search([("after_ids", "!=", False)], limit=1).after_ids = False
        self.company.recovery_promise_grace = 9
        self.extra.rule_ids.unlink()
        self.extra.unlink()


@tagged("post_install", "-at_install")
class TestConfiguration(ConfigurationCommon):
    """The configuration goes from one database to another, with nobody in it, and comes back as it was."""

    def test_its_own_file_changes_nothing(self):
        content = read(write(self.collect()))
        self.assertEqual(self.engine._compare(self.company, content), [])
        window = self.window(content)
        window.action_show()
        self.assertEqual(window.change_count, 0)
        self.assertIn("configured as in the file", window.difference)
        with self.assertRaisesRegex(UserError, "nothing to change"):
            window.action_apply()

    def test_every_model_of_settings_goes_or_says_that_it_stays(self):
        traced = self.env.registry["recovery.traced.settings"]
        names = {name for name, Model in self.env.registry.items() if issubclass(Model, traced) and not Model._abstract}
        stays = {name for name in names if not self.env[name]._carried_key}
        self.assertEqual(stays, {"recovery.assignment.rule", "recovery.court.area", "recovery.rate"})
        self.assertEqual({*self.engine._get_models()}, names - stays)
        for model in self.engine._get_models():
            for name in self.env[model]._carried_key:
                self.assertIn(name, self.env[model]._fields)
            self.assertTrue(self.engine._get_fields(model))

    def test_the_same_configuration_makes_the_same_file(self):
        self.assertEqual(write(self.collect()), write(self.collect()))

    def test_what_was_set_up_otherwise_is_as_the_file_says(self):
        before = self.collect()
        self.set_up_otherwise()
        self.assertNotEqual(self.collect(), before)
        change = self.take_over(read(write(before)))
        self.assertEqual(self.collect(), before)
        self.assertEqual(change.state, "applied")
        self.assertGreaterEqual(change.added_count, 3)
        self.assertGreaterEqual(change.changed_count, 7)
        again = self.env["recovery.scenario"].search([("name", "=", "Filiales")])
        self.assertEqual(again.company_id, self.company)
        self.assertIn("Cher client", str(again.level_ids.with_context(lang="fr_FR").body))
        self.assertIn("Dear customer", str(again.level_ids.with_context(lang="en_US").body))
        self.assertEqual(again.rule_ids.country_ids.mapped("code"), ["BE", "DE"])

    def test_the_difference_is_shown_first_and_changes_nothing(self):
        content = self.collect()
        self.set_up_otherwise()
        otherwise = self.collect()
        window = self.window(content)
        window.action_show()
        self.assertEqual(self.collect(), otherwise)
        for words in ("To change", "To add", "Filiales", "99", "Autre objet", "Delay (days)", "First reminder"):
            self.assertIn(words, window.difference)
        extra = self.env["recovery.dispute.reason"].create({"name": "Only here"})
        window.action_show()
        self.assertIn("Only here", window.difference)
        self.assertIn("Not in the file", window.difference)
        window.action_apply()
        self.assertTrue(extra.exists().active, "what the file lacks stays")

    def test_a_long_text_is_shown_where_it_differs(self):
        body = f"<p>{'Madame, Monsieur, votre compte est débiteur. ' * 12}</p><p>Réglez sous %s jours.</p>"
        level = self.extra.level_ids.with_context(lang="fr_FR")
        level.body = body % "huit"
        content = self.collect()
        level.body = body % "quinze"
        window = self.window(content)
        window.action_show()
        self.assertIn("sous huit jours", window.difference)
        self.assertIn("sous quinze jours", window.difference)
        self.assertNotIn("Madame, Monsieur", window.difference)

    def test_it_is_undone(self):
        content = self.collect()
        self.set_up_otherwise()
        otherwise = self.collect()
        change = self.take_over(content).with_user(self.director)
        change._undo("Wrong file")
        self.assertEqual(self.collect(), otherwise)
        self.assertEqual((change.state, change.undone_by_id), ("undone", self.director))
        self.assertFalse(change.kept)
        with self.assertRaisesRegex(UserError, "already"):
            change._undo("Again")

    def test_undoing_keeps_what_was_changed_since(self):
        content = self.collect()
        self.set_up_otherwise()
        change = self.take_over(content).with_user(self.director)
        self.levels["reminder"].delay = 31
        self.env["recovery.scenario"].search([("name", "=", "Filiales")]).level_ids.unlink()
        change._undo("Wrong file")
        self.assertEqual(self.levels["reminder"].delay, 31)
        self.assertIn("changed since", change.kept)
        self.assertIn("deleted since", change.kept)
        self.assertEqual(self.scenario.cap_contacts, 7, "the rest is undone")

    def test_what_was_added_and_is_in_use_is_archived(self):
        content = self.collect()
        reasons = content["settings"]["recovery.dispute.reason"]
        reasons.append({**deepcopy(reasons[0]), "ref": "shared / Strike", "title": "Strike"})
        reasons[-1]["values"]["name"] = {"en_US": "Strike", "fr_FR": "Grève"}
        change = self.take_over(content)
        reason = self.env["recovery.dispute.reason"].search([("name", "=", "Strike")])
        self.assertEqual(reason.with_context(lang="fr_FR").name, "Grève")
        self.env["recovery.dispute"]._open(self.debtor_of(), self.today, self.make_invoice(days_overdue=5), reason)
        change.with_user(self.recovery_manager)._undo("Wrong file")
        self.assertFalse(reason.exists().active)
        self.assertIn("archived", change.kept)

    # ------------------------------------------------------------
    # Nobody in it
    # ------------------------------------------------------------
    def test_it_names_no_person_and_no_secret(self):
        person = self.make_user("hilde", "debt_recovery.group_recovery_user")
        person.name = PERSON
        self.extra.level_ids.write(
            {"signer": "user", "signer_id": person.id, "copy_partner_ids": [Command.set(person.partner_id.ids)]}
        )
        self.extra.rule_ids.write(
            {
                "salesperson_ids": [Command.set(person.ids)],
                "partner_domain": f"[('user_id', '=', {person.id})]",
                "debtor_domain": "[('note', 'ilike', 'Wolfsburg')]",
            }
        )
        self.env["recovery.checkpoint"].create({"name": "Month", "user_ids": [Command.set(person.ids)]})
        self.company.write(
            {
                "recovery_signatory_name": PERSON,
                "recovery_contact_id": person.id,
                "recovery_manager_id": person.id,
                "recovery_journal_email": "wolfsburg@example.com",
                "recovery_person_surname": "Wolfsburg",
            }
        )
        self.env["recovery.contract.terms"].create(
            {"valid_from": "2025-01-01", "cgv_accepted_by": PERSON, "company_id": self.company.id}
        )
        customers = {"debtor_id": self.debtor_of().id, "company_id": self.company.id}
        self.env["recovery.contract.terms"].create({"valid_from": "2025-01-01", "jurisdiction": "TC Gap", **customers})
        self.env["ir.config_parameter"].sudo().set_param("debt_recovery.ecb_url", "https://secret.example.com/?key=1")
        text = write(self.collect()).decode()
        for word in ("Wolfsburg", "wolfsburg", "TC Gap", "secret.example", self.company.name, "Boulangerie", "FR76"):
            self.assertNotIn(word, text)
        for name in ("user_id", "partner_id", "debtor_id", "_uid", "attachment", "password", "token"):
            self.assertNotIn(f'{name}"', text)

    def test_what_names_persons_waits_there_to_be_completed(self):
        person = self.make_user("hilde", "debt_recovery.group_recovery_user")
        self.extra.rule_ids.salesperson_ids = person
        self.extra.level_ids.write({"signer": "user", "signer_id": person.id})
        content = self.collect()
        self.extra.rule_ids.unlink()
        self.extra.unlink()
        self.take_over(content)
        again = self.env["recovery.scenario"].with_context(active_test=False).search([("name", "=", "Filiales")])
        (rule,) = (
            self.env["recovery.scenario.rule"].with_context(active_test=False).search([("scenario_id", "=", again.id)])
        )
        self.assertFalse(rule.active, "a rule without its salespersons would lead everybody there")
        self.assertEqual(again.level_ids.signer, "company")

    def test_what_stays_here_is_not_touched(self):
        person = self.make_user("hilde", "debt_recovery.group_recovery_user")
        content = self.collect()
        self.extra.level_ids.write({"signer": "user", "signer_id": person.id, "delay": 40})
        self.take_over(content)
        self.assertEqual(self.extra.level_ids.delay, 12)
        self.assertEqual(self.extra.level_ids.signer_id, person)

    # ------------------------------------------------------------
    # Languages
    # ------------------------------------------------------------
    def test_other_languages_are_kept(self):
        self.env["res.lang"]._activate_lang("es_ES")
        level, reason = self.extra.level_ids, self.env["recovery.dispute.reason"].create({"name": "Broken"})
        reason.with_context(lang="fr_FR").name = "Cassé"
        content = self.collect()
        level.with_context(lang="es_ES").name = "Primer aviso"
        level.with_context(lang="es_ES").body = "<p>Estimado,</p><p>Debe <t t-out='object.amount_text'/>.</p>"
        reason.with_context(lang="es_ES").name = "Roto"
        reason.with_context(lang="fr_FR").name = "Abîmé"
        level.with_context(lang="fr_FR").body = "<p>Bonjour,</p><p>Il reste <t t-out='object.amount_text'/>.</p>"
        for rows in content["settings"].values():
            for row in rows:
                for value in row["values"].values():
                    if isinstance(value, dict):
                        value.pop("es_ES")
        content["languages"].remove("es_ES")
        self.take_over(content)
        self.env.invalidate_all()
        self.assertEqual(reason.with_context(lang="fr_FR").name, "Cassé")
        self.assertEqual(reason.with_context(lang="es_ES").name, "Roto")
        self.assertEqual(level.with_context(lang="es_ES").name, "Primer aviso")
        self.assertIn("Estimado", str(level.with_context(lang="es_ES").body))
        self.assertIn("Cher client", str(level.with_context(lang="fr_FR").body))

    def test_a_language_that_is_not_here_is_left_out(self):
        content = self.collect()
        row = self.row_of(content, "recovery.scenario", "Filiales")
        row["values"]["name"]["ja_JP"] = "輸出"
        content["languages"].append("ja_JP")
        self.assertEqual(self.engine._compare(self.company, content), [])

    # ------------------------------------------------------------
    # Who, and what is told
    # ------------------------------------------------------------
    def test_a_manager_alone_does_it(self):
        content = self.collect()
        for user in (self.recovery_user, self.recovery_auditor):
            with self.assertRaises(AccessError):
                self.window(content, user=user)
        other = self.setup_other_company(name="Autre maison")["company"]
        with self.assertRaises(AccessError):
            self.window(content, company_id=other.id).action_show()
        change = self.take_over(self.changed(content))
        for user in (self.recovery_user, self.recovery_auditor):
            with self.assertRaises(AccessError):
                change.with_user(user)._undo("No")
        with self.assertRaises(AccessError):
            change.with_user(self.recovery_manager).write({"changes": []})
        with self.assertRaises(UserError):
            change.with_user(self.recovery_manager).unlink()

    def changed(self, content):
        content = deepcopy(content)
        self.row_of(content, "recovery.scenario", "Filiales")["values"]["cap_contacts"] = 5
        return content

    def test_the_settings_of_the_company_are_an_administrator_s(self):
        content = self.collect()
        self.company.recovery_promise_grace = 9
        self.extra.cap_contacts = 8
        window = self.window(content, user=self.recovery_manager)
        window.action_show()
        self.assertIn("For an administrator only", window.difference)
        window.action_apply()
        self.assertEqual((self.company.recovery_promise_grace, self.extra.cap_contacts), (9, 3))
        self.take_over(content)
        self.assertNotEqual(self.company.recovery_promise_grace, 9)

    def test_the_journal_tells_the_file_and_each_change(self):
        last = self.env["recovery.event"].search([], limit=1, order="id desc").id
        change = self.take_over(self.changed(self.collect()))
        told = self.env["recovery.event"].search([("id", ">", last), ("kind", "=", "configured")])
        self.assertIn("Configuration imported from “siege.json”", told.mapped("summary"))
        self.assertTrue([event for event in told if event.res_model == "recovery.scenario"])
        self.assertEqual(told.user_id, self.director)
        self.assertIn(change.sha256, [(event.details or {}).get("sha256") for event in told])
        change.with_user(self.recovery_manager)._undo("Wrong file")
        undone = self.env["recovery.event"].search([("res_model", "=", change._name)], limit=1, order="id desc")
        self.assertIn("undone", undone.summary)
        self.assertEqual(undone.details["reason"], "Wrong file")

    def test_what_is_taken_over_is_what_was_looked_at(self):
        window = self.window(self.changed(self.collect()))
        window.action_show()
        self.extra.cap_contacts = 6
        with self.assertRaisesRegex(UserError, "changed in the meantime"):
            window.action_apply()
        window.action_show()
        window.action_apply()
        self.assertEqual(self.extra.cap_contacts, 5)
        with self.assertRaisesRegex(UserError, "already"):
            window.action_apply()

    def test_the_window_hands_the_file_out(self):
        window = self.env["recovery.configuration.wizard"].with_user(self.recovery_manager).create({})
        window.action_export_json()
        content = read(base64.b64decode(window.file_out))
        self.assertEqual((content["version"], content["currency"]), (1, "EUR"))
        self.assertEqual(self.engine._compare(self.company, content), [])

    # ------------------------------------------------------------
    # Files that are not whole
    # ------------------------------------------------------------
    def test_a_file_that_is_none_says_why(self):
        whole = self.collect()
        for data, words in (
            (b"", "Choose a file"),
            (b"not json", "not valid JSON"),
            (write(whole)[:-500], "not valid JSON"),
            (b'{"a": NaN}', "not valid JSON"),
            (b"[" * 100_000, "not valid JSON"),
            (b"\xff\xfe\x00", "not valid JSON"),
            (b"[]", "not a debt recovery configuration"),
            (b'{"format": "other"}', "not a debt recovery configuration"),
            (write({**whole, "version": 99}), "format 99"),
            (write({**whole, "version": True}), "format"),
            (write({**whole, "version": "1"}), "format"),
            (write({**whole, "settings": []}), "settings"),
            (write({**whole, "settings": {"recovery.scenario": {}}}), "recovery.scenario"),
            (write({**whole, "settings": {"recovery.scenario": [1]}}), "recovery.scenario"),
            (write({**whole, "settings": {"res.users": []}}), "res.users"),
            (write({**whole, "company": {"vat": "FR1"}}), "vat"),
        ):
            with self.subTest(words=words, data=data[:40]):
                window = self.window(data=data)
                with self.assertRaisesRegex(UserError, words):
                    window.action_show()
        self.assertEqual(self.collect(), whole)

    def test_a_value_that_does_not_fit_changes_nothing_at_all(self):
        whole = self.collect()
        for model, title, values in (
            ("recovery.level", "First reminder", {"delay": "abc"}),
            ("recovery.level", "First reminder", {"delay": 10**9}),
            ("recovery.level", "First reminder", {"kind": "dance"}),
            ("recovery.level", "First reminder", {"subject": {"en_US": "{{ object.password }}"}}),
            ("recovery.level", "First reminder", {"subject": "not by language"}),
            ("recovery.level", "First reminder", {"scenario_id": "own / nothing"}),
            ("recovery.level", "First reminder", {"scenario_id": 3}),
            ("recovery.scenario.rule", "Abroad", {"country_ids": ["XX"]}),
            ("recovery.scenario.rule", "Abroad", {"country_ids": "FR"}),
            ("recovery.scenario.rule", "Abroad", {"country_ids": [["FR"]]}),
            ("recovery.scenario", "Filiales", {"cap_days": -5}),
            ("recovery.scenario", "Filiales", {"write_uid": 1}),
            ("recovery.scenario", "Filiales", {"company_id": 1}),
        ):
            content = self.changed(whole)
            self.row_of(content, model, title)["values"] |= values
            with self.subTest(values=values):
                with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
                    self.take_over(content)
                self.assertTrue(str(caught.exception))
                self.assertEqual(self.collect(), whole)

    def test_what_comes_with_the_program_alone_is_not_made(self):
        content = self.collect()
        factors = content["settings"]["recovery.score.factor"]
        factors.append({**deepcopy(factors[0]), "ref": "shared / unheard", "title": "Unheard of"})
        window = self.window(self.changed(content))
        window.action_show()
        self.assertIn("Supplied with the program only", window.difference)
        self.assertIn("Unheard of", window.difference)
        window.action_apply()
        self.assertFalse(self.env["recovery.score.factor"].search([("code", "=", "unheard")]))


@tagged("post_install", "-at_install")
class TestConfigurationFile(ConfigurationCommon):
    def test_reading_is_strict(self):
        for content in (
            {"module": "1", "currency": "EUR", "languages": [], "company": {}},
            {"module": "1", "currency": "EUR", "languages": [], "company": {}, "settings": {"m": [{"ref": "a"}]}},
            {
                "module": "1", "currency": "EUR", "languages": [], "company": {},
                "settings": {"m": [{"ref": "a", "title": "", "own": False, "values": {}, "left": []}] * 2},
            },
        ):  # fmt: skip
            with self.assertRaises(BadFile):
                read(write(content))

    def test_two_texts_are_cut_where_they_differ(self):
        same = "mot " * 100
        for here, there, found in (
            ("court", "long", ("court", "long")),
            ("a" * 50, "b" * 50, ("a" * 40 + "…", "b" * 40 + "…")),
            (f"{same}un", f"{same}deux", ("…mot mot un", "…mot mot deux")),
            (f"{same}", "", (f"{same[:40]}…", "")),
            (f"{same}", f"{same}fin", ("…mot mot ", "…mot mot fin")),
        ):
            with self.subTest(here=here[-9:], there=there[-9:]):
                self.assertEqual(shorten(here, there, 40), found)

    def test_json_is_what_it_is_written_in(self):
        content = self.collect()
        again = json.loads(write(content))
        self.assertEqual(again["format"], "debt_recovery.configuration")
        self.assertEqual(again["settings"], content["settings"])
