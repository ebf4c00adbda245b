import re
from pathlib import Path

import polib

from odoo.tests import BaseCase, tagged

ROOT = Path(__file__).resolve().parent.parent  # of the checkout, whose bridges have pages too
GUIDES = sorted((ROOT / "doc").glob("*/*.rst"))
#: What is read in English, and names screens as they are called there.
ENGLISH = [
    *(ROOT / "readme" / f"{name}.rst" for name in ("USAGE", "CONFIGURE")),
    *sorted((ROOT / "bridges").glob("*/README.rst")),
]
#: What they stress without naming a screen of ours.
STRESSED = {
    *("account credit control", "automation rules", "busy", "job queue", "sales", "technical"),
    *("companies and branches", "late_fee_waiver_allowed"),
}
#: What the guides name of core's own screens and of the roles.
CORE = {
    "en": {"invoicing", "configuration", "settings", "reporting", "⚙", "user", "manager", "auditor"},
    "fr": {"facturation", "configuration", "paramètres", "analyse", "⚙", "utilisateur", "responsable", "auditeur"},
}
HEADS = {"en": {"head"}, "fr": {"tête"}}  # words that are only stressed


def read_names(guide):
    """Return what a guide names of the screens: the words between single stars, each step of a way by itself."""
    text = " ".join(guide.read_text().split())
    text = re.sub(r"(^| )\* ", " ", text)
    ways = re.findall(r"(?<![*\w])\*([^* ][^*]*)\*(?!\*)", text)
    return {step.strip(" ▸").lower() for way in ways for step in re.split("→|, (?=[A-Z])", way)}


@tagged("post_install", "-at_install")
class TestGuides(BaseCase):
    """The guides in doc/ name what stands on the screens, and show pictures that exist."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        files = [ROOT / "i18n" / "fr.po", *(ROOT / "bridges").glob("*/i18n/fr.po")]
        terms = [term for file in files for term in polib.pofile(str(file))]
        cls.words = {
            "en": {" ".join(term.msgid.split()).lower() for term in terms},
            "fr": {" ".join(term.msgstr.split()).lower() for term in terms},
        }

    def test_there_is_one_for_each_role_and_one_of_what_changed_in_each_language(self):
        names = {guide.relative_to(ROOT / "doc").as_posix() for guide in GUIDES}
        subjects = ("administrator", "auditor", "changes", "controller")
        self.assertEqual(names, {f"{language}/{subject}.rst" for language in ("en", "fr") for subject in subjects})

    def test_a_picture_weighs_little_and_is_shown(self):
        shown = {
            (guide.parent / picture).resolve()
            for guide in GUIDES
            for picture in re.findall(r"^\.\. image:: (\S+)", guide.read_text(), re.MULTILINE)
        }
        for picture in (ROOT / "doc" / "pictures").rglob("*.png"):
            self.assertIn(picture.resolve(), shown, f"no guide shows {picture.name}")
            self.assertLess(picture.stat().st_size, 260_000, picture.name)

    def test_what_a_guide_names_is_on_the_screens(self):
        for guide in GUIDES:
            language = guide.parent.name
            known = self.words[language] | CORE[language] | HEADS[language]
            with self.subTest(guide=guide.relative_to(ROOT).as_posix()):
                self.assertEqual(read_names(guide) - known, set())

    def test_what_the_readme_names_is_on_the_screens(self):
        for page in ENGLISH:
            known = self.words["en"] | CORE["en"] | HEADS["en"] | STRESSED
            with self.subTest(page=page.relative_to(ROOT).as_posix()):
                self.assertEqual(read_names(page) - known, set())

    def test_the_pictures_of_a_guide_exist(self):
        for guide in GUIDES:
            pictures = re.findall(r"^\.\. image:: (\S+)", guide.read_text(), re.MULTILINE)
            self.assertTrue(pictures)
            for picture in pictures:
                self.assertTrue((guide.parent / picture).is_file(), f"{guide.name}: {picture}")
