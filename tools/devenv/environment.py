"""The whole environment, prepared step by step, and how to call Odoo in it."""

import os
import subprocess
from dataclasses import dataclass

from . import apt, odoo_source, postgres, python_env, wkhtmltopdf
from .common import (
    ADDONS,
    BIN,
    DATA,
    DEV,
    TOOLS,
    exclusive,
    write_private,
)
from .suites import SUITES


@dataclass(frozen=True)
class Environment:
    """What the commands need once everything is in place."""

    source: odoo_source.Source
    server: postgres.Server

    @property
    def addons_path(self):
        return ",".join(str(path) for path in (*self.source.addons, python_env.OTHERS / "odoo" / "addons", ADDONS))

    def write_conf(self, name="odoo.conf", **options):
        """Write a configuration file of Odoo into ``.dev`` and return its path."""
        values = {
            "addons_path": self.addons_path,
            "data_dir": DATA,
            "db_host": self.server.host,
            "db_port": self.server.port,
            "db_user": self.server.user,
            "db_password": self.server.password or False,
            "db_template": "template0",
            "http_interface": "127.0.0.1",
            "list_db": False,
            "log_level": "warn",
            "max_cron_threads": 0,
            "without_demo": True,
            "workers": 0,
            "limit_time_real": 0,
            "limit_time_cpu": 0,
            "smtp_server": "localhost",
            "smtp_port": 2525,
            **options,
        }
        lines = [f"{key} = {value}\n" for key, value in values.items()]
        path = DEV / name
        text = "".join(["[options]\n", *lines])
        if not path.exists() or path.read_text() != text:
            write_private(path, text)
        return path

    def variables(self, conf=None):
        """Return the environment variables for Odoo and for programs that import it.

        What Python compiles is kept in ``.dev``, also where the machine forbids it to write beside the sources:
        that is half of the time in which a test or a server starts.
        """
        left_out = ("PG", "ODOO_", "PYTHONDONTWRITEBYTECODE")
        path = [BIN, python_env.VENV / "bin", os.environ.get("PATH", os.defpath)]
        return {
            **{k: v for k, v in os.environ.items() if not k.startswith(left_out)},
            "PATH": os.pathsep.join(map(str, path)),
            "PYTHONPATH": os.pathsep.join([str(self.source.python_path), str(TOOLS)]),
            "ODOO_RC": str(conf or self.write_conf()),
            "LANG": "C.UTF-8",
            "PYTHONPYCACHEPREFIX": str(DEV / "pycache"),
            "PYTHONUNBUFFERED": "1",
        }

    def odoo(self, *arguments):
        """Return the command line of ``odoo-bin`` with these arguments."""
        return [str(python_env.PYTHON), "-m", "odoo", *map(str, arguments)]

    def call(self, *arguments, conf=None, **kwargs):
        """Run ``odoo-bin`` in the foreground and return the finished process."""
        return subprocess.run(
            self.odoo(*arguments),
            check=False,
            env=self.variables(conf),
            cwd=DEV,
            **kwargs,
        )


def prepare():
    """Make what is missing and return the environment; quick when all is there."""
    with exclusive():
        apt.ensure()
        source = odoo_source.ensure()
        python_env.ensure()
        wkhtmltopdf.ensure()
        server = postgres.ensure()
        for suite in SUITES:
            _link_addon(ADDONS / suite.addon, suite.folder)
        environment = Environment(source, server)
        environment.write_conf()
    return environment


#: Folders of the checkout that are not part of the add-on.
NOT_ADDON = {"tools", "bridges", "node_modules"}


def _link_addon(target, source):
    """Make *target*, a folder named like the add-on, show the content of *source*.

    Every entry is linked on its own. A link to the whole checkout would contain
    ``.dev`` and so itself: Odoo, which follows links when it exports terms, would
    never come back.
    """
    target.mkdir(parents=True, exist_ok=True)
    wanted = {
        entry.name: entry
        for entry in source.iterdir()
        if not entry.name.startswith((".", "__pycache__")) and entry.name not in NOT_ADDON
    }
    for link in target.iterdir():
        if link.is_symlink() and link.name not in wanted:
            link.unlink()
    for name, entry in wanted.items():
        link = target / name
        if not link.is_symlink():
            link.symlink_to(entry)
