import re
from pathlib import Path

from odoo.tests import BaseCase

TOURS = Path(__file__).parents[2] / "static" / "tests" / "tours"
#: Words of a selector in which an apostrophe opens a quotation: they are not read, and anything matches.
OPENED = re.compile(r""":contains\((?!\\?["'])[^()]*'[^()]*\)""")
#: What quotes the words of a selector by itself.
QUOTED = re.compile(r"\b(see|click|worded)\(")


def find_opened(source):
    """Return the lines whose words are lost."""
    return [line.strip() for line in source.splitlines() if OPENED.search(line) and not QUOTED.search(line)]


class TestSelectors(BaseCase):
    """What a tour says that it sees is what it looks for."""

    def test_words_with_an_apostrophe_are_looked_for(self):
        for path in sorted(TOURS.glob("*.js")):
            with self.subTest(path.name):
                self.assertFalse(find_opened(path.read_text(encoding="utf-8")))

    def test_a_planted_apostrophe_is_found(self):
        planted = """trigger: ".modal:contains(Ce qui s'est passé)","""
        self.assertEqual(find_opened(planted), [planted])
        self.assertFalse(find_opened('see(".modal:contains(Ce qui s\'est passé)"),'))
        self.assertFalse(find_opened("""trigger: ".modal:contains(\\"Il s'agit\\")","""))
