import hashlib
import json
from datetime import datetime
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, is_html_empty
from odoo.tools.translate import LazyTranslate

from . import sealing
from .core_access import ERASING
from .own_values import without_defaults
from .retention import CONTACTS, SHEET
from .roles import require_manager

_lt = LazyTranslate(__name__)
BATCH = 1000
# Entries of the journal whose words are those of a contact.
CONTACT_ENTRIES = ("contact", "reply", "escalated")
# Origins of suspensions that a person makes: the others say that something is under way.
BY_HAND = ("manual", "excluded", "left", "returned")


class Due(NamedTuple):
    """Rows of one model whose time is over.

    :param records: those that still hold words.
    :param kept: ``{debtor: why nothing of it goes yet}``.
    :param over: all whose time is over, those without words of their own too: they have threads.
    """

    kind: str
    records: models.BaseModel
    kept: dict
    over: models.BaseModel = None


class Chosen(NamedTuple):
    """What somebody chose to erase: kinds of words, debtors; empty for all."""

    kinds: tuple = ()
    debtors: models.BaseModel | None = None

    def get_domain(self, Model, retained=None):
        """Return the domain of the rows of the chosen debtors, where ``retained`` says whose they are."""
        if not self.debtors:
            return Domain.TRUE
        if Model._name == "recovery.debtor":
            return Domain("id", "in", self.debtors.ids)
        path = retained.debtor if retained else "debtor_id"
        return Domain(path, "in", self.debtors.ids) if path else Domain.FALSE


class RecoveryPurge(models.Model):
    """An erasure of personal words whose time is over: who did it, when, why, and the digest of each.

    Models declare what they keep (``_retained``), rules say how long. Words go; days, amounts, links and digests stay,
    and the chain of the journal holds. Nothing goes of who owes money, of what is under way, under a legal hold.
    """

    _name = "recovery.purge"
    _description = "Erasure after retention period"
    _inherit = ["recovery.lasting"]
    _order = "id desc"
    _journal_words = {"records": _lt("Records")}

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    date = fields.Datetime("Erased on", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="By", required=True, readonly=True, ondelete="restrict")
    reason = fields.Char(required=True, readonly=True)
    line_ids = fields.One2many("recovery.purge.line", "purge_id", string="What was erased", readonly=True)
    record_count = fields.Integer("Records", readonly=True)
    entries_text = fields.Char("Journal entries", readonly=True)

    @api.depends("date", "company_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for purge in self:
            moment = purge.company_id._recovery_local_datetime(purge.date) if purge.date else None
            day = format_date(self.env, moment.date()) if moment else ""
            purge.display_name = self.env._("Erasure of %s", day)

    @api.model
    def _explain_lasting(self):
        return self.env._("What was erased cannot be altered.")

    # ------------------------------------------------------------
    # What is due
    # ------------------------------------------------------------
    @api.model
    def _get_retained(self):
        """Return ``{model: Retained}`` of all that declares personal words, with what each room adds to it."""
        found = {}
        for name, Model in sorted(self.env.registry.items()):
            retained = getattr(Model, "_retained", None)
            if not name.startswith("recovery.") or Model._abstract or not retained:
                continue
            added = {"texts": [*retained.texts], "files": [*retained.files], "stays": [*retained.stays]}
            for base in Model.__mro__:
                for key, fields_names in added.items():
                    fields_names += base.__dict__.get(f"_retained_{key}", ())
            found[name] = retained._replace(**{key: tuple(dict.fromkeys(names)) for key, names in added.items()})
        return found

    @api.model
    @api.private
    def _find_due(self, company, day, automatic=False, chosen=None):
        """Return ``{model: Due}`` of what should go that day.

        :param automatic: only what a rule lets go by itself.
        :param chosen: the :class:`Chosen` kinds and customers, all by default.
        """
        company, chosen = company._recovery_root(), chosen or Chosen()
        limits = self._get_limits(company, day, chosen)
        due = {}
        for name, retained in self._get_retained().items():
            domain = Domain.OR(
                self._get_owner_domain(name, is_consumer, retained) & Domain(retained.day, "<", limit)
                for (kind, is_consumer), (limit, rule) in limits.items()
                if kind == retained.kind and (rule.is_automatic or not automatic)
            )
            own = Domain("company_id", "child_of", company.id) & Domain(list(retained.domain))
            Model = self.env[name].sudo().with_context(active_test=False)
            found = Model.search(own & domain & chosen.get_domain(Model, retained), order="id")
            kept = self._tell_kept(self._get_debtors(found), day)
            over = found.filtered(lambda record, kept=kept: self._get_debtors(record) not in kept)
            loose = self._find_loose_files(over)
            records = over.filtered(
                lambda record, retained=retained, loose=loose: record.id in loose or record._holds_words(retained)
            )
            due[name] = Due(retained.kind, records, kept, over)
        due["mail.message"] = self._find_messages(
            company, day, due, self._get_talk_limits(limits, automatic), chosen.get_domain(self.env["recovery.debtor"])
        )
        return due

    @api.model
    def _get_limits(self, company, day, chosen):
        """Return the limits of the rules of the chosen kinds."""
        limits = self.env["recovery.retention.rule"]._get_limits(company, day)
        return {key: value for key, value in limits.items() if not chosen.kinds or key[0] in chosen.kinds}

    @api.model
    def _get_talk_limits(self, limits, automatic):
        """Return ``{is consumer: day}`` before which the words of contacts go."""
        return {
            is_consumer: limit
            for (kind, is_consumer), (limit, rule) in limits.items()
            if kind == CONTACTS and (rule.is_automatic or not automatic)
        }

    @api.model
    def _find_messages(self, company, day, due, talk_limits, debtors_asked):
        """Find mails received and remarks whose time is over, in the threads of debtors and of records that go.

        What we sent in the course of business stays. In the thread of a closed case goes what the program noted too.
        """
        Message, Debtor = self.env["mail.message"].sudo(), self.env["recovery.debtor"].sudo()
        ours = self.env["recovery.delivery"].sudo().search([("message_id", "!=", False), ("is_manual", "=", False)])
        told = Domain("id", "not in", ours.message_id.ids)
        told &= Domain("body", "not in", (False, "")) | Domain("subject", "not in", (False, ""))
        said = Domain("message_type", "in", ("email", "comment")) | Domain("mail_activity_type_id", "!=", False)
        messages, kept = Message, {}
        for is_consumer, limit in talk_limits.items():
            owners = Debtor.search(
                Domain("company_id", "=", company.id)
                & self._get_owner_domain(Debtor._name, is_consumer)
                & debtors_asked
            )
            found = Message.search(
                told
                & said
                & Domain("model", "=", Debtor._name)
                & Domain("res_id", "in", owners.ids)
                & Domain("date", "<", limit)
            )
            kept |= self._tell_kept(Debtor.browse(set(found.mapped("res_id"))), day)
            messages |= found.filtered(lambda message, kept=kept: Debtor.browse(message.res_id) not in kept)
        for name, rows in due.items():
            if rows.over and "message_ids" in rows.over._fields:
                messages |= Message.search(told & Domain("model", "=", name) & Domain("res_id", "in", rows.over.ids))
        return Due(CONTACTS, messages, kept)

    @api.model
    def _get_owner_domain(self, name, is_consumer, retained=None):
        operator = "=" if is_consumer else "!="
        if name == "recovery.debtor":
            return Domain("nature", operator, "consumer")
        path = retained.debtor if retained else "debtor_id"
        if not path:
            return Domain.TRUE
        # where nobody knows whose it is, the shorter time holds
        nobody = Domain(path.partition(".")[0], "=", False)
        return nobody | Domain(path, "any", [("nature", operator, "consumer")])

    @api.model
    def _get_debtors(self, records):
        """Return whose words these records hold."""
        if records._name == "recovery.debtor":
            return records
        retained = getattr(records, "_retained", None)
        path = retained.debtor if retained else "debtor_id" if "debtor_id" in records._fields else ""
        return records.mapped(path) if path else self.env["recovery.debtor"].sudo()

    @api.model
    def _find_loose_files(self, records):
        """Return ``{id: documents}`` that hang on these records without any field of ours that names them."""
        found = {}
        # core leaves the documents of fields out, unless their field is asked for
        hung = Domain("res_model", "=", records._name) & Domain("res_id", "in", records.ids)
        files = self.env["ir.attachment"].sudo().search(hung & Domain("res_field", "=", False), order="id")
        for file in files - files._recovery_filter_kept():
            found[file.res_id] = found.get(file.res_id, file.browse()) | file
        return found

    @api.model
    def _tell_kept(self, debtors, day):
        """Return ``{debtor: why nothing of it goes yet}``; hook: rooms say what is under way."""
        kept = {}
        for hold in (
            self.env["recovery.hold"]
            .sudo()
            .search([("debtor_id", "in", debtors.ids), ("released_on", "=", False), ("origin", "not in", BY_HAND)])
        ):
            origins = dict(hold._fields["origin"]._description_selection(self.env))
            kept.setdefault(hold.debtor_id, self.env._("In progress: %s", origins[hold.origin]))
        for debtor in self.env["recovery.retention.hold"]._find_held(debtors, day):
            kept[debtor] = self.env._("Legal hold")
        return kept

    # ------------------------------------------------------------
    # Erasing
    # ------------------------------------------------------------
    @api.model
    @api.private
    def _run(self, company, day, reason, automatic=False, chosen=None):
        """Erase what is due, and write what was done; return the erasure, or nothing where nothing was due.

        Parameters are those of :meth:`_find_due`.
        """
        if not automatic:
            require_manager(self.env)
        company = company._recovery_root()
        company._recovery_check_open()
        self.env["recovery.journal"]._seal(company)  # only what is sealed may be blanked
        found = self._find_due(company, day, automatic, chosen)
        due = {name: rows for name, rows in found.items() if rows.records}
        entries = self._find_talks(company, day, automatic, chosen or Chosen())
        for rows in found.values():
            entries |= self._find_entries(rows.over) if rows.over else entries
        if not (due or entries):
            return self.browse()
        retained, lines = self._get_retained(), []
        for name, rows in due.items():
            if name == "mail.message":
                lines += self._erase_messages(rows.records)
                continue
            self._erase_activities(rows.over)
            lines += self._erase(rows.records, retained[name])
        blanked = entries.sorted("id")._blank(self.env._("Erased"))
        numbers = sealing.describe_ranges(blanked.mapped("sealed_number"))
        purge = self.sudo().create(
            {
                "company_id": company.id,
                "date": fields.Datetime.now(),
                "user_id": self.env.user.id,
                "reason": reason,
                "record_count": len(lines),
                "entries_text": numbers[:2000],
                "line_ids": [fields.Command.create(line) for line in lines],
            }
        )
        self.env["recovery.event"]._log(
            "purged",
            purge,
            self.env._(
                "Erased at the end of the retention period (records: %(count)s, entries: %(entries)s)",
                count=len(lines),
                entries=len(blanked),
            ),
            {"reason": reason, "records": len(lines), "entries": numbers, "sha256": purge._digest_lines()},
            debtors=False,
        )
        return purge

    @api.model
    def _erase(self, records, retained):
        """Take the words of these records away, below what guards them; return the lines that say so."""
        Model = records.browse()
        labels = {
            name: Model._fields[name]._description_string(self.env) for name in (*retained.texts, *retained.files)
        }
        title = self.env["ir.model"].sudo()._get(Model._name).name
        erased = self.env._("Erased")
        lines, rows, files = [], [], self.env["ir.attachment"].sudo()
        loose = self._find_loose_files(records)
        labels["documents"] = self.env._("Documents")
        for record in records:
            texts = {name: text for name in retained.texts if (text := self._read_words(record, name))}
            documents = {name: found for name in retained.files if (found := record._find_documents(name))}
            if record.id in loose:
                documents["documents"] = loose[record.id]
            digests = {name: [file._recovery_digest() for file in found] for name, found in documents.items()}
            lines.append(
                {
                    "debtor_id": self._get_debtors(record).id,
                    "res_model": Model._name,
                    "res_id": record.id,
                    "object_name": title,
                    "date": self._get_day(record, retained.day),
                    "fields_text": ", ".join(labels[name] for name in (*texts, *documents)),
                    "sha256": self._digest({**texts, **digests}),
                    "files_sha256": "\n".join(digest for found in digests.values() for digest in found) or False,
                }
            )
            rows.append((record.id, *(erased if Model._fields[name].required else None for name in retained.texts)))
            files = files.union(*documents.values())
        if retained.texts:
            self.env["recovery.bulk"]._update(Model._name, list(retained.texts), rows)
        self._erase_tracked(records, retained.texts)
        self._erase_files(records, retained.files, files)
        return lines

    @api.model
    def _read_words(self, record, name):
        """Return what a field of a record says, empty where there is nothing or where it was erased already."""
        value = record[name]
        if not value or value == self.env._("Erased") or is_html_empty(str(value)):
            return ""
        return value if record._fields[name].type == "json" else str(value)

    @api.model
    def _describe_words(self, record, retained):
        """Return which words and documents of a record go, by the titles of their fields."""
        names = [
            *(name for name in retained.texts if self._read_words(record, name)),
            *(name for name in retained.files if record._find_documents(name)),
        ]
        titles = [record._fields[name]._description_string(self.env) for name in names]
        return ", ".join(titles) or self.env._("Documents")

    @api.model
    def _erase_tracked(self, records, names):
        """Take the same words away from the changes that core notes in the thread of the records."""
        tracked = (
            self.env["mail.tracking.value"]
            .sudo()
            .search(
                Domain("mail_message_id.model", "=", records._name)
                & Domain("mail_message_id.res_id", "in", records.ids)
                & Domain("field_id.name", "in", names)
            )
        )
        columns = ["old_value_char", "new_value_char", "old_value_text", "new_value_text"]
        self.env["recovery.bulk"]._update(
            tracked._name, columns, [(value.id, *[self.env._("Erased")] * 2, None, None) for value in tracked]
        )

    @api.model
    def _erase_activities(self, records):
        """Take the words away from what was to be done on the records, done or not."""
        if "activity_ids" not in records._fields:
            return
        activities = (
            self.env["mail.activity"]
            .sudo()
            .with_context(active_test=False)
            .search(Domain("res_model", "=", records._name) & Domain("res_id", "in", records.ids))
        )
        names = ["summary", "note", "feedback"]
        self.env["recovery.bulk"]._update(
            activities._name, names, [(activity.id, *[None] * len(names)) for activity in activities]
        )

    @api.model
    def _erase_files(self, records, names, files):
        """Give up documents where they are named, then delete those that nothing else names.

        Where there must be one, a sheet stands in its place that says what happened, with the digest of what was there.
        """
        bulk = self.env["recovery.bulk"]
        for name in names:
            field = records._fields[name]
            if field.type == "many2many":
                bulk._unlink_rows(records, name)
            elif field.required:
                sheets = [(record.id, self._make_sheet(record, name).id) for record in records]
                bulk._update(records._name, [name], sheets)
            else:
                bulk._update(records._name, [name], [(record.id, None) for record in records])
        self._delete_files(files)

    @api.model
    def _make_sheet(self, record, name):
        """Return the document that stands where one was erased that must not be missing; it is its own from then on."""
        if not record._find_documents(name):
            return record[name]
        text = self.env._(
            "Erased at the end of the retention period. SHA-256 of what was here: %s", record[name]._recovery_digest()
        )
        return without_defaults(self.env["ir.attachment"].sudo()).create(
            {
                "name": SHEET,
                "raw": text.encode(),
                "mimetype": "text/plain",
                "res_model": record._name,
                "res_id": record.id,
            }
        )

    @api.model
    def _delete_files(self, files):
        files = files.exists()
        with ERASING.say():
            (files - files._recovery_filter_kept()).unlink()
        self.env.invalidate_all()

    @api.model
    def _get_day(self, record, name):
        value = record.mapped(name)[0]
        if isinstance(value, datetime):
            return record.company_id._recovery_local_datetime(value).date()
        return value

    @api.model
    def _digest(self, words):
        """Return the SHA-256 of erased words: who still has them can prove that they are these."""
        text = json.dumps(words, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @api.model
    def _find_entries(self, records):
        """Return the entries of the journal on these records: their words go with those of the records."""
        return (
            self.env["recovery.event"]
            .sudo()
            .search(
                Domain("res_model", "=", records._name)
                & Domain("res_id", "in", records.ids)
                & Domain("sealed_number", ">", 0)
                & Domain("blanked_on", "=", False)
            )
        )

    # ------------------------------------------------------------
    # Threads
    # ------------------------------------------------------------
    @api.model
    def _find_talks(self, company, day, automatic, chosen):
        """Return the journal's entries on contacts whose time is over."""
        Event = self.env["recovery.event"].sudo()
        limits, found = self._get_limits(company, day, chosen), Event
        for is_consumer, limit in self._get_talk_limits(limits, automatic).items():
            found |= Event.search(
                Domain("company_id", "=", company.id)
                & self._get_owner_domain(Event._name, is_consumer)
                & chosen.get_domain(Event)
                & Domain("debtor_id", "!=", False)
                & Domain("kind", "in", CONTACT_ENTRIES)
                & Domain("date", "<", limit)
                & Domain("sealed_number", ">", 0)
                & Domain("blanked_on", "=", False)
            )
        kept = self._tell_kept(found.debtor_id, day)
        return found.filtered(lambda event: event.debtor_id not in kept)

    @api.model
    def _erase_messages(self, messages):
        """Take away the words and the documents of messages."""
        lines = [
            {
                "debtor_id": self._get_debtors(self.env[message.model].sudo().browse(message.res_id)).id,
                "res_model": message._name,
                "res_id": message.id,
                "object_name": self.env._("Message"),
                "date": message.date.date(),
                "fields_text": self.env._("Subject, text and documents"),
                "sha256": self._digest(
                    {
                        "subject": message.subject or "",
                        "body": str(message.body or ""),
                        "files": [file._recovery_digest() for file in message.attachment_ids],
                    }
                ),
                "files_sha256": "\n".join(file._recovery_digest() for file in message.attachment_ids) or False,
            }
            for message in messages
        ]
        files = messages.attachment_ids
        self.env["recovery.bulk"]._update(
            messages._name, ["subject", "body"], [(message.id, None, "") for message in messages]
        )
        self._delete_files(files)
        messages.invalidate_model()
        return lines

    # ------------------------------------------------------------
    # By itself
    # ------------------------------------------------------------
    @api.model
    def _cron_run(self):
        """Erase what rules let go by themselves, company by company."""

        def run(mine, company, day):
            mine._run(company, day, mine.env._("Retention period ended"), automatic=True)

        self.env["res.company"]._recovery_for_each_company(self, run)

    @api.model
    def _is_erased(self, record, digest):
        """Tell whether the document of that digest was erased lawfully on that record."""
        lines = (
            self.env["recovery.purge.line"]
            .sudo()
            .search([("res_model", "=", record._name), ("res_id", "=", record.id), ("files_sha256", "!=", False)])
        )
        return any(digest in (line.files_sha256 or "").split() for line in lines)

    def _digest_lines(self):
        """Return the digest of what this erasure says to have erased, for the entry of the journal that tells of it."""
        self.ensure_one()
        rows = [
            [line.res_model, line.res_id, str(line.date or ""), line.fields_text, line.sha256, line.files_sha256 or ""]
            for line in self.line_ids.sorted("id")
        ]
        return self._digest([self.reason, self.user_id.id, self.record_count, self.entries_text or "", rows])

    @api.model
    @api.private
    def _find_forged(self, company):
        """Return ``[(erasure, its entry in the journal)]`` of those that the journal tells otherwise, or not at all.

        An erasure that is gone is told by its entry alone.
        """
        told = self.env["recovery.event"].sudo().search([("company_id", "=", company.id), ("kind", "=", "purged")])
        by_purge = {entry.res_id: entry for entry in told.sorted("id") if entry.res_model == self._name}
        purges = self.sudo().search([("company_id", "=", company.id)])
        known = [entry for id_, entry in by_purge.items() if id_ in purges._ids]
        wrong = [(self.browse(), entry) for entry in told.sorted("id") if entry not in known]
        for purge in purges:
            entry = by_purge.get(purge.id)
            kept = (entry.details or {}).get("sha256") if entry else None
            if kept != purge._digest_lines():
                wrong.append((purge, entry or told.browse()))
        return wrong
