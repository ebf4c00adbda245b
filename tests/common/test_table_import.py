import base64
import re

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..english import InEnglish
from .common import RecoveryCommon


@tagged("post_install", "-at_install")
class TestTableImport(InEnglish, RecoveryCommon):
    """All tables are read, refused and told in one way, whatever they bring."""

    def get_imports(self):
        """Return the names of the windows that import a table."""
        return [
            name
            for name, Model in self.env.registry.items()
            if not Model._abstract and issubclass(Model, self.env.registry["recovery.table.import"])
        ]

    def window(self, name, content, user=None):
        vals = {"file": base64.b64encode(content)} if content is not None else {}
        return self.env[name].with_user(user or self.recovery_manager).create(vals)

    def test_a_table_that_cannot_be_read_is_refused_in_words(self):
        imports = self.get_imports()
        self.assertGreaterEqual(len(imports), 5)
        for name in imports:
            for content, words in (
                (None, "Choose a file first"),
                (b"PK\x03\x04", "cannot be read"),
                (b"", "empty|Choose"),
                (b"a;b\n1;2\n", "column"),
            ):
                with self.subTest(window=name, file=content), self.assertRaisesRegex(UserError, words):
                    self.window(name, content).action_import()

    def test_a_table_that_is_too_long_is_refused(self):
        for name in self.get_imports():
            self.patch(type(self.env[name]), "_max_rows", 2)
            with self.subTest(window=name), self.assertRaisesRegex(UserError, "at most 2"):
                self.window(name, b"a;b\n1;2\n3;4\n").action_import()

    def test_who_may_not_is_told_so_before_anything_is_read(self):
        for name in self.get_imports():
            with self.subTest(window=name), self.assertRaises(AccessError):
                self.window(name, b"PK\x03\x04", self.recovery_auditor).action_import()

    def test_rows_keep_the_number_that_they_have_in_the_file(self):
        window = self.window("recovery.cost.import", b"dossier;libelle;montant\n\n;;\nX;Frais;1\n")
        window.action_import()
        self.assertIn("Row 4:", window.result)
        self.assertNotIn("Row 2:", window.result)

    def test_what_is_refused_is_told_in_the_order_of_the_file(self):
        for name, content in (
            (
                "recovery.procedure.import",
                "dossier;procedure;evenement;date\nX;a;b;c\nX;a;;d\nY;a;b;c\nY;a;;d\nX;a;b;e\n",
            ),
            ("recovery.case.import", "dossier;client;facture\nA;Nobody;F1\nB;Nobody;\nC;Nobody;F2\nD;Nobody;\n"),
            ("recovery.external.import", "client;note;sur;date;source\nNobody;1;2;\nNobody;9;2;\nNobody;1;2;\n"),
            ("recovery.cost.import", "dossier;libelle;montant\nX;Frais;1\nX;;\nX;Frais;un\n"),
        ):
            with self.subTest(window=name):
                window = self.window(name, content.encode())
                window.action_import()
                rows = [int(row) for row in re.findall(r"^Row (\d+)", window.result, re.MULTILINE)]
                self.assertGreaterEqual(len(rows), 3)
                self.assertEqual(rows, sorted(rows))
