import re

import polib
from lxml import etree

from odoo.models import MAGIC_COLUMNS
from odoo.tests import tagged

from .common import RecoveryCommon
from .test_architecture import ROOT

#: An ending in brackets that leaves the number, or the sex, to the reader.
ENDING = re.compile(r"[a-zé]\((s|e|es|x|nt|ne|ies|aux)\)", re.IGNORECASE)
#: Words that begin with a capital wherever they stand.
PROPER = {
    *("France", "French", "Europe", "Alsace-Moselle", "Odoo", "Dailly", "January", "B", "C", "D", "E", "F"),
    *("EU", "Member", "State"),
    *("No", "Follow-Up"),  # the words of core
    *("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
#: These give a field another name, or do not show it.
SILENT = ("string", "nolabel", "invisible", "column_invisible", "position")
#: In these a field stands without its label.
UNNAMED = ("div", "span", "p", "h1", "t", "form", "sheet", "kanban")
#: What a person presses, ticks or reads on a screen: menus and windows alone are in Title Case.
SHOWN = ("button", "page", "group", "separator", "filter", "field", "label", "setting")


MARKS = "“”‘’«»()[],.:;?!…\"'"


def find_capitals(text):
    """Return the words after the first that have no reason to begin with a capital."""
    words = [word.strip(MARKS) for word in re.split(r"[\s/]+", text)[1:]]
    after_stop = [word.strip(MARKS) for word in re.findall(r"[:.?!…)]\s+(\S+)", text)]
    words = [word for word in words if re.match(r"[A-Z][a-z]", word) and not re.search(r"\d", word)]
    return [word for word in words if word not in PROPER and word not in after_stop]


@tagged("post_install", "-at_install")
class TestWordingRules(RecoveryCommon):
    """Our words follow one rule each: numbers are worded, what stands on a screen is in sentence case."""

    def test_no_ending_stands_in_brackets(self):
        bad = [
            text
            for entry in polib.pofile(str(ROOT / "i18n" / "fr.po"))
            for text in (entry.msgid, entry.msgstr)
            if ENDING.search(text)
        ]
        self.assertFalse(bad, "two sentences, or one that needs no number")

    def get_our_fields(self):
        for Model in self.env.values():
            for field in Model._fields.values():
                is_ours = Model._name.startswith("recovery.") or field.name.startswith("recovery_")
                if is_ours and field._module == "debt_recovery" and not field.related:
                    if field.name not in (*MAGIC_COLUMNS, "display_name"):
                        yield Model, field

    def is_automatic(self, field):
        base = field.name.removesuffix("_ids").removesuffix("_id")
        return field.string == base.replace("_", " ").title()

    def test_labels_are_in_sentence_case(self):
        in_english = self.env(context={**self.env.context, "lang": "en_US"})
        bad, count = set(), 0
        for Model, field in self.get_our_fields():
            if self.is_automatic(field):
                continue  # named by nobody: shown nowhere, see below
            count += 1
            if find_capitals(field.string):
                bad.add(f"{Model._name}.{field.name}: {field.string}")
            if field.type == "selection" and isinstance(field.selection, list):
                for _value, label in field._description_selection(in_english):
                    if find_capitals(label):
                        bad.add(f"{Model._name}.{field.name}: {label}")
        self.assertGreater(count, 1000)
        self.assertFalse(bad, "\n".join(sorted(bad)))

    def test_buttons_tabs_and_headings_are_in_sentence_case(self):
        data = self.env["ir.model.data"].search([("module", "=", "debt_recovery"), ("model", "=", "ir.ui.view")])
        views = self.env["ir.ui.view"].with_context(lang="en_US").browse(data.mapped("res_id"))
        self.assertGreater(len(views), 300)
        bad = set()
        for view in views.filtered(lambda view: view.type != "qweb"):
            arch = etree.fromstring(view.arch_db)
            for node in arch.iter(*SHOWN):
                if find_capitals(node.get("string") or ""):
                    bad.add(f"{view.xml_id}: {node.get('string')}")
            if view.mode == "primary":
                bad |= {f"{view.xml_id}: {label}" for label in self.find_unnamed(arch, view.model)}
        self.assertFalse(bad, "\n".join(sorted(bad)))

    def find_unnamed(self, node, model_name):
        """Yield the labels on a view that Odoo made from the name of the field, in Title Case."""
        for child in node:
            if not isinstance(child.tag, str):
                continue
            field = child.tag == "field" and self.env[model_name]._fields.get(child.get("name"))
            if not field:
                yield from self.find_unnamed(child, model_name)
                continue
            if field.comodel_name:
                yield from self.find_unnamed(child, field.comodel_name)
            is_silent = node.tag in UNNAMED or any(map(child.get, SILENT)) or field.name == "display_name"
            is_ours = field._module == "debt_recovery" and " " in field.string
            if is_ours and not is_silent and self.is_automatic(field):
                yield f"{field} {field.string}"
