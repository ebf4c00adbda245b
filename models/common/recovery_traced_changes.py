from odoo import api, models
from odoo.tools import format_date, html2plaintext
from odoo.tools.misc import formatLang

LONGEST = 2000  # characters kept of a text


class RecoveryTracedChanges(models.AbstractModel):
    """Fields whose changes are told to the journal: who, when, and each value before and after.

    What the module brings at its installation or update is not told.
    """

    _name = "recovery.traced.changes"
    _description = "Recovery: fields whose changes are kept"

    def write(self, vals):
        names = self._get_fields_to_compare(vals)
        if not names or not self._is_traced():
            return super().write(vals)
        before = self._read_settings(names)
        result = super().write(vals)
        self._trace_difference(before, self._read_settings(names))
        return result

    def _update_field_translations(self, field_name, translations, *args, **kwargs):
        if field_name not in self._get_traced_fields() or not self._is_traced():
            return super()._update_field_translations(field_name, translations, *args, **kwargs)
        langs = list(translations)
        before = self._read_translations(field_name, langs)
        result = super()._update_field_translations(field_name, translations, *args, **kwargs)
        self._trace_difference({self: before}, {self: self._read_translations(field_name, langs)})
        return result

    @api.model
    def _is_traced(self):
        """Tell whether somebody may be at work: while a module loads, its registry serves no client."""
        return self.env.registry.ready

    @api.model
    def _get_traced_fields(self):
        """Return the fields whose changes are told: what people type."""
        return [
            name
            for name, field in self._fields.items()
            if field.store and not field.compute and field.type != "one2many" and name not in models.MAGIC_COLUMNS
        ]

    @api.model
    def _get_fields_to_compare(self, vals):
        """Return which traced fields writing these values may change."""
        return [name for name in self._get_traced_fields() if name in vals]

    def _get_settings_title(self):
        """Return what the journal calls these settings."""
        return self.display_name

    def _read_settings(self, names):
        """Return ``{record: {label: value in words}}``."""
        return {
            record: {self._fields[name]._description_string(self.env): record._say(name) for name in names}
            for record in self
        }

    def _read_translations(self, name, langs):
        label = self._fields[name]._description_string(self.env)
        return {f"{label} ({lang})": self.with_context(lang=lang)._say(name) for lang in langs}

    def _say(self, name):
        """Return the value of a field as people read it."""
        field, value = self._fields[name], self[name]
        if field.type == "boolean":
            return self.env._("yes") if value else self.env._("no")
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value or "")
        if field.relational:
            return ", ".join(value.sudo().mapped("display_name"))
        if field.type == "html":
            return html2plaintext(value or "")[:LONGEST]
        if field.type == "date":
            return format_date(self.env, value) if value else ""
        if field.type == "monetary":
            return formatLang(self.env, value, currency_obj=self[field.get_currency_field(self)])
        if field.type == "float":
            return formatLang(self.env, value)
        return "" if value in (False, None) else str(value)[:LONGEST]

    def _trace_difference(self, before, after):
        """Write the changed values into the journal."""
        changes = {
            record: {
                label: self.env._("%(old)s → %(new)s", old=old or "–", new=after[record][label] or "–")
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
        self.env["recovery.event"]._log("configured", told, summary, details.get, debtors=False)
