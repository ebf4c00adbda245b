from lxml import etree

from odoo.exceptions import ValidationError
from odoo.tests import BaseCase, tagged

from ...models.common.placeholders import find_meant, parse_html, parse_line, write_placeholder
from ..english import InEnglish
from .common import RecoveryCommon

TITLES = {"amount_text": "Amount claimed", "debtor_name": "Customer's name", "oldest_due_text": "Oldest due date"}


@tagged("post_install", "-at_install")
class TestMeantPlaceholders(BaseCase):
    """What is written wrong is found, and what was meant is guessed."""

    def test_brackets_left_open_or_forgotten_are_found(self):
        for written in (
            "{{ object.amount_text",
            "{{ object.amount_text }",
            "{ object.amount_text }}",
            "object.amount_text }}",
            "object.amount_text}",
            "object.amount_text",
            "{{ }}",
            "{{ amount_text }}",
        ):
            with self.subTest(written=written):
                self.assertTrue(parse_line(f"Dû : {written} !").find_unknown(TITLES))
                self.assertTrue(parse_html(f"<p>Dû : {written} !</p>").find_unknown(TITLES))
        for sentence in ("The object. Then some_thing", "objet.com", "a }} b", "an object.", "object.com"):
            self.assertFalse(parse_line(sentence).find_unknown(TITLES), sentence)

    def test_what_was_meant_is_guessed_from_its_name_or_its_title(self):
        for written, meant in (
            ("{{ object.amount_text", "amount_text"),
            ("object.debtor_name }}", "debtor_name"),
            ("{{ debtor_nam }}", "debtor_name"),
            ("{{ Amount claimed }}", "amount_text"),
            ("{{ oldest due }}", "oldest_due_text"),
            ("${object.amount}", "amount_text"),
            ("{{ }}", None),
            ("{{ zzz }}", None),
        ):
            self.assertEqual(find_meant(written, TITLES), meant, written)


@tagged("post_install", "-at_install")
class TestInsertedFields(InEnglish, RecoveryCommon):
    """Whatever text is filled: its fields are inserted by name, and what is written wrong is told how to write."""

    @classmethod
    def get_texts(cls):
        """Return ``(model, field name)`` of every text of the module that is filled."""
        names = cls.env.registry.descendants(["recovery.wording"], "_inherit")
        models = [cls.env[name] for name in sorted(names) if not cls.env[name]._abstract]
        return [(model, name) for model in models for name in model._get_text_fields()]

    def test_every_text_offers_its_fields_by_names_that_people_read(self):
        texts = self.get_texts()
        self.assertGreater(len(texts), 14)
        for lang in ("en_US", "fr_FR"):
            for model, name in texts:
                with self.subTest(model=model._name, field=name, lang=lang):
                    offered = model.with_context(lang=lang).fields_get([name], ["string"])[name]["placeholders"]
                    self.assertEqual([key for key, _title in offered], [*model._get_placeholders(name)])
                    titles = [title for _key, title in offered]
                    self.assertFalse(
                        [title for title in titles if titles.count(title) > 1], "each has a name of its own"
                    )
                    self.assertFalse([title for title in titles if "_" in title or title.endswith(" Text")])

    def test_every_form_lets_insert_into_every_text(self):
        for model, name in self.get_texts():
            widget = "recovery_wording" if model._fields[name].type == "html" else "recovery_wording_line"
            forms = self.env["ir.ui.view"].search([("model", "=", model._name), ("type", "=", "form")])
            arches = [etree.fromstring(form.get_combined_arch()) for form in forms if form.mode == "primary"]
            if model._name == "recovery.cancel.text":  # it is typed in the window that it is a line of
                window = self.env["recovery.cancel.wizard"].get_view(view_type="form")["arch"]
                arches = etree.fromstring(window).xpath("//field[@name='text_ids']/form")
            found = [
                node.get("widget")
                for arch in arches
                for node in arch.iter("field")
                if node.get("name") == name and not any(up.tag == "list" for up in node.iterancestors())
            ]
            with self.subTest(model=model._name, field=name):
                self.assertEqual({*found}, {widget}, "typed with the button that inserts")

    def test_what_is_written_wrong_is_told_how_to_write(self):
        level = self.levels["reminder"]
        for name, written, advice in (
            ("subject", "Due: {{ object.amount_text", "write {{ object.amount_text }}"),
            ("subject", "Due: {{ Customer's name }}", "write {{ object.debtor_name }}"),
            ("body", "<p>Due: object.amount_text }}</p>", "write {{ object.amount_text }}"),
            ("body", "<p>Due: {{ }}</p>", "Insert a field"),
        ):
            with self.assertRaises(ValidationError) as caught, self.env.cr.savepoint():
                level[name] = written
            self.assertIn(advice, str(caught.exception))
            self.assertIn("Customer's name (object.debtor_name)", str(caught.exception))

    def test_what_the_button_writes_is_accepted_in_every_text(self):
        for model, name in self.get_texts():
            for placeholder in model._get_placeholders(name):
                line = parse_line(write_placeholder(placeholder))
                chip = parse_html(f'<p>a <t t-out="object.{placeholder}"></t> b</p>')
                for text in (line, chip):
                    self.assertFalse(text.find_unknown(model._get_placeholders(name)))
                    self.assertEqual(text.get_names(), {placeholder})
