import re

from lxml import etree, html

from odoo.tests import tagged

from .common import RecoveryCommon

LISTS = {"list", "kanban", "calendar", "pivot", "graph", "activity"}
# What rows do that nobody makes by hand.
BY_ITSELF = ("automatically", "every night", "The module provides them")
HEADING = "//p[contains(@class, 'o_view_nocontent_')]"
NEW = {"New": "Nouveau"}  # core's button, in its own screens


@tagged("post_install", "-at_install")
class TestEmptyLists(RecoveryCommon):
    """Every list that is empty says what belongs there, and how the first row comes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ids = (
            cls.env["ir.model.data"]
            .sudo()
            .search([("module", "=like", "debt\\_recovery%"), ("model", "=", "ir.actions.act_window")])
            .mapped("res_id")
        )
        windows = cls.env["ir.actions.act_window"].sudo().browse(ids).exists()
        cls.windows = windows.filtered(lambda window: LISTS & set(window.view_mode.split(",")))
        cls.labels = {**NEW, **cls.read_labels()}

    @classmethod
    def read_labels(cls):
        """Return ``{what a button, a page, a menu or a window is called: its French}``, of all that is ours."""
        data = cls.env["ir.model.data"].sudo().search([("module", "=like", "debt\\_recovery%")])
        labels = {}
        for model in ("ir.ui.menu", "ir.actions.act_window", "ir.actions.server", "ir.actions.client"):
            records = cls.env[model].sudo().browse(data.filtered(lambda one, m=model: one.model == m).mapped("res_id"))
            labels |= cls.pair(records.exists(), "name")
        views = data.filtered(lambda one: one.model == "ir.ui.view").mapped("res_id")
        for view in cls.env["ir.ui.view"].sudo().browse(views).exists():
            english = etree.fromstring(view.with_context(lang="en_US").arch.encode())
            french = etree.fromstring(view.with_context(lang="fr_FR").arch.encode())
            for one, other in zip(english.iter(etree.Element), french.iter(etree.Element), strict=True):
                labels |= {one.get("string"): other.get("string")} if one.get("string") else {}
        names = {name for name in cls.registry if name.startswith("recovery.")}
        for model in names:
            for name, field in cls.env[model]._fields.items():
                if field.type == "selection":
                    said = [
                        cls.env[model].with_context(lang=lang)._fields[name]._description_selection(cls.in_lang(lang))
                        for lang in ("en_US", "fr_FR")
                    ]
                    labels |= {one[1]: other[1] for one, other in zip(*said, strict=True)}
        for parameter in [cls.env["recovery.legal.parameter"].search([])]:
            labels |= cls.pair(parameter, "name")
        return labels

    @classmethod
    def in_lang(cls, lang):
        return cls.env(context={"lang": lang})

    @classmethod
    def pair(cls, records, name):
        french = records.with_context(lang="fr_FR")
        return {one[name]: other[name] for one, other in zip(records.with_context(lang="en_US"), french, strict=True)}

    def read_help(self, window, lang):
        """Return the heading and the paragraphs of what an empty list says."""
        text = window.with_context(lang=lang).help
        if not text:
            return "", []
        tree = html.fromstring(f"<div>{text}</div>")
        headings = [" ".join(node.text_content().split()) for node in tree.xpath(HEADING)]
        others = [node for node in tree.xpath("//p") if node not in tree.xpath(HEADING)]
        return " ".join(headings), [" ".join(node.text_content().split()) for node in others]

    def test_every_list_says_what_belongs_there_and_how_the_first_one_comes(self):
        self.assertGreater(len(self.windows), 95)
        for window in self.windows:
            with self.subTest(window=window.get_external_id()[window.id]):
                heading, paragraphs = self.read_help(window, "en_US")
                self.assertTrue(heading, "nothing says that the list is empty")
                self.assertTrue(paragraphs, "nothing says what belongs there")
                told = " ".join(paragraphs)
                quoted = re.findall("“(.+?)”", told)
                self.assertTrue(
                    quoted or any(words in told for words in BY_ITSELF),
                    f"{window.xml_id} names no button and no menu that makes the first row, nor says that rows come by "
                    "themselves",
                )

    def test_what_an_empty_list_names_is_on_the_screens(self):
        known = {label.lower() for label in self.labels if label}
        for window in self.windows:
            _heading, paragraphs = self.read_help(window, "en_US")
            for name in re.findall("“(.+?)”", " ".join(paragraphs)):
                with self.subTest(window=window.get_external_id()[window.id], name=name):
                    self.assertIn(name.lower(), known)

    def test_a_list_whose_rows_are_typed_names_the_button_that_adds_one(self):
        """“New” is named where the list offers it, and nowhere else."""
        for window in self.windows:
            _heading, paragraphs = self.read_help(window, "en_US")
            if "“New”" not in " ".join(paragraphs):
                continue
            view = self.env[window.res_model].sudo().get_views([(window.view_id.id or False, "list")])
            tree = etree.fromstring(view["views"]["list"]["arch"].encode())
            with self.subTest(window=window.get_external_id()[window.id]):
                self.assertNotIn(tree.get("create"), ("0", "false"))

    def test_an_empty_list_speaks_french_and_names_buttons_as_the_screen_does(self):
        french = {label.lower(): other for label, other in self.labels.items() if label}
        for window in self.windows:
            heading, paragraphs = self.read_help(window, "en_US")
            titre, paragraphes = self.read_help(window, "fr_FR")
            with self.subTest(window=window.get_external_id()[window.id]):
                self.assertNotEqual(titre, heading)
                self.assertEqual(len(paragraphes), len(paragraphs))
                for one, other in zip(paragraphs, paragraphes, strict=True):
                    self.assertNotEqual(one, other)
                    said = [" ".join(name.split()) for name in re.findall("«(.+?)»", other)]
                    for name in re.findall("“(.+?)”", one):
                        self.assertIn(" ".join(french[name.lower()].split()).lower(), [word.lower() for word in said])
