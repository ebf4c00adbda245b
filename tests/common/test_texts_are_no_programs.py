import base64
import re
from pathlib import Path

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import RecoveryCommon
from .hostile import make_lines, make_pages

ROOT = Path(__file__).resolve().parent.parent.parent
LANGUAGES = ("en_US", "fr_FR", "de_DE")
LINE = "a {{ object.env.user.login }}"
PAGES = ("<p>a {{ object.env.user.login }}</p>", '<p>a <t t-out="object.env.user.login"/></p>')


@tagged("post_install", "-at_install")
class TestTextsAreNoPrograms(RecoveryCommon):
    """What a document cannot fill is refused: in every language, by every way in, in every model that holds texts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("de_DE")
        cls.models = [
            cls.env[name]
            for name in cls.env.registry.descendants(["recovery.wording"], "_inherit")
            if not cls.env[name]._abstract
        ]

    def make_record(self, model):
        """Return a record of any model that holds texts; one that is not there yet is made by its recipe."""
        if model._name == "recovery.cancel.text":
            wizard = self.env["recovery.cancel.wizard"].create({"res_model": "recovery.notice", "res_ids": [0]})
            return model.create({"wizard_id": wizard.id, **wizard._prepare_text("fr_FR")})
        if model._name in ("recovery.notice.wizard", "recovery.free.reminder"):
            debtor, level = self.debtor_of(), self.levels["reminder"]
            values = {"level_id": level.id, "lang": "fr_FR"} if "level_id" in model._fields else {}
            return model.create({"debtor_id": debtor.id, "subject": "a", "body": "<p>a</p>", **values})
        record = model.search([("subject", "!=", False)], limit=1)
        self.assertTrue(record, f"{model._name} holds texts: give this test a recipe for it")
        return record

    def get_texts(self):
        """Return ``(record, field)`` of every text that is filled."""
        texts = [(record, name) for record in map(self.make_record, self.models) for name in record._get_text_fields()]
        self.assertGreater(len(texts), 10)
        return texts

    def get_ways(self, record, name, lang, value):
        """Return the ways by which a value gets into a text, by name."""
        there = record.with_context(lang=lang)
        apart = {"level_id": self.levels["formal_notice"].id} if record._name == "recovery.formal.wording" else {}
        ways = {
            "write": lambda: there.write({name: value}),
            "assign": lambda: there.__setattr__(name, value),
            "create": lambda: there.create({**there.copy_data()[0], **apart, name: value}),
            "copy": lambda: there.copy({**apart, name: value}),
            "web_save": lambda: there.web_save({name: value}, {}),
        }
        if record._fields[name].translate:
            ways["translations"] = lambda: record.update_field_translations(name, {lang: value})
            ways["several translations"] = lambda: there.update_field_translations(
                name, {other: value if other == lang else "<p>a</p>" for other in LANGUAGES}
            )
            ways["override"] = lambda: there.web_override_translations({name: value})
        return ways

    def refuse(self, enter):
        """Assert that a way in is refused for what it brings; return what the user reads."""
        with self.assertRaises(ValidationError) as caught, self.env.cr.savepoint():
            enter()
        self.assertIn("object.env.user.login", str(caught.exception))
        return str(caught.exception)

    def read_column(self, record, name):
        self.env.flush_all()
        self.env.cr.execute(f'SELECT "{name}" FROM "{record._table}" WHERE id = %s', [record.id])
        return self.env.cr.fetchone()[0]

    def poison(self, record, name, lang, value):
        """Store a value past the fields, as an old database or a hand in SQL does."""
        self.env.flush_all()
        self.env.cr.execute(
            f'UPDATE "{record._table}" SET "{name}" = "{name}" || jsonb_build_object(%s, %s::text) WHERE id = %s',
            [lang, value, record.id],
        )
        self.env.invalidate_all()

    # ------------------------------------------------------------
    # Ways in
    # ------------------------------------------------------------
    def test_every_text_refuses_in_every_language_and_by_every_way(self):
        tries = 0
        for record, name in self.get_texts():
            before = self.read_column(record, name)
            for value in PAGES if record._fields[name].type == "html" else (LINE,):
                for lang in LANGUAGES if record._fields[name].translate else ("en_US",):
                    for way, enter in self.get_ways(record, name, lang, value).items():
                        tries += 1
                        with self.subTest(model=record._name, field=name, lang=lang, way=way, value=value):
                            message = self.refuse(enter)
                            self.assertIn("object.amount_text", message, "those that exist are listed")
            self.env.invalidate_all()
            self.assertEqual(self.read_column(record, name), before, "nothing of it is stored")
        self.assertGreater(tries, 300)

    def test_the_error_names_the_text_its_field_its_language_and_what_was_found(self):
        level = self.levels["reminder"]
        french = self.env["res.lang"]._get_data(code="fr_FR").name
        for enter in (
            lambda: level.update_field_translations("body", {"fr_FR": PAGES[0]}),
            lambda: level.with_context(lang="fr_FR").write({"body": PAGES[0]}),
        ):
            message = self.refuse(enter)
            self.assertTrue(
                {level.scenario_id.name, level.scenario_id.with_context(lang="fr_FR").name} & {*message.split(", ")}
            )
            self.assertIn(french, message)
            for name in self.env["recovery.notice"]._get_placeholders():
                self.assertIn(f"object.{name}", message)

    def test_an_import_is_refused_row_by_row(self):
        for record, name in self.get_texts():
            if record._transient:
                continue
            before = self.read_column(record, name)
            for lang in LANGUAGES:
                with self.subTest(model=record._name, field=name, lang=lang):
                    model = record.browse().with_context(lang=lang)
                    result = model.load([".id", name], [[str(record.id), LINE]])
                    self.assertFalse(result["ids"])
                    self.assertIn("object.env.user.login", result["messages"][0]["message"])
            self.assertEqual(self.read_column(record, name), before)

    def test_a_file_of_translations_is_refused(self):
        level = self.levels["reminder"]
        for found, refused in (("{{ object.env.user.login }}", True), ("{{ object.debtor_name }}", False)):
            content = (
                'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n#. module: debt_recovery\n'
                "#: model:recovery.level,subject:debt_recovery.recovery_level_reminder_1\n"
                f'msgid "Reminder"\nmsgstr "Mahnung {found}"\n'
            )
            wizard = self.env["base.language.import"].create(
                {
                    "name": "Deutsch",
                    "code": "de_DE",
                    "filename": "de.po",
                    "data": base64.b64encode(content.encode()),
                    "overwrite": True,
                }
            )
            if refused:
                self.refuse(wizard.import_lang)
            else:
                wizard.import_lang()
                self.assertEqual(level.with_context(lang="de_DE").subject, "Mahnung {{ object.debtor_name }}")

    def test_a_copied_scenario_brings_nothing_bad_along(self):
        level = self.levels["reminder"]
        self.poison(level, "body", "fr_FR", PAGES[1])
        for copied in (level, self.scenario):
            self.refuse(copied.copy)
        self.poison(level, "body", "fr_FR", "<p>Bien</p>")
        copied = self.scenario.copy().level_ids.filtered(lambda new: new.kind == "reminder" and new.name == level.name)
        self.assertEqual(copied[:1].with_context(lang="fr_FR").body, "<p>Bien</p>")

    def test_an_old_fault_is_found_where_one_writes_and_can_always_be_mended(self):
        level = self.levels["reminder"]
        for name in ("body", "closing"):
            for lang in ("fr_FR", "de_DE"):
                self.poison(level, name, lang, PAGES[1])
        level.write({"subject": "Un objet bien fait", "delay": 2})
        self.refuse(lambda: level.with_context(lang="en_US").write({"body": "<p>Good</p>"}))
        for name in ("body", "closing"):
            level.update_field_translations(name, {"fr_FR": "<p>Bien</p>", "de_DE": "<p>Gut</p>"})
        level.with_context(lang="en_US").write({"body": "<p>Good</p>"})

    # ------------------------------------------------------------
    # Shapes
    # ------------------------------------------------------------
    def is_program(self, text):
        """Tell whether core's own engines would find something to run in a text."""
        Render = self.env["mail.render.mixin"]
        return Render._has_unsafe_expression_template_qweb(
            text, "recovery.notice"
        ) or Render._has_unsafe_expression_template_inline_template(text, "recovery.notice")

    def test_whatever_the_shape_what_is_stored_is_no_program(self):
        level, refused = self.levels["reminder"].with_context(lang="fr_FR"), 0
        for name, texts in (("body", make_pages()), ("subject", make_lines())):
            for text in texts:
                with self.subTest(field=name, text=text):
                    try:
                        with self.env.cr.savepoint():
                            level.write({name: text})
                            self.assertFalse(self.is_program(level[name]), level[name])
                    except ValidationError:
                        refused += 1
        self.assertGreater(refused, 500, "only what the sanitiser takes away is left")

    # ------------------------------------------------------------
    # By construction
    # ------------------------------------------------------------
    def test_no_html_text_escapes_its_sanitiser(self):
        for record, name in self.get_texts():
            field = record._fields[name]
            self.assertFalse(field.compute or field.related, f"{record._name}.{name} is typed")
            if field.type != "html":
                continue
            self.assertTrue(field.sanitize, f"{record._name}.{name}")
            self.assertFalse(field.sanitize_overridable, f"{record._name}.{name}")
            for user in (self.env.user, self.env.ref("base.user_admin"), self.env.ref("base.user_root")):
                with self.env.cr.savepoint() as savepoint:
                    record.with_user(user).sudo().write(
                        {name: '<p onclick="a()">a<script>b()</script><a href="javascript:c()">c</a></p>'}
                    )
                    self.assertNotRegex(record[name], "script|onclick")
                    savepoint.rollback()
                    self.env.invalidate_all()

    def test_what_people_stored_survives_its_own_saving(self):
        for record, name in self.get_texts():
            for lang in LANGUAGES[:2]:
                there = record.with_context(lang=lang)
                text = (there[name] or "").replace("\xa0", "&nbsp;")  # so does core in HTML
                there.with_user(self.recovery_manager).sudo().web_save({name: text and str(text)}, {})
                self.assertEqual((there[name] or "").replace("\xa0", "&nbsp;"), text)
        body = '<p>a <t t-out="object.amount_text"/> b <t t-out="object.broken_promise_text">rien</t></p>'
        level = self.levels["reminder"].with_user(self.recovery_manager)
        level.body = body
        self.assertEqual(level.body, body)

    def test_every_text_is_filled_by_a_document_of_this_kind(self):
        for record, name in self.get_texts():
            document = self.env[record._fields[name].filled_for]
            names = document._get_placeholders()
            self.assertTrue(names)
            for placeholder in names:
                self.assertIn(document._fields[placeholder].type, ("char", "text"), "a string, never a record")
            self.assertEqual(document.mail_allowed_qweb_expressions(), tuple(f"object.{one}" for one in names))

    def test_no_code_of_ours_hands_a_text_to_an_interpreter(self):
        banned = re.compile(
            r"mail\.render\.mixin|render_engine|inline_template|_render_template|_render_field|safe_eval|\beval\(|\bexec\("
        )
        for folder in ("models", "wizards", "controllers", "reports", "bridges"):
            for path in (ROOT / folder).rglob("*.py"):
                found = banned.search(path.read_text())
                if "tests" not in path.parts:
                    self.assertFalse(found, f"{path.relative_to(ROOT)}: {found and found.group()}")

    def test_templates_are_named_by_the_code_never_by_a_value(self):
        for path in (ROOT / "reports").rglob("*.xml"):
            found = re.search(r"t-raw|t-call=\"[^\"]*\{|t-call=\"\$", path.read_text())
            self.assertFalse(found, f"{path.relative_to(ROOT)}: {found and found.group()}")
        names = set()
        for folder in ("models", "wizards"):
            for path in (ROOT / folder).rglob("*.py"):
                names |= set(
                    re.findall(r'ir\.qweb"\](?:\.with_context\([^)]*\))?\._render\(\s*([^,]+),', path.read_text())
                )
        self.assertTrue(names)
        for name in names:
            self.assertRegex(name, r'^("debt_recovery\.\w+"|[A-Z_]+|template)$')
