import re
from datetime import datetime, time
from functools import partial
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime, html2plaintext

from .marks import get_marked, mark
from .recovery_delivery import PENDING_STATES
from .recovery_event import TOLD_BY_DELIVERIES

# One source of rows: a :class:`Scope` gives a list of :class:`Told`; each room marks its own.
tells_chronology = partial(mark, "chronology")
# The same, of what proves something and is told already, or is no part of the story.
offers_pieces = partial(mark, "pieces")
NOON = time(12)
_BOLD = re.compile(r"</?(?:b|strong)\b[^>]*>", re.IGNORECASE)
EXTRACT, WHOLE = 300, 20_000  # characters of a mail
WRITTEN = ("email", "letter", "registered")
SPOKEN = ("call", "visit")
NOT_DONE = (*PENDING_STATES, "failed", "cancelled", "bounced")
# Decisions about credit, and campaigns, are no part of the story of a debt.
DECISIONS = ("plan", "waiver", "formal_notice", "level", "gate")
# Told apart by their own source, or about the customer's credit rather than the debt.
LEFT_OUT = (
    *TOLD_BY_DELIVERIES,
    *("asked", "granted", "refused", "printed", "merged", "configured", "reply"),
    *("limit_exceeded", "limit", "limit_alert", "cover", "class_changed", "score_reviewed"),
    *("terms_changed", "file_checked", "reviewed", "late_fee_mode"),
    *("role", "legal_hold", "purged", "exported"),
    *("insolvency", "insolvency_private"),
)
ICONS = {"email": "fa-envelope-o", "letter": "fa-file-text-o", "registered": "fa-envelope", "call": "fa-phone"}

SAID = ("day", "time", "state", "title", "details", "author")  # of an entry, what its reader sees


class Scope(NamedTuple):
    """What a chronology is about.

    :param debtor: the ``recovery.debtor`` whose story it is.
    :param subject: the records of one model that it tells of: of that model, no other is part of it.
    :param lines: the instalments whose payments belong to it.
    :param start: the first day, or None.
    """

    debtor: models.BaseModel
    subject: models.BaseModel
    lines: models.BaseModel
    start: object = None


class Told(NamedTuple):
    """One row: what happened, when (UTC), who did it.

    :param kind: one of :meth:`RecoveryChronology._get_kinds`.
    :param has_time: False where only the day is known.
    :param record: what a click opens.
    :param file: the document that goes with it, if there is one.
    :param piece: the kind of piece that it makes in the file of a case, a word of ``recovery.exhibit``; empty if it
        proves nothing. Without a document, what it says is written on a sheet.
    :param sha256: the digest of the document as it left, where it was kept.
    """

    moment: datetime
    kind: str
    text: str
    author: str = ""
    details: str = ""
    has_time: bool = True
    record: models.BaseModel | None = None
    file: models.BaseModel | None = None
    icon: str = ""
    tone: str = "info"
    piece: str = ""
    sha256: str = ""


def _read_words(body):
    """Return the words of a mail, without marks where they were bold."""
    return html2plaintext(_BOLD.sub("", body or ""))


def at_noon(day):
    """Return the moment of what is only known by its day."""
    return datetime.combine(day, NOON)


class RecoveryChronology(models.AbstractModel):
    """The story of a debt, told by all rooms: contacts, letters, events, decisions, payments, each with its author.

    A room adds what it knows by a method marked with :data:`tells_chronology`, and names the kinds of its rows.
    """

    _name = "recovery.chronology"
    _description = "Recovery: chronology"

    @api.model
    def _get_kinds(self):
        """Return ``{kind: (name, icon)}`` of the rows; hook."""
        return {
            "contact": (self.env._("Contact"), "fa-comments-o"),
            "reply": (self.env._("Reply"), "fa-reply"),
            "event": (self.env._("Event"), "fa-circle-o"),
            "decision": (self.env._("Decision"), "fa-balance-scale"),
            "insolvency": (self.env._("Insolvency proceedings"), "fa-university"),
        }

    @api.model
    def _read_rows(self, scope):
        """Return the :class:`Told` of all rooms, the oldest first."""
        scope.debtor.check_access("read")
        scope.subject.check_access("read")
        rows = []
        for name in get_marked(self, "chronology").values():
            rows += getattr(self, name)(scope)
        start = scope.start and at_noon(scope.start).replace(hour=0)
        return sorted((row for row in rows if not start or row.moment >= start), key=lambda row: row.moment)

    @api.model
    def _read_pieces(self, scope):
        """Return the :class:`Told` of all rooms that may stand in the file of a case, the oldest first.

        What proves a claim may be older than it: an order, a contract.
        """
        rows = []
        for name in get_marked(self, "pieces").values():
            rows += getattr(self, name)(scope)
        rows += [row for row in self._read_rows(scope) if row.piece]  # a mail stands before what went with it
        return sorted(rows, key=lambda row: row.moment)

    @api.model
    def _name_outside(self, row):
        """Return what a row is called where others read it: what we had told ourselves to do stays with us."""
        delivery = row.record if row.record and row.record._name == "recovery.delivery" else None
        if not delivery or row.kind != "contact" or not delivery._is_worded_as_task():
            return row.text
        return dict(delivery._fields["channel"]._description_selection(self.env))[delivery.channel]

    @api.model
    def _name_piece(self, row):
        """Return what a row is called among the pieces, where what went with a mail stands beside its words."""
        delivery = row.record if row.record and row.record._name == "recovery.delivery" else None
        went_with_a_mail = delivery and delivery.channel == "email" and delivery.message_id
        if went_with_a_mail and row.file and row.file == delivery.attachment_id:
            return self.env._("Enclosed: %s", delivery.subject or delivery.display_name)
        return self._name_outside(row)

    @api.model
    def _offer_files(self, piece, title, day, record, files, details="", author="", sha256=""):
        """Return one row for each document of a record, numbered if there are several; one without any otherwise.

        :param sha256: the digest of a document that left, where there is but one.
        """
        files = files.sudo()
        rows = []
        for number, file in enumerate(files or [None], 1):
            name = f"{title} ({number}/{len(files)})" if len(files) > 1 else title
            rows.append(
                Told(
                    at_noon(day),
                    piece,
                    name,
                    author,
                    details,
                    has_time=False,
                    record=record,
                    file=file,
                    piece=piece,
                    sha256=sha256 or "",
                )
            )
        return rows

    @api.model
    def _read_entries(self, scope):
        """Return the rows as screens and documents show them, the oldest first, in the company's time."""
        kinds, company = self._get_kinds(), scope.debtor.company_id
        entries = []
        for row in self._read_rows(scope):
            name, icon = kinds.get(row.kind, ("", "fa-circle-o"))
            local = company._recovery_local_datetime(row.moment)
            clock = format_datetime(self.env, row.moment, tz=company.recovery_timezone, dt_format="HH:mm")
            file = self.env._("Document: %s", row.file.sudo().name) if row.file else ""
            entries.append(
                {
                    "day": format_date(self.env, local.date() if row.has_time else row.moment.date()),
                    "time": clock if row.has_time else "",
                    "icon": row.icon or icon,
                    "tone": row.tone,
                    "title": row.text,
                    "details": " · ".join(filter(None, [row.details, file])),
                    "author": row.author,
                    "state": name,
                    "model": row.record._name if row.record else False,
                    "id": row.record.id if row.record else False,
                }
            )
        return entries

    @api.model
    def _gather(self, entries):
        """Return entries for paper: those that say the same at the same moment are one, ``repeated`` so many times."""
        gathered = []
        for entry in entries:
            if gathered and all(gathered[-1][name] == entry[name] for name in SAID):
                gathered[-1]["count"] += 1
            else:
                gathered.append({**entry, "count": 1})
        return [
            {**entry, "repeated": self.env._("(%s times)", entry["count"]) if entry["count"] > 1 else ""}
            for entry in gathered
        ]

    # ------------------------------------------------------------
    # What this room knows
    # ------------------------------------------------------------
    @tells_chronology("contacts")
    @api.model
    def _tell_contacts(self, scope):
        """Tell what was sent, said and logged, whatever the channel."""
        Delivery = self.env["recovery.delivery"]
        channels = dict(Delivery._fields["channel"]._description_selection(self.env))
        states = dict(Delivery._fields["state"]._description_selection(self.env))
        rows = []
        for delivery in Delivery.search(Domain("debtor_id", "=", scope.debtor.id)):
            channel = channels[delivery.channel]
            if delivery.is_inbound:
                channel = self.env._("%(channel)s received", channel=channel)
            rows.append(
                Told(
                    delivery.done_on or delivery.queued_on,
                    "contact",
                    f"{channel} – {delivery.subject}" if delivery.subject else channel,
                    delivery.user_id.name,
                    " · ".join(filter(None, [states[delivery.state], delivery.address, delivery.feedback])),
                    record=delivery,
                    file=delivery.attachment_id,
                    icon=ICONS.get(delivery.channel, ""),
                    tone={"failed": "danger", "cancelled": "muted"}.get(delivery.state, "info"),
                    piece=self._get_piece_of_contact(delivery),
                    sha256=delivery.sha256 or "",
                )
            )
        return rows

    @api.model
    def _get_piece_of_contact(self, delivery):
        """Return the kind of piece that a contact makes: none before it took place, or if it never did.

        A task is our own business. A mail without a document is offered whole: see :meth:`_offer_mails`.
        """
        if delivery.state in NOT_DONE or (delivery.message_id and not delivery.attachment_id):
            return ""
        if delivery.channel in WRITTEN:
            return "reply" if delivery.is_inbound else "letter"
        return "call" if delivery.channel in SPOKEN else ""

    @offers_pieces("mails")
    @api.model
    def _offer_mails(self, scope):
        """Offer the words of each mail that left, its document being a piece of its own."""
        domain = Domain("debtor_id", "=", scope.debtor.id) & Domain("channel", "=", "email")
        domain &= Domain("state", "not in", NOT_DONE) & Domain("message_id", "!=", False)
        return [
            Told(
                delivery.done_on or delivery.queued_on,
                "contact",
                self.env._("E-mail sent: %s", delivery.subject or delivery.display_name),
                delivery.user_id.name,
                "\n".join(filter(None, [delivery.address, _read_words(delivery.sudo().message_id.body)[:WHOLE]])),
                record=delivery,
                piece="letter",
            )
            for delivery in self.env["recovery.delivery"].search(domain & Domain("is_inbound", "=", False))
        ]

    @offers_pieces("enclosures")
    @api.model
    def _offer_enclosures(self, scope):
        """Offer what left with a letter."""
        rows = []
        for delivery in self.env["recovery.delivery"].search(Domain("debtor_id", "=", scope.debtor.id)):
            files = delivery.enclosure_ids - delivery.attachment_id
            if files and self._get_piece_of_contact(delivery):
                title = self.env._("Enclosed: %s", delivery.subject or delivery.display_name)
                day = scope.debtor.company_id._recovery_local_datetime(delivery.done_on or delivery.queued_on).date()
                rows += self._offer_files("letter", title, day, delivery, files)
        return rows

    @offers_pieces("replies")
    @api.model
    def _offer_replies(self, scope):
        """Offer each mail received, whole, and what was attached to it."""
        rows = []
        for mail in self._find_replies(scope):
            title = self.env._("E-mail received: %s", mail.subject or self.env._("without subject"))
            moment = mail.date or fields.Datetime.now()
            author = mail.author_id.name or mail.email_from or ""
            text = " ".join(_read_words(mail.body).split())[:WHOLE]
            rows.append(Told(moment, "reply", title, author, text, record=mail, piece="reply"))
            if mail.attachment_ids:
                day = scope.debtor.company_id._recovery_local_datetime(moment).date()
                rows += self._offer_files("reply", title, day, mail, mail.attachment_ids, author=author)
        return rows

    @tells_chronology("events")
    @api.model
    def _tell_events(self, scope):
        """Tell what the journal keeps of the debtor, but of other records of the subject's model."""
        subject = scope.subject
        domain = Domain("debtor_id", "=", scope.debtor.id) & Domain("kind", "not in", LEFT_OUT)
        domain &= Domain("res_model", "!=", subject._name) | Domain("res_id", "in", subject.ids)
        events = self.env["recovery.event"].search(domain, order="id")  # those of one second as they were written
        files = self._find_files(events)
        return [
            Told(
                event.date,
                "event",
                event.summary,
                event.author_name,
                (event.details or {}).get("reason") or "",
                record=event,
                file=files.get((event.res_model, event.res_id)),
                tone="muted",
            )
            for event in events
        ]

    @api.model
    def _find_files(self, events):
        """Return ``{(model, id): document}`` of the objects of the journal that have one."""
        files = {}
        for model, group in events.grouped("res_model").items():
            if model in self.env and "attachment_id" in self.env[model]._fields:
                records = self.env[model].sudo().browse(group.mapped("res_id")).exists()
                files |= {(model, record.id): record.attachment_id for record in records if record.attachment_id}
        return files

    @tells_chronology("decisions")
    @api.model
    def _tell_decisions(self, scope):
        """Tell what was asked of a manager about the debt, and what was answered."""
        decisions = self.env["recovery.decision"].search(
            Domain("debtor_id", "=", scope.debtor.id)
            & Domain("kind", "in", DECISIONS)
            & (Domain("res_model", "!=", scope.subject._name) | Domain("res_id", "in", scope.subject.ids))
        )
        states = dict(decisions._fields["state"]._description_selection(self.env))
        rows = []
        for decision in decisions:
            rows.append(
                Told(
                    decision.asked_on,
                    "decision",
                    self.env._("Requested: %s", decision.subject),
                    decision.asked_by_id.name,
                    decision.ask_reason or "",
                    record=decision,
                )
            )
            if decision.answered_on:
                rows.append(
                    Told(
                        decision.answered_on,
                        "decision",
                        f"{states[decision.state]} – {decision.subject}",
                        decision.answered_by_id.name,
                        decision.answer_reason or "",
                        record=decision,
                        tone="success" if decision.state == "granted" else "danger",
                    )
                )
        return rows

    @api.model
    def _get_told_proceedings(self, scope):
        """Return the proceedings that everybody may be told of."""
        domain = Domain("debtor_id", "=", scope.debtor.id) & Domain("annulled_on", "=", False)
        return self.env["recovery.insolvency"].search(domain & Domain("is_confidential", "=", False))

    @tells_chronology("insolvencies")
    @api.model
    def _tell_insolvencies(self, scope):
        """Tell judgments, publications and what followed on their days; what is confidential is told nowhere."""
        proceedings = self._get_told_proceedings(scope)
        opened = dict(proceedings._fields["opened_as"]._description_selection(self.env))
        rows = []
        for row in proceedings:
            kind = opened[row.opened_as]
            told = [(row.judgment_on, self.env._("Proceedings opened: %s", kind), row, row.attachment_ids[:1])]
            if row.published_on:
                text = self.env._("Opening published in the BODACC: %s", kind)
                told.append((row.published_on, text, row, self.env["ir.attachment"]))
            told += [
                (step.date, step.display_name, row, step.attachment_ids[:1])
                for step in row.step_ids
                if not step.annulled_on
            ]
            rows += [
                Told(
                    at_noon(day),
                    "insolvency",
                    text,
                    row.user_id.name,
                    has_time=False,
                    record=record,
                    file=file,
                    tone="warning",
                )
                for day, text, record, file in told
            ]
        return rows

    @offers_pieces("insolvencies")
    @api.model
    def _offer_insolvencies(self, scope):
        """Offer the judgments and the notices that were kept; what is confidential stays so."""
        proceedings = self._get_told_proceedings(scope)
        return [
            row
            for record, day in [
                *((record, record.judgment_on) for record in proceedings),
                *((step, step.date) for step in proceedings.step_ids if not step.annulled_on),
            ]
            if record.attachment_ids and day
            for row in self._offer_files("insolvency", record.display_name, day, record, record.attachment_ids)
        ]

    @tells_chronology("replies")
    @api.model
    def _tell_replies(self, scope):
        """Tell the e-mails that came to the threads of the debtor and of the subject."""
        return [
            Told(
                mail.date or fields.Datetime.now(),
                "reply",
                self.env._("Reply – %s", mail.subject or self.env._("without subject")),
                mail.author_id.name or mail.email_from or "",
                " ".join(_read_words(mail.body).split())[:EXTRACT],
                file=mail.attachment_ids[:1],
                tone="success",
            )
            for mail in self._find_replies(scope)
        ]

    @api.model
    def _find_replies(self, scope):
        threads = Domain("model", "=", scope.debtor._name) & Domain("res_id", "=", scope.debtor.id)
        threads |= Domain("model", "=", scope.subject._name) & Domain("res_id", "in", scope.subject.ids)
        return self.env["mail.message"].sudo().search(threads & Domain("message_type", "=", "email"))
