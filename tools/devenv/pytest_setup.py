"""Plugin for pytest: what the tests find around them. Runs inside the environment."""

import os
from pathlib import Path

import freezegun
import pytest

from . import assets

TRUE_CLOCK = ["_pytest.timing", "_pytest.fixtures", "devenv.pytest_measure"]


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_cmdline_main():
    """Give each worker the database that was made for it, with files of its own.

    pytest-odoo would make a copy itself, whose files are those of the original.
    """
    if worker := os.environ.pop("PYTEST_XDIST_WORKER", None):
        conf = Path(os.environ["ODOO_RC"])
        os.environ["ODOO_RC"] = str(conf.with_stem(f"{conf.stem}-{worker}"))
    yield


def pytest_configure(config):
    """Let pytest measure durations with the true clock while tests stop theirs."""
    freezegun.configure(extend_ignore_list=TRUE_CLOCK)


@pytest.fixture(scope="session", autouse=True)
def report_url(load_http):
    """Have printed documents get their styles from the server of these tests, and wait for no script.

    Odoo has wkhtmltopdf fetch them from the address of the database, by default port
    8069 of this machine: nothing would answer there, or the wrong server. It also has
    it wait a second for the scripts of a page: ours have none but those of core's
    headings and footers, which it runs in any case.
    """
    from odoo import SUPERUSER_ID
    from odoo.api import Environment
    from odoo.modules.registry import Registry
    from odoo.service import server
    from odoo.tests.common import HOST, get_db_name

    url = f"http://{HOST}:{server.server.httpd.server_port}"
    with Registry(get_db_name()).cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {})
        env["ir.config_parameter"].set_param("report.url", url)
        env["ir.config_parameter"].set_param("report.print_delay", "0")
        assets.make(env)
    yield url
