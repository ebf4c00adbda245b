"""Mails that leave and come in, pages and spreadsheets, and what is noted of them."""

import io
import re
import unicodedata
from contextlib import contextmanager
from unittest.mock import patch

import openpyxl
from names import XMLIDS
from pypdf import PdfReader

from odoo.tools import html2plaintext


def read_pdf(content):
    """Return the words of a PDF, page by page."""
    pages = PdfReader(io.BytesIO(content)).pages
    texts = [unicodedata.normalize("NFKC", page.extract_text()) for page in pages]
    return "".join(f"-- page {number}\n{_tidy(text)}\n" for number, text in enumerate(texts, 1))


def _tidy(text):
    return "\n".join(re.sub(r"\s+", " ", line).strip() for line in text.splitlines() if line.strip())


def read_xlsx(content):
    """Return the cells of a spreadsheet, one a line."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return "".join(
        f"{sheet.title}!{cell.coordinate} = {cell.value!r}\n"
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    )


class Post:
    """What leaves the house is kept as text: ``mails``, ``pages`` and ``sheets``, and ``notes`` of what was said."""

    def __init__(self, *args):
        self.mails, self.pages, self.sheets, self.notes = [], [], [], []
        self._message_ids = 0
        super().__init__(*args)

    def say(self, text):
        """Note what a person would read on the screen."""
        self.notes.append(f"    {text}")

    # ------------------------------------------------------------
    # Mails
    # ------------------------------------------------------------
    @contextmanager
    def smtp(self):
        """Let mails leave through a server that only remembers them, as core's own tests do."""

        def send_email(_server, message, *_args, **_kwargs):
            self.mails.append(self._describe_mail(message))
            return message["Message-Id"]

        server = type(self.base["ir.mail_server"])
        with (
            patch.object(server, "_connect__", lambda _server, *_args, **_kwargs: None),
            patch.object(server, "send_email", send_email),
        ):
            yield

    def _describe_mail(self, message):
        heads = [f"{name}: {message[name]}" for name in ("From", "To", "Cc", "Reply-To", "Subject") if message[name]]
        parts = []
        for part in message.walk():
            if part.get_content_maintype() == "multipart":
                continue
            name, content = part.get_filename(), part.get_payload(decode=True)
            if part.get_content_type() == "application/pdf":
                parts.append(f"[{name}]\n{read_pdf(content) if content[:9] != b'%PDF-1.4 ' else ''}")
            elif name:
                parts.append(f"[{name}]\n")
            elif part.get_content_type() == "text/html":
                parts.append(html2plaintext(content.decode()) + "\n")
        return "\n".join([f"== {self.today}", *heads, "", *parts])

    def send_mails(self):
        """Have core send what waits in its queue."""
        self.base["mail.mail"].process_email_queue()

    def _get_last_message(self, key):
        delivery = self.model("delivery").search(
            [("debtor_id", "=", self.debtor(key).id), ("channel", "=", "email")], order="id desc", limit=1
        )
        return delivery, delivery.sudo().mail_id.message_id

    def _make_message_id(self):
        self._message_ids += 1
        return f"<play-{self._message_ids}@example.com>"

    def incoming(self, key, body):
        """Hand a customer's answer over to Odoo, as a mail server does."""
        delivery, message_id = self._get_last_message(key)
        raw = (
            f"From: {self.partners[key].email}\nTo: compta@example.com\nSubject: Re: Rappel\n"
            f"In-Reply-To: {message_id}\nMessage-Id: {self._make_message_id()}\n"
            f"Content-Type: text/plain; charset=utf-8\n\n{body}\n"
        )
        self.base["mail.thread"].message_process(False, raw.encode())

    def bounced(self, key):
        """Hand the report that a mail could not be delivered over to Odoo."""
        delivery, message_id = self._get_last_message(key)
        address = self.partners[key].email
        raw = f"""From: MAILER-DAEMON@example.com
To: compta@example.com
Subject: Undelivered Mail Returned to Sender
Message-Id: {self._make_message_id()}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="LIMIT"

--LIMIT
Content-Type: text/plain; charset=us-ascii

The mail could not be delivered: 550 5.1.1 unknown user

--LIMIT
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 unknown user

--LIMIT
Content-Type: message/rfc822

From: compta@example.com
To: {address}
Subject: Rappel
Message-Id: {message_id}

...
--LIMIT--
"""
        self.base["mail.thread"].message_process(False, raw.encode())

    # ------------------------------------------------------------
    # Pages and spreadsheets
    # ------------------------------------------------------------
    def export(self, window, title, report=None, printed=True):
        """Keep the spreadsheet of a report and, unless told otherwise, the words of its page."""
        window.action_export_xlsx()
        name, content = self.call(window, "xlsx name"), self.call(window, "xlsx")
        self.sheets.append(f"== {self.today} {title}: {name}\n{read_xlsx(content)}")
        if not printed:
            return
        window.action_print()
        xmlid = XMLIDS[report] if report else self.call(window, "report")
        content, _kind = window.env["ir.actions.report"]._render_qweb_pdf(xmlid, window.ids)
        self.pages.append(f"== {self.today} {title}\n{read_pdf(content)}")
