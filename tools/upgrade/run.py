"""Upgrade a database of an older commit that has data in every shape: ``make upgrade-test FROM=COMMIT``.

The older commit is installed and used (``data.py``), a picture of all its rows is taken, the module is updated to
this checkout, and the two pictures are compared: nothing is lost, no figure moves, and only what ``changes.py`` names
for a reason is otherwise. What the database then registers (menus, views, fields, access rights, shipped records) is
compared with that of a new one. At last everything is read and worked with once.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tarfile
from io import BytesIO

from devenv import python_env
from devenv.common import DEV, MODULE, ROOT, DevError, digest, exclusive, output, run, say
from devenv.database import BASE_MODULES, PREFIX, Databases
from devenv.environment import prepare
from upgrade.changes import REGISTERED, compare, normalise

FOLDER = DEV / "upgrade"
NAME = f"{PREFIX}upgrade"
LOUD = re.compile(r" (WARNING|ERROR|CRITICAL) ")
MAKE_GROUND = f"""
from odoo.addons.{MODULE}.tests.common import make_companies, make_ground
from odoo.modules import module
module.current_test = True
make_companies(env)
env.cr.commit()
make_ground()
"""


class Upgrade:
    """One older commit, from its installation to the looks at what became of it."""

    def __init__(self, env, commit):
        self.env = env
        self.databases = Databases(env)
        self.commit = output(["git", "rev-parse", "--verify", f"{commit}^{{commit}}"], cwd=ROOT)
        self.folder = FOLDER / self.commit[:12]
        self.old = env.write_conf(
            "upgrade-old.conf", addons_path=f"{','.join(map(str, env.source.addons))},{self.folder}"
        )
        self.new = env.write_conf("upgrade-new.conf")
        self.failures = []

    def fail(self, text):
        """Note what should not be."""
        self.failures.append(text)
        print(f"FAILED {text}", flush=True)

    # -- the older version -----------------------------------------------------------

    def unpack(self):
        """Write the files of the older commit where Odoo finds them as the module."""
        if (self.folder / MODULE / "__manifest__.py").exists():
            return
        archive = subprocess.run(["git", "archive", self.commit], check=True, cwd=ROOT, capture_output=True).stdout
        with tarfile.open(fileobj=BytesIO(archive)) as files:
            files.extractall(self.folder / MODULE, filter="data")

    def make_old(self):
        """Return a database in which the older commit is installed, with companies and users; made once."""
        self.unpack()

        def make(draft):
            say(f"installing {self.commit[:12]} …")
            self.databases.clone(self.databases.base_template(), draft)
            self.odoo(self.old, draft, "-i", MODULE)
            self.shell(self.old, draft, MAKE_GROUND)

        key = digest(self.commit, BASE_MODULES, MAKE_GROUND, self.env.source.version)
        return self.databases._template("before", key, make)

    # -- calls of Odoo -------------------------------------------------------------------

    def odoo(self, conf, name, *options):
        """Install or update, and return what was logged."""
        log = "upgrade.log"
        command = self.env.odoo("server", "-d", name, *options, "--no-http", "--stop-after-init")
        run(command, log=log, env=self.env.variables(conf), cwd=DEV)
        return (DEV / "logs" / log).read_text().splitlines()

    def shell(self, conf, name, code):
        """Run Python where ``env`` is that of the database; fail when it does."""
        command = self.env.odoo("shell", "-d", name, "--no-http", "--log-level=warn")
        variables = self.env.variables(conf)
        code = f"try:\n{''.join(f'    {line}' for line in code.splitlines(keepends=True))}\n"
        code += "except BaseException:\n    import os, traceback\n    traceback.print_exc()\n    os._exit(1)\n"
        run(command, log="upgrade-shell.log", env=variables, cwd=DEV, input=code, text=True)

    def picture(self, conf, path, *calls):
        """Do this with the database, then write the picture of its rows."""
        lines = ["from upgrade import data, picture", *calls, f"picture.write(env, {str(path)!r})"]
        self.shell(conf, NAME, "\n".join(lines))
        return json.loads(path.read_text())

    def register(self, name):
        """Return the facts that a database registers."""
        path = FOLDER / f"{name}.txt"
        command = [python_env.PYTHON, ROOT / "tools" / "house" / "register.py", "--database", name, "--out", path]
        run(command, log="register.log", env=self.env.variables(self.new))
        return set(path.read_text().splitlines())

    # -- the proof -----------------------------------------------------------------------

    def prove(self):
        """Do all of it; return how many things failed."""
        with exclusive():
            template = self.make_old()
            fresh = self.databases.test_template()
            self.databases.clone(template, NAME)
        say("making data …")
        before = self.picture(self.old, FOLDER / "before.json", "data.make(env)")
        say("updating …")
        for line in self.odoo(self.new, NAME, "-u", MODULE):
            if LOUD.search(line):
                self.fail(line)
        after = self.picture(self.new, FOLDER / "after.json", "env.cr.rollback()")
        for line in compare(before, after):
            self.fail(line)
        say("comparing with a new database …")
        upgraded, new = normalise(self.register(NAME)), normalise(self.register(fresh))
        for sign, facts in (("-", new - upgraded), ("+", upgraded - new)):
            for line in sorted(facts):
                if not any(pattern.match(line) for pattern in REGISTERED):
                    self.fail(f"{sign} {line[:300]}")
        say("working with it …")
        self.shell(self.new, NAME, "from upgrade import use\nuse.everything(env)")
        rows = sum(map(len, before.values()))
        print(f"{self.commit[:12]}: {rows} rows of {len(before)} tables, {len(self.failures)} failures")
        return len(self.failures)


def main():
    """Prove the upgrade from the commit of the command line."""
    parser = argparse.ArgumentParser(prog="make upgrade-test FROM=…", description=__doc__)
    parser.add_argument("commit", help="the commit whose database is upgraded")
    options = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    os.chdir(ROOT)
    try:
        return 1 if Upgrade(prepare(), options.commit).prove() else 0
    except DevError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
