"""Plugin for pytest: what the tests find around them. Runs inside the environment."""

import freezegun
import pytest


def pytest_configure(config):
    """Let pytest measure durations with the true clock while tests stop theirs."""
    freezegun.configure(extend_ignore_list=["_pytest.timing", "_pytest.fixtures"])


@pytest.fixture(scope="session", autouse=True)
def report_url(load_http):
    """Have printed documents get their styles from the server of these tests.

    Odoo has wkhtmltopdf fetch them from the address of the database, by default port
    8069 of this machine: nothing would answer there, or the wrong server.
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
    yield url
