import ast
import re
from pathlib import Path

import polib

from odoo.tests import BaseCase, tagged

ROOT = Path(__file__).parent.parent.parent
#: What French sets a no-break space before: marks of two parts, and the closing quotation mark.
TORN = re.compile(r"(?<![\u00a0\u202f:;!?(])(?:[;!?»]|:(?=\s|$))|«(?![\u00a0\u202f])")
#: What is no French in a text: tags, entities, what is filled in, addresses.
PLAIN = re.compile(r"<[^>]*>|%\(\w+\)s|https?:\S+|&#?\w+;")
#: What stands in a tag and is no text: conditions, names, classes.
CONDITION = re.compile(r'(?<![\w-])(?!title|alt|placeholder|aria-label|string|help|confirm)([\w-]+)="([^"]*)"')
MARK = re.compile(r"\s?(?::(?=\s)|[;!?](?=\s|$))")
#: Texts for those who look after the server, in English whatever they speak: reasons of errors, styles, names.
ENGLISH = {
    "models/common/core_print.py",
    "models/common/typesetting.py",
    "models/legal/ecb.py",
    "models/legal/recovery_rate.py",
    "models/reporting/recovery_audit_pack.py",
    "models/reporting/recovery_checkpoint.py",
    "models/dunning/formal/recovery_formal_letter.py",  # what is measured, and never read
    "models/litigation/evidence/paper.py",  # rebuilt byte for byte, years later
}


def find_torn(text):
    """Return where a French text lacks a no-break space, None if it lacks none."""
    plain = PLAIN.sub("x", text)
    found = TORN.search(plain)
    return found and plain[max(found.start() - 20, 0) : found.end() + 10]


def find_composed(source):
    """Return the texts that code puts together around a mark that each language sets as it does."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            pairs = zip(node.values, node.values[1:], strict=False)
            marks = [
                str(after.value) for before, after in pairs if is_filled(before) and isinstance(after, ast.Constant)
            ]
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "join":
            marks = [str(getattr(node.func.value, "value", ""))]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            marks = [str(getattr(side, "value", "")) for side in (node.left, node.right)]
        else:
            continue
        if any(MARK.match(mark) for mark in marks):
            found.append(ast.unparse(node))
    return found


def is_filled(node):
    return isinstance(node, ast.FormattedValue)


def find_bare_marks(text):
    """Return the marks that stand between two figures of a template, in no text that can be translated."""
    found = re.findall(r"(?:/>|</t>)\s?[:;!?]\s?<", text)
    units = re.findall(r"<(?:li|td|div|p|span|title|h\d)\b[^<>]*>((?:<t\b[^>]*/>|[^<\w])*)</", text)
    return [unit for unit in units if re.search(r"/>\s?[:;!?]", unit)] if found else []


@tagged("post_install", "-at_install")
class TestFrenchPunctuation(BaseCase):
    """French has a no-break space before ``: ; ! ? »`` and after ``«``, in texts and in what code puts together."""

    def test_what_lacks_its_space_is_found(self):
        for text in ("À modifier:", "« tout »\u00a0: oui", "«\u00a0tout »", "Vraiment ?", "trois; quatre", "Fin !"):
            self.assertTrue(find_torn(text), text)
        for text in (
            "À modifier\u00a0:",
            "«\u00a0tout\u00a0»",
            "à 10:30",
            "https://a.fr/?b",
            "%(a)s\u00a0: &amp; %(b)s",
        ):
            self.assertIsNone(find_torn(text), text)

    def test_every_french_text_has_its_no_break_spaces(self):
        torn = {}
        for entry in polib.pofile(str(ROOT / "i18n" / "fr.po")):
            if where := find_torn(entry.msgstr):
                torn[entry.msgid] = where
        self.assertFalse(torn, "a no-break space is missing in the French of these texts")

    def test_no_condition_of_a_screen_has_a_no_break_space(self):
        """A view with one in an expression opens for nobody who reads French."""
        odd = {}
        for entry in polib.pofile(str(ROOT / "i18n" / "fr.po")):
            if CONDITION.findall(entry.msgid) != CONDITION.findall(entry.msgstr):
                odd[entry.msgid] = entry.msgstr
        self.assertFalse(odd, "what stands in the tags of these texts is no text")

    def test_what_code_puts_together_is_found(self):
        self.assertEqual(len(find_composed("f'{label} : {value}'\n'; '.join(a)\nlabel + ': '\nf'{a}?'")), 4)
        self.assertFalse(find_composed("f'{a}:{b}'\n', '.join(a)\nself.env._('%s: x', a)\nf'{a} – {b}'"))
        self.assertTrue(find_bare_marks("<li><t t-out='a'/>: <t t-out='b'/></li>"))
        self.assertFalse(find_bare_marks("<li>On <t t-out='a'/>: <t t-out='b'/></li>"))

    def test_code_puts_no_mark_between_two_figures(self):
        """``say_of`` and ``list_phrases`` do, in the reader's language."""
        for folder in ("models", "wizards", "controllers", "reports"):
            for path in sorted((ROOT / folder).rglob("*.py")):
                name = path.relative_to(ROOT).as_posix()
                if name not in ENGLISH:
                    self.assertFalse(find_composed(path.read_text()), name)

    def test_templates_put_no_mark_between_two_figures(self):
        for folder in ("views", "wizards", "reports", "static/src", "controllers"):
            for path in sorted((ROOT / folder).rglob("*.xml")):
                self.assertFalse(find_bare_marks(path.read_text()), path.relative_to(ROOT).as_posix())
