"""What the module knows of core's printing: of what could not be fetched, core writes to its log at most.

``tests/common/test_core_frontiers.py`` says when a new Odoo moves it.
"""

import logging
import re
import socket
import threading
from contextlib import contextmanager
from urllib.parse import urlsplit

from odoo import api, models

from . import long_tables, page_feet, typesetting
from .aside import Aside

PATIENCE = 5  # seconds
PORTS = {"http": 80, "https": 443}
LONG = 25  # rows of a document whose pages are counted once more where many are printed together
WHOLE = Aside("printed_whole")
_STYLESHEET = re.compile(r"<link\b[^>]*\bhref=\"[^\"]+\"", re.IGNORECASE)
_PRINTING = logging.getLogger("odoo.addons.base.models.ir_actions_report")
_MISSING = re.compile(r"wkhtmltopdf: .*?(network error[^\n]*|Failed to load[^\n]*)", re.DOTALL)


class _Listener(logging.Handler):
    """Keep what this thread's printing complains of."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.thread = threading.get_ident()
        self.missing = []

    def emit(self, record):
        if record.thread == self.thread and (found := _MISSING.search(record.getMessage())):
            self.missing.append(" ".join(found[1].split()))


@contextmanager
def hear_missing():
    """Yield the list of what core could not fetch while it prints, such as a style sheet: it prints all the same."""
    listener = _Listener()
    _PRINTING.addHandler(listener)
    try:
        with WHOLE.say():
            yield listener.missing
    finally:
        _PRINTING.removeHandler(listener)


def find_silence(url):
    """Return why nobody answers at the address from which the printer fetches style sheets, or None.

    Some versions of wkhtmltopdf say nothing when nobody does, and print without any style.
    """
    parts = urlsplit(url or "")
    try:
        address = parts.hostname, parts.port or PORTS.get(parts.scheme, 80)
        with socket.create_connection(address, timeout=PATIENCE):
            return None
    except (OSError, ValueError) as error:
        return f"{url}: {error}"


class IrActionsReport(models.Model):
    _name = "ir.actions.report"
    _inherit = ["ir.actions.report", "recovery.traced.core"]
    _traced_core = (
        "name", "model", "report_name", "report_type", "print_report_name", "attachment", "attachment_use",
        "paperformat_id", "group_ids", "domain", "multi", "binding_model_id",
    )  # fmt: skip

    def _recovery_is_ours(self):
        return (self.model or "").startswith("recovery.") or (self.report_name or "").startswith("debt_recovery.")

    @api.model
    def _run_wkhtmltopdf(self, bodies, report_ref=False, header=None, footer=None, **options):
        """Print long lists piece by piece; refuse what must be whole while nobody answers where its styles are."""
        if WHOLE.heard:
            bodies = list(bodies)
            if any(_STYLESHEET.search(page) for page in (*bodies, header or "", footer or "")):
                silence = find_silence(self._get_report_url())
                if silence:
                    self.env["recovery.printing"]._refuse_in_part(silence)
        bodies, printer = [typesetting.typeset(str(body)) for body in bodies], super()._run_wkhtmltopdf

        def run(pages, head=None, foot=None):
            return printer(pages, report_ref=report_ref, header=head, footer=foot, **options)

        if not (header and footer):
            return run(bodies, header, footer)
        header, footer = str(header), str(footer)
        pieces = [piece for body in bodies for piece in long_tables.cut(body)]
        if len(pieces) > len(bodies):
            return long_tables.join([run([piece]) for piece in pieces], header, footer)
        return self._recovery_print_with_feet(run, bodies, header, footer)

    @api.model
    def _recovery_print_with_feet(self, run, bodies, header, footer):
        """Print documents so that the feet of ours tell how many pages there are."""
        content = run(bodies, header, footer)
        numbering = page_feet.find_numbering(footer) if any(map(typesetting.is_ours, bodies)) else None
        if not numbering or (len(bodies) > 1 and not any(body.count("<tr") > LONG for body in bodies)):
            return content
        if page_feet.are_true(content, len(bodies), numbering):
            return content
        if len(bodies) == 1:
            return self._recovery_lay_feet(run, bodies[0], header, footer) or content
        contents = []
        for rank, body in enumerate(bodies):
            own = page_feet.take(header, rank), page_feet.take(footer, rank)
            content = run([body], *own)
            if not page_feet.are_true(content, 1, numbering):
                content = self._recovery_lay_feet(run, body, *own) or content
            contents.append(content)
        return page_feet.bind(contents)

    @api.model
    def _recovery_lay_feet(self, run, body, header, footer):
        """Print a document, its heads and feet apart."""
        content = run([body])
        return page_feet.lay_below(
            content, run([page_feet.make_sheets(body, page_feet.count_pages(content))], header, footer)
        )
