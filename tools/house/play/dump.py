"""All that the module keeps, as text that does not depend on ids, on the order of tables or on the moment.

``rows`` holds one line per cell, sorted, so that a renamed field only moves a line; the
other files are in the order in which things happened. ``compare.py`` puts the first of two dumps through the renames.
"""

import json
import re
from collections import Counter
from datetime import date, datetime

from names import MODELS
from post import read_pdf

SKIPPED = {"id", "create_date", "write_date", "write_uid", "__last_update", "parent_path"}
#: Fields of core's models that show what the module did with them.
CORE = {
    "account.move": (
        *("name", "move_type", "state", "payment_state", "partner_id", "invoice_date", "invoice_date_due", "ref"),
        *("amount_total", "amount_residual", "currency_id", "company_id", "reversed_entry_id", "narration"),
    ),
    "account.move.line": ("move_id", "name", "account_id", "date_maturity", "balance", "amount_residual"),
    "account.payment": ("name", "state", "amount", "date", "partner_id"),
    "ir.attachment": ("name", "mimetype", "res_model", "res_id", "res_field", "description"),
    "ir.sequence": ("code", "company_id", "number_next"),
    "mail.activity": (
        *("res_model", "res_id", "activity_type_id", "summary", "note", "date_deadline", "date_done", "user_id"),
        *("active", "feedback"),
    ),
    "mail.message": (
        *("model", "res_id", "subject", "body", "author_id", "email_from", "date", "message_type", "subtype_id"),
        *("partner_ids", "notified_partner_ids"),
    ),
    "mail.tracking.value": (
        *("mail_message_id", "field_id", "old_value_char", "new_value_char", "old_value_float", "new_value_float"),
        *("old_value_integer", "new_value_integer", "old_value_datetime", "new_value_datetime"),
    ),
    "res.company": (),
    "res.partner": ("name", "active", "credit_limit", "email", "parent_id"),
    "res.users": (),
}
#: Records called by what people call them.
NAMED = {"res.partner": "name", "res.users": "login", "res.company": "name", "account.move": "name"}
MASKS = (
    (re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{32,128}\b"), "<digest>"),
    (re.compile(r"\b[0-9a-f]{12}(\.\.\.|…)"), "<digest>"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "<uuid>"),
    (re.compile(r"<[^<>\s]+-(openerp|private|loop)[^<>\s]*@[^<>\s]+>"), "<message id>"),
    (re.compile(r"\b(access_token|token|hash|unique)=[\w%.-]+"), r"\1=<token>"),
    (re.compile(r'\b(data-oe-id|data-res-id|res_id|id)(="?|&quot;: ?|": ?)\d+'), r"\1\2<id>"),
    (re.compile(r"(/(?:odoo|web|mail|debt_recovery)/[\w/.-]*?)/\d+\b"), r"\1/<id>"),
)
DIGESTS = re.compile(r"sha256|digest|checksum|token|hash")


def mask(text):
    """Return a text without what changes from one run to the next."""
    for pattern, replacement in MASKS:
        text = pattern.sub(replacement, text)
    return text


class Dump:
    """Write the dump of a database into a folder."""

    def __init__(self, story, folder):
        self.story = story
        self.folder = folder
        self.env = story.base(context={"lang": "fr_FR", "tz": "Europe/Paris", "active_test": False})
        self.env = self.env(context=dict(self.env.context, allowed_company_ids=(story.company + story.branch).ids))
        self.labels = {}
        self.counts = Counter()

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(mask(text))

    # ------------------------------------------------------------
    # Labels in the place of ids
    # ------------------------------------------------------------
    def label(self, model, record_id):
        if not record_id or not model:
            return "-"
        if model not in self.env:
            return f"{model}@?"
        if model not in self.labels:
            self.labels[model] = self._make_labels(model)
        return self.labels[model].get(record_id, f"{model}@gone")

    def _make_labels(self, model):
        Model = self.env[model]
        if Model._abstract or not Model._auto:
            return {}
        records = Model.sudo().search([], order="id")
        data = (
            self.env["ir.model.data"].sudo().search([("model", "=", model), ("module", "!=", "__export__")], order="id")
        )
        labels = {}
        for row in data:
            labels.setdefault(row.res_id, row.complete_name)
        seen, number = Counter(), 0
        for record in records:
            if record.id in labels:
                continue
            number += 1
            name = record[NAMED[model]] if model in NAMED else None
            if model == MODELS["debtor"]:
                name = self.label("res.partner", record.partner_id.id).partition("@")[2]
            if not name or name == "/":
                name = f"{number:05}"
            seen[name] += 1
            labels[record.id] = f"{model}@{name}" + (f" ({seen[name]})" if seen[name] > 1 else "")
        return labels

    # ------------------------------------------------------------
    # Values
    # ------------------------------------------------------------
    def read(self, record, field):
        """Return the value of a field as text."""
        if DIGESTS.search(field.name) and field.type in ("char", "text"):
            return "<digest>" if record[field.name] else "-"
        if field.translate and field.store:
            values = {lang: record.with_context(lang=lang)[field.name] for lang in ("fr_FR", "en_US")}
            return json.dumps({lang: str(value or "") for lang, value in values.items()}, ensure_ascii=False)
        return self.show(record[field.name], field, record)

    def show(self, value, field, record):
        if field.type == "many2one":
            return self.label(field.comodel_name, value.id)
        if field.type in ("one2many", "many2many"):
            return ", ".join(sorted(self.label(field.comodel_name, record_id) for record_id in value.ids)) or "-"
        if field.type == "many2one_reference":
            return self.label(record[field.model_field], value)
        if field.type == "reference":
            return self.label(value._name, value.id) if value else "-"
        if field.type == "binary":
            return f"{len(value)} bytes" if value else "-"
        if field.type == "json":
            return json.dumps(self.plain(value), ensure_ascii=False, sort_keys=True, default=str)
        if field.type in ("float", "monetary"):
            return f"{value:.6f}".rstrip("0").rstrip(".")
        if field.type in ("boolean", "integer"):
            return str(value)
        if isinstance(value, date | datetime):
            return value.isoformat()
        return json.dumps(str(value), ensure_ascii=False) if value not in (False, None, "") else "-"

    def plain(self, value, key=""):
        """Return a JSON value with its ids masked."""
        if isinstance(value, dict):
            return {str(name): self.plain(part, str(name)) for name, part in value.items()}
        if isinstance(value, list | tuple):
            return [self.plain(part, key) for part in value]
        if isinstance(value, int) and not isinstance(value, bool) and (key == "id" or key.endswith(("_id", "_ids"))):
            return "<id>"
        return value

    # ------------------------------------------------------------
    # Files
    # ------------------------------------------------------------
    def _get_models(self):
        """Return the names of the module's own tables, then of core's that it fills."""
        own = [
            name
            for name, Model in self.env.registry.items()
            if Model._original_module == "debt_recovery" and not Model._abstract and not Model._transient
        ]
        return sorted(own) + sorted(CORE)

    def _get_fields(self, model):
        Model = self.env[model]
        return [
            field
            for name, field in sorted(Model._fields.items())
            if field.store
            and field.type not in ("one2many", "properties", "properties_definition")
            and name not in SKIPPED
            and (model not in CORE or name in CORE[model] or "debt_recovery" in field._modules)
        ]

    def _get_records(self, model):
        Model = self.env[model].sudo()
        domain = []
        if model == "ir.attachment":
            domain = [("res_model", "in", [*self._get_models(), "account.move"]), ("res_field", "=", False)]
        elif model == "mail.message":
            domain = [("model", "in", self._get_models())]
        elif model == "ir.sequence":
            domain = [("code", "=like", "recovery%")]
        return Model.search(domain, order="id")

    def rows(self):
        """Write every cell of every table."""
        for model in self._get_models():
            fields, records = self._get_fields(model), self._get_records(model)
            lines = [
                f"{self.label(model, record.id)} | {field.name} = {self.read(record, field)}\n"
                for record in records
                for field in fields
            ]
            self.counts["rows"] += len(records)
            self.counts["cells"] += len(lines)
            self.counts["tables"] += 1
            self.write(f"rows/{model}.txt", "".join(sorted(map(mask, lines))))

    def computed(self):
        """Write what the manager's screens compute: fields that no table holds."""
        user = self.story.users["marc"]
        for model in self._get_models():
            if model in CORE and model not in ("account.move", "res.partner"):
                continue
            records = self._get_records(model).with_user(user).sudo(False)
            if not records.browse().has_access("read"):
                continue
            fields = [
                field
                for name, field in sorted(records._fields.items())
                if not field.store
                and field.compute
                and "debt_recovery" in field._modules
                and field.type not in ("binary",)
                and (not field.groups or user.has_groups(field.groups))
            ]
            lines = []
            for record in records.search([("id", "in", records.ids)], order="id"):
                for field in fields:
                    try:
                        value = self.show(record[field.name], field, record)
                    except Exception as error:
                        value = f"{type(error).__name__}: {error}"
                    lines.append(mask(f"{self.label(model, record.id)} | {field.name} = {value}\n"))
            self.counts["computed cells"] += len(lines)
            self.write(f"computed/{model}.txt", "".join(sorted(lines)))

    def journal(self):
        """Write the journal in its order, in words."""
        events = self.env[MODELS["event"]].sudo().search([], order="id")
        kinds = dict(events._fields["kind"]._description_selection(self.env))
        lines = []
        for event in events:
            details = json.dumps(self.plain(event.details), ensure_ascii=False, sort_keys=True, default=str)
            lines.append(
                f"{event.date} | {kinds[event.kind]} | {event.user_id.name} | "
                f"{self.label(event.res_model, event.res_id)} | {event.summary} | {details}\n"
            )
        self.counts["events"] = len(lines)
        self.write("journal.txt", "".join(lines))

    def documents(self):
        """Write the words of every PDF that is kept."""
        kept = self._get_records("ir.attachment").filtered(lambda document: document.mimetype == "application/pdf")
        for document in kept:
            content = document.raw
            if content == b"%PDF-1.4 preuve":
                continue
            self.counts["kept PDFs"] += 1
            label = self.label("ir.attachment", document.id).partition("@")[2]
            head = f"{document.name}\n{self.label(document.res_model, document.res_id)}\n"
            self.write(f"documents/{label}.txt", head + read_pdf(content))

    def told(self):
        """Write what the story noted on its way."""
        story = self.story
        for name, texts in (
            ("acts", story.notes),
            ("mails", story.mails),
            ("pages", story.pages),
            ("sheets", story.sheets),
        ):
            self.write(f"{name}.txt", "".join(f"{text}\n" for text in texts))
            self.counts[name] = len(texts)

    def week(self):
        """Write what the worklist stood at that day."""
        model = MODELS["debtor"]
        self.labels.clear()
        lines = [
            f"{self.label(model, record.id)} | {field.name} = {self.read(record, field)}\n"
            for record in self._get_records(model)
            for field in self._get_fields(model)
            if field.type not in ("many2many",)
        ]
        self.write(f"weeks/{self.story.today}.txt", "".join(sorted(map(mask, lines))))
        self.labels.clear()

    def all(self):
        """Write everything, and return how much it was."""
        self.labels.clear()
        self.rows()
        self.computed()
        self.journal()
        self.documents()
        self.told()
        self.write("counts.txt", "".join(f"{name}: {count}\n" for name, count in sorted(self.counts.items())))
        return self.counts
