from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date, html2plaintext
from odoo.tools.misc import formatLang

LONGEST = 2000  # characters kept of a text


class RecoveryTracedSettings(models.AbstractModel):
    """Settings whose changes are told to the journal: who, when, and each value before and after.

    A record without a company is shared: the journal of each root company that has debtors,
    and of the one in which the change is made, gets its entry. What the module brings at its
    installation or update is not told.
    """

    _name = "recovery.traced.settings"
    _description = "Recovery: settings whose changes are kept"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if records._is_traced():
            after = records._read_settings(records._get_traced_fields())
            records._trace(
                lambda record: self.env._("Added: %s", record._get_settings_title()),
                {record: {label: new for label, new in after[record].items() if new} for record in records},
            )
        return records

    def write(self, vals):
        names = [name for name in self._get_traced_fields() if name in vals]
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

    def unlink(self):
        if self._is_traced():
            values = self._read_settings(self._get_traced_fields())
            self._trace(
                lambda record: self.env._("Deleted: %s", record._get_settings_title()),
                {record: {label: old for label, old in values[record].items() if old} for record in self},
            )
        return super().unlink()

    def action_view_changes(self):
        """Open what the journal tells of these settings."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_event_action")
        domain = Domain.OR(
            Domain("res_model", "=", records._name) & Domain("res_id", "in", records.ids)
            for records in self._get_settings_parts()
        )
        return dict(action, name=self.env._("Changes"), domain=domain, context={}, path=False)

    def _get_settings_parts(self):
        """Return the records that make these settings, one recordset per model."""
        return [self]

    def _is_traced(self):
        context = self.env.context
        return not (context.get("install_mode") or context.get("module") or context.get("recovery_defaults"))

    @api.model
    def _get_traced_fields(self):
        """Return the fields whose changes are told: what people type."""
        return [
            name
            for name, field in self._fields.items()
            if field.store and not field.compute and field.type != "one2many" and name not in models.MAGIC_COLUMNS
        ]

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
        """Tell the journal what is not the same any more."""
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
        """Write the entries of the records that have details, for every company concerned."""
        told = self.browse(record.id for record, values in details.items() if values)
        events = self.env["recovery.event"]
        shared = told.filtered(lambda record: not record.company_id)
        events._log("configured", told - shared, summary, details.get, debtors=False)
        for company in self._get_sharing_companies() if shared else ():
            events._log("configured", shared, summary, details.get, debtors=False, company=company)

    @api.model
    def _get_sharing_companies(self):
        """Return the root companies that shared settings concern."""
        groups = self.env["recovery.debtor"].sudo()._read_group([], ["company_id"])
        return self.env["res.company"].union(self.env.company.root_id, *(company for (company,) in groups))
