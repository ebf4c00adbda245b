import os
import subprocess
import sys
import tempfile
from uuid import uuid4

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import config


@tagged("post_install", "-at_install")
class TestJournalCommand(BaseCase):
    """The journal is checked from a terminal, by a process of its own: exit code, words, and nothing written."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        cls.company_id = cls.transact(cls.make_journal)

    @staticmethod
    def make_journal(env):
        """Make a company whose journal holds six entries, three of them sealed."""
        company = env["res.company"].create({"name": f"Au terminal {uuid4().hex}"})
        debtor = env["recovery.debtor"]._ensure_for(
            env["res.partner"].create({"name": "Durand", "is_company": True}), company
        )
        for number in range(3):
            env["recovery.event"]._log("contact", debtor, f"Appel {number}")
        env["recovery.journal"]._seal(company)
        for number in range(3, 6):
            env["recovery.event"]._log("contact", debtor, f"Appel {number}")
        return company.id

    @classmethod
    def transact(cls, work):
        with cls.registry.cursor() as cr:
            return work(api.Environment(cr, SUPERUSER_ID, {}))

    def run_command(self, *arguments, database=None):
        """Run the command in a process of its own, as somebody at a terminal does."""
        connection = [
            f"--{name}={config[name]}" for name in ("db_host", "db_port", "db_user", "db_password") if config[name]
        ]
        conf = os.path.join(self.make_folder(), "odoo.conf")
        with open(conf, "w") as file:
            file.write("[options]\n")
            for line in connection:
                file.write(line.removeprefix("--").replace("=", " = ", 1) + "\n")
            file.write(f"addons_path = {','.join(config['addons_path'])}\ndata_dir = {config['data_dir']}\n")
        process = subprocess.run(
            [
                *(sys.executable, "-m", "odoo", f"--addons-path={','.join(config['addons_path'])}"),
                *("recovery_journal", "-c", conf, "-d", database or get_db_name(), *arguments),
            ],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return process.returncode, process.stdout, process.stderr

    def make_folder(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return folder.name

    def look_at(self):
        def look(env):
            env.cr.execute("SELECT count(*), max(id) FROM recovery_event")
            return env.cr.fetchone()

        return self.transact(look)

    def get_head(self):
        return self.transact(
            lambda env: env["recovery.journal"]._say_head(
                env["recovery.journal"]._get_head(env["res.company"].browse(self.company_id))
            )
        )

    def tamper(self, old, new):
        def change(env):
            env.cr.execute(
                "UPDATE recovery_event SET summary = %s WHERE summary = %s AND company_id = %s",
                (new, old, self.company_id),
            )
            self.assertEqual(env.cr.rowcount, 1)

        self.transact(change)

    def test_a_whole_journal_is_zero(self):
        before, head = self.look_at(), self.get_head()
        code, said, error = self.run_command("--company", str(self.company_id), "--head", head)
        self.assertEqual(code, 0, said + error)
        self.assertIn(f"3 sealed, 3 not sealed yet, head {head}", said)
        self.assertEqual(self.look_at(), before, "nothing is written")

    def test_a_line_that_was_changed_is_one_and_is_named(self):
        self.tamper("Appel 1", "Rien")
        self.addCleanup(self.tamper, "Rien", "Appel 1")
        code, said, error = self.run_command("--company", str(self.company_id), "--with-files")
        self.assertEqual(code, 1, said + error)
        self.assertIn("! Entry 2 was changed after it was sealed.", said)
        self.assertIn("Durand, “Rien”", said)
        self.assertIn("0 files read", said)
        code, said, _error = self.run_command()
        self.assertEqual(code, 1, "the whole house has this company too")
        self.assertIn("! Entry 2 was changed after it was sealed.", said)

    def test_a_head_kept_outside_finds_a_journal_made_anew(self):
        number, seal = self.get_head().split()
        code, said, _error = self.run_command("--company", str(self.company_id), "--head", f"{number} {'0' * 64}")
        self.assertEqual(code, 1)
        self.assertIn("does not have the seal of the journal head kept outside", said)
        code, said, _error = self.run_command("--company", str(self.company_id), "--head", f"99 {seal}")
        self.assertEqual(code, 1)
        self.assertIn("its end is missing", said)

    def test_what_cannot_be_checked_is_two(self):
        for arguments, words in (
            (("--company", "999999999"), "no such root company"),
            (("--company", str(self.company_id), "--head", "12"), "A head is a number"),
            (("--head", f"1 {'0' * 64}"), "A head is of one company"),
        ):
            with self.subTest(words=words):
                code, _said, error = self.run_command(*arguments)
                self.assertEqual(code, 2, error)
                self.assertIn(words, error)
