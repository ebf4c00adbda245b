"""Steps of what an auditor takes away that are timed: a long list on paper, and the whole audit file of a period."""

from datetime import date

from odoo.http import root
from odoo.service.server import ThreadedServer
from odoo.tools import config

LINES = 10_000  # the longest list that is printed
#: Seconds of processor that a list of so many lines may take on paper, and megabytes of this process for a file.
SECONDS, MEGABYTES = 60, 400


def serve(env):
    """Let the printer fetch its styles from here, as it does from a server."""
    config["http_interface"], config["http_port"] = "127.0.0.1", 0
    server = ThreadedServer(root)
    server.http_spawn()
    env["ir.config_parameter"].set_param("report.url", f"http://127.0.0.1:{server.httpd.server_port}")
    return server


def print_list(env, company):
    """Print a list of entries of the journal; return the number of pages."""
    events = env["recovery.event"].search([("company_id", "=", company.id)], limit=LINES, order="id desc")
    window = env["recovery.list.print"].create(
        {
            "company_id": company.id,
            "res_model": "recovery.event",
            "title": "Journal",
            "domain_text": f'[["id", ">=", {min(events.ids)}], ["company_id", "=", {company.id}]]',
        }
    )
    printed = env["recovery.printing"]._prepare_streams(window._get_report_xmlid(), window.ids)
    return printed[window.id].count(b"/Type /Page\n") or len(printed[window.id])


def make_pack(env, company, day):
    """Make the audit file of the last twelve months; return it."""
    first = date(day.year - 1, day.month, 1)
    pack = env["recovery.audit.pack"]._ask(company, first, day.replace(day=1)).sudo()
    pack._build()
    return pack
