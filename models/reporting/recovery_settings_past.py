from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools.misc import split_every

from ..common.recovery_table_window import Table
from ..common.recovery_xlsx_mixin import Column
from ..common.roles import require_reader

ARROW = " → "
BATCH = 200
TRACED = "recovery.traced.settings"
KINDS = ("configured", "terms_changed")


class RecoverySettingsPast(models.AbstractModel):
    """The settings in force on a day: what stands there now, taken back through the changes that the journal tells.

    What was added after that day is left out, and counted under the list; what was deleted since is told.
    """

    _name = "recovery.settings.past"
    _description = "Recovery: settings in force on a day"

    @api.model
    @api.private
    def _list(self, root, first, last):
        """Return the :class:`Table` of the settings in force on the last day, with their changes in the period."""
        require_reader(self.env)
        root._recovery_check_open()
        past = self.env["recovery.ledger.past"]
        start, end = past._get_end(root, first - timedelta(days=1)), past._get_end(root, last)
        later = self._read_changes(root, Domain("date", ">=", end))
        inside = self._read_changes(root, Domain("date", ">=", start) & Domain("date", "<", end))
        rows, added = [], 0
        for Model in self._get_models():
            labels = self._get_labels(Model)
            ids = self._find_ids(Model, root)
            for some in split_every(BATCH, ids):
                records = Model.browse(some)
                for record in records:
                    if Model._name != "res.company" and record.sudo().create_date >= end:
                        added += 1
                    else:
                        key = (Model._name, record.id)
                        rows += self._list_record(root, record, labels, later.get(key, ()), inside.get(key, ()))
                records.invalidate_recordset(flush=False)
            rows += self._list_deleted(root, Model, {*ids}, labels, later)
        return [self._make(rows, added)]

    @api.model
    def _get_models(self):
        """Return the models whose records are settings and that the reader may read: companies, then ours by name."""
        traced = self.pool[TRACED]
        names = [
            name
            for name, Model in self.pool.items()
            if name.startswith("recovery.") and issubclass(Model, traced) and not Model._abstract
        ]
        ours = [self.env[name].with_context(active_test=False) for name in sorted(names)]
        return [self.env["res.company"], *(Model for Model in ours if Model.has_access("read"))]

    @api.model
    def _find_ids(self, Model, root):
        if Model._name == "res.company":
            return sorted(root._recovery_company_ids())
        field = Model._fields.get("company_id")
        if field is None or not (field.store or field.search):
            return Model.search(Domain.TRUE, order="id").ids
        own = Domain("company_id", "=", False) | Domain("company_id", "child_of", root.id)
        return Model.search(own, order="id").ids

    @api.model
    def _get_labels(self, Model):
        """Return ``{label in any language: label here}``: each change is told in the language of its author."""
        labels = {}
        langs = [code for code, _name in self.env["res.lang"].get_installed()]
        for name in Model._get_traced_fields():
            field = Model._fields[name]
            here = field._description_string(self.env)
            for lang in langs:
                label = field._description_string(Model.with_context(lang=lang).env)
                labels.setdefault(label, here)
                if field.translate:
                    labels.setdefault(f"{label} ({self.env.lang or 'en_US'})", here)
        return labels

    @api.model
    def _read_changes(self, root, moments):
        """Return ``{(model, id): entries}`` of what the journal tells of settings, in order."""
        events = self.env["recovery.event"].search(
            Domain("company_id", "=", root.id)
            & Domain("kind", "in", KINDS)
            & Domain("res_model", "!=", False)
            & moments,
            order="date, id",
        )
        return events.grouped(lambda event: (event.res_model, event.res_id))

    @api.model
    def _list_record(self, root, record, labels, later, inside):
        """Return the rows of one record: each setting that had a value, as it stood on the last day."""
        elevated = record.sudo()
        told = elevated._read_settings(record._get_traced_fields())[elevated]
        values = {label: str(said) for label, said in told.items() if said}
        became, changed = {}, {}
        for event in reversed(later):
            for label, text in self._get_details(event, labels):
                if ARROW in text:
                    values[label], became[label] = text.split(ARROW, 1)
        for event in inside:
            changed |= {label: event for label, _text in self._get_details(event, labels)}
        name = elevated._get_settings_title()
        return [
            self._prepare_row(root, record, name, label, value, became.get(label), changed.get(label))
            for label, value in values.items()
        ]

    @api.model
    def _list_deleted(self, root, Model, known, labels, later):
        """Return the rows of what stood there on the last day and was deleted since."""
        rows = []
        for (model, record_id), events in later.items():
            if model != Model._name or record_id in known or Model.sudo().browse(record_id).exists():
                continue
            if sum(self._is_whole(event) for event in events) > 1:  # it came and went after that day
                continue
            values = {}
            for event in reversed(events):
                values |= {label: text.split(ARROW, 1)[0] for label, text in self._get_details(event, labels)}
            name = events[-1].object_name or f"#{record_id}"
            gone = self.env._("Deleted")
            rows += [self._prepare_row(root, Model, name, label, value, gone, None) for label, value in values.items()]
        return rows

    @api.model
    def _is_whole(self, event):
        """Tell whether an entry tells all of a record, as its birth and its deletion do."""
        return not any(ARROW in str(text) for text in (event.details or {}).values())

    @api.model
    def _get_details(self, event, labels):
        """Return ``[(label, text)]`` of what an entry tells; a label that is none any more stays as it is."""
        return [(labels.get(label, label), str(text)) for label, text in (event.details or {}).items()]

    @api.model
    def _prepare_row(self, root, record, name, label, value, became, event):
        return (
            self.env["ir.model"]._get(record._name).sudo().name,
            name or "",
            label,
            value,
            became or "",
            root._recovery_local_datetime(event.date) if event else None,
            event.author_name if event else "",
        )

    @api.model
    def _make(self, rows, added):
        columns = [
            Column(self.env._("Item set"), width=26, key="what_is_set"),
            Column(self.env._("Which one"), width=30, key="which_one"),
            Column(self.env._("Setting"), width=30, key="setting"),
            Column(self.env._("On the last day"), width=50, key="on_the_last_day"),
            Column(self.env._("Changed later to"), width=30, key="became_later"),
            Column(self.env._("Changed in the period on"), "moment", 15, key="changed_in_the_period_on"),
            Column(self.env._("By"), width=18, key="by"),
        ]
        notes = [self.env._("Rebuilt from the current content and the journal; empty values are not listed.")]
        if added:
            notes.append(self.env._("%s records were added after the last day and are not in this list.", added))
        title = self.env._("Settings in force")
        return Table(title, title, columns, rows, (), " ".join(notes))
