"""Databases: templates made once, cloned in a second or two.

Three templates are kept, each named after a hash of all it depends on: ``base`` has the
core modules, ``test`` has the add-on too, ``furnished`` what tests need besides. A
template that took a new name replaces the old one. The comment of a database tells which
checkout made it: on a shared server, those of another checkout are left alone.
"""

import os
import shutil
from pathlib import Path

from . import python_env
from .common import DATA, DEV, MODULE, ROOT, digest, held_lock, output, run, say
from .postgres import programs
from .suites import MAIN

BASE_MODULES = "base,web,account,l10n_fr_account"
LANGUAGE = "fr_FR"
#: Raise it when the way the templates are made changes.
RECIPE = 1

PREFIX = "debt_recovery_"
#: A new company would install what its country wants: not while Odoo believes that it is tested.
FURNISH = f"""
from devenv import assets
from odoo.modules import module
from odoo.addons.{MODULE}.tests.common import make_companies, make_ground
module.current_test = True
assets.make(env)
make_companies(env)
env.cr.commit()
make_ground()
"""
#: What makes the companies and the ground.
GROUND = ROOT / "tests" / "common" / "common.py"
#: Folders whose content the installation of the add-on does not read.
#: Scripts and styles (static/src) are read when a page is asked for.
NOT_INSTALLED = {"tests", "tools", "bridges", "readme", "docs", "src", "__pycache__", "build"}
NOT_INSTALLED_SUFFIXES = {".md", ".rst", ".pot", ".toml", ".pyc"}


def base_key(env):
    """Return the hash of what the base template depends on."""
    return digest(
        RECIPE,
        BASE_MODULES,
        LANGUAGE,
        env.source.version,
        python_env.key(),
    )


def module_key(folder=ROOT):
    """Return the hash of the files that installing the add-on reads."""
    parts = []
    for path, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in NOT_INSTALLED and not name.startswith("."))
        for name in sorted(files):
            file = Path(path, name)
            if not name.startswith(".") and file.suffix not in NOT_INSTALLED_SUFFIXES:
                parts += [str(file.relative_to(folder)), file]
    return digest(*parts)


class Databases:
    """The databases of one server, as seen from this checkout."""

    def __init__(self, env):
        self.env = env

    # -- plain operations ------------------------------------------------------

    def sql(self, query, database=None):
        """Run *query* and return its rows as text, one per line."""
        command = [programs() / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", query]
        if database:
            command += ["-d", database]
        return output(command, env=self.env.server.environment())

    def names(self):
        """Return the databases made by this checkout."""
        owner = str(ROOT).replace("'", "''")
        query = (
            "SELECT datname FROM pg_database WHERE split_part("
            f"shobj_description(oid, 'pg_database'), ' | ', 1) = '{owner}' ORDER BY 1"
        )
        return self.sql(query).splitlines()

    def exists(self, name):
        return name in self.names()

    def note(self, name):
        """Return the remark left with the database *name*."""
        query = f"SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '{name}'"
        return self.sql(query).partition(" | ")[2]

    def set_note(self, name, note=""):
        text = f"{ROOT} | {note}".replace("'", "''")
        self.sql(f"COMMENT ON DATABASE \"{name}\" IS '{text}'")

    def clone(self, source, name):
        """Make the database *name* a copy of *source*, its files included."""
        self.drop(name)
        self.sql(f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY file_copy')
        self.set_note(name)
        store = DATA / "filestore"
        if (store / source).exists():
            # Odoo never changes a stored file, so that hard links are enough.
            shutil.copytree(store / source, store / name, copy_function=os.link)

    def drop(self, name):
        self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        shutil.rmtree(DATA / "filestore" / name, ignore_errors=True)

    def rename(self, name, new):
        self.drop(new)
        self.sql(f'ALTER DATABASE "{name}" RENAME TO "{new}"')
        store = DATA / "filestore"
        if (store / name).exists():
            (store / name).rename(store / new)

    def set_parameter(self, name, key, value):
        """Set a system parameter of the database *name*, which no server has open."""
        self.sql(
            "INSERT INTO ir_config_parameter (key, value) "
            f"VALUES ('{key}', '{value}') "
            "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            name,
        )

    # -- with Odoo ------------------------------------------------------------------

    def install(self, name, modules, *options, log=None):
        """Install *modules* into the database *name*, messages on screen or in *log*."""
        language = f"--load-language={LANGUAGE}"
        self._odoo(name, "-i", modules, language, *options, log=log)

    def furnish(self, name):
        """Make two companies, the ground of the tests, the scripts and the styles in the database *name*."""
        command = self.env.odoo("shell", "-d", name, "--no-http", "--log-level=warn")
        variables = self.env.variables()
        run(command, log="furnish.log", env=variables, cwd=DEV, pass_fds=held_lock, input=FURNISH, text=True)

    def update(self, name, modules=MODULE):
        """Update *modules* in the database *name*."""
        self._odoo(name, "-u", modules)

    def _odoo(self, name, *options, log=None):
        command = self.env.odoo("server", "-d", name, *options, "--no-http", "--stop-after-init")
        variables = self.env.variables()
        run(command, log=log, env=variables, cwd=DEV, pass_fds=held_lock)

    # -- templates --------------------------------------------------------------------

    def base_template(self):
        """Return the database with the core modules, made when needed."""
        return self._template("base", base_key(self.env), self._make_base)

    def test_template(self, suite=MAIN):
        """Return the database with an add-on installed, made when it changed."""
        contents = (module_key(folder) for folder in suite.sources)
        key = digest(base_key(self.env), suite.modules, *contents)

        def make(draft):
            base = self.base_template()
            say(f"installing {suite.modules} into the test database …")
            self.clone(base, draft)
            self.install(draft, suite.modules)

        return self._template(f"test_{suite.short}", key, make)

    def furnished_template(self, suite=MAIN):
        """Return the database that tests start from: an add-on, and what every run of them would make again."""
        plain = self.test_template(suite)

        def make(draft):
            self.clone(plain, draft)
            self.furnish(draft)

        return self._template(f"furnished_{suite.short}", digest(plain, FURNISH, GROUND), make)

    def _template(self, kind, key, make):
        name = f"{PREFIX}{kind}_{key}"
        existing = self.names()
        if name in existing:
            return name
        draft = f"{PREFIX}{kind}_draft"
        make(draft)
        self.rename(draft, name)
        for old in existing:
            if old.rpartition("_")[0] == f"{PREFIX}{kind}" and old != draft:
                self.drop(old)
        return name

    def _make_base(self, draft):
        say(f"making the template database ({BASE_MODULES}; about a minute) …")
        self.drop(draft)
        self.sql(f"CREATE DATABASE \"{draft}\" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C'")
        self.set_note(draft)
        self.install(draft, BASE_MODULES, log="base-template.log")
