import hashlib
from contextlib import contextmanager
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime, html2plaintext, ormcache
from odoo.tools.misc import formatLang

LONGEST = 2000  # characters kept of a text


class Said(NamedTuple):
    """A value as people read it, and what tells it from another one that reads alike: a layout, a document."""

    text: str
    key: str = ""

    def __bool__(self):
        return bool(self.text or self.key)

    def __str__(self):
        text = self.text if len(self.text) <= LONGEST else f"{self.text[:LONGEST]}…"
        return text or "–"


class RecoveryTracedChanges(models.AbstractModel):
    """Fields whose changes are told to the journal: who, when, and each value before and after.

    What the module brings at its installation or update is not told.
    """

    _name = "recovery.traced.changes"
    _description = "Recovery: tracked fields"
    _traced_kind = "configured"  # the kind of the entries

    def write(self, vals):
        names = self._get_fields_to_compare(vals)
        if not names or not self._is_traced():
            return super().write(vals)
        concerned, before = self._find_traced(), self._read_settings(names)
        result = super().write(vals)
        concerned |= self._find_traced()
        concerned._trace_difference({record: before[record] for record in concerned}, concerned._read_settings(names))
        return result

    def _update_field_translations(self, field_name, translations, *args, **kwargs):
        if field_name not in self._get_traced_fields() or not self._is_traced():
            return super()._update_field_translations(field_name, translations, *args, **kwargs)
        langs = list(translations)
        before = self._read_translations(field_name, langs)
        result = super()._update_field_translations(field_name, translations, *args, **kwargs)
        if self._find_traced():
            self._trace_difference({self: before}, {self: self._read_translations(field_name, langs)})
        return result

    def _find_traced(self):
        """Return those of these records whose changes are told; hook."""
        return self

    @api.model
    @ormcache("model_name")
    def _get_pointing(self, model_name):
        """Return ``((model, fields), …)``: what is traced and points at records of that model, which may go unseen.

        The database empties such a link by itself when the record goes.
        """
        traced, pointing = self.pool["recovery.traced.changes"], []
        for name, Model in sorted(self.env.registry.items()):
            if Model._abstract or not Model._auto or not issubclass(Model, traced):
                continue
            fields = [Model._fields[field] for field in self.env[name]._get_traced_fields()]
            names = tuple(
                field.name
                for field in fields
                if field.relational
                and field.comodel_name == model_name
                and (field.type == "many2many" or getattr(field, "ondelete", None) == "set null")
            )
            if names:
                pointing.append((name, names))
        return tuple(pointing)

    @api.model
    @api.private
    @contextmanager
    def _tell_lost_links(self, records):
        """Tell which settings lose a value because a record at which they point is deleted."""
        pointing = self._get_pointing(records._name) if records.ids and self._is_traced() else ()
        before = []
        for name, names in pointing:
            Settings = self.env[name].sudo().with_context(active_test=False)
            domain = Domain.OR(Domain(field, "in", records.ids) for field in names)
            if found := Settings.search(domain) - (records if records._name == name else Settings):
                before.append((found, names, found._read_settings(names)))
        yield
        for found, names, values in before:
            left = found.exists()._find_traced()
            left._trace_difference({record: values[record] for record in left}, left._read_settings(names))

    @api.model
    @api.private
    @contextmanager
    def _tell_translations(self, langs=None):
        """Tell which of our texts another wording is given by core, below the fields' own writing.

        :param langs: codes of the languages; by default all that are installed.
        """
        if not self._is_traced():
            yield
            return
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        langs = [code for code in langs or installed if code in installed]
        self.env.flush_all()
        before = self._read_all_translations(langs)
        yield
        self.env.invalidate_all()
        after = self._read_all_translations(langs)
        for records, values in before.items():
            records._trace_difference(values, after[records])

    @api.model
    def _read_all_translations(self, langs):
        """Return ``{records: {record: {label: text}}}`` of all our texts, model by model."""
        texts, traced = {}, self.pool["recovery.traced.changes"]
        for name, Model in sorted(self.env.registry.items()):
            if Model._abstract or not Model._auto or not issubclass(Model, traced):
                continue
            names = [field for field in self.env[name]._get_traced_fields() if Model._fields[field].translate]
            if not names:
                continue
            records = self.env[name].sudo().with_context(active_test=False)._get_worded()
            texts[records] = {
                record: {
                    label: text for field in names for label, text in record._read_translations(field, langs).items()
                }
                for record in records
            }
        return texts

    @api.model
    def _get_worded(self):
        """Return the records whose wording may be changed by core's translations."""
        return self.search(Domain.TRUE, order="id")

    @api.model
    def _is_traced(self):
        """Tell whether somebody may be at work: while a module loads, its registry serves no client."""
        return self.env.registry.ready

    @api.model
    def _get_traced_fields(self):
        """Return the fields whose changes are told: what people type, what is proposed to them included."""
        return [
            name
            for name, field in self._fields.items()
            if field.store
            and field.type != "one2many"
            and name not in models.MAGIC_COLUMNS
            and (not field.compute or (not field.readonly and not field.related))
        ]

    @api.model
    def _get_fields_to_compare(self, vals):
        """Return which traced fields writing these values may change."""
        return [name for name in self._get_traced_fields() if name in vals]

    def _get_settings_title(self):
        """Return what the journal calls these settings."""
        return self.display_name

    def _read_settings(self, names):
        """Return ``{record: {label: what stands there}}``, as the reader's language has it."""
        return {
            record: {self._fields[name]._description_string(self.env): record._say_setting(name) for name in names}
            for record in self.sudo()
        }

    def _read_translations(self, name, langs):
        label = self._fields[name]._description_string(self.env)
        return {f"{label} ({lang})": self.sudo().with_context(lang=lang)._say_setting(name) for lang in langs}

    def _say_setting(self, name):
        """Return the value of a field as people read it, see :class:`Said`."""
        field = self._fields[name]
        if field.type == "html":
            return Said(html2plaintext(self[name] or ""), str(self[name] or ""))
        if field.type == "binary":
            content = self.with_context(bin_size=False)[name]
            key = hashlib.sha256(content).hexdigest() if content else ""
            return Said(self.env._("document, SHA-256 %s", key) if key else "", key)
        return Said(self._say_plain(field, self[name]))

    def _say_plain(self, field, value):
        if field.type == "boolean":
            return self.env._("yes") if value else self.env._("no")
        if field.type == "selection":
            return str(dict(field._description_selection(self.env)).get(value, value or ""))
        if isinstance(value, models.BaseModel):
            return ", ".join(one.display_name or str(one.id) for one in value.sudo())
        if field.type == "date":
            return format_date(self.env, value) if value else ""
        if field.type == "datetime":
            return format_datetime(self.env, value) if value else ""
        if field.type == "monetary":
            return formatLang(self.env, value, currency_obj=self[field.get_currency_field(self)])
        if field.type == "float":
            digits = field.get_digits(self.env)
            places = digits[1] if digits else 6
            text = formatLang(self.env, value, digits=places)
            return text.rstrip("0").rstrip(",.") if places else text
        return "" if value in (False, None) else str(value)

    def _trace_difference(self, before, after):
        """Write the changed values into the journal."""
        changes = {
            record: {
                label: self.env._("%(old)s → %(new)s", old=str(old), new=str(after[record][label]))
                for label, old in values.items()
                if old != after[record][label]
            }
            for record, values in before.items()
        }
        self._trace(
            lambda record: self.env._(
                "Changed: %(settings)s (%(fields)s)",
                settings=record._get_settings_title(),
                fields=", ".join(changes[record]),
            ),
            changes,
        )

    def _trace(self, summary, details):
        """Write the entries of the records that have details, in the journal of their company."""
        told = self.browse(record.id for record, values in details.items() if values)
        self._log_settings(told, summary, details)

    def _log_settings(self, told, summary, details, company=None):
        self.env["recovery.event"]._log(
            self._traced_kind, told, summary, details.get, debtors=self._get_traced_debtor, company=company
        )

    @api.model
    def _get_traced_debtor(self, record):
        """Return the debtor whom the change concerns, if it is one alone."""
        return record["debtor_id"] if "debtor_id" in record._fields else False

    @api.model
    def _get_sharing_companies(self):
        """Return the root companies that shared settings concern: those with debtors, and the one at work."""
        groups = self.env["recovery.debtor"].sudo()._read_group([], ["company_id"])
        return self.env["res.company"].union(self.env.company._recovery_root(), *(company for (company,) in groups))
