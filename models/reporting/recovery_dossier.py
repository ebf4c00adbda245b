import re
from datetime import datetime
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import html2plaintext

from . import pack

FOLDER = "files"  # of the archive
# Fields of the machinery, that say nothing of anybody.
LEFT_OUT = {"id", "create_uid", "write_uid", "write_date", "access_token", "activity_ids", "message_ids"}
TECHNICAL = ("binary", "json", "one2many", "many2one_reference", "properties", "properties_definition")
MESSAGES = ("email", "email_outgoing", "comment", "notification")
PARTNER_FIELDS = (
    *("name", "ref", "vat", "company_registry", "street", "street2", "zip", "city", "country_id", "email", "phone"),
    *("function", "comment", "lang", "category_id", "user_id", "create_date"),
)
MOVE_FIELDS = ("name", "ref", "invoice_date", "invoice_date_due", "amount_total", "amount_residual", "payment_state")
PAYMENT_FIELDS = ("name", "date", "amount", "memo", "state")
# What a row of ours may hang on, beside rows of ours that are about the debtor.
ANCHORS = ("res.partner", "account.move", "account.move.line", "account.payment")
LINKS = ("many2one", "many2many")
# What a row names without being about it: what many customers share, and the program's note of whom to look at again.
SHARED = ("recovery.campaign", "recovery.debtor.touch")
# What is kept by its codes, and the field that says it in words.
SPOKEN = {
    "next_action_code": "next_action_text",
    "reason_codes": "reasons",
    "reasons": "reasons_text",
    "todo_kinds": "todo_text",
}
# Names of fields that are keys: programs read them in JSON, and what they stand for is told beside them.
_KEYS = re.compile(r"(?:^|_)(?:key|keys|code|codes|xmlid)$")
_UNNAMED = re.compile(r"[a-z]+(?:[._][a-z]+)*,\d+")  # as core names a record that has no name


class Money(NamedTuple):
    """An amount with the code of its currency."""

    amount: float
    currency: str


class Value(NamedTuple):
    """What one field of a record says: its name for programs, its title, its value as Python has it."""

    field: str
    title: str
    value: object


class RecoveryDossier(models.AbstractModel):
    """All that is held on one debtor, found by what points at it and not by a list: what a room adds is in it.

    It is read as the user: what this person may not see is not handed out by this person. Branches in which this
    person works are read too, ticked or not. Of the files of other debtors in which it is named (as a guarantor, a
    third party), it says so, and nothing of these debtors.
    """

    _name = "recovery.dossier"
    _description = "Recovery: all data held on a debtor"

    @api.model
    @api.private
    def _read(self, debtor):
        """Return ``[(title, model, rows)]``; a row is ``{"id", "name", "values": [Value]}``."""
        debtor.check_access("read")
        debtor.company_id._recovery_check_open()
        self = self.with_context(allowed_company_ids=debtor.company_id._recovery_get_own_family(), active_test=False)
        debtor = debtor.with_env(self.env)
        anchors = self._find_anchors(debtor)
        found, named = self._find_records(debtor, anchors)
        parts = [
            self._read_part(anchors["res.partner"], PARTNER_FIELDS),
            self._read_part(debtor),
            self._read_part(anchors["account.move"], MOVE_FIELDS),
            self._read_part(anchors["account.payment"], PAYMENT_FIELDS),
            *(self._read_part(records) for records in found.values()),
        ]
        threads = {debtor._name: debtor, **found}
        parts += [self._read_messages(threads), self._read_files(threads), self._read_named(named)]
        return [part for part in parts if part[2]]

    @api.model
    def _find_anchors(self, debtor):
        """Return ``{model of core: records}`` of the debtor: contacts, invoices and their lines, payments."""
        partners = self.env["res.partner"].search([("id", "child_of", debtor.partner_id.ids)])
        moves = self.env["account.move"].search(
            Domain("commercial_partner_id", "=", debtor.partner_id.id)
            & Domain("company_id", "child_of", debtor.company_id.id)
            & Domain("move_type", "in", ("out_invoice", "out_refund", "out_receipt")),
            order="invoice_date, id",
        )
        payments = self.env["account.payment"].search(
            Domain("partner_id", "in", partners.ids)
            & Domain("company_id", "child_of", debtor.company_id.id)
            & Domain("partner_type", "=", "customer"),
            order="date, id",
        )
        return {
            "res.partner": partners,
            "account.move": moves,
            "account.move.line": moves.line_ids,
            "account.payment": payments,
        }

    @api.model
    def _get_models(self):
        """Return the models of ours whose rows somebody keeps, and that the user reads."""
        return [
            self.env[name]
            for name, Model in sorted(self.env.registry.items())
            if name.startswith("recovery.")
            and not Model._abstract
            and not Model._transient
            and name not in ("recovery.debtor", *SHARED)
            and self.env[name].has_access("read")
        ]

    @api.model
    def _find_records(self, debtor, anchors):
        """Return ``({model: records about the debtor}, {model: records of other debtors that name it})``.

        What points at the debtor is about it, at one of its contacts or invoices as well, and so is what points at a
        record that is: the search goes on until it finds nothing new.
        """
        known = {**anchors, debtor._name: debtor}
        fresh, found, named = dict(known), {}, {}
        models_read = self._get_models()
        while fresh:
            added = {}
            for Model in models_read:
                domain = self._get_link_domain(Model, fresh)
                if domain.is_false():
                    continue
                records = Model.search(domain & self._get_company_domain(Model, debtor), order="id")
                own = records.filtered(lambda record: self._is_about(record, debtor))
                if others := records - own:
                    named[Model._name] = named.get(Model._name, Model) | others
                if new := own - found.get(Model._name, Model):
                    found[Model._name] = found.get(Model._name, Model) | new
                    added[Model._name] = new
            fresh = added
        return dict(sorted(found.items())), dict(sorted(named.items()))

    @api.model
    def _get_link_domain(self, Model, targets):
        """Return the domain of the rows that point at one of these records."""
        links = Domain.FALSE
        for field in Model._fields.values():
            if field.type in LINKS and field.store and field.comodel_name in targets:
                if Model._has_field_access(field, "read"):
                    links |= Domain(field.name, "in", targets[field.comodel_name].ids)
            elif field.type == "many2one_reference" and field.store:
                for name, records in targets.items():
                    links |= Domain(field.model_field, "=", name) & Domain(field.name, "in", records.ids)
        return links

    @api.model
    def _get_company_domain(self, Model, debtor):
        if "company_id" not in Model._fields:
            return Domain.TRUE
        return Domain("company_id", "=", False) | Domain("company_id", "child_of", debtor.company_id.id)

    @api.model
    def _is_about(self, record, debtor):
        """Tell whether a row is about this debtor: it says so, or belongs to nobody else."""
        for name in ("debtor_id", "case_id"):
            field = record._fields.get(name)
            if field is not None and field.type == "many2one" and (owner := record[name].sudo()):
                return (owner if name == "debtor_id" else owner.debtor_id) == debtor
        return True

    # ------------------------------------------------------------
    # In words
    # ------------------------------------------------------------
    @api.model
    def _get_title(self, name):
        return self.env["ir.model"].sudo()._get(name).name

    @api.model
    def _name_record(self, record):
        """Return the name of a record, or its kind and number where it has none."""
        name = record.display_name or ""
        if not _UNNAMED.fullmatch(name):
            return name
        return self.env._("%(kind)s no. %(number)s", kind=self._get_title(record._name), number=record.id)

    @api.model
    @api.private
    def _list_words(self, values):
        """Return ``[(title, value)]`` of what is told to people of these :class:`Value`: words, and no keys."""
        names = {value.field for value in values}
        return [
            (value.title, self._get_words(value))
            for value in values
            if SPOKEN.get(value.field) not in names and not (isinstance(value.value, str) and _KEYS.search(value.field))
        ]

    @api.model
    def _get_words(self, value):
        """Return what a key stands for: a kind of record, a language; anything else as it is."""
        said = value.value
        if isinstance(said, str) and said in self.env and "model" in value.field:
            return self._get_title(said)
        if value.field == "lang":
            # core names each language in English and, after a stroke, in its own words
            names = dict(self.env["res.lang"].get_installed())
            return names.get(said, said).rpartition("/")[2].strip()
        return said

    @api.model
    def _read_part(self, records, names=None):
        fields_shown = [
            field
            for field in records._fields.values()
            if (field.name in names if names else field.store and field.name not in LEFT_OUT)
            and field.type not in TECHNICAL
            and records._has_field_access(field, "read")
        ]
        titles = {field.name: field._description_string(self.env) or field.name for field in fields_shown}
        rows = []
        for record in records:
            values = [
                Value(field.name, titles[field.name], said)
                for field in fields_shown
                if (said := self._say(record, field)) not in ("", None)
            ]
            for code, name in SPOKEN.items():
                if code in titles and name in record._fields and (text := record[name]):
                    values.append(Value(name, record._fields[name]._description_string(self.env), text))
            for name in ("details_text", "figures_text", "detail_text"):
                if name in record._fields and (text := record[name]):
                    values.append(Value(name, self.env._("Details"), text))
            rows.append({"id": record.id, "name": self._name_record(record), "values": values})
        return self._get_title(records._name), records._name, rows

    @api.model
    def _say(self, record, field):
        """Return a value as Python has it: the window writes it for people, JSON for programs."""
        value = record[field.name]
        if field.type == "boolean":
            return value
        if value is False or value is None:
            return None
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        if field.relational:
            return ", ".join(filter(None, value.sudo().mapped("display_name")))
        if field.type == "html":
            return html2plaintext(value).strip()
        if field.type == "monetary":
            currency = record[field.get_currency_field(record)]
            return Money(currency.round(value) if currency else value, currency.name or "")
        if isinstance(value, datetime):
            company = record.company_id if "company_id" in record._fields else self.env.company
            return (company or self.env.company)._recovery_local_datetime(value)
        return value

    @api.model
    def _read_messages(self, threads):
        """Return the mails and remarks of the debtor's thread and of those of its records."""
        domain = Domain.OR(
            Domain("model", "=", name) & Domain("res_id", "in", records.ids) for name, records in threads.items()
        )
        domain &= Domain("message_type", "in", MESSAGES)
        company = threads["recovery.debtor"].company_id
        rows = []
        for message in self.env["mail.message"].search(domain, order="date, id"):
            text = html2plaintext(message.body or "").strip()
            if text or message.subject:
                values = [
                    Value("date", self.env._("Date"), company._recovery_local_datetime(message.date)),
                    Value(
                        "author", self.env._("From"), message.author_id.sudo().display_name or message.email_from or ""
                    ),
                    Value("text", self.env._("Text"), text),
                    Value(
                        "documents", self.env._("Documents"), ", ".join(message.sudo().attachment_ids.mapped("name"))
                    ),
                ]
                rows.append(
                    {
                        "id": message.id,
                        "name": message.subject or message.record_name or "",
                        "values": [value for value in values if value.value],
                    }
                )
        return self.env._("Messages"), "mail.message", rows

    @api.model
    def _find_files(self, threads):
        """Return the documents kept with these records or named by them, those that are the value of a field too."""
        domain = Domain.OR(
            Domain("res_model", "=", name) & Domain("res_id", "in", records.ids) for name, records in threads.items()
        )
        # core leaves the documents of fields out, unless their field is asked for
        files = self.env["ir.attachment"].search(domain & Domain("res_field", "=", False), order="id")
        files |= self.env["ir.attachment"].search(domain & Domain("res_field", "!=", False), order="id")
        for name, field in self.env["ir.attachment"]._recovery_get_keepers():
            if name in threads and threads[name]._has_field_access(threads[name]._fields[field], "read"):
                files |= threads[name].sudo()[field].with_env(self.env)
        return files.sudo().exists()

    @api.model
    def _read_files(self, threads):
        """Return the documents kept with the debtor and its records, each with its SHA-256."""
        company = threads["recovery.debtor"].company_id
        rows = [
            {
                "id": file.id,
                "name": file.name or file.res_field or "",
                "values": [
                    Value("date", self.env._("Date"), company._recovery_local_datetime(file.create_date)),
                    Value("file", self.env._("In the archive"), self._name_file(file)),
                    Value("size", self.env._("Size"), file.file_size),
                    Value("sha256", "SHA-256", file._recovery_digest()),
                ],
            }
            for file in self._find_files(threads).sorted("id")
        ]
        return self.env._("Documents"), "ir.attachment", rows

    @api.model
    def _name_file(self, file):
        """Return where a document stands in the archive that hands it out."""
        stem, dot, extension = (file.name or file.res_field or "").rpartition(".")
        if not dot:
            stem, extension = extension, ""
        name = f"{file.id}-{pack.name_path(stem)}"
        return f"{FOLDER}/{name}.{pack.name_path(extension)}" if extension else f"{FOLDER}/{name}"

    @api.model
    @api.private
    def _get_files(self, debtor, parts):
        """Return ``[(place in the archive, document)]`` of the documents that these parts name, to be handed out."""
        debtor.check_access("read")
        ids = [row["id"] for _title, model, rows in parts if model == "ir.attachment" for row in rows]
        files = self.env["ir.attachment"].sudo().browse(ids).exists()
        return [(self._name_file(file), file) for file in files]

    @api.model
    def _read_named(self, named):
        """Say in which files of other debtors the person is named: the kind of record, nothing of whom it is about."""
        rows = []
        for name, records in named.items():
            title = self._get_title(name)
            rows += [
                {
                    "id": record.id,
                    "name": title,
                    "values": [
                        Value("id", self.env._("Record number"), record.id),
                        Value(
                            "create_date",
                            self.env._("Date"),
                            self.env.company._recovery_local_datetime(record.create_date),
                        ),
                    ],
                }
                for record in records
                if record.create_date
            ]
        return self.env._("Mentioned in other customers' files"), "", rows
