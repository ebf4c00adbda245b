from contextlib import contextmanager
from unittest.mock import patch
from uuid import uuid4

from .common import RecoveryCommon


class CorrespondenceCommon(RecoveryCommon):
    """Mails that come in as a mail server hands them over, and letters without the printer."""

    def setUp(self):
        super().setUp()
        printing = type(self.env["recovery.printing"])
        self.printed = []

        def print_nothing(_self, report, notices):
            self.printed += [(report, notice.id) for notice in notices]
            return {notice: b"%%PDF-1.4 %d" % notice.id for notice in notices}

        self.startPatcher(patch.object(printing, "_render_pdf", print_nothing))

    def receive(self, to, sender="client@example.com", subject="Re: Rappel", body="Nous payons vendredi.", headers=""):
        """Hand a raw answer (RFC 822) to our mail over to Odoo; return the thread that got it."""
        raw = (
            f"From: {sender}\nTo: compta@example.com\nSubject: {subject}\nIn-Reply-To: {to.message_id}\n"
            f"Message-Id: <{uuid4().hex}@example.com>\nContent-Type: text/plain; charset=utf-8\n{headers}\n{body}\n"
        )
        return self.env["mail.thread"].sudo().message_process(False, raw.encode())

    def bounce(self, mail, address, reason="550 5.1.1 unknown user"):
        """Hand the delivery report of a mail over to Odoo, as the customer's server writes it."""
        raw = f"""From: MAILER-DAEMON@example.com
To: compta@example.com
Subject: Undelivered Mail Returned to Sender
Message-Id: <{uuid4().hex}@mx.example.com>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="LIMIT"

--LIMIT
Content-Type: text/plain; charset=us-ascii

The mail could not be delivered: {reason}

--LIMIT
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; {reason}

--LIMIT
Content-Type: message/rfc822

From: compta@example.com
To: {address}
Subject: Rappel
Message-Id: {mail.message_id}

...
--LIMIT--
"""
        self.env["mail.thread"].sudo().message_process(False, raw.encode())

    @contextmanager
    def smtp(self):
        """Let mails leave through a server that only remembers them."""
        left = []

        def send_email(_self, message, *args, **kwargs):
            left.append(message)
            return message["Message-Id"]

        server = type(self.env["ir.mail_server"])
        with (
            patch.object(server, "_disable_send", lambda _self: False),
            patch.object(server, "_connect__", lambda _self, *args, **kwargs: None),
            patch.object(server, "send_email", send_email),
        ):
            yield left

    def tasks(self, debtor, name):
        """Return the open tasks of a type on a debtor."""
        activity_type = self.env.ref(f"debt_recovery.mail_activity_type_{name}")
        return debtor.activity_ids.filtered(lambda activity: activity.activity_type_id == activity_type)

    def send_mail(self, partner=None, days_overdue=10):
        """Send a first reminder by mail; return its delivery, out of the queue."""
        self.make_invoice(partner, days_overdue=days_overdue)
        debtor = self.debtor_of(partner or self.debtor_partner)
        delivery = self.send_campaign(debtors=debtor).notice_ids.delivery_ids.sudo()
        delivery.mail_id._postprocess_sent_message([delivery.addressee_id], [])
        return delivery
